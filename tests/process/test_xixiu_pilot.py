"""西秀: the reform is tried in two towns, looked at, accepted, decided on, and carried to all others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.runner import Runner
from jiuzhu.service import cases, due, identity, work
from jiuzhu.service import clock as office_clock
from jiuzhu.service.office import Office
from tests.process.diagram_files import load
from tests.walks import Walker, load_walks

pytestmark = pytest.mark.walks
JIUZHOU, DONGJIE, THIRD = "520402109", "520402002", "520402106"
HEADS = {JIUZHOU: 1, DONGJIE: 2}
Offices = Callable[[str], Office]


class Pilot:
    """The bureau and its towns as they carry the reform out."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.walker = Walker(office, {**load_walks()["J1"], "district": "xixiu"})
        self.runner = Runner(office)
        actor = self.actor("county_leader")
        made = cases.start_case(office, actor, "xixiu_pilot", self.walker.answers("rollout_start", actor))
        self.case_no = self.walker.case_no = made.case_no
        self.settle()

    def actor(self, role: str, number: int = 1) -> Any:
        return identity.actor_of(self.office, f"xixiu-{role}-{number}")

    def settle(self) -> None:
        self.runner.drain()
        due.fire_due(self.office)
        self.runner.drain()

    def open(self, town: str | None = None) -> list[dict[str, Any]]:
        found = self.walker.rows(
            "select distinct w.task_id, w.element_id, w.form, c.town from work_item w "
            "join case_instance c on c.id = w.case_id where c.case_no = :case_no"
        )
        return found if town is None else [row for row in found if row["town"] == town]

    def elements(self, town: str | None = None) -> set[str]:
        return {row["element_id"] for row in self.open(town)}

    def clock(self, day: str) -> None:
        wanted = datetime.fromisoformat(f"{day}T09:00:00+08:00")
        if wanted > office_clock.office_now(self.office):
            office_clock.advance_clock(self.office, None, wanted - office_clock.office_now(self.office))
        self.settle()

    def do(self, element: str, role: str, *, town: str = "", number: int = 0, **more: Any) -> None:
        item = next(row for row in self.open() if row["element_id"] == element and row["town"] == town)
        actor = self.actor(role, number or (HEADS.get(town, 1) if role.startswith("town") else 1))
        work.complete(self.office, actor, item["task_id"], self.walker.answers(item["form"], actor, **more))
        self.settle()

    def milestone(self, town: str) -> None:
        self.do("Task_DoMilestone", "town_head", town=town)
        self.do("Task_AcceptMilestone", "county_office", town=town)

    def until_window(self, town: str) -> None:
        self.milestone(town)
        self.do("Task_Plan", "town_head", town=town)
        self.do("Task_FilePlan", "county_office", town=town)

    def window(self, town: str) -> None:
        person = f"xixiu-town_intake-{HEADS.get(town, 1)}"
        self.do("Task_Window", "town_head", town=town, window_person=person)

    def carry_out(self, town: str) -> None:
        """Work a town's tasks up to the request for acceptance."""
        self.until_window(town)
        self.window(town)
        self.milestone(town)
        self.do("Task_Fund", "town_head", town=town)
        self.milestone(town)
        self.milestone(town)
        self.do("Task_SelfCheck", "town_head", town=town)

    def accept(self, town: str, passed: bool = True) -> None:
        self.do("Task_Accept", "county_office", town=town, pilot_accepted=passed)

    def states(self) -> dict[str, str]:
        found = self.walker.rows("select town, state from rollout_town where case_no = :case_no")
        return {row["town"]: row["state"] for row in found}

    def dues(self, town: str) -> dict[str, str]:
        """Return the town's dates, as days in the office's zone."""
        found = self.walker.rows(
            "select due_name, due_at from obligation where case_no = :case_no and town = :town", town=town
        )
        zone = self.office.settings.zone
        return {
            row["due_name"]: datetime.fromisoformat(str(row["due_at"])[:19] + "+00:00")
            .astimezone(zone)
            .date()
            .isoformat()
            for row in found
        }

    def staff(self, town: str) -> None:
        """Let the first town's head and window person serve in another town, too, which has no demo people."""
        with self.office.store.engine.begin() as connection:
            for role in ("town_head", "town_intake"):
                connection.execute(
                    text(
                        "insert into membership (person, role, organisation, from_day) "
                        "select id, :role, :town, '2019-01-01' from person where login = :login"
                    ),
                    {"role": role, "town": town, "login": f"xixiu-{role}-1"},
                )


