"""Faults that a trial walks into: where a case vanishes, waits for ever, turns in circles, fails, or finds nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jiuzhu.service.simulating import Open
from jiuzhu.service.tryout_drawing import Box, Drawing
from jiuzhu.service.tryout_office import Passed, Wait
from jiuzhu.service.work import TOO_OFTEN
from jiuzhu.simulate.tryout.hands import NOBODY
from jiuzhu.simulate.tryout.moves import Move
from jiuzhu.simulate.tryout.notes import Fault, Notes
from jiuzhu.simulate.tryout.walker import Walker

TURNS = "已经循环"
"""How the engine begins to say that something has come round too often."""
JOINS = frozenset({"parallelGateway", "inclusiveGateway"})


class Faults:
    """Recognises faults and says them in the designer's words."""

    def __init__(self, notes: Notes, drawings: Mapping[str, Drawing]) -> None:
        self._notes = notes
        self._drawings = drawings
        self._edges: dict[int, set[int]] = {}
        self._ends: set[int] = set()
        self._at: dict[int, list[tuple[str, str]]] = {}

    def edge(self, source: int, target: int, passed: Sequence[Passed]) -> None:
        """Note that one situation was followed by another."""
        self._edges.setdefault(source, set()).add(target)
        self._at.setdefault(target, [(one.process_key, one.element_id) for one in passed if one.what == "entered"])

    def ends(self, place: int) -> None:
        """Note that a situation is an end, good or bad."""
        self._ends.add(place)

    def failed(self, walker: Walker, trail: tuple[str, ...]) -> bool:
        """Note the steps that failed; True when there is one."""
        stops = walker.stops()
        for one in stops:
            kind = "loop" if TURNS in one.message else "stop"
            self._note(kind, one.process_key, one.element_id, f"这里办不下去：{one.message}", "", trail)
        return bool(stops)

    def refusal(self, move: Move, said: str, trail: tuple[str, ...]) -> None:
        """Note a refusal that says more of the diagram than of the answer."""
        if TURNS in said or said == TOO_OFTEN:
            message = "一直在这里循环，超过次数后办不下去。"
            self._note("loop", move.process_key, move.element_id, message, "请检查离开循环的条件。", trail)

    def vanished(self, walker: Walker, trail: tuple[str, ...]) -> None:
        """Note where a case ended without an end event."""
        for one in reversed(walker.passed):
            box = self._box(one.process_key, one.element_id)
            if box is not None and not box.outgoing and box.type != "endEvent":
                message = "案件走到这里就没有下一步了，没有到结束事件。"
                self._note("dead-end", one.process_key, one.element_id, message, "请连到下一步或结束事件。", trail)
                return

    def nothing_alive(
        self, walker: Walker, items: Sequence[Open], waits: Sequence[Wait], trail: tuple[str, ...]
    ) -> bool:
        """Note a case in which nothing is open any more, although it has not ended."""
        if items or any(not walker.on_an_activity(one) for one in waits):
            return False
        for box, key in self._waiting_joins():
            message = "有的分支不再来，这里永远等不齐，案件停住了。"
            remedy = "请让每条进线都来自同一个并行分支，或改为排他网关。"
            self._note("deadlock", key, box.id, message, remedy, trail)
            return True
        last = walker.passed[-1] if walker.passed else None
        if last is not None:
            message = "走到这里以后没有任何事项，案件也没有结束。"
            self._note("deadlock", last.process_key, last.element_id, message, "请检查后面的连线。", trail)
        return True

    def nobody_goes_on(self, items: Sequence[Open], said: Mapping[str, str], trail: tuple[str, ...]) -> None:
        """Note items that nobody could complete in all that time."""
        for item in items:
            why = said.get(item.element_id, "")
            if why == NOBODY:
                message = f"没有人能办：{'、'.join(item.groups) or '没有写岗位'}在演示的人员里没有人担任。"
                self._note("stuck", item.process_key, item.element_id, message, "请核对岗位。", trail)
            else:
                message = f"按生成的内容办不了：{why}"
                self._note("stuck", item.process_key, item.element_id, message, "", trail, severity="warning")

    def circles(self, unfinished: frozenset[int]) -> None:
        """Note situations from which no way leads to an end, although everything was tried there.

        ``unfinished`` are those at which something is still to be tried.
        """
        backwards: dict[int, set[int]] = {}
        for source, targets in self._edges.items():
            for target in targets:
                backwards.setdefault(target, set()).add(source)
        leaving: set[int] = set()
        pending = sorted(self._ends | unfinished)
        while pending:
            place = pending.pop()
            if place not in leaving:
                leaving.add(place)
                pending += sorted(backwards.get(place, ()))
        lost = [place for place in sorted(self._edges) if place >= 0 and place not in leaving]
        around = dict.fromkeys(where for place in lost for where in self._at.get(place, ()) if self._is_work(*where))
        if around:
            names = "、".join(self._shown(*where) for where in around)
            message = f"从这里怎么答都走不到结束，一直在循环：{names}。"
            self._note("loop", *next(iter(around)), message, "请画出离开循环的路。", ())

    def _is_work(self, key: str, element_id: str) -> bool:
        box = self._box(key, element_id)
        return box is not None and box.type == "userTask"

    def _shown(self, key: str, element_id: str) -> str:
        box = self._box(key, element_id)
        return f"“{box.name or box.id}”" if box is not None else element_id

    def _waiting_joins(self) -> Sequence[tuple[Box, str]]:
        """Return the joins that some token has come to and none has left."""
        found = []
        for key, drawing in self._drawings.items():
            for box in drawing.boxes.values():
                if box.type in JOINS and len(box.incoming) > 1:
                    came = sum(self._notes.flows[key, one] for one in box.incoming)
                    left = sum(self._notes.flows[key, one] for one in box.outgoing)
                    if came and not left:
                        found.append((box, key))
        return found

    def _box(self, key: str, element_id: str) -> Box | None:
        drawing = self._drawings.get(key)
        return drawing.boxes.get(element_id) if drawing is not None else None

    def _note(
        self,
        kind: str,
        key: str,
        element_id: str,
        message: str,
        remedy: str,
        trail: tuple[str, ...],
        *,
        severity: str = "error",
    ) -> None:
        box = self._box(key, element_id)
        name = box.name if box is not None else self._notes.names.get((key, element_id), "")
        self._notes.fault(
            Fault(
                kind=kind,  # type: ignore[arg-type]
                severity=severity,  # type: ignore[arg-type]
                process_key=key,
                element_id=element_id,
                element_name=name,
                message=message,
                remedy=remedy,
                trail=trail,
            )
        )
