"""Rhythms: which periods a schedule has, when each opens and when it is due. Pure; the clock is an argument.

All days are office days (Asia/Shanghai). A day that a month does not have is the month's last day.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from jiuzhu.domain.instants import SHANGHAI, end_of

EVERY: Mapping[str, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Kind of period → its months."""
SCOPES = ("district", "town", "village")
LATE = ("alert", "violation", "miss")
"""What lateness brings: an alert; also a lead for accountability; an alert and no second chance in the period."""

LONGEST_REST = 15
"""Days: no holiday lasts longer, so a longer window always has a working day in it."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A day relative to a period: ``month`` counts from the period's first (1); 0 is the month before it."""

    month: int
    day: int

    def of(self, first: date) -> date:
        """Return the day for the period that begins with ``first``."""
        index = first.year * 12 + first.month - 1 + self.month - 1
        year, month = divmod(index, 12)
        return date(year, month + 1, min(self.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, kw_only=True)
class Dated:
    """One period of a schedule that has no rhythm but dates (a plan's milestones)."""

    name: str
    opens: date
    due: date


@dataclass(frozen=True, kw_only=True)
class Period:
    """One turn of a schedule: named, with the instants between which the work belongs."""

    name: str
    opens_at: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """What falls due when, for which organisations, and what it starts or expects."""

    id: str
    label: str
    note: str
    requirements: tuple[str, ...]
    districts: frozenset[str]
    """Empty: every district."""
    scope: str
    every: str
    """day, month, quarter, half_year, year or dates."""
    opens: Mark | None = None
    due: Mark | None = None
    at: time = time(0)
    """Time of day at which it opens."""
    dates: tuple[Dated, ...] = ()
    first: date | None = None
    """No period that opens before this day."""
    last: date | None = None
    programmes: tuple[str, ...] = ()
    """Not empty: each programme is a turn of its own."""
    process: str = ""
    """Process to start at each place; '' when a register row is expected."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    kept_by: str = ""
    """Form whose submission keeps it; '' = the end of the process."""
    not_kept: tuple[str, ...] = ()
    """Ends of the process that keep nothing: the turn was missed."""
    register: str = ""
    """Register in which a row of the period is expected."""
    register_values: Mapping[str, str] = field(default_factory=dict)
    late: str = "alert"
    alert_role: str = "county_office"
    """Role that is told when it is late; at the scope's organisation or above."""

    def applies(self, district: str) -> bool:
        """True when a district has this schedule."""
        return not self.districts or district in self.districts

    def periods(self, start: datetime, end: datetime) -> Sequence[Period]:
        """Return the periods that open after ``start`` and not after ``end``, oldest first."""
        if end < start:
            return ()
        found = [one for one in self._around(start, end) if start < one.opens_at <= end]
        return sorted(found, key=lambda one: (one.opens_at, one.due_at))

    def open_at(self, now: datetime) -> Sequence[Period]:
        """Return the periods whose window is open: opened and not yet past."""
        longest = timedelta(days=800)
        return [one for one in self.periods(now - longest, now) if one.due_at >= now]

    def next_after(self, now: datetime) -> Period | None:
        """Return the next period that opens after now; None when there is none within two years."""
        return next(iter(self.periods(now, now + timedelta(days=800))), None)

    def _around(self, start: datetime, end: datetime) -> Iterator[Period]:
        if self.every == "dates":
            for one in self.dates:
                yield self._period(one.name, one.opens, one.due)
            return
        first, last = start.astimezone(SHANGHAI).date(), end.astimezone(SHANGHAI).date()
        if self.every == "day":
            day = first
            while day <= last:
                yield self._period(day.isoformat(), day, day)
                day += timedelta(days=1)
            return
        if self.opens is None or self.due is None:
            return
        months = EVERY[self.every]
        # A period may open after its own months (the quarter's archive): begin early enough.
        index = ((first.year * 12 + first.month - 1) // months - 2) * months
        until = (last.year * 12 + last.month - 1) + 2 * months
        while index <= until:
            begin = date(index // 12, index % 12 + 1, 1)
            yield self._period(name_of(self.every, begin), self.opens.of(begin), self.due.of(begin))
            index += months

    def _period(self, name: str, opens: date, due: date) -> Period:
        opens_at = datetime.combine(opens, self.at, SHANGHAI)
        if (self.first and opens < self.first) or (self.last and opens > self.last):
            opens_at = datetime.min.replace(tzinfo=SHANGHAI)  # never within any window
        return Period(name=name, opens_at=opens_at, due_at=end_of(due))


def workable(every: str, period: Period, is_working_day: Callable[[date], bool]) -> Period:
    """Return the period, until the end of the next working day when nobody works between its opening and its date.

    A window with a working day in it keeps its date (stricter than 民法典第203条); what is due each day keeps its day.
    """
    if every == "day":
        return period
    day, last = period.opens_at.astimezone(SHANGHAI).date(), period.due_at.astimezone(SHANGHAI).date()
    if (last - day).days > LONGEST_REST:
        return period
    while not is_working_day(day):
        day += timedelta(days=1)
    return period if day <= last else replace(period, due_at=end_of(day))


def name_of(every: str, begin: date) -> str:
    """Return the name of the period that begins on a day: 2026-09, 2026Q3, 2026H2, 2026."""
    if every == "month":
        return f"{begin.year}-{begin.month:02d}"
    if every == "quarter":
        return f"{begin.year}Q{(begin.month + 2) // 3}"
    if every == "half_year":
        return f"{begin.year}H{1 if begin.month < 7 else 2}"
    return str(begin.year)


_PERIOD = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?|Q([1-4])|H([12]))?\Z")


def days_of(period: str) -> tuple[date, date]:
    """Return first and last day of a named period. Raises ValueError for a name that is none."""
    found = _PERIOD.match(period)
    if found is None or (found[2] and not 1 <= int(found[2]) <= 12):
        raise ValueError(f"{period!r} is no period")
    year, months, month = int(found[1]), 12, 1
    if found[3]:
        day = date.fromisoformat(period)
        return day, day
    if found[2]:
        months, month = 1, int(found[2])
    elif found[4]:
        months, month = 3, int(found[4]) * 3 - 2
    elif found[5]:
        months, month = 6, int(found[5]) * 6 - 5
    return date(year, month, 1), Mark(month=months, day=31).of(date(year, month, 1))


def spoken(period: str) -> str:
    """Return a period in Chinese: 2026年9月, 2026年第三季度; a plan's date has a name of its own."""
    if _PERIOD.match(period) is None:
        return period
    year, rest = period[:4], period[4:]
    if rest.startswith("Q"):
        return f"{year}年第{'一二三四'[int(rest[1:]) - 1]}季度"
    if rest.startswith("H"):
        return f"{year}年{'上' if rest == 'H1' else '下'}半年"
    if not rest:
        return f"{year}年"
    if len(period) == 7:
        return f"{year}年{int(rest[1:])}月"
    if len(period) == 10:
        return f"{year}年{int(period[5:7])}月{int(period[8:])}日"
    return period
