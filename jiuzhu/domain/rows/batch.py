"""Cases that a bureau decides together at fixed times (XT-07)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class BatchItem(Row):
    """A case that waits for the bureau's next batch, and what was decided in it; one row a time it was queued."""

    table: ClassVar[str] = "batch_item"
    key: ClassVar[tuple[str, ...]] = ("item_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("district", "state"))

    item_no: str
    case_no: str
    district: str
    town: str
    programme: str
    applicant_name: str = personal()
    amount: Decimal
    """Reviewed by the town."""
    month: str
    """In which it was queued, YYYY-MM."""
    queued_at: datetime
    state: str = "queued"
    """queued, collected, decided."""
    batch_no: str = ""
    decision: str = ""
    amount_decided: Decimal | None = None
    opinion: str = ""
    submission: str = ""
    person: str = ""
    decided_at: datetime | None = None
