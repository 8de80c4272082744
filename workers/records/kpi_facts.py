"""What a month's scores are reckoned from: facts of our own tables, counted by unit (XX-36, XX-59, XX-63).

Nothing is entered by hand: an indicator counts rows that somebody's work has left. How many points a fact costs stands
in the district's table ``kpi``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import TypeAlias

from jiuzhu.domain.instants import SHANGHAI, add_months
from jiuzhu.domain.records import Span
from jiuzhu.domain.rows import MonthlyTransfer, Obligation, Occurrence, Referral, RegisterRow, WindowVisit
from jiuzhu.domain.topics import RecordCall

Count: TypeAlias = "Counter[str]"
LATE = frozenset({"late", "met_late"})
OWN = frozenset({"due_transfer", "due_paper"})
"""Dates that an indicator of their own counts."""
BOX = "info_box"
TRANSFER = "monthly_transfer"
"""Schedules that an indicator of their own counts."""
VILLAGE_DIGITS = 3


def month_of(period: str) -> Span:
    """Return a month YYYY-MM as a stretch of office time."""
    first = date(int(period[:4]), int(period[5:7]), 1)
    return Span(_midnight(first), _midnight(add_months(first, 1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def overdue(call: RecordCall, period: str) -> Count:
    """Dates of the month that a town did not keep."""
    owed = call.records.find(Obligation, district=call.district, due_at=month_of(period))
    return Counter(row.town for row in owed if row.state in LATE and row.due_name not in OWN)


def window_breach(call: RecordCall, period: str) -> Count:
    """Visitors of a town's window without an accurate answer in time (XX-33)."""
    visits = call.records.find(WindowVisit, district=call.district, arrived_at=month_of(period))
    return Counter(row.town for row in visits if row.breached)


def transfer_missed(call: RecordCall, period: str) -> Count:
    """Data that did not go up in their window (XX-39)."""
    rows = call.records.find(MonthlyTransfer, district=call.district, period=period)
    return Counter(row.town for row in rows if row.state != "sent" and row.window_until < call.today)


def paper_late(call: RecordCall, period: str) -> Count:
    """Papers that went up after their day, or not yet (XX-40)."""
    rows = call.records.find(MonthlyTransfer, district=call.district, period=period)
    late = [row for row in rows if row.paper_late or (not row.paper_rounds and row.paper_until < call.today)]
    return Counter(row.town for row in late)


def box_missing(call: RecordCall, period: str) -> Count:
    """Villages of a town whose box was not opened in the month (XX-45)."""
    turns = call.records.find(Occurrence, schedule=BOX, district=call.district, period=period)
    return Counter(row.scope[:-VILLAGE_DIGITS] for row in turns if row.late_at is not None)


def turn_late(call: RecordCall, period: str) -> Count:
    """Other recurring duties of a town that were late in the month."""
    turns = call.records.find(Occurrence, district=call.district, due_at=month_of(period))
    late = [row for row in turns if row.late_at is not None and row.schedule not in {BOX, TRANSFER}]
    return Counter(row.scope.partition("/")[0] for row in late)


def violation(call: RecordCall, period: str) -> Count:
    """Violations that were registered for a town in the month (XX-82)."""
    rows = call.records.find(RegisterRow, register="violations", district=call.district)
    span = month_of(period)
    return Counter(row.organisation for row in rows if span.holds(row.entered_at) and not row.corrects)


def referral_late(call: RecordCall, period: str) -> Count:
    """Matters handed to a department that it did not handle in time (XX-32, XX-63)."""
    rows = call.records.find(Referral, district=call.district, due_at=month_of(period))
    return Counter(row.department for row in rows if row.late_at is not None)


INDICATORS: Mapping[str, Callable[[RecordCall, str], Count]] = {
    "overdue": overdue,
    "window_breach": window_breach,
    "transfer_missed": transfer_missed,
    "paper_late": paper_late,
    "box_missing": box_missing,
    "turn_late": turn_late,
    "violation": violation,
    "referral_late": referral_late,
}
"""Indicator of table ``kpi`` → how it is counted."""
