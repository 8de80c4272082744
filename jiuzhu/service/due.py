"""What falls due: timers of cases, dates that must be kept, messages that a dead process left behind.

The rows are the truth; whoever wakes (scheduler, ``clock advance``, a test) only asks what is due now. Each case
is stepped in a transaction of its own, so that one that cannot go on holds up nobody.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from jiuzhu.domain.obligations import late_alert
from jiuzhu.domain.rows import Alert, Obligation
from jiuzhu.engine import FireTimers
from jiuzhu.errors import BpmnError, Failed, NotFound, Refused
from jiuzhu.service.desk import open_desk
from jiuzhu.service.incidents import note_incident
from jiuzhu.service.messages import correlate
from jiuzhu.service.office import SYSTEM, Office
from jiuzhu.service.retry import repeated
from jiuzhu.service.signals import deliver_signals
from jiuzhu.service.steps import Stepping
from jiuzhu.store import cases, duties, people, waits
from jiuzhu.store import papers as paper_rows

log = structlog.get_logger(__name__)

BATCH = 200
ROUNDS = 20
"""A fired timer may start another that is due at once; more rounds than this wait for the next call."""
ABANDONED = timedelta(seconds=30)
DRAFTS_KEPT = timedelta(days=90)


def fire_due(office: Office) -> int:
    """Fire due timers, deliver signals, mark late dates, correlate left-over messages; returns how many were woken.

    What people handed in comes before the timer that would say they did not (XT-30): a receipt whose process died
    before the case heard of it is told to the case first.
    """
    woken = 0
    for _ in range(ROUNDS):
        fired = _fire_timers(office) + deliver_signals(office, BATCH)
        woken += fired
        if not fired:
            break
    mark_late(office)
    recover_messages(office)
    return woken


def _fire_timers(office: Office) -> int:
    with office.store.reading() as tx:
        found = waits.due_timers(tx, office.clock.now(), BATCH)
    if found:
        recover_messages(office, timedelta(0))
    by_case: dict[str, list[str]] = {}
    for case_id, task_id in found:
        by_case.setdefault(case_id, []).append(task_id)
    return sum(_fire(office, case_id, tasks) for case_id, tasks in by_case.items())


def _fire(office: Office, case_id: str, tasks: list[str]) -> int:
    try:
        return repeated(office, lambda: _fire_in_case(office, case_id, tasks))
    except (Failed, Refused, BpmnError) as error:
        log.exception("timer could not be fired", case=case_id)
        _note(office, case_id, tasks, str(error))
        return 0


def _fire_in_case(office: Office, case_id: str, tasks: list[str]) -> int:
    with open_desk(office, None) as desk:
        live = cases.lock(desk.tx, case_id)
        still = [task for task in tasks if f"timer:{task}" in live.open_waiting]
        if not still:
            return 0
        found = cases.lock_by_waiting(desk.tx, "timer", still[0])
        name = found[1]["name"] if found else ""
        desk.audit(
            live,
            "timer",
            f"到期：{name or '定时'}",
            {"tasks": still, "element": found[1]["element_id"] if found else ""},
        )
        stepping = Stepping(desk)
        stepping.advance(live, FireTimers())
        stepping.finish()
        return 1


def _note(office: Office, case_id: str, tasks: list[str], message: str) -> None:
    with open_desk(office, None) as desk:
        for task in tasks:
            found = cases.lock_by_waiting(desk.tx, "timer", task)
            if found is not None:
                note_incident(desk, found[0], kind="timer", row=found[1], message=message)


def mark_late(office: Office) -> int:
    """Mark the dates that have passed and raise an alert for each (QJ-23, XT-35); returns how many."""
    with office.store.reading() as tx:
        records = duties.overdue_records(tx, office.clock.now(), BATCH)
    return sum(repeated(office, lambda number=number: _mark_record(office, number)) for number in records)  # type: ignore[misc]


def _mark_record(office: Office, record_no: str) -> int:
    with open_desk(office, None) as desk:
        try:
            live = cases.lock_record(desk.tx, record_no)
        except NotFound:
            return 0
        records = desk.records(live)
        marked = 0
        for row in records.find(Obligation, case_no=live.case_no, record_no=record_no, state="open"):
            if row.due_at >= desk.now:
                continue
            records.change(row, state="late", late_at=desk.now)
            alert = late_alert(row, desk.now)
            if not records.find(Alert, alert_no=alert.alert_no):
                records.add(alert)
            desk.audit(live, "late", alert.sentence, {"due": row.due_name, "group": row.alert_group})
            marked += 1
        return marked


def recover_messages(office: Office, after: timedelta = ABANDONED) -> int:
    """Correlate messages whose process died between receipt and correlation: those untried for so long."""
    with office.store.reading() as tx:
        left = paper_rows.untried_messages(tx, office.clock.machine() - after, BATCH)
    return sum(1 for receipt in left if correlate(office, None, receipt))


def tidy(office: Office) -> None:
    """Drop ended sessions and drafts that nobody has touched for long; close incidents that nothing waits for."""
    with office.store.transaction() as tx:
        waits.close_orphans(tx, office.clock.now(), SYSTEM)
        people.drop_old_sessions(tx, office.clock.machine())
        paper_rows.drop_drafts_before(tx, office.clock.now() - DRAFTS_KEPT)
