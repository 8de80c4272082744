"""Limits of a year as the tables have them: what was late, the leads about it, how much work steady households are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, func, or_, select

from jiuzhu.domain.rows import CampaignItem, Occurrence, ReviewSheet
from jiuzhu.store.kinds import TABLES
from jiuzhu.store.tables import audit, case_instance, submission
from jiuzhu.store.transaction import Transaction

_TURN = TABLES[Occurrence].c
_ITEM = TABLES[CampaignItem].c
_SHEET = TABLES[ReviewSheet].c
SHEET, SHEET_FORM = "sheet", "review_sheet"
"""Way of a household about which nothing has changed, and the form that confirms all of a village's at once."""


@dataclass(frozen=True, kw_only=True)
class Missed:
    """One limit that passed unkept."""

    subject: str
    """Schedule of a turn, form of an item."""
    number: str
    """The turn's own number, the item's record."""
    names: frozenset[str]
    """Numbers under which a lead may name it."""
    place: str
    """Whose limit it was: the turn's place, the record's town ('': the district's own)."""


def missed_turns(tx: Transaction, district: str, now: datetime) -> Sequence[Missed]:
    """Return the calendar's turns that were marked late, or should have been by now, whatever came of them later."""
    statement = select(_TURN.schedule, _TURN.occurrence_no, _TURN.record_no, _TURN.scope).where(
        _TURN.district == district,
        or_(_TURN.late_at.is_not(None), (_TURN.due_at < now) & _TURN.state.in_(("due", "started", "missed"))),
    )
    return [
        Missed(
            subject=row.schedule,
            number=row.occurrence_no,
            names=frozenset({row.occurrence_no, row.record_no}) - {""},
            place=row.scope.partition("/")[0],
        )
        for row in tx.execute(statement.order_by(_TURN.due_at, _TURN.occurrence_no))
    ]


def missed_items(tx: Transaction, district: str) -> Sequence[Missed]:
    """Return the items that were completed after their date."""
    table = submission.c
    statement = (
        select(table.form, table.record_no, table.case_no, case_instance.c.town)
        .join(case_instance, case_instance.c.id == table.case_id)
        .where(case_instance.c.district == district, table.due.is_not(None), table.at > table.due)
    )
    return [
        Missed(subject=row.form, number=row.record_no, names=frozenset({row.record_no, row.case_no}), place=row.town)
        for row in tx.execute(statement.order_by(table.sequence))
    ]


def lead_sources(tx: Transaction, district: str) -> frozenset[str]:
    """Return the numbers about which a lead against staff was opened (the chain of responsibility was drawn)."""
    statement = select(audit.c.facts).join(case_instance, case_instance.c.record_no == audit.c.record_no)
    statement = statement.where(case_instance.c.district == district, audit.c.act == "chain")
    facts: Sequence[Mapping[str, Any]] = [orjson.loads(row.facts) for row in tx.execute(statement)]
    return frozenset(str(one["source"]) for one in facts if one.get("source"))


def items_of_kept_households(tx: Transaction, district: str) -> Sequence[tuple[str, float]]:
    """Return way of review and how many items people completed for each household whose aid a review kept as it is.

    1. What was completed for the household alone counts in full; 2. what was completed for a village's whole list (the
    list, rounds of visits) is shared out over the list; 3. a sheet of unchanged households over those that stood on it.
    """
    statement = select(_ITEM.record_no, _ITEM.sheet_no, _ITEM.way, _ITEM.result).where(
        _ITEM.district == district, _ITEM.record_no != ""
    )
    found = tx.execute(statement.order_by(_ITEM.record_no)).all()
    listed = Counter(one.sheet_no for one in found)
    unchanged = Counter(one.sheet_no for one in found if one.way == SHEET)
    own: Counter[str] = Counter()
    for record_no, _, items in _completed(tx, _ITEM.record_no, _ITEM.record_no, _ITEM.district == district):
        own[record_no] += items
    shared: dict[str, float] = defaultdict(float)
    confirmed: dict[str, float] = defaultdict(float)
    for sheet_no, form, items in _completed(tx, _SHEET.sheet_no, _SHEET.record_no, _SHEET.district == district):
        if form == SHEET_FORM and unchanged[sheet_no]:
            confirmed[sheet_no] += items / unchanged[sheet_no]
        elif form != SHEET_FORM and listed[sheet_no]:
            shared[sheet_no] += items / listed[sheet_no]
    return [
        (one.way, own[one.record_no] + shared[one.sheet_no] + (confirmed[one.sheet_no] if one.way == SHEET else 0.0))
        for one in found
        if one.result == "keep"
    ]


def _completed(
    tx: Transaction, key: ColumnElement[str], record_no: ColumnElement[str], there: ColumnElement[bool]
) -> Sequence[tuple[str, str, int]]:
    """Return how many items of each form were completed in the records that a table names."""
    statement = select(key.label("place"), submission.c.form, func.count(submission.c.id).label("many"))
    statement = statement.join(submission, submission.c.record_no == record_no).where(there, record_no != "")
    rows = tx.execute(statement.group_by(key, submission.c.form).order_by(key, submission.c.form))
    return [(str(row.place), str(row.form), int(row.many)) for row in rows]
