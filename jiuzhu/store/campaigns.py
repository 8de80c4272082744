"""Campaign rows across cases: what may start, who waits for what a row says, how far everything is.

A question never loads a campaign's rows into the memory of a step: counts are counted by the database, and what is to
be done comes in portions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, update

from jiuzhu.domain.campaigns import OPEN_STATES
from jiuzhu.domain.rows import Campaign, CampaignItem, Recipient, ReviewLine, ReviewSheet
from jiuzhu.store.kinds import SEQ, TABLES, row_from
from jiuzhu.store.tables import waiting
from jiuzhu.store.transaction import Transaction

_CAMPAIGN, _ITEM, _SHEET, _LINE = (TABLES[kind] for kind in (Campaign, CampaignItem, ReviewSheet, ReviewLine))
_RECIPIENT = TABLES[Recipient]
CANCELLED = "review.cancelled"
MANY = 400


def running(tx: Transaction) -> Sequence[Campaign]:
    """Return the campaigns that may start households."""
    found = tx.execute(select(_CAMPAIGN).where(_CAMPAIGN.c.state == "running").order_by(_CAMPAIGN.c.campaign_no))
    return [row_from(Campaign, record) for record in found]


def one(tx: Transaction, campaign_no: str) -> Campaign | None:
    """Return a campaign."""
    record = tx.execute(select(_CAMPAIGN).where(_CAMPAIGN.c.campaign_no == campaign_no)).one_or_none()
    return None if record is None else row_from(Campaign, record)


def page(tx: Transaction, district: str, towns: Sequence[str], limit: int = 200) -> Sequence[Campaign]:
    """Return a district's campaigns, or those of some of its towns, latest first."""
    statement = select(_CAMPAIGN).where(_CAMPAIGN.c.district == district)
    if towns:
        statement = statement.where(_CAMPAIGN.c.town.in_(list(towns)))
    found = tx.execute(statement.order_by(_CAMPAIGN.c.started_at.desc(), _CAMPAIGN.c.campaign_no).limit(limit))
    return [row_from(Campaign, record) for record in found]


def set_state(tx: Transaction, campaign_no: str, before: str, **values: Any) -> bool:
    """Change a campaign that is still in a state; False when somebody else was faster."""
    done = tx.execute(
        update(_CAMPAIGN).where(_CAMPAIGN.c.campaign_no == campaign_no, _CAMPAIGN.c.state == before).values(**values)
    )
    return done.rowcount == 1


def sheets_to_start(tx: Transaction, campaign_no: str, again: datetime, limit: int) -> Sequence[str]:
    """Return the village sheets that have no process yet."""
    statement = select(_SHEET.c.sheet_no).where(
        _SHEET.c.campaign_no == campaign_no,
        _SHEET.c.state == "frozen",
        or_(_SHEET.c.tried_at.is_(None), _SHEET.c.tried_at < again),
    )
    return list(tx.execute(statement.order_by(_SHEET.c.sheet_no).limit(limit)).scalars())


def items_to_start(tx: Transaction, campaign_no: str, again: datetime, limit: int) -> Sequence[str]:
    """Return the households that have no process yet, sheet by sheet."""
    statement = select(_ITEM.c.item_no).where(
        _ITEM.c.campaign_no == campaign_no,
        _ITEM.c.state == "frozen",
        or_(_ITEM.c.tried_at.is_(None), _ITEM.c.tried_at < again),
    )
    return list(tx.execute(statement.order_by(_ITEM.c.sheet_no, _ITEM.c.item_no).limit(limit)).scalars())


def take_sheet(tx: Transaction, sheet_no: str) -> ReviewSheet | None:
    """Lock a sheet for starting; None when another has. The caller's transaction decides."""
    taken = tx.execute(
        update(_SHEET)
        .where(_SHEET.c.sheet_no == sheet_no, _SHEET.c.state == "frozen")
        .values(state="started", fault="")
    )
    if taken.rowcount != 1:
        return None
    return row_from(ReviewSheet, tx.execute(select(_SHEET).where(_SHEET.c.sheet_no == sheet_no)).one())


