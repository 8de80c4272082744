"""Instants and days as variables hold them: ISO 8601 text with the offset of Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""One offset without summer time since 1992; the cases of this office are all later."""

NO_LIMIT = "9999-12-31T00:00:00+08:00"
"""A due date that never comes; shown as 无期限."""


def day_of(instant: datetime) -> date:
    """Return the office day of an aware instant."""
    return instant.astimezone(SHANGHAI).date()


def iso(instant: datetime) -> str:
    """Return an aware instant as variable text, to the second."""
    return instant.astimezone(SHANGHAI).isoformat(timespec="seconds")


def read(text: str) -> datetime:
    """Return the instant of a variable; a bare date means its first second in Asia/Shanghai. Raises ValueError."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=SHANGHAI) if found.tzinfo is None else found


def end_of(day: date) -> datetime:
    """Return the last second of a day: a date that must be kept ends there."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


def midnight_after(day: date) -> datetime:
    """Return 24:00 of a day: a public notice ends there (A15: not moved to a working day)."""
    return datetime.combine(day + timedelta(days=1), time(0), SHANGHAI)


def month_after(day: date) -> str:
    """Return the month that follows a day's, as YYYY-MM: payment begins there (57 art 21)."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return f"{year}-{month:02d}"


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))
