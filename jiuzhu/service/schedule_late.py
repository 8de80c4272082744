"""What passed its date in the ledger: an alert for whoever must know, and a lead where the rules want one."""

from __future__ import annotations

from datetime import datetime

from jiuzhu.domain.instants import day_of
from jiuzhu.domain.rows import Alert, Occurrence
from jiuzhu.domain.schedules import Schedule, spoken
from jiuzhu.errors import NotFound
from jiuzhu.service import opening
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.office import Office
from jiuzhu.service.retry import repeated
from jiuzhu.store import schedules as rows
from jiuzhu.store.shelf import shelf_of

BATCH = 500
LEAD = "shared_violation"
"""Process that a late turn of kind ``violation`` proposes, where it is deployed."""


def mark(office: Office) -> int:
    """Mark what has passed its date and tell whoever must know; returns how many."""
    marked = 0
    with office.store.reading() as tx:
        found = rows.overdue(tx, office.clock.now(), BATCH)
    for occurrence in found:
        if occurrence.schedule in office.schedules:
            marked += repeated(office, lambda number=occurrence.occurrence_no: _mark(office, number))  # type: ignore[misc]
    return marked


def _mark(office: Office, occurrence_no: str) -> int:
    with open_desk(office, None) as desk:
        current = rows.one(desk.tx, occurrence_no)
        if current is None or current.late_at is not None or current.state not in {"due", "started"}:
            return 0
        schedule = office.schedules[current.schedule]
        missed = schedule.late == "miss" and current.state == "due"
        shelf = shelf_of(desk.tx)
        shelf.change(current, {"late_at": desk.now, "state": "missed" if missed else current.state})
        shelf.add(_alert(desk, schedule, current, desk.now))
        if schedule.late == "violation":
            _propose_lead(desk, schedule, current)
        return 1


def _alert(desk: Desk, schedule: Schedule, occurrence: Occurrence, now: datetime) -> Alert:
    place = occurrence.scope.partition("/")[0]
    row = desk.office.places.of(desk.tx, place)
    level = desk.office.roles.of(schedule.alert_role).level
    town = desk.office.places.town_of(desk.tx, place)
    at = {"district": row.district, "town": town or place}.get(level, place)
    due = day_of(occurrence.due_at)
    return Alert(
        alert_no=f"{occurrence.occurrence_no}/逾期",
        case_no=occurrence.record_no or occurrence.occurrence_no,
        record_no=occurrence.record_no or occurrence.occurrence_no,
        district=occurrence.district,
        town=town,
        kind="schedule",
        alert_group=f"{schedule.alert_role}@{at}",
        sentence=f"{row.name}{spoken(occurrence.period)}的{schedule.label}（{due.month}月{due.day}日前）尚未完成。",
        raised_at=now,
    )


def _propose_lead(desk: Desk, schedule: Schedule, occurrence: Occurrence) -> None:
    try:
        definition = desk.office.bundles.latest(desk.tx, LEAD, occurrence.district)
    except NotFound:
        return
    place = occurrence.scope.partition("/")[0]
    name = desk.office.places.name(desk.tx, place)
    due = day_of(occurrence.due_at)
    opening.open_matter(
        desk,
        definition,
        opening.place_of(desk, place),
        {
            "violation_kind": "delay",
            "violation_unit": place,
            "violation_facts": f"{name}{spoken(occurrence.period)}的{schedule.label}在{due.isoformat()}前没有完成。",
            "source_record_no": occurrence.record_no or occurrence.occurrence_no,
        },
        f"{schedule.label}逾期，提出责任线索",
    )
