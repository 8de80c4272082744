"""Arrivals at a window: when, what for, answered within how many seconds, how it was judged (XX-28 … XX-35)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class WindowVisit(Row):
    """One person at the window, on the telephone or met on an outing. A breach is never taken back."""

    table: ClassVar[str] = "window_visit"
    key: ClassVar[tuple[str, ...]] = ("case_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "town"), ("district", "arrived_on"), ("rating_key",))

    case_no: str
    district: str
    town: str
    item: str
    channel: str
    """window, phone, home."""
    arrived_on: str
    """Day of arrival in the office's zone, for the lists of a day."""
    arrived_at: datetime
    due_at: datetime
    """Last second in which an accurate answer is in time."""
    state: str = "waiting"
    """waiting, answered (rating open), closed."""
    answered_at: datetime | None = None
    answered_by: str = ""
    seconds: int | None = None
    """From arrival to the accurate answer; None until then."""
    breached: bool = False
    breach_noted_at: datetime | None = None
    result: str = ""
    """answer, handle, refer, home."""
    answer: str = personal(default="")
    outcome: str = ""
    """started, dropped, replied, served, absent …: what came of it after the answer."""
    started_case_no: str = ""
    rating_key: str = ""
    """Address of the public page on which the visit can be judged; given with the answer."""
    score: int | None = None
    remark: str = personal(default="")
    rated_at: datetime | None = None
    rated_by: str = ""
    """Person who took the rating in; 'public' for the public page."""
    register_row: str = ""
