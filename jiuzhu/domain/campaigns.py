"""Review campaigns: which rule a district has, when its window is open, who belongs on the frozen list.

The rules are rows of the policy table ``reviews`` (decisions A9: one mechanism, scope and rhythm from config).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.domain.recipients import PAID_STATES
from jiuzhu.domain.rows import Recipient
from jiuzhu.domain.schedules import Mark, Period, Schedule

OPEN_STATES = ("frozen", "started", "visited", "confirmed")
"""States of an item that still needs work."""
CLOSED_STATES = ("done", "cancelled")
RESULTS: Mapping[str, str] = {
    "keep": "维持",
    "increase": "增发",
    "decrease": "减发",
    "stop": "停发",
    "gradual_exit": "渐退",
    "terminate_tekun": "终止供养",
}
STATES: Mapping[str, str] = {
    "planned": "待安排",
    "running": "进行中",
    "paused": "已暂停",
    "closing": "待总结",
    "closed": "已完成",
}
ITEM_STATES: Mapping[str, str] = {
    "frozen": "待启动",
    "started": "核对、入户中",
    "visited": "待确认",
    "confirmed": "办理调整",
    "done": "已复核",
    "cancelled": "已注销，不再复核",
}


@dataclass(frozen=True, kw_only=True)
class ReviewRule:
    """One kind of review in one district."""

    kind: str
    label: str
    programmes: tuple[str, ...]
    """Empty: every programme that is paid by the month."""
    choose: str
    """all, or due: whose next review falls into the period (or has passed)."""
    area: str
    """urban, rural or '' (both)."""
    every: str
    opens: str
    closes: str
    source: str

    def window(self, now: datetime) -> Period | None:
        """Return the period whose window is open; None outside of it."""
        return next(iter(self._rhythm().open_at(now)), None)

    def next_window(self, now: datetime) -> Period | None:
        """Return the next period that opens."""
        return self._rhythm().next_after(now)

    def _rhythm(self) -> Schedule:
        return Schedule(
            id=self.kind,
            label=self.label,
            note="",
            requirements=(),
            districts=frozenset(),
            scope="town",
            every=self.every,
            opens=_mark(self.opens),
            due=_mark(self.closes),
        )

    def takes(self, recipient: Recipient, cut_off: date, period: Period) -> bool:
        """True for who is on the list: paid on the cut-off day, of this programme and area, and due where that counts.

        Where the area is not known the household belongs to the more frequent rhythm, that of the towns, so that
        nobody is left out.
        """
        if recipient.state not in PAID_STATES or recipient.since > cut_off.strftime("%Y-%m"):
            return False
        if self.programmes and recipient.programme not in self.programmes:
            return False
        if self.area and (recipient.area or "urban") != self.area:
            return False
        last = period.due_at.astimezone(SHANGHAI).date()
        return self.choose != "due" or recipient.next_review <= last


def _mark(written: str) -> Mark:
    month, _, day = written.partition("-")
    return Mark(month=int(month), day=int(day))


def rules_of(rows: Iterable[Mapping[str, Any]]) -> Sequence[ReviewRule]:
    """Return the rules that the rows of policy table ``reviews`` describe, in their order."""
    return [
        ReviewRule(
            kind=str(row["kind"]),
            label=str(row["label"]),
            programmes=tuple(row["programmes"]),
            choose=str(row["choose"]),
            area=str(row.get("area") or ""),
            every=str(row["every"]),
            opens=str(row["opens"]),
            closes=str(row["closes"]),
            source=str(row["source"]),
        )
        for row in rows
    ]


def portions(items: Sequence[Recipient], size: int) -> Sequence[tuple[str, int, Sequence[Recipient]]]:
    """Return (village, portion, households) in the order of villages; no portion is larger than ``size``."""
    villages: dict[str, list[Recipient]] = {}
    for one in sorted(items, key=lambda each: (each.village, each.recipient_no)):
        villages.setdefault(one.village, []).append(one)
    return [
        (village, start // size + 1, households[start : start + size])
        for village, households in villages.items()
        for start in range(0, len(households), size)
    ]
