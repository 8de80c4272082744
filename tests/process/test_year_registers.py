"""Registers of the year, clause by clause: who enters, what the form refuses, who reads, what the calendar expects."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.bootstrap import build_office
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.schedules import Dated
from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound
from jiuzhu.service import identity, registers, schedules
from jiuzhu.service.office import Office
from jiuzhu.service.schedule_files import Schedules
from tests.conftest import settings_for

TODAY = "2026-09-16"
req = pytest.mark.req
SUMMARY = {"kind": "summary", "shares": 15}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, prepared_database: Path) -> Iterator[Office]:
    """One office for all rows of this file."""
    home = tmp_path_factory.mktemp("registers")
    shutil.copy(prepared_database, home / "jiuzhu.db")
    made = build_office(settings_for(home))
    yield made
    made.close()


def person(office: Office, login: str) -> Actor:
    return identity.actor_of(office, login)


def held(**more: Any) -> dict[str, Any]:
    return {"held_on": TODAY, **more}


ROWS: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "policy_qa": ("ninghe", "county_office", {"question": "下放后谁审批？", "answer": "镇街确认。"}),
    "care_visits": (
        "ninghe",
        "village_officer",
        held(person="周永安", support="scattered", condition="身体尚可", need="冬衣", done="已送冬衣两件"),
    ),
    "training": ("jincheng", "town_reviewer", held(audience="village", topic="入户调查", persons=12, hours=4)),
    "publicity": ("jincheng", "village_officer", held(channel="board", content="低保政策问答")),
    "disputes": (
        "jincheng",
        "village_officer",
        held(content="邻里因评议起争执", mediation="上门调解", result="settled"),
    ),
    "issues": ("jincheng", "town_reviewer", {"issue": "核对反馈慢", "suggestion": "每周催办"}),
    "meetings": ("xixiu", "county_office", held(kind="leading_group", agenda="难点问题", decisions="按月调度")),
    "working_groups": (
        "xixiu",
        "town_head",
        {
            "group_name": "领导小组",
            "unit": "九州镇",
            "role": "head",
            "person": "王强",
            "post": "镇长",
            "in_charge": True,
        },
    ),
    "experiences": (
        "xixiu",
        "town_head",
        held(item="一门受理", practice="专人专窗", effect="当日办结", adopted=True, mechanism="窗口管理办法"),
    ),
    "support_measures": (
        "xixiu",
        "county_office",
        held(department="finance", way="purchase", measure="购买两名社工", beneficiary="九州镇", persons=2),
    ),
    "purchased_services": ("xixiu", "county_office", {"provider": "示例社工中心", "service": "入户探访"}),
    "beds": ("xixiu", "town_reviewer", held(place="示例敬老院", total=30, used=30, waiting=4)),
    "litigation": (
        "ninghe",
        "county_office",
        held(kind="review", organ="示例市民政局", respondent="示例镇", due_on="2026-09-26"),
    ),
    "staff_notes": (
        "jincheng",
        "county_office",
        held(town_name="北石店镇", subject="入户核查", comment="补拍照片", decides=False),
    ),
    "staff": (
        "xixiu",
        "town_head",
        {
            "person": "陈新",
            "post": "社会救助经办",
            "kind": "full_time",
            "window_person": False,
            "from_day": TODAY,
            "duties": "社工师，五年入户经验",
            "decision_right": False,
        },
    ),
}
"""Register → district, role that enters it, a good row."""


def filled(office: Office, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Complete a row with what the register asks for and the example leaves out."""
    found = dict(values)
    for column in office.registers[name].columns:
        if column.required and column.key not in found:
            choice = next(iter(column.choices or {}), "")
            words = {"date": TODAY, "integer": 1, "yesno": False, "choice": choice}
            found[column.key] = words.get(column.type, "按要求填写")
    return found


@pytest.mark.parametrize(
    ("name", "outsider"),
    [
        pytest.param("policy_qa", "town_head", marks=req("NH-08")),
        pytest.param("care_visits", "county_office", marks=req("NH-29")),
        pytest.param("training", "village_officer", marks=req("JC-15", "JC-52")),
        pytest.param("publicity", "grid_worker", marks=req("JC-05", "QJ-22", "XX-78")),
        pytest.param("disputes", "town_intake", marks=req("JC-51")),
        pytest.param("issues", "village_officer", marks=req("JC-48")),
        pytest.param("meetings", "town_intake", marks=req("XX-08")),
        pytest.param("working_groups", "town_intake", marks=req("XX-07", "XX-89")),
        pytest.param("experiences", "town_intake", marks=req("XX-91", "XX-92")),
        pytest.param("support_measures", "town_head", marks=req("XX-94")),
        pytest.param("purchased_services", "town_head", marks=req("XX-15")),
        pytest.param("beds", "town_intake", marks=req("XX-55")),
        pytest.param("litigation", "town_head", marks=req("NH-11")),
        pytest.param("staff_notes", "town_head", marks=req("JC-18")),
        pytest.param("staff", "town_intake", marks=req("NH-47", "XX-93")),
    ],
)
def test_the_clauses_rows_are_entered_by_whom_it_names_and_read_by_the_district(
    office: Office, name: str, outsider: str
) -> None:
    district, role, values = ROWS[name]
    writer = person(office, f"{district}-{role}-1")
    row = filled(office, name, values)
    number = registers.add_row(office, writer, name, row)
    seen = registers.show_register(office, person(office, f"{district}-county_office-1"), name)
    assert number in {one.row_no for one in seen.rows}
    assert seen.rows[0].entered_by_name == writer.name
    with pytest.raises((Forbidden, NotFound)):
        registers.add_row(office, person(office, f"{district}-{outsider}-1"), name, row)
    for column in office.registers[name].columns:
        if column.required:
            with pytest.raises(Invalid) as missing:
                registers.add_row(office, writer, name, {**row, column.key: None})
            assert column.key in missing.value.faults


