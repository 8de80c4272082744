"""Working days: the State Council's yearly notices, make-up Saturdays and Sundays included.

A year without a published notice is answered by the week and the fixed statutory days, and every answer that touches it
says so (provisional, 暂定): never a silent guess. 日 and 天 are calendar days and need nothing from here.
Requirements QJ-25, XT-18.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar
from chinese_calendar import constants

from jiuzhu.errors import ConfigurationError

ONE_DAY = timedelta(days=1)
SATURDAY = 5
KINDS = {"休": False, "班": True}
FIXED_DAYS_OFF = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Statutory days that need no notice (国务院《全国年节及纪念日放假办法》); those of the lunar calendar do."""
MOST_DAYS = 4000
"""A limit longer than this many working days is a mistake."""


@dataclass(frozen=True, kw_only=True)
class HolidayNotice:
    """One year's notice: which days differ from the week."""

    year: int
    days: Mapping[date, bool]
    """True: work, False: off."""


def read_notice(year: int, text: str, *, name: str = "") -> HolidayNotice:
    """Read a notice from CSV text with the columns date, kind (休 or 班), name.

    Raises ConfigurationError naming the file (``name``) and line.
    """
    days: dict[date, bool] = {}
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    if not {"date", "kind"} <= set(rows.fieldnames or ()):
        raise ConfigurationError(f"{name or year}: the first line must name the columns date,kind,name")
    for row in rows:
        where = f"{name or year}, line {rows.line_num}"
        try:
            day = date.fromisoformat((row["date"] or "").strip())
        except ValueError:
            raise ConfigurationError(f"{where}: {row['date']!r} is no date such as 2027-01-01") from None
        kind = (row["kind"] or "").strip()
        if kind not in KINDS:
            raise ConfigurationError(f"{where}: kind {kind!r} is neither 休 nor 班")
        if abs(day.year - year) > 1:
            raise ConfigurationError(f"{where}: {day} does not belong to the notice for {year}")
        if days.get(day, KINDS[kind]) is not KINDS[kind]:
            raise ConfigurationError(f"{where}: {day} stands there both as 休 and as 班")
        days[day] = KINDS[kind]
    if not days:
        raise ConfigurationError(f"{name or year}: the notice names no day")
    return HolidayNotice(year=year, days=days)


class WorkingCalendar:
    """Working days of the mainland. Immutable. Implements ``jiuzhu.domain.topics.Calendar``."""

    def __init__(self, notices: Iterable[HolidayNotice] = ()) -> None:
        self._named: dict[date, bool] = {}
        self._asked: dict[date, bool] = {}
        self._first, self._last = min(constants.holidays).year, max(constants.holidays).year
        self._years: set[int] = set(range(self._first, self._last + 1))
        for notice in notices:
            self._named |= notice.days
            self._years.add(notice.year)

    def knows(self, year: int) -> bool:
        """Return whether the year's notice is published."""
        return year in self._years

    def is_working_day(self, day: date) -> bool:
        """Return whether people work on the day (a guess when the year is not known: ask ``knows``)."""
        known = self._asked.get(day)
        if known is None:  # asked a hundred times for every due date, and never changes
            known = self._asked[day] = self._is_working_day(day)
        return known

    def _is_working_day(self, day: date) -> bool:
        if day in self._named:
            return self._named[day]
        if self._first <= day.year <= self._last:
            return _published(day)
        if day.year in self._years:
            return day.weekday() < SATURDAY
        return day.weekday() < SATURDAY and (day.month, day.day) not in FIXED_DAYS_OFF

    def next_working_day(self, day: date) -> date:
        """Return the first working day after the day."""
        following = day + ONE_DAY
        while not self.is_working_day(following):
            following += ONE_DAY
        return following

    def add_working_days(self, start: date, count: int) -> tuple[date, bool]:
        """Return the day ``count`` working days after ``start`` (not counted itself) and whether it is provisional.

        0 is the start itself. Raises ValueError for a negative or absurdly long count.
        """
        if not 0 <= count <= MOST_DAYS:
            raise ValueError(f"{count} working days")
        day = start
        for _ in range(count):
            day = self.next_working_day(day)
        return day, self._guessed(start, day)

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start`` up to and with ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        days = range(start.toordinal() + 1, end.toordinal() + 1)
        return sum(self.is_working_day(date.fromordinal(day)) for day in days)

    def _guessed(self, start: date, end: date) -> bool:
        return any(year not in self._years for year in range(start.year, end.year + 1))


@cache
def _published(day: date) -> bool:
    # The library looks for its first and last year at each question, and a list of items asks for every day of a limit.
    return bool(chinese_calendar.is_workday(day))
