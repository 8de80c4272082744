"""Schedules as they are read: what fires next in words, expected against actual, what lateness brings.

Everybody who reads a town or a district sees its ledger; acts are in ``schedule_desk``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.domain.rows import Occurrence, ScheduleStand
from jiuzhu.domain.schedules import Period, Schedule, spoken
from jiuzhu.errors import NotFound
from jiuzhu.service import schedules, visibility
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office, is_system
from jiuzhu.store import people
from jiuzhu.store import schedules as rows

LATENESS: Mapping[str, str] = {
    "alert": "逾期：提醒并列入逾期清单",
    "violation": "逾期：提醒，并提出责任线索",
    "miss": "逾期：提醒，本期不再补办",
}
STATES: Mapping[str, str] = {"due": "待启动", "started": "办理中", "done": "已完成", "missed": "未办", "void": "作废"}
NOTHING = "已完成（本期无事项）"
SCOPE_WORDS: Mapping[str, str] = {"district": "区（市）", "town": "个镇（街道）", "village": "个村（社区）"}


@dataclass(frozen=True, kw_only=True)
class ScheduleLine:
    """One schedule in one district, in words."""

    id: str
    district: str
    label: str
    note: str
    requirements: Sequence[str]
    process: str
    places: int
    counts: Mapping[str, int]
    """due, started, done, late, missed → how many turns so far."""
    next_at: datetime | None
    next_words: str
    paused_at: datetime | None
    paused_by: str
    reason: str
    may: bool
    """True: this person may start it by hand, pause it and resume it."""


@dataclass(frozen=True, kw_only=True)
class TurnLine:
    """One turn of the ledger, in words."""

    occurrence_no: str
    schedule: str
    label: str
    period: str
    scope: str
    scope_name: str
    opens_at: datetime
    due_at: datetime
    state: str
    words: str
    late: bool
    record_no: str
    started_at: datetime | None
    started_by: str
    done_at: datetime | None
    done_by: str
    reason: str
    fault: str


def list_schedules(office: Office, actor: Actor, district: str = "") -> Sequence[ScheduleLine]:
    """Return the schedules of the districts that this person reads."""
    with reading_desk(office, actor) as desk:
        stands = {(one.schedule, one.district): one for one in rows.stands(desk.tx)}
        return [
            _line(desk, actor, schedule, place, stands.get((schedule.id, place)))
            for place in districts_of(desk, actor, district)
            for schedule in office.schedules.values()
            if schedule.applies(place)
        ]


def list_turns(
    office: Office, actor: Actor, *, schedule: str = "", state: str = "", district: str = "", limit: int = 200
) -> Sequence[TurnLine]:
    """Return the ledger's turns within this person's reach, latest first; ``state`` may also be ``late``."""
    with reading_desk(office, actor) as desk:
        found: list[TurnLine] = []
        for place in districts_of(desk, actor, district):
            scopes = _scopes(desk, actor, place)
            wanted = rows.page(desk.tx, place, schedule=schedule, state=state, scopes=scopes, limit=limit)
            names = people.names(desk.tx, [one for row in wanted for one in (row.started_by, row.done_by) if one])
            idle = rows.nothing_due(desk.tx, [row.record_no for row in wanted])
            found += [_turn(desk, row, names, idle) for row in wanted]
        return found


def explain(office: Office, actor: Actor, schedule: str, district: str = "") -> Sequence[str]:
    """Say in sentences what a schedule does, when it fires next and why it does not fire now. Raises NotFound."""
    line = _of(office, actor, schedule, district)
    found = office.schedules[schedule]
    said = [f"{line.label}：{line.note}", f"依据：{'、'.join(line.requirements)}", line.next_words]
    done = "完成：流程结束" if found.process and not found.kept_by else "完成：按期提交规定的表单"
    said.append("完成：登记簿中有本期的一行" if found.register else done)
    late = {
        "alert": "逾期：提醒并列入逾期清单",
        "violation": "逾期：提醒，并提出责任线索",
        "miss": "逾期：提醒，本期不再补办",
    }
    said.append(late[found.late])
    if line.paused_at is not None:
        said.append(f"已暂停（{line.paused_by}，{_moment(line.paused_at)}）：{line.reason}")
    return said


def concerns(office: Office, actor: Actor) -> bool:
    """True for whoever may start schedules, or reads a whole district."""
    return any(
        office.roles.by_id[role].may("schedule") or office.roles.by_id[role].level == "district"
        for role in actor.roles
        if role in office.roles.by_id
    )


def _of(office: Office, actor: Actor, schedule: str, district: str) -> ScheduleLine:
    found = [one for one in list_schedules(office, actor, district) if one.id == schedule]
    if not found:
        raise NotFound("没有这项日程。")
    return found[0]


def districts_of(desk: Desk, actor: Actor, only: str = "") -> Sequence[str]:
    """Return the districts in which a person holds a post, or the one of them that is asked for."""
    if is_system(actor):
        found = list(desk.office.policies.districts)
    else:
        found = list(dict.fromkeys(desk.office.places.of(desk.tx, place).district for place in actor.organisations))
    return [one for one in found if only in ("", one)]


def _scopes(desk: Desk, actor: Actor, district: str) -> Sequence[str]:
    """Return the places whose turns a person reads; empty: the whole district."""
    if is_system(actor):
        return ()
    scope = visibility.reach_of(desk, actor).scope
    if district in scope.districts:
        return ()
    return [*scope.towns, *scope.villages] or ["\N{NULL}"]


def may_at(desk: Desk, actor: Actor, place: str) -> bool:
    """True when a person may act on the schedules of a place: of the district, or of the own town and its villages."""
    if is_system(actor):
        return True
    row = desk.office.places.of(desk.tx, place)
    above = {place, row.district, desk.office.places.town_of(desk.tx, place)}
    return any(
        desk.office.roles.by_id[role].may("schedule") and where in above
        for role, _, where in (group.partition("@") for group in actor.groups)
        if role in desk.office.roles.by_id
    )


def _line(desk: Desk, actor: Actor, schedule: Schedule, district: str, stand: ScheduleStand | None) -> ScheduleLine:
    counts = rows.counts(desk.tx, district, schedule.id, _scopes(desk, actor, district))
    places = len(schedules.scopes_of(desk, schedule, district))
    following = schedule.next_after(desk.now)
    by = people.names(desk.tx, [stand.paused_by]) if stand and stand.paused_by else {}
    return ScheduleLine(
        id=schedule.id,
        district=district,
        label=schedule.label,
        note=schedule.note,
        requirements=schedule.requirements,
        process=schedule.process,
        places=places,
        counts=counts,
        next_at=following.opens_at if following else None,
        next_words=_next_words(schedule, following, places),
        paused_at=stand.paused_at if stand else None,
        paused_by=by.get(stand.paused_by, "") if stand else "",
        reason=stand.reason if stand else "",
        may=may_at(desk, actor, district),
    )


def _next_words(schedule: Schedule, following: Period | None, places: int) -> str:
    if following is None:
        return "下次：没有安排"
    whom = f"{places}{SCOPE_WORDS[schedule.scope]}" if schedule.scope != "district" else "全区"
    act = f"启动{schedule.label}" if schedule.process else f"等待登记{schedule.label}"
    return f"下次：{_moment(following.opens_at)}，为{whom}{act}（{spoken(following.name)}），{window_words(following)}"


def window_words(period: Period) -> str:
    opens, due = period.opens_at.astimezone(SHANGHAI), period.due_at.astimezone(SHANGHAI)
    return f"{opens.month}月{opens.day}日至{due.month}月{due.day}日办理"


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def scope_name(desk: Desk, scope: str) -> str:
    place, _, programme = scope.partition("/")
    words: Mapping[str, str] = desk.office.settings.values["programmes"]
    return desk.office.places.name(desk.tx, place) + (f"（{words.get(programme, programme)}）" if programme else "")


def _turn(desk: Desk, row: Occurrence, names: Mapping[str, str], idle: Collection[str]) -> TurnLine:
    schedule = desk.office.schedules.get(row.schedule)
    words = NOTHING if row.state == "done" and row.record_no in idle else STATES[row.state]
    if row.late_at is not None:
        words = "逾期完成" if row.state == "done" else "未办（逾期）" if row.state == "missed" else "逾期"
    return TurnLine(
        occurrence_no=row.occurrence_no,
        schedule=row.schedule,
        label=schedule.label if schedule else row.schedule,
        period=spoken(row.period),
        scope=row.scope,
        scope_name=scope_name(desk, row.scope),
        opens_at=row.opens_at,
        due_at=row.due_at,
        state=row.state,
        words=words,
        late=row.late_at is not None,
        record_no=row.record_no,
        started_at=row.started_at,
        started_by=names.get(row.started_by, row.started_by),
        done_at=row.done_at,
        done_by=names.get(row.done_by, row.done_by),
        reason=row.reason,
        fault=row.fault,
    )