@pytest.mark.parametrize(
    ("name", "wrong", "key"),
    [
        pytest.param("meetings", {"kind": "summary"}, "kind", marks=req("NH-43")),
        pytest.param("meetings", {"kind": "summary", "shares": 0}, "kind", marks=req("NH-43")),
        pytest.param("experiences", {"mechanism": ""}, "adopted", marks=req("XX-92")),
        pytest.param("beds", {"used": 31}, "used", marks=req("XX-55")),
        pytest.param("staff_notes", {"decides": True}, "decides", marks=req("JC-18")),
        pytest.param("litigation", {"closed_on": "2026-09-15"}, "closed_on", marks=req("NH-11")),
        pytest.param("training", {"held_on": "2026-09-17"}, "held_on", marks=req("JC-15")),
        pytest.param("staff", {"kind": "purchased", "decision_right": True}, "decision_right", marks=req("XX-94")),
        pytest.param("staff", {"to_day": "2026-09-15"}, "to_day", marks=req("NH-47")),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_column(office: Office, name: str, wrong: dict[str, Any], key: str) -> None:
    district, role, values = ROWS[name]
    row = {**filled(office, name, values), **wrong}
    with pytest.raises(Invalid) as refused:
        registers.add_row(office, person(office, f"{district}-{role}-1"), name, row)
    assert set(refused.value.faults) == {key}


@pytest.mark.req("NH-47", "XX-94")
def test_bought_staff_never_get_the_right_to_decide(office: Office) -> None:
    row = {**filled(office, "staff", ROWS["staff"][2]), "kind": "purchased", "login": "xixiu-town_confirmer-1"}
    confirmer = person(office, "xixiu-town_confirmer-1")
    assert confirmer.name
    with pytest.raises(Conflict, match="不能登记为政府购买服务人员"):
        registers.add_row(office, person(office, "xixiu-town_head-1"), "staff", row)


@pytest.mark.parametrize(
    ("schedule", "login", "more"),
    [
        pytest.param("training_district", "qijiang-county_office-1", {}, marks=req("QJ-08")),
        pytest.param("training_town", "jincheng-town_reviewer-1", {}, marks=req("JC-15")),
        pytest.param("training_district", "jincheng-county_office-1", {}, marks=req("JC-52")),
        pytest.param("publicity_village", "jincheng-village_officer-1", {}, marks=req("JC-05")),
        pytest.param("publicity_town", "xixiu-town_reviewer-1", {}, marks=req("XX-78")),
        pytest.param("publicity_district", "qijiang-county_office-1", {}, marks=req("QJ-22")),
        pytest.param("care_visits", "ninghe-town_reviewer-1", {}, marks=req("NH-29")),
        pytest.param("leading_group_town", "xixiu-town_head-1", {"kind": "leading_group"}, marks=req("XX-08")),
        pytest.param("leading_groups", "xixiu-town_head-1", {}, marks=req("XX-07", "XX-89")),
        pytest.param("working_group_district", "xintai-county_office-1", {}, marks=req("XT-05")),
        pytest.param("support_measures", "xixiu-county_office-1", {}, marks=req("XX-94")),
        pytest.param("experiences", "xixiu-town_head-1", {}, marks=req("XX-91")),
        pytest.param("info_officers", "xixiu-town_head-1", {}, marks=req("XX-70")),
        pytest.param("coordination_meeting", "jincheng-county_office-1", {"kind": "coordination"}, marks=req("JC-46")),
        pytest.param("rollout_training_log", "ninghe-county_office-1", {}, marks=req("NH-39")),
        pytest.param("summary_meeting", "ninghe-county_office-1", SUMMARY, marks=req("NH-43")),
    ],
)  # fmt: skip
def test_a_row_of_the_own_place_keeps_the_turn(office: Office, schedule: str, login: str, more: dict[str, Any]) -> None:
    entry = dataclasses.replace(office.schedules[schedule])
    if entry.dates:
        dated = (Dated(name=entry.dates[0].name, opens=date(2026, 9, 16), due=date(2026, 9, 30)),)
        entry = dataclasses.replace(entry, dates=dated)
    kept = office.schedules
    office.schedules = Schedules({schedule: entry})
    try:
        schedules.keep_schedules(office)
        actor = person(office, login)
        values = ROWS.get(entry.register, ("", "", {}))[2]
        registers.add_row(office, actor, entry.register, {**filled(office, entry.register, values), **more})
        schedules.keep_schedules(office)
        with office.store.reading() as tx:
            found = tx.execute(
                text("select scope, done_by from schedule_occurrence where schedule = :s and state = 'done'"),
                {"s": schedule},
            )
            done = {row.scope: row.done_by for row in found}
        own = [place for place in actor.organisations if place in done]
        assert [done[place] for place in own] == [actor.person_id]
    finally:
        office.schedules = kept
