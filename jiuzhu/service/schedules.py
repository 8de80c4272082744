"""The obligations ledger at work: plan what falls due, start it, see it done, find it late.

Whoever wakes (scheduler, ``clock advance``, a command, a test) only asks what is due now. What was missed over a stop
is planned and started at the next look; two schedulers on one database start each occurrence once, because the
occurrence is taken and its process opened in one transaction. Every place is stepped by itself: one that cannot be
started says why and holds up nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.instants import day_of, end_of, iso
from jiuzhu.domain.rows import Occurrence, ScheduleStand
from jiuzhu.domain.schedules import Period, Schedule, spoken, workable
from jiuzhu.errors import BpmnError, Conflict, Failed, NotFound, Refused
from jiuzhu.service import opening, schedule_late
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.retry import repeated
from jiuzhu.store import papers, people
from jiuzhu.store import schedules as rows
from jiuzhu.store.shelf import shelf_of

log = structlog.get_logger(__name__)

BATCH = 500
TRY_AGAIN = timedelta(minutes=10)
"""Machine time until what could not be started is tried again."""


def keep_schedules(office: Office) -> int:
    """Plan, start, close and mark late everything that the calendar has brought; returns how many were started."""
    if not office.schedules:
        return 0
    plan(office)
    started = start_due(office)
    close_kept(office)
    schedule_late.mark(office)
    return started


def plan(office: Office) -> int:
    """Write the occurrences that have opened since the last look; returns how many rows."""
    now = office.clock.now()
    written = 0
    with office.store.reading() as tx:
        known = {(one.schedule, one.district): one for one in rows.stands(tx)}
    for schedule in office.schedules.values():
        for district in office.policies.districts:
            stand = known.get((schedule.id, district))
            if schedule.applies(district) and (stand is None or schedule.periods(stand.planned_until, now)):
                written += repeated(office, lambda s=schedule, d=district: _plan(office, s, d))  # type: ignore[misc]
    return written


def _plan(office: Office, schedule: Schedule, district: str) -> int:
    """Plan one schedule of one district up to now: at first sight what is open today, later what opened since."""
    try:
        with open_desk(office, None) as desk:
            shelf = shelf_of(desk.tx)
            found = shelf.find(ScheduleStand, {"schedule": schedule.id, "district": district})
            if found:
                periods = schedule.periods(found[0].planned_until, desk.now)
                shelf.change(found[0], {"planned_until": max(desk.now, found[0].planned_until)})
            else:
                periods = schedule.open_at(desk.now)
                stand = ScheduleStand(schedule=schedule.id, district=district, since=desk.now, planned_until=desk.now)
                shelf.add(stand)
            made = [
                occurrence_of(
                    schedule,
                    district,
                    workable(schedule.every, period, office.calendar.is_working_day),
                    scope,
                    desk.now,
                )
                for period in periods
                for scope in scopes_of(desk, schedule, district)
            ]
            if made:
                already = rows.planned(desk.tx, schedule.id, district, min(one.opens_at for one in made))
                made = [one for one in made if (one.due_at, one.scope) not in already]
            for one in made:
                shelf.add(one)
            return len(made)
    except Conflict:
        # Another scheduler has planned the same at this moment: its rows are as good as ours.
        return 0


def occurrence_of(
    schedule: Schedule, district: str, period: Period, scope: str, now: datetime, *, round: int = 0, reason: str = ""
) -> Occurrence:
    """Make the ledger's row of one period at one place."""
    number = f"{schedule.id}/{period.name}/{scope}"
    return Occurrence(
        occurrence_no=f"{number}/{round}" if round else number,
        schedule=schedule.id,
        district=district,
        scope=scope,
        period=period.name,
        round=round,
        opens_at=period.opens_at,
        due_at=period.due_at,
        planned_at=now,
        reason=reason,
    )


def scopes_of(desk: Desk, schedule: Schedule, district: str) -> Sequence[str]:
    """Return the places of a district for which a schedule has a turn each."""
    places = [
        row.id for row in desk.office.places.all(desk.tx) if row.district == district and row.kind == schedule.scope
    ]
    if desk.office.settings.get("schedule", "staffed_only"):
        staffed = people.places_with_members(desk.tx, desk.today)
        places = [place for place in places if place in staffed]
    if not schedule.programmes:
        return sorted(places)
    return [f"{place}/{programme}" for place in sorted(places) for programme in schedule.programmes]


def start_due(office: Office) -> int:
    """Start the process of everything that has opened; returns how many were started."""
    with office.store.reading() as tx:
        paused = {(one.schedule, one.district) for one in rows.stands(tx) if one.paused_at is not None}
        starting = [one.id for one in office.schedules.values() if one.process]
        again = office.clock.machine() - TRY_AGAIN
        found = rows.to_start(tx, office.clock.now(), starting, again, BATCH)
    return sum(start(office, one, None) for one in found if (one.schedule, one.district) not in paused)


