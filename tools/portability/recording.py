"""A try-out that writes down each way to an end, so that the same can be done on another engine."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from jiuzhu.domain.rows import Occurrence
from jiuzhu.errors import Refused
from jiuzhu.service import campaigns, payments, sample_work, schedules, simulating
from jiuzhu.service.office import Office
from jiuzhu.service.tryout_office import Root
from jiuzhu.simulate.bank import Bank
from jiuzhu.simulate.tryout.explore import Explorer
from jiuzhu.simulate.tryout.hands import Deed, Hands
from jiuzhu.simulate.tryout.moves import Move, State
from jiuzhu.simulate.tryout.notes import Notes
from jiuzhu.simulate.tryout.place import Place
from jiuzhu.simulate.tryout.walker import BETWEEN, ROUNDS, Walker
from jiuzhu.store.shelf import shelf_of
from tools.portability import ways


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that was done, by whom, when, and until when the machines then worked."""

    kind: str
    """begin, calendar, item, message, deliver or time."""
    at: datetime
    settled_at: datetime
    process_key: str = ""
    element_id: str = ""
    record_no: str = ""
    login: str = ""
    about: str = ""
    message: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    """What the form showed."""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A way from the beginning to an end."""

    title: str
    """What was done otherwise than usual."""
    acts: tuple[Act, ...]
    flows: frozenset[str]
    """Sequence flows of the process under trial."""
    way: ways.Way
    assumed: bool


@dataclass(kw_only=True)
class Kept(State):
    """A moment with how it was come to."""

    acts: tuple[Act, ...] = ()
    flows: frozenset[tuple[str, str]] = frozenset()


MOST_ACTS = 300
"""Of what goes before."""
MOST_DAYS = 366
"""How long the next turn of a schedule is waited for."""


def schedule_of(office: Office, process_key: str) -> str:
    """Return the schedule that starts a process, '' when none does."""
    return next((one.id for one in office.schedules.values() if one.process == process_key), "")


def begun_by_calendar(office: Office, schedule: str, scope: str) -> str:
    """Begin the first turn of a schedule that is open now, at a place or at the first; return the record's number."""
    turning = simulating.turning(office, [schedule])
    schedules.plan(turning)
    with office.store.reading() as tx:
        found = shelf_of(tx).find(Occurrence, {"schedule": schedule, "state": "due"})
    turn = min((one for one in found if one.scope.startswith(scope)), key=lambda one: one.occurrence_no)
    schedules.start(turning, turn, None)
    with office.store.reading() as tx:
        taken = shelf_of(tx).find(Occurrence, {"occurrence_no": turn.occurrence_no})[0]
    if not taken.record_no:
        raise Refused(f"日程没有启动：{taken.fault}")
    return taken.record_no


def lists_kept(place: Place) -> int:
    """Start and tell what reviews and samples have to, let the bank answer; returns how much moved."""
    office, today = place.office, place.now.date()
    # The draw of a day, not of a walk: the other office hears the same.
    bank = Bank(office, place.district, place.logins, random.Random(f"bank/{today}"))
    bank.answer(today)
    return campaigns.keep_campaigns(office) + sample_work.keep_samples(office) + bank.answered


def _kind(move: Move, deed: Deed) -> str:
    """Return how an act is done again: what nobody did by hand comes of time, or of the calendar."""
    if move.kind == "timer" or deed.login:
        return "time" if move.kind == "timer" else move.kind
    return "calendar" if move.kind == "begin" else "time"


