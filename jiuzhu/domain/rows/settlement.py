"""What follows a decision: filing, recipient, payment order."""

# ruff: noqa: RUF009 (personal() returns a dataclass field)

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class CaseDecision(Row):
    """A decision on a case, numbered, with authority and legal basis. The latest round counts (JC-50, XT-16)."""

    table: ClassVar[str] = "case_decision"
    key: ClassVar[tuple[str, ...]] = ("case_no", "round")
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("decision_no",),)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("decided_at",),)

    decision_no: str
    case_no: str
    round: int
    decision: str
    """granted, refused or revoked."""
    amount_monthly: Decimal
    submission: str
    """Id of the form in which it was made."""
    person: str
    decided_at: datetime
    org: str
    """Organ in whose name it stands."""
    level: str
    letter_no: str = ""
    seal_use_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Filing(Row):
    """备案 of one household; a town's unsent filings print as one roll-up sheet (JC-25, XT-12)."""

    table: ClassVar[str] = "filing"
    key: ClassVar[tuple[str, ...]] = ("filing_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("town", "state"), ("district", "sent_at"))

    filing_no: str
    case_no: str
    record_no: str
    """Process instance that sends it."""
    district: str
    town: str
    programme: str
    kind: str
    """new, change or cancel."""
    state: str
    """built, sent, returned, filed or void."""
    decision_no: str
    lines: list[Any] = personal()
    """The rows of the 备案表."""
    built_at: datetime
    corrected: int = 0
    sheet_no: str = ""
    """Roll-up sheet with which it was sent."""
    sent_at: datetime | None = None
    sent_by: str = ""


@dataclass(frozen=True, kw_only=True)
class FilingReceipt(Row):
    """One reception of a filing at the district, complete or returned (NH-23, JC-25)."""

    table: ClassVar[str] = "filing_receipt"
    key: ClassVar[tuple[str, ...]] = ("filing_no", "round")

    filing_no: str
    round: int
    channel: str = ""
    """electronic or paper where both are asked for (NH-23); '' where one receipt covers the filing."""
    receiver: str
    received_at: datetime
    returned: bool
    reason: str = ""
    spot_check: bool = False
    """True: the household has entered the spot-check population (JC-26)."""


@dataclass(frozen=True, kw_only=True)
class Recipient(Row):
    """救助对象台账: who receives what, from whom, since when (JC-13)."""

    table: ClassVar[str] = "recipient"
    key: ClassVar[tuple[str, ...]] = ("recipient_no",)
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",),)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("resident_ref",), ("town", "state"), ("state", "ended_on"))

    recipient_no: str
    case_no: str
    district: str
    town: str
    village: str
    programme: str
    name: str = personal()
    resident_id: str = personal()
    resident_ref: str
    members: int
    care_level: str = ""
    support_mode: str = ""
    area: str = ""
    """urban or rural: by which standard it is reckoned; '' where nobody has said."""
    amount_monthly: Decimal
    payer: str
    bank_name: str = personal(default="")
    bank_account: str = personal(default="")
    decision_no: str
    since: str
    """First month of payment, YYYY-MM."""
    review_months: int
    next_review: date
    state: str = "active"
    """active, suspended, gradual_exit or ended."""
    ended_on: date | None = None
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class RecipientChange(Row):
    """One line in a recipient's history: what changed, from which month on, and why (JC-29, XT-33).

    The latest line whose ``effective_month`` is not after a month says what is paid in it.
    """

    table: ClassVar[str] = "recipient_change"
    key: ClassVar[tuple[str, ...]] = ("recipient_no", "line")
    append_only: ClassVar[bool] = True
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",),)

    recipient_no: str
    line: int
    case_no: str
    district: str
    kind: str
    """grant, import, keep, increase, decrease, stop, gradual_exit, suspend, resume, restore, members or account."""
    effective_month: str
    """First month for which it counts, YYYY-MM."""
    amount_monthly: Decimal
    """What is paid a month from then on; nothing for a stop."""
    state: str
    """The recipient's state from then on."""
    reason: str = personal(default="")
    decision_no: str = ""
    record_no: str
    """Process instance, or import, that made it."""
    person: str = ""
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentOrder(Row):
    """The order to pay one recipient in one month; the bank file is made of these (decisions C8)."""

    table: ClassVar[str] = "payment_order"
    key: ClassVar[tuple[str, ...]] = ("order_no",)
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("recipient_no", "month"),)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("payer", "month"))

    order_no: str
    recipient_no: str
    case_no: str
    district: str
    town: str
    programme: str
    month: str
    """YYYY-MM."""
    amount: Decimal
    payer: str
    decision_no: str
    ordered_at: datetime
    state: str = "ordered"
    """ordered or cancelled."""
