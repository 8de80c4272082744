"""Process instances for event logs, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from jiuzhu.store.cases import HEAD_COLUMNS, Head, head_from
from jiuzhu.store.tables import case_instance
from jiuzhu.store.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which process instances; None means any."""

    district: str
    process_key: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Opened before."""
    finished_only: bool = False


def page(tx: Transaction, wanted: Wanted, after: tuple[datetime, str] | None, limit: int) -> Sequence[Head]:
    """Return heads, oldest first (keyset by opening instant and id); trial runs are left out."""
    table = case_instance.c
    statement = select(*HEAD_COLUMNS).where(table.district == wanted.district, table.is_trial.is_(False))
    if wanted.process_key is not None:
        statement = statement.where(table.process_key == wanted.process_key)
    if wanted.since is not None:
        statement = statement.where(table.opened_at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(table.opened_at < wanted.until)
    if wanted.finished_only:
        statement = statement.where(table.ended_at.is_not(None))
    if after is not None:
        at, number = after
        statement = statement.where(or_(table.opened_at > at, and_(table.opened_at == at, table.id > number)))
    statement = statement.order_by(table.opened_at, table.id).limit(limit)
    return [head_from(row) for row in tx.execute(statement)]
