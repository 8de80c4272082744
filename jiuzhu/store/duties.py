"""Obligations across cases: which dates have passed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from jiuzhu.domain.rows import Obligation
from jiuzhu.store.kinds import TABLES
from jiuzhu.store.transaction import Transaction

_OBLIGATION = TABLES[Obligation].c


def overdue_records(tx: Transaction, now: datetime, limit: int) -> Sequence[str]:
    """Return the record numbers that owe a date that has passed and was not marked late yet."""
    statement = (
        select(_OBLIGATION.record_no)
        .where(_OBLIGATION.state == "open", _OBLIGATION.due_at < now)
        .distinct()
        .order_by(_OBLIGATION.record_no)
        .limit(limit)
    )
    return list(tx.execute(statement).scalars())
