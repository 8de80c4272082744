"""Dates, times and durations of FEEL: text to value, value to text, parts."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jiuzhu.decision.values import Feel, Months
from jiuzhu.errors import DecisionError

DATE = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
TIME = (
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?P<fraction>\.[0-9]{1,6})?"
    r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?(?:@(?P<zone>[A-Za-z]+(?:[/_+-]?[A-Za-z0-9]+)*))?"
)
DATE_TEXT = re.compile(DATE)
TIME_TEXT = re.compile(TIME)
DATE_TIME_TEXT = re.compile(f"{DATE}T{TIME}")
DAYS_TEXT = re.compile(
    r"(?P<sign>-)?P(?:(?P<days>[0-9]+)D)?(?:T(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)S)?)?"
)
MONTHS_TEXT = re.compile(r"(?P<sign>-)?P(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?")
MONTH_DAY = "-[0-9][0-9]-[0-9][0-9](T.*)?"
BEYOND = re.compile(
    f"-[0-9]{{4,9}}{MONTH_DAY}|-?[1-9][0-9]{{4,8}}{MONTH_DAY}"
    r"|.*:[0-9][0-9]\.[0-9]{7,9}([Z@+-].*)?"
)
"""Lawful in FEEL, but outside what Python's dates hold: years before 1 and after 9999, parts of a microsecond."""
MOST_OFFSET = timedelta(hours=14)


def parse_date(text: str) -> date | None:
    """Return the date of ``2021-09-26``; None when it is none."""
    _refuse_beyond(text)
    match = DATE_TEXT.fullmatch(text)
    return _date(match) if match else None


def parse_time(text: str) -> time | None:
    """Return the time of ``10:20:00``, ``10:20:00+08:00``, ``10:20:00@Asia/Shanghai``; None when it is none."""
    _refuse_beyond(text)
    match = TIME_TEXT.fullmatch(text)
    return _time(match) if match else None


def parse_date_time(text: str) -> datetime | None:
    """Return the instant of ``2021-09-26T10:20:00+08:00`` (a date alone is its midnight); None when it is none."""
    _refuse_beyond(text)
    match = DATE_TIME_TEXT.fullmatch(text)
    if match is None:
        day = parse_date(text)
        return datetime.combine(day, time()) if day else None
    day, clock = _date(match), _time(match)
    return None if day is None or clock is None else datetime.combine(day, clock)


def _refuse_beyond(text: str) -> None:
    if BEYOND.fullmatch(text):
        raise DecisionError(f"FEEL: 日期时间 {text!r} 超出支持范围（公元1年至9999年，最多六位小数秒）")


def _date(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _time(match: re.Match[str]) -> time | None:
    if match["offset"] and match["zone"]:
        return None
    zone: tzinfo | None = None
    try:
        if match["offset"]:
            zone = _offset(match["offset"])
        elif match["zone"]:
            zone = ZoneInfo(match["zone"])
        micro = int(Decimal(match["fraction"] or "0") * 1_000_000)
        return time(int(match["hour"]), int(match["minute"]), int(match["second"]), micro, tzinfo=zone)
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return None


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    parts = [int(part) for part in text[1:].split(":")]
    if any(part > 59 for part in parts[1:]):
        raise ValueError(text)
    size = timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2] if len(parts) > 2 else 0)
    if size > MOST_OFFSET:
        raise ValueError(text)
    return timezone(-size if text[0] == "-" else size)


def parse_duration(text: str) -> timedelta | Months | None:
    """Return the duration of ``P3D``, ``PT2H`` or ``P1Y2M``; None when it is none."""
    match = MONTHS_TEXT.fullmatch(text)
    if match and (match["years"] or match["months"]):
        count = int(match["years"] or 0) * 12 + int(match["months"] or 0)
        return Months(-count if match["sign"] else count)
    match = DAYS_TEXT.fullmatch(text)
    parts = ("days", "hours", "minutes", "seconds")
    if match is None or not any(match[part] for part in parts) or text.endswith("T"):
        return None
    try:
        size = timedelta(
            days=int(match["days"] or 0),
            hours=int(match["hours"] or 0),
            minutes=int(match["minutes"] or 0),
            microseconds=int(Decimal(match["seconds"] or 0) * 1_000_000),
        )
        return -size if match["sign"] else size
    except OverflowError:
        return None


def parse_at(text: str) -> Feel:
    """Return the value of an at-literal ``@"…"``; None when the text is no date, time or duration."""
    for parse in (parse_date, parse_date_time, parse_time, parse_duration):
        value = parse(text)
        if value is not None:
            return value
    return None


def temporal_text(value: Feel) -> str:
    """Return the ISO text of a date, time, date and time or duration."""
    if isinstance(value, datetime):
        return f"{value.date().isoformat()}T{_time_text(value.timetz())}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return _time_text(value)
    if isinstance(value, Months):
        years, months = divmod(abs(value.count), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if value.count < 0 else "") + "P" + (body or "0M")
    return _days_text(value)


def _time_text(value: time) -> str:
    text = value.replace(tzinfo=None).isoformat()
    if "." in text:
        text = text.rstrip("0")
    if isinstance(value.tzinfo, ZoneInfo):
        return f"{text}@{value.tzinfo.key}"
    offset = value.utcoffset()
    if offset is None:
        return text
    if not offset:
        return f"{text}Z"
    sign = "-" if offset < timedelta() else "+"
    seconds = int(abs(offset).total_seconds())
    tail = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{text}{sign}{seconds // 3600:02d}:{seconds % 3600 // 60:02d}{tail}"


def _days_text(value: timedelta) -> str:
    size = abs(value)
    hours, rest = divmod(size.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    second_text = f"{seconds}"
    if size.microseconds:
        second_text += f".{size.microseconds:06d}".rstrip("0")
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or size.microseconds:
        clock += f"{second_text}S"
    body = (f"{size.days}D" if size.days else "") + (f"T{clock}" if clock else "")
    return ("-" if value < timedelta() else "") + "P" + (body or "T0S")


def part(value: Feel, name: str) -> Feel:
    """Return a component (``year``, ``time offset``, ``hours`` …) of a temporal value; None when it has none."""
    if isinstance(value, Months):
        size, sign = abs(value.count), -1 if value.count < 0 else 1
        found = {"years": sign * (size // 12), "months": sign * (size % 12)}.get(name)
        return None if found is None else Decimal(found)
    if isinstance(value, timedelta):
        size_d, sign = abs(value), -1 if value < timedelta() else 1
        seconds = Decimal(size_d.seconds % 60) + Decimal(size_d.microseconds) / 1_000_000
        amounts = {
            "days": Decimal(size_d.days),
            "hours": Decimal(size_d.seconds // 3600),
            "minutes": Decimal(size_d.seconds % 3600 // 60),
            "seconds": seconds,
        }
        return sign * amounts[name] if name in amounts else None
    numbers: dict[str, int] = {}
    if isinstance(value, date):
        numbers |= {"year": value.year, "month": value.month, "day": value.day, "weekday": value.isoweekday()}
    if isinstance(value, datetime | time):
        numbers |= {"hour": value.hour, "minute": value.minute, "second": value.second}
        if name == "time offset":
            return value.utcoffset()
        if name == "timezone":
            return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
    elif isinstance(value, date) and name == "time offset":
        return timedelta()
    return Decimal(numbers[name]) if name in numbers else None
