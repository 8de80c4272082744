"""綦江: authority handed over in three phases, and two towns that go two ways on the same day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.domain.instants import day_of
from jiuzhu.errors import Forbidden, Invalid, Refused
from jiuzhu.runner import Runner
from jiuzhu.service import cases, due, identity, work
from jiuzhu.service import clock as office_clock
from jiuzhu.service.office import Office
from jiuzhu.store import simulation
from tests import flows
from tests.forms_rollout import PHASE_TWO
from tests.process.diagram_files import BPMN, load
from tests.walks import Line, Walker, load_walks

WALKS = load_walks()
PILOT, FIRST_OF_THREE = "500110111", "500110001"
Offices = Callable[[str], Office]


class Rollout:
    """The office's people as they hand authority over."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.walker = Walker(office, WALKS["Q1"])
        self.runner = Runner(office)
        self.number = 0
        self.heads: dict[str, int] = {}
        with office.store.engine.begin() as connection:  # as it was before the first phase
            connection.execute(text("delete from authority_grant"))
            connection.execute(text("delete from entrustment_letter"))
        made = cases.start_case(office, self.actor("county_leader"), "qijiang_rollout", self.answers("rollout_start"))
        self.case_no = self.walker.case_no = made.case_no
        self.settle()

    def actor(self, role: str, number: int = 1) -> Any:
        return identity.actor_of(self.office, f"qijiang-{role}-{number}")

    def answers(self, form: str, **more: Any) -> dict[str, Any]:
        return self.walker.answers(form, self.actor("county_leader"), **more)

    def settle(self) -> None:
        self.runner.drain()
        due.fire_due(self.office)
        self.runner.drain()

    def open(self) -> list[dict[str, Any]]:
        return self.walker.rows(
            "select distinct w.task_id, w.element_id, w.form, c.town, c.record_no from work_item w "
            "join case_instance c on c.id = w.case_id where c.case_no = :case_no order by c.record_no"
        )

    def clock(self, day: str) -> None:
        """Move the office's date to a day; it never goes back."""
        wanted = datetime.fromisoformat(f"{day}T09:00:00+08:00")
        if wanted > office_clock.office_now(self.office):
            office_clock.advance_clock(self.office, None, wanted - office_clock.office_now(self.office))
        self.settle()

    def do(self, element: str, role: str, form: str, *, town: str = "", number: int = 1, **more: Any) -> None:
        item = next(row for row in self.open() if row["element_id"] == element and row["town"] == town)
        actor = self.actor(role, number)
        data = self.walker.answers(form, actor, **more)
        self.submit(actor, item["task_id"], data)
        self.settle()

    def submit(self, actor: Any, task: str, data: dict[str, Any]) -> None:
        """Complete an item; other doors than the service override this."""
        work.complete(self.office, actor, task, data)

    def head_of(self, town: str) -> int:
        if not self.heads:
            for number in range(1, 22):
                group = next(one for one in self.actor("town_head", number).groups if one.startswith("town_head@"))
                self.heads[group.partition("@")[2]] = number
        return self.heads[town]

    def activate(self, town: str, **prepare: Any) -> None:
        """Work a town's activation from its preparation to the readiness check."""
        head = self.head_of(town)
        self.number += 1
        self.do("Task_Prepare", "town_head", "activation_prepare", town=town, number=head, **prepare)
        self.do("Task_SignByTown", "town_head", "entrustment_accept", town=town, number=head)
        letter = f"綦府委测〔2021〕{self.number}号"
        self.do("Task_SignByDistrict", "county_leader", "entrustment_letter", town=town, entrustment_no=letter)
        admin = f"qijiang-town_admin-{head}"
        self.do("Task_SetupAdmin", "county_office", "account_setup", town=town, town_admin=admin)

    def devolved(self, day: date) -> set[str]:
        """Return the towns that decide what is accepted on a day."""
        found = self.walker.rows("select town, devolution_from from authority_grant")
        return {row["town"] for row in found if str(row["devolution_from"])[:10] <= day.isoformat()}

    def due(self, element: str) -> str:
        """Return the office day until which an open item is to be done."""
        task = next(row["task_id"] for row in self.open() if row["element_id"] == element)
        with self.office.store.reading() as tx:
            item = next(one for one in simulation.open_items(tx, "qijiang") if one["task_id"] == task)
        return day_of(item["due"]).isoformat()

    def states(self) -> dict[str, str]:
        found = self.walker.rows("select town, state from rollout_town where case_no = :case_no")
        return {row["town"]: row["state"] for row in found}


def to_expansion(rollout: Rollout) -> None:
    rollout.activate(PILOT)
    rollout.clock("2021-11-02")
    assert rollout.due("Task_PilotSummary") == "2021-12-01"
    rollout.do("Task_PilotSummary", "county_office", "rollout_summary")


