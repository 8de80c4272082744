"""What becomes of a filing when its decision goes: void before it was sent, after that taken back by one of its own
(ADR 134).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiuzhu.runner import Runner
from jiuzhu.service import clock as office_clock
from jiuzhu.service import sheets
from jiuzhu.service.office import Office
from tests import flows
from tests.walks import Line, Walker, load_walks

pytestmark = pytest.mark.walks
WALKS = load_walks()
RETURN = "shared_case_report:Task_VerifyReport town_reviewer report_result=stop stop_kind=withdrawn"
SEND = ("shared_filing", "Task_SubmitFiling")


def go(walker: Walker, *lines: str) -> None:
    for line in lines:
        walker.command(line) if line.startswith("@") else walker.complete(Line.parse(line))


def until(office: Office, walk: str, element: str, household: int = 1, topics: list[str] | None = None) -> Walker:
    """Return a case whose next item is an element, along a walk; nothing beside it is worked."""
    walker = Walker(office, WALKS[walk], household=household)
    walker.runner = Runner(office, topics=topics)
    walker.start()
    for line in WALKS[walk]["order"]:
        if line.split()[0] == element:
            return walker
        go(walker, line)
    raise AssertionError(element)


def opened(walker: Walker) -> set[tuple[str, str]]:
    return {(row["top"], row["element_id"]) for row in walker.open_items()}


def filings(walker: Walker) -> list[tuple[str, str]]:
    found = walker.rows("select kind, state from filing where case_no = :case_no order by seq")
    return [(row["kind"], row["state"]) for row in found]


def dues(walker: Walker) -> list[str]:
    found = walker.rows("select state from obligation where case_no = :case_no and due_name = 'due_filing'")
    return [row["state"] for row in found]


def ended(walker: Walker, process: str) -> list[Any]:
    found = walker.rows(
        "select end_event from case_instance where case_no = :case_no and process_key = :process order by record_no",
        process=process,
    )
    return [row["end_event"] for row in found]


@pytest.mark.req("JC-25")
def test_a_revoked_decision_leaves_the_towns_sheet_and_the_others_go(office: Office) -> None:
    other = until(office, "J1", "Task_PostNotice", household=2)
    walker = until(office, "J11", "Task_Redecide")
    reviewer = walker.actor("town_reviewer")
    waiting = {one.case_no for one in sheets.list_sheets(office, reviewer).waiting}
    assert waiting == {other.case_no, walker.case_no}
    go(walker, "Task_Redecide town_confirmer decision=revoked")
    assert opened(walker) == {("jincheng_application", "Task_DeliverLetter")}
    assert filings(walker) == [("new", "void")]
    assert ended(walker, "shared_filing") == ["End_FilingVoid"]
    assert dues(walker) == ["void"]
    papers = walker.rows("select state from document where case_no = :case_no and template = 'filing'")
    assert [row["state"] for row in papers] == ["void"]
    assert [one.case_no for one in sheets.list_sheets(office, reviewer).waiting] == [other.case_no]
    sent = sheets.send_filings(office, reviewer, ["electronic"])
    assert (list(sent.case_nos), list(sent.refused)) == ([other.case_no], [])
    (sheet,) = sheets.list_sheets(office, reviewer).filings
    assert sheet.households == 1
    office_clock.advance_clock(office, None, timedelta(days=9))
    walker.settle()
    alerts = walker.rows("select kind from alert where case_no = :case_no")
    assert "due_filing" not in {row["kind"] for row in alerts}
    said = [row["sentence"] for row in walker.rows("select sentence from audit where case_no = :case_no order by seq")]
    assert [text for text in said if text.endswith("还没有报送，决定已经不再有效，不再报送")]
    assert "备案报送结束：不再报送" in said
    flows.note(office)


@pytest.mark.req("JC-24", "JC-25")
def test_a_withdrawn_application_is_not_filed(office: Office) -> None:
    walker = until(office, "J15", "@report")
    go(walker, "@report withdrawal village_officer", RETURN, "Task_RemoveNotice village_officer")
    assert SEND not in opened(walker)
    assert filings(walker) == [("new", "void")]
    go(walker, "Task_DeliverLetter town_intake delivered=true")
    assert opened(walker) == set()
    assert ended(walker, "shared_filing") == ["End_FilingVoid"]


@pytest.mark.req("JC-25")
def test_a_changed_amount_is_on_the_sheet_that_is_sent(office: Office) -> None:
    walker = until(office, "J10", "Task_Redecide")
    go(walker, "Task_Redecide town_confirmer decision=granted amount=other")
    assert SEND in opened(walker)
    go(walker, "shared_filing:Task_SubmitFiling town_reviewer")
    assert filings(walker) == [("new", "sent")]
    (sheet,) = sheets.list_sheets(office, walker.actor("town_reviewer")).filings
    text = sheets.filing_sheet(office, walker.actor("town_reviewer"), sheet.number).html
    assert "100.00" in text
    assert walker.first_amount not in text


@pytest.mark.req("JC-25")
def test_what_was_sent_is_taken_back_whether_it_was_received_or_not(office: Office) -> None:
    walker = until(office, "J11", "Task_Redecide")
    go(walker, "shared_filing:Task_SubmitFiling town_reviewer")
    go(walker, "Task_Redecide town_confirmer decision=revoked")
    assert {SEND, ("shared_filing_receipt", "Task_ReceiveFiling")} <= opened(walker)
    assert filings(walker) == [("new", "sent"), ("cancel", "built")]
    assert ended(walker, "shared_filing") == ["End_Sent", ""]
    assert dues(walker) == ["met", "open"]
    go(walker, "shared_filing_receipt:Task_ReceiveFiling county_office filing_returned=true")
    assert filings(walker) == [("new", "returned"), ("cancel", "built")], "the one that the item is about"
    go(walker, "shared_filing_receipt:Task_CorrectFiling town_reviewer")
    assert filings(walker) == [("new", "sent"), ("cancel", "built")]
    go(walker, "shared_filing:Task_SubmitFiling town_reviewer")
    receive = "shared_filing_receipt:Task_ReceiveFiling county_office filing_returned=false"
    go(walker, receive, receive)
    assert filings(walker) == [("new", "filed"), ("cancel", "filed")]
    receipts = walker.rows(
        "select r.filing_no, r.returned from filing_receipt r join filing f on f.filing_no = r.filing_no "
        "where f.case_no = :case_no order by f.seq, r.round"
    )
    (first, second) = dict.fromkeys(row["filing_no"] for row in receipts)
    kept = [(row["filing_no"], bool(row["returned"])) for row in receipts]
    assert kept == [(first, True), (first, False), (second, False)]


@pytest.mark.req("XT-12")
def test_a_case_that_is_stopped_while_its_filing_waits_ends_without_one(office: Office) -> None:
    walker = until(office, "X1", "Task_SubmitFiling")
    go(walker, "@report withdrawal village_officer", RETURN)
    assert filings(walker) == [("new", "void")]
    assert dues(walker) == ["void"]
    assert not {element for _, element in opened(walker)} & {"Task_SubmitFiling"}


@pytest.mark.req("NH-23")
@pytest.mark.parametrize("paper", [False, True])
def test_two_channels_are_void_until_one_of_them_was_used(paper: bool, office: Office) -> None:
    """The district's exchange is down, so that the electronic sheet waits while the household withdraws."""
    able = [name for name, topic in office.topics.items() if topic.errand is not None and name != "external_sync"]
    walker = until(office, "N2", "Task_PreparePackage", topics=able)
    send = ("shared_filing_two_channels", "Task_SendPaper")
    assert send in opened(walker)
    if paper:
        go(walker, "shared_filing_two_channels:Task_SendPaper town_reviewer")
        assert filings(walker) == [("new", "sent")]
    go(walker, "@report withdrawal village_officer", RETURN)
    if paper:
        assert ended(walker, "shared_filing_two_channels") == ["", ""]
        assert filings(walker) == [("new", "sent"), ("cancel", "built")]
        assert send in opened(walker)
    else:
        assert ended(walker, "shared_filing_two_channels") == ["End_FilingVoid"]
        assert filings(walker) == [("new", "void")]
        assert {top for top, _ in opened(walker)} == {"ninghe_application"}
    walker.runner = Runner(office)
    assert walker.runner.drain() == (2 if paper else 0)
    flows.note(office)
