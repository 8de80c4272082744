"""Schedules as schedulers move them: dry run, start by hand, pause, resume.

Who may act: role permission ``schedule``, at the own town or, from the district, everywhere in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import ScheduleStand
from jiuzhu.domain.schedules import Period, Schedule, spoken, workable
from jiuzhu.errors import Forbidden, NotFound, Refused
from jiuzhu.service import office_acts, schedules
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.schedule_view import districts_of, may_at, scope_name, window_words
from jiuzhu.service.stated_reason import stated_reason
from jiuzhu.store import schedules as rows
from jiuzhu.store.shelf import shelf_of


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """What a start would do now: the period and the places, and what is in the way."""

    label: str
    period: str
    opens_at: datetime
    due_at: datetime
    starts: Sequence[tuple[str, str]]
    """Id and name of each place where it would start."""
    already: Sequence[tuple[str, str]]
    """Places where it has been started or done in this period."""
    in_window: bool


@logged("schedule", "schedule")
def dry_run(office: Office, actor: Actor, schedule: str, district: str = "", scope: str = "") -> DryRun:
    """Say what a start by hand would do now. Raises NotFound, Forbidden."""
    return _tried(office, actor, schedule, district, scope)


def _tried(office: Office, actor: Actor, schedule: str, district: str, scope: str = "") -> DryRun:
    with reading_desk(office, actor) as desk:
        found, place = _require(desk, actor, schedule, district, scope)
        period, in_window = _period(desk, found)
        already = rows.page(desk.tx, place, schedule=schedule, limit=2000)
        taken = {one.scope for one in already if one.period == period.name and one.state in {"started", "done"}}
        places = _wanted(desk, actor, found, place, scope)
        named = [(one, scope_name(desk, one)) for one in places]
        return DryRun(
            label=found.label,
            period=spoken(period.name),
            opens_at=period.opens_at,
            due_at=period.due_at,
            starts=[one for one in named if one[0] not in taken],
            already=[one for one in named if one[0] in taken],
            in_window=in_window,
        )


def plan_of(office: Office, actor: Actor, schedule: str, district: str) -> DryRun | None:
    """Return the dry run for the page; None for who may not start it, or when nothing is planned any more."""
    try:
        # Looking at the page is no attempt: what it does not offer is not logged as refused.
        return _tried(office, actor, schedule, district)
    except Refused:
        return None


@logged("schedule", "schedule")
def run_now(
    office: Office, actor: Actor, schedule: str, reason: str, *, district: str = "", scope: str = ""
) -> Sequence[str]:
    """Start a schedule by hand at one place, or at all that have not had it; returns the turns that were started.

    A place that has had its turn in the period gets another one: that is what the reason is for. Raises Forbidden,
    Invalid, Refused (nothing to start, no window open).
    """
    given = stated_reason(reason)
    with open_desk(office, actor) as desk:
        found, place = _require(desk, actor, schedule, district, scope)
        if not found.process:
            raise Refused("这项日程不启动流程，在登记簿中登记即可。")
        period, in_window = _period(desk, found)
        if not in_window:
            raise Forbidden(f"现在不在办理时间内（{window_words(period)}）。", rule="R-13")
        shelf, chosen = shelf_of(desk.tx), []
        before = rows.page(desk.tx, place, schedule=schedule, limit=2000)
        for one in _wanted(desk, actor, found, place, scope):
            turns = [row for row in before if row.scope == one and row.due_at == period.due_at]
            waiting = next((row for row in turns if row.state == "due"), None)
            if waiting is None and turns and not scope:
                continue
            if waiting is None:
                waiting = schedules.occurrence_of(found, place, period, one, desk.now, round=len(turns), reason=given)
                shelf.add(waiting)
            else:
                shelf.change(waiting, {"reason": given, "tried_at": None})
            chosen.append(waiting)
        if not chosen:
            raise Refused("本期已经全部启动。要对某个单位再启动一次，请指明单位并写明理由。")
        office_acts.note(office, desk.tx, actor, "schedule", f"手动启动{found.label}（{len(chosen)}处）：{given}")
    return [one.occurrence_no for one in chosen if schedules.start(office, one, actor)]


@logged("schedule", "schedule")
def pause(office: Office, actor: Actor, schedule: str, reason: str, district: str = "") -> None:
    """Stop a schedule of a district from starting anything; what falls due is kept in the ledger. Raises Forbidden."""
    given = stated_reason(reason)
    with open_desk(office, actor) as desk:
        found, place = _require(desk, actor, schedule, district, "", whole=True)
        stand = _stand(desk, found, place)
        if stand.paused_at is not None:
            raise Refused("这项日程已经暂停。")
        shelf_of(desk.tx).change(stand, {"paused_at": desk.now, "paused_by": actor.person_id, "reason": given})
        office_acts.note(office, desk.tx, actor, "schedule", f"暂停{found.label}：{given}")


@logged("schedule", "schedule")
def resume(office: Office, actor: Actor, schedule: str, district: str = "") -> None:
    """Let a paused schedule start again; what fell due meanwhile starts at the next look. Raises Forbidden, Refused."""
    with open_desk(office, actor) as desk:
        found, place = _require(desk, actor, schedule, district, "", whole=True)
        stand = _stand(desk, found, place)
        if stand.paused_at is None:
            raise Refused("这项日程没有暂停。")
        shelf_of(desk.tx).change(stand, {"paused_at": None, "paused_by": "", "reason": ""})
        office_acts.note(office, desk.tx, actor, "schedule", f"恢复{found.label}")


def _require(
    desk: Desk, actor: Actor, schedule: str, district: str, scope: str, *, whole: bool = False
) -> tuple[Schedule, str]:
    """Return the schedule and the district. Raises NotFound, Forbidden."""
    found = desk.office.schedules.get(schedule)
    if scope:
        district = desk.office.places.of(desk.tx, scope.partition("/")[0]).district
    places = [district] if district else [one for one in districts_of(desk, actor) if found and found.applies(one)]
    if found is None or not places or not found.applies(places[0]):
        raise NotFound("没有这项日程，或者本区没有。")
    place = scope.partition("/")[0] or places[0]
    allowed = may_at(desk, actor, place)
    if not allowed and not whole and not scope:
        allowed = bool(_wanted(desk, actor, found, places[0], ""))
    if not allowed:
        raise Forbidden("您的岗位不能启动、暂停或恢复日程。", rule="R-13")
    return found, places[0]


def _wanted(desk: Desk, actor: Actor, schedule: Schedule, district: str, scope: str) -> Sequence[str]:
    everywhere = schedules.scopes_of(desk, schedule, district)
    if scope:
        chosen = [one for one in everywhere if scope in (one, one.partition("/")[0])]
        if not chosen:
            raise NotFound("这项日程不管这个单位。")
        return chosen
    return [one for one in everywhere if may_at(desk, actor, one.partition("/")[0])]


def _period(desk: Desk, schedule: Schedule) -> tuple[Period, bool]:
    """Return the period whose window is open, else the next one, and whether it is open. Raises Refused for none."""
    found = schedule.open_at(desk.now)
    if found:
        return workable(schedule.every, found[-1], desk.office.calendar.is_working_day), True
    following = schedule.next_after(desk.now)
    if following is None:
        raise Refused("这项日程今后没有安排。")
    return following, False


def _stand(desk: Desk, schedule: Schedule, district: str) -> ScheduleStand:
    shelf = shelf_of(desk.tx)
    found = shelf.find(ScheduleStand, {"schedule": schedule.id, "district": district})
    if found:
        return found[0]
    stand = ScheduleStand(schedule=schedule.id, district=district, since=desk.now, planned_until=desk.now)
    shelf.add(stand)
    return stand