@pytest.mark.req("XX-57", "XX-65", "XX-66", "XX-67", "XX-69", "XX-71", "XX-72", "XX-73")
def test_two_towns_first_with_the_plans_dates(office_on: Offices) -> None:
    pilot = Pilot(office_on("2019-01-02"))
    assert pilot.states() == {JIUZHOU: "preparing", DONGJIE: "preparing"}
    for town in (JIUZHOU, DONGJIE):
        assert pilot.dues(town) == {
            "due_research": "2019-01-31",
            "due_plan": "2019-02-28",
            "due_window": "2019-02-28",
            "due_officers": "2019-02-28",
            "due_problems": "2019-04-30",
            "due_fund": "2019-05-31",
            "due_look_back": "2019-05-31",
            "due_acceptance": "2019-07-31",
        }
    for town in (JIUZHOU, DONGJIE):
        pilot.carry_out(town)
    made = pilot.walker.rows("select template from document where case_no = :case_no")
    assert [row["template"] for row in made] == ["pilot_plan"] * 2
    plans = pilot.walker.rows("select organisation from register_row where register = 'town_plans'")
    assert {row["organisation"] for row in plans} == {JIUZHOU, DONGJIE}
    met = pilot.walker.rows("select distinct state from obligation where due_name != 'due_acceptance'")
    assert [row["state"] for row in met] == ["met"]
    finished = pilot.walker.rows("select organisation from register_row where register = 'milestones'")
    assert len(finished) == 8


@pytest.mark.req("XX-67")
def test_a_plan_is_filed_or_sent_back_by_the_bureau(office_on: Offices) -> None:
    pilot = Pilot(office_on("2019-01-02"))
    pilot.milestone(JIUZHOU)
    with pytest.raises(Invalid):
        pilot.do("Task_Plan", "town_head", town=JIUZHOU, pilot_tasks=[])
    pilot.do("Task_Plan", "town_head", town=JIUZHOU)
    with pytest.raises(Forbidden):
        pilot.do("Task_FilePlan", "town_head", town=JIUZHOU)
    pilot.do("Task_FilePlan", "county_office", town=JIUZHOU, plan_filed=False)
    assert pilot.elements(JIUZHOU) == {"Task_Plan"}
    assert pilot.walker.rows("select row_no from register_row where register = 'town_plans'") == []
    pilot.do("Task_Plan", "town_head", town=JIUZHOU)
    pilot.do("Task_FilePlan", "county_office", town=JIUZHOU)
    assert pilot.elements(JIUZHOU) == {"Task_Window"}
    assert pilot.elements(DONGJIE) == {"Task_DoMilestone"}  # the other town goes its own way


@pytest.mark.req("XX-69")
def test_the_window_has_exactly_one_person(office_on: Offices) -> None:
    pilot = Pilot(office_on("2019-01-02"))
    pilot.until_window(JIUZHOU)
    for wrong in (None, ["xixiu-town_intake-1", "xixiu-town_intake-2"], "xixiu-town_intake-2"):
        with pytest.raises(Invalid):
            pilot.do("Task_Window", "town_head", town=JIUZHOU, window_person=wrong)
    pilot.window(JIUZHOU)
    rows = pilot.walker.rows("select organisation from register_row where register = 'staff' and case_no = :case_no")
    assert [row["organisation"] for row in rows] == [JIUZHOU]


