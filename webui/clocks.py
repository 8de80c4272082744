"""The clock of an item or a case: shape, words and colour say the same thing.

States: ``ok`` clock, ``soon`` hourglass (three working days or fewer), ``today`` alarm, ``late`` triangle, ``paused``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol, TypeAlias, TypeVar

from jiuzhu.domain.window_clock import in_words
from webui import dates

State: TypeAlias = Literal["ok", "soon", "today", "late", "paused", "done"]
SOON = 3
"""Working days that still count as soon."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Clock:
    """First line what remains, second line the date with its weekday."""

    state: State
    text: str
    sub: str = ""
    used: int = 0
    total: int = 0
    seconds: int | None = None
    """Seconds left of a clock of minutes; the page counts them down."""


class Dated(Protocol):
    """What has a due date: an inbox item, an obligation."""

    @property
    def due(self) -> datetime | None: ...

    @property
    def days_left(self) -> int | None: ...

    @property
    def late(self) -> bool: ...

    @property
    def provisional(self) -> bool: ...


def clock(thing: Dated, today: date, is_makeup: Callable[[date], bool]) -> Clock:
    """Return the clock of an open thing; ``today`` is the office's date, ``is_makeup`` knows working weekends."""
    seconds: int | None = getattr(thing, "seconds_left", None)
    if seconds is not None and thing.due is not None:
        return minutes(seconds, thing.due)
    if thing.due is None or dates.local(thing.due).year == dates.NO_LIMIT:
        return Clock(state="ok", text="无期限")
    when = dates.local(thing.due)
    last = when.date() if isinstance(when, datetime) else when
    sub = dates.day(last, today)
    if is_makeup(last):
        sub += "（调休上班）"
    left = thing.days_left
    if thing.late or last < today:
        overdue = max(1, -(left or 0))
        return Clock(state="late", text=f"逾期 {overdue} 个工作日", sub=f"应于 {sub}")
    if last == today:
        return Clock(state="today", text="今天到期", sub=f"{sub} {dates.clock_time(thing.due)}".rstrip())
    if thing.provisional:
        return Clock(state="ok", text=f"暂定 {sub}", sub=f"{last.year} 年放假通知未公布")
    if left is None:
        return Clock(state="ok", text=f"{sub} 到期")
    return Clock(state="soon" if left <= SOON else "ok", text=f"剩 {left} 个工作日", sub=sub)


SOON_MINUTES = 5
"""Minutes that still count as soon."""


def minutes(seconds: int, due: datetime) -> Clock:
    """Return the clock of real minutes: 剩 12 分钟, and once it is late by how much, to the second."""
    at = f"{dates.clock_time(due)} 前答复"
    if seconds < 0:
        return Clock(state="late", text=f"超时 {in_words(-seconds)}", sub=f"应于 {at}", seconds=seconds)
    state: State = "ok" if seconds > SOON_MINUTES * 60 else "soon" if seconds > 60 else "today"
    whole = -(-seconds // 60)
    text = f"剩 {whole} 分钟" if seconds > 60 else f"剩 {seconds} 秒"
    return Clock(state=state, text=text, sub=at, seconds=seconds)


GROUPS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("late", "逾期", frozenset({"late"})),
    ("today", "今天到期", frozenset({"today"})),
    ("soon", f"{SOON} 个工作日内", frozenset({"soon"})),
    ("later", "以后", frozenset({"ok", "paused", "done"})),
)


def grouped(things: Iterable[T], clock_of: Callable[[T], Clock]) -> list[tuple[str, str, Sequence[tuple[T, Clock]]]]:
    """Group rows by due class in the order of the list; empty groups are left out."""
    rows = [(thing, clock_of(thing)) for thing in things]
    result: list[tuple[str, str, Sequence[tuple[T, Clock]]]] = []
    for key, label, states in GROUPS:
        members = [row for row in rows if row[1].state in states]
        if members:
            result.append((key, label, members))
    return result
