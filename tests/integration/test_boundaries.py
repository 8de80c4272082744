"""The numbers at which procedures part, from the screen and from the command line alike: one table, two doors.

Every application and every form goes through the door; what opened then and what was kept is read from the database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.service.office import Office
from tests.doors import Commands, Door, DoorRefused, DoorWalker, Pages
from tests.forms_rollout import PHASE_TWO
from tests.process.test_qijiang import PILOT, Rollout, to_expansion
from tests.process.test_window import Visit
from tests.sittings import KINDS, waiting_cases
from tests.walks import Line, Walker, load_walks

WALKS = load_walks()
DAY = "2026-09-16"
Opener = Callable[[Office], Door]


@pytest.fixture(params=["screen", "command line"])
def door(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opener:
    if request.param == "screen":
        return Pages
    return lambda office: Commands(office, tmp_path, monkeypatch)


def walker(office: Office, door: Opener, walk: str, **changes: Any) -> DoorWalker:
    made = DoorWalker(office, {**WALKS[walk], **changes})
    made.door = door(office)
    made.arrange()
    made.start()
    return made


def until(made: DoorWalker, element: str, **more: str) -> None:
    """Walk up to and with an element, which gets other values than the walk says."""
    for text in made.walk["order"]:
        if text.startswith("@"):
            made.command(text)
            continue
        line = Line.parse(text)
        if line.element != element:
            made.complete(line)
            continue
        made.complete(Line(line.element, line.process, line.role, line.number, {**line.more, **more}))
        return
    raise AssertionError(element)


def open_now(made: Walker) -> set[str]:
    return {row["element_id"] for row in made.main_items()}


@pytest.mark.req("NH-03")
@pytest.mark.parametrize(
    ("amount", "opened", "level"),
    [("12120.00", {"Task_TownConfirm"}, "town"), ("12120.01", {"Task_SubmitCounty"}, "county")],
)
def test_ninghe_twelve_months_and_one_fen_more(
    amount: str, opened: set[str], level: str, door: Opener, office_on: Callable[[str], Office]
) -> None:
    made = walker(office_on(DAY), door, "NT1" if level == "town" else "NT2")
    until(made, "Task_Review", amount=amount)
    assert open_now(made) == opened
    decider = "Task_TownConfirm" if level == "town" else "Task_CountyConfirm"
    for text in made.walk["order"][5:]:
        made.complete(Line.parse(text))
        if text.startswith(decider):
            break
    (decided,) = made.rows("select level, amount_monthly from case_decision where case_no = :case_no")
    assert decided["level"] == level


@pytest.mark.req("XT-06", "XT-08")
@pytest.mark.parametrize(
    ("amount", "opened", "queued"),
    [
        ("1500.00", {"Task_ChiefRepTemp"}, []),
        ("1500.01", set(), ["queued"]),
        ("8000.00", set(), ["queued"]),
    ],
)
def test_xintai_who_decides_temporary_assistance(
    amount: str, opened: set[str], queued: list[str], door: Opener, office_on: Callable[[str], Office]
) -> None:
    made = walker(office_on(DAY), door, "XL1", application={"amount": amount})
    until(made, "Task_ReviewTemp", amount=amount)
    assert open_now(made) == opened
    assert [row["state"] for row in made.rows("select state from batch_item where case_no = :case_no")] == queued


@pytest.mark.req("XT-06")
def test_xintai_above_the_cap_is_refused_at_the_form(door: Opener, office_on: Callable[[str], Office]) -> None:
    office = office_on(DAY)
    with pytest.raises(DoorRefused, match=r"最高限额|不超过8000\.00元"):
        walker(office, door, "XL1", application={"amount": "8000.01"})
    with office.store.engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from case_instance").scalar_one() == 0
    made = walker(office, door, "XL1", application={"amount": "8000.00"})
    with pytest.raises(DoorRefused):
        until(made, "Task_ReviewTemp", amount="8000.01")
    assert open_now(made) == {"Task_ReviewTemp"}


@pytest.mark.req("NH-01", "NH-06")
@pytest.mark.parametrize(
    ("day", "walk", "verifier", "before_decision"),
    [
        ("2021-08-31", "N14", "county_verifier", {"Task_CountyDecide"}),
        ("2021-09-01", "N15", "town_verifier", {"Task_ConvenePanel"}),
    ],
)
def test_ninghe_the_last_day_before_and_the_first_day_of_devolution(
    day: str, walk: str, verifier: str, before_decision: set[str], door: Opener, office_on: Callable[[str], Office]
) -> None:
    made = walker(office_on(day), door, walk)
    until(made, "Task_CheckMaterials")
    groups = made.rows("select distinct group_name from work_item where case_no = :case_no")
    assert {row["group_name"].partition("@")[0] for row in groups} == {verifier}
    for text in made.walk["order"][1:]:
        made.command(text) if text.startswith("@") else made.complete(Line.parse(text))
        if text.startswith("Task_RemoveNotice"):
            break
    assert open_now(made) == before_decision


@pytest.mark.req("XX-33")
@pytest.mark.parametrize(("second", "breached", "seconds"), [("09:15:00", False, 900), ("09:15:01", True, 901)])
def test_xixiu_an_answer_at_fifteen_minutes_and_a_second_later(
    second: str, breached: bool, seconds: int, door: Opener, office_on: Callable[[str], Office]
) -> None:
    office = office_on(DAY)
    through = door(office)
    visit = Visit(office, at=f"{DAY}T09:00")
    visit.wait_until(f"{DAY}T{second}", fire=False)  # no timer has woken: the moment of the answer decides
    item = visit.item("Task_Answer")
    clerk = visit.actor("town_intake")
    said = through.complete(clerk.login, item["task_id"], visit.answers(item["form"]))
    assert said.done, said.text
    row = visit.row()
    assert (bool(row["breached"]), row["seconds"]) == (breached, seconds)
    assert visit.alerts() == (["window_breach"] if breached else [])


@pytest.mark.req("NH-20")
@pytest.mark.parametrize(
    ("kinds", "reason", "opened"),
    [
        ("hdcv", "", "Task_ConvenePanel"),
        ("hdcvc", "", "Task_PanelOpinion"),
        ("hdcvcvc", "", "Task_PanelOpinion"),
        ("hdcvcvcv", "", "Task_ConvenePanel"),
        ("hdcvcvcv", "涉及两个村", "Task_PanelOpinion"),
        ("hdcdcc", "理由充分", "Task_ConvenePanel"),
    ],
)
def test_ninghe_the_panel_of_one_case(kinds: str, reason: str, opened: str, door: Opener, office: Office) -> None:
    (waiting,) = waiting_cases(office, 1)
    through, head = door(office), waiting.actor("town_head")
    item = waiting.main_items()[0]
    members = [
        {"person": f"ninghe-town_panel-{number}", "kind": KINDS[letter], "post": "示例职务"}
        for number, letter in enumerate(kinds, start=1)
    ]
    data = waiting.answers(item["form"], head) | {"panel_members": members, "size_reason": reason}
    through.complete(head.login, item["task_id"], data)
    assert open_now(waiting) == {opened}


@pytest.mark.req("QJ-28", "QJ-29", "QJ-36")
@pytest.mark.parametrize(
    ("walk", "town", "opened"),
    [("Q3", "打通镇", {"Task_Approve"}), ("Q4", "古南街道", {"Task_DistrictApprove"})],
)
def test_qijiang_two_towns_on_the_same_day(
    walk: str, town: str, opened: set[str], door: Opener, office_on: Callable[[str], Office]
) -> None:
    made = walker(office_on("2021-10-12"), door, walk)
    names = made.rows(
        "select o.name from case_instance c join organisation o on o.id = c.intake_town where c.case_no = :case_no"
    )
    assert [row["name"] for row in names] == [town]
    for text in made.walk["order"]:
        if text.split()[0] in opened:
            break
        made.command(text) if text.startswith("@") else made.complete(Line.parse(text))
    assert open_now(made) == opened


class DoorRollout(Rollout):
    """The rollout through a door; the towns in the middle of a phase, which decide no boundary, by the service."""

    door: Door
    in_the_middle = False

    def submit(self, actor: Any, task: str, data: dict[str, Any]) -> None:
        if self.in_the_middle:
            super().submit(actor, task, data)
            return
        said = self.door.complete(actor.login, task, data)
        if not said.done:
            raise DoorRefused(said.text)

    def phase(self, towns: Sequence[str]) -> None:
        """Activate a phase's towns, its first and last through the door."""
        for town in towns:
            self.in_the_middle = town not in {towns[0], towns[-1]}
            self.activate(town)
        self.in_the_middle = False


