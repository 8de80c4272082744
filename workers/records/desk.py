"""What every record task does first and last: book the forms that came, keep dates, answer with a fresh
``due_simple``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TypeVar

from jiuzhu.domain.instants import day_of, read
from jiuzhu.domain.obligations import settle
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import CaseDecision, Notice, Row
from jiuzhu.domain.topics import RecordCall, RecordHandler, Topic, TopicContract, Values
from workers.records.booking import book
from workers.records.simple_due import due_simple as due_simple

R = TypeVar("R", bound=Row)


def at_desk(contract: TopicContract, handler: Callable[[RecordCall], Values]) -> Topic:
    """Return the topic of a handler: forms booked before, ``due_simple`` added after (decisions A4).

    All in the caller's transaction; an error of the handler rolls the booking back with everything else.
    """

    def run(call: RecordCall) -> Values:
        booked = book(call)
        settle(call.records, call.case_no)
        given = {name: value for name, value in booked.items() if name in declared}
        return {**given, **handler(call), "due_simple": due_simple(call)}

    declared = frozenset(output.name for output in contract.outputs)
    hand: RecordHandler = run
    return Topic(contract=contract, record=hand)


def text(call: RecordCall, name: str, default: str = "") -> str:
    """Return an input as text; None and absent are the default."""
    value = call.inputs.get(name)
    return default if value is None or value == "" else str(value)


def rows_of(call: RecordCall, kind: type[R]) -> list[R]:
    """Return the case's rows of a kind, oldest first. Asking by case only lets a store answer once a transaction."""
    return list(call.records.find(kind, case_no=call.case_no))


def latest_of(call: RecordCall, forms: Iterable[str]) -> Submission | None:
    """Return the latest submission of any of these forms in the case."""
    wanted = frozenset(forms)
    return next((each for each in reversed(call.records.submissions()) if each.form in wanted), None)


def rules_day(call: RecordCall) -> date:
    """Return the day whose rules apply: of acceptance, before that today (A17)."""
    accepted = text(call, "accepted_at")
    return day_of(read(accepted)) if accepted else call.today


def period_end(call: RecordCall, last: date) -> date:
    """Return the last day of a period of calendar days: as counted, or the next working day where the district says
    that a period does not end on a day off (A15).
    """
    rolls = call.policy.value("periods.roll_forward", call.today) is True
    return call.calendar.next_working_day(last) if rolls and not call.calendar.is_working_day(last) else last


def current_decision(call: RecordCall) -> CaseDecision | None:
    """Return the case's latest decision; None before the first."""
    found = sorted(rows_of(call, CaseDecision), key=lambda row: row.round)
    return found[-1] if found else None


def current_notice(call: RecordCall) -> Notice | None:
    """Return the notice of input ``notice_no``, else the case's latest; None when there is none."""
    found = rows_of(call, Notice)
    number = text(call, "notice_no")
    if number:
        return next((notice for notice in found if notice.notice_no == number), None)
    return max(found, key=lambda notice: notice.round, default=None)


def instant_of(call: RecordCall, name: str) -> datetime | None:
    """Return an input as an instant; None when it is not given."""
    value = text(call, name)
    return read(value) if value else None
