"""The window's clock: real minutes from arrival to accurate answer, at night and on holidays, too (XX-33)."""

from __future__ import annotations

from datetime import datetime, timedelta


def due_of(arrived_at: datetime, minutes: int) -> datetime:
    """Return the last second in which an answer is in time: 09:15:00 for an arrival at 09:00:00."""
    return arrived_at + timedelta(minutes=minutes)


def breach_of(due_at: datetime) -> datetime:
    """Return the first second that is too late: 09:15:01."""
    return due_at + timedelta(seconds=1)


def seconds_between(arrived_at: datetime, moment: datetime) -> int:
    """Return the whole seconds that have passed; parts of a second do not count."""
    return int((moment - arrived_at).total_seconds())


def is_breached(arrived_at: datetime, due_at: datetime, moment: datetime) -> bool:
    """Return whether an answer at this moment comes too late."""
    return seconds_between(arrived_at, moment) > seconds_between(arrived_at, due_at)


def in_words(seconds: int) -> str:
    """Return a span as people say it: 3 分 20 秒."""
    minutes, rest = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} 小时 {minutes} 分"
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"
