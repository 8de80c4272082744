"""Does one move after the other in the throw-away office, writes down what was passed, and can go back to a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from jiuzhu.errors import JiuzhuError
from jiuzhu.runner import Runner
from jiuzhu.service import due, simulating, tryout_office
from jiuzhu.service.simulating import Open
from jiuzhu.service.tryout_drawing import Drawing
from jiuzhu.service.tryout_office import Camera, Passed, Root, Stop, Wait
from jiuzhu.simulate.tryout.hands import Deed, Hands
from jiuzhu.simulate.tryout.moves import Move, State
from jiuzhu.simulate.tryout.notes import Notes
from jiuzhu.simulate.tryout.place import Place

MORNING = time(9)
ROUNDS = 30
BETWEEN = timedelta(minutes=20)
"""How much time goes by with each act."""
ON_ACTIVITIES = frozenset({"subProcess", "callActivity", "userTask", "serviceTask", "sendTask", "receiveTask"})


class Walker:
    """Acts in the office of one trial."""

    def __init__(self, place: Place, hands: Hands, root: Root, drawings: Mapping[str, Drawing], notes: Notes) -> None:
        self._place = place
        self._office = place.office
        self._hands = hands
        self._root = root
        self._drawings = drawings
        self._notes = notes
        self._runner = Runner(place.office)
        self._camera = Camera(place.office)
        self.last = tryout_office.last_passage(place.office)
        self.record_no = ""
        self.passed: Sequence[Passed] = ()
        """What the latest act has passed."""

    def first(self) -> State:
        """Return the moment before anything begins."""
        return self.keep((), assumed=False)

    def keep(self, trail: tuple[str, ...], *, assumed: bool) -> State:
        """Return the moment as it is, to come back to."""
        return State(
            picture=self._camera.take(),
            moment=self._office.clock.now(),
            last=self.last,
            record_no=self.record_no,
            case_id=self.case_id(),
            trail=trail,
            assumed=assumed,
        )

    def back(self, state: State) -> None:
        """Go back to a moment."""
        self._camera.restore(state.picture)
        self._office.clock.forget()
        self._turn(state.moment)
        self.last, self.record_no = state.last, state.record_no

    def case_id(self) -> str:
        """Return the id of the record that the trial is about, '' when it has not begun or has ended."""
        return next((one for one, number, _ in self.running() if number == self.record_no), "")

    def running(self) -> Sequence[tuple[str, str, str]]:
        """Return what runs."""
        return tryout_office.running(self._office, self._place.district)

    def items(self) -> Sequence[Open]:
        """Return what people can do, soonest due first."""
        return simulating.open_items(self._office, self._place.district)

    def waits(self) -> Sequence[Wait]:
        """Return what cases wait for beside people."""
        return tryout_office.waits(self._office, self._place.district)

    def stops(self) -> Sequence[Stop]:
        """Return the steps that failed."""
        return tryout_office.stops(self._office, self._place.district)

    def ended(self) -> tuple[bool, str]:
        """Return whether the record has ended, and where."""
        return tryout_office.end_of(self._office, self.record_no)

    def variables(self, case_id: str) -> Mapping[str, Any]:
        """Return the variables of the record."""
        return tryout_office.variables(self._office, case_id) if case_id else {}

    def on_an_activity(self, wait: Wait) -> bool:
        """True for an event at the border of something: it does not go on by itself when nothing inside is alive."""
        drawing = self._drawings.get(wait.process_key)
        box = drawing.boxes.get(wait.element_id) if drawing is not None else None
        return box is not None and bool(box.attached_to)

    def act(self, move: Move, *, assumed: bool) -> Deed:
        """Do something, let the machines do what follows of it, and write down what was passed."""
        self._place.stand_ins.assume(move.assumed)
        deed = self._do(move)
        if deed.done:
            self._place.machine.advance(BETWEEN)
            self.settle()
        self._place.stand_ins.assume(None)
        self._notes.steps += 1
        self.passed = tryout_office.passed_after(self._office, self.last)
        self._write_down(assumed=assumed or move.assumed is not None or move.kind == "deliver")
        return deed

    def pass_time(self, until: datetime) -> bool:
        """Let time go by; True when something came of it."""
        self._turn(until)
        self.settle()
        self._notes.steps += 1
        self.passed = tryout_office.passed_after(self._office, self.last)
        self._write_down(assumed=False)
        return bool(self.passed)

    def next_morning(self) -> datetime:
        """Return when people are at work again."""
        local = self._place.now
        day = local.date() + timedelta(days=1)
        while not self._office.calendar.is_working_day(day):
            day += timedelta(days=1)
        return datetime.combine(day, MORNING, local.tzinfo)

    def settle(self) -> None:
        """Let errands be worked and timers fire until nothing moves."""
        for _ in range(ROUNDS):
            if not self._runner.drain() + due.fire_due(self._office):
                return

    def _turn(self, moment: datetime) -> None:
        self._place.machine.advance(moment - self._office.clock.now())

    def _do(self, move: Move) -> Deed:
        try:
            if move.kind == "begin":
                deed = self._hands.begin(self._root, move.variant, move.login)
                self.record_no = deed.record_no or self.record_no
                return deed
            if move.kind == "item" and move.item is not None:
                return self._hands.complete(move.item, move.variant)
            assert move.wait is not None
            if move.kind == "message":
                return self._hands.bring(move.wait, move.variant)
            if move.kind == "deliver":
                return Deed(done=tryout_office.deliver(self._office, move.wait.task_id, move.wait.message))
            assert move.wait.due is not None
            self._turn(max(move.wait.due, self._office.clock.now()))
            return Deed(done=True)
        except JiuzhuError as error:
            return Deed(done=False, said=str(error))

    def _write_down(self, *, assumed: bool) -> None:
        for one in self.passed:
            self.last = max(self.last, one.id)
            place = (one.process_key, one.element_id)
            self._notes.names[place] = one.name
            if one.what == "entered":
                self._notes.elements[place] += 1
            if one.flow:
                self._notes.flows[one.process_key, one.flow] += 1
                if not assumed:
                    self._notes.natural.add((one.process_key, one.flow))
