"""Monthly payment: one batch for each payer, programme and month, one line for each recipient (QJ-11, QJ-18, NH-25).

A line carries no ``case_no``: hundreds of lines hang on one batch and would be read with its file at every step.
"""

# ruff: noqa: RUF009 (personal() returns a dataclass field)

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class PaymentBatch(Row):
    """What one organisation pays for one programme in one month; the control totals of the list stand here."""

    table: ClassVar[str] = "payment_batch"
    key: ClassVar[tuple[str, ...]] = ("batch_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "month"), ("payer_org", "month"))

    batch_no: str
    """Number of the matter that pays it."""
    district: str
    payer_org: str
    """Organisation that pays: the district, or a town where the towns pay."""
    payer: str
    """county, city, district or town, as the recipients' rows say."""
    programme: str
    month: str
    """YYYY-MM; lines of earlier months in it are arrears."""
    due_at: datetime
    state: str = "built"
    """built, made, checked, sent, posted; void where nothing was left to pay."""
    built_at: datetime
    count: int = 0
    total: Decimal = Decimal("0.00")
    excluded_count: int = 0
    differences: list[Any] = personal(default_factory=list)
    """What the register and the list did not agree on at the latest comparison: kind, recipient, sentence."""
    maker: str = ""
    made_at: datetime | None = None
    checker: str = ""
    checked_at: datetime | None = None
    file_no: str = ""
    """Key of the latest file to the bank."""
    receipt: str = ""
    sent_at: datetime | None = None
    simulated: bool = False
    paid_count: int = 0
    paid_total: Decimal = Decimal("0.00")
    failed_count: int = 0
    posted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PaymentLine(Row):
    """What one recipient gets for one month; a month is paid once, arrears of it are a further round."""

    table: ClassVar[str] = "payment_line"
    key: ClassVar[tuple[str, ...]] = ("line_no",)
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("recipient_no", "month", "round"),)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("batch_no",),)

    line_no: str
    batch_no: str
    recipient_no: str
    household_no: str
    """Case or dossier number of the household."""
    district: str
    town: str
    programme: str
    month: str
    """For which it is paid, YYYY-MM."""
    round: int = 0
    """0: the month's own payment; from 1 on: arrears of it."""
    amount: Decimal
    name: str = personal()
    bank_name: str = personal(default="")
    bank_account: str = personal(default="")
    state: str = "planned"
    """planned, excluded, sent, paid, failed, or repaired (sent again after a failure is the state sent)."""
    reason: str = personal(default="")
    held_by: str = ""
    """Who set it aside by hand for this month; a fresh list leaves it aside."""
    bank_result: str = ""
    """What the bank's file said and was not posted yet: paid or failed."""
    bank_reason: str = personal(default="")
    file_no: str = ""
    attempts: int = 0
    death_record: str = ""
    """Process that finds out about a death which the register told before this line was paid."""
    settled_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ReserveStatement(Row):
    """A town's fund for one month: what the ledger says, what the town counted, what the bureau found (NH-14)."""

    table: ClassVar[str] = "reserve_statement"
    key: ClassVar[tuple[str, ...]] = ("statement_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("town", "month"), ("district", "month"))

    statement_no: str
    """Number of the matter in which it is reconciled."""
    district: str
    town: str
    month: str
    opening: Decimal
    taken_in: Decimal
    spent: Decimal
    closing: Decimal
    uses: list[Any] = personal(default_factory=list)
    """Each use with its case: entry, case, amount, and what does not fit."""
    faults: int = 0
    counted: Decimal | None = None
    """What the town found on the account."""
    counted_by: str = ""
    reconciled_by: str = ""
    difference: Decimal = Decimal("0.00")
    topup: Decimal = Decimal("0.00")
    approved_by: str = ""
    state: str = "open"
    """open, reconciled or topped_up."""
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class FundEstimate(Row):
    """One programme's need for a year, as reckoned from the recipients, and as planned (NH-07, QJ-12, JC-17)."""

    table: ClassVar[str] = "fund_estimate"
    key: ClassVar[tuple[str, ...]] = ("plan_no", "programme")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "year"),)

    plan_no: str
    district: str
    year: int
    programme: str
    recipients: int
    monthly: Decimal
    """What all recipients are due in the month of the estimate."""
    trend: str
    """Change of the monthly need over the last year as a ratio: 1.0500; 1 where there is nothing to compare."""
    need: Decimal
    planned: Decimal | None = None
    reason: str = ""
    estimated_at: datetime
    state: str = "draft"
    """draft, approved or requested."""
