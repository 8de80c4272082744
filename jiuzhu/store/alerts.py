"""Alerts across cases: the lists of groups and districts, and how many of them nobody has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select

from jiuzhu.domain.rows import Alert
from jiuzhu.store.kinds import SEQ, TABLES, row_from
from jiuzhu.store.transaction import Transaction

_TABLE = TABLES[Alert]
_ALERT = _TABLE.c


@dataclass(frozen=True, kw_only=True)
class AlertFilter:
    """Whose lists are asked for: alerts of any of these groups, or of any of these districts."""

    groups: Sequence[str] = ()
    districts: Sequence[str] = ()
    not_cases: Sequence[str] = ()
    """Cases from which the person keeps out."""
    state: str = "open"


def page(tx: Transaction, wanted: AlertFilter, limit: int) -> Sequence[Alert]:
    """Return alerts, newest first."""
    statement = _filtered(select(_TABLE), wanted).order_by(_ALERT.raised_at.desc(), _ALERT[SEQ].desc()).limit(limit)
    return [row_from(Alert, record) for record in tx.execute(statement)]


def count(tx: Transaction, wanted: AlertFilter) -> int:
    """Return how many alerts match."""
    return int(tx.execute(_filtered(select(func.count()).select_from(_TABLE), wanted)).scalar_one())


def by_number(tx: Transaction, alert_no: str) -> Alert | None:
    """Return an alert by its number."""
    record = tx.execute(select(_TABLE).where(_ALERT.alert_no == alert_no)).one_or_none()
    return None if record is None else row_from(Alert, record)


def _filtered(statement: Select[Any], wanted: AlertFilter) -> Select[Any]:
    lists = [_ALERT.alert_group.in_(list(wanted.groups))]
    if wanted.districts:
        lists.append(_ALERT.district.in_(list(wanted.districts)))
    statement = statement.where(or_(*lists), _ALERT.state == wanted.state)
    if wanted.not_cases:
        statement = statement.where(_ALERT.case_no.not_in(list(wanted.not_cases)))
    return statement
