"""The arithmetic of FEEL: numbers, text joining, dates and durations. What has no meaning is null."""

from __future__ import annotations

import calendar
import decimal
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from jiuzhu.decision.values import ARITHMETIC, Feel, Months

MICROSECOND = timedelta(microseconds=1)
ANY_DAY = date(2000, 1, 1)


def add(left: Feel, right: Feel) -> Feel:
    """``left + right``."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(ARITHMETIC.add, left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, timedelta | Months) and isinstance(right, date | time):
        left, right = right, left
    if isinstance(right, Months):
        if isinstance(left, Months):
            return Months(left.count + right.count)
        return add_months(left, right.count) if isinstance(left, date) else None
    if isinstance(right, timedelta):
        return _shift(left, right)
    return None


def subtract(left: Feel, right: Feel) -> Feel:
    """``left - right``."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(ARITHMETIC.subtract, left, right)
    if isinstance(right, Months):
        return add(left, Months(-right.count)) if isinstance(left, date | Months) else None
    if isinstance(right, timedelta):
        return _shift(left, -right)
    if isinstance(left, date) and isinstance(right, date):
        return _between(left, right)
    if isinstance(left, time) and isinstance(right, time):
        return _between(datetime.combine(ANY_DAY, left), datetime.combine(ANY_DAY, right))
    return None


def multiply(left: Feel, right: Feel) -> Feel:
    """``left * right``: numbers, or a duration and a number."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(ARITHMETIC.multiply, left, right)
    if isinstance(left, Decimal):
        left, right = right, left
    if not isinstance(right, Decimal):
        return None
    if isinstance(left, Months):
        return Months(int(left.count * right))
    return _days(Decimal(left // MICROSECOND) * right) if isinstance(left, timedelta) else None


def divide(left: Feel, right: Feel) -> Feel:
    """``left / right``: numbers, a duration by a number, or two durations of a kind."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(ARITHMETIC.divide, left, right)
    if isinstance(right, Decimal):
        if not right:
            return None
        if isinstance(left, Months):
            return Months(int(left.count / right))
        return _days(left // MICROSECOND / right) if isinstance(left, timedelta) else None
    if isinstance(left, Months) and isinstance(right, Months) and right.count:
        return _number(ARITHMETIC.divide, Decimal(left.count), Decimal(right.count))
    if isinstance(left, timedelta) and isinstance(right, timedelta) and right:
        return _number(ARITHMETIC.divide, Decimal(left // MICROSECOND), Decimal(right // MICROSECOND))
    return None


def power(left: Feel, right: Feel) -> Feel:
    """``left ** right``."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(ARITHMETIC.power, left, right)
    return None


def negate(value: Feel) -> Feel:
    """``-value``."""
    if isinstance(value, Decimal):
        return _number(ARITHMETIC.minus, value)
    if isinstance(value, Months):
        return Months(-value.count)
    return -value if isinstance(value, timedelta) else None


def add_months(start: date, count: int) -> date | None:
    """Return the day so many months later, the month's last day when the day does not exist there."""
    month = start.year * 12 + start.month - 1 + count
    year, month = divmod(month, 12)
    if not 1 <= year <= 9999:
        return None
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)


def _number(operation: object, *operands: Decimal) -> Decimal | None:
    try:
        result: Decimal = operation(*operands)  # type: ignore[operator]
    except decimal.DecimalException:
        return None
    return result if result.is_finite() else None


def _shift(left: Feel, size: timedelta) -> Feel:
    try:
        if isinstance(left, timedelta):
            return left + size
        if isinstance(left, datetime):
            return left + size
        if isinstance(left, date):
            return (datetime.combine(left, time()) + size).date()
        if isinstance(left, time):
            return (datetime.combine(ANY_DAY, left) + size).timetz()
    except OverflowError:
        return None
    return None


def _between(left: date, right: date) -> timedelta | None:
    ends = [end if isinstance(end, datetime) else datetime.combine(end, time(), UTC) for end in (left, right)]
    if (ends[0].utcoffset() is None) != (ends[1].utcoffset() is None):
        return None
    return ends[0] - ends[1]


def _days(microseconds: Decimal) -> timedelta | None:
    try:
        return timedelta(microseconds=int(microseconds))
    except (OverflowError, ValueError):
        return None
