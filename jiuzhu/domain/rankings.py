"""Scores in a row: highest first, equal scores share a place and the next place is left out (XX-59, XX-60). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

FULL = 100
CENT = Decimal("0.01")
N = TypeVar("N", int, Decimal)


@dataclass(frozen=True, kw_only=True)
class Ranked(Generic[N]):
    """A unit in its place."""

    unit: str
    score: N
    rank: int
    tied: bool


def ranked(scores: Mapping[str, N]) -> list[Ranked[N]]:
    """Return the units by falling score; within a place by their ids, so that every run gives the same list."""
    order = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
    alike = Counter(scores.values())
    places: dict[N, int] = {}
    for number, (_, score) in enumerate(order, start=1):
        places.setdefault(score, number)
    return [Ranked(unit=unit, score=score, rank=places[score], tied=alike[score] > 1) for unit, score in order]


def score_of(points_off: int) -> int:
    """Return what is left of the full score; never less than nothing (XX-36 满分扣减)."""
    return max(FULL - points_off, 0)


def mean(scores: list[int]) -> Decimal:
    """Return the mean to two places."""
    return (Decimal(sum(scores)) / len(scores)).quantize(CENT, ROUND_HALF_UP) if scores else Decimal("0.00")


def weighed(ordinary: Decimal, work: int, weight: Decimal) -> Decimal:
    """Return the year's score: ordinary results by their weight, the year's work by the rest."""
    return (ordinary * weight + Decimal(work) * (1 - weight)).quantize(CENT, ROUND_HALF_UP)


def out_of_order(totals: Mapping[str, Decimal], amounts: Mapping[str, Decimal]) -> tuple[str, str] | None:
    """Return the first pair (lower, higher) in which the lower total gets the higher award; None when all is in order.

    Equal totals may get different amounts.
    """
    units = sorted(totals, key=lambda unit: (-totals[unit], unit))
    for position, higher in enumerate(units):
        for lower in units[position + 1 :]:
            if totals[lower] < totals[higher] and amounts[lower] > amounts[higher]:
                return lower, higher
    return None