@pytest.mark.req("QJ-07", "QJ-27", "QJ-28", "QJ-29", "QJ-30", "QJ-31", "QJ-32", "QJ-33", "QJ-34", "QJ-41", "QJ-43")
def test_one_eleven_and_twenty_one_towns(office_on: Offices) -> None:
    rollout = Rollout(office_on("2021-03-25"))
    assert {row["element_id"] for row in rollout.open()} == {"Task_Prepare"}
    assert rollout.devolved(date(2021, 3, 25)) == set()
    to_expansion(rollout)
    assert rollout.devolved(date(2021, 3, 24)) == set()
    assert rollout.devolved(date(2021, 3, 25)) == {PILOT}
    rollout.do("Task_DecideExpansion", "county_leader", "rollout_decision", expansion="go")
    rollout.do("Task_ChoosePhase2", "county_leader", "rollout_phase")
    for town in PHASE_TWO[:9]:
        rollout.activate(town)
    assert len(rollout.devolved(date(2021, 12, 1))) == 10  # the tenth holds up nobody
    rollout.activate(PHASE_TWO[9])
    assert len(rollout.devolved(date(2021, 11, 30))) == 1  # signed before, but never earlier than the phase
    assert len(rollout.devolved(date(2021, 12, 1))) == 11
    assert len(rollout.devolved(date(2022, 5, 31))) == 11
    rollout.clock("2022-05-04")
    rest = [row["town"] for row in rollout.open() if row["element_id"] == "Task_Prepare"]
    assert len(rest) == 10
    assert FIRST_OF_THREE in rest
    for town in rest:
        rollout.activate(town)
    assert len(rollout.devolved(date(2022, 5, 31))) == 11
    assert len(rollout.devolved(date(2022, 6, 1))) == 21
    letters = rollout.walker.rows("select template from document where case_no = :case_no")
    assert [row["template"] for row in letters] == ["entrustment_letter"] * 21
    rollout.do("Task_Evaluate", "county_leader", "rollout_summary", summary_kind="evaluation")
    assert rollout.open() == []
    assert set(rollout.states().values()) == {"active"}
    flows.note(rollout.office)


@pytest.mark.req("QJ-28")
def test_after_the_pilot_somebody_decides(office_on: Offices) -> None:
    rollout = Rollout(office_on("2021-03-25"))
    to_expansion(rollout)
    with pytest.raises(Invalid):
        rollout.do("Task_DecideExpansion", "county_leader", "rollout_decision", expansion="extend")
    rollout.do(
        "Task_DecideExpansion", "county_leader", "rollout_decision", expansion="extend", extended_until="2021-11-20"
    )
    assert rollout.open() == []
    rollout.clock("2021-11-21")
    assert rollout.due("Task_PilotSummary") == "2021-12-20"  # days of preparation anew: never late when it comes up
    rollout.do("Task_PilotSummary", "county_office", "rollout_summary")
    rollout.do("Task_DecideExpansion", "county_leader", "rollout_decision", expansion="stop")
    assert rollout.open() == []
    assert rollout.devolved(date(2022, 6, 1)) == {PILOT}  # the pilot keeps what it has
    flows.note(rollout.office)


@pytest.mark.req("QJ-30")
def test_phase_two_is_exactly_ten_towns(office_on: Offices) -> None:
    rollout = Rollout(office_on("2021-03-25"))
    to_expansion(rollout)
    rollout.do("Task_DecideExpansion", "county_leader", "rollout_decision", expansion="go")
    for towns in (PHASE_TWO[:9], [*PHASE_TWO, FIRST_OF_THREE], [PILOT, *PHASE_TWO[1:]]):
        with pytest.raises(Invalid):
            rollout.do("Task_ChoosePhase2", "county_leader", "rollout_phase", rollout_towns=list(towns))
    with pytest.raises(Forbidden):
        rollout.do("Task_ChoosePhase2", "county_office", "rollout_phase")


@pytest.mark.req("QJ-30", "QJ-31", "QJ-33", "QJ-37")
def test_a_town_that_is_not_ready_moves_on(office_on: Offices) -> None:
    rollout = Rollout(office_on("2021-03-25"))
    rollout.activate(PILOT, staff_count=1)
    assert rollout.devolved(date(2021, 12, 1)) == set()
    rollout.do("Task_DecideNext", "county_leader", "activation_defer", town=PILOT, activation_next="again")
    rollout.activate(PILOT)
    assert rollout.devolved(date(2021, 3, 25)) == {PILOT}
    rollout.clock("2021-11-02")
    rollout.do("Task_PilotSummary", "county_office", "rollout_summary")
    rollout.do("Task_DecideExpansion", "county_leader", "rollout_decision", expansion="go")
    rollout.do("Task_ChoosePhase2", "county_leader", "rollout_phase")
    late = PHASE_TWO[0]
    number = rollout.head_of(late)
    rollout.do("Task_Prepare", "town_head", "activation_prepare", town=late, number=number)
    refusal = {"entrustment_accepted": False, "accept_opinion": "人员没有到位。"}
    rollout.do("Task_SignByTown", "town_head", "entrustment_accept", town=late, number=number, **refusal)
    rollout.do("Task_DecideNext", "county_leader", "activation_defer", town=late)
    assert rollout.states()[late] == "deferred"
    rollout.clock("2022-05-04")
    third = [row["town"] for row in rollout.open() if row["element_id"] == "Task_Prepare"]
    assert late in third
    rollout.clock("2022-06-02")  # phase two has ended: whoever has not begun to prepare is asked about
    assert {row["element_id"] for row in rollout.open() if row["town"] in PHASE_TWO[1:]} == {"Task_DecideNext"}
    flows.note(rollout.office)


