"""Matters handed on to a department: who answers, until when, and what the citizen was told (XX-30, XX-32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class Referral(Row):
    """One matter with one department; sent on to another department it stays the same row in a further round."""

    table: ClassVar[str] = "referral"
    key: ClassVar[tuple[str, ...]] = ("referral_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("district", "state"))

    referral_no: str
    case_no: str
    record_no: str
    district: str
    town: str
    """Whose window answers the citizen."""
    item: str
    content: str = personal(default="")
    department: str
    """Organisation that handles it; the district itself where its civil affairs office does."""
    handler_group: str
    round: int = 1
    """Counts the departments it was sent to."""
    state: str = "sent"
    """sent, rejected (waits for another department), handled (the citizen waits for the reply), replied."""
    sent_at: datetime
    sent_by: str
    due_at: datetime
    handler: str = ""
    handled_at: datetime | None = None
    result: str = ""
    """done, not_eligible, explained."""
    result_text: str = personal(default="")
    reject_reason: str = personal(default="")
    late_at: datetime | None = None
    """Since when the department is late; it stays when the answer comes after all."""
    replied_at: datetime | None = None
    replied_by: str = ""
    reply_text: str = personal(default="")