@pytest.mark.req("XX-69", "XX-67", "XX-72")
def test_what_is_late_is_told_to_the_bureau(office_on: Offices) -> None:
    pilot = Pilot(office_on("2019-01-02"))
    pilot.until_window(JIUZHOU)
    pilot.clock("2019-02-28")
    told = "select kind, alert_group from alert where case_no = :case_no and town = :town order by kind"
    assert pilot.walker.rows(told, town=JIUZHOU) == []
    pilot.clock("2019-03-01")
    late = pilot.walker.rows(told, town=JIUZHOU)
    assert [row["kind"] for row in late] == ["due_officers", "due_window"]
    assert {row["alert_group"] for row in late} == {"county_leader@xixiu"}
    behind = {row["kind"] for row in pilot.walker.rows(told, town=DONGJIE)}
    assert behind == {"due_research", "due_plan", "due_window", "due_officers"}
    pilot.window(JIUZHOU)
    state = "select state from obligation where due_name = 'due_window' and town = :town"
    assert pilot.walker.rows(state, town=JIUZHOU) == [{"state": "met_late"}]
    assert pilot.walker.rows(state, town=DONGJIE) == [{"state": "late"}]


@pytest.mark.req("XX-14")
def test_the_fund_of_the_town_begins_with_what_was_paid_in(office_on: Offices) -> None:
    pilot = Pilot(office_on("2019-01-02"))
    pilot.until_window(JIUZHOU)
    pilot.window(JIUZHOU)
    pilot.milestone(JIUZHOU)
    lines = "select kind, amount from reserve_entry where case_no = :case_no"
    with pytest.raises(Invalid):
        pilot.do("Task_Fund", "town_head", town=JIUZHOU, fund_amount="0.00")
    assert pilot.walker.rows(lines) == []
    pilot.do("Task_Fund", "town_head", town=JIUZHOU, fund_amount="30000.00")
    assert pilot.walker.rows(lines) == [{"kind": "in", "amount": 3000000}]


@pytest.mark.req("XX-54", "XX-57", "XX-72", "XX-73", "XX-74", "XX-88")
def test_accepted_then_decided_then_all_the_others(office_on: Offices) -> None:
    pilot = Pilot(office_on("2019-01-02"))
    for town in (JIUZHOU, DONGJIE):
        pilot.carry_out(town)
    pilot.accept(JIUZHOU)
    assert pilot.elements("") == set()  # one town does not make a pilot
    pilot.accept(DONGJIE, passed=False)
    assert pilot.elements(DONGJIE) == {"Task_DoMilestone"}  # look back once more
    pilot.milestone(DONGJIE)
    pilot.do("Task_SelfCheck", "town_head", town=DONGJIE)
    pilot.accept(DONGJIE)
    assert pilot.states() == {JIUZHOU: "active", DONGJIE: "active"}
    pilot.do("Task_PilotSummary", "county_office")
    with pytest.raises(Forbidden):
        pilot.do("Task_DecideExpansion", "county_office")
    pilot.do("Task_DecideExpansion", "county_leader", expansion="go")
    assert pilot.open() == []  # results are used from August on
    pilot.clock("2019-08-01")
    towns = {row["town"] for row in pilot.open()}
    assert len(towns) == 22
    assert not towns & {JIUZHOU, DONGJIE}
    dues = pilot.dues(THIRD)
    assert dues["due_window"] == "2019-09-28"  # as far from the beginning as in the pilot towns
    assert dues["due_acceptance"] == "2020-02-28"
    pilot.staff(THIRD)
    pilot.carry_out(THIRD)
    pilot.accept(THIRD)
    assert pilot.states()[THIRD] == "active"
    assert pilot.elements("") == set()
    pilot.clock("2021-01-01")  # the plan's last day has passed: what is left is evaluated
    pilot.do("Task_Evaluate", "county_leader", summary_kind="evaluation")
    ends = pilot.walker.rows(
        "select element_id from passage where process_key = 'xixiu_pilot' and element_type = 'endEvent'"
    )
    assert {row["element_id"] for row in ends} == {"End_Spread"}


