"""Filing, recipient, payment order, dossier, ending and changing a case, one process starting another."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.domain.dossiers import change_hash
from jiuzhu.domain.events import blocking_event
from jiuzhu.domain.recipients import note_change
from jiuzhu.domain.rows import (
    CaseEvent,
    Delivery,
    Document,
    Dossier,
    DossierCase,
    DossierItem,
    Filing,
    FilingReceipt,
    Household,
    HouseholdPerson,
    Notice,
    Objection,
    Obligation,
    PaymentOrder,
    Recipient,
)
from jiuzhu.errors import BpmnError, Refused
from tests.fakes.desk import Desk
from tests.fakes.household import acceptance_check, application, confirmation, home_visit

OTHER = "晋城城区-2026-低保-0001/备案2"


def decided(**changes: Any) -> Desk:
    desk = Desk()
    desk.submit("application", application())
    desk.submit("acceptance_check", acceptance_check())
    desk.submit("review_opinion", {"review_result": "agree", "review_opinion": "拟同意。"}, person="p2")
    desk.submit("confirmation", confirmation(**changes), person="decider")
    desk.run("form_book")
    return desk


def noticed() -> Desk:
    desk = decided()
    desk.run("notice_prepare", notice_mode="new")
    desk.submit("notice_post", {"posted_at": "2026-09-16T10:00"})
    desk.run("notice_open")
    desk.wait(days=8)
    return desk


def file(desk: Desk, record_no: str) -> dict[str, Any]:
    return desk.run("filing_build", inside="shared_filing", record_no=record_no)


@pytest.mark.req("JC-25")
def test_a_filing_is_new_then_changed_then_cancelled() -> None:
    desk = decided()
    first = f"{desk.records.head.case_no}/备案1"
    assert file(desk, first)["filing_state"] == "build"
    desk.submit("filing", {"filing_ways": ["electronic"]}, record_no=first)
    desk.run("form_book")
    filing = desk.rows(Filing)[0]
    assert (filing.kind, filing.state, filing.lines[0]["amount_after"]) == ("new", "sent", "1330.00")
    assert filing.sheet_no

    desk.submit("redecision", {"decision": "granted", "amount_monthly": "900.00"}, person="decider")
    desk.run("filing_amend")
    assert [key for key, _ in desk.others.started] == ["shared_filing"]
    file(desk, OTHER)
    change = desk.rows(Filing)[1]
    assert (change.kind, change.lines[0]["amount_before"], change.lines[0]["amount_after"]) == (
        "change",
        "1330.00",
        "900.00",
    )
    desk.submit("filing", {"filing_ways": ["electronic"]}, record_no=OTHER)
    desk.run("form_book")

    desk.submit("redecision", {"decision": "revoked", "reason_code": "income_over"}, person="decider")
    file(desk, f"{desk.records.head.case_no}/备案3")
    cancel = desk.rows(Filing)[2]
    assert (cancel.kind, cancel.lines[0]["amount_before"], cancel.lines[0]["amount_after"]) == (
        "cancel",
        "900.00",
        "0.00",
    )


@pytest.mark.req("JC-25")
def test_an_unsent_filing_is_corrected_and_merged() -> None:
    desk = decided()
    first = f"{desk.records.head.case_no}/备案1"
    number = file(desk, first)["filing_no"]
    desk.submit("redecision", {"decision": "granted", "amount_monthly": "900.00"}, person="decider")
    desk.run("filing_amend")
    assert desk.others.started == []
    assert file(desk, OTHER) | {"due_simple": ""} == {"filing_no": number, "filing_state": "merged", "due_simple": ""}
    filing = desk.rows(Filing)[0]
    assert (filing.kind, filing.lines[0]["amount_after"]) == ("new", "900.00")
    papers = [row.state for row in desk.rows(Document) if row.template == "filing"]
    assert papers.count("valid") == 1


@pytest.mark.req("JC-25")
def test_a_revoked_decision_makes_the_unsent_filing_void_and_a_later_grant_is_filed_anew() -> None:
    desk = decided()
    first = f"{desk.records.head.case_no}/备案1"
    number = file(desk, first)["filing_no"]
    desk.run("deadlines", milestone="submitted", inside="jincheng_application")
    desk.run("deadlines", milestone="confirmed", inside="shared_filing", record_no=first)
    desk.submit("redecision", {"decision": "revoked", "reason_code": "income_over"}, person="decider")
    desk.run("filing_amend")
    desk.run("filing_amend")
    assert [(row.state, row.lines) for row in desk.rows(Filing)] == [("void", [])]
    assert [row.state for row in desk.rows(Document) if row.template == "filing"] == ["void"]
    assert [row.state for row in desk.rows(Obligation) if row.due_name == "due_filing"] == ["void"]
    assert [row.due_name for row in desk.rows(Obligation) if row.state != "void"] == ["due_confirm"]
    assert desk.others.sent == [("filing.void", {"record_no": first}, {})]
    assert desk.others.started == []
    desk.submit("redecision", {"decision": "granted", "amount_monthly": "900.00"}, person="decider")
    again = file(desk, OTHER)
    assert (again["filing_state"], again["filing_no"] != number) == ("build", True)
    assert [(row.kind, row.state) for row in desk.rows(Filing)] == [("new", "void"), ("new", "built")]


def test_nothing_filed_is_nothing_to_amend() -> None:
    desk = decided()
    desk.run("filing_amend")
    assert (desk.rows(Filing), desk.others.started) == ([], [])


@pytest.mark.req("JC-25", "JC-26")
def test_reception_has_no_effect_on_the_case() -> None:
    desk = decided()
    number = file(desk, f"{desk.records.head.case_no}/备案1")["filing_no"]
    loaded = desk.run("filing_load", filing_no=number)
    assert (loaded["filing_state"], loaded["town"]) == ("sent", "140502100")
    desk.submit("filing_receipt", {"filing_returned": True, "return_reason": "缺纸质表"}, person="p3")
    desk.run("form_book")
    assert desk.rows(Filing)[0].state == "returned"
    desk.submit("filing", {"filing_ways": ["paper"]}, person="p2")
    desk.submit("filing_receipt", {"filing_returned": False}, person="p3")
    desk.run("filing_record", filing_no=number)
    assert desk.rows(Filing)[0].state == "filed"
    assert [(row.returned, row.spot_check) for row in desk.rows(FilingReceipt)] == [(True, False), (False, True)]
    assert desk.records.head.status == "granted"


def test_an_unknown_filing_cannot_be_received() -> None:
    with pytest.raises(Refused):
        decided().run("filing_load", filing_no="没有")


@pytest.mark.req("JC-21", "JC-12", "JC-13")
def test_the_order_is_for_the_month_after_the_decision() -> None:
    desk = noticed()
    desk.run("notice_close")
    answer = desk.run("recipient_register", payer="county", review_months=12)
    assert answer["effective_month"] == "2026-10"
    recipient = desk.rows(Recipient)[0]
    assert (recipient.amount_monthly, recipient.next_review) == (Decimal("1330.00"), date(2027, 10, 1))
    order = desk.run("payment_order")["order_no"]
    desk.run("payment_order")
    rows = desk.rows(PaymentOrder)
    assert [(row.order_no, row.month, row.amount, row.payer) for row in rows] == [
        (order, "2026-10", Decimal("1330.00"), "county")
    ]
    assert desk.records.head.status == "paid"
    assert not [row for row in desk.rows(Obligation) if row.state in ("open", "late")]


@pytest.mark.req("JC-21")
def test_no_order_before_the_notice_has_ended() -> None:
    desk = noticed()
    desk.run("recipient_register", payer="county")
    with pytest.raises(Refused, match="公示"):
        desk.run("payment_order")
    desk.run("notice_suspend")
    with pytest.raises(Refused, match="公示"):
        desk.run("payment_order")
    assert desk.rows(PaymentOrder) == []


@pytest.mark.req("JC-42")
@pytest.mark.parametrize("decision", ["refused", "revoked"])
def test_no_order_without_a_grant_in_the_record(decision: str) -> None:
    desk = noticed()
    desk.run("notice_close")
    desk.run("recipient_register", payer="county")
    desk.submit("redecision", {"decision": decision}, person="decider")
    with pytest.raises(Refused, match="给予救助"):
        desk.run("payment_order", decision="granted")
    with pytest.raises(Refused, match="给予救助"):
        desk.run("recipient_register", payer="county")


def test_no_order_when_the_diagram_says_otherwise() -> None:
    desk = noticed()
    desk.run("notice_close")
    desk.run("recipient_register", payer="county")
    with pytest.raises(Refused):
        desk.run("payment_order", decision="revoked")


def test_registering_again_renews_the_row() -> None:
    desk = noticed()
    desk.run("notice_close")
    desk.run("recipient_register", payer="county")
    desk.submit("redecision", {"decision": "granted", "amount_monthly": "900.00"}, person="decider")
    desk.run("recipient_register", payer="county", amount_monthly="900.00")
    rows = desk.rows(Recipient)
    assert [(row.amount_monthly, row.version) for row in rows] == [(Decimal("900.00"), 2)]


@pytest.mark.req("JC-13", "JC-28")
def test_the_dossier_takes_every_paper_once() -> None:
    desk = decided()
    desk.run("document", template="approval_form")
    assert desk.run("archive")["dossier_ref"].endswith("档案1")
    assert desk.run("archive")["dossier_ref"].endswith("档案1")
    items = desk.rows(DossierItem)
    assert [item.kind for item in items] == ["submission"] * 4 + ["document"] * 3
    assert all(len(item.sha256) == 64 for item in items)
    desk.submit("home_visit", home_visit())
    assert desk.run("archive")["dossier_ref"].endswith("档案2")


@pytest.mark.req("JC-29", "JC-30")
def test_changes_and_reviews_go_into_the_dossier_with_their_evidence() -> None:
    desk = noticed()
    desk.run("notice_close")
    desk.run("recipient_register", payer="county")
    desk.run("archive")
    (dossier,) = desk.rows(Dossier)
    assert (dossier.dossier_no, dossier.electronic_place) == ("城区-档-000001", "本系统")
    (recipient,) = desk.rows(Recipient)
    desk.submit("household_review", {"review_result": "decrease", "review_reason": "收入增加"}, person="p2")
    change = note_change(
        desk.records,
        recipient,
        "decrease",
        effective_month="2026-11",
        now=desk.now,
        record_no=f"{recipient.case_no}/复核1",
        amount=Decimal("300.00"),
    )
    before = {(item.kind, item.ref) for item in desk.rows(DossierItem)}
    desk.run("archive")
    fresh = [item for item in desk.rows(DossierItem) if (item.kind, item.ref) not in before]
    assert [(item.kind, item.title, item.sha256) for item in fresh if item.kind == "change"] == [
        ("change", "减发：2026-11起每月300.00元", change_hash(change))
    ]
    reviewer = desk.records.person("p2").name
    assert [item.title for item in fresh if item.kind == "submission"] == [f"household_review（{reviewer}）"]
    assert change_hash(dataclasses.replace(change, amount_monthly=Decimal("301.00"))) != change_hash(change)


@pytest.mark.req("JC-13", "QJ-18")
def test_a_later_case_of_the_same_people_goes_into_the_dossier_that_they_have() -> None:
    desk = decided()
    applicant, member = desk.rows(HouseholdPerson)[:2]
    other = dataclasses.replace(member, case_no="城区-2020-低保-0001", part="applicant")
    desk.records.add(other)
    desk.records.add(DossierCase(case_no=other.case_no, dossier_no="城区-档-000001", added_at=desk.now))
    held = Dossier(
        dossier_no="城区-档-000001",
        district="jincheng",
        town="140502100",
        village="",
        opened_at=desk.now,
        electronic_place="本系统",
    )
    desk.records.add(held)
    desk.run("archive")
    assert [row.dossier_no for row in desk.rows(DossierCase)] == [held.dossier_no] * 2
    assert len(desk.rows(Dossier)) == 1
    assert applicant.case_no != other.case_no


def test_a_new_dossier_passes_numbers_that_lists_have_brought() -> None:
    desk = decided()
    desk.records.add(DossierCase(case_no="城区-档-000001", dossier_no="城区-档-000001", added_at=desk.now))
    desk.run("archive")
    assert [row.dossier_no for row in desk.rows(Dossier)] == ["城区-档-000002"]


@pytest.mark.req("JC-24")
def test_ending_takes_notice_orders_and_dates_down() -> None:
    desk = noticed()
    desk.submit("objection_entry", {"objection_content": "有异议", "real_name": False, "objection_channel": "box"})
    desk.now = desk.rows(Notice)[0].prepared_at
    answer = desk.run("closing_reason", stop_kind="", stop_facts="")
    assert (answer["stop_kind"], answer["notice_posted"]) == ("non_cooperation", True)
    assert answer["letter_kind"] == "termination_of_procedure"
    assert (desk.rows(Notice)[0].state, desk.rows(Notice)[0].result) == ("closed", "stopped")
    assert desk.records.head.status == "non_cooperation"
    assert all(row.state == "answered" for row in desk.rows(Objection) if row.in_time)
    letter = desk.run("document", template="termination_of_procedure", stop_kind="died", stop_facts="9月20日病故")
    paper = next(row for row in desk.rows(Document) if row.document_no == letter["doc_ref"])
    assert paper.values["recipient_name"] == "周永安的家属"


def test_a_case_without_a_notice_has_none_to_remove() -> None:
    desk = decided()
    assert desk.run("closing_reason", stop_kind="withdrawn")["notice_posted"] is False


@pytest.mark.req("JC-24", "JC-50")
def test_a_refusal_is_delivered_with_reasons_and_ends_the_case() -> None:
    desk = decided(
        decision="refused", reason_code="income_over", reason_text="家庭人均收入高于标准。", decision_facts="务工收入"
    )
    desk.run("deadlines", milestone="decided", inside="shared_delivery")
    made = desk.run("document", template="refusal")
    paper = next(row for row in desk.rows(Document) if row.document_no == made["doc_ref"])
    assert "晋民发〔2021〕57号" in paper.html
    assert "行政复议" in paper.html
    assert paper.values["reason_text"] == "家庭人均收入高于标准。"
    desk.wait(days=1)
    desk.submit("delivery", {"delivered": True, "delivery_method": "in_person", "delivered_on": "2026-09-17T10:00"})
    desk.run("delivery_record", letter_kind="refusal", delivery_method="in_person")
    row = desk.rows(Delivery)[0]
    assert (row.review_until, row.suit_until) == (date(2026, 11, 16), date(2027, 3, 17))
    assert desk.records.head.status == "refused"
    assert next(each.state for each in desk.rows(Obligation) if each.due_name == "due_deliver") == "met"
    assert [each.template for each in desk.rows(Document)] == [
        "application_form",
        "integrity_pledge",
        "refusal",
        "delivery",
    ]


@pytest.mark.req("XT-30")
def test_a_correction_notice_stops_the_clock_until_the_last_second() -> None:
    desk = Desk()
    desk.submit("application", application())
    missing = [{"item": "残疾证", "reason": "核实等级"}]
    desk.submit(
        "acceptance_check", acceptance_check(materials_state="missing", missing_items=missing, resubmit_by="2026-09-26")
    )
    answer = desk.run("document", template="correction_notice")
    assert answer["resubmit_by"] == "2026-09-26T23:59:59+08:00"
    assert desk.records.head.status == "awaiting_materials"


def test_without_a_date_the_rule_gives_one() -> None:
    desk = Desk()
    desk.submit("application", application())
    desk.submit("acceptance_check", acceptance_check(authorization_complete=False))
    answer = desk.run("document", template="correction_notice")
    assert answer["resubmit_by"] == "2026-09-30T23:59:59+08:00"


@pytest.mark.req("XT-20")
def test_a_report_of_death_blocks_until_it_is_settled() -> None:
    desk = decided()
    number = f"{desk.records.head.case_no}/情况报告1"
    desk.submit("case_event", {"event_kind": "death", "event_facts": "病故", "reporter": "村干部"}, record_no=number)
    desk.run("case_open", record_no=number, inside="shared_case_report")
    case_no = desk.records.head.case_no
    event = blocking_event(desk.records, case_no)
    assert event is not None
    assert event.event_no == number
    desk.submit("case_event_check", {"report_result": "unfounded", "check_opinion": "本人在家"}, record_no=number)
    desk.run("form_book", record_no=number)
    assert blocking_event(desk.records, case_no) is None


def test_a_verified_change_reaches_the_household() -> None:
    desk = decided()
    number = f"{desk.records.head.case_no}/情况报告1"
    rows = [{"change_kind": "income", "name": "周永安", "type": "wage", "amount": "500.00"}]
    desk.submit("case_event", {"event_kind": "change", "event_facts": "务工", "reporter": "本人"}, record_no=number)
    desk.submit("case_event_check", {"report_result": "change", "change_rows": rows}, record_no=number)
    desk.variables["change_ref"] = ""
    desk.run(
        "send_message",
        record_no=number,
        message_name="case.changed",
        correlation="case_no",
        payload="change_ref",
    )
    assert desk.others.sent == [("case.changed", {"case_no": desk.records.head.case_no}, {"change_ref": number})]
    assert desk.run("household_apply", change_ref=number)["recheck_needed"] is True
    assert desk.run("household_apply", change_ref=number)["recheck_needed"] is False
    assert desk.rows(Household)[0].record["income_items"][-1]["amount"] == "500.00"
    assert desk.rows(CaseEvent)[0].state == "change"


def test_a_message_that_nobody_awaits_is_an_error_of_the_diagram() -> None:
    desk = decided()
    desk.others.listening = False
    with pytest.raises(BpmnError) as caught:
        desk.run("send_message", message_name="case.stop", payload="stop_kind,stop_facts", stop_kind="withdrawn")
    assert caught.value.code == "NO_RECEIVER"


def test_a_started_process_gets_what_is_named() -> None:
    desk = decided()
    desk.variables["decision_no"] = "城区救决〔2026〕1号"
    answer = desk.run("start_process", process_key="shared_filing", variables="case_no,town,decision_no,not_here")
    key, variables = desk.others.started[0]
    assert key == "shared_filing"
    assert variables["decision_no"] == "城区救决〔2026〕1号"
    assert variables["case_no"] == desk.records.head.case_no
    assert "not_here" not in variables
    assert answer["started_case_no"].endswith("/1")