@pytest.mark.req("QJ-01", "QJ-30")
def test_a_letter_that_is_suspended_sends_the_case_to_the_district(office_on: Offices) -> None:
    office = office_on("2026-09-16")
    walker = Walker(office, WALKS["Q1"])
    walker.start()
    for line in walker.walk["order"]:
        if "Task_Approve" in line:
            break
        walker.complete(Line.parse(line))
    with office.store.engine.begin() as connection:
        connection.execute(
            text("update entrustment_letter set status = 'suspended' where town = :town"), {"town": PILOT}
        )
    walker.complete(Line.parse("Task_Approve town_confirmer decision=granted"))
    walker.complete(Line.parse("Task_PostNotice village_officer"))
    walker.command("@clock notice_end")
    walker.complete(Line.parse("Task_RemoveNotice village_officer"))
    walker.complete(Line.parse("Task_DistrictApprove county_approver decision=granted"))
    outcome = walker.outcome()
    assert "End_Granted" in outcome.end_events
    decisions = walker.rows("select level, org from case_decision where case_no = :case_no order by round")
    assert decisions[-1] == {"level": "county", "org": "qijiang"}


@pytest.mark.req("QJ-01", "QJ-37")
def test_authority_is_suspended_resumed_and_taken_back(office_on: Offices) -> None:
    office = office_on("2026-09-16")
    walker = Walker(office, WALKS["Q1"])
    leader = identity.actor_of(office, "qijiang-county_leader-1")

    def change(kind: str) -> None:
        data = walker.answers("authority_change", leader, change_town=PILOT, authority_change=kind)
        made = cases.start_case(office, leader, "qijiang_authority", data)
        assert made.case_no.startswith("綦江-2026-权限变更-")

    def level(household: int) -> str:
        case = Walker(office, WALKS["Q1"], household=household)
        case.start()
        for line in case.walk["order"]:
            if "Task_Approve" in line:
                break
            case.complete(Line.parse(line))
        return {"Task_Approve": "town", "Task_PostNotice": "county"}[case.main_items()[0]["element_id"]]

    assert level(1) == "town"
    with pytest.raises(Refused):
        change("resume")
    change("suspend")
    assert level(2) == "county"
    change("resume")
    assert level(3) == "town"
    change("revoke")
    assert level(4) == "county"
    with pytest.raises(Refused):
        change("resume")
    flows.note(office)


@pytest.mark.req("QJ-01", "QJ-28", "QJ-29", "QJ-32")
@pytest.mark.parametrize("day", ["2021-10-12", "2021-12-15"])
def test_two_towns_two_ways_the_same_day(office_on: Offices, day: str) -> None:
    office = office_on(day)
    ways = {}
    for household, walk in enumerate(("Q3", "Q4"), 1):
        walker = Walker(office, WALKS[walk], household=household)
        outcome = walker.run()
        assert "End_Granted" in outcome.end_events
        steps = outcome.chains["qijiang_application"]
        ways[walk] = {"Task_Approve", "Task_DistrictApprove", "Call_Filing"} & set(steps)
        used = walker.rows("select org, level from case_decision where case_no = :case_no")
        assert used == [{"org": "qijiang", "level": "town" if walk == "Q3" else "county"}]
    assert ways == {"Q3": {"Task_Approve", "Call_Filing"}, "Q4": {"Task_DistrictApprove"}}


@pytest.mark.req("QJ-23", "QJ-24")
def test_the_eight_steps_stand_in_the_seeds_order() -> None:
    diagram = load()["qijiang_application"]
    chain = "Call_Materials Call_Acceptance Call_Verification Call_HomeVisit Call_Appraisal Task_Review"
    for first, then in pairwise(chain.split()):
        assert then not in diagram.reach("Start_Application", without=first), (first, then)
    for first, then in pairwise(["Task_Approve", "Service_CheckAuthority", "Call_Filing", "Call_ResultNotice"]):
        assert then not in diagram.reach("Start_Application", without=first), (first, then)
    assert "Task_DistrictApprove" not in diagram.reach("Start_Application", without="Call_Notice")
    gateway = diagram.element("Flow_Authority_Yes").findtext(f"{BPMN}conditionExpression")
    assert gateway == "${authority_level == 'town'}"
