"""Starts the check of every drawn household, and tells the record that drew when all are checked.

Whoever wakes asks the rows. Each household is started in a transaction of its own, a few hundred at a time: one that
cannot be started says why, is tried again, and holds up nobody. Nothing is started or told twice: taking it and doing
it are one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from jiuzhu.domain.instants import end_of, iso
from jiuzhu.domain.rows import Draw, Recipient, SampleItem
from jiuzhu.engine import DeliverMessage
from jiuzhu.errors import BpmnError, Failed, NotFound, ProcessError, Refused
from jiuzhu.service import opening
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.elsewhere import stepping_for
from jiuzhu.service.office import Office
from jiuzhu.service.opening import Place
from jiuzhu.service.retry import repeated
from jiuzhu.store import cases, listing, samples, waits
from jiuzhu.store.shelf import shelf_of

log = structlog.get_logger(__name__)

PROCESS = "shared_spot_check_case"
CHECKED = "sample.checked"
BATCH = 200
TRY_AGAIN = timedelta(minutes=10)


def keep_samples(office: Office) -> int:
    """Start what is drawn, tell what is all checked; returns how many checks were started."""
    with office.store.reading() as tx:
        waiting = samples.to_start(tx, office.clock.machine() - TRY_AGAIN, BATCH)
    started = sum(_start(office, item) for item in waiting)
    with office.store.reading() as tx:
        ready = samples.all_checked(tx, BATCH)
    for draw_no in ready:
        repeated(office, lambda number=draw_no: _tell(office, number))  # type: ignore[misc]
    return started


def _start(office: Office, item: SampleItem) -> bool:
    try:
        return repeated(office, lambda: _start_one(office, item))
    except (Failed, Refused, BpmnError, NotFound) as error:
        log.exception("a check could not be started", draw=item.draw_no, member=item.member)
        with open_desk(office, None) as desk:
            found = shelf_of(desk.tx).find(SampleItem, {"draw_no": item.draw_no, "member": item.member})
            if found and found[0].state == "drawn":
                sentence = str(getattr(error, "sentence", error))[:200]
                shelf_of(desk.tx).change(found[0], {"fault": sentence, "tried_at": desk.true_now})
        return False


def _start_one(office: Office, item: SampleItem) -> bool:
    with open_desk(office, None) as desk:
        if not samples.take(desk.tx, item, desk.now):
            return False
        shelf = shelf_of(desk.tx)
        row = shelf.find(Draw, {"draw_no": item.draw_no})[0]
        policy = office.policies.of(item.district)
        wanted = int(policy.value("spot_check.check_wd", desk.today))
        due, _ = office.calendar.add_working_days(desk.today, wanted)
        variables = {
            "draw_no": item.draw_no,
            "check_method": row.method,
            "relatives_case": item.reason == "relatives",
            "due_spot_check": iso(end_of(due)),
        }
        live = open_check(desk, item.member, variables)
        current = shelf.find(SampleItem, {"draw_no": item.draw_no, "member": item.member})[0]
        shelf.change(current, {"record_no": live.record_no})
        return True


def open_check(desk: Desk, case_no: str, variables: Mapping[str, Any]) -> cases.LiveCase:
    """Open the check beside the household's case, or beside the file of one that was imported. Raises NotFound."""
    stepping = stepping_for(desk)
    sentence = f"抽样{variables['draw_no']}抽中，启动抽查"
    head = listing.by_record(desk.tx, case_no)
    if head is None:
        found = shelf_of(desk.tx).find(Recipient, {"case_no": case_no})
        if not found:
            raise NotFound(f"没有编号为{case_no}的案件。")
        live = opening.open_about_household(stepping, found[0], PROCESS, variables, sentence)
    else:
        try:
            definition = desk.office.bundles.latest(desk.tx, PROCESS, head.district)
        except NotFound as error:
            raise ProcessError(f"process {PROCESS} is not deployed", process_key=PROCESS) from error
        place = Place(district=head.district, intake_town=head.town, town=head.town, village=head.village)
        plan = opening.plan_about(desk, case_no, definition)
        live = opening.open_for(
            stepping, plan, place, variables, sentence, programme=head.programme, name=head.applicant_name
        )
    stepping.finish()
    return live


def _tell(office: Office, draw_no: str) -> None:
    with open_desk(office, None) as desk:
        if not samples.take_waking(desk.tx, draw_no, desk.now):
            return
        stepping = stepping_for(desk)
        for row in waits.subscriptions(desk.tx, CHECKED, {"draw_no": draw_no}):
            live = cases.lock(desk.tx, row["case_id"])
            desk.audit(live, "message", "样本已全部查完", {"message": CHECKED, "draw": draw_no})
            stepping.advance(live, DeliverMessage(task_id=row["task_id"], message=CHECKED, variables={}))
        stepping.finish()
