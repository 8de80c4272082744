"""新泰: agents act only on a signed letter, free of charge, and the applicant runs once at most (R-08)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.errors import Forbidden, Invalid, Refused
from jiuzhu.service import cases, work
from jiuzhu.service import clock as office_clock
from jiuzhu.service import documents as papers
from jiuzhu.service.office import Office
from tests.conftest import DAY
from tests.process.test_xintai_entrust import Matter
from tests.walks import Line, Walker, load_walks

pytestmark = pytest.mark.walks
X1 = load_walks()["X1"]
Offices = Callable[[str], Office]
LETTER = {
    "agent_name": "花超",
    "agent_phone": "10000000001",
    "agent_relation": "镇街代办员",
}


def asked(office: Office, **request: Any) -> Matter:
    """Return an agency matter in which the agent is named."""
    matter = Matter(office, "xintai_agency", "village_officer", "agency_request", **request)
    matter.do("Task_AssignAgent", "town_intake")
    return matter


def signed(office: Office, **letter: Any) -> tuple[Matter, str]:
    """Return a matter whose letter is registered, and the letter's number."""
    matter = asked(office)
    matter.do("Task_SignLetter", "agent", **letter)
    return matter, matter.walker.rows("select letter_no from agency_letter")[0]["letter_no"]


def apply(office: Office, number: str, *, role: str = "agent", household: int = 1, **more: Any) -> Walker:
    """Hand in an application on a letter."""
    walker = Walker(office, X1, household=household)
    actor = walker.actor(role)
    data = walker.answers("application", actor, channel="agent", agency_letter_no=number, **LETTER, **more)
    data["agency_letter"] = [walker.attachment(actor)]
    made = cases.start_case(office, actor, "xintai_application", data)
    walker.case_no = made.case_no
    walker.settle()
    return walker


def applications(walker: Walker) -> int:
    return len(walker.rows("select id from case_instance where process_key = 'xintai_application'"))


@pytest.mark.req("XT-01", "XT-23", "XT-28", "XT-29", "XT-30")
def test_an_agent_applies_on_a_signed_letter_and_it_is_free(office_on: Offices) -> None:
    office = office_on(DAY)
    matter, number = signed(office)
    rows = matter.walker.rows("select agent, fee, used_for, status from agency_letter")
    assert [(row["agent"], row["fee"], row["used_for"]) for row in rows] == [("xintai-agent-1", 0, "")]
    assert matter.documents() == ["agency_letter"]
    number_of_paper = matter.walker.rows("select document_no from document")[0]["document_no"]
    paper = papers.document_html(office, matter.actor("town_intake"), number_of_paper).html
    assert "0元（免费）" in paper
    for one in ("申请表", "诚信声明", "委托授权书"):
        assert one in paper
    for fetched in ("户口簿", "不动产登记信息", "收入证明"):
        assert fetched not in paper, "what data sharing can fetch is never asked for"
    case = apply(office, number)
    assert case.rows("select used_for from agency_letter") == [{"used_for": case.case_no}]
    assert matter.open() == ["Task_Feedback"]
    with pytest.raises(Invalid, match="1 处"):
        matter.do("Task_Feedback", "town_intake", applicant_visits=2)
    matter.do("Task_Feedback", "town_intake", applicant_visits=1)
    assert matter.ends() == ["End_Submitted"]
    found = case.rows("select items from materials_checklist where case_no = :case_no")
    assert found
    items = found[0]["items"]
    wanted = [row for row in (json.loads(items) if isinstance(items, str) else items) if row["required"]]
    assert [row["label"] for row in wanted] == ["申请表", "诚信声明", "委托授权书"]
    with pytest.raises(Refused, match="已用于"):
        apply(office, number, role="town_intake")


@pytest.mark.req("XT-23")
def test_nothing_is_entered_before_the_letter_is_signed(office_on: Offices) -> None:
    office = office_on(DAY)
    matter = asked(office)
    agent = matter.actor("agent")
    for act in (
        lambda: cases.start_form(office, agent, "xintai_application"),
        lambda: cases.save_start_draft(office, agent, "xintai_application", {"applicant_name": "某人"}),
        lambda: apply(office, "新泰-2026-代办-0001-委托书"),
        lambda: apply(office, ""),
    ):
        with pytest.raises((Forbidden, Invalid)):
            act()
    with pytest.raises(Forbidden, match="R-08"):
        cases.start_form(office, agent, "xintai_application")
    assert applications(matter.walker) == 0
    assert matter.walker.rows("select subject from draft") == []
    matter.do("Task_SignLetter", "agent")
    cases.start_form(office, agent, "xintai_application")


