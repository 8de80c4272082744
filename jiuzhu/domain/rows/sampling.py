"""Samples that the district draws to check its towns: the frozen population, the seed, the households drawn.

No column ``case_no`` for the draw's number: hundreds of items must not come with the file of the draw.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class Draw(Row):
    """One draw: drawn once, never again (R-18)."""

    table: ClassVar[str] = "draw"
    key: ClassVar[tuple[str, ...]] = ("draw_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "period"), ("state",))

    draw_no: str
    """Number of the record that draws."""
    process_key: str
    district: str
    town: str
    """'' for the whole district."""
    period: str
    """2026-09, 2026Q3 …"""
    ratio: str
    """Decimal between 0 and 1."""
    method: str
    """visit or file."""
    population_text: str
    population_hash: str
    pool_count: int
    all_count: int
    """Households that are checked anyway, outside the pool (NH-13)."""
    frozen_at: datetime
    state: str = "frozen"
    """frozen (the hash is published), drawn, checked or closed."""
    seed: str = ""
    seed_source: str = ""
    seed_by: str = ""
    seed_by_name: str = ""
    seeded_at: datetime | None = None
    sample_count: int = 0
    drawn_at: datetime | None = None
    checked_at: datetime | None = None
    woken_at: datetime | None = None
    """When the record that draws was told that all are checked."""
    closed_at: datetime | None = None
    pass_rate: str = ""
    coverage: str = ""
    published_at: datetime | None = None
    """When the results went on the public page (XT-36)."""


@dataclass(frozen=True, kw_only=True)
class SampleItem(Row):
    """A household of a draw and what became of its check."""

    table: ClassVar[str] = "sample_item"
    key: ClassVar[tuple[str, ...]] = ("draw_no", "member")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("state", "tried_at"), ("record_no",))

    draw_no: str
    member: str
    """Its case number."""
    district: str
    town: str
    reason: str
    """drawn, relatives (checked anyway) or replacement."""
    rank: str = ""
    state: str = "drawn"
    """drawn, checking, checked, closed or replaced."""
    inspectors: list[Any] = field(default_factory=list)
    """Persons who were drawn to check it; empty: any supervisor."""
    record_no: str = ""
    """The check's own record."""
    started_at: datetime | None = None
    fault: str = ""
    """Why the check could not be started at the last try."""
    tried_at: datetime | None = None
    """Machine time of that try."""
    conclusion: str = ""
    """ok, inaccurate (target), irregular (procedure) or both."""
    problems: str = personal(default="")
    checked_at: datetime | None = None
    checked_by: str = ""
    checked_by_name: str = ""
    rectified: str = ""
    """'' (nothing to rectify), ordered, done, late or escalated."""
    replaced_by: str = ""
    replacement_reason: str = ""
