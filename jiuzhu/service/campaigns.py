"""The throttled job of a review: start what the rows name, hand the processes what the rows say, wake the campaign.

Whoever wakes (scheduler, command, test) only looks at rows. A household is taken and its process opened in one
transaction, so it is started once under kills and with two schedulers; what a row says is delivered as long as
somebody waits for it, so no message is lost; a household that cannot go on holds up nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog

from jiuzhu.domain.rows import Campaign, CampaignItem, Recipient, ReviewSheet
from jiuzhu.engine import DeliverMessage
from jiuzhu.errors import BpmnError, Conflict, Failed, NotFound, Refused
from jiuzhu.service import opening
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.elsewhere import stepping_for
from jiuzhu.service.office import Office
from jiuzhu.service.retry import repeated
from jiuzhu.store import campaigns as rows
from jiuzhu.store import casefile, cases
from jiuzhu.store.shelf import shelf_of

log = structlog.get_logger(__name__)

HOUSEHOLD, VILLAGE = "shared_review_household", "shared_review_village"
PORTION = 200
"""Messages that one look hands over; the next look goes on."""
BIT = 10
"""Households that are started in one transaction: few enough that a click never waits long for the database."""
TRY_AGAIN = timedelta(minutes=10)
"""Machine time until what could not be started is tried again."""
HINDRANCES = (Failed, Refused, BpmnError, NotFound, Conflict)


def keep_campaigns(office: Office) -> int:
    """Start and hand over once; returns how many processes were moved."""
    with office.store.reading() as tx:
        going = rows.running(tx)
    moved = sum(_keep(office, campaign) for campaign in going)
    with office.store.reading() as tx:
        awaited = rows.awaited(tx)
    return moved + sum(hand_over(office, message) for message in rows.MESSAGES if message in awaited)


def _keep(office: Office, campaign: Campaign) -> int:
    again = office.clock.machine() - TRY_AGAIN
    with open_desk(office, None) as desk:
        rows.cancel_ended(desk.tx, campaign.campaign_no, desk.now)
    with office.store.reading() as tx:
        sheets = rows.sheets_to_start(tx, campaign.campaign_no, again, campaign.throttle)
        items = rows.items_to_start(tx, campaign.campaign_no, again, campaign.throttle)
    started = sum(_attempt(office, number, _start_sheet) for number in sheets)
    return started + sum(_start_bit(office, items[at : at + BIT]) for at in range(0, len(items), BIT))


def _start_bit(office: Office, numbers: Sequence[str]) -> int:
    """Start a bit of households in one transaction; when one of them cannot be, all are started one by one."""
    try:
        return repeated(office, lambda: _start_items(office, numbers))
    except HINDRANCES:
        return sum(_attempt(office, number, _start_item) for number in numbers)


def _attempt(office: Office, number: str, act: Callable[[Office, str], bool]) -> bool:
    try:
        return repeated(office, lambda: act(office, number))
    except HINDRANCES as error:
        log.exception("a review could not be started", number=number)
        with open_desk(office, None) as desk:
            sentence = str(getattr(error, "sentence", error))[:200]
            rows.note_fault(desk.tx, number, sentence, desk.true_now)
        return False


def _start_sheet(office: Office, sheet_no: str) -> bool:
    with open_desk(office, None) as desk:
        sheet = rows.take_sheet(desk.tx, sheet_no)
        if sheet is None:
            return False
        definition = office.bundles.latest(desk.tx, VILLAGE, sheet.district)
        place = opening.place_of(desk, sheet.village)
        live = opening.open_matter(desk, definition, place, {"sheet_no": sheet_no}, f"{sheet.campaign_no}按名单启动")
        shelf_of(desk.tx).change(_fresh_sheet(desk, sheet), {"record_no": live.record_no})
        return True


def _fresh_sheet(desk: Desk, sheet: ReviewSheet) -> ReviewSheet:
    return next(iter(shelf_of(desk.tx).find(ReviewSheet, {"sheet_no": sheet.sheet_no})))


def _start_item(office: Office, item_no: str) -> bool:
    return _start_items(office, [item_no]) == 1


def _start_items(office: Office, numbers: Sequence[str]) -> int:
    with open_desk(office, None) as desk:
        taken = rows.take_items(desk.tx, numbers, desk.now)
        casefile.want(desk.tx, *_files(desk, taken))
        shelf = shelf_of(desk.tx)
        fresh = shelf.find(CampaignItem, {"item_no": tuple(item.item_no for item in taken)}) if taken else []
        for item in fresh:
            recipient = shelf.find(Recipient, {"case_no": item.household_no})[0]
            stepping = stepping_for(desk)
            live = opening.open_about_household(
                stepping, recipient, HOUSEHOLD, {"review_item": item.item_no}, f"{item.campaign_no}按名单启动"
            )
            stepping.finish()
            shelf.change(shelf.find(CampaignItem, {"item_no": item.item_no})[0], {"record_no": live.record_no})
        return len(taken)


def _files(desk: Desk, items: Sequence[CampaignItem]) -> Sequence[casefile.FileKey]:
    """Return whose files are read together: households of one town, as a campaign's are."""
    towns = {(item.district, item.town) for item in items}
    return [
        casefile.FileKey(
            case_no=item.household_no, district=item.district, town=item.town, village=item.village, day=desk.today
        )
        for item in (items if len(towns) == 1 else items[:1])
    ]


def hand_over(office: Office, message: str) -> int:
    """Deliver a message to every process that waits for what its row already says; returns how many."""
    with office.store.reading() as tx:
        found = rows.told(tx, message, PORTION)
    return sum(_deliver(office, message, row) for row in found)


def _deliver(office: Office, message: str, row: Mapping[str, Any]) -> bool:
    try:
        return repeated(office, lambda: _delivered(office, message, row))
    except HINDRANCES as error:
        log.exception("a review could not go on", message=message, about=row["correlation_value"])
        with open_desk(office, None) as desk:
            sentence = str(getattr(error, "sentence", error))[:200]
            rows.note_fault(desk.tx, row["correlation_value"], sentence, desk.true_now)
        return False


def _delivered(office: Office, message: str, row: Mapping[str, Any]) -> bool:
    with open_desk(office, None) as desk:
        live = cases.lock(desk.tx, row["case_id"])
        if f"message:{row['task_id']}" not in live.open_waiting:
            return False
        payload = {"sheet_decision": row["sheet_decision"]} if "sheet_decision" in row else {}
        desk.audit(live, "message", f"收到消息 {message}", {"message": message})
        stepping = stepping_for(desk)
        stepping.advance(live, DeliverMessage(task_id=row["task_id"], message=message, variables=payload))
        stepping.finish()
        return True