@pytest.mark.req("QJ-28", "QJ-29", "QJ-30", "QJ-32", "QJ-43")
def test_qijiang_one_eleven_and_twenty_one_towns(door: Opener, office_on: Callable[[str], Office]) -> None:
    office = office_on("2021-03-25")
    rollout = DoorRollout(office)
    rollout.door = door(office)
    to_expansion(rollout)
    rollout.do("Task_DecideExpansion", "county_leader", "rollout_decision", expansion="go")
    with pytest.raises(DoorRefused):
        rollout.do("Task_ChoosePhase2", "county_leader", "rollout_phase", rollout_towns=list(PHASE_TWO[:9]))
    rollout.do("Task_ChoosePhase2", "county_leader", "rollout_phase")
    rollout.phase(PHASE_TWO)
    rollout.clock("2022-05-04")
    rollout.phase([row["town"] for row in rollout.open() if row["element_id"] == "Task_Prepare"])
    days = [date(2021, 3, 24), date(2021, 3, 25), date(2021, 11, 30), date(2021, 12, 1), date(2022, 5, 31)]
    assert [len(rollout.devolved(day)) for day in days] == [0, 1, 1, 11, 11]
    assert len(rollout.devolved(date(2022, 6, 1))) == 21
    assert rollout.devolved(days[1]) == {PILOT}
