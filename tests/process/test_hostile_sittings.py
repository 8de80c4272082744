"""Sittings that meet the unexpected: a death, a case convened elsewhere, changed minutes (NH-20)."""

from __future__ import annotations

import pytest

from jiuzhu.domain.rows import Sitting
from jiuzhu.errors import Conflict, Invalid, JiuzhuError, Refused
from jiuzhu.service import sittings
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.service.sitting_minutes import Minutes
from jiuzhu.service.sitting_view import minutes_paper, show_sitting
from jiuzhu.store.shelf import shelf_of
from tests.sittings import LOGIN, minutes, open_over, seats, sign, waiting_cases
from tests.walks import Line, Walker

pytestmark = pytest.mark.walks


def elements(walker: Walker) -> set[str]:
    return {row["element_id"] for row in walker.main_items()}


def stage(walker: Walker, number: str) -> str:
    found = show_sitting(walker.office, walker.actor("town_head"), number)
    return next(line.stage for line in found.lines if line.case_no == walker.case_no)


@pytest.mark.req("NH-20")
def test_a_death_reported_during_the_sitting_stops_that_case(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    number = open_over(walkers)
    for member in (1, 2, 3, 4, 5):
        sign(walkers, number, member)
    walkers[0].command("@report death village_officer")
    head = walkers[0].actor("town_head")
    with pytest.raises(Conflict, match=walkers[0].case_no):
        sittings.close(office, head, number, minutes())
    assert [walker.rows("select decision_no from case_decision where case_no = :case_no") for walker in walkers] == [
        [],
        [],
    ]
    (check,) = [row for row in walkers[0].open_items() if row["top"] == "shared_case_report"]
    walkers[0].complete(Line.parse(f"shared_case_report:{check['element_id']} town_reviewer"))
    assert stage(walkers[0], number) == "ended"
    sittings.close(office, head, number, minutes())
    decided = [walker.rows("select decision_no from case_decision where case_no = :case_no") for walker in walkers]
    assert [len(rows) for rows in decided] == [0, 1]


@pytest.mark.req("NH-20")
def test_a_case_is_voted_on_in_one_sitting_only(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    number = open_over(walkers, "1,2,3,4,5")
    with pytest.raises(Conflict, match="不等待确定"):
        open_over(walkers[:1], "1,2,3,4,6")
    for member in (1, 2, 3, 4):
        sign(walkers, number, member)
    sign(walkers, number, 5, c0="recused")  # too few are left: the first case is to be convened anew
    other = open_over(walkers[:1], "1,2,3,4,6")
    assert stage(walkers[0], number) == "elsewhere"
    with pytest.raises(Conflict, match="另行召集"):
        sign(walkers[:1], number, 1)
    with pytest.raises(Conflict):
        sittings.convene(office, walkers[0].actor("town_head"), number, [walkers[0].case_no])
    for member in (1, 2, 3, 4, 6):
        assert sign(walkers[:1], other, member).case_nos == [walkers[0].case_no]
    head = walkers[0].actor("town_head")
    sittings.close(office, head, number, minutes())
    assert elements(walkers[0]) == {"Task_Minutes"}
    _, html = minutes_paper(office, head, number)
    sittings.close(office, head, other, minutes())
    decided = [walker.rows("select decision_no from case_decision where case_no = :case_no") for walker in walkers]
    assert [len(rows) for rows in decided] == [1, 1]
    assert walkers[0].case_no in html
    assert "另行召集" in html


@pytest.mark.req("NH-20")
def test_minutes_that_were_changed_after_the_signature_are_not_shown_as_signed(office: Office) -> None:
    walkers = waiting_cases(office, 1)
    number = open_over(walkers)
    for member in (1, 2, 3, 4, 5):
        sign(walkers, number, member)
    head = walkers[0].actor("town_head")
    sittings.close(office, head, number, minutes())
    assert minutes_paper(office, head, number)
    with pytest.raises(Conflict):
        sittings.convene(office, head, number, [walkers[0].case_no])
    with pytest.raises(Conflict):
        sittings.take_out(office, head, number, walkers[0].case_no, "改主意了")
    with pytest.raises(Conflict):
        sign(walkers, number, 1, "refuse")
    with open_desk(office, head) as desk:
        (row,) = shelf_of(desk.tx).find(Sitting, {"sitting_no": number})
        shelf_of(desk.tx).change(row, {"minutes": {**row.minutes, "minutes_text": "全体同意给予最高金额。"}})
    with pytest.raises(Refused, match="校验"):
        minutes_paper(office, head, number)


@pytest.mark.req("NH-20")
def test_very_long_words_are_refused_before_anything_is_written(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    long = "长" * 100_000
    plan = sittings.Plan(
        meeting_on=walkers[0].now.date(), meeting_place=long, seats=seats(), case_nos=[one.case_no for one in walkers]
    )
    with pytest.raises(JiuzhuError):
        sittings.open_sitting(office, walkers[0].actor("town_head"), plan)
    assert walkers[0].rows("select sitting_no from sitting") == []
    number = open_over(walkers)
    with pytest.raises(JiuzhuError):
        sittings.sign(
            office,
            walkers[0].actor("town_panel", 1),
            number,
            {one.case_no: sittings.Vote(vote="agree", reason=long) for one in walkers},
            LOGIN,
        )
    for member in (1, 2, 3, 4):
        sign(walkers, number, member)
    sign(walkers, number, 5, "disputed")
    with pytest.raises(Invalid):
        sittings.close(
            office, walkers[0].actor("town_head"), number, Minutes(text=long, opinion="成员意见一致。", confirmed=True)
        )
    assert walkers[0].rows("select state from sitting") == [{"state": "open"}]
