"""Where a procedure takes its time: visits of its elements summed up. Only numbers: no household and no clerk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

LEVELS = 4
"""Shades of the map; the number stands beside the shade."""
FEW = 3
"""Fewer finished visits than this say nothing about how long a step takes."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit of an element: how long it took in days, None while it lasts."""

    element: str
    days: float | None


@dataclass(frozen=True, kw_only=True)
class Heat:
    """One element over all visits of a period."""

    element: str
    visits: int
    running: int
    """Visits that last."""
    median: float | None
    """Days; None with no finished visit."""
    most: float | None
    """Days in which nine of ten were finished."""

    @property
    def is_thin(self) -> bool:
        """True when too few visits are finished to read much out of them."""
        return self.visits - self.running < FEW


def sum_up(visits: Iterable[Visit]) -> dict[str, Heat]:
    """Return element → its numbers."""
    spans: dict[str, list[float]] = {}
    running: dict[str, int] = {}
    for one in visits:
        known = spans.setdefault(one.element, [])
        if one.days is None:
            running[one.element] = running.get(one.element, 0) + 1
        else:
            known.append(one.days)
    found = {}
    for element, days in spans.items():
        days.sort()
        still = running.get(element, 0)
        found[element] = Heat(
            element=element,
            visits=len(days) + still,
            running=still,
            median=median_of(days),
            most=days[ceil(len(days) * 0.9) - 1] if days else None,
        )
    return found


def median_of(days: list[float]) -> float | None:
    """Return the middle of sorted numbers, the mean of the two middle ones, None of none."""
    if not days:
        return None
    middle = len(days) // 2
    return days[middle] if len(days) % 2 else (days[middle - 1] + days[middle]) / 2


def shades(values: Mapping[str, float]) -> dict[str, int]:
    """Return element → shade 1 (cool) to ``LEVELS``: by rank, so that one long step does not pale all others.

    Nothing that is zero has a shade.
    """
    ranked = sorted({value for value in values.values() if value > 0})
    return {
        element: 1 + (ranked.index(value) * LEVELS) // len(ranked) for element, value in values.items() if value > 0
    }
