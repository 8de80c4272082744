"""宁河: one sitting over many cases. Every rule of the single case holds, and an act is done for all cases or none."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.errors import Conflict, Forbidden, Invalid, JiuzhuError
from jiuzhu.service import recusals, sittings, work
from jiuzhu.service.documents import list_documents
from jiuzhu.service.office import Office
from jiuzhu.service.sitting_view import list_sittings, minutes_paper, show_sitting
from tests.process.test_ninghe import attempt
from tests.sittings import LOGIN, minutes, open_over, seats, sign, votes, waiting_cases
from tests.walks import Line, Walker

pytestmark = pytest.mark.walks


def elements(walker: Walker) -> set[str]:
    return {row["element_id"] for row in walker.main_items()}


def opinions(walker: Walker) -> int:
    return len(walker.rows("select id from submission where case_no = :case_no and form = 'panel_opinion'"))


def stages(walker: Walker, number: str) -> dict[str, str]:
    found = show_sitting(walker.office, walker.actor("town_head"), number)
    return {line.case_no: line.stage for line in found.lines}


@pytest.mark.req("NH-20", "NH-21")
def test_one_sitting_decides_many_cases(office: Office) -> None:
    walkers = waiting_cases(office, 3)
    number = open_over(walkers)
    assert all(elements(walker) == {"Task_PanelOpinion"} for walker in walkers)
    for member in (1, 2, 3, 4):
        assert len(sign(walkers, number, member).case_nos) == 3
    sign(walkers, number, 5, c1="refuse")  # 4:1 on the second case
    assert [elements(walker) for walker in walkers] == [{"Task_Minutes"}, {"Task_Reexamine"}, {"Task_Minutes"}]
    sittings.close(office, walkers[0].actor("town_head"), number, minutes())

    for walker, decided in zip(walkers, (1, 0, 1), strict=True):
        assert len(walker.rows("select decision_no from case_decision where case_no = :case_no")) == decided
        papers = walker.rows("select html from document where case_no = :case_no and template = 'panel_minutes'")
        assert len(papers) == 1
    assert stages(walkers[0], number) == {
        walkers[0].case_no: "decided",
        walkers[1].case_no: "disputed",
        walkers[2].case_no: "decided",
    }
    title, html = minutes_paper(office, walkers[0].actor("town_head"), number)
    assert "议事协商会议纪要" in title
    assert all(walker.case_no in html for walker in walkers)
    assert "有争议" in html
    assert "同意4、不同意1" in html
    with pytest.raises(Conflict, match="已经签发"):
        sittings.close(office, walkers[0].actor("town_head"), number, minutes())
    for role in ("town_head", "town_panel", "county_approver"):  # nothing but the party committee closes it
        with pytest.raises(JiuzhuError):
            attempt(walkers[1], role, 1)


@pytest.mark.req("NH-20")
def test_the_extract_of_a_case_names_the_sitting_and_its_own_votes(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    number = open_over(walkers)
    for member in (1, 2, 3, 4):
        sign(walkers, number, member)
    sign(walkers, number, 5, c1="disputed")
    sittings.close(office, walkers[0].actor("town_head"), number, minutes())
    for walker, word in ((walkers[0], "同意"), (walkers[1], "有争议")):
        (paper,) = [
            one
            for one in list_documents(office, walker.actor("town_head"), walker.case_no)
            if one.template == "panel_minutes"
        ]
        assert number in paper.html
        assert word in paper.html
        other = walkers[1] if walker is walkers[0] else walkers[0]
        assert other.case_no not in paper.html


@pytest.mark.req("NH-20", "NH-19")
@pytest.mark.parametrize(
    ("numbers", "kinds", "reason", "fine"),
    [
        ("1,2,3,4", "hdcv", "", False),
        ("1,2,3,4", "hdcv", "两名成员外出学习", True),
        ("1,2,3,4,5", "hdcvc", "", True),
        ("1,2,3,4,5,6,7", "hdcvcvc", "", True),
        ("1,2,3,4,5,6,7,8", "hdcvcvcv", "", False),
        ("1,2,3,4,5,6,7,8", "hdcvcvcv", "涉及两个村", True),
        ("1,2,3,4,5,6", "hdcdcc", "理由充分", False),
    ],
)
def test_who_may_sit(office: Office, numbers: str, kinds: str, reason: str, fine: bool) -> None:
    (walker,) = waiting_cases(office, 1)
    if fine:
        open_over([walker], numbers, kinds, reason)
        assert elements(walker) == {"Task_PanelOpinion"}
        return
    with pytest.raises(Conflict, match=walker.case_no):
        open_over([walker], numbers, kinds, reason)
    assert elements(walker) == {"Task_ConvenePanel"}
    assert walker.rows("select sitting_no from sitting") == []


@pytest.mark.req("NH-20", "JC-45")
def test_a_relative_is_left_out_of_that_case_only_and_the_rest_must_still_be_enough(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    recusals.recuse(office, walkers[0].actor("town_panel", 5), walkers[0].case_no, "是申请人的表亲")
    with pytest.raises(Conflict, match=walkers[0].case_no):
        open_over(walkers)  # four are left over the first case
    assert all(elements(walker) == {"Task_ConvenePanel"} for walker in walkers)
    number = open_over(walkers, reasons={walkers[0].case_no: "一名成员回避"})
    for member in (1, 2, 3, 4):
        sign(walkers, number, member)
    with pytest.raises(Conflict, match=walkers[0].case_no):
        sign(walkers, number, 5)
    assert sign(walkers[1:], number, 5).case_nos == [walkers[1].case_no]
    assert [opinions(walker) for walker in walkers] == [4, 5]
    shown = show_sitting(office, walkers[0].actor("town_panel", 5), number)
    hidden = next(line for line in shown.lines if not line.case_no or line.hidden)
    assert hidden.applicant_name == ""
    sittings.close(office, walkers[0].actor("town_head"), number, minutes())
    assert stages(walkers[0], number) == {walker.case_no: "decided" for walker in walkers}


@pytest.mark.req("NH-20", "JC-45")
def test_a_member_may_keep_out_while_signing(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    number = open_over(walkers, "1,2,3,4,5,6")
    for member in (1, 2, 3, 4, 5):
        sign(walkers, number, member)
    sign(walkers, number, 6, c0="recused")
    assert all(elements(walker) == {"Task_Minutes"} for walker in walkers)
    with pytest.raises(Forbidden, match="回避"):
        work.open_item(office, walkers[0].actor("town_panel", 6), walkers[0].main_items()[0]["task_id"])
    sittings.close(office, walkers[0].actor("town_head"), number, minutes())
    _, html = minutes_paper(office, walkers[0].actor("town_head"), number)
    assert "同意5、回避1" in html


@pytest.mark.req("NH-20", "JC-45")
def test_when_too_few_are_left_the_case_is_convened_anew_inside_the_sitting(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    number = open_over(walkers)
    for member in (1, 2, 3, 4):
        sign(walkers, number, member)
    sign(walkers, number, 5, c0="recused")
    assert [elements(walker) for walker in walkers] == [{"Task_ConvenePanel"}, {"Task_Minutes"}]
    head = walkers[0].actor("town_head")
    with pytest.raises(Conflict, match="重新确定成员"):
        sittings.close(office, head, number, minutes())
    with pytest.raises(Conflict, match="人"):
        sittings.convene(office, head, number, [walkers[0].case_no])
    because = sittings.Exceptions(reasons={walkers[0].case_no: "一名成员回避"})
    sittings.convene(office, head, number, [walkers[0].case_no], because)
    for member in (1, 2, 3, 4):
        assert sign(walkers[:1], number, member).case_nos == [walkers[0].case_no]
    sittings.close(office, head, number, minutes())
    assert stages(walkers[0], number) == {walker.case_no: "decided" for walker in walkers}


@pytest.mark.req("NH-20")
def test_signing_twice_changes_nothing_and_a_second_opinion_is_refused(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    number = open_over(walkers)
    sign(walkers, number, 1)
    assert sign(walkers, number, 1).already_done
    with pytest.raises(Conflict, match="每人一次"):
        sign(walkers, number, 1, "refuse")
    assert [opinions(walker) for walker in walkers] == [1, 1]


@pytest.mark.req("NH-20")
def test_all_cases_or_none(office: Office) -> None:
    walkers = waiting_cases(office, 3)
    number = open_over(walkers)
    with pytest.raises(Invalid) as missing:
        sign(walkers[:2], number, 1)
    assert list(missing.value.faults) == [f"vote-{walkers[2].case_no}"]
    walkers[1].command("@report withdrawal town_intake")
    (check,) = [row for row in walkers[1].open_items() if row["top"] == "shared_case_report"]
    walkers[1].complete(Line.parse(f"shared_case_report:{check['element_id']} town_reviewer"))
    assert "Task_PanelOpinion" not in elements(walkers[1])
    with pytest.raises(Conflict, match=walkers[1].case_no):
        sign(walkers, number, 1)
    assert [opinions(walker) for walker in walkers] == [0, 0, 0]
    rest = [walkers[0], walkers[2]]
    for member in (1, 2, 3, 4, 5):
        sign(rest, number, member)
    sittings.close(office, walkers[0].actor("town_head"), number, minutes())
    found = stages(walkers[0], number)
    assert found == {walkers[0].case_no: "decided", walkers[1].case_no: "ended", walkers[2].case_no: "decided"}


@pytest.mark.req("NH-20")
def test_a_late_case_joins_and_asks_only_for_itself(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    number = open_over(walkers[:1])
    sign(walkers[:1], number, 1)
    sittings.convene(office, walkers[0].actor("town_head"), number, [walkers[1].case_no])
    assert sign(walkers, number, 1).case_nos == [walkers[1].case_no]
    for member in (2, 3, 4, 5):
        sign(walkers, number, member)
    assert all(elements(walker) == {"Task_Minutes"} for walker in walkers)


@pytest.mark.req("NH-20")
def test_a_case_that_was_taken_out_goes_on_by_itself(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    number = open_over(walkers)
    head = walkers[0].actor("town_head")
    with pytest.raises(Invalid):
        sittings.take_out(office, head, number, walkers[0].case_no, " ")
    sittings.take_out(office, head, number, walkers[0].case_no, "材料要补充")
    for member in (1, 2, 3, 4, 5):
        sign(walkers[1:], number, member)
        attempt(walkers[0], "town_panel", member)
    sittings.close(office, head, number, minutes())
    assert elements(walkers[0]) == {"Task_Minutes"}
    assert elements(walkers[1]) != {"Task_Minutes"}


@pytest.mark.req("NH-20")
def test_the_single_way_and_the_sitting_see_the_same_votes(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    number = open_over(walkers)
    attempt(walkers[0], "town_panel", 1)
    assert sign(walkers, number, 1).case_nos == [walkers[1].case_no]
    shown = show_sitting(office, walkers[0].actor("town_panel", 2), number)
    assert [line.cells[0].vote for line in shown.lines] == ["agree", "agree"]
    assert shown.pending == 2
    assert [one.sitting_no for one in list_sittings(office, walkers[0].actor("town_panel", 2)).sittings] == [number]


@pytest.mark.req("NH-20")
def test_an_investigator_reports_in_the_sitting_without_a_vote(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    number = open_over(walkers, "1,2,3,4,visitor")
    visitor = walkers[0].actor("town_investigator")
    with pytest.raises(Conflict, match="不表决"):
        sittings.sign(office, visitor, number, votes(walkers), LOGIN)
    assert [opinions(walker) for walker in walkers] == [0, 0]
    sittings.sign(office, visitor, number, votes(walkers, "report"), LOGIN)
    assert show_sitting(office, visitor, number).lines[0].cells[4].vote == "report"


@pytest.mark.req("NH-19", "NH-20")
def test_who_may_not_open_sign_or_close(office: Office) -> None:
    walkers = waiting_cases(office, 1)
    head, stranger = walkers[0].actor("town_head"), walkers[0].actor("town_head", 2)
    plan: dict[str, Any] = {
        "meeting_on": walkers[0].now.date(),
        "meeting_place": "示例会议室",
        "seats": seats(),
        "case_nos": [walkers[0].case_no],
    }
    for role, own in (("town_reviewer", 1), ("town_panel", 1), ("town_head", 2), ("county_approver", 1)):
        with pytest.raises(JiuzhuError):
            sittings.open_sitting(office, walkers[0].actor(role, own), sittings.Plan(**plan))
    with pytest.raises(Invalid, match="不能开会"):
        sittings.open_sitting(office, head, sittings.Plan(**{**plan, "case_nos": [f"x{n}" for n in range(51)]}))
    number = open_over(walkers)
    with pytest.raises(Forbidden, match="成员"):
        sign(walkers, number, 8)
    for actor in (stranger, walkers[0].actor("town_panel")):
        with pytest.raises(Forbidden):
            sittings.close(office, actor, number, minutes())
    with pytest.raises(Conflict, match="表决中"):
        sittings.close(office, head, number, minutes())
    with pytest.raises(JiuzhuError):
        show_sitting(office, stranger, number)


@pytest.mark.req("NH-20")
def test_minutes_say_why_for_each_case_that_is_refused_or_sent_back(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    number = open_over(walkers)
    for member in (1, 2, 3, 4, 5):
        sign(walkers, number, member, c0="refuse", c1="back")
    head = walkers[0].actor("town_head")
    with pytest.raises(Invalid) as faults:
        sittings.close(office, head, number, minutes())
    assert any(walkers[0].case_no in path for path in faults.value.faults)
    lines = {
        walkers[0].case_no: {
            "reason_code": "income_over",
            "reason_text": "家庭人均收入超过救助标准。",
            "decision_facts": "人均月收入超过标准，有核对报告。",
        },
        walkers[1].case_no: {"back_reason": "补充核实务工收入。"},
    }
    sittings.close(office, head, number, minutes(lines))
    decided = [walker.rows("select decision from case_decision where case_no = :case_no") for walker in walkers]
    assert [[row["decision"] for row in rows] for rows in decided] == [["refused"], []]
    assert stages(walkers[0], number) == {walker.case_no: "decided" for walker in walkers}
    with office.store.engine.connect() as connection:
        (row,) = connection.execute(text("select state, minutes_sha256 from sitting")).all()
    assert row.state == "closed"
    assert len(row.minutes_sha256) == 64
