"""What a procedure leaves behind: dues, alerts, notices, objections, documents, deliveries, dossier."""

# ruff: noqa: RUF009 (personal() returns a dataclass field)

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class Obligation(Row):
    """A date that somebody must keep. The clock marks it late and raises an alert (QJ-23, XT-35).

    ``state``: standby (owed only once its work is called for), open, met, late (still owed), met_late, void (the case
    went another way). ``met_at`` says when.
    """

    table: ClassVar[str] = "obligation"
    key: ClassVar[tuple[str, ...]] = ("obligation_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("state", "due_at"), ("case_no", "state"))

    obligation_no: str
    case_no: str
    record_no: str
    district: str
    town: str
    due_name: str
    """Variable name such as due_home_visit."""
    label: str
    """Chinese name of the date."""
    milestone: str
    started_at: datetime
    due_at: datetime
    count: int
    unit: str
    """wd (working days) or d (calendar days)."""
    provisional: bool
    source: str
    alert_group: str
    """role@organisation that is told when it is late."""
    state: str = "open"
    met_at: datetime | None = None
    late_at: datetime | None = None
    """When the clock found it late."""


@dataclass(frozen=True, kw_only=True)
class Alert(Row):
    """A line on somebody's list: something is late or needs an eye."""

    table: ClassVar[str] = "alert"
    key: ClassVar[tuple[str, ...]] = ("alert_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("alert_group", "state"), ("district", "state"), ("case_no",))

    alert_no: str
    case_no: str
    record_no: str
    district: str
    town: str
    kind: str
    """Name of the due date that passed, or another code."""
    alert_group: str
    sentence: str = personal()
    raised_at: datetime
    state: str = "open"
    """open or seen."""
    seen_by: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Notice(Row):
    """公示 of one household. ``corrected`` counts corrections of the one sheet; the number and the end stay (XT-24)."""

    table: ClassVar[str] = "notice"
    key: ClassVar[tuple[str, ...]] = ("notice_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("village", "state"), ("sheet_no",))

    notice_no: str
    case_no: str
    district: str
    town: str
    village: str
    stage: str
    round: int
    sheet_no: str
    shown: dict[str, Any] = personal()
    """What the sheet says: masked name, member count, category, amount. Nothing else (57 art 24)."""
    days: int
    prepared_at: datetime
    state: str = "prepared"
    """prepared, running, suspended (异议复查中), closed."""
    corrected: int = 0
    posted_on: date | None = None
    ends_on: date | None = None
    """Last day of the notice; it ends at 24:00 of that day."""
    ends_at: datetime | None = None
    result: str = ""
    """undisputed, objected, revoked or stopped."""
    closed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NoticeSheet(Row):
    """The paper of a village on one day: several households in one list."""

    table: ClassVar[str] = "notice_sheet"
    key: ClassVar[tuple[str, ...]] = ("sheet_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("village", "dated", "stage"),)

    sheet_no: str
    district: str
    town: str
    village: str
    stage: str
    dated: date


@dataclass(frozen=True, kw_only=True)
class Objection(Row):
    """异议 against a notice; the number counts the objections of the case (XT-25)."""

    table: ClassVar[str] = "objection"
    key: ClassVar[tuple[str, ...]] = ("objection_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("notice_no", "state"), ("case_no",))

    objection_no: str
    notice_no: str
    case_no: str
    received_at: datetime
    real_name: bool
    objector: str = personal(default="")
    content: str = personal()
    channel: str
    entered_by: str
    in_time: bool
    """False: received after the notice ended; kept, and handled as a petition."""
    state: str = "open"
    """open, taken_up, answered."""
    taken_up: bool = False
    reply: str = personal(default="")
    reply_document: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Document(Row):
    """A document with frozen values and its HTML twin; the .docx is rendered from the values when asked for (C9)."""

    table: ClassVar[str] = "document"
    key: ClassVar[tuple[str, ...]] = ("document_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no", "template"),)

    document_no: str
    case_no: str
    record_no: str
    district: str
    template: str
    title: str
    round: int
    """1 for the first of its template in the case."""
    values: dict[str, Any] = personal()
    html: str = personal()
    sha256: str
    """Over the canonical JSON of template, number and values."""
    element_id: str
    made_at: datetime
    made_by: str
    """Person id; '' when no person's click made it."""
    state: str = "valid"
    """valid, replaced or void."""


@dataclass(frozen=True, kw_only=True)
class Delivery(Row):
    """送达: how and when a letter reached its reader, and until when he may seek a remedy (JC-24)."""

    table: ClassVar[str] = "delivery"
    key: ClassVar[tuple[str, ...]] = ("delivery_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",),)

    delivery_no: str
    case_no: str
    document_no: str
    letter_kind: str
    method: str
    receiver: str = personal(default="")
    delivered_at: datetime
    officer: str
    receipt: list[Any] = field(default_factory=list)
    """Attachment ids of the 送达回证."""
    review_until: date
    """Last day for 行政复议."""
    suit_until: date
    """Last day for 行政诉讼."""


@dataclass(frozen=True, kw_only=True)
class DossierItem(Row):
    """一户一档: one paper of the household's dossier with its hash (JC-13, JC-28)."""

    table: ClassVar[str] = "dossier_item"
    key: ClassVar[tuple[str, ...]] = ("case_no", "line")

    case_no: str
    line: int
    kind: str
    """submission, document, change (of the recipient) or import."""
    ref: str
    title: str
    sha256: str
    filed_at: datetime
    version: int
    """Which archiving brought it."""
