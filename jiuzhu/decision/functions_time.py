"""Date, time and duration functions of FEEL."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from jiuzhu.decision.functions import builtin
from jiuzhu.decision.temporal import parse_date, parse_date_time, parse_duration, parse_time
from jiuzhu.decision.values import Feel, Months

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@builtin("date", "from: string|date|date and time")
def to_date(value: str | date) -> Feel:
    if isinstance(value, str):
        return parse_date(value)
    return value.date() if isinstance(value, datetime) else value


@builtin("date", "year: number, month: number, day: number")
def date_of(year: Decimal, month: Decimal, day: Decimal) -> Feel:
    parts = (year, month, day)
    if any(part != part.to_integral_value() for part in parts):
        return None
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


@builtin("date and time", "from: string|date|date and time")
def to_date_time(value: str | date) -> Feel:
    if isinstance(value, str):
        return parse_date_time(value)
    return value if isinstance(value, datetime) else datetime.combine(value, time())


@builtin("date and time", "date: date|date and time, time: time")
def date_time_of(day: date, clock: time) -> Feel:
    return datetime.combine(day.date() if isinstance(day, datetime) else day, clock)


@builtin("time", "from: string|time|date|date and time")
def to_time(value: str | time | date) -> Feel:
    if isinstance(value, str):
        return parse_time(value)
    if isinstance(value, datetime):
        return value.timetz()
    return time(tzinfo=UTC) if isinstance(value, date) else value


@builtin("time", "hour: number, minute: number, second: number, offset: days and time duration?")
def time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None) -> Feel:
    try:
        zone = None if offset is None else timezone(offset)
        micro = int((second - int(second)) * 1_000_000)
        return time(int(hour), int(minute), int(second), micro, tzinfo=zone)
    except (ValueError, OverflowError):
        return None


@builtin("duration", "from: string|days and time duration|years and months duration")
def to_duration(value: str | timedelta | Months) -> Feel:
    return parse_duration(value) if isinstance(value, str) else value


@builtin("years and months duration", "from: date|date and time, to: date|date and time")
def months_between(start: date, end: date) -> Feel:
    sign, first, last = (
        (1, start, end) if (end.year, end.month, end.day) >= (start.year, start.month, start.day) else (-1, end, start)
    )
    count = (last.year - first.year) * 12 + last.month - first.month
    return Months(sign * (count - (last.day < first.day)))


@builtin("day of year", "date: date|date and time")
def day_of_year(day: date) -> Feel:
    return Decimal(day.timetuple().tm_yday)


@builtin("day of week", "date: date|date and time")
def day_of_week(day: date) -> Feel:
    return DAYS[day.weekday()]


@builtin("month of year", "date: date|date and time")
def month_of_year(day: date) -> Feel:
    return calendar.month_name[day.month]


@builtin("week of year", "date: date|date and time")
def week_of_year(day: date) -> Feel:
    return Decimal(day.isocalendar().week)


@builtin("last day of month", "date: date|date and time")
def last_day_of_month(day: date) -> Feel:
    last = calendar.monthrange(day.year, day.month)[1]
    return date(day.year, day.month, last)
