"""The sandbox of trial runs: rows that record tasks of a deployer's trial cases write lie apart from the record.

A transaction that has a trial case in hand is a trial's as a whole (``mark``): its shelf reads the record with the
deployer's own trial rows laid over it, and writes only those. Nothing that counts, lists or publishes the record looks
here, so no trial is ever in a register, a statistic, a schedule or on a public page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import delete, insert, select

from jiuzhu.domain.rows import KINDS, Row
from jiuzhu.errors import Conflict
from jiuzhu.store.kinds import key_of, names_of
from jiuzhu.store.tables import (
    attachment,
    audit,
    case_instance,
    draft,
    incident,
    message_row,
    passage,
    recusal,
    signature,
    submission,
    trial_row,
    waiting,
    work_item,
)
from jiuzhu.store.transaction import Transaction

TRIAL = "trial"
BY_TABLE: Mapping[str, type[Row]] = {kind.table: kind for kind in KINDS}


def mark(tx: Transaction, owner: str) -> None:
    """Say that this transaction works on trial cases of a deployer ('' for a real case).

    Raises Conflict when it has something else in hand: a trial and a real case never act on each other.
    """
    if tx.cache.setdefault(TRIAL, owner) != owner:
        raise Conflict("试运行的案件不能和别的案件一起办理。")


def look(tx: Transaction, owner: str) -> None:
    """Lay the sandbox over what this transaction reads when it looks at a trial; acts on nothing, refuses nothing."""
    if owner:
        tx.cache.setdefault(TRIAL, owner)


def owner_of(tx: Transaction) -> str:
    """Return whose trial this transaction works on, '' when on none."""
    owner: str = tx.cache.get(TRIAL, "")
    return owner


def rows_of(tx: Transaction, owner: str) -> list[tuple[int, Row]]:
    """Return a deployer's trial rows, oldest first."""
    statement = select(trial_row).where(trial_row.c.owner == owner).order_by(trial_row.c.place)
    return [(row.place, _row(row.kind, row.content)) for row in tx.execute(statement)]


def put(tx: Transaction, owner: str, rows: Iterable[tuple[int, Row]]) -> None:
    """Store rows (place, row), each instead of what has its key."""
    for place, row in rows:
        kind, key = type(row).table, _key(row)
        where = (trial_row.c.owner == owner, trial_row.c.kind == kind, trial_row.c.key == key)
        tx.execute(delete(trial_row).where(*where))
        content = {name: _plain(getattr(row, name)) for name in names_of(type(row))}
        entry = {"owner": owner, "kind": kind, "key": key, "place": place, "content": content}
        tx.execute(insert(trial_row), entry)


def remove(tx: Transaction, owner: str, case_no: str) -> None:
    """Delete a trial case with everything that belongs to it, and the deployer's rows when it was the last."""
    table = case_instance
    where = (table.c.case_no == case_no, table.c.is_trial, table.c.opened_by == owner)
    ids = list(tx.execute(select(table.c.id).where(*where)).scalars())
    if not ids:
        return
    tasks = list(tx.execute(select(work_item.c.task_id).where(work_item.c.case_id.in_(ids))).scalars())
    tx.execute(delete(draft).where(draft.c.subject.in_(tasks)))
    for one in (work_item, waiting, incident, passage):
        tx.execute(delete(one).where(one.c.case_id.in_(ids)))
    for other in (message_row, submission, signature, attachment, audit, recusal):
        tx.execute(delete(other).where(other.c.case_no == case_no))
    tx.execute(delete(table).where(table.c.id.in_(ids)))
    left = tx.execute(select(table.c.id).where(table.c.is_trial, table.c.opened_by == owner).limit(1)).first()
    gone = [row for _, row in rows_of(tx, owner) if left is None or getattr(row, "case_no", None) == case_no]
    for row in gone:
        kind, key = type(row).table, _key(row)
        tx.execute(
            delete(trial_row).where(trial_row.c.owner == owner, trial_row.c.kind == kind, trial_row.c.key == key)
        )


def _key(row: Row) -> str:
    return orjson.dumps([_plain(one) for one in key_of(row)]).decode()


def _row(kind: str, content: Mapping[str, Any]) -> Row:
    return BY_TABLE[kind](**{name: _value(one) for name, one in content.items()})


def _plain(value: Any) -> Any:
    """Return a value as JSON that says which Python type it was."""
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, datetime):
        return {"$instant": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Mapping):
        return {"$map": {str(key): _plain(one) for key, one in value.items()}}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(one) for one in value]
    return value


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return [_value(one) for one in plain]
    if not isinstance(plain, dict):
        return plain
    kind, content = next(iter(plain.items()))
    if kind == "$map":
        return {key: _value(one) for key, one in content.items()}
    readers: Mapping[str, Any] = {
        "$decimal": Decimal,
        "$instant": datetime.fromisoformat,
        "$date": date.fromisoformat,
    }
    return readers[kind](content)
