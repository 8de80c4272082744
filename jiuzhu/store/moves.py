"""Moving cases: which run on a version, the lines of an order, and what of a case changes hands.

What a move changes in items and waits is read before and written back as it was, without what people and workers
have done meanwhile: who holds an item, who has locked an errand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update

from jiuzhu.domain.rows import CaseMove, CaseMoveLine, SittingCase
from jiuzhu.domain.rows import Sitting as SittingRow
from jiuzhu.store.kinds import SEQ, TABLES, names_of, row_from
from jiuzhu.store.tables import case_instance, draft, waiting, work_item
from jiuzhu.store.transaction import Transaction
from jiuzhu.store.types import Instant

_MOVE, _LINE = TABLES[CaseMove], TABLES[CaseMoveLine]
_SITTING, _SITTING_CASE = TABLES[SittingRow], TABLES[SittingCase]
HELD = ("assignee", "assignee_name", "claimed_at", "due", "provisional")
"""What of an item belongs to people and is never written back."""
WHOSE = ("town", "village", "programme", "applicant_name", "applicant_index")
LOCKED = ("owner", "lease_until", "attempt", "retries_left", "available_at", "error", "error_details")
"""What of an errand belongs to its worker."""


def running(tx: Transaction, definition: str, district: str) -> Sequence[tuple[str, str, str]]:
    """Return (case id, number, town) of a district's running cases on a version, oldest first."""
    found = case_instance.c
    statement = (
        select(found.id, found.record_no, found.town)
        .where(found.definition == definition, found.district == district, found.ended_at.is_(None))
        .order_by(found.opened_at, found.record_no)
    )
    return [(row.id, row.record_no, row.town) for row in tx.execute(statement)]


def running_by_version(tx: Transaction, process_key: str, district: str) -> Mapping[str, int]:
    """Return definition → number of a district's running cases."""
    found = case_instance.c
    statement = (
        select(found.definition, func.count().label("cases"))
        .where(found.process_key == process_key, found.district == district, found.ended_at.is_(None))
        .group_by(found.definition)
    )
    return {row.definition: int(row.cases) for row in tx.execute(statement)}


def page(tx: Transaction, process_key: str, districts: Sequence[str], limit: int) -> Sequence[CaseMove]:
    """Return the orders for a process in districts, newest first."""
    statement = select(_MOVE).where(_MOVE.c.district.in_(list(districts)))
    statement = statement.where(_MOVE.c.process_key == process_key) if process_key else statement
    return [row_from(CaseMove, row) for row in tx.execute(statement.order_by(_MOVE.c[SEQ].desc()).limit(limit))]


def in_states(tx: Transaction, states: Sequence[str]) -> Sequence[str]:
    """Return the numbers of the orders in these states, oldest first."""
    statement = select(_MOVE.c.move_no).where(_MOVE.c.state.in_(list(states))).order_by(_MOVE.c[SEQ])
    return list(tx.execute(statement).scalars())


def one(tx: Transaction, move_no: str, *, lock: bool = False) -> CaseMove | None:
    """Return an order, locked until the transaction ends when asked for."""
    statement = select(_MOVE).where(_MOVE.c.move_no == move_no)
    record = tx.execute(statement.with_for_update() if lock else statement).one_or_none()
    return None if record is None else row_from(CaseMove, record)


def add_lines(tx: Transaction, rows: Sequence[CaseMoveLine]) -> None:
    """Insert many lines at once."""
    if rows:
        tx.execute(insert(_LINE), [{name: getattr(row, name) for name in names_of(CaseMoveLine)} for row in rows])


def drop_lines(tx: Transaction, move_no: str) -> None:
    """Forget the lines of an order that was never carried out."""
    tx.execute(delete(_LINE).where(_LINE.c.move_no == move_no))


_SHOWN = [column for column in _LINE.c if column.name not in {SEQ, "before"}]


def lines(tx: Transaction, move_no: str, state: str = "", limit: int = 100_000) -> Sequence[CaseMoveLine]:
    """Return the lines of an order, in the order of the list, without what is kept for the way back."""
    statement = select(*_SHOWN).where(_LINE.c.move_no == move_no)
    statement = statement.where(_LINE.c.state == state) if state else statement
    return [CaseMoveLine(**row._mapping) for row in tx.execute(statement.order_by(_LINE.c[SEQ]).limit(limit))]


def counts(tx: Transaction, move_no: str) -> Mapping[str, int]:
    """Return state → number of lines."""
    statement = select(_LINE.c.state, func.count().label("lines")).where(_LINE.c.move_no == move_no)
    return {row.state: int(row.lines) for row in tx.execute(statement.group_by(_LINE.c.state))}


def take_line(tx: Transaction, move_no: str, record_no: str, state: str) -> CaseMoveLine | None:
    """Lock a line that is in a state; None when somebody else has it or has done it."""
    statement = (
        select(_LINE)
        .where(_LINE.c.move_no == move_no, _LINE.c.record_no == record_no, _LINE.c.state == state)
        .with_for_update(skip_locked=True)
    )
    record = tx.execute(statement).one_or_none()
    return None if record is None else row_from(CaseMoveLine, record)


