"""What was done: the audit chain of a case, the office's own acts, the passages through the diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, insert, select

from jiuzhu.store.tables import audit, office_audit, passage, refusal
from jiuzhu.store.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """One line of a chain as stored; ``facts`` is the canonical text that was hashed."""

    record_no: str
    seq: int
    case_no: str
    at: datetime
    true_at: datetime
    actor: str
    actor_name: str
    act: str
    sentence: str
    facts: str
    previous: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class PassageRow:
    """One entered, completed or cancelled element."""

    step: int
    what: str
    process_key: str
    element_id: str
    element_type: str
    name: str
    task_id: str
    parent_task_id: str | None
    flow: str
    person: str
    at: datetime


_AUDIT = [column for column in audit.c]  # noqa: C416
_PASSAGE = [column for column in passage.c if column.name not in {"id", "case_id"}]
_CHAIN = select(*_AUDIT).where(audit.c.record_no == bindparam("record_no")).order_by(audit.c.seq)
_HOUSEHOLD = (
    select(*_AUDIT)
    .where(audit.c.case_no == bindparam("case_no"))
    .order_by(audit.c.true_at, audit.c.record_no, audit.c.seq)
)
_PASSAGES = select(*_PASSAGE).where(passage.c.case_id == bindparam("case_id")).order_by(passage.c.id)


def add_line(tx: Transaction, row: AuditRow) -> None:
    """Queue a line of a case's chain."""
    tx.later(audit, vars(row))


def chain(tx: Transaction, record_no: str) -> Sequence[AuditRow]:
    """Return the chain of one process instance."""
    return [AuditRow(**row._mapping) for row in tx.execute(_CHAIN, {"record_no": record_no})]


def lines_of_household(tx: Transaction, case_no: str) -> Sequence[AuditRow]:
    """Return the lines of all process instances of a household, oldest first."""
    return [AuditRow(**row._mapping) for row in tx.execute(_HOUSEHOLD, {"case_no": case_no})]


def add_passage(tx: Transaction, case_id: str, row: PassageRow) -> None:
    """Queue a passage."""
    tx.later(passage, {"case_id": case_id, **vars(row)})


def passages(tx: Transaction, case_id: str) -> Sequence[PassageRow]:
    """Return the way that a process instance took."""
    return [PassageRow(**row._mapping) for row in tx.execute(_PASSAGES, {"case_id": case_id})]


def note_office_act(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Write an act that belongs to no case: login, clock, deployment, user."""
    tx.execute(insert(office_audit), dict(row))


def office_acts(tx: Transaction, limit: int) -> Sequence[Mapping[str, Any]]:
    """Return the latest acts that belong to no case."""
    rows = tx.execute(select(office_audit).order_by(office_audit.c.id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]


def note_refusal(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Write what somebody was not allowed to do."""
    tx.execute(insert(refusal), dict(row))


def refusals(tx: Transaction, limit: int, whose: Select[Any] | None = None) -> Sequence[Mapping[str, Any]]:
    """Return the latest refusals; ``whose``: a question for the ids of the persons they are about."""
    found = select(refusal) if whose is None else select(refusal).where(refusal.c.actor.in_(whose))
    rows = tx.execute(found.order_by(refusal.c.id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]
