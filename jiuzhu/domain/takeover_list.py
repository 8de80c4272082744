"""What a list that is taken over is checked against, and what it comes to: households and faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from jiuzhu.domain.takeover_columns import SELF


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong in one cell ('' for the row as a whole)."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a list is checked against: the day, the district's places, programmes and limits."""

    today: date
    allow_synthetic: bool
    towns: Mapping[str, str]
    """Name or code → id."""
    villages: Mapping[tuple[str, str], str]
    """(id of the town, name or code) → id."""
    programmes: Mapping[str, str]
    """Word or code → code, of what the district pays monthly."""
    elsewhere: frozenset[str]
    """Words and codes of programmes that the district does not keep, or pays only once."""
    payers: Mapping[str, str]
    """Programme → who pays."""
    standards: Mapping[tuple[str, str], Decimal]
    """(programme, area) → the most that one person gets a month, with the highest care allowance; area '' where the
    standard is one for town and country."""
    review_months: int
    arrears_months: int
    """How many months the last payment may lie back."""
    number_form: str
    """How case numbers begin in this district: a dossier number must not look like one."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """One row of the list."""

    row: int
    name: str
    resident_id: str
    relation: str
    counted: bool
    authorized_on: date | None = None
    """The day on which this person signed the authorisation that is on file; it names all sources."""
    staff: Mapping[str, str] | None = None
    """{name, post, relation} of the near relative who works here."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One household of the list, as it goes into the record."""

    row: int
    """Row of its head."""
    facts: Mapping[str, Any]
    people: Sequence[Person]

    @property
    def head(self) -> Person:
        """The person on whose name it stands."""
        return next(one for one in self.people if one.relation == SELF)

    @property
    def members(self) -> int:
        """How many are counted."""
        return sum(1 for one in self.people if one.counted)


@dataclass
class Checked:
    """What a list came to."""

    households: list[Kept] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    persons: int = 0
    groups: int = 0
    """Households of the file, sound or not."""
    places: dict[str, int] = field(default_factory=dict)
    """Column key → place in the file."""

    def blame(self, row: int, column: str, sentence: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(row=row, column=column, sentence=sentence))
