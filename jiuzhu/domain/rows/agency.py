"""代办委托书: an applicant entrusts an agent with handing in an application (XT-01, XT-23, R-08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal

FREE = Decimal("0.00")


@dataclass(frozen=True, kw_only=True)
class AgencyLetter(Row):
    """Whom a resident entrusted with what, until when; the service is free."""

    table: ClassVar[str] = "agency_letter"
    key: ClassVar[tuple[str, ...]] = ("letter_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("agent",), ("case_no",), ("resident_ref",))

    letter_no: str
    case_no: str
    """Number of the matter in which it was signed."""
    district: str
    town: str
    resident_ref: str
    principal_name: str = personal()
    agent: str
    """Person id."""
    programmes: list[Any]
    groups: list[Any]
    """Codes of the groups served first; [] for anybody else."""
    fee: Decimal = FREE
    """Always nothing (XT-23)."""
    signed_on: date
    valid_to: date
    """Last day in force."""
    status: str = "in_force"
    """in_force or revoked."""
    used_for: str = ""
    """Case number of the application that it led to."""
