"""Limits of a year as the tables have them: what was late, the leads about it, how much work steady households are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func, or_, select

from jiuzhu.domain.rows import CampaignItem, Occurrence
from jiuzhu.store.kinds import TABLES
from jiuzhu.store.tables import audit, case_instance, submission
from jiuzhu.store.transaction import Transaction

_TURN = TABLES[Occurrence].c
_ITEM = TABLES[CampaignItem].c


@dataclass(frozen=True, kw_only=True)
class Missed:
    """One limit that passed unkept."""

    subject: str
    """Schedule of a turn, form of an item."""
    number: str
    """The turn's own number, the item's record."""
    names: frozenset[str]
    """Numbers under which a lead may name it."""


def missed_turns(tx: Transaction, district: str, now: datetime) -> Sequence[Missed]:
    """Return the calendar's turns that were marked late, or should have been by now, whatever came of them later."""
    statement = select(_TURN.schedule, _TURN.occurrence_no, _TURN.record_no).where(
        _TURN.district == district,
        or_(_TURN.late_at.is_not(None), (_TURN.due_at < now) & _TURN.state.in_(("due", "started", "missed"))),
    )
    return [
        Missed(
            subject=row.schedule,
            number=row.occurrence_no,
            names=frozenset({row.occurrence_no, row.record_no}) - {""},
        )
        for row in tx.execute(statement.order_by(_TURN.due_at, _TURN.occurrence_no))
    ]


def missed_items(tx: Transaction, district: str) -> Sequence[Missed]:
    """Return the items that were completed after their date."""
    table = submission.c
    statement = (
        select(table.form, table.record_no, table.case_no)
        .join(case_instance, case_instance.c.id == table.case_id)
        .where(case_instance.c.district == district, table.due.is_not(None), table.at > table.due)
    )
    return [
        Missed(subject=row.form, number=row.record_no, names=frozenset({row.record_no, row.case_no}))
        for row in tx.execute(statement.order_by(table.sequence))
    ]


def lead_sources(tx: Transaction, district: str) -> frozenset[str]:
    """Return the numbers about which a lead against staff was opened (the chain of responsibility was drawn)."""
    statement = select(audit.c.facts).join(case_instance, case_instance.c.record_no == audit.c.record_no)
    statement = statement.where(case_instance.c.district == district, audit.c.act == "chain")
    facts: Sequence[Mapping[str, Any]] = [orjson.loads(row.facts) for row in tx.execute(statement)]
    return frozenset(str(one["source"]) for one in facts if one.get("source"))


def items_of_steady_households(tx: Transaction, district: str) -> Sequence[int]:
    """Return how many items people completed in each household's review that found nothing changed."""
    counted = func.count(submission.c.id).label("items")
    statement = (
        select(_ITEM.record_no, counted)
        .outerjoin(submission, submission.c.record_no == _ITEM.record_no)
        .where(_ITEM.district == district, _ITEM.result == "keep", _ITEM.record_no != "")
        .group_by(_ITEM.record_no)
    )
    return [row.items for row in tx.execute(statement.order_by(_ITEM.record_no))]
