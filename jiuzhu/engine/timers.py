"""Timers of diagrams: ISO 8601 dates, durations and cycles, turned into aware UTC instants.

A text without a zone means Asia/Shanghai, the office's only zone. Calendar units (months, days) are counted in that
zone. A due instant is computed once, when the timer is armed, and never moves with later changes of its variables.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from jiuzhu.errors import ExpressionError

TimerKind = Literal["date", "duration", "cycle"]

ZONE = ZoneInfo("Asia/Shanghai")
_LAST = datetime(9999, 12, 31, tzinfo=UTC)
_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?"
)
_CALENDAR = re.compile(r"P\d+[YM]|P\d+Y\d+M")
_CYCLE = re.compile(r"R(\d{0,4})/(?:([^/]+)/)?(P[^/]+)")


@dataclass(frozen=True)
class Alarm:
    """When a timer is due and, for a cycle, what follows."""

    due: datetime
    period: str = ""
    """ISO duration of a cycle, '' for a single alarm."""
    left: int = 0
    """Alarms left after this one; -1 = without end."""

    def following(self, now: datetime) -> Alarm | None:
        """Return the next alarm of a cycle after ``now`` (missed ones are rung once), or None."""
        if not self.period or self.left == 0:
            return None
        due = self.due
        step = add_duration(due, self.period) - due
        if not _CALENDAR.match(self.period) and now - due > step:
            # Steps of fixed length are skipped in one go: a year of seconds must not be counted one by one.
            due += (now - due) // step * step
        due = add_duration(due, self.period)
        while due <= now:
            due = add_duration(due, self.period)
        return Alarm(due, self.period, -1 if self.left < 0 else self.left - 1)


def alarm_from(kind: TimerKind, text: str, now: datetime) -> Alarm:
    """Return the first alarm of a timer text; raises ExpressionError when the text is none of its kind."""
    text = text.strip()
    if kind == "date":
        return Alarm(instant(text))
    if kind == "duration":
        return Alarm(add_duration(now, text))
    found = _CYCLE.fullmatch(text)
    if found is None:
        raise ExpressionError(f"“{text[:60]}”不是循环时间（例如 R3/P1D）。")
    count, start, period = found.groups()
    if add_duration(now, period) <= now:
        raise ExpressionError(f"循环时间“{text[:60]}”的间隔为零。")
    left = -1 if count == "" else int(count) - 1
    if count and left < 0:
        raise ExpressionError(f"循环时间“{text[:60]}”的次数为零。")
    return Alarm(instant(start) if start else add_duration(now, period), period, left)


def instant(text: str) -> datetime:
    """Return an ISO date or date-time as aware UTC; raises ExpressionError.

    A date alone means the first moment of that day in Asia/Shanghai.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ExpressionError(f"“{text[:60]}”不是日期或时刻（例如 2026-09-16T09:00:00+08:00）。") from None
    if moment.tzinfo is None:
        moment = datetime.combine(moment.date(), time(moment.hour, moment.minute, moment.second), ZONE)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _LAST


def add_duration(start: datetime, text: str) -> datetime:
    """Return ``start`` moved by an ISO duration, counted in Asia/Shanghai; raises ExpressionError."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ExpressionError(f"“{text[:60]}”不是时长（例如 P7D、PT15M）。")
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    local = start.astimezone(ZONE)
    try:
        local = _add_months(local, 12 * years + months) + timedelta(days=7 * weeks + days)
        return local.astimezone(UTC) + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except (OverflowError, ValueError):
        return _LAST


def check_timer(kind: TimerKind, text: str) -> None:
    """Raise ExpressionError when a literal timer text can never be understood."""
    alarm_from(kind, text, datetime(2000, 1, 1, tzinfo=UTC))


def _add_months(local: datetime, months: int) -> datetime:
    if months == 0:
        return local
    index = local.year * 12 + local.month - 1 + months
    year, month = divmod(index, 12)
    return local.replace(year=year, month=month + 1, day=min(local.day, calendar.monthrange(year, month + 1)[1]))