@pytest.mark.req("XX-74", "XX-88")
def test_when_the_last_of_the_others_is_accepted_the_whole_is_evaluated(office_on: Offices) -> None:
    pilot = Pilot(office_on("2019-01-02"))
    for town in (JIUZHOU, DONGJIE):
        pilot.carry_out(town)
        pilot.accept(town)
    pilot.do("Task_PilotSummary", "county_office")
    pilot.do("Task_DecideExpansion", "county_leader", expansion="go")
    pilot.clock("2019-08-01")
    with pilot.office.store.engine.begin() as connection:  # all others but one were accepted in the meantime
        connection.execute(
            text("update rollout_town set state = 'active' where case_no = :case_no and town <> :town"),
            {"case_no": pilot.case_no, "town": THIRD},
        )
    pilot.staff(THIRD)
    pilot.do("Task_DoMilestone", "town_head", town=THIRD)
    pilot.do("Task_AcceptMilestone", "county_office", town=THIRD, milestone_ok=False)
    assert pilot.elements(THIRD) == {"Task_DoMilestone"}, "what is not good enough is done again"
    pilot.carry_out(THIRD)
    assert pilot.elements("") == set()
    pilot.accept(THIRD)
    assert pilot.elements("") == {"Task_Evaluate"}
    pilot.do("Task_Evaluate", "county_leader", summary_kind="evaluation")


@pytest.mark.req("XX-54", "XX-74")
def test_the_pilot_is_prolonged_and_nobody_ends_after_2020(office_on: Offices) -> None:
    pilot = Pilot(office_on("2019-01-02"))
    pilot.clock("2019-08-01")  # the pilot's time is over, accepted or not
    pilot.do("Task_PilotSummary", "county_office")
    pilot.do("Task_DecideExpansion", "county_leader", expansion="extend", extended_until="2020-08-01")
    assert pilot.elements("") == set()
    pilot.clock("2020-08-02")
    pilot.do("Task_PilotSummary", "county_office")
    pilot.do("Task_DecideExpansion", "county_leader", expansion="go")
    dues = pilot.dues(THIRD)
    assert dues["due_window"] == "2020-09-29"
    assert dues["due_acceptance"] == "2020-12-31"
    assert max(dues.values()) == "2020-12-31"


@pytest.mark.req("XX-74")
def test_the_pilot_may_end_there(office_on: Offices) -> None:
    pilot = Pilot(office_on("2019-01-02"))
    pilot.clock("2019-08-01")
    pilot.do("Task_PilotSummary", "county_office")
    pilot.do("Task_DecideExpansion", "county_leader", expansion="stop")
    assert pilot.elements("") == set()
    assert set(pilot.states()) == {JIUZHOU, DONGJIE}


@pytest.mark.req("XX-88")
def test_the_towns_that_follow_see_the_pilots_tasks(office_on: Offices) -> None:
    pilot = Pilot(office_on("2019-01-02"))
    for town in (JIUZHOU, DONGJIE):
        pilot.carry_out(town)
        pilot.accept(town)
    pilot.do("Task_PilotSummary", "county_office")
    pilot.do("Task_DecideExpansion", "county_leader", expansion="go")
    pilot.clock("2019-08-01")
    pilot.staff(THIRD)
    pilot.milestone(THIRD)
    item = next(row for row in pilot.open(THIRD) if row["element_id"] == "Task_Plan")
    view = work.open_item(pilot.office, pilot.actor("town_head"), item["task_id"])
    assert "建立救急难基金" in str(view)


@pytest.mark.req("XX-57", "XX-88")
def test_nothing_skips_filing_window_or_acceptance() -> None:
    town = load()["xixiu_pilot_town"]
    for step in (
        "Task_Plan",
        "Task_FilePlan",
        "Task_Window",
        "Task_Fund",
        "Call_LookBack",
        "Task_SelfCheck",
        "Task_Accept",
    ):
        assert "End_Accepted" not in town.reach("Start_Town", without=step), step
    whole = load()["xixiu_pilot"]
    for step in ("Service_OpenPilot", "Task_PilotSummary", "Task_DecideExpansion"):
        assert "Service_OpenRest" not in whole.reach("Start_Pilot", without=step), step
