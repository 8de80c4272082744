"""A recipient's history: one line for each change, and what it says about a month (JC-29, XT-33)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from jiuzhu.domain.records import Records
from jiuzhu.domain.rows import Recipient, RecipientChange

PAID_STATES = frozenset({"active", "gradual_exit"})
"""States in which a recipient is paid."""

QUIET = frozenset({"account", "keep"})
"""Kinds of lines that change nothing of what is due: they repeat the register's row, in which a cut or a stop that
counts from the next month stands already. Taken for money, they would bring it a month early.
"""


def deciding(changes: Iterable[RecipientChange]) -> list[RecipientChange]:
    """Return the lines that say what is due."""
    return [one for one in changes if one.kind not in QUIET]


def in_force(changes: Iterable[RecipientChange], month: str) -> RecipientChange | None:
    """Return the line that counts in a month (YYYY-MM): the latest of those that are effective by then."""
    lines = [one for one in deciding(changes) if one.effective_month <= month]
    return max(lines, key=lambda one: one.line, default=None)


def payable(changes: Iterable[RecipientChange], month: str) -> Decimal:
    """Return what a recipient is due in a month; nothing while suspended, after a stop, before the first month."""
    line = in_force(changes, month)
    return line.amount_monthly if line is not None and line.state in PAID_STATES else Decimal(0)


def note_change(
    records: Records,
    recipient: Recipient,
    kind: str,
    *,
    effective_month: str,
    now: datetime,
    record_no: str,
    amount: Decimal | None = None,
    state: str | None = None,
    reason: str = "",
    decision_no: str = "",
    person: str = "",
) -> RecipientChange:
    """Add a line to a recipient's history; the recipient's own row is the caller's to change. Caller's transaction."""
    lines = records.find(RecipientChange, recipient_no=recipient.recipient_no)
    change = RecipientChange(
        recipient_no=recipient.recipient_no,
        line=max((one.line for one in lines), default=0) + 1,
        case_no=recipient.case_no,
        district=recipient.district,
        kind=kind,
        effective_month=effective_month,
        amount_monthly=recipient.amount_monthly if amount is None else amount,
        state=recipient.state if state is None else state,
        reason=reason,
        decision_no=decision_no or recipient.decision_no,
        record_no=record_no,
        person=person,
        changed_at=now,
    )
    records.add(change)
    return change
