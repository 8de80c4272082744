"""What left the house: messages to people and data sent to other systems, with the receipts that came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class Notification(Row):
    """One message to one person by one channel, or the reason why there was none (JC-06, XT-35)."""

    table: ClassVar[str] = "notification"
    key: ClassVar[tuple[str, ...]] = ("message_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",),)

    message_no: str
    """Key of the errand and number of the line: what the gateway was given as idempotency key."""
    case_no: str
    record_no: str
    template: str
    channel: str
    """sms, mail or none."""
    recipient: str = personal()
    address: str = personal(default="")
    text: str = personal()
    state: str
    """sent, simulated (模拟) or unreachable."""
    receipt: str = ""
    noted_at: datetime


@dataclass(frozen=True, kw_only=True)
class Transmission(Row):
    """One change sent to another system: filing platform, payment platform (JC-25, XT-12, XT-39)."""

    table: ClassVar[str] = "transmission"
    key: ClassVar[tuple[str, ...]] = ("transmission_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("target", "record_ref"))

    transmission_no: str
    """Key of the errand: what the other system was given as idempotency key."""
    case_no: str
    record_no: str
    target: str
    record_ref: str
    version: int
    state: str
    """sent, simulated (模拟) or empty (nothing to send)."""
    receipt: str = ""
    sha256: str
    """Over the canonical JSON that was sent."""
    sent_at: datetime
