"""What falls due by the calendar: the ledger of occurrences, and where a schedule stands in a district."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from jiuzhu.domain.rows.row import Row


@dataclass(frozen=True, kw_only=True)
class Occurrence(Row):
    """One thing that a schedule makes due: one row for schedule, due instant and scope, however often anybody wakes.

    ``round`` is 0 for what the rhythm made; what was started by hand in the same period is 1, 2 …
    """

    table: ClassVar[str] = "schedule_occurrence"
    key: ClassVar[tuple[str, ...]] = ("occurrence_no",)
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("schedule", "due_at", "scope", "round"),)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("state", "opens_at"), ("district", "opens_at"), ("record_no",))

    occurrence_no: str
    """<schedule>/<period>/<scope>, with /<round> for what was started by hand."""
    schedule: str
    district: str
    scope: str
    """Organisation, with /<programme> where each programme has its own."""
    period: str
    """2026-09, 2026Q3, 2026H1, 2026 or 2026-09-16."""
    round: int = 0
    opens_at: datetime
    due_at: datetime
    planned_at: datetime
    state: str = "due"
    """due, started (a process runs), done, missed (nothing came and no second chance) or void."""
    record_no: str = ""
    """Process instance that it started, or the register row that kept it."""
    started_at: datetime | None = None
    started_by: str = ""
    """Person who started it by hand; '' for the alarm clock."""
    done_at: datetime | None = None
    done_by: str = ""
    late_at: datetime | None = None
    """When it was found late; None while it is in time."""
    reason: str = ""
    fault: str = ""
    """Why it could not be started at the last try."""
    tried_at: datetime | None = None
    """Machine time of that try."""


@dataclass(frozen=True, kw_only=True)
class ScheduleStand(Row):
    """How far a schedule is planned in a district, and whether somebody has paused it."""

    table: ClassVar[str] = "schedule_stand"
    key: ClassVar[tuple[str, ...]] = ("schedule", "district")

    schedule: str
    district: str
    since: datetime
    """From when on this installation keeps the schedule."""
    planned_until: datetime
    paused_at: datetime | None = None
    paused_by: str = ""
    reason: str = ""
