"""Questions of the simulator: everything that is open, what has run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from jiuzhu.store.tables import case_instance, incident, passage, submission, waiting, work_item
from jiuzhu.store.transaction import Transaction

_COLUMNS = (
    "task_id", "element_id", "process_key", "case_no", "record_no", "form", "due", "opened_at", "assignee",
    "group_name", "users", "name",
)  # fmt: skip

_ORDER = ("due", "case_no", "record_no", "element_id", "instance", "opened_at", "task_id", "group_name")


def open_items(tx: Transaction, district: str) -> Sequence[Mapping[str, Any]]:
    """Return the rows of a district's open items, one for each candidate group, earliest due first.

    The order does not hang on ids that are drawn anew in every run: the same seed gives the same year.
    """
    statement = select(*(work_item.c[name] for name in _COLUMNS)).where(work_item.c.district == district)
    return [dict(row._mapping) for row in tx.execute(statement.order_by(*(work_item.c[name] for name in _ORDER)))]


def messages(tx: Transaction, district: str) -> Sequence[Mapping[str, Any]]:
    """Return the rows of what a district's cases wait for to be told, longest waiting first."""
    statement = select(waiting).where(waiting.c.kind == "message", waiting.c.district == district)
    order = (waiting.c.opened_at, waiting.c.record_no, waiting.c.message, waiting.c.element_id)
    return [dict(row._mapping) for row in tx.execute(statement.order_by(*order))]


def process_counts(tx: Transaction, district: str) -> dict[str, int]:
    """Return in how many records each process of a district has run, called ones included."""
    statement = (
        select(passage.c.process_key, func.count(passage.c.case_id.distinct()).label("runs"))
        .join(case_instance, case_instance.c.id == passage.c.case_id)
        .where(case_instance.c.district == district, passage.c.element_type == "startEvent")
        .group_by(passage.c.process_key)
    )
    return {row.process_key: row.runs for row in tx.execute(statement)}


def ends(tx: Transaction, district: str) -> dict[str, dict[str, int]]:
    """Return process → end event → how many records of a district ended there; '' for what still runs."""
    table = case_instance.c
    statement = select(
        table.process_key, table.end_event, table.ended_at.is_(None).label("runs"), func.count().label("records")
    )
    statement = statement.where(table.district == district)
    found: dict[str, dict[str, int]] = {}
    for row in tx.execute(statement.group_by(table.process_key, table.end_event, "runs")):
        end, ends_of = "" if row.runs else row.end_event, found.setdefault(row.process_key, {})
        ends_of[end] = ends_of.get(end, 0) + row.records
    return found


def incidents(tx: Transaction, district: str) -> list[str]:
    """Return what is open because a step failed: process, element and sentence."""
    table = incident.c
    statement = select(table.process_key, table.element_id, table.message)
    statement = statement.where(table.district == district, table.closed_at.is_(None)).order_by(table.opened_at)
    return [f"{row.process_key}/{row.element_id}：{row.message}" for row in tx.execute(statement)]


def late_items(tx: Transaction, district: str) -> dict[str, int]:
    """Return form → how many items of a district were completed after their date."""
    table = submission.c
    statement = (
        select(table.form, func.count().label("items"))
        .join(case_instance, case_instance.c.id == table.case_id)
        .where(case_instance.c.district == district, table.due.is_not(None), table.at > table.due)
        .group_by(table.form)
    )
    return {row.form: row.items for row in tx.execute(statement)}
