"""What cases wait for besides people (jobs, timers, messages, signals in one table), and the incidents of them.

A job is taken by conditional update (owner + lease, machine time), worked with no transaction open, and finished by
another transaction that deletes its row together with the step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Select, and_, bindparam, func, insert, or_, select, update

from jiuzhu.store import trials
from jiuzhu.store.tables import case_instance, incident, waiting
from jiuzhu.store.transaction import Transaction


def _rows(result: Any) -> Sequence[dict[str, Any]]:
    return [dict(row._mapping) for row in result]


def _free(table: FromClause) -> ColumnElement[bool]:
    return and_(
        table.c.kind == "job",
        table.c.held.is_(False),
        table.c.available_at <= bindparam("now"),
        or_(table.c.retries_left.is_(None), table.c.retries_left > 0),
        or_(table.c.owner.is_(None), table.c.lease_until < bindparam("now")),
    )


def _candidates(*, of_topics: bool) -> Select[Any]:
    """Return the errands to be taken: of the highest priority that is free, oldest first.

    In the order of an index, because "by priority, latest first" would sort all that wait at each take.
    """
    alike = waiting.alias("alike")
    highest = select(func.max(alike.c.priority)).where(_free(alike))
    found = select(waiting.c.task_id).where(_free(waiting))
    if of_topics:
        highest = highest.where(alike.c.topic.in_(bindparam("topics", expanding=True)))
        found = found.where(waiting.c.topic.in_(bindparam("topics", expanding=True)))
    return (
        found.where(waiting.c.priority == highest.scalar_subquery())
        .order_by(waiting.c.available_at, waiting.c.task_id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )


_ALL, _OF_TOPICS = _candidates(of_topics=False), _candidates(of_topics=True)
_TAKEN = (
    update(waiting)
    .where(waiting.c.task_id.in_(bindparam("ids", expanding=True)), _free(waiting))
    .values(owner=bindparam("new_owner"), lease_until=bindparam("until"), attempt=waiting.c.attempt + 1)
    .returning(waiting)
)


def take_jobs(
    tx: Transaction, *, owner: str, topics: Sequence[str] | None, limit: int, now: datetime, lease_until: datetime
) -> Sequence[Mapping[str, Any]]:
    """Lock up to ``limit`` errands of one priority for this owner; a lease that ran out is taken over."""
    statement, values = (_ALL, {}) if topics is None else (_OF_TOPICS, {"topics": list(topics)})
    ids = list(tx.execute(statement, {"now": now, "most": limit, **values}).scalars())
    if not ids:
        return []
    taken = {"ids": ids, "now": now, "new_owner": owner, "until": lease_until}
    rows = {row["task_id"]: row for row in _rows(tx.execute(_TAKEN, taken))}
    return [rows[one] for one in ids if one in rows]


def extend_lease(tx: Transaction, task_id: str, owner: str, until: datetime) -> bool:
    """Prolong a lease that this owner holds."""
    done = tx.execute(
        update(waiting)
        .where(waiting.c.task_id == task_id, waiting.c.kind == "job", waiting.c.owner == owner)
        .values(lease_until=until)
    )
    return done.rowcount == 1


def put_back(
    tx: Transaction,
    task_id: str,
    *,
    owner: str | None,
    retries_left: int,
    available_at: datetime,
    error: str,
    details: str = "",
) -> bool:
    """Give a failed errand back for a later try; False when the owner does not hold it any more."""
    statement = update(waiting).where(waiting.c.task_id == task_id, waiting.c.kind == "job")
    if owner is not None:
        statement = statement.where(waiting.c.owner == owner)
    done = tx.execute(
        statement.values(
            owner=None,
            lease_until=None,
            retries_left=retries_left,
            available_at=available_at,
            error=error,
            error_details=details,
        )
    )
    return done.rowcount == 1


def job(tx: Transaction, task_id: str) -> Mapping[str, Any] | None:
    """Return one errand."""
    found = _rows(tx.execute(select(waiting).where(waiting.c.task_id == task_id, waiting.c.kind == "job")))
    return found[0] if found else None


def jobs(tx: Transaction, limit: int) -> Sequence[Mapping[str, Any]]:
    """Return waiting errands, oldest first."""
    statement = select(waiting).where(waiting.c.kind == "job").order_by(waiting.c.opened_at).limit(limit)
    return _rows(tx.execute(statement))


def due_timers(tx: Transaction, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
    """Return (case id, task id) of timers that are due and have no open incident, oldest first."""
    broken = select(incident.c.task_id).where(incident.c.closed_at.is_(None), incident.c.kind == "timer")
    statement = (
        select(waiting.c.case_id, waiting.c.task_id)
        .where(waiting.c.kind == "timer", waiting.c.due <= now, waiting.c.task_id.not_in(broken))
        .order_by(waiting.c.due, waiting.c.task_id)
        .limit(limit)
    )
    return [(row.case_id, row.task_id) for row in tx.execute(statement)]


def timers_of(tx: Transaction, case_ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """Return the armed timers of these process instances, the next first."""
    statement = select(waiting).where(waiting.c.kind == "timer", waiting.c.case_id.in_(list(case_ids)))
    return _rows(tx.execute(statement.order_by(waiting.c.due, waiting.c.task_id)))


def next_timer(tx: Transaction) -> datetime | None:
    """Return when the next timer is due."""
    statement = select(waiting.c.due).where(waiting.c.kind == "timer").order_by(waiting.c.due).limit(1)
    return tx.execute(statement).scalar_one_or_none()


def subscriptions(tx: Transaction, message: str, correlation: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """Return the open subscriptions to a message whose correlation value is among the given ones.

    Trials hear only of their own deployer's trials, real cases only of real ones.
    """
    owner = trials.owner_of(tx)
    alike = and_(case_instance.c.is_trial, case_instance.c.opened_by == owner)
    pairs = [
        and_(waiting.c.correlation_key == key, waiting.c.correlation_value == value)
        for key, value in correlation.items()
    ]
    statement = (
        select(waiting)
        .join(case_instance, case_instance.c.id == waiting.c.case_id)
        .where(waiting.c.kind == "message", waiting.c.message == message, or_(*pairs))
        .where(alike if owner else case_instance.c.is_trial.is_(False))
        .order_by(waiting.c.opened_at, waiting.c.task_id)
    )
    return _rows(tx.execute(statement))


def waiting_for(tx: Transaction, message: str, district: str) -> Sequence[Mapping[str, Any]]:
    """Return case number, name, town and village of what waits for a message in a district, oldest first."""
    statement = (
        select(waiting.c.case_no, case_instance.c.applicant_name, case_instance.c.town, case_instance.c.village)
        .join(case_instance, case_instance.c.id == waiting.c.case_id)
        .where(waiting.c.kind == "message", waiting.c.message == message, waiting.c.district == district)
        .where(case_instance.c.is_trial.is_(False))
        .order_by(waiting.c.opened_at, waiting.c.task_id)
    )
    return _rows(tx.execute(statement))


def of_household(tx: Transaction, case_no: str) -> Sequence[Mapping[str, Any]]:
    """Return everything that the process instances of a household wait for."""
    statement = select(waiting).where(waiting.c.case_no == case_no).order_by(waiting.c.opened_at, waiting.c.task_id)
    return _rows(tx.execute(statement))


def open_incident(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Insert an incident."""
    tx.execute(insert(incident), dict(row))


