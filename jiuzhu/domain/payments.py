"""What a month's batch pays: from the recipients' histories and what was paid before, never from a list typed by hand.

Pure: whoever asks brings the rows. A month is due as its history says; what is due and not yet paid or on its way is a
line, so a stop, a suspension lifted with back pay and a failed transfer all come out right, and nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiuzhu.domain.recipients import PAID_STATES, deciding, payable
from jiuzhu.domain.rows import PaymentLine, PaymentOrder, Recipient, RecipientChange

NOTHING = Decimal("0.00")
GONE = frozenset({"excluded", "failed"})
"""States of a line that leave its money unpaid: what it held is due again."""

UNSETTLED = frozenset({"planned", "sent", "repaired"})
"""States of a line whose money has not arrived yet."""

PAYERS = {
    "town": ("town_finance", "town_finance_checker"),
    "county": ("county_payment", "county_payment_checker"),
}
"""Who pays → role that makes the list, role that checks it (R-11)."""

DIFFERENCES: Mapping[str, str] = {
    "missing": "台账应发、清单没有",
    "double": "重复发放",
    "amount": "金额不一致",
    "account": "账户缺失",
    "suspended": "已暂停或停止、清单仍有",
    "order": "与首月发放指令不一致",
    "register": "台账与动态管理记录不一致",
    "opening": "与导入清单不一致",
}


@dataclass(frozen=True, kw_only=True)
class Due:
    """What one recipient is still owed for one month."""

    recipient: Recipient
    month: str
    round: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing on which the register and the list do not agree; the batch waits until it is cleared (JC-12)."""

    kind: str
    recipient_no: str
    line_no: str
    name: str
    sentence: str


def months_until(first: str, last: str) -> Iterator[str]:
    """Yield the months from one to another, both counted: 2026-07, 2026-08 …"""
    year, month = int(first[:4]), int(first[5:])
    while f"{year}-{month:02d}" <= last:
        yield f"{year}-{month:02d}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def month_before(month: str, back: int) -> str:
    """Return the month ``back`` months earlier."""
    index = int(month[:4]) * 12 + int(month[5:]) - 1 - back
    return f"{index // 12}-{index % 12 + 1:02d}"


def owed_to(
    recipient: Recipient, history: Sequence[RecipientChange], lines: Iterable[PaymentLine], month: str, earliest: str
) -> list[Due]:
    """Return what a recipient is owed up to a month: the month itself, and arrears not older than ``earliest``.

    1. A month is due as the history now says; 2. lines that are paid or on their way count against it; 3. a round is
    one more than the rounds there are, so that a key is used once.
    """
    own = [line for line in lines if line.recipient_no == recipient.recipient_no]
    first = min((one.effective_month for one in history), default=month)
    found = []
    for one in months_until(max(first, earliest), month):
        held = [line for line in own if line.month == one]
        left = payable(history, one) - sum((line.amount for line in held if line.state not in GONE), NOTHING)
        if left > 0:
            used = {line.round for line in held}
            found.append(Due(recipient=recipient, month=one, round=max(used, default=-1) + 1, amount=left))
    return found


def compare(
    recipients: Sequence[Recipient],
    histories: Mapping[str, Sequence[RecipientChange]],
    lines: Sequence[PaymentLine],
    orders: Sequence[PaymentOrder],
    month: str,
) -> list[Difference]:
    """Compare the register with what is to be paid for a month; each disagreement is named (JC-12).

    ``lines``: every line of these recipients, in whatever batch.
    """
    found: list[Difference] = []
    ordered = {(one.recipient_no, one.month): one for one in orders if one.state == "ordered"}
    people: dict[str, list[str]] = {}
    for who in recipients:
        if payable(histories.get(who.recipient_no, ()), month) > 0:
            people.setdefault(who.resident_ref, []).append(who.recipient_no)
    for who in recipients:
        history = histories.get(who.recipient_no, ())
        own = [line for line in lines if line.recipient_no == who.recipient_no]
        for kind, line_no, sentence in _of_recipient(who, history, own, ordered, month):
            found.append(_difference(kind, who, line_no, sentence))
        others = [one for one in people.get(who.resident_ref, ()) if one < who.recipient_no]
        if others and any(line.month == month and line.state not in GONE for line in own):
            found.append(_difference("double", who, "", f"同一人已有{others[0]}在发放"))
    return found


def _of_recipient(
    who: Recipient,
    history: Sequence[RecipientChange],
    own: Sequence[PaymentLine],
    ordered: Mapping[tuple[str, str], PaymentOrder],
    month: str,
) -> Iterator[tuple[str, str, str]]:
    latest = max(deciding(history), key=lambda one: one.line, default=None)
    started = latest is not None and latest.effective_month <= month
    if latest is not None and started and _stands(latest) != _stands(who):
        yield "register", "", f"台账{who.amount_monthly:.2f}元，动态管理记录{latest.amount_monthly:.2f}元"
    live = [line for line in own if line.state not in GONE]
    for each in sorted({line.month for line in live} | {month}):
        held = [line for line in live if line.month == each]
        total = sum((line.amount for line in held), NOTHING)
        due = payable(history, each)
        open_lines = [line for line in held if line.state in UNSETTLED]
        number = open_lines[-1].line_no if open_lines else ""
        left_out = any(line.month == each and line.state in GONE for line in own)
        if due > 0 and total == 0 and each == month and not left_out:
            yield "missing", "", f"{each}应发{due:.2f}元，清单没有"
        elif open_lines and due == 0:
            yield "suspended", number, f"{each}已不应发放，清单仍有{total:.2f}元"
        elif open_lines and total > due and len(held) > 1:
            yield "double", number, f"{each}应发{due:.2f}元，清单合计{total:.2f}元"
        elif open_lines and total != due:
            yield "amount", number, f"{each}应发{due:.2f}元，清单{total:.2f}元"
        order = ordered.get((who.recipient_no, each))
        if order is not None and open_lines and total == due and order.amount != due and each == who.since:
            yield "order", number, f"首月发放指令{order.amount:.2f}元，清单{total:.2f}元"
    for line in live:
        if line.state == "planned" and not line.bank_account:
            yield "account", line.line_no, "没有银行账户"


def _stands(row: Recipient | RecipientChange) -> tuple[str, Decimal]:
    """Return what a row says is paid: while payment is suspended, the amount is what is held back, not what is due."""
    return row.state, row.amount_monthly if row.state in PAID_STATES else NOTHING


def _difference(kind: str, who: Recipient, line_no: str, sentence: str) -> Difference:
    return Difference(kind=kind, recipient_no=who.recipient_no, line_no=line_no, name=who.name, sentence=sentence)


def difference(kind: str, recipient_no: str, name: str, sentence: str) -> Difference:
    """Return a difference that belongs to no line of the list."""
    return Difference(kind=kind, recipient_no=recipient_no, line_no="", name=name, sentence=sentence)
