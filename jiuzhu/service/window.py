"""The window seen from above: the arrivals of a day, what was answered in time, breaches, matters without a reply
(XX-31 … XX-35, XX-84). Pages and command line show these numbers and no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jiuzhu.domain import words
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import WindowVisit
from jiuzhu.domain.staffing import Staffing
from jiuzhu.domain.window_clock import is_breached, seconds_between
from jiuzhu.errors import Forbidden
from jiuzhu.service import visibility
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.referrals import ReferralLine, heads_of, without_reply
from jiuzhu.service.staffing import staffing_of
from jiuzhu.service.visibility import Reach
from jiuzhu.store.cases import Head
from jiuzhu.store.shelf import shelf_of

MINUTES = "minutes"
"""Parameter ``window.minutes``: only districts that have it keep a window."""


@dataclass(frozen=True, kw_only=True)
class VisitLine:
    """One arrival."""

    case_no: str
    name: str
    town: str
    town_name: str
    item: str
    channel: str
    arrived_at: datetime
    due_at: datetime
    answered_at: datetime | None
    seconds: int
    """Until the answer; so far, while there is none."""
    seconds_left: int
    """Until the last second in time, negative afterwards."""
    in_time: bool
    """Answered within the minutes."""
    breached: bool
    waiting: bool
    result: str
    outcome: str
    score: int | None
    rating_key: str
    """Where the citizen may judge it; '' before the answer and after the judgement."""


@dataclass(frozen=True, kw_only=True)
class TownWindow:
    """One town's window of the day."""

    town: str
    town_name: str
    staffing: Staffing


@dataclass(frozen=True, kw_only=True)
class WindowDay:
    """What the page of a day shows."""

    day: date
    has_clock: bool
    """False: the districts of this person keep no window with a clock, only matters handed on."""
    minutes: int
    visits: Sequence[VisitLine]
    arrivals: int
    answered: int
    in_time: int
    breached: int
    waiting: int
    rated: int
    average_score: str
    """With one decimal, '' when nobody has judged yet."""
    referrals: Sequence[ReferralLine]
    late_referrals: int
    towns: Sequence[TownWindow]

    @property
    def share_in_time(self) -> str:
        """Share of the answered that were answered in time, in per cent, '' when nothing was answered."""
        return f"{self.in_time * 100 / self.answered:.1f}%" if self.answered else ""


def window_day(office: Office, actor: Actor, day: date | None = None) -> WindowDay:
    """Return the day's window within a person's reach: own town, own district. Raises Forbidden for nobody's reach."""
    with reading_desk(office, actor) as desk:
        reach = visibility.reach_of(desk, actor)
        if not (reach.scope.districts or reach.scope.towns):
            raise Forbidden("您的岗位不能查看窗口情况。")
        wanted = day or desk.today
        districts = _districts(desk, reach)
        minutes = [_minutes(desk, district, wanted) for district in districts]
        visits = _visits(desk, reach, districts, wanted)
        scores = [one.score for one in visits if one.score is not None]
        referrals = without_reply(desk, reach, districts)
        return WindowDay(
            day=wanted,
            has_clock=any(minutes),
            minutes=max(minutes, default=0),
            visits=visits,
            arrivals=len(visits),
            answered=sum(not one.waiting for one in visits),
            in_time=sum(one.in_time for one in visits),
            breached=sum(one.breached for one in visits),
            waiting=sum(one.waiting for one in visits),
            rated=len(scores),
            average_score=f"{sum(scores) / len(scores):.1f}" if scores else "",
            referrals=referrals,
            late_referrals=sum(one.late for one in referrals),
            towns=_towns(desk, reach, districts, wanted),
        )


def has_window(office: Office, actor: Actor) -> bool:
    """Return whether a person may look at a window page at all: whoever reads a town or a district."""
    with reading_desk(office, actor) as desk:
        scope = visibility.reach_of(desk, actor).scope
        return bool(scope.districts or scope.towns)


def _districts(desk: Desk, reach: Reach) -> list[str]:
    own = [desk.office.places.of(desk.tx, town).district for town in reach.scope.towns]
    return sorted({*reach.scope.districts, *own})


def _minutes(desk: Desk, district: str, day: date) -> int:
    return int(desk.office.policies.of(district).values("window", day).get(MINUTES) or 0)


def _visits(desk: Desk, reach: Reach, districts: Sequence[str], day: date) -> list[VisitLine]:
    rows = [
        row
        for district in districts
        for row in shelf_of(desk.tx).find(WindowVisit, {"district": district, "arrived_on": day.isoformat()})
        if reach.covers(district=row.district, town=row.town, village="")
    ]
    heads = heads_of(desk, [row.case_no for row in rows])
    return [_visit_line(desk, row, heads.get(row.case_no)) for row in sorted(rows, key=lambda one: one.arrived_at)]


def _visit_line(desk: Desk, row: WindowVisit, head: Head | None) -> VisitLine:
    waiting = row.answered_at is None
    late = row.breached or (waiting and is_breached(row.arrived_at, row.due_at, desk.now))
    return VisitLine(
        case_no=row.case_no,
        name=head.applicant_name if head else "",
        town=row.town,
        town_name=desk.office.places.name(desk.tx, row.town),
        item=words.WINDOW_ITEMS.get(row.item, row.item),
        channel=words.WINDOW_CHANNELS.get(row.channel, row.channel),
        arrived_at=row.arrived_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        seconds=seconds_between(row.arrived_at, desk.now) if row.seconds is None else row.seconds,
        seconds_left=seconds_between(desk.now, row.due_at),
        in_time=not waiting and not late,
        breached=late,
        waiting=waiting,
        result=words.WINDOW_RESULTS.get(row.result, ""),
        outcome=words.WINDOW_OUTCOMES.get(row.outcome, ""),
        score=row.score,
        rating_key=row.rating_key if row.state == "answered" else "",
    )


def _towns(desk: Desk, reach: Reach, districts: Sequence[str], day: date) -> list[TownWindow]:
    places = desk.office.places
    kept = {district for district in districts if _minutes(desk, district, day)}
    return [
        TownWindow(town=row.id, town_name=row.name, staffing=staffing_of(desk, row.id))
        for row in sorted(places.all(desk.tx), key=lambda one: one.id)
        if row.kind == "town" and row.district in kept and reach.covers(district=row.district, town=row.id, village="")
    ]
