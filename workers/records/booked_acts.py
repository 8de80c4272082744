"""Forms that are acts of their own: an objection, a report, an agreement, a filing sent or received, a letter
renewed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from jiuzhu.domain.filings import filing_sheet_no
from jiuzhu.domain.instants import day_of, read
from jiuzhu.domain.objections import unbooked
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import CaseEvent, ConfidentialityAgreement, EntrustmentLetter, Filing, FilingReceipt
from jiuzhu.domain.signing import signed_by, signer_of
from jiuzhu.domain.topics import RecordCall, Values
from workers.records.chief_reps import hand_seal_to, name_chief_rep
from workers.records.papers import make_document
from workers.records.seal_scope import catalogue
from workers.records.standing import seals_of_town


def book_objection(call: RecordCall, submission: Submission) -> Values:
    """Enter the objections that came since the last booking (way 7)."""
    for row in unbooked(call.records, call.case_no):
        call.records.add(row)
        call.records.audit("objection", f"收到异议{row.objection_no}", notice=row.notice_no, in_time=row.in_time)
    return {}


def book_event(call: RecordCall, submission: Submission) -> Values:
    """Enter a report about a running case; a death report blocks every decision until it is settled."""
    number = submission.record_no
    if any(row.event_no == number for row in call.records.find(CaseEvent, case_no=call.case_no)):
        return {}
    data = submission.data
    kind = str(data.get("event_kind") or data.get("kind") or "change")
    row = CaseEvent(
        event_no=number,
        case_no=call.case_no,
        kind=kind,
        facts=str(data.get("event_facts") or data.get("facts") or ""),
        reporter=str(data.get("reporter") or ""),
        reported_at=submission.submitted_at,
        entered_by=submission.person,
    )
    call.records.add(row)
    call.records.audit("case_event", "收到办理中情况报告", kind=kind, event=number)
    return {}


def book_event_check(call: RecordCall, submission: Submission) -> Values:
    """Settle a report: stop, change or unfounded; returns the reference of the changes for ``household_apply``."""
    event = _event(call, submission)
    if event is None:
        return {}
    result = str(submission.data.get("report_result") or "unfounded")
    changes = [dict(row) for row in submission.data.get("change_rows") or ()]
    call.records.change(event, state=result, changes=changes, settled_at=submission.submitted_at)
    call.records.audit("case_event", "情况报告已核实", event=event.event_no, result=result)
    return {"change_ref": event.event_no} if result == "change" else {}


def book_event_left(call: RecordCall, submission: Submission) -> Values:
    """转动态管理: the case was decided already, the report goes on as a matter of dynamic management."""
    event = _event(call, submission)
    if event is not None:
        call.records.change(event, state="dynamic")
    return {}


def book_agreement(call: RecordCall, submission: Submission) -> Values:
    """Enter a confidentiality agreement and make the paper (XT-19)."""
    data = submission.data
    town = call.records.case().town or call.records.case().intake_town
    signed = _day(data.get("signed_at") or data.get("signed_on")) or day_of(submission.submitted_at)
    last = _day(data.get("valid_to"))
    number = f"{town}-保密-{call.records.number(f'confidentiality:{town}'):03d}"
    scope = str(data.get("scope") or data.get("agreement_scope") or "社会救助家庭经济状况核对信息的发起和查询")
    call.records.add(
        ConfidentialityAgreement(
            agreement_no=number,
            district=call.district,
            town=town,
            person=signer_of(submission),
            scope=scope,
            signed_on=signed,
            valid_to=last,
            case_no=call.case_no,
        )
    )
    make_document(
        call,
        "confidentiality",
        {
            "agreement_no": number,
            "user_name": signed_by(submission),
            "scope": scope,
            "signed_at": signed.isoformat(),
            "valid_to": last.isoformat() if last else None,
            "organisation_name": call.records.organisation_name(town),
        },
    )
    return {}


def book_query_user(call: RecordCall, submission: Submission) -> Values:
    """发起核对: whoever completed the form is the user whose agreement is checked (R-26)."""
    return {"query_user": submission.person}


def book_filing_sent(call: RecordCall, submission: Submission) -> Values:
    """报送备案: the filing of this process instance is sent, with the town's roll-up sheet (JC-25 汇总)."""
    rows = [row for row in call.records.find(Filing, case_no=call.case_no) if row.state in ("built", "returned")]
    own = [row for row in rows if row.record_no == submission.record_no] or _meant(call, rows)
    if not own:
        return {}
    day = day_of(submission.submitted_at)
    sheet = filing_sheet_no(own[-1].town, day)
    sent = [
        call.records.change(
            row, state="sent", sheet_no=sheet, sent_at=submission.submitted_at, sent_by=submission.person
        )
        for row in own
    ]
    lines = [_line(row, line) for row in sent for line in row.lines]
    make_document(
        call,
        "filing_rollup",
        {
            "rollup_no": sheet,
            "rows": lines,
            "household_count": len(lines),
            "total_amount": f"{sum(float_free(line['amount_after']) for line in lines) / 100:.2f}",
            "submitter": signed_by(submission),
        },
    )
    return {}


