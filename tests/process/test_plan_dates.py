"""Milestones of the districts' plans: the calendar starts them, whoever owes them reports, somebody accepts them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from jiuzhu.domain.instants import SHANGHAI, day_of
from jiuzhu.domain.schedules import Dated
from jiuzhu.service import alerts, identity, schedules
from jiuzhu.service.clock import advance_clock
from jiuzhu.service.office import Office, system_actor
from jiuzhu.service.register_files import load_registers
from jiuzhu.service.roles import load_roles
from jiuzhu.service.schedule_files import Schedules, load_schedules
from tests.matters import Matter

CONFIG = Path(__file__).resolve().parents[2] / "config"
ROLES = load_roles(CONFIG)
PLANNED = load_schedules(CONFIG, ROLES, load_registers(CONFIG, ROLES))
TODAY, DUE = date(2026, 9, 16), date(2026, 9, 20)


def only(office: Office, name: str) -> None:
    """Keep one shipped entry, with its dates moved to the tests' days."""
    entry = office.schedules[name]
    moved = tuple(Dated(name=one.name, opens=TODAY, due=DUE) for one in entry.dates[:1])
    office.schedules = Schedules({name: dataclasses.replace(entry, dates=moved)})
    schedules.keep_schedules(office)


def started(office: Office, district: str, key: str = "shared_milestone") -> Matter:
    matter = Matter(office, district)
    (row,) = matter.walker.rows(f"select record_no from case_instance where process_key = '{key}'")
    matter.walker.case_no = row["record_no"]
    return matter


@pytest.mark.req("NH-38", "NH-39", "NH-42", "NH-43", "XX-68", "XX-70", "XX-91", "XX-92", "XT-05", "XX-07", "XX-89")
@pytest.mark.parametrize(
    ("name", "scope", "district", "days"),
    [
        ("rollout_plan", "district", "ninghe", ["2021-07-30"]),
        ("rollout_training", "district", "ninghe", ["2021-08-31"]),
        ("rollout_training_log", "district", "ninghe", ["2021-08-31"]),
        ("rollout_summary", "district", "ninghe", ["2021-12-31"]),
        ("summary_meeting", "district", "ninghe", ["2021-12-31"]),
        ("plan_phases", "district", "xixiu", ["2019-05-31", "2019-12-31"]),
        ("info_officers", "town", "xixiu", ["2019-02-28"]),
        ("leading_groups", "town", "xixiu", ["2019-03-31"]),
        ("working_group_district", "district", "xintai", ["2021-03-31"]),
    ],
)
def test_the_plans_dates_stand_in_the_calendar(name: str, scope: str, district: str, days: list[str]) -> None:
    entry = PLANNED[name]
    assert (entry.scope, entry.districts) == (scope, frozenset({district}))
    long = (datetime(2018, 1, 1, tzinfo=SHANGHAI), datetime(2023, 1, 1, tzinfo=SHANGHAI))
    assert [day_of(one.due_at).isoformat() for one in entry.periods(*long)] == days


@pytest.mark.walks
@pytest.mark.req("NH-38")
def test_the_plans_date_starts_the_task_and_its_acceptance_keeps_it(office: Office) -> None:
    only(office, "rollout_plan")
    matter = started(office, "ninghe")
    assert matter.open() == {"Task_DoMilestone"}
    matter.do("Task_DoMilestone", "county_office-1")
    matter.do("Task_AcceptMilestone", "county_leader-1", milestone_ok=False)
    matter.do("Task_DoMilestone", "county_office-1")
    matter.do("Task_AcceptMilestone", "county_leader-1")
    assert matter.ends() == ["End_MilestoneDone"]
    (row,) = matter.register("milestones")
    assert (row.values["phase"], row.values["due_on"], row.organisation) == ("制定方案", "2026-09-20", "ninghe")
    assert "操作流程" in row.values["task"]
    assert row.attachments
    schedules.keep_schedules(office)
    (turn,) = matter.walker.rows("select state, late_at from schedule_occurrence")
    assert (turn["state"], turn["late_at"]) == ("done", None)


@pytest.mark.walks
@pytest.mark.req("XX-68", "XX-91", "XX-92")
def test_a_phase_that_passes_its_date_is_told_to_the_leader(office: Office) -> None:
    only(office, "plan_phases")
    matter = started(office, "xixiu")
    advance_clock(office, system_actor(), timedelta(days=5))
    matter.settle()
    schedules.keep_schedules(office)
    leader = identity.actor_of(office, "xixiu-county_leader-1")
    said = [one.sentence for one in alerts.list_alerts(office, leader).unseen]
    assert any("试点方案各阶段" in sentence and "9月20日前" in sentence for sentence in said)
    assert matter.open() == {"Task_DoMilestone"}, "late work stays open"
    matter.do("Task_DoMilestone", "county_office-1")
    matter.do("Task_AcceptMilestone", "county_leader-1")
    (row,) = matter.register("milestones")
    assert row.values["task"].startswith("全面实施阶段的全区工作")


def test_an_entrys_texts_take_the_turns_own_place_and_date(make_office: Callable[..., Office]) -> None:
    office = make_office()
    only(office, "rollout_start")
    matter = Matter(office, "ninghe")
    groups = matter.walker.rows("select distinct w.group_name, c.town from work_item w join case_instance c "
                                "on c.id = w.case_id where c.process_key = 'shared_milestone'")  # fmt: skip
    assert groups
    assert all(row["group_name"] == f"town_head@{row['town']}" for row in groups)
