"""Walks a diagram along every way: as people usually answer first, then one answer otherwise at each place.

Every open item, timer and message is a choice; each choice is made once, at the first moment at which it is there, and
what follows goes on as usual until an end or a situation that is known. While flows are missing, choices that their
conditions read go first, and are made again at other moments. Last come assumed answers: errors that a worker may
report, results that it may bring. All in an order that only the seed decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from jiuzhu.domain.topics import TopicContract
from jiuzhu.service.simulating import Open
from jiuzhu.service.tryout_choices import Variant
from jiuzhu.service.tryout_drawing import Drawing
from jiuzhu.service.tryout_office import Passed, Root, Wait
from jiuzhu.simulate.tryout.faults import Faults
from jiuzhu.simulate.tryout.hands import NOBODY, Hands
from jiuzhu.simulate.tryout.moves import Move, State, Wishes
from jiuzhu.simulate.tryout.notes import Notes, Way
from jiuzhu.simulate.tryout.place import Place
from jiuzhu.simulate.tryout.stand_ins import Assumed
from jiuzhu.simulate.tryout.walker import Walker

LAST_OF_INTEREST = 3
"""Rank up to which moves are made although every flow has been walked: choices of the diagram itself."""
IDLE_DAYS = 45
"""How many days people wait for something that is refused today."""
LONGEST = 150
"""Acts of one walk; a walk that goes on longer turns in circles."""


class Explorer:
    """One trial's search."""

    def __init__(
        self,
        place: Place,
        root: Root,
        drawings: Mapping[str, Drawing],
        by_tables: frozenset[str],
        hands: Hands,
        *,
        budget: int,
        seconds: float | None = None,
        say: Callable[[int, int, int], None] = lambda steps, walked, flows: None,
    ) -> None:
        self._place = place
        self._root = root
        self._drawings = drawings
        self._hands = hands
        self._budget = budget
        self._until = monotonic() + seconds if seconds is not None else None
        self._say = say
        own = drawings[place.key]
        deciding = by_tables | frozenset(name for one in drawings.values() for name in one.names)
        constants: dict[str, frozenset[str]] = {}
        for one in drawings.values():
            for name, values in one.constants.items():
                constants[name] = constants.get(name, frozenset()) | values
        self._constants = constants
        self.wishes = Wishes(key=place.key, drawing=own, deciding=deciding, missing=set(own.lines))
        self.notes = Notes()
        self.walker = Walker(place, hands, root, drawings, self.notes)
        self.faults = Faults(self.notes, drawings)
        self.stopped = ""
        """Why the search ended before everything was tried: steps, time; '' when it was not cut off."""
        self._pending: list[tuple[State, Move]] = []
        self._queued: set[tuple[int, tuple[str, ...]]] = set()
        self._places: dict[str, int] = {}
        self._said: dict[str, str] = {}
        self._led: tuple[str, ...] = ()
        """What was chosen when the running walk began."""

    def run(self) -> None:
        """Walk until everything was tried, or the budget is used up."""
        first = self.walker.first()
        self._queue(first, [self._begin()])
        self._queue(first, [self._begin(login=login) for login in self._hands.places(self._root)[1:]])
        variants = self._hands.beginning_variants(self._root, self._constants)
        self._queue(first, [self._begin(variant=one) for one in variants])
        while self._pending:
            if self._over():
                return
            chosen = self._choose()
            if chosen is None:
                return
            self._follow(*chosen)
            walked = len(self._drawings[self._place.key].lines) - len(self.wishes.missing)
            self._say(self.notes.steps, walked, len(self._drawings[self._place.key].lines))

    def unfinished(self) -> frozenset[int]:
        """Return the situations at which something is still to be tried: nothing final is said of them.

        What was done elsewhere counts, too: when every flow has been walked, it is not made again here.
        """
        return frozenset(state.place for state, _ in self._pending)

    def _begin(self, *, login: str = "", variant: Variant | None = None) -> Move:
        return Move(kind="begin", process_key=self._root.key, element_id="", name="发起", login=login, variant=variant)

    def _over(self) -> bool:
        if self.notes.steps >= self._budget:
            self.stopped = "steps"
        elif self._until is not None and monotonic() > self._until:
            self.stopped = "time"
        return bool(self.stopped)

    def _choose(self) -> tuple[State, Move] | None:
        wanted = self.wishes.wanted()
        ranks = [self.wishes.rank(move, wanted) for _, move in self._pending]
        best = min(ranks)
        if not self.wishes.missing and best > LAST_OF_INTEREST:
            return None
        return self._pending.pop(ranks.index(best))

    def _queue(self, state: State, moves: Sequence[Move]) -> None:
        for move in moves:
            mark = (state.place, move.sign)
            if mark not in self._queued:
                self._queued.add(mark)
                self._pending.append((state, move))

    def _follow(self, state: State, move: Move) -> None:
        """Do a move at a state and go on as usual behind it."""
        self.walker.back(state)
        self._said, self._led = dict(state.said), move.sign
        trail = (*state.trail, move.shown) if move.shown else state.trail
        assumed = state.assumed or move.assumed is not None or move.kind == "deliver"
        if not self._act(state, move, trail, assumed=assumed):
            return
        came_from = state.place
        for _ in range(LONGEST):
            place, known = self._arrive()
            self.faults.edge(came_from, place, self.walker.passed)
            came_from = place
            if self._is_over(place, trail, assumed=assumed) or known or self._over():
                return
            here = self.walker.keep(trail, assumed=assumed)
            here.place, here.said = place, dict(self._said)
            items, waits = self.walker.items(), self.walker.waits()
            if self.faults.nothing_alive(self.walker, items, waits, trail):
                self.faults.ends(place)
                return
            self._queue(here, list(self._others(items, waits)))
            if not self._go_on(here, items, waits, trail, assumed=assumed):
                return

    def _act(self, state: State, move: Move, trail: tuple[str, ...], *, assumed: bool) -> bool:
        deed = self.walker.act(move, assumed=assumed)
        if not deed.done:
            self.wishes.note(move, {})
            self.notes.refused[move.sign] = deed.said
            self.faults.refusal(move, deed.said, trail)
            return False
        self.wishes.note(move, deed.data)
        results = move.assumed.results if move.assumed is not None else {}
        for name, value in {**deed.data, **results}.items():
            if name in self.wishes.deciding and isinstance(value, str | bool | int):
                self._said[name] = repr(value)
        self._note_passed()
        if move.assumed is None:
            self._queue(state, list(self._assumptions(move, self.walker.passed)))
        return True

    def _note_passed(self) -> None:
        for one in self.walker.passed:
            if one.process_key == self._place.key:
                self.wishes.missing.discard(one.flow)

    def _arrive(self) -> tuple[int, bool]:
        """Return the number of the situation, and whether it was met before."""
        items = sorted((one.process_key, one.element_id) for one in self.walker.items())
        waits = sorted((one.process_key, one.element_id) for one in self.walker.waits())
        values = self.walker.variables(self.walker.case_id())
        own = {name: values[name] for name in sorted(self.wishes.drawing.names) if name in values}
        for name, value in own.items():
            self.notes.answers.setdefault(name, set()).add(json.dumps(value, ensure_ascii=False, default=str))
        # What a called process has been told comes back to the one under trial later.
        open_keys = {key for key, _ in (*items, *waits)} | {self._place.key}
        names = {name for key in open_keys if key in self._drawings for name in self._drawings[key].names}
        said = {name: value for name, value in sorted(self._said.items()) if name in names and name not in own}
        told = {name: self._said[name] for name in own if name in self._said}
        running = [key for _, _, key in self.walker.running()]
        parts = [items, waits, own, said, told, running]
        sign = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
        known = sign in self._places
        return self._places.setdefault(sign, len(self._places)), known

    def _is_over(self, place: int, trail: tuple[str, ...], *, assumed: bool) -> bool:
        """Return whether the walk has come to an end, or to a step that failed."""
        if self.faults.failed(self.walker, trail):
            self.faults.ends(place)
            return True
        ended, event = self.walker.ended()
        if not ended or any(key == self._place.key for _, _, key in self.walker.running()):
            return False
        self.faults.ends(place)
        box = self._drawings[self._root.key].boxes.get(event)
        self.notes.way(Way(trail=trail, end_id=event, end_name=box.name if box else "", assumed=assumed))
        if not event:
            self.faults.vanished(self.walker, trail)
        return True

    def _go_on(
        self, here: State, items: Sequence[Open], waits: Sequence[Wait], trail: tuple[str, ...], *, assumed: bool
    ) -> bool:
        """Do what people usually do next; False when nobody can go on."""
        said: dict[str, str] = {}
        for _ in range(IDLE_DAYS):
            for item in items:
                if said.get(item.element_id) == NOBODY:
                    continue
                move = _item(item)
                if self._act(here, move, trail, assumed=assumed):
                    return True
                said[item.element_id] = self.notes.refused.get(move.sign, "")
            timers = [one for one in waits if one.kind == "timer" and one.due is not None and not one.never]
            inner = [one for one in waits if one.kind == "message" and not self.walker.on_an_activity(one)]
            if not items and not timers and inner:
                return self._act(here, _wait(inner[0]), trail, assumed=assumed)
            morning = self.walker.next_morning()
            soonest = min((one.due for one in timers if one.due is not None), default=morning)
            if not items:
                self.walker.pass_time(soonest)
                self._note_passed()
                return True
            if self.walker.pass_time(min(soonest, morning)):
                self._note_passed()
                return True
            items, waits = self.walker.items(), self.walker.waits()
            if self._over():
                return False
        self.faults.nobody_goes_on(items, said, trail)
        self.faults.ends(here.place)
        return False

    def _others(self, items: Sequence[Open], waits: Sequence[Wait]) -> Sequence[Move]:
        found: list[Move] = []
        for item in items:
            for variant in self._hands.item_variants(item, self._constants):
                found.append(_item(item, variant))
        found += [_wait(one) for one in waits if not one.never]
        return found

    def _assumptions(self, move: Move, passed: Sequence[Passed]) -> Sequence[Move]:
        """Return the same move with each error and each result assumed that a worker behind it may give."""
        found: list[Move] = []
        seen: set[tuple[str, str]] = set()
        for one in passed:
            place = (one.process_key, one.element_id)
            drawing = self._drawings.get(one.process_key)
            box = drawing.boxes.get(one.element_id) if drawing is not None else None
            topic = self._place.office.topics.get(box.topic) if box is not None and box.topic else None
            if topic is None or place in seen:
                continue
            seen.add(place)
            results = {output.name for output in topic.contract.outputs} & self.wishes.drawing.names
            for sign in (self._led, move.sign):
                self.wishes.leads.setdefault(sign, set()).update(results)
            found += [move.assuming(what) for what in _assumed(one, topic.contract, self.wishes.drawing.names)]
        return found


def _item(item: Open, variant: Variant | None = None) -> Move:
    return Move(
        kind="item",
        process_key=item.process_key,
        element_id=item.element_id,
        name=item.name,
        item=item,
        variant=variant,
    )


def _wait(wait: Wait) -> Move:
    kind = "timer" if wait.kind == "timer" else "message" if wait.logins else "deliver"
    return Move(kind=kind, process_key=wait.process_key, element_id=wait.element_id, name=wait.name, wait=wait)  # type: ignore[arg-type]


def _assumed(one: Passed, contract: TopicContract, names: frozenset[str]) -> Sequence[Assumed]:
    key, element = one.process_key, one.element_id
    found = [
        Assumed(process_key=key, element_id=element, error=code, shown=f"假定“{one.name}”报出错误{code}")
        for code in contract.errors
    ]
    for output in contract.outputs:
        if output.name not in names:
            continue
        values: Sequence[Any] = output.choices or ((True, False) if output.type == "boolean" else ())
        for value in values:
            shown = f"假定“{one.name}”的{output.label}为{_said(value)}"
            found.append(Assumed(process_key=key, element_id=element, results={output.name: value}, shown=shown))
    return found


def _said(value: Any) -> str:
    return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)
