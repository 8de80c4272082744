"""What a year will need: recipients times what they are due, carried on by the last year's change (NH-07, QJ-12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from jiuzhu.domain.payments import NOTHING, month_before
from jiuzhu.domain.recipients import payable
from jiuzhu.domain.rows import RecipientChange

YEAR = 12
TREND = Decimal("0.0001")
LEAST, MOST = Decimal("0.5"), Decimal("2")
"""Bounds of the trend: a programme that began last year must not be reckoned to grow without end."""


@dataclass(frozen=True, kw_only=True)
class Need:
    """One programme's need for a year."""

    recipients: int
    monthly: Decimal
    trend: Decimal
    need: Decimal


def need_of(histories: Mapping[str, Sequence[RecipientChange]], month: str) -> Need:
    """Return the need of the twelve months that follow a year like the last.

    1. What all recipients are due in the month; 2. that, divided by what was due twelve months before, is the trend
    (1 where nothing was); 3. twelve months of it, rounded to fen.
    """
    now = {number: payable(history, month) for number, history in histories.items()}
    monthly = sum(now.values(), NOTHING)
    before = sum((payable(history, month_before(month, YEAR)) for history in histories.values()), NOTHING)
    trend = min(max(monthly / before, LEAST), MOST) if before and monthly else Decimal(1)
    trend = trend.quantize(TREND, ROUND_HALF_UP)
    return Need(
        recipients=sum(1 for amount in now.values() if amount > 0),
        monthly=monthly,
        trend=trend,
        need=(monthly * YEAR * trend).quantize(Decimal("0.01"), ROUND_HALF_UP),
    )
