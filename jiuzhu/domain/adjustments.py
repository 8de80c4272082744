"""What a change of a recipient's aid comes to: shares, months, what was overpaid and what is still owed.

Pure arithmetic over the recipient's history; months are texts YYYY-MM.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from jiuzhu.domain.benefit import ZERO, round_fen
from jiuzhu.domain.instants import month_after
from jiuzhu.domain.recipients import payable
from jiuzhu.domain.rows import RecipientChange

ENDING = frozenset({"stop", "terminate_tekun"})
"""Results after which nothing is paid any more."""

CUTTING = frozenset({"decrease", "stop", "gradual_exit", "suspend", "terminate_tekun"})
"""Results that a household must know of before they take effect (57 art 33: written notice with reasons)."""


def share_of_one(amount: Decimal, members: int) -> Decimal:
    """Return one person's part of a household's monthly aid: what falls away with his death or his refusals."""
    return round_fen(amount / max(members, 1))


def without_one(amount: Decimal, members: int) -> Decimal:
    """Return what is left for the others; nothing for a household of one."""
    return max(amount - share_of_one(amount, members), ZERO) if members > 1 else ZERO


def trend(before: Decimal, after: Decimal, *, entitled: bool = True) -> str:
    """Return which way a reckoned amount went: none (no entitlement any more), more, less or same."""
    if not entitled or after <= ZERO:
        return "none"
    return "same" if after == before else "more" if after > before else "less"


def months(first: str, until: str) -> list[str]:
    """Return the months from ``first`` up to, without, ``until``."""
    found: list[str] = []
    month = first
    while month < until:
        found.append(month)
        month = month_after(date.fromisoformat(f"{month}-01"))
    return found


def overpaid(changes: Iterable[RecipientChange], died_on: date, until: str, members: int) -> Decimal:
    """Return what was paid for a dead person: from the month after his death up to the month ``until`` (XX-49).

    Aid is due for the whole month of the death; of a larger household only his part was paid too much.
    """
    lines = list(changes)
    total = ZERO
    for month in months(month_after(died_on), until):
        paid = payable(lines, month)
        total += paid if members <= 1 else share_of_one(paid, members)
    return round_fen(total)


def owed(before: Sequence[RecipientChange], after: Sequence[RecipientChange], until: str) -> list[tuple[str, Decimal]]:
    """Return month and amount that a new line of the history makes due for months that are over (before ``until``)."""
    since = min((one.effective_month for one in after if one not in before), default=until)
    found = []
    for month in months(since, until):
        missing = payable(after, month) - payable(before, month)
        if missing > ZERO:
            found.append((month, round_fen(missing)))
    return found


def refusals_reached(count: int, limit: int) -> bool:
    """True when somebody able to work has refused suitable work often enough for his own part to be cut."""
    return count >= limit