def set_line(tx: Transaction, move_no: str, record_no: str, **values: Any) -> None:
    """Change a line."""
    tx.execute(update(_LINE).where(_LINE.c.move_no == move_no, _LINE.c.record_no == record_no).values(**values))


def moves_of(tx: Transaction, case_id: str) -> Sequence[CaseMoveLine]:
    """Return the moves that a case has made, oldest first."""
    statement = select(*_SHOWN).where(_LINE.c.case_id == case_id, _LINE.c.moved_at.is_not(None))
    return [CaseMoveLine(**row._mapping) for row in tx.execute(statement.order_by(_LINE.c.moved_at))]


# --- what is open in a case ---


def items(tx: Transaction, case_id: str) -> Sequence[dict[str, Any]]:
    """Return the rows of a case's open work items."""
    statement = select(work_item).where(work_item.c.case_id == case_id)
    found = tx.execute(statement.order_by(work_item.c.task_id, work_item.c.group_name))
    return [dict(row._mapping) for row in found]


def waits(tx: Transaction, case_id: str) -> Sequence[dict[str, Any]]:
    """Return the rows of what a case waits for."""
    statement = select(waiting).where(waiting.c.case_id == case_id)
    return [dict(row._mapping) for row in tx.execute(statement.order_by(waiting.c.task_id))]


def drafts(tx: Transaction, tasks: Sequence[str]) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Return (task, what was filled in) of the drafts for work items."""
    statement = select(draft.c.subject, draft.c.data).where(draft.c.subject.in_(list(tasks)))
    return [(row.subject, row.data) for row in tx.execute(statement)]


def sitting_of(tx: Transaction, case_no: str) -> str:
    """Return the number of an open sitting that a case lies before, '' when there is none."""
    statement = (
        select(_SITTING.c.sitting_no)
        .join(_SITTING_CASE, _SITTING_CASE.c.sitting_no == _SITTING.c.sitting_no)
        .where(_SITTING.c.state == "open", _SITTING_CASE.c.state == "in", _SITTING_CASE.c.case_no == case_no)
    )
    return tx.execute(statement.limit(1)).scalar_one_or_none() or ""


def change_item(tx: Transaction, task_id: str, values: Mapping[str, Any]) -> None:
    """Change all rows of a work item."""
    tx.execute(update(work_item).where(work_item.c.task_id == task_id).values(**values))


def offer_item(tx: Transaction, row: Mapping[str, Any], groups: Sequence[str]) -> None:
    """Offer a work item to other groups."""
    tx.execute(delete(work_item).where(work_item.c.task_id == row["task_id"]))
    tx.execute(insert(work_item), [{**row, "group_name": group} for group in groups])


def change_wait(tx: Transaction, kind: str, task_id: str, values: Mapping[str, Any]) -> None:
    """Change a waiting row."""
    tx.execute(update(waiting).where(waiting.c.task_id == task_id, waiting.c.kind == kind).values(**values))


# --- the way back ---


def packed(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows as JSON."""
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        for row in rows
    ]


def _unpacked(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    instants = {column.name for column in table.c if isinstance(column.type, Instant)}
    return {
        name: datetime.fromisoformat(value) if value is not None and name in instants else value
        for name, value in row.items()
    }


def put_back_items(tx: Transaction, case_id: str, rows: Sequence[Mapping[str, Any]], regrouped: Sequence[str]) -> None:
    """Write a case's items as they were; who holds them and by when they are due stays as it is.

    Groups are written back only where the move had changed them.
    """
    here = items(tx, case_id)
    now = {row["task_id"]: row for row in here}
    before = [_unpacked(work_item, row) for row in rows]
    first = {row["task_id"]: row for row in before}
    old = [row for row in before if row["task_id"] in regrouped]
    old += [
        {**first[row["task_id"]], "group_name": row["group_name"]} for row in here if row["task_id"] not in regrouped
    ]
    old = [{**row, **{name: now[row["task_id"]][name] for name in (*HELD, *WHOSE)}} for row in old]
    tx.execute(delete(work_item).where(work_item.c.case_id == case_id))
    if old:
        tx.execute(insert(work_item), old)


def put_back_waits(tx: Transaction, case_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write what a case waits for as it was; an errand stays with the worker that has locked it."""
    now = {(row["kind"], row["task_id"]): row for row in waits(tx, case_id)}
    old = [_unpacked(waiting, row) for row in rows]
    for row in old:
        here = now.get((row["kind"], row["task_id"]))
        row |= {name: here[name] for name in LOCKED} if here is not None else {}
    tx.execute(delete(waiting).where(waiting.c.case_id == case_id))
    if old:
        tx.execute(insert(waiting), old)
