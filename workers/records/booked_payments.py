"""Forms of the monthly payment: differences cleared, list made and checked, failures repaired by two people (R-11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jiuzhu.domain.identity import mask_resident_id
from jiuzhu.domain.money import yuan
from jiuzhu.domain.payment_register import totals
from jiuzhu.domain.recipients import note_change
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import PaymentBatch, PaymentLine, Recipient
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.errors import Invalid, Refused
from workers.records.papers import make_document, organ_name


def book_differences(call: RecordCall, submission: Submission) -> Values:
    """Do with each difference what was said: leave the line out, enter the account, or nothing (put right elsewhere).

    The list is built and compared anew afterwards, so a difference that is still there comes back.
    """
    for row in submission.data.get("batch_differences") or ():
        action = str(row.get("difference_action") or "")
        line_no, recipient_no = str(row.get("line_no") or ""), str(row.get("recipient_no") or "")
        if action == "exclude":
            for line in _lines(call, line_no, recipient_no):
                call.records.change(
                    line, state="excluded", held_by=submission.person, reason=str(row.get("difference_note") or "")
                )
        if action == "account":
            _change_account(call, submission, recipient_no, row)
    return {}


def book_made(call: RecordCall, submission: Submission) -> Values:
    """Note the maker, whose control total must be the list's, and make the paper 发放清册."""
    batch = _batch(call)
    if yuan(str(submission.data["control_total"])) != batch.total:
        raise Invalid("控制总额与清单合计不一致。", {"control_total": f"清单合计{batch.total:.2f}元"})
    call.records.change(batch, state="made", maker=submission.person, made_at=submission.submitted_at)
    _make_list(call, batch, submission)
    return {}


def book_checked(call: RecordCall, submission: Submission) -> Values:
    """Note the checker; what is sent back is a list in the making again."""
    batch = _batch(call)
    if submission.data.get("batch_ok") is not True:
        call.records.change(batch, state="built", maker="", made_at=None)
        return {}
    if submission.person == batch.maker:
        raise Refused("制单人和复核人不得是同一人。")
    call.records.change(batch, state="checked", checker=submission.person, checked_at=submission.submitted_at)
    return {}


def book_repairs(call: RecordCall, submission: Submission) -> Values:
    """Put the new accounts into the register once a second person has agreed (NH-25)."""
    if submission.data.get("repair_ok") is not True:
        return {}
    proposed = [one for one in call.records.submissions("batch_failure") if one.record_no == submission.record_no]
    if not proposed or proposed[-1].person == submission.person:
        raise Refused("更正账户的人不能自己复核。")
    wanted = {str(row["line_no"]): row for row in proposed[-1].data.get("batch_failures") or ()}
    for line in call.records.find(PaymentLine, batch_no=call.case_no):
        row = wanted.get(line.line_no)
        if line.state == "failed" and row is not None and row.get("failure_action") == "repair":
            account = _change_account(call, proposed[-1], line.recipient_no, row)
            call.records.change(line, **account, state="repaired", reason="已更正账户，补发")
    return {}


def _change_account(
    call: RecordCall, submission: Submission, recipient_no: str, row: Mapping[str, Any]
) -> dict[str, str]:
    account = {"bank_name": str(row["new_bank_name"]), "bank_account": str(row["new_bank_account"])}
    for who in call.records.find(Recipient, recipient_no=recipient_no):
        if who.district != call.district or account == {"bank_name": who.bank_name, "bank_account": who.bank_account}:
            continue
        changed = call.records.change(who, **account, version=who.version + 1)
        note_change(
            call.records,
            changed,
            "account",
            effective_month=_batch(call).month,
            now=call.now,
            record_no=call.record_no,
            reason="更正银行账户",
            person=submission.person,
        )
        call.records.audit("account", f"{recipient_no}更正银行账户，末四位{account['bank_account'][-4:]}")
    return account


def _lines(call: RecordCall, line_no: str, recipient_no: str) -> Iterable[PaymentLine]:
    """Return the planned line of a difference; of one that names none, every planned line of its recipient."""
    for line in call.records.find(PaymentLine, batch_no=call.case_no):
        named = line.line_no == line_no if line_no else line.recipient_no == recipient_no
        if named and line.state == "planned":
            yield line


def _make_list(call: RecordCall, batch: PaymentBatch, submission: Submission) -> None:
    lines = [line for line in call.records.find(PaymentLine, batch_no=call.case_no) if line.state == "planned"]
    numbers = tuple(sorted({line.recipient_no for line in lines}))
    people = {row.recipient_no: row for row in call.records.find(Recipient, recipient_no=numbers)} if numbers else {}
    kept = totals(call.records.find(PaymentLine, batch_no=call.case_no))
    values: dict[str, Any] = {
        "issuer": organ_name(call, batch.payer_org),
        "town_name": call.records.organisation_name(batch.payer_org),
        "payer": batch.payer,
        "effective_month": batch.month,
        "rows": [
            {
                "recipient_no": line.recipient_no
                if line.month == batch.month
                else f"{line.recipient_no}（补{line.month}）",
                "case_no": line.household_no,
                "applicant_name": line.name,
                "id_masked": mask_resident_id(people[line.recipient_no].resident_id),
                "programme": line.programme,
                "member_count": people[line.recipient_no].members,
                "account_masked": f"尾号{line.bank_account[-4:]}",
                "amount": f"{line.amount:.2f}",
            }
            for line in lines
        ],
        "total_amount": f"{kept['total']:.2f}",
        "total_count": kept["count"],
        "excluded_count": kept["excluded_count"],
        "maker": submission.person_name,
    }
    make_document(call, "payment_list", values)


def _batch(call: RecordCall) -> PaymentBatch:
    found = call.records.find(PaymentBatch, batch_no=call.case_no)
    if not found:
        raise Refused("还没有编制发放清单。")
    return found[0]


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "batch_difference": book_differences,
    "batch_make": book_made,
    "batch_check": book_checked,
    "batch_repair_check": book_repairs,
}