def float_free(amount: Any) -> int:
    """Return a decimal string in fen, so that totals stay exact."""
    yuan, _, fen = str(amount or "0").partition(".")
    return int(yuan) * 100 + int((fen + "00")[:2])


def book_filing_receipt(call: RecordCall, submission: Submission) -> Values:
    """备案接收: received or returned; a returned filing goes back to the town."""
    sent = [row for row in call.records.find(Filing, case_no=call.case_no) if row.state == "sent"]
    if not sent:
        return {}
    filing = _meant(call, sent)[0]
    receipts = list(call.records.find(FilingReceipt, filing_no=filing.filing_no))
    returned = bool(submission.data.get("filing_returned"))
    call.records.add(
        FilingReceipt(
            filing_no=filing.filing_no,
            round=len(receipts) + 1,
            receiver=submission.person,
            received_at=submission.submitted_at,
            returned=returned,
            reason=str(submission.data.get("return_reason") or ""),
        )
    )
    if returned:
        call.records.change(filing, state="returned")
    return {}


def _meant(call: RecordCall, rows: list[Filing]) -> list[Filing]:
    """Return the filing that the form is about: two may be on their way, a grant and what takes it back."""
    return [row for row in rows if row.filing_no == call.inputs.get("filing_no")] or rows[-1:]


def book_entrustment(call: RecordCall, submission: Submission) -> Values:
    """补办委托或保管手续: a new letter, a new chief representative or custodian, as far as the form names them
    (XT-11).
    """
    data = submission.data
    case = call.records.case()
    day = day_of(submission.submitted_at)
    first = _day(data.get("letter_from") or data.get("valid_from")) or day
    if data.get("letter_no"):
        call.records.add(
            EntrustmentLetter(
                letter_no=str(data["letter_no"]),
                district=call.district,
                town=case.town,
                kind="entrustment",
                entrusting_org=call.district,
                items=list(catalogue(call)),
                legal_basis=str(data.get("legal_basis") or ""),
                signed_on=first,
                valid_from=first,
                valid_to=_day(data.get("letter_to") or data.get("valid_to")),
            )
        )
    holder = str(data.get("custodian") or data.get("chief_rep") or "")
    if holder:
        name_chief_rep(call, holder, str(data.get("document_no") or data.get("letter_no") or ""))
        for seal in seals_of_town(call):
            hand_seal_to(call, seal, holder, handed_by=submission.person)
    call.records.audit("entrustment", "补办委托或保管手续", letter=str(data.get("letter_no") or ""), holder=holder)
    return {}


def _event(call: RecordCall, submission: Submission) -> CaseEvent | None:
    found = call.records.find(CaseEvent, case_no=call.case_no)
    return next((row for row in found if row.event_no == submission.record_no), None)


def _line(filing: Filing, line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "filing_no": filing.filing_no,
        "case_no": filing.case_no,
        "applicant_name": line.get("applicant_name"),
        "programme": line.get("programme"),
        "filing_type": filing.kind,
        "member_count": line.get("member_count"),
        "amount_before": line.get("amount_before") or None,
        "amount_after": line.get("amount_after"),
        "effective_month": line.get("effective_month") or None,
    }


def _day(value: Any) -> date | None:
    return day_of(read(str(value))) if value not in (None, "") else None


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "objection_entry": book_objection,
    "case_event": book_event,
    "case_event_check": book_event_check,
    "dynamic_todo": book_event_left,
    "confidentiality": book_agreement,
    "verification_request": book_query_user,
    "filing": book_filing_sent,
    "filing_receipt": book_filing_receipt,
    "entrustment_resolve": book_entrustment,
}
