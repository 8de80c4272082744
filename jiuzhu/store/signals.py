"""Who waits for a signal: rows of ``waiting`` that a throw marks (``available_at`` = when it was thrown)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from jiuzhu.store import trials
from jiuzhu.store.tables import case_instance, incident, waiting
from jiuzhu.store.transaction import Transaction


def mark(tx: Transaction, signal: str, *, district: str, but: str, at: datetime) -> None:
    """Mark what waits for a signal in a district (or in no district), except in the case that throws it.

    Trials hear only their own deployer's, real cases only real ones.
    """
    owner = trials.owner_of(tx)
    ours = select(case_instance.c.id).where(case_instance.c.is_trial, case_instance.c.opened_by == owner)
    statement = update(waiting).where(
        waiting.c.kind == "signal",
        waiting.c.message == signal,
        waiting.c.district.in_({district, ""}),
        waiting.c.case_id != but,
        waiting.c.available_at.is_(None),
        waiting.c.case_id.in_(ours) if owner else waiting.c.held.is_(False),
    )
    tx.execute(statement.values(available_at=at))


def marked(tx: Transaction, limit: int) -> Sequence[str]:
    """Return the tasks that were marked and have no open incident, first thrown first."""
    broken = select(incident.c.task_id).where(incident.c.closed_at.is_(None), incident.c.kind == "signal")
    statement = (
        select(waiting.c.task_id)
        .where(waiting.c.kind == "signal", waiting.c.available_at.is_not(None), waiting.c.task_id.not_in(broken))
        .order_by(waiting.c.available_at, waiting.c.task_id)
        .limit(limit)
    )
    return list(tx.execute(statement).scalars())
