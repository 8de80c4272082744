"""Errands as foreign workers see them: found by their topic's filters, locked one lock duration a topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update

from jiuzhu.store.tables import case_instance, definition, waiting
from jiuzhu.store.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a worker asks of one topic; None and () mean any."""

    topic: str
    lease: timedelta
    business_key: str | None = None
    process_keys: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    version_tag: str | None = None
    tenants: tuple[str, ...] = ()
    no_tenant: bool = False


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a list of errands asks; None means any."""

    id: str | None = None
    topic: str | None = None
    worker: str | None = None
    process_instance: str | None = None
    process_key: str | None = None
    activity: str | None = None
    locked: bool | None = None
    retries_left: bool | None = None


def _joined() -> Select[Any]:
    return (
        select(
            waiting,
            case_instance.c.definition.label("definition_id"),
            case_instance.c.process_key.label("root_key"),
            definition.c.version_tag.label("version_tag"),
            definition.c.tenant.label("tenant"),
        )
        .join(case_instance, case_instance.c.id == waiting.c.case_id)
        .join(definition, definition.c.id == case_instance.c.definition)
        .where(waiting.c.kind == "job", waiting.c.held.is_(False))
    )


def _free(now: datetime) -> ColumnElement[bool]:
    return and_(
        waiting.c.held.is_(False),
        waiting.c.available_at <= now,
        or_(waiting.c.retries_left.is_(None), waiting.c.retries_left > 0),
        or_(waiting.c.owner.is_(None), waiting.c.lease_until < now),
    )


def _suits(wanted: Wanted) -> ColumnElement[bool]:
    rules: list[ColumnElement[bool]] = [waiting.c.topic == wanted.topic]
    if wanted.business_key is not None:
        rules.append(waiting.c.case_no == wanted.business_key)
    if wanted.process_keys:
        rules.append(case_instance.c.process_key.in_(wanted.process_keys))
    if wanted.definitions:
        rules.append(case_instance.c.definition.in_(wanted.definitions))
    if wanted.version_tag is not None:
        rules.append(definition.c.version_tag == wanted.version_tag)
    if wanted.no_tenant:
        rules.append(definition.c.tenant.is_(None))
    elif wanted.tenants:
        rules.append(definition.c.tenant.in_(wanted.tenants))
    return and_(*rules)


def free(
    tx: Transaction,
    wanted: Sequence[Wanted],
    districts: Sequence[str],
    now: datetime,
    *,
    by_priority: bool,
    newest_first: bool,
    limit: int,
) -> Sequence[Mapping[str, Any]]:
    """Return errands of these districts that anybody may lock and that suit one of the topics."""
    order = [waiting.c.opened_at.desc() if newest_first else waiting.c.opened_at, waiting.c.task_id]
    if by_priority:
        order.insert(0, waiting.c.priority.desc())
    suits = or_(*(_suits(one) for one in wanted))
    statement = _joined().where(_free(now), waiting.c.district.in_(list(districts)), suits).order_by(*order)
    return [dict(row._mapping) for row in tx.execute(statement.limit(limit))]


def lock(tx: Transaction, task_id: str, worker: str, now: datetime, until: datetime) -> bool:
    """Lock an errand that is free; False when somebody else was faster."""
    done = tx.execute(
        update(waiting)
        .where(waiting.c.task_id == task_id, waiting.c.kind == "job", _free(now))
        .values(owner=worker, lease_until=until, attempt=waiting.c.attempt + 1)
    )
    return done.rowcount == 1


def change(tx: Transaction, task_id: str, **values: Any) -> None:
    """Set columns of an errand."""
    tx.execute(update(waiting).where(waiting.c.task_id == task_id, waiting.c.kind == "job").values(**values))


def next_free(tx: Transaction, topics: Sequence[str], now: datetime) -> datetime | None:
    """Return when the next errand of these topics becomes free by the clock alone."""
    here = and_(waiting.c.kind == "job", waiting.c.topic.in_(list(topics)))
    moments = [
        tx.execute(select(func.min(column)).where(here, column > now)).scalar_one()
        for column in (waiting.c.lease_until, waiting.c.available_at)
    ]
    known = [one for one in moments if one is not None]
    return min(known) if known else None


def page(
    tx: Transaction, asked: Filter, districts: Sequence[str], now: datetime, first: int, limit: int | None
) -> Sequence[Mapping[str, Any]]:
    """Return errands, oldest first."""
    statement = _where(_joined(), asked, districts, now).order_by(waiting.c.opened_at, waiting.c.task_id)
    statement = statement.offset(first)
    if limit is not None:
        statement = statement.limit(limit)
    return [dict(row._mapping) for row in tx.execute(statement)]


def count(tx: Transaction, asked: Filter, districts: Sequence[str], now: datetime) -> int:
    """Return how many errands there are."""
    found = _where(_joined(), asked, districts, now).subquery()
    return int(tx.execute(select(func.count()).select_from(found)).scalar_one())


def _where(statement: Select[Any], asked: Filter, districts: Sequence[str], now: datetime) -> Select[Any]:
    statement = statement.where(waiting.c.district.in_(list(districts)))
    for column, value in (
        (waiting.c.task_id, asked.id),
        (waiting.c.topic, asked.topic),
        (waiting.c.owner, asked.worker),
        (waiting.c.case_id, asked.process_instance),
        (case_instance.c.process_key, asked.process_key),
        (waiting.c.element_id, asked.activity),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if asked.locked is not None:
        held = and_(waiting.c.owner.is_not(None), waiting.c.lease_until >= now)
        statement = statement.where(held if asked.locked else ~func.coalesce(held, False))
    if asked.retries_left is not None:
        some = or_(waiting.c.retries_left.is_(None), waiting.c.retries_left > 0)
        statement = statement.where(some if asked.retries_left else waiting.c.retries_left == 0)
    return statement