@pytest.mark.req("XT-23")
def test_the_window_needs_the_letter_too(office_on: Offices) -> None:
    office = office_on(DAY)
    walker = Walker(office, X1)
    with pytest.raises(Refused, match="R-08 先签代办委托书再代办：没有登记编号为纸1号"):
        apply(office, "纸1号", role="town_intake")
    assert applications(walker) == 0
    _, number = signed(office)
    apply(office, number, role="town_intake")
    assert applications(walker) == 1


def expired(office: Office, matter: Matter) -> None:
    office_clock.advance_clock(office, None, timedelta(days=31))
    matter.settle()
    assert matter.ends() == ["End_Lapsed"]


def revoked(office: Office, matter: Matter) -> None:
    actor = matter.actor("town_intake")
    cases.send_message(office, actor, matter.case_no, "agency.revoked", matter.answers("agency_revoke", "town_intake"))
    matter.settle()
    assert matter.ends() == ["End_Revoked"]


@pytest.mark.req("XT-23")
@pytest.mark.parametrize(("end", "word"), [(expired, "不在有效期内"), (revoked, "已撤销")])
def test_a_letter_that_ended_stops_the_agent(
    end: Callable[[Office, Matter], None], word: str, office_on: Offices
) -> None:
    office = office_on(DAY)
    matter, number = signed(office)
    end(office, matter)
    with pytest.raises(Forbidden, match="R-08"):
        apply(office, number)
    with pytest.raises(Refused, match=word):
        apply(office, number, role="town_intake")
    assert applications(matter.walker) == 0


@pytest.mark.req("XT-23")
def test_a_letter_is_for_one_person_one_matter_one_agent(office_on: Offices) -> None:
    office = office_on(DAY)
    matter, number = signed(office)
    with pytest.raises(Refused, match="不是这位申请人签的"):
        apply(office, number, household=2)
    walker = Walker(office, X1)
    data = walker.answers("application", walker.actor("agent"), channel="window")
    with pytest.raises(Refused, match="申请渠道应选“代办”"):
        cases.start_case(office, walker.actor("agent"), "xintai_application", data)
    with office.store.engine.begin() as connection:
        connection.execute(text("update agency_letter set programmes = '[\"tekun\"]'"))
    with pytest.raises(Refused, match="没有委托办理最低生活保障"):
        apply(office, number)
    with office.store.engine.begin() as connection:
        connection.execute(text("update agency_letter set programmes = '[\"dibao\"]', agent = 'xintai-agent-2'"))
    with pytest.raises(Forbidden):
        apply(office, number)
    assert applications(matter.walker) == 0


@pytest.mark.req("XT-23")
def test_the_agent_is_designated_and_whoever_declines_is_left_alone(office_on: Offices) -> None:
    office = office_on(DAY)
    matter = asked(office, agency_groups=[])
    item = matter.walker.open_items()[0]
    other = matter.actor("agent", 2)
    with pytest.raises(Forbidden):
        work.complete(office, other, item["task_id"], matter.answers("agency_letter", "agent", 2))
    matter.do("Task_SignLetter", "agent", letter_signed=False, decline_reason="申请人决定自己去窗口。",
              agency_until=None, agency_scan=None, agency_told=None)  # fmt: skip
    assert matter.ends() == ["End_Declined"]
    assert matter.walker.rows("select letter_no from agency_letter") == []


@pytest.mark.req("XT-23")
def test_a_fee_cannot_be_entered_and_one_that_was_taken_is_reported(office_on: Offices) -> None:
    office = office_on(DAY)
    matter = asked(office)
    with pytest.raises(Invalid):
        matter.do("Task_SignLetter", "agent", fee="10.00")
    matter.do("Task_SignLetter", "agent")
    apply(office, matter.walker.rows("select letter_no from agency_letter")[0]["letter_no"])
    matter.do("Task_Feedback", "town_intake", fee_charged=True)
    assert matter.walker.rows("select kind, alert_group from alert where case_no = :case_no") == [
        {"kind": "agency_fee", "alert_group": "county_supervisor@xintai"}
    ]


@pytest.mark.req("XT-01", "XT-41")
def test_a_case_that_an_agent_brought_goes_the_usual_way(office_on: Offices) -> None:
    office = office_on(DAY)
    _, number = signed(office)
    case = apply(office, number)
    for line in X1["order"]:
        if "Task_ChiefRepReview" in line:
            break
        case.complete(Line.parse(line))
    assert {row["element_id"] for row in case.main_items()} == {"Task_ChiefRepReview"}
    done = case.rows("select distinct person from submission where case_no = :case_no")
    agents = [row["person"] for row in done if "agent" in row["person"]]
    assert agents == ["xintai-agent-1"], "the agent enters, and does nothing else"
