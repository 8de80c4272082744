"""What happens to a recipient after the decision: changes decided, money owed to him or by him."""

# ruff: noqa: RUF009 (personal() returns a dataclass field)

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class Adjustment(Row):
    """A change of what a recipient gets: proposed, decided, in force (JC-24, JC-29). One for each process instance.

    Person, level, organ, letter and seal stand here under the names that ``CaseDecision`` has.
    """

    table: ClassVar[str] = "adjustment"
    key: ClassVar[tuple[str, ...]] = ("decision_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("recipient_no",))

    decision_no: str
    case_no: str
    record_no: str
    """Process instance that decides it."""
    recipient_no: str
    district: str
    kind: str
    """people, income, assets, self_care, job_refusal, death, ineligible, suspension; '' for a review."""
    member: str = personal(default="")
    """Who died, or refused work."""
    changes: list[Any] = personal()
    """Rows of the family's changes; they enter the household's record when the change takes effect."""
    result: str
    """keep, increase, decrease, stop, gradual_exit, suspend or terminate_tekun."""
    amount_before: Decimal
    amount_after: Decimal
    reason: str = personal(default="")
    state: str
    """proposed, back, decided or effective."""
    care_level: str = ""
    person: str = ""
    decided_at: datetime
    level: str = "town"
    org: str = ""
    letter_no: str = ""
    seal_use_id: str = ""
    effective_month: str = ""


@dataclass(frozen=True, kw_only=True)
class Recovery(Row):
    """Money to be paid back: because of an error in the review, or drawn against the rules (JC-14)."""

    table: ClassVar[str] = "recovery"
    key: ClassVar[tuple[str, ...]] = ("recovery_no",)
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("record_no",),)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("district", "state"))

    recovery_no: str
    case_no: str
    record_no: str
    recipient_no: str
    district: str
    town: str
    cause: str
    """review_error or illegal_claim."""
    amount: Decimal
    recovered: Decimal
    instalments: int = 1
    reason: str = personal(default="")
    person: str = ""
    decided_at: datetime
    due_on: date
    reminded_at: datetime | None = None
    state: str = "open"
    """open, recovered or enforcement."""


@dataclass(frozen=True, kw_only=True)
class Repayment(Row):
    """One sum that was paid back (JC-14)."""

    table: ClassVar[str] = "repayment"
    key: ClassVar[tuple[str, ...]] = ("recovery_no", "line")
    append_only: ClassVar[bool] = True
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",),)

    recovery_no: str
    line: int
    case_no: str
    amount: Decimal
    paid_on: date
    receipt: str
    """Number of the receipt of the special account."""
    person: str
    entered_at: datetime
