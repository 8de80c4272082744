"""Subscriptions to messages of cases which another engine runs, in our table of waits as long as they last there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from jiuzhu.store import cases
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.tables import foreign_instance, waiting
from jiuzhu.store.transaction import Transaction


def one(tx: Transaction, task_id: str) -> Mapping[str, Any] | None:
    """Return one subscription to a message."""
    found = [
        dict(row._mapping)
        for row in tx.execute(select(waiting).where(waiting.c.task_id == task_id, waiting.c.kind == "message"))
    ]
    return found[0] if found else None


def note(tx: Transaction, live: LiveCase, row: Mapping[str, Any]) -> None:
    """Note that a case which another engine runs waits for a message there."""
    whose = {"case_id": live.id, "case_no": live.case_no, "record_no": live.record_no, "district": live.district}
    tx.execute(insert(waiting), {"kind": "message", "inputs": {}, **whose, **row})
    live.open_waiting = [*live.open_waiting, f"message:{row['task_id']}"]
    cases.keep(tx, live)


def forget(tx: Transaction, live: LiveCase, task_ids: Sequence[str]) -> None:
    """Note that a case which another engine runs waits for these no more."""
    tx.execute(delete(waiting).where(waiting.c.kind == "message", waiting.c.task_id.in_(list(task_ids))))
    gone = {f"message:{one}" for one in task_ids}
    live.open_waiting = [one for one in live.open_waiting if one not in gone]
    cases.keep(tx, live)


def all_of(tx: Transaction, names: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """Return the noted subscriptions of cases which another engine runs."""
    statement = (
        select(waiting.c.task_id, waiting.c.case_id)
        .join(foreign_instance, foreign_instance.c.case_id == waiting.c.case_id)
        .where(waiting.c.kind == "message", waiting.c.message.in_(list(names)))
    )
    return [dict(row._mapping) for row in tx.execute(statement)]