def incidents(
    tx: Transaction, *, is_open: bool = True, district: str | None = None, limit: int = 200
) -> Sequence[Mapping[str, Any]]:
    """Return incidents, oldest first."""
    statement = select(incident).order_by(incident.c.opened_at, incident.c.id).limit(limit)
    statement = statement.where(incident.c.closed_at.is_(None) if is_open else incident.c.closed_at.is_not(None))
    if district is not None:
        statement = statement.where(incident.c.district == district)
    return _rows(tx.execute(statement))


def incidents_of(tx: Transaction, case_no: str) -> Sequence[Mapping[str, Any]]:
    """Return the open incidents of a household."""
    statement = select(incident).where(incident.c.case_no == case_no, incident.c.closed_at.is_(None))
    return _rows(tx.execute(statement))


def incidents_at(tx: Transaction, task_ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """Return the open incidents of these waiting rows."""
    statement = select(incident).where(incident.c.closed_at.is_(None), incident.c.task_id.in_(list(task_ids)))
    return _rows(tx.execute(statement))


def incident_by_id(tx: Transaction, incident_id: str) -> Mapping[str, Any] | None:
    """Return one incident."""
    found = _rows(tx.execute(select(incident).where(incident.c.id == incident_id).with_for_update()))
    return found[0] if found else None


def close_incidents(tx: Transaction, task_ids: Sequence[str], now: datetime, person: str) -> int:
    """Close the open incidents of these tasks."""
    if not task_ids:
        return 0
    done = tx.execute(
        update(incident)
        .where(incident.c.task_id.in_(list(task_ids)), incident.c.closed_at.is_(None))
        .values(closed_at=now, closed_by=person)
    )
    return int(done.rowcount)


def close_orphans(tx: Transaction, now: datetime, person: str) -> int:
    """Close incidents of jobs and timers for which their case no longer waits: it went another way meanwhile."""
    waits_on = select(waiting.c.task_id).where(waiting.c.task_id == incident.c.task_id).exists()
    done = tx.execute(
        update(incident)
        .where(incident.c.closed_at.is_(None), incident.c.kind.in_(["job", "timer", "signal"]), ~waits_on)
        .values(closed_at=now, closed_by=person)
    )
    return int(done.rowcount)


def count_open_incidents(tx: Transaction, district: str | None = None) -> int:
    """Return how many incidents are open."""
    statement = select(func.count()).select_from(incident).where(incident.c.closed_at.is_(None))
    if district is not None:
        statement = statement.where(incident.c.district == district)
    return int(tx.execute(statement).scalar_one())


def is_running(tx: Transaction, case_id: str) -> bool:
    """True while a process instance has not ended."""
    statement = select(case_instance.c.ended_at).where(case_instance.c.id == case_id)
    row = tx.execute(statement).one_or_none()
    return row is not None and row.ended_at is None
