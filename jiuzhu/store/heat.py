"""Visits of a process's elements over a period, for the heat map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, and_, case, func, or_, select

from jiuzhu.store.listing import Scope
from jiuzhu.store.tables import case_instance, passage, submission
from jiuzhu.store.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which visits: of a process (also where it was called), begun in a span, within a scope."""

    process_key: str
    scope: Scope
    since: datetime
    until: datetime
    """Begun before."""
    town: str = ""


@dataclass(frozen=True, kw_only=True)
class Span:
    """One visit: begun, and left (None while it lasts)."""

    element: str
    name: str
    element_type: str
    definition: str
    begun: datetime
    left: datetime | None


def spans(tx: Transaction, wanted: Wanted) -> Sequence[Span]:
    """Return the visits; those that were cancelled are left out, and trial runs are."""
    left = passage.alias("left")
    cancelled = passage.alias("cancelled")
    statement = (
        select(
            passage.c.element_id.label("element"),
            passage.c.name,
            passage.c.element_type,
            case_instance.c.definition,
            passage.c.at.label("begun"),
            left.c.at.label("left"),
        )
        .join(case_instance, case_instance.c.id == passage.c.case_id)
        .outerjoin(left, and_(_same(left), left.c.what == "completed"))
        .outerjoin(cancelled, and_(_same(cancelled), cancelled.c.what == "cancelled"))
        .where(passage.c.what == "entered", passage.c.process_key == wanted.process_key, cancelled.c.id.is_(None))
        .where(passage.c.at >= wanted.since, passage.c.at < wanted.until, *_within(wanted))
        .where(or_(left.c.id.is_not(None), case_instance.c.ended_at.is_(None)))
    )
    return [Span(**row._mapping) for row in tx.execute(statement)]


def late(tx: Transaction, wanted: Wanted) -> dict[str, tuple[int, int]]:
    """Return element → (forms completed, of them after their date) in the span."""
    table = submission.c
    is_late = func.sum(case((table.due < table.at, 1), else_=0))
    statement = (
        select(table.element_id, func.count().label("done"), is_late.label("late"))
        .join(case_instance, case_instance.c.id == table.case_id)
        .where(table.process_key == wanted.process_key, table.due.is_not(None))
        .where(table.at >= wanted.since, table.at < wanted.until, *_within(wanted))
        .group_by(table.element_id)
    )
    return {row.element_id: (row.done, int(row.late or 0)) for row in tx.execute(statement)}


def _same(other: FromClause) -> ColumnElement[bool]:
    return and_(other.c.case_id == passage.c.case_id, other.c.task_id == passage.c.task_id)


def _within(wanted: Wanted) -> list[ColumnElement[bool]]:
    scope = wanted.scope
    table = case_instance.c
    rules: list[ColumnElement[bool]] = [
        table.is_trial.is_(False),
        or_(
            table.district.in_(list(scope.districts)),
            table.town.in_(list(scope.towns)),
            table.village.in_(list(scope.villages)),
        ),
    ]
    if wanted.town:
        rules.append(table.town == wanted.town)
    return rules
