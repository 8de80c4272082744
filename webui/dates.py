"""Dates, times and amounts as the office writes them: 9月18日 周五, 17:30, 1,196.00."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
NO_LIMIT = 9999
"""Year of the instant that stands for "no limit"."""


def local(when: datetime | date | str) -> datetime | date:
    """Return an instant in the office's zone; a plain date stays a date. Text is read as ISO 8601."""
    if isinstance(when, str):
        when = datetime.fromisoformat(when) if len(when) > 10 else date.fromisoformat(when)
    if isinstance(when, datetime):
        return when.astimezone(ZONE) if when.tzinfo else when.replace(tzinfo=ZONE)
    return when


def day(when: datetime | date | str | None, today: date | None = None) -> str:
    """Write ``9月18日 周五``; the year only when it is not this one."""
    if not when:
        return ""
    moment = local(when)
    if moment.year == NO_LIMIT:
        return "无期限"
    year = "" if today is None or moment.year == today.year else f"{moment.year}年"
    return f"{year}{moment.month}月{moment.day}日 周{WEEKDAYS[moment.weekday()]}"


def full_day(when: datetime | date | str | None) -> str:
    """Write ``2026年9月16日 周三``."""
    if not when:
        return ""
    moment = local(when)
    return f"{moment.year}年{moment.month}月{moment.day}日 周{WEEKDAYS[moment.weekday()]}"


def clock_time(when: datetime | str | None) -> str:
    """Write ``17:30``."""
    moment = local(when) if when else None
    return f"{moment:%H:%M}" if isinstance(moment, datetime) else ""


def instant(when: datetime | str | None, today: date | None = None) -> str:
    """Write ``9月11日 09:12``; the year only when it is not this one."""
    if not when:
        return ""
    moment = local(when)
    year = "" if today is None or moment.year == today.year else f"{moment.year}年"
    return f"{year}{moment.month}月{moment.day}日 {clock_time(when)}".rstrip()


def iso(when: datetime | date | str | None) -> str:
    """Write the machine form for ``<time datetime>``."""
    return local(when).isoformat() if when else ""


def money(amount: Decimal | str | int | None) -> str:
    """Write ``1,196.00``; what is no number comes back as it is."""
    if amount is None or amount == "":
        return ""
    try:
        return f"{Decimal(amount):,.2f}"
    except InvalidOperation:
        return str(amount)
