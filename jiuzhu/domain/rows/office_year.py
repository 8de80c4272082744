"""What an office owes month by month: data and papers sent up, scores and ranks, awards, two lists compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class MonthlyTransfer(Row):
    """A town's month: electronic data sent within its window, papers handed in by their day (XX-39, XX-40)."""

    table: ClassVar[str] = "monthly_transfer"
    key: ClassVar[tuple[str, ...]] = ("transfer_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("district", "period"))

    transfer_no: str
    case_no: str
    district: str
    town: str
    period: str
    lines: list[dict[str, Any]]
    """Changes of the month: number of the recipient, kind, amount, first month; no names."""
    built_at: datetime
    window_from: date
    window_until: date
    """Last day on which the data may be sent."""
    paper_until: date
    state: str = "built"
    """built, sent, missed; the papers have columns of their own."""
    sent_at: datetime | None = None
    sync_status: str = ""
    """sent or simulated (模拟)."""
    missed_reason: str = ""
    paper_sent_on: date | None = None
    paper_late: bool = False
    paper_reason: str = ""
    paper_rounds: int = 0
    """How often the papers were handed in: more than once means that they came back."""
    paper_received_on: date | None = None
    received_by: str = ""


@dataclass(frozen=True, kw_only=True)
class KpiScore(Row):
    """Points off for one unit and one indicator in one ranking; a correction keeps what was reckoned (XX-36, XX-63)."""

    table: ClassVar[str] = "kpi_score"
    key: ClassVar[tuple[str, ...]] = ("ranking_no", "unit", "indicator")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "period"),)

    ranking_no: str
    district: str
    period: str
    unit: str
    indicator: str
    value: int
    """How many facts were found."""
    points_off: int
    """As reckoned by the table ``deductions``."""
    corrected: int | None = None
    reason: str = ""
    corrected_by: str = ""


@dataclass(frozen=True, kw_only=True)
class UnitScore(Row):
    """A unit's score and place in one month; equal scores share a place (XX-59)."""

    table: ClassVar[str] = "unit_score"
    key: ClassVar[tuple[str, ...]] = ("ranking_no", "unit")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "period"),)

    ranking_no: str
    district: str
    period: str
    unit: str
    unit_kind: str
    """town or department."""
    score: int
    rank: int
    tied: bool = False
    published_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AwardLine(Row):
    """What a unit's year came to and what it is awarded (XX-60)."""

    table: ClassVar[str] = "award_line"
    key: ClassVar[tuple[str, ...]] = ("award_no", "unit")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "year"),)

    award_no: str
    district: str
    year: str
    unit: str
    months: int
    """Published months that count."""
    mean: Decimal
    work_score: int | None = None
    total: Decimal | None = None
    rank: int | None = None
    amount: Decimal | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PovertyEntry(Row):
    """Somebody on the poverty-alleviation list of a quarter, uploaded or fetched (XX-52)."""

    table: ClassVar[str] = "poverty_entry"
    key: ClassVar[tuple[str, ...]] = ("entry_no",)
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "period", "person_ref"),)

    entry_no: str
    district: str
    period: str
    """Quarter, 2026Q3."""
    person_ref: str
    """``resident_ref`` of the person; not named so, because a case's file does not hold other people's lists."""
    name: str = personal()
    village: str
    source: str
    """upload or exchange."""
    listed_at: datetime
    person: str = ""


@dataclass(frozen=True, kw_only=True)
class ListDifference(Row):
    """Who stands in one of two systems only, and what the office found out about it (XX-53)."""

    table: ClassVar[str] = "list_difference"
    key: ClassVar[tuple[str, ...]] = ("compare_no", "line")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "period"),)

    compare_no: str
    line: int
    district: str
    period: str
    side: str
    """only_dibao or only_poverty."""
    name: str = personal()
    town: str
    village: str
    recipient_no: str = ""
    state: str = "open"
    """open, checked."""
    conclusion: str = ""
    """visit (may need aid), change (may no longer be eligible), data (an error of one list), none."""
    note: str = personal(default="")
    started_no: str = ""
    checked_by: str = ""
    checked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class BedRequest(Row):
    """Somebody who waits for a bed in a care home, and the bed that came of it (XX-55)."""

    table: ClassVar[str] = "bed_request"
    key: ClassVar[tuple[str, ...]] = ("request_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("district", "state"))

    request_no: str
    case_no: str
    district: str
    town: str
    kind: str
    """tekun, dibao, low_income or registered_poor."""
    priority: int
    """1 goes first; from the table ``bed_priority``."""
    requested_at: datetime
    state: str = "waiting"
    """waiting, allocated, withdrawn."""
    place: str = ""
    fee: str = ""
    """free or low."""
    decided_at: datetime | None = None
    decided_by: str = ""
