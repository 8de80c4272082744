"""Rows of the cases that another engine runs, and of the tasks that were done for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from jiuzhu.store.tables import case_instance, foreign_instance, foreign_task, message_row
from jiuzhu.store.transaction import Transaction


def case_of(tx: Transaction, instance_id: str) -> str:
    """Return the case of a process instance over there, '' when it is not known here."""
    statement = select(foreign_instance.c.case_id).where(foreign_instance.c.id == instance_id)
    return tx.execute(statement).scalar_one_or_none() or ""


def expected(tx: Transaction, record_no: str, codec: int) -> str:
    """Return the case that was started over there from here under a number and has not been heard of yet, else ''."""
    known = select(foreign_instance.c.id).where(foreign_instance.c.case_id == case_instance.c.id).exists()
    statement = select(case_instance.c.id).where(
        case_instance.c.record_no == record_no, case_instance.c.state_codec == codec, ~known
    )
    return tx.execute(statement).scalar_one_or_none() or ""


def add_instance(tx: Transaction, instance_id: str, case_id: str, now: datetime) -> None:
    """Note that an instance over there is this case."""
    tx.execute(insert(foreign_instance), {"id": instance_id, "case_id": case_id, "at": now})


def running(tx: Transaction) -> Sequence[tuple[str, str]]:
    """Return (instance over there, case) of what has not ended, oldest first."""
    statement = (
        select(foreign_instance.c.id, foreign_instance.c.case_id)
        .join(case_instance, case_instance.c.id == foreign_instance.c.case_id)
        .where(case_instance.c.ended_at.is_(None))
        .order_by(foreign_instance.c.at, foreign_instance.c.id)
    )
    return [(row.id, row.case_id) for row in tx.execute(statement)]


def task(tx: Transaction, task_id: str) -> Mapping[str, Any] | None:
    """Return what was done for a task over there, locked; None when nothing was."""
    statement = select(foreign_task).where(foreign_task.c.id == task_id).with_for_update()
    row = tx.execute(statement).one_or_none()
    return None if row is None else dict(row._mapping)


def add_task(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Insert the row of a task, with its answer or still without."""
    tx.execute(insert(foreign_task), dict(row))


def change_task(tx: Transaction, task_id: str, **changes: Any) -> None:
    """Note an answer, or how far it has come."""
    tx.execute(update(foreign_task).where(foreign_task.c.id == task_id).values(**changes))


def unsettled(tx: Transaction, limit: int) -> Sequence[Mapping[str, Any]]:
    """Return answered tasks of which something is still to be said over there, oldest first."""
    statement = (
        select(foreign_task)
        .where(foreign_task.c.settled_at.is_(None), foreign_task.c.answered_at.is_not(None))
        .order_by(foreign_task.c.at, foreign_task.c.id)
        .limit(limit)
    )
    return [dict(row._mapping) for row in tx.execute(statement)]


def unsent_messages(tx: Transaction, limit: int) -> Sequence[Mapping[str, Any]]:
    """Return what people reported about running cases over there and what was not tried there yet.

    Once is enough: as in our own engine, a report for which nobody waits stays a row that is read later.
    """
    tried = select(foreign_task.c.id).where(foreign_task.c.id == message_row.c.id).exists()
    theirs = (
        select(case_instance.c.case_no)
        .join(foreign_instance, foreign_instance.c.case_id == case_instance.c.id)
        .where(case_instance.c.ended_at.is_(None), case_instance.c.case_no == message_row.c.case_no)
        .exists()
    )
    statement = (
        select(message_row)
        .where(message_row.c.delivered_at.is_(None), theirs, ~tried)
        .order_by(message_row.c.at)
        .limit(limit)
    )
    return [dict(row._mapping) for row in tx.execute(statement)]
