"""Who may act for whom: letters, appointments, seals, agreements, relations of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class EntrustmentLetter(Row):
    """放权委托书: what an organ entrusted to a town, from when to when (XT-03, XT-11)."""

    table: ClassVar[str] = "entrustment_letter"
    key: ClassVar[tuple[str, ...]] = ("letter_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "town"),)

    letter_no: str
    district: str
    town: str
    kind: str
    """entrustment (放权委托书) or responsibility (放权责任书)."""
    entrusting_org: str
    items: list[Any]
    """Codes of the entrusted items."""
    legal_basis: str
    signed_on: date
    valid_from: date
    valid_to: date | None = None
    """Last day in force; None = until revoked."""
    status: str = "in_force"
    """in_force, suspended or revoked."""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Appointment(Row):
    """A member of staff holds a post of a town or district: confirmer, chief representative … (XT-14, JC-01)."""

    table: ClassVar[str] = "appointment"
    key: ClassVar[tuple[str, ...]] = ("appointment_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("town", "post"), ("person",))

    appointment_no: str
    district: str
    town: str
    person: str
    post: str
    """Role id, such as town_confirmer or chief_rep."""
    document_no: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class Seal(Row):
    """A seal and the items it may be used for (XT-04, XT-10)."""

    table: ClassVar[str] = "seal"
    key: ClassVar[tuple[str, ...]] = ("seal_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "town"),)

    seal_no: str
    district: str
    town: str
    name: str
    items: list[Any]
    made_on: date
    status: str = "in_use"
    """in_use, frozen or destroyed."""


@dataclass(frozen=True, kw_only=True)
class SealCustody(Row):
    """Who keeps a seal from when to when: the hand-over log (XT-14)."""

    table: ClassVar[str] = "seal_custody"
    key: ClassVar[tuple[str, ...]] = ("custody_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("seal_no",),)

    custody_no: str
    seal_no: str
    holder: str
    handed_by: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class SealUse(Row):
    """One impression of a seal: by whom, on what, under which letter (XT-04, XT-38)."""

    table: ClassVar[str] = "seal_use"
    key: ClassVar[tuple[str, ...]] = ("seal_use_id",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("seal_no",))

    seal_use_id: str
    seal_no: str
    case_no: str
    record_no: str
    item_code: str
    document_no: str
    letter_no: str
    copies: int
    person: str
    used_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConfidentialityAgreement(Row):
    """保密协议 of one user of the means platform (XT-19)."""

    table: ClassVar[str] = "confidentiality_agreement"
    key: ClassVar[tuple[str, ...]] = ("agreement_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("person",),)

    agreement_no: str
    district: str
    town: str
    person: str
    scope: str
    signed_on: date
    valid_to: date | None = None
    case_no: str = ""
    """The case in which it was signed; '' when signed beforehand."""


@dataclass(frozen=True, kw_only=True)
class StaffRelation(Row):
    """A member of staff is a near relative of a resident: recusal and the relatives register (JC-45, NH-13)."""

    table: ClassVar[str] = "staff_relation"
    key: ClassVar[tuple[str, ...]] = ("relation_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("resident_ref",), ("person",))

    relation_no: str
    district: str
    person: str
    """Person id; '' for a village or committee member without a login."""
    staff_name: str = personal()
    post: str = ""
    resident_ref: str
    resident_name: str = personal()
    relation: str
    """Code of the eight kinds of near relative."""
    declared_on: date


@dataclass(frozen=True, kw_only=True)
class BlacklistEntry(Row):
    """Somebody who claimed dishonestly: a flag for the reviewer, never a refusal (XX-25)."""

    table: ClassVar[str] = "blacklist_entry"
    key: ClassVar[tuple[str, ...]] = ("entry_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("resident_ref",),)

    entry_no: str
    district: str
    resident_ref: str
    reason: str
    valid_from: date
    valid_to: date | None = None
