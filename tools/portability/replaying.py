"""A recorded way done again where another engine runs the diagrams: the same people, answers and instants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Refused
from jiuzhu.service import cases, due, identity
from jiuzhu.simulate.tryout.place import Place
from tools.portability.abroad import Abroad
from tools.portability.recording import Act, begun_by_calendar, lists_kept

MOST_ROUNDS = 200
SHORTEST_ID = 8
"""Of a text that may be an id which each office draws for itself."""


class Replay:
    """Does recorded acts in an office whose cases another engine runs."""

    def __init__(self, place: Place, abroad: Abroad) -> None:
        self._place = place
        self._office = place.office
        self._abroad = abroad

    def run(self, acts: tuple[Act, ...]) -> str:
        """Do everything; return what stood in the way, '' when nothing did."""
        for number, act in enumerate(acts, start=1):
            self._turn(act.at)
            try:
                self._do(act)
                # The runner looks all the time: what was handed in is read at the instant at which it was.
                self._abroad.runner.drain()
            except Refused as error:
                return f"第 {number} 步 {act.process_key}/{act.element_id}（{act.login}）：{error}"
            self._turn(act.settled_at)
            self._settle()
            stuck = self._abroad.incidents(self._abroad.instances())
            if stuck:
                return f"第 {number} 步 {act.process_key}/{act.element_id}（{act.login}）之后：{stuck}"
        return ""

    def _turn(self, moment: datetime) -> None:
        self._place.machine.advance(moment - self._office.clock.now())

    def _settle(self) -> None:
        for _ in range(MOST_ROUNDS):
            self._abroad.runner.drain()
            due.fire_due(self._office)
            moved = lists_kept(self._place)
            if not self._abroad.fire_next(self._office.clock.now(), self._abroad.instances()) and not moved:
                return

    def _do(self, act: Act) -> None:
        if act.kind == "time":
            return
        if act.kind == "calendar":
            begun_by_calendar(self._office, act.about, act.message)
            return
        actor = identity.actor_of(self._office, act.login)
        if act.kind == "begin":
            self._abroad.begin(actor, act.process_key, act.data, act.about)
            if not self._abroad.instances():
                raise Refused(f"没有立案：{self._abroad.incidents(())}")
        elif act.kind == "item":
            item = self._item(act, actor)
            self._abroad.complete(actor, item, translated(act, self._abroad.seen(item["task_id"])))
        elif act.kind == "message":
            sheet = cases.message_form(self._office, actor, act.record_no, act.message).sheet
            data = translated(act, sheet.context)
            cases.send_message(self._office, actor, act.record_no, act.message, data)
        else:
            raise Refused(f"没有人可以再做一次：{act.kind}")

    def _item(self, act: Act, actor: Actor) -> dict[str, Any]:
        found = self._abroad.open_items(self._abroad.instances())
        same = [one for one in found if (one["record_no"], one["element_id"]) == (act.record_no, act.element_id)]
        own = [one for one in same if self._abroad.is_for(one, actor)]
        if not own:
            shown = sorted((one["record_no"], one["element_id"]) for one in found)
            raise Refused(f"没有打开 {act.record_no} 的这个环节；打开着的是 {shown}")
        return own[0]


def translated(act: Act, seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers with what this form shows in the place of what the other one showed: ids are drawn anew."""
    there = dict(_leaves(seen, ()))
    names = {}
    for path, value in _leaves(act.context, ()):
        other = there.get(path, value)
        if len(value) >= SHORTEST_ID and other != value:
            names.setdefault(value, other)
    found: dict[str, Any] = _renamed(act.data, names)
    return found


def _leaves(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(one, (*path, key))
    elif isinstance(value, list | tuple):
        for place, one in enumerate(value):
            yield from _leaves(one, (*path, place))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, Mapping):
        return {key: _renamed(one, names) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(one, names) for one in value]
    return value
