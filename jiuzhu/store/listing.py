"""Lists of cases: heads without state, filtered by what a person may read, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, false, or_, select

from jiuzhu.store.casefile import file_of
from jiuzhu.store.cases import HEAD_COLUMNS, Head, head_from
from jiuzhu.store.tables import case_instance
from jiuzhu.store.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Places whose cases may be read."""

    districts: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """What a page of cases asks for; None = not asked."""

    scope: Scope
    text: str | None = None
    status: str | None = None
    programme: str | None = None
    process_key: str | None = None
    running: bool | None = None
    applications_only: bool = True
    not_cases: Sequence[str] = ()
    """Cases from which the person keeps out."""
    trials_of: str = ""
    """Person whose trial cases are listed besides; those of others never are."""


def page(tx: Transaction, wanted: CaseFilter, *, before: tuple[datetime, str] | None, limit: int) -> Sequence[Head]:
    """Return heads, newest first (keyset by opening instant and id)."""
    table = case_instance.c
    scope = wanted.scope
    places = [
        column.in_(list(ids))
        for column, ids in (
            (table.district, scope.districts),
            (table.town, scope.towns),
            (table.village, scope.villages),
        )
        if ids
    ]
    own_trial = and_(table.is_trial, table.opened_by == wanted.trials_of)
    real = and_(table.is_trial.is_(False), or_(*places) if places else false())
    statement = select(*HEAD_COLUMNS).where(or_(real, own_trial) if wanted.trials_of else real)
    if wanted.not_cases:
        statement = statement.where(table.case_no.not_in(list(wanted.not_cases)))
    if wanted.applications_only:
        statement = statement.where(table.is_application)
    for column, value in (
        (table.status, wanted.status),
        (table.programme, wanted.programme),
        (table.process_key, wanted.process_key),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.running is not None:
        statement = statement.where(table.ended_at.is_(None) if wanted.running else table.ended_at.is_not(None))
    if wanted.text:
        named = table.applicant_index == tx.keyring.index(wanted.text)
        statement = statement.where(or_(table.record_no.like(f"%{wanted.text}%"), named))
    if before is not None:
        at, case_id = before
        statement = statement.where(or_(table.opened_at < at, and_(table.opened_at == at, table.id < case_id)))
    statement = statement.order_by(table.opened_at.desc(), table.id.desc()).limit(limit)
    return [head_from(row) for row in tx.execute(statement)]


def household(tx: Transaction, case_no: str) -> Sequence[Head]:
    """Return all process instances of a household, oldest first."""
    statement = select(*HEAD_COLUMNS).where(case_instance.c.case_no == case_no)
    return [head_from(row) for row in tx.execute(statement.order_by(case_instance.c.opened_at, case_instance.c.id))]


def record_numbers(tx: Transaction, case_no: str) -> Sequence[str]:
    """Return the numbers of a household's stored process instances."""
    file = file_of(tx)
    if file is not None and case_no in file.cases:
        return [row["record_no"] for _, row in file.rows(case_instance) if row["case_no"] == case_no]
    statement = select(case_instance.c.record_no).where(case_instance.c.case_no == case_no)
    return list(tx.execute(statement).scalars())


def by_record(tx: Transaction, record_no: str) -> Head | None:
    """Return one head by its number."""
    row = tx.execute(select(*HEAD_COLUMNS).where(case_instance.c.record_no == record_no)).one_or_none()
    return None if row is None else head_from(row)


def by_ids(tx: Transaction, case_ids: Sequence[str]) -> dict[str, Head]:
    """Return heads by the instances' ids."""
    rows = tx.execute(select(*HEAD_COLUMNS).where(case_instance.c.id.in_(list(case_ids))))
    return {row.id: head_from(row) for row in rows}


def by_records(tx: Transaction, numbers: Sequence[str]) -> dict[str, Head]:
    """Return heads by the instances' numbers."""
    rows = tx.execute(select(*HEAD_COLUMNS).where(case_instance.c.record_no.in_(list(numbers))))
    return {row.record_no: head_from(row) for row in rows}


def by_once(tx: Transaction, once: str) -> Head | None:
    """Return the instance that an earlier identical click has started."""
    row = tx.execute(select(*HEAD_COLUMNS).where(case_instance.c.once == once)).one_or_none()
    return None if row is None else head_from(row)
