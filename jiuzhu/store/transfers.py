"""What was sent to other systems, over all cases of a district or town, and what they have not been told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, func, or_, select

from jiuzhu.domain.rows import Recipient, TakeoverLine, Transmission
from jiuzhu.store.kinds import SEQ, TABLES
from jiuzhu.store.listing import Scope
from jiuzhu.store.tables import case_instance, waiting
from jiuzhu.store.transaction import Transaction

_SENT, _RECIPIENTS, _IMPORTED = TABLES[Transmission], TABLES[Recipient], TABLES[TakeoverLine]
TOPICS = ("external_sync", "monthly_transfer")


def page(tx: Transaction, scope: Scope, target: str, limit: int) -> Sequence[dict[str, Any]]:
    """Return what was sent, newest first, with the case's place."""
    statement = (
        select(_SENT, case_instance.c.district, case_instance.c.town)
        .join(case_instance, case_instance.c.record_no == _SENT.c.case_no)
        .where(
            or_(
                case_instance.c.district.in_(list(scope.districts)),
                case_instance.c.town.in_(list(scope.towns)),
            )
        )
    )
    if target:
        statement = statement.where(_SENT.c.target == target)
    return [dict(row._mapping) for row in tx.execute(statement.order_by(_SENT.c[SEQ].desc()).limit(limit))]


def under_way(tx: Transaction, scope: Scope) -> Sequence[dict[str, Any]]:
    """Return the transfers that have not come through yet: waiting for a worker, tried again, or stuck."""
    columns = (
        waiting.c.task_id, waiting.c.case_no, waiting.c.name, waiting.c.attempt, waiting.c.retries_left,
        waiting.c.error, waiting.c.opened_at,
    )  # fmt: skip
    statement = (
        select(*columns, case_instance.c.town)
        .join(case_instance, case_instance.c.id == waiting.c.case_id)
        .where(
            waiting.c.kind == "job",
            waiting.c.held.is_(False),
            waiting.c.topic.in_(TOPICS),
            or_(
                waiting.c.district.in_(list(scope.districts)),
                case_instance.c.town.in_(list(scope.towns)),
            ),
        )
        .order_by(waiting.c.opened_at, waiting.c.task_id)
    )
    return [dict(row._mapping) for row in tx.execute(statement)]


def not_told(tx: Transaction, scope: Scope) -> Sequence[dict[str, Any]]:
    """Return the recipients whose row is newer than what the other system was told last, or of whom it was not told."""
    told = (
        select(_SENT.c.record_ref, func.max(_SENT.c.version).label("version"), func.max(_SENT.c.sent_at).label("at"))
        .where(_SENT.c.target == "recipient", _SENT.c.state != "empty")
        .group_by(_SENT.c.record_ref)
        .subquery()
    )
    columns = (
        _RECIPIENTS.c.recipient_no, _RECIPIENTS.c.case_no, _RECIPIENTS.c.town, _RECIPIENTS.c.programme,
        _RECIPIENTS.c.version, told.c.version.label("told_version"), told.c.at.label("told_at"),
        _RECIPIENTS.c.next_review,
        exists().where(_IMPORTED.c.recipient_no == _RECIPIENTS.c.recipient_no).label("imported"),
    )  # fmt: skip
    statement = (
        select(*columns)
        .join(told, told.c.record_ref == _RECIPIENTS.c.recipient_no, isouter=True)
        .where(
            or_(
                _RECIPIENTS.c.district.in_(list(scope.districts)),
                _RECIPIENTS.c.town.in_(list(scope.towns)),
            ),
            or_(told.c.version.is_(None), told.c.version < _RECIPIENTS.c.version),
        )
        .order_by(_RECIPIENTS.c[SEQ])
    )
    return [dict(row._mapping) for row in tx.execute(statement)]
