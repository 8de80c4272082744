"""What a case knows of the family, and what was checked about it."""

# ruff: noqa: RUF009 (personal() returns a dataclass field)

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class Household(Row):
    """The folded record of one case (see ``jiuzhu.domain.household``): one row, replaced as a whole."""

    table: ClassVar[str] = "household"
    key: ClassVar[tuple[str, ...]] = ("case_no",)

    case_no: str
    record: dict[str, Any] = personal()
    member_count: int
    version: int
    folded: list[Any]
    """Ids of the submissions that are in it, in order."""
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class HouseholdPerson(Row):
    """Index of who occurs in a case, by reference and without names: duplicates, relatives, recusal."""

    table: ClassVar[str] = "household_person"
    key: ClassVar[tuple[str, ...]] = ("case_no", "resident_ref")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("resident_ref",),)

    case_no: str
    resident_ref: str
    part: str
    """applicant, member or supporter."""
    programme: str
    since: date


@dataclass(frozen=True, kw_only=True)
class MaterialsChecklist(Row):
    """The materials that a case needs: one line an item, with what data sharing already supplies (XT-29)."""

    table: ClassVar[str] = "materials_checklist"
    key: ClassVar[tuple[str, ...]] = ("case_no", "round")

    case_no: str
    round: int
    items: list[Any]
    """{item, label, required, obtainable_by_sharing, signed_by_applicant}."""
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class RelativesEntry(Row):
    """近亲属备案: a household has a near relative among case workers or village cadres (NH-13, JC-45)."""

    table: ClassVar[str] = "relatives_entry"
    key: ClassVar[tuple[str, ...]] = ("case_no", "line")

    case_no: str
    line: int
    staff_name: str = personal()
    post: str
    relation: str
    declared: bool
    """True: told by the applicant; False: found in the register of staff."""
    entered_at: datetime
    status: str = "registered"


@dataclass(frozen=True, kw_only=True)
class MeansQuery(Row):
    """One query of the means platform: who asked, when, with which authorisation (R-26, XT-19)."""

    table: ClassVar[str] = "means_query"
    key: ClassVar[tuple[str, ...]] = ("query_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",),)

    query_no: str
    """The verification_ref of the case."""
    case_no: str
    round: int
    requester: str
    executor: str
    """district or town."""
    requested_at: datetime
    returned_at: datetime
    people: int
    sources: list[Any]
    failed_sources: list[Any] = field(default_factory=list)
    """Sources that gave no answer."""
    household_version: int = 0
    """Version of the household that was asked about: a later version begins a new right to one recheck."""


@dataclass(frozen=True, kw_only=True)
class MeansResult(Row):
    """What one source said about one person."""

    table: ClassVar[str] = "means_result"
    key: ClassVar[tuple[str, ...]] = ("query_no", "line")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",),)

    query_no: str
    line: int
    case_no: str
    member: str = personal()
    source: str
    result: str
    """clean, doubt, mismatch or timeout."""
    amount: Decimal | None = None
    note: str = personal(default="")


@dataclass(frozen=True, kw_only=True)
class BenefitCalculation(Row):
    """How an amount came about, kept for the file (JC-09, XT-15)."""

    table: ClassVar[str] = "benefit_calculation"
    key: ClassVar[tuple[str, ...]] = ("case_no", "round")

    case_no: str
    round: int
    mode: str
    """proposal, final or change."""
    standard: Decimal
    members: int
    counted_income: Decimal
    deductions: Decimal
    per_capita_income: Decimal
    asset_ok: bool
    care_allowance: Decimal
    amount_monthly: Decimal
    lines: list[Any] = personal()
    """The items with what was counted of each, in Chinese: they name the members."""
    sources: dict[str, Any]
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class PolicyUse(Row):
    """Which dated parameters a decision used, with their sources (policy_ref)."""

    table: ClassVar[str] = "policy_use"
    key: ClassVar[tuple[str, ...]] = ("policy_ref",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",),)

    policy_ref: str
    case_no: str
    record_no: str
    decision: str
    parameters: dict[str, Any]
    """name → {label, value, source}."""
    used_at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseEvent(Row):
    """A withdrawal, a death or a change reported while the case runs, with its receipt (architecture, way 7)."""

    table: ClassVar[str] = "case_event"
    key: ClassVar[tuple[str, ...]] = ("event_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no", "state"),)

    event_no: str
    """The record number of the report, which is also the receipt's number."""
    case_no: str
    kind: str
    """withdrawal, death or change."""
    facts: str = personal()
    reporter: str = personal(default="")
    reported_at: datetime
    entered_by: str
    state: str = "reported"
    """reported, stop, change, unfounded or dynamic (left to dynamic management)."""
    changes: list[Any] = personal(default_factory=list)
    settled_at: datetime | None = None
