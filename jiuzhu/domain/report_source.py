"""Where a report's query has its rows from: the service's source is the store, a record task's its call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, TypeAlias, TypeVar

from jiuzhu.domain.records import CaseHead
from jiuzhu.domain.reports import Asked, Line
from jiuzhu.domain.rows import Row
from jiuzhu.domain.topics import Calendar, PolicyReader

R = TypeVar("R", bound=Row)


class ReportSource(Protocol):
    """Where a query has its rows from."""

    @property
    def today(self) -> date: ...

    @property
    def policy(self) -> PolicyReader: ...

    @property
    def calendar(self) -> Calendar: ...

    def find(self, kind: type[R], **equals: Any) -> Sequence[R]:
        """Return rows by insertion order; a tuple means IN, a ``Span`` a stretch of time."""
        ...

    def name(self, organisation: str) -> str:
        """Return an organisation's name."""
        ...

    def heads(self, case_nos: Iterable[str]) -> Mapping[str, CaseHead]:
        """Return the heads of cases, by number."""
        ...


Query: TypeAlias = Callable[[ReportSource, Asked], Sequence[Line]]