def take_items(tx: Transaction, numbers: Sequence[str], now: datetime) -> Sequence[CampaignItem]:
    """Lock households for starting: without those that another has, and none when the campaign was paused meanwhile."""
    going = select(_CAMPAIGN.c.campaign_no).where(_CAMPAIGN.c.state == "running")
    free = tx.execute(
        select(_ITEM.c.item_no)
        .where(_ITEM.c.item_no.in_(list(numbers)), _ITEM.c.state == "frozen", _ITEM.c.campaign_no.in_(going))
        .order_by(_ITEM.c.item_no)
        .with_for_update(of=_ITEM, skip_locked=True)
    )
    keys = list(free.scalars())
    if not keys:
        return []
    here = _ITEM.c.item_no.in_(keys)
    tx.execute(update(_ITEM).where(here).values(state="started", started_at=now, fault=""))
    return [row_from(CampaignItem, row) for row in tx.execute(select(_ITEM).where(here).order_by(_ITEM.c[SEQ]))]


def note_fault(tx: Transaction, number: str, fault: str, at: datetime) -> None:
    """Write why a sheet or household could not be started; it is tried again later and holds up nobody."""
    for table, key in ((_SHEET, _SHEET.c.sheet_no), (_ITEM, _ITEM.c.item_no)):
        tx.execute(update(table).where(key == number).values(fault=fault, tried_at=at))


def awaited(tx: Transaction) -> frozenset[str]:
    """Return the messages of a review that anybody waits for: mostly none, and then no row need be asked."""
    return frozenset(tx.execute(_AWAITED).scalars())


def told(tx: Transaction, message: str, limit: int) -> Sequence[Mapping[str, Any]]:
    """Return (case_id, task_id, item_no …) of the processes that wait for what a row already says.

    The row is asked, not an event: what a message has missed is delivered at the next look.
    """
    statement = _cancelled(tx) if message == CANCELLED else _QUESTIONS[message]()
    return [dict(row._mapping) for row in tx.execute(statement.limit(limit))]


def _subscribed(message: str, value: Any) -> Select[Any]:
    return (
        select(waiting.c.case_id, waiting.c.task_id, waiting.c.correlation_value)
        .where(waiting.c.kind == "message", waiting.c.message == message, waiting.c.correlation_value == value)
        .order_by(waiting.c.opened_at, waiting.c.task_id)
    )


def _visited() -> Select[Any]:
    return _subscribed("review.visited", _LINE.c.item_no).where(_LINE.c.visited_on.is_not(None))


def _confirmed() -> Select[Any]:
    found = _subscribed("review.confirmed", _LINE.c.item_no).where(_LINE.c.sheet_decision != "")
    return found.add_columns(_LINE.c.sheet_decision)


def _cancelled(tx: Transaction) -> Select[Any]:
    gone = [item.item_no for item, _ in _gone(tx) if item.state != "frozen"]
    return _subscribed(CANCELLED, waiting.c.correlation_value).where(waiting.c.correlation_value.in_(gone))


def _gone(tx: Transaction) -> Sequence[tuple[Any, date | None]]:
    """Return open items of households whose aid has ended, with the day: asked of the few, not of whole lists."""
    since = tx.execute(select(func.min(_CAMPAIGN.c.cut_off)).where(_CAMPAIGN.c.state != "closed")).scalar_one()
    if since is None:
        return []
    ended = select(_RECIPIENT.c.recipient_no, _RECIPIENT.c.ended_on).where(
        _RECIPIENT.c.state == "ended", or_(_RECIPIENT.c.ended_on >= since, _RECIPIENT.c.ended_on.is_(None))
    )
    days = {row.recipient_no: row.ended_on for row in tx.execute(ended)}
    numbers, found = sorted(days), []
    for start in range(0, len(numbers), MANY):
        listed = select(_ITEM.c.item_no, _ITEM.c.recipient_no, _ITEM.c.campaign_no, _ITEM.c.state).where(
            _ITEM.c.recipient_no.in_(numbers[start : start + MANY]), _ITEM.c.state.in_(OPEN_STATES)
        )
        found += [(item, days[item.recipient_no]) for item in tx.execute(listed)]
    return found


def _sheet_ready() -> Select[Any]:
    open_item = select(_ITEM.c.item_no).where(
        _ITEM.c.sheet_no == _SHEET.c.sheet_no, _ITEM.c.way == "", _ITEM.c.state.in_(OPEN_STATES)
    )
    return _subscribed("review.ready", _SHEET.c.sheet_no).where(~open_item.exists())


