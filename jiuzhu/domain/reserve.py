"""A town's fund for money at once (临时救助备用金, 救急难基金): what it holds, and what a case still holds of it.

The lines are never changed: what the bank gave back is a line of its own (NH-14, XT-09, XX-14).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from jiuzhu.domain.rows import ReserveEntry

NOTHING = Decimal("0.00")


def balance(entries: Iterable[ReserveEntry]) -> Decimal:
    """Return what is left of a fund after its lines."""
    return sum((row.amount if row.kind == "in" else -row.amount for row in entries), NOTHING)


def held(entries: Iterable[ReserveEntry]) -> Decimal:
    """Return what a case has taken out of the fund and not given back, from the case's own lines."""
    return -balance(entries)