def start(office: Office, occurrence: Occurrence, actor: Actor | None) -> bool:
    """Take one occurrence and open its process in the same transaction; False when another was faster or it failed."""
    try:
        return repeated(office, lambda: _start(office, occurrence, actor))
    except (Failed, Refused, BpmnError, NotFound, Conflict) as error:
        if isinstance(error, Refused):
            log.warning("a schedule waits", occurrence=occurrence.occurrence_no, reason=error.sentence)
        else:
            log.exception("a schedule could not be started", occurrence=occurrence.occurrence_no)
        with open_desk(office, None) as desk:
            current = rows.one(desk.tx, occurrence.occurrence_no)
            if current is not None and current.state == "due":
                shelf_of(desk.tx).change(
                    current, {"fault": str(getattr(error, "sentence", error))[:200], "tried_at": desk.true_now}
                )
        if actor is not None:
            raise
        return False


def _start(office: Office, occurrence: Occurrence, actor: Actor | None) -> bool:
    schedule = office.schedules[occurrence.schedule]
    with open_desk(office, actor) as desk:
        taken = rows.take(desk.tx, occurrence.occurrence_no, desk.now)
        if taken is None:
            return False
        definition = desk.office.bundles.latest(desk.tx, schedule.process, occurrence.district)
        place, _, programme = occurrence.scope.partition("/")
        live = opening.open_matter(
            desk,
            definition,
            opening.place_of(desk, place),
            {
                **filled_in(schedule, occurrence),
                **({"programme": programme} if programme else {}),
                "schedule": schedule.id,
                "period": occurrence.period,
                "period_opens": day_of(occurrence.opens_at).isoformat(),
                "due_schedule": iso(occurrence.due_at),
                "start_reason": occurrence.reason,
                "due_simple": _due_simple(office, occurrence.district, desk.today),
            },
            f"{schedule.label}：{occurrence.period}到期启动"
            if actor is None
            else f"{actor.name}手动启动{schedule.label}",
        )
        shelf_of(desk.tx).change(taken, {"record_no": live.record_no, "started_by": desk.person_id})
        return True


def _due_simple(office: Office, district: str, today: date) -> str:
    """Return until when work without a limit of its own is due: what begins with people's work has no task before
    that would say it.
    """
    day, _ = office.calendar.add_working_days(today, int(office.policies.of(district).value("tasks.wd", today)))
    return iso(end_of(day))


def filled_in(schedule: Schedule, occurrence: Occurrence) -> dict[str, Any]:
    """Return the variables that an entry gives: in its texts {place}, {district}, {period} and {due} stand for the
    turn's own, so that one entry serves every place and date (``town_head@{place}``).
    """
    own = {
        "place": occurrence.scope.partition("/")[0],
        "district": occurrence.district,
        "period": spoken(occurrence.period),
        "due": iso(occurrence.due_at),
    }
    found = dict(schedule.variables)
    for name, value in found.items():
        if isinstance(value, str):
            for key, word in own.items():
                value = value.replace(f"{{{key}}}", word)
            found[name] = value
    return found


def close_kept(office: Office) -> int:
    """Close what was done: its process has ended, its form was completed, its register row stands; returns how many."""
    with reading_desk(office, None) as desk:
        # Asked at every look, and mostly in vain: nothing is locked before there is something to close.
        if not any(True for _ in _closing(desk)):
            return 0
    closed = 0
    with open_desk(office, None) as desk:
        shelf = shelf_of(desk.tx)
        for occurrence, changes in list(_closing(desk)):
            shelf.change(occurrence, changes)
            closed += changes["state"] == "done"
    return closed


def _closing(desk: Desk) -> Iterator[tuple[Occurrence, dict[str, Any]]]:
    """Yield the turns that are over, with what that changes in the ledger."""
    schedules = desk.office.schedules
    kept_by = {schedule.id: schedule.kept_by for schedule in schedules.values() if schedule.kept_by}
    not_kept = {end for schedule in schedules.values() for end in schedule.not_kept}
    for occurrence, at, end in rows.ended(desk.tx, sorted(kept_by), sorted(not_kept)):
        # What was taken out of the file while its turn was at work is over when its process is.
        schedule = schedules.get(occurrence.schedule)
        if schedule is not None and end in schedule.not_kept:
            yield occurrence, {"state": "missed"}
        elif schedule is None or not schedule.kept_by:
            yield occurrence, _done(at, papers.last_person(desk.tx, occurrence.record_no))
    if kept_by:
        for occurrence, at, person in rows.handed_in(desk.tx, kept_by):
            yield occurrence, _done(at, person)
    registers = {schedule.id: schedule for schedule in schedules.values() if schedule.register}
    if registers:
        for occurrence, row in rows.entered(desk.tx, registers):
            yield occurrence, _done(row.entered_at, row.entered_by)


def _done(at: datetime, person: str) -> dict[str, Any]:
    return {"state": "done", "done_at": at, "done_by": person}
