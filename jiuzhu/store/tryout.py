"""Questions of a trial: what was passed since the last look, what waits, what runs, what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from jiuzhu.store.tables import case_instance, incident, passage, submission, waiting, work_item
from jiuzhu.store.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Passed:
    """One line of the history."""

    id: int
    record_no: str
    what: str
    process_key: str
    element_id: str
    element_type: str
    name: str
    flow: str
    task_id: str
    at: datetime


_NAMES = ("id", "what", "process_key", "element_id", "element_type", "name", "flow", "task_id", "at")
_PASSED = (
    select(*(passage.c[name] for name in _NAMES), case_instance.c.record_no)
    .join(case_instance, case_instance.c.id == passage.c.case_id)
    .order_by(passage.c.id)
)


def passed_after(tx: Transaction, last: int) -> Sequence[Passed]:
    """Return what elements were entered, completed or cancelled since a line of the history, in order."""
    return [Passed(**row._mapping) for row in tx.execute(_PASSED.where(passage.c.id > last))]


def passed_by(tx: Transaction, case_no: str) -> Sequence[Passed]:
    """Return what all records of a household have passed, in order."""
    return [Passed(**row._mapping) for row in tx.execute(_PASSED.where(case_instance.c.case_no == case_no))]


def last_passage(tx: Transaction) -> int:
    """Return the number of the latest line of the history."""
    return int(tx.execute(select(func.max(passage.c.id))).scalar() or 0)


def waits(tx: Transaction, district: str) -> Sequence[Mapping[str, Any]]:
    """Return the timers and messages that a district's cases wait for, in an order that does not hang on drawn ids."""
    statement = select(waiting).where(waiting.c.kind != "job", waiting.c.district == district)
    order = (waiting.c.kind, waiting.c.due, waiting.c.opened_at, waiting.c.record_no, waiting.c.element_id)
    return [dict(row._mapping) for row in tx.execute(statement.order_by(*order, waiting.c.message))]


def running(tx: Transaction, district: str) -> Sequence[Mapping[str, Any]]:
    """Return the process instances of a district that have not ended."""
    names = ("id", "record_no", "case_no", "process_key")
    statement = select(*(case_instance.c[name] for name in names)).where(
        case_instance.c.district == district, case_instance.c.ended_at.is_(None)
    )
    return [dict(row._mapping) for row in tx.execute(statement.order_by(case_instance.c.record_no))]


def end_of(tx: Transaction, record_no: str) -> tuple[bool, str]:
    """Return whether a process instance has ended, and at which event."""
    row = tx.execute(
        select(case_instance.c.ended_at, case_instance.c.end_event).where(case_instance.c.record_no == record_no)
    ).one()
    return row.ended_at is not None, row.end_event


def open_incidents(tx: Transaction, district: str) -> Sequence[Mapping[str, Any]]:
    """Return what is open because a step failed."""
    names = ("record_no", "process_key", "element_id", "name", "message", "task_id", "kind")
    statement = select(*(incident.c[name] for name in names)).where(
        incident.c.district == district, incident.c.closed_at.is_(None)
    )
    order = (incident.c.opened_at, incident.c.record_no, incident.c.element_id)
    return [dict(row._mapping) for row in tx.execute(statement.order_by(*order))]


def dated_items(tx: Transaction, district: str) -> Sequence[Mapping[str, Any]]:
    """Return what people completed or have open that had a date: element, record, date and when it was done."""
    done = (
        select(
            submission.c.process_key, submission.c.element_id, submission.c.item_name.label("name"),
            submission.c.record_no, submission.c.due, submission.c.at.label("done_at"),
        )
        .join(case_instance, case_instance.c.id == submission.c.case_id)
        .where(case_instance.c.district == district, submission.c.due.is_not(None))
        .order_by(submission.c.sequence)
    )  # fmt: skip
    still = (
        select(
            work_item.c.process_key, work_item.c.element_id, work_item.c.name, work_item.c.record_no, work_item.c.due,
        )
        .where(work_item.c.district == district)
        .distinct()
        .order_by(work_item.c.due, work_item.c.record_no, work_item.c.element_id)
    )  # fmt: skip
    rows = [dict(row._mapping) for row in tx.execute(done)]
    return rows + [{**row._mapping, "done_at": None} for row in tx.execute(still)]
