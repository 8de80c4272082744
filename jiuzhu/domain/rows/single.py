"""Money paid once: temporary assistance, and the towns' reserve fund (NH-03, NH-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class SinglePayment(Row):
    """One payment of temporary assistance: made by one person, checked by another (R-11)."""

    table: ClassVar[str] = "single_payment"
    key: ClassVar[tuple[str, ...]] = ("payment_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("town", "state"))

    payment_no: str
    case_no: str
    district: str
    town: str
    programme: str
    amount: Decimal
    payer: str
    """town, county or city."""
    from_reserve: bool
    """Paid from the town's reserve fund."""
    decision_no: str
    receiver: str = personal()
    bank_account: str = personal()
    made_by: str
    checked_by: str
    paid_at: datetime
    state: str = "paid"


@dataclass(frozen=True, kw_only=True)
class ReserveEntry(Row):
    """A line of a town's reserve fund: topped up, or spent on a case; never below zero (NH-14)."""

    table: ClassVar[str] = "reserve_entry"
    key: ClassVar[tuple[str, ...]] = ("entry_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("town",), ("case_no",))

    entry_no: str
    district: str
    town: str
    kind: str
    """in or out."""
    amount: Decimal
    case_no: str = ""
    note: str = ""
    entered_at: datetime