def _done() -> Select[Any]:
    # One question a state: the index (campaign, state) answers it at the first row.
    left = [
        select(_ITEM.c.item_no).where(_ITEM.c.campaign_no == _CAMPAIGN.c.campaign_no, _ITEM.c.state == state).exists()
        for state in OPEN_STATES
    ]
    at_work = select(waiting.c.task_id).where(
        waiting.c.kind == "message",
        waiting.c.message == "review.ready",
        waiting.c.correlation_value == _SHEET.c.sheet_no,
        _SHEET.c.campaign_no == _CAMPAIGN.c.campaign_no,
    )
    found = _subscribed("campaign.done", _CAMPAIGN.c.campaign_no).where(_CAMPAIGN.c.state == "running")
    return found.where(and_(*(~one for one in left)), ~at_work.exists())


_QUESTIONS = {
    "review.visited": _visited,
    "review.ready": _sheet_ready,
    "review.confirmed": _confirmed,
    "campaign.done": _done,
}
MESSAGES = (CANCELLED, *_QUESTIONS)
_AWAITED = select(waiting.c.message).where(waiting.c.message.in_(MESSAGES)).distinct()


def cancel_ended(tx: Transaction, campaign_no: str, now: datetime) -> Sequence[str]:
    """Cancel the households that are not started and whose aid has ended; returns their numbers."""
    gone = [(item.item_no, day) for item, day in _gone(tx) if (item.campaign_no, item.state) == (campaign_no, "frozen")]
    for item_no, day in gone:
        when = f"（{day:%Y-%m-%d}）" if day else ""
        tx.execute(
            update(_ITEM)
            .where(_ITEM.c.item_no == item_no, _ITEM.c.state == "frozen")
            .values(state="cancelled", reason=f"已终止救助{when}", done_at=now)
        )
    return [item_no for item_no, _ in gone]


def counts(tx: Transaction, campaigns: Sequence[str], by: str = "village") -> Sequence[Mapping[str, Any]]:
    """Return campaign_no, place, state, result, households: grouped by village (or town)."""
    place = _ITEM.c[by]
    statement = (
        select(
            _ITEM.c.campaign_no, place.label("place"), _ITEM.c.state, _ITEM.c.result, func.count().label("households")
        )
        .where(_ITEM.c.campaign_no.in_(list(campaigns)))
        .group_by(_ITEM.c.campaign_no, place, _ITEM.c.state, _ITEM.c.result)
    )
    return [dict(row._mapping) for row in tx.execute(statement)]


def items(tx: Transaction, campaign_no: str, village: str = "", limit: int = 500) -> Sequence[CampaignItem]:
    """Return the households of a campaign, of one village or of all."""
    statement = select(_ITEM).where(_ITEM.c.campaign_no == campaign_no)
    statement = statement.where(_ITEM.c.village == village) if village else statement
    found = tx.execute(statement.order_by(_ITEM.c.sheet_no, _ITEM.c.item_no).limit(limit))
    return [row_from(CampaignItem, record) for record in found]


def listed(tx: Transaction, campaign_no: str) -> frozenset[str]:
    """Return the recipients on a campaign's list."""
    return frozenset(tx.execute(select(_ITEM.c.recipient_no).where(_ITEM.c.campaign_no == campaign_no)).scalars())


def faults(tx: Transaction, campaign_no: str) -> Sequence[str]:
    """Return what stands in the way of households of a campaign, in words."""
    statement = select(_ITEM.c.household_no, _ITEM.c.fault).where(
        _ITEM.c.campaign_no == campaign_no, _ITEM.c.fault != "", _ITEM.c.state.in_(OPEN_STATES)
    )
    return [f"{row.household_no}：{row.fault}" for row in tx.execute(statement.order_by(_ITEM.c.item_no).limit(50))]


def sheets(tx: Transaction, campaign_no: str) -> Sequence[ReviewSheet]:
    """Return the village sheets of a campaign."""
    statement = select(_SHEET).where(_SHEET.c.campaign_no == campaign_no).order_by(_SHEET.c.sheet_no)
    return [row_from(ReviewSheet, record) for record in tx.execute(statement)]


def recipients_of(tx: Transaction, town: str, states: Sequence[str]) -> Sequence[Recipient]:
    """Return a town's recipients in these states."""
    statement = select(_RECIPIENT).where(_RECIPIENT.c.town == town, _RECIPIENT.c.state.in_(list(states)))
    return [row_from(Recipient, record) for record in tx.execute(statement)]
