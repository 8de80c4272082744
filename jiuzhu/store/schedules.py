"""Occurrences across districts: what is planned, what may start, what has ended or is late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, update

from jiuzhu.domain.rows import Occurrence, RegisterRow, ScheduleStand
from jiuzhu.domain.schedules import Schedule
from jiuzhu.store.kinds import TABLES, row_from
from jiuzhu.store.tables import case_instance, submission
from jiuzhu.store.transaction import Transaction

NOTHING = r"End\_Nothing%"
"""End events that say that nothing was to do in a period: End_NothingToPay, End_NothingToCheck …"""
_TABLE = TABLES[Occurrence]
_ROW = _TABLE.c
_STAND = TABLES[ScheduleStand]
_REGISTER = TABLES[RegisterRow]


def stands(tx: Transaction) -> Sequence[ScheduleStand]:
    """Return where every schedule stands in every district."""
    return [row_from(ScheduleStand, record) for record in tx.execute(select(_STAND))]


def planned(tx: Transaction, schedule: str, district: str, since: datetime) -> frozenset[tuple[datetime, str]]:
    """Return (due instant, scope) of what the rhythm has planned since an opening instant."""
    statement = select(_ROW.due_at, _ROW.scope).where(
        _ROW.schedule == schedule, _ROW.district == district, _ROW.opens_at >= since, _ROW.round == 0
    )
    return frozenset((row.due_at, row.scope) for row in tx.execute(statement))


def to_start(
    tx: Transaction, now: datetime, schedules: Sequence[str], again: datetime, limit: int
) -> Sequence[Occurrence]:
    """Return what has opened and is not started, oldest first; what failed when its last try is before ``again``."""
    statement = select(_TABLE).where(
        _ROW.state == "due",
        _ROW.opens_at <= now,
        _ROW.schedule.in_(list(schedules)),
        or_(_ROW.tried_at.is_(None), _ROW.tried_at < again),
    )
    return _rows(tx, statement.order_by(_ROW.opens_at, _ROW.occurrence_no).limit(limit))


def take(tx: Transaction, occurrence_no: str, now: datetime) -> Occurrence | None:
    """Lock an occurrence for starting: None when somebody else has started it. The caller's transaction decides."""
    taken = tx.execute(
        update(_TABLE)
        .where(_ROW.occurrence_no == occurrence_no, _ROW.state == "due")
        .values(state="started", started_at=now, fault="")
    )
    if taken.rowcount != 1:
        return None
    return row_from(Occurrence, tx.execute(select(_TABLE).where(_ROW.occurrence_no == occurrence_no)).one())


def one(tx: Transaction, occurrence_no: str) -> Occurrence | None:
    """Return an occurrence by its number."""
    record = tx.execute(select(_TABLE).where(_ROW.occurrence_no == occurrence_no)).one_or_none()
    return None if record is None else row_from(Occurrence, record)


_ENDED = (
    select(_TABLE, case_instance.c.ended_at, case_instance.c.end_event)
    .join(case_instance, case_instance.c.record_no == _ROW.record_no)
    .where(
        _ROW.state == "started",
        case_instance.c.ended_at.is_not(None),
        or_(
            _ROW.schedule.not_in(bindparam("by_form", expanding=True)),
            case_instance.c.end_event.in_(bindparam("not_kept", expanding=True)),
        ),
    )
)
_HANDED_IN = (
    select(
        _TABLE,
        submission.c.form.label("kept_form"),
        submission.c.at.label("kept_at"),
        submission.c.person.label("kept_by"),
    )
    .join(submission, submission.c.record_no == _ROW.record_no)
    .where(_ROW.state == "started", submission.c.form.in_(bindparam("forms", expanding=True)))
    .order_by(_ROW.opens_at, _ROW.occurrence_no, submission.c.sequence)
)
_WAITING = (
    select(_TABLE)
    .where(_ROW.state == "due", _ROW.schedule.in_(bindparam("schedules", expanding=True)))
    .order_by(_ROW.opens_at)
)
_WRITTEN = (
    select(_REGISTER)
    .where(
        _REGISTER.c.register.in_(bindparam("registers", expanding=True)),
        _REGISTER.c.district.in_(bindparam("districts", expanding=True)),
        _REGISTER.c.entered_at >= bindparam("since", type_=_REGISTER.c.entered_at.type),
    )
    .order_by(_REGISTER.c.entered_at)
)


def ended(
    tx: Transaction, by_form: Sequence[str], not_kept: Sequence[str]
) -> Sequence[tuple[Occurrence, datetime, str]]:
    """Return what is started and whose process instance has ended, with the instant and the event of its end.

    Turns that a form keeps are left out (``by_form``: their schedules), unless they ended in one of the events
    ``not_kept``.
    """
    found = tx.execute(_ENDED, {"by_form": list(by_form), "not_kept": list(not_kept)})
    return [(row_from(Occurrence, record), record.ended_at, record.end_event) for record in found]


