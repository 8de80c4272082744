"""The recipient that a process instance is about, his history, and the adjustment that it decides."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from jiuzhu.domain.adjustments import owed
from jiuzhu.domain.recipients import PAID_STATES
from jiuzhu.domain.records import Submission
from jiuzhu.domain.reported import REPORT, reported_changes
from jiuzhu.domain.rows import Adjustment, Recipient, RecipientChange
from jiuzhu.domain.topics import RecordCall
from jiuzhu.errors import Refused


def recipient_of(call: RecordCall) -> Recipient:
    """Return the recipient of the household; raises Refused for a household that receives nothing."""
    found = find_recipient(call)
    if found is None:
        raise Refused("这一户不在救助对象台账里，不能办理动态管理。")
    return found


def find_recipient(call: RecordCall) -> Recipient | None:
    """Return the recipient of the household, None when there is none: one row a household."""
    return next(iter(call.records.find(Recipient, case_no=call.case_no)), None)


def history_of(call: RecordCall, recipient: Recipient) -> list[RecipientChange]:
    """Return a recipient's history, oldest line first."""
    rows = [
        row
        for row in call.records.find(RecipientChange, case_no=recipient.case_no)
        if row.recipient_no == recipient.recipient_no
    ]
    return sorted(rows, key=lambda row: row.line)


def adjustment_of(call: RecordCall) -> Adjustment | None:
    """Return the change that this process instance decides, or that its input ``decision_no`` names; None without."""
    number = str(call.inputs.get("decision_no") or "")
    rows = list(call.records.find(Adjustment, case_no=call.case_no))
    own = [row for row in rows if row.record_no == call.record_no]
    named = [row for row in rows if number and row.decision_no == number]
    found = own or named
    return found[-1] if found else None


def decided_change(call: RecordCall) -> Adjustment | None:
    """Return this instance's change once it is decided; None while it is only proposed, and in an application."""
    row = adjustment_of(call)
    return row if row is not None and row.state in ("decided", "effective") else None


def given(call: RecordCall, name: str, default: str = "") -> str:
    """Return an input as text; None and absent are the default."""
    value = call.inputs.get(name)
    return default if value is None or value == "" else str(value)


def own_forms(call: RecordCall, form: str) -> list[Submission]:
    """Return this process instance's submissions of a form."""
    return [one for one in call.records.submissions(form) if one.record_no == call.record_no]


def change_rows(call: RecordCall) -> list[dict[str, Any]]:
    """Return the family's changes as reported in this process instance; a death takes one person out."""
    rows = reported_changes(call.records.submissions(REPORT), call.record_no)
    if given(call, "change_kind") == "death" and given(call, "change_member"):
        rows.append({"change_kind": "member_left", "name": given(call, "change_member")})
    return rows


def note_back_pay(call: RecordCall, recipient: Recipient, before: Sequence[RecipientChange]) -> None:
    """Note what a new line of the history makes due for months that are over.

    The next batch pays it: it compares the history with what was paid (``jiuzhu.domain.payments.owed_to``).
    """
    for month, amount in owed(before, history_of(call, recipient), f"{call.today:%Y-%m}"):
        call.records.audit("back_pay", f"{month}少发{amount}元，由下一批补发", recipient=recipient.recipient_no)


def amount_before(call: RecordCall, recipient: Recipient) -> Decimal:
    """Return what the household got a month before this change: after a death what it got before it was held back."""
    lines = history_of(call, recipient)
    held_back = given(call, "change_kind") == "death" and len(lines) > 1 and lines[-1].kind == "suspend"
    if held_back:
        return lines[-2].amount_monthly
    return recipient.amount_monthly if recipient.state in PAID_STATES else Decimal("0.00")
