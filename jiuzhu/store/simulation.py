"""Questions of the simulator: everything that is open, what has run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from jiuzhu.store.tables import case_instance, passage, work_item
from jiuzhu.store.transaction import Transaction

_COLUMNS = (
    "task_id", "element_id", "process_key", "case_no", "form", "due", "opened_at", "assignee", "group_name", "users",
)  # fmt: skip


def open_items(tx: Transaction, district: str) -> Sequence[Mapping[str, Any]]:
    """Return the rows of a district's open items, one for each candidate group, earliest due first."""
    statement = select(*(work_item.c[name] for name in _COLUMNS)).where(work_item.c.district == district)
    return [dict(row._mapping) for row in tx.execute(statement.order_by(work_item.c.due, work_item.c.task_id))]


def process_counts(tx: Transaction, district: str) -> dict[str, int]:
    """Return in how many records each process of a district has run, called ones included."""
    statement = (
        select(passage.c.process_key, func.count(passage.c.case_id.distinct()).label("runs"))
        .join(case_instance, case_instance.c.id == passage.c.case_id)
        .where(case_instance.c.district == district, passage.c.element_type == "startEvent")
        .group_by(passage.c.process_key)
    )
    return {row.process_key: row.runs for row in tx.execute(statement)}