def handed_in(tx: Transaction, forms: Mapping[str, str]) -> Iterator[tuple[Occurrence, datetime, str]]:
    """Yield what is started and whose form was completed: schedule → form that keeps it; with when and by whom first.

    One question, whatever the ledger holds: this is asked at every look.
    """
    seen = ""
    for record in tx.execute(_HANDED_IN, {"forms": sorted(set(forms.values()))}):
        if record.occurrence_no != seen and forms.get(record.schedule) == record.kept_form:
            seen = record.occurrence_no
            yield row_from(Occurrence, record), record.kept_at, record.kept_by


def entered(tx: Transaction, schedules: Mapping[str, Schedule]) -> Iterator[tuple[Occurrence, RegisterRow]]:
    """Yield the turns that wait for a register row, each with the first that keeps it: of the place, entered since it
    opened.
    """
    turns = [row_from(Occurrence, record) for record in tx.execute(_WAITING, {"schedules": sorted(schedules)})]
    if not turns:
        return
    asked = {
        "registers": sorted({schedules[one.schedule].register for one in turns}),
        "districts": sorted({one.district for one in turns}),
        "since": turns[0].opens_at,
    }
    found: dict[tuple[str, str, str], list[RegisterRow]] = {}
    for record in tx.execute(_WRITTEN, asked):
        row = row_from(RegisterRow, record)
        found.setdefault((row.register, row.district, row.organisation), []).append(row)
    for turn in turns:
        schedule = schedules[turn.schedule]
        wanted = schedule.register_values.items()
        for row in found.get((schedule.register, turn.district, turn.scope), ()):
            if row.entered_at >= turn.opens_at and all(str(row.values.get(key)) == value for key, value in wanted):
                yield turn, row
                break


def overdue(tx: Transaction, now: datetime, limit: int) -> Sequence[Occurrence]:
    """Return what has passed its date, is not done and was not marked late yet."""
    statement = select(_TABLE).where(
        or_(_ROW.state == "due", _ROW.state == "started"), _ROW.due_at < now, _ROW.late_at.is_(None)
    )
    return _rows(tx, statement.order_by(_ROW.due_at).limit(limit))


def counts(tx: Transaction, district: str, schedule: str, scopes: Sequence[str] = ()) -> dict[str, int]:
    """Return state → how many turns of a schedule a district has had, ``late`` → how many of them were late, and
    ``nothing`` → for how many nothing was to do.
    """
    nothing = func.count(case_instance.c.id).label("idle")
    statement = select(_ROW.state, func.count().label("turns"), func.count(_ROW.late_at).label("late"), nothing)
    statement = statement.select_from(_TABLE.outerjoin(case_instance, _ended_with_nothing()))
    statement = statement.where(_ROW.district == district, _ROW.schedule == schedule)
    if scopes:
        statement = statement.where(or_(*(_ROW.scope.like(f"{place}%") for place in scopes)))
    found = list(tx.execute(statement.group_by(_ROW.state)))
    return {
        **{row.state: row.turns for row in found},
        "late": sum(row.late for row in found),
        "nothing": sum(row.idle for row in found),
    }


def nothing_due(tx: Transaction, records: Sequence[str]) -> frozenset[str]:
    """Return those of the records that ended because nothing was to do."""
    wanted = [one for one in records if one]
    if not wanted:
        return frozenset()
    ends = case_instance.c.end_event.like(NOTHING, escape="\\")
    found = tx.execute(select(case_instance.c.record_no).where(case_instance.c.record_no.in_(wanted), ends))
    return frozenset(found.scalars())


def _ended_with_nothing() -> ColumnElement[bool]:
    return and_(case_instance.c.record_no == _ROW.record_no, case_instance.c.end_event.like(NOTHING, escape="\\"))


def page(
    tx: Transaction, district: str, *, schedule: str = "", state: str = "", scopes: Sequence[str] = (), limit: int = 200
) -> Sequence[Occurrence]:
    """Return a district's occurrences, latest opening first."""
    statement = select(_TABLE).where(_ROW.district == district)
    if schedule:
        statement = statement.where(_ROW.schedule == schedule)
    if state == "late":
        statement = statement.where(_ROW.late_at.is_not(None))
    elif state:
        statement = statement.where(_ROW.state == state)
    if scopes:
        statement = statement.where(or_(*(_ROW.scope.like(f"{place}%") for place in scopes)))
    return _rows(tx, statement.order_by(_ROW.opens_at.desc(), _ROW.occurrence_no).limit(limit))


def _rows(tx: Transaction, statement: Select[Any]) -> Sequence[Occurrence]:
    return [row_from(Occurrence, record) for record in tx.execute(statement)]
