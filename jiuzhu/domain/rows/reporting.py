"""What offices hand in and what is made public: a town's report of a period, lists of recipients (JC-31, JC-35)."""

# ruff: noqa: RUF009 (personal() returns a dataclass field)

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class TownReport(Row):
    """One town's report of one period: counted by the system, checked by the town, taken in by the district."""

    table: ClassVar[str] = "town_report"
    key: ClassVar[tuple[str, ...]] = ("case_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "report_kind", "period"),)

    case_no: str
    """Number of the matter in which it is handed in."""
    district: str
    town: str
    report_kind: str
    """Name of the report (``config/reports``) whose table it holds; '' for a report in words only."""
    label: str
    period: str
    due_at: datetime
    lines: list[Any]
    """The counted rows, frozen as they were when it was built."""
    document_no: str = ""
    built_at: datetime
    built_times: int = 1
    state: str = "built"
    """built, submitted, returned or received."""
    sections: dict[str, Any] = field(default_factory=dict)
    """工作情况, 经验做法, 困难问题, 下步打算, where they are wanted (XX-77)."""
    note: str = ""
    attachments: list[Any] = field(default_factory=list)
    submitted_at: datetime | None = None
    submitted_by: str = ""
    received_at: datetime | None = None
    received_by: str = ""
    return_reason: str = ""

    @property
    def is_late(self) -> bool:
        """True when it was handed in after its date; what never came is found by its ledger row."""
        return self.submitted_at is not None and self.submitted_at > self.due_at


@dataclass(frozen=True, kw_only=True)
class Publication(Row):
    """One turn of 救助对象公开: what was put up, what was taken down, who checked it (XT-31, JC-35)."""

    table: ClassVar[str] = "publication"
    key: ClassVar[tuple[str, ...]] = ("case_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "published_at"),)

    case_no: str
    district: str
    period: str
    added: int
    """Households that are to be put up, or whose line has changed."""
    removed: int
    """Households whose line is to be taken down."""
    total: int
    """Households on the list after this turn."""
    check: str
    """person: somebody looks first; none: a day's change that waits for the week's check."""
    built_at: datetime
    checked_by: str = ""
    """Person; '' while nobody has looked."""
    checked_by_name: str = ""
    checked_at: datetime | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PublishedRecipient(Row):
    """A recipient's line on the public list: masked, and nothing else than what the district shows (XT-31, JC-35)."""

    table: ClassVar[str] = "published_recipient"
    key: ClassVar[tuple[str, ...]] = ("recipient_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "state"), ("publication_no",))

    recipient_no: str
    district: str
    town: str
    village: str
    programme: str
    shown: dict[str, Any] = personal()
    """What the list says now; '' while it has never been put up."""
    coming: dict[str, Any] = personal(default_factory=dict)
    """What it will say after the turn in hand; empty for a line that comes down."""
    state: str
    """waiting (never put up yet), public or down."""
    publication_no: str
    """Turn that changed it last."""
    published_on: date | None = None
    taken_down_on: date | None = None
