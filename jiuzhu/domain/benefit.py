"""Benefit by difference: standard less income per head, times members; never negative (57 art 23, 220 art 27).

Pure arithmetic in Decimal. Which item counts and how much of it is decided before, item by item, by table
``income_items``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

FEN = Decimal("0.01")
ZERO = Decimal("0.00")
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Months in a period of an income item."""


@dataclass(frozen=True, kw_only=True)
class IncomeLine:
    """One monthly income or expense with its effect on the household's income."""

    label: str
    amount: Decimal
    """Yuan a month, not negative."""
    effect: Literal["counted", "deducted", "ignored"]


@dataclass(frozen=True, kw_only=True)
class Entitlement:
    """The result of one calculation."""

    counted: Decimal
    deducted: Decimal
    per_capita: Decimal
    amount: Decimal


def round_fen(amount: Decimal) -> Decimal:
    """Round to two places, half up, as offices do by hand."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def monthly(amount: Decimal, period: str) -> Decimal:
    """Return an amount of a period as yuan a month; an unknown or empty period is a month."""
    return round_fen(amount / MONTHS.get(period, 1))


def by_difference(standard: Decimal, members: int, lines: Iterable[IncomeLine]) -> Entitlement:
    """Return what a household of ``members`` is entitled to each month.

    1. Counted income less deductible spending, not below zero; 2. the standard times members less that, not below zero;
    3. income per head rounded to fen, for the eye only: the amount is not made of the rounded figure.

    Args: monthly standard per head; members (at least 1). Raises ValueError for fewer.
    """
    if members < 1:
        raise ValueError("a household has at least one member")
    counted = deducted = ZERO
    for line in lines:
        if line.effect == "counted":
            counted += line.amount
        elif line.effect == "deducted":
            deducted += line.amount
    income = max(counted - deducted, ZERO)
    per_capita = round_fen(income / members)
    amount = round_fen(max(standard * members - income, ZERO))
    return Entitlement(counted=round_fen(counted), deducted=round_fen(deducted), per_capita=per_capita, amount=amount)


def full_standard(standard: Decimal, members: int, lines: Iterable[IncomeLine]) -> Entitlement:
    """Return 特困 support: the whole standard for each; income is only shown (43 art 3: no income is a condition)."""
    shown = by_difference(standard, members, lines)
    return Entitlement(
        counted=shown.counted,
        deducted=shown.deducted,
        per_capita=shown.per_capita,
        amount=round_fen(standard * members),
    )
