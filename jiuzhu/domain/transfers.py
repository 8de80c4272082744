"""The days of a month on which data and papers go up: both ends count (XX-39, XX-40). Pure."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

CLOSED = "WINDOW_CLOSED"
"""Error code of data that are sent on a day outside their window."""


@dataclass(frozen=True, kw_only=True)
class TransferDays:
    """First and last day for the data, last day for the papers."""

    first: date
    last: date
    paper: date

    def is_open(self, day: date) -> bool:
        """True on the days on which data may be sent, first and last included."""
        return self.first <= day <= self.last

    def sentence(self, day: date) -> str:
        """Say why a day is none of them."""
        return (
            f"动态电子信息只在{self.first.month}月{self.first.day}日至{self.last.day}日传送，"
            f"今天是{day.month}月{day.day}日，不能传送（{CLOSED}）。"
        )


def days_of(period: str, first: int, last: int, paper: int) -> TransferDays:
    """Return the days of a period YYYY-MM; a day that the month does not have is its last."""
    year, month = int(period[:4]), int(period[5:7])
    longest = calendar.monthrange(year, month)[1]
    return TransferDays(
        first=date(year, month, min(first, longest)),
        last=date(year, month, min(last, longest)),
        paper=date(year, month, min(paper, longest)),
    )
