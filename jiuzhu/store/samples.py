"""Draws and their households across records: what waits for its check, what is all checked, what a page lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select, update

from jiuzhu.domain.rows import Draw, SampleItem
from jiuzhu.store.kinds import TABLES, row_from
from jiuzhu.store.transaction import Transaction

_DRAW, _ITEM = TABLES[Draw], TABLES[SampleItem]
_D, _I = _DRAW.c, _ITEM.c
UNCHECKED = ("drawn", "checking")


def to_start(tx: Transaction, again: datetime, limit: int) -> Sequence[SampleItem]:
    """Return drawn households whose check has not begun; what failed when its last try is before ``again``."""
    statement = (
        select(_ITEM)
        .join(_DRAW, _D.draw_no == _I.draw_no)
        .where(_I.state == "drawn", _D.state == "drawn", or_(_I.tried_at.is_(None), _I.tried_at < again))
        .order_by(_I.seq)
        .limit(limit)
    )
    return [row_from(SampleItem, record) for record in tx.execute(statement)]


def take(tx: Transaction, item: SampleItem, now: datetime) -> bool:
    """Take an item for starting; False when another has."""
    taken = tx.execute(
        update(_ITEM)
        .where(_I.draw_no == item.draw_no, _I.member == item.member, _I.state == "drawn")
        .values(state="checking", started_at=now, fault="")
    )
    return bool(taken.rowcount == 1)


def all_checked(tx: Transaction, limit: int) -> Sequence[str]:
    """Return the draws of which nothing is unchecked and whose record was not told so."""
    open_one = exists().where(_I.draw_no == _D.draw_no, _I.state.in_(UNCHECKED))
    statement = select(_D.draw_no).where(_D.state == "drawn", _D.woken_at.is_(None), _D.sample_count > 0, ~open_one)
    return [str(row.draw_no) for row in tx.execute(statement.limit(limit))]


def take_waking(tx: Transaction, draw_no: str, now: datetime) -> bool:
    """Take a draw for being told; False when another has."""
    taken = tx.execute(
        update(_DRAW).where(_D.draw_no == draw_no, _D.woken_at.is_(None), _D.state == "drawn").values(woken_at=now)
    )
    return bool(taken.rowcount == 1)


def page(tx: Transaction, district: str, towns: Sequence[str] | None, limit: int) -> Sequence[Draw]:
    """Return a district's draws, latest first; ``towns``: only those of these towns, when they are drawn."""
    statement = select(_DRAW).where(_D.district == district)
    if towns is not None:
        theirs = exists().where(_I.draw_no == _D.draw_no, _I.town.in_(list(towns)))
        statement = statement.where(theirs, _D.state.in_(("checked", "closed")))
    return [row_from(Draw, record) for record in tx.execute(statement.order_by(_D.seq.desc()).limit(limit))]
