"""Work items: the inbox's own table, one row per open item and candidate group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, insert, literal, or_, select, update

from jiuzhu.store.tables import work_item
from jiuzhu.store.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class ItemFilter:
    """What an inbox page asks for; None = not asked."""

    groups: Sequence[str] | None = None
    """Candidate groups (``[]`` finds nothing)."""
    assignee: str | None = None
    unassigned_only: bool = False
    case_no: str | None = None
    record_no: str | None = None
    district: str | None = None
    programme: str | None = None
    element: str | None = None
    due_before: datetime | None = None
    text: str | None = None
    not_cases: Sequence[str] = ()
    """Cases from which the person keeps out."""


_LISTED = [column for column in work_item.c if column.name not in {"local"}]


def _filtered(statement: Select[Any], wanted: ItemFilter, tx: Transaction) -> Select[Any]:
    table = work_item.c
    if wanted.groups is not None:
        statement = statement.where(table.group_name.in_(list(wanted.groups)))
    if wanted.assignee is not None:
        statement = statement.where(table.assignee == wanted.assignee)
    if wanted.unassigned_only:
        statement = statement.where(table.assignee.is_(None))
    for column, value in (
        (table.case_no, wanted.case_no),
        (table.record_no, wanted.record_no),
        (table.district, wanted.district),
        (table.programme, wanted.programme),
        (table.element_id, wanted.element),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.not_cases:
        statement = statement.where(table.case_no.not_in(list(wanted.not_cases)))
    if wanted.due_before is not None:
        statement = statement.where(table.due < wanted.due_before)
    if wanted.text:
        like = f"%{wanted.text}%"
        statement = statement.where(
            or_(
                table.case_no.like(like),
                table.record_no.like(like),
                table.name.like(like),
                table.applicant_index == tx.keyring.index(wanted.text),
            )
        )
    return statement


def page(
    tx: Transaction, wanted: ItemFilter, *, after: tuple[datetime, str] | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Return open items by due date and id (keyset); an item of two groups comes once, with both in ``groups``."""
    table = work_item.c
    places = _filtered(select(table.due, table.task_id), wanted, tx)
    if after is not None:
        due, task_id = after
        places = places.where(or_(table.due > due, and_(table.due == due, table.task_id > task_id)))
    places = places.group_by(table.due, table.task_id).order_by(table.due, table.task_id).limit(limit)
    ids = [row.task_id for row in tx.execute(places)]
    if not ids:
        return []
    found: dict[str, dict[str, Any]] = {}
    for row in tx.execute(select(*_LISTED).where(table.task_id.in_(ids)).order_by(table.group_name)):
        item = found.setdefault(row.task_id, {**row._mapping, "groups": []})
        if row.group_name:
            item["groups"].append(row.group_name)
    return [found[one] for one in ids if one in found]


def count(tx: Transaction, wanted: ItemFilter) -> int:
    """Return how many open items match."""
    statement = _filtered(select(func.count(func.distinct(work_item.c.task_id))), wanted, tx)
    return int(tx.execute(statement).scalar_one())


def rows_of(tx: Transaction, task_id: str) -> Sequence[Mapping[str, Any]]:
    """Return the rows of one open item (one a group), without locking anything."""
    rows = tx.execute(select(work_item).where(work_item.c.task_id == task_id).order_by(work_item.c.group_name))
    return [dict(row._mapping) for row in rows]


def open_of_household(tx: Transaction, case_no: str) -> Sequence[Mapping[str, Any]]:
    """Return the open items of all process instances of a household."""
    return page(tx, ItemFilter(case_no=case_no), after=None, limit=200)


def assign(tx: Transaction, task_id: str, person: str | None, name: str, now: datetime | None) -> None:
    """Set or clear the assignee."""
    tx.execute(
        update(work_item)
        .where(work_item.c.task_id == task_id)
        .values(assignee=person, assignee_name=name, claimed_at=now)
    )


def due_of_open(tx: Transaction, case_id: str) -> Sequence[tuple[str, datetime]]:
    """Return (task id, due) of the open items of a process instance."""
    rows = tx.execute(select(work_item.c.task_id, work_item.c.due).where(work_item.c.case_id == case_id))
    return [(row.task_id, row.due) for row in rows]


def add_group(tx: Transaction, task_id: str, group: str) -> None:
    """Offer an open item to another group, too."""
    columns = [column for column in work_item.c if column.name != "group_name"]
    one = select(*columns, literal(group)).where(work_item.c.task_id == task_id).limit(1)
    tx.execute(insert(work_item).from_select([*(column.name for column in columns), "group_name"], one))
