"""Reports: counted anew from the record each time somebody looks, within the reader's own reach.

A report's definition and who reads it stand in ``config/reports``; how it is counted, in the domain's
``report_queries``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.records import CaseHead
from jiuzhu.domain.report_queries import QUERIES
from jiuzhu.domain.reports import (
    NUMERIC,
    Asked,
    Line,
    Report,
    ReportColumn,
    asked_of,
    recent_periods,
    total_of,
)
from jiuzhu.domain.rows import Row
from jiuzhu.domain.schedules import spoken
from jiuzhu.domain.topics import Calendar, PolicyReader
from jiuzhu.errors import Invalid, NotFound, OutOfReach
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.posts import posts_of
from jiuzhu.service.refusals import logged
from jiuzhu.service.workbooks import write_workbook
from jiuzhu.store.records import heads_of
from jiuzhu.store.shelf import shelf_of

R = TypeVar("R", bound=Row)
PERIODS = 13
"""How many periods the page offers: the running one and those of a year before it."""
NO_REPORT = "没有这张报表，或者它不在您的职责范围内。"
"""The two are not told apart."""


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    """A report in the list of reports."""

    name: str
    label: str
    note: str
    period: str
    requirements: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ReportPage:
    """A report, counted for a period and places."""

    report: ReportLine
    columns: Sequence[ReportColumn]
    numeric: frozenset[str]
    """Keys of the columns that hold numbers."""
    rows: Sequence[Sequence[str]]
    values: Sequence[Sequence[Any]]
    """The same, as values."""
    totals: Sequence[str]
    """Sums by column; empty where nothing may be added up."""
    period: str
    period_spoken: str
    periods: Sequence[tuple[str, str]]
    towns: Sequence[tuple[str, str]]
    town: str


class StoreSource:
    """Rows of the store, as report queries ask for them."""

    def __init__(self, desk: Desk, district: str) -> None:
        self._desk = desk
        self._policy = desk.office.policies.of(district)

    @property
    def today(self) -> date:
        """The office's date."""
        return self._desk.today

    @property
    def policy(self) -> PolicyReader:
        """The district's dated parameters."""
        return self._policy

    @property
    def calendar(self) -> Calendar:
        """Working days."""
        return self._desk.office.calendar

    def find(self, kind: type[R], **equals: Any) -> Sequence[R]:
        """Return rows by insertion order."""
        return shelf_of(self._desk.tx).find(kind, equals)

    def name(self, organisation: str) -> str:
        """Return an organisation's name."""
        return self._desk.office.places.name(self._desk.tx, organisation)

    def heads(self, case_nos: Iterable[str]) -> Mapping[str, CaseHead]:
        """Return the heads of cases, by number."""
        return heads_of(self._desk.tx, list(case_nos))


def concerns(office: Office, actor: Actor) -> bool:
    """True when one of a person's roles reads reports: for what the navigation offers, never to allow anything."""
    readers = {role for one in office.reports.values() for role in one.readers}
    return any(role in readers for role in actor.roles)


def list_reports(office: Office, actor: Actor) -> Sequence[ReportLine]:
    """Return the reports that this person may read."""
    with reading_desk(office, actor) as desk:
        return [_line(one) for one in office.reports.values() if _towns(desk, actor, one)]


@logged("report", "name")
def show_report(office: Office, actor: Actor, name: str, *, period: str = "", town: str = "") -> ReportPage:
    """Count a report; the running period and everything within reach unless asked otherwise.

    Raises NotFound, Invalid for a period that is none.
    """
    return _page(office, actor, name, period, town)


def _page(office: Office, actor: Actor, name: str, period: str, town: str) -> ReportPage:
    with reading_desk(office, actor) as desk:
        report = office.reports.get(name)
        if report is None:
            raise NotFound(NO_REPORT)
        towns = _towns(desk, actor, report)
        if not towns:
            raise OutOfReach(NO_REPORT)
        if town and town not in towns:
            raise OutOfReach("没有这个镇（街道），或者它不在您的职责范围内。")
        periods = recent_periods(report.period, desk.today, PERIODS)
        if period and not report.fits(period):
            raise Invalid("没有这个期间。", {"period": f"请写成{periods[0]}这样。"})
        wanted = [town] if town else list(towns)
        lines = count(desk, report, wanted, period or periods[0])
        totals = total_of(report, lines)
        return ReportPage(
            report=_line(report),
            columns=report.columns,
            numeric=frozenset(one.key for one in report.columns if one.type in NUMERIC),
            rows=[[one.shown(line.get(one.key)) for one in report.columns] for line in lines],
            values=[[line.get(one.key) for one in report.columns] for line in lines],
            totals=[one.shown(totals.get(one.key)) for one in report.columns] if totals else [],
            period=period or periods[0],
            period_spoken=spoken(period or periods[0]),
            periods=[(one, spoken(one)) for one in periods],
            towns=[(one, desk.office.places.name(desk.tx, one)) for one in towns],
            town=town,
        )


@logged("report", "name")
def report_workbook(office: Office, actor: Actor, name: str, *, period: str = "", town: str = "") -> tuple[str, bytes]:
    """Return title and XLSX of what ``show_report`` shows. Raises NotFound, Invalid."""
    page = _page(office, actor, name, period, town)
    title = f"{page.period_spoken}{page.report.label}"
    headings = [one.label for one in page.columns]
    return title, write_workbook(page.report.label, headings, [one.type for one in page.columns], page.values)


def count(desk: Desk, report: Report, towns: Sequence[str], period: str) -> Sequence[Line]:
    """Count a report over towns, district by district."""
    found: list[Line] = []
    by_district: dict[str, list[str]] = {}
    for town in towns:
        by_district.setdefault(desk.office.places.of(desk.tx, town).district, []).append(town)
    for district, own in by_district.items():
        asked: Asked = asked_of(district, own, period)
        found += QUERIES[report.query](StoreSource(desk, district), asked)
    return found


def _towns(desk: Desk, actor: Actor, report: Report) -> Sequence[str]:
    """Return the towns whose rows of a report a person may read: the own town, or those of the own district."""
    found: dict[str, None] = {}
    for organisation in posts_of(desk, actor, report.readers, report.applies):
        if organisation.kind == "district":
            below = desk.office.places.below(desk.tx, organisation.id)
            found |= dict.fromkeys(sorted(one.id for one in below if one.kind == "town"))
        elif organisation.kind == "town":
            found[organisation.id] = None
    return list(found)


def _line(report: Report) -> ReportLine:
    return ReportLine(
        name=report.name,
        label=report.label,
        note=report.note,
        period=report.period,
        requirements=report.requirements,
    )
