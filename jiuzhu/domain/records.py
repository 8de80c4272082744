"""The ports through which record tasks read and write our own tables.

One small port for all kinds of rows: a kind is a frozen dataclass in ``jiuzhu.domain.rows`` and ``store`` has a table
for each. All calls run inside the transaction that advances the case; nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from jiuzhu.domain.rows import Row

R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Span:
    """A stretch of time to ``find`` by: from ``first`` on, before ``end``."""

    first: datetime
    end: datetime

    def holds(self, value: Any) -> bool:
        """True when a column's value lies in it; nothing lies nowhere."""
        return value is not None and self.first <= value < self.end


@dataclass(frozen=True, kw_only=True)
class CaseHead:
    """The case row as handlers see it."""

    case_no: str
    record_no: str
    process_key: str
    district: str
    town: str
    intake_town: str
    village: str
    programme: str
    status: str
    applicant_name: str
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One immutable completed form."""

    id: str
    form: str
    element_id: str
    process_key: str
    case_no: str
    record_no: str
    person: str
    person_name: str
    submitted_at: datetime
    data: Mapping[str, Any]
    """The whole answer: canonical JSON of the form's keys."""
    sha256: str
    item_name: str = ""
    """What the step is called in the diagram."""
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PersonHead:
    """A member of staff: id, name, roles as ``role@organisation`` in force now."""

    id: str
    login: str
    name: str
    groups: tuple[str, ...]


class Records(Protocol):
    """Rows of our own tables, inside the running transaction."""

    def case(self, case_no: str | None = None) -> CaseHead:
        """Return the application of this case number (default: the call's)."""
        ...

    def set_case(self, **changes: str) -> None:
        """Change town, village, programme, status, applicant_name of the application's row."""
        ...

    def submissions(self, form: str | None = None, *, case_no: str | None = None) -> Sequence[Submission]:
        """Return the case's submissions (of all its process instances), oldest first."""
        ...

    def recused(self) -> frozenset[str]:
        """Return who has stated to keep out of this household's case."""
        ...

    def keep_out(self, person: str, reason: str, now: datetime) -> None:
        """Keep a person out of this case from now on; once is enough (R-05)."""
        ...

    def find(self, kind: type[R], **equals: Any) -> Sequence[R]:
        """Return rows whose columns equal the given values, by insertion order.

        A tuple value means IN, a ``Span`` a stretch of time.
        """
        ...

    def add(self, row: Row) -> None:
        """Insert a row; raises Conflict when its key exists."""
        ...

    def change(self, row: R, **changes: Any) -> R:
        """Update by primary key and return the new row."""
        ...

    def number(self, series: str) -> int:
        """Return the next number of a series, gap-free within the transaction (1, 2, 3 …)."""
        ...

    def person(self, person_id: str) -> PersonHead: ...

    def people(self, group: str) -> Sequence[PersonHead]:
        """Return who holds ``role@organisation`` now."""
        ...

    def organisation_name(self, organisation: str) -> str: ...

    def heads(self, case_nos: Sequence[str]) -> Mapping[str, CaseHead]:
        """Return the heads of other cases by number, to read only; unknown numbers are left out."""
        ...

    def towns(self, district: str) -> Sequence[str]:
        """Return the ids of a district's towns, in order."""
        ...

    def audit(self, act: str, sentence: str, **facts: Any) -> None:
        """Append a line to the case's audit chain (chained and written with the step)."""
        ...
