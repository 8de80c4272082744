"""Reports as data: what a report is called, its columns, for which period, who reads it (``config/reports``).

A report's rows are counted by one query function (``jiuzhu.domain.report_queries``) over a source of rows: the service
has one on the store, a record task one on its call, so what a town hands in and what the page shows are counted alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from jiuzhu.domain.instants import SHANGHAI, midnight_after
from jiuzhu.domain.records import Span
from jiuzhu.domain.schedules import EVERY, days_of, name_of

TYPES = frozenset({"text", "integer", "number", "percent", "money", "date", "month"})
NUMERIC = frozenset({"integer", "number", "percent", "money"})
ADDED = frozenset({"integer", "money"})
"""Types whose values of several towns may be added up; shares and means may not."""
ALWAYS_READ = frozenset({"auditor", "county_supervisor", "county_leader"})
"""Who reads every report of the district (R-15, R-16)."""


@dataclass(frozen=True, kw_only=True)
class ReportColumn:
    """One column of a report."""

    key: str
    label: str
    type: str = "text"

    def shown(self, value: Any) -> str:
        """Return a value as people read it."""
        if value is None or value == "":
            return ""
        if self.type == "percent":
            return f"{Decimal(value) * 100:.1f}%"
        if self.type == "money":
            return f"{Decimal(value):.2f}"
        return str(value)


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report."""

    name: str
    label: str
    note: str
    requirements: tuple[str, ...]
    districts: frozenset[str]
    """Empty: every district."""
    period: str
    """month, quarter, half_year or year."""
    query: str
    """Name of the function that counts (``jiuzhu.domain.report_queries``)."""
    read: frozenset[str]
    """Roles that may read it, each within its own reach."""
    columns: tuple[ReportColumn, ...]

    def applies(self, district: str) -> bool:
        """True when a district has this report."""
        return not self.districts or district in self.districts

    @property
    def readers(self) -> frozenset[str]:
        """Roles that may read it."""
        return self.read | ALWAYS_READ

    def fits(self, period: str) -> bool:
        """True for the name of a period of this report's kind."""
        try:
            first, _ = days_of(period)
        except ValueError:
            return False
        return period == name_of(self.period, first)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """For which places and days a report is counted."""

    district: str
    towns: tuple[str, ...]
    """Towns whose rows are wanted, in order."""
    period: str
    first: date
    last: date

    @property
    def span(self) -> Span:
        """The instants of the period."""
        return Span(datetime.combine(self.first, time(0), SHANGHAI), midnight_after(self.last))

    @property
    def months(self) -> tuple[str, ...]:
        """The months of the period as YYYY-MM."""
        found, day = [], self.first
        while day <= self.last:
            found.append(f"{day.year}-{day.month:02d}")
            day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return tuple(found)


def asked_of(district: str, towns: Iterable[str], period: str) -> Asked:
    """Return the question for a named period. Raises ValueError for a name that is none."""
    first, last = days_of(period)
    return Asked(district=district, towns=tuple(towns), period=period, first=first, last=last)


Line: TypeAlias = Mapping[str, Any]
"""One row of a report: value by column key."""


def recent_periods(kind: str, today: date, count: int) -> Sequence[str]:
    """Return the running period of a kind and those before it, latest first."""
    found, months = [], EVERY[kind]
    index = today.year * 12 + today.month - 1
    index -= (today.month - 1) % months
    for _ in range(count):
        year, month = divmod(index, 12)
        found.append(name_of(kind, date(year, month + 1, 1)))
        index -= months
    return found


def share(part: int, whole: int) -> Decimal | None:
    """Return a share to four digits; nothing of nothing."""
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001")) if whole else None


def mean(values: Sequence[int]) -> Decimal | None:
    """Return a mean to two digits; nothing of nothing."""
    return (Decimal(sum(values)) / Decimal(len(values))).quantize(Decimal("0.01")) if values else None


def total_of(report: Report, rows: Sequence[Line]) -> dict[str, Any]:
    """Return the sums of the columns that may be added; empty for a report that has none or one row."""
    if len(rows) < 2:
        return {}
    found: dict[str, Any] = {}
    for column in report.columns:
        if column.type in ADDED:
            found[column.key] = sum((row[column.key] for row in rows if row.get(column.key) is not None), 0)
    return found


def figures(report: Report | None, line: Mapping[str, Any]) -> dict[str, str]:
    """Return a row in two cells, as papers and forms of any report show it: what it is about, and its numbers."""
    if report is None:
        return {"what": str(line.get("what", "")), "figures": str(line.get("figures", ""))}
    what = [str(line.get(one.key, "")) for one in report.columns if one.type not in NUMERIC and line.get(one.key)]
    numbers = [f"{one.label} {line[one.key]}" for one in report.columns if one.type in NUMERIC and line.get(one.key)]
    return {"what": "，".join(what), "figures": "；".join(numbers) or "—"}