class RecordingWalker(Walker):
    """Writes down what it does."""

    acts: tuple[Act, ...] = ()
    flows: frozenset[tuple[str, str]] = frozenset()
    scope: str = ""
    """Where the calendar begins, the first place when it is ''."""

    def keep(self, trail: tuple[str, ...], *, assumed: bool) -> State:
        """Return the moment as it is, with how it was come to."""
        return Kept(**vars(super().keep(trail, assumed=assumed)), acts=self.acts, flows=self.flows)

    def back(self, state: State) -> None:
        """Go back to a moment."""
        super().back(state)
        assert isinstance(state, Kept)
        self.acts, self.flows = state.acts, state.flows

    def act(self, move: Move, *, assumed: bool) -> Deed:
        """Do something and write it down when it was done."""
        at = self._office.clock.now()
        deed = super().act(move, assumed=assumed)
        calendar = _kind(move, deed) == "calendar"
        if calendar:
            at = self._office.clock.now() - BETWEEN
        if deed.done:
            number = move.item.record_no if move.item else move.wait.record_no if move.wait else ""
            done = Act(
                kind=_kind(move, deed),
                at=at,
                settled_at=self._office.clock.now(),
                process_key=move.process_key,
                element_id=move.element_id,
                record_no=number,
                login=deed.login,
                about=deed.about,
                message=move.wait.message if move.wait else self.scope if calendar else "",
                data=deed.data,
                context=deed.context,
            )
            self._note(done)
        return deed

    def pass_time(self, until: datetime) -> bool:
        """Let time go by and write it down."""
        moved = super().pass_time(until)
        now = self._office.clock.now()
        self._note(Act(kind="time", at=now, settled_at=now))
        return moved

    def settle(self) -> None:
        """Let the machines work, those of reviews and samples, too."""
        for _ in range(ROUNDS):
            super().settle()
            if not lists_kept(self._place):
                return

    def _do(self, move: Move) -> Deed:
        if move.wait is not None and move.wait.message == payments.MESSAGE:
            # The bank answers on the next day, with a file; what is entered of it goes to whoever waits.
            self._turn(self.next_morning())
            return Deed(done=lists_kept(self._place) > 0, said="银行没有回盘")
        schedule = schedule_of(self._office, self._root.key) if move.kind == "begin" else ""
        if not schedule or self._root.starters:
            return super()._do(move)
        for _ in range(MOST_DAYS):
            if self._office.schedules[schedule].open_at(self._office.clock.now()):
                break
            self._turn(self.next_morning())
        record_no = begun_by_calendar(self._office, schedule, self.scope)
        self.record_no = record_no
        return Deed(done=True, record_no=record_no, about=schedule)

    def _note(self, done: Act) -> None:
        self.acts = (*self.acts, done)
        self.flows |= {(one.process_key, one.flow) for one in self.passed if one.flow}


class Recorder(Explorer):
    """Keeps every way to an end."""

    def __init__(self, *given: Any, before: tuple[Act, ...], first: int, scope: str, **named: Any) -> None:
        super().__init__(*given, **named)
        place, root, drawings, _, hands = given
        self.walker = RecordingWalker(place, hands, root, drawings, self.notes)
        self.walker.acts, self.walker.scope = before, scope
        self.recorded: list[Recorded] = []
        self._first = first

    def _is_over(self, place: int, trail: tuple[str, ...], *, assumed: bool) -> bool:
        over = super()._is_over(place, trail, assumed=assumed)
        walker = self.walker
        if over and not walker.stops():
            assert isinstance(walker, RecordingWalker)
            self.recorded.append(
                Recorded(
                    title="；".join(trail) or "通常办理",
                    acts=walker.acts,
                    flows=frozenset(flow for key, flow in walker.flows if key == self._place.key),
                    way=ways.since(self._place.office, self._first),
                    assumed=assumed,
                )
            )
        return over


def as_usual(place: Place, hands: Hands, root: Root, before: tuple[Act, ...]) -> tuple[Act, ...]:
    """Walk a process as people usually do, to its end, and return what was done. Raises Refused when nobody can."""
    walker = RecordingWalker(place, hands, root, {}, Notes())
    walker.acts = before
    deed = walker.act(Move(kind="begin", process_key=root.key, element_id="", name=""), assumed=False)
    if not deed.done:
        raise Refused(f"{root.key}：{deed.said}")
    for _ in range(MOST_ACTS):
        if walker.ended()[0]:
            return walker.acts
        if not _one_done(walker):
            due = [one.due for one in walker.waits() if one.kind == "timer" and one.due is not None]
            walker.pass_time(max(min([*due, walker.next_morning()]), place.office.clock.now()))
    raise Refused(f"{root.key}：没有办到结束")


def _one_done(walker: RecordingWalker) -> bool:
    for item in walker.items():
        move = Move(kind="item", process_key=item.process_key, element_id=item.element_id, name=item.name, item=item)
        if walker.act(move, assumed=False).done:
            return True
    return False


def rested(place: Place, hands: Hands, root: Root, before: tuple[Act, ...], days: int) -> tuple[Act, ...]:
    """Let days go by, on which people only do what is still open; return what was done with that."""
    walker = RecordingWalker(place, hands, root, {}, Notes())
    walker.acts = before
    for _ in range(days):
        for _ in range(MOST_ACTS):
            if not _one_done(walker):
                break
        walker.pass_time(place.office.clock.now() + timedelta(days=1))
    return walker.acts


def chosen(found: list[Recorded], most: int) -> list[Recorded]:
    """Return the usual way and those that add most flows, nothing assumed."""
    left = [one for one in found if one.flows and not one.assumed]
    picked: list[Recorded] = left[:1]
    walked = set(picked[0].flows) if picked else set()
    while left and len(picked) < most:
        best = max(left, key=lambda one: len(one.flows - walked))
        if not best.flows - walked:
            break
        picked.append(best)
        walked |= best.flows
    return picked
