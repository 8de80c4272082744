"""追缴: what was paid by mistake or drawn against the rules is decided on and paid back (JC-14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jiuzhu.domain.benefit import ZERO
from jiuzhu.domain.instants import day_of, end_of, iso, read
from jiuzhu.domain.money import yuan
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Recovery, Repayment
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.errors import Invalid, Refused
from workers.records.papers import law
from workers.records.recipient_rows import given, own_forms, recipient_of


def book_decision(call: RecordCall, submission: Submission) -> Values:
    """Write the decision to recover, with amount, instalments and the day of the first one."""
    data = submission.data
    if data.get("recovery_decided") is not True:
        return {}
    recipient = recipient_of(call)
    most = int(call.policy.value("recovery.instalments_max", call.today))
    count = int(data.get("instalment_count") or 1)
    if count > most:
        raise Invalid("分期过多。", {"instalment_count": f"最多分{most}期。"})
    amount = yuan(str(data.get("overpaid_amount") or "0"))
    due = call.today + timedelta(days=int(call.policy.value("recovery.days", call.today)))
    existing = _own(call)
    values: dict[str, Any] = {
        "cause": given(call, "recovery_cause", "review_error"),
        "amount": amount,
        "instalments": count,
        "reason": str(data.get("recovery_reason") or ""),
        "person": submission.person,
        "decided_at": submission.submitted_at,
        "due_on": due,
    }
    if existing is not None:
        call.records.change(existing, **values)
    else:
        serial = call.records.number(f"recovery:{call.district}:{call.today.year}")
        call.records.add(
            Recovery(
                recovery_no=f"{call.policy.short}追〔{call.today.year}〕{serial}号",
                case_no=call.case_no,
                record_no=call.record_no,
                recipient_no=recipient.recipient_no,
                district=call.district,
                town=recipient.town,
                recovered=ZERO,
                **values,
            )
        )
    call.records.audit("recovery", "决定追缴", amount=str(amount), instalments=count)
    return {"due_recovery": iso(end_of(due))}


def book_payment(call: RecordCall, submission: Submission) -> Values:
    """Write a sum that was paid back, and say whether all is paid; enforcement only after the day and a reminder.

    Raises Invalid for more than is left, Refused for an enforcement before the day.
    """
    row = _required(call)
    data = submission.data
    if data.get("repayment_result") == "enforce":
        if day_of(submission.submitted_at) <= row.due_on:
            raise Refused("退款期限还没有过，不能移送强制执行。")
        call.records.change(row, state="enforcement")
        call.records.audit("recovery", "逾期未退，移送强制执行", recovery=row.recovery_no)
        return {}
    paid = yuan(str(data.get("repaid_amount") or "0"))
    left = row.amount - row.recovered
    if paid <= ZERO or paid > left:
        raise Invalid("退款金额不对。", {"repaid_amount": f"应大于 0 元，不超过尚欠的 {left} 元。"})
    lines = list(call.records.find(Repayment, recovery_no=row.recovery_no))
    call.records.add(
        Repayment(
            recovery_no=row.recovery_no,
            line=len(lines) + 1,
            case_no=call.case_no,
            amount=paid,
            paid_on=day_of(read(str(data["repaid_on"]))),
            receipt=str(data.get("repayment_receipt") or ""),
            person=submission.person,
            entered_at=submission.submitted_at,
        )
    )
    recovered = row.recovered + paid
    due = row.due_on + timedelta(days=int(call.policy.value("recovery.days", call.today)))
    done = recovered >= row.amount
    call.records.change(
        row, recovered=recovered, due_on=row.due_on if done else due, state="recovered" if done else "open"
    )
    call.records.audit("recovery", f"退回{paid}元", recovery=row.recovery_no, recovered=str(recovered))
    return {
        "recovered_amount": f"{recovered:.2f}",
        "due_recovery": iso(end_of(row.due_on if done else due)),
    }


def decision_values(call: RecordCall) -> dict[str, Any]:
    """追缴决定书: how much, why, by when, in how many parts."""
    row = _required(call)
    heard = own_forms(call, "recovery_hearing")
    return {
        "recovery_no": row.recovery_no,
        "recovery_cause": row.cause,
        "overpaid_amount": str(row.amount),
        "instalment_count": row.instalments,
        "due_recovery": row.due_on.isoformat(),
        "recovery_reason": row.reason,
        "statement": heard[-1].data.get("hearing_statement") if heard else "",
        "decided_on": iso(row.decided_at),
        "decider": call.records.person(row.person).name if row.person else "",
        **law(call),
    }


def _own(call: RecordCall) -> Recovery | None:
    rows = [row for row in call.records.find(Recovery, case_no=call.case_no) if row.record_no == call.record_no]
    return rows[-1] if rows else None


def _required(call: RecordCall) -> Recovery:
    row = _own(call)
    if row is None:
        raise Refused("还没有追缴决定。")
    return row


def outstanding(row: Recovery, today: date) -> tuple[Decimal, bool]:
    """Return what is still owed and whether the day is over."""
    return row.amount - row.recovered, today > row.due_on


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "recovery_decision": book_decision,
    "recovery_payment": book_payment,
}
BUILDERS: Mapping[str, Callable[[RecordCall], dict[str, Any]]] = {"recovery_decision": decision_values}
"""Template → its values."""
