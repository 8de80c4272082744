"""What holds on every way to a node, told apart by the values that gateways decide by.

A variable keeps its initial value until something sets it. As long as a condition can be decided with such values, only
the way that it opens is followed: "not yet accepted" leads to the acceptance and nowhere else. Cases with equal known
values are merged (names set in both), and a node with too many cases falls back to one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from jiuzhu.domain.topics import Value
from jiuzhu.engine.expressions import Template
from jiuzhu.engine.lint_graph import WHOLE, Graph, Point
from jiuzhu.errors import ExpressionError

Names: TypeAlias = frozenset[str]
Known: TypeAlias = frozenset[tuple[str, Value]]
Cases: TypeAlias = dict[Known, Names]

MAX_CASES = 128


class Paths:
    """One forward pass over a flat graph."""

    def __init__(self, graph: Graph, entry: Names, constants: Mapping[str, Value]) -> None:
        self.graph = graph
        self.entry = entry
        deciding = {
            name
            for point in graph.points.values()
            for _, condition in point.ways.values()
            if condition is not None
            for name in condition.names
        }
        self.deciding = deciding
        self.known: Known = frozenset((name, value) for name, value in constants.items() if name in deciding)
        self.arrived: dict[str, Cases] = {point_id: {} for point_id in graph.points}
        self.left: dict[str, Cases] = {point_id: {} for point_id in graph.points}
        self.hosted: dict[str, list[str]] = {}
        for point_id, point in graph.points.items():
            if point.host:
                self.hosted.setdefault(point.host, []).append(point_id)

    def run(self) -> tuple[dict[str, Cases], dict[str, Cases]]:
        """Return by node the cases before it and after it."""
        pending: list[str] = []
        self._arrive(self.graph.first, {self.known: self.entry}, pending)
        for event_sub in self.hosted.get(WHOLE, ()):
            # It may begin after anything in the process has changed a value.
            changed = {name for point in self.graph.points.values() for name in point.sets}
            self._arrive(
                event_sub, {frozenset(pair for pair in self.known if pair[0] not in changed): self.entry}, pending
            )
        while pending:
            point_id = pending.pop(0)
            point = self.graph.points[point_id]
            self.left[point_id] = self._through(point, self.arrived[point_id])
            for target, cases in self._onwards(point, self.left[point_id]):
                self._arrive(target, cases, pending)
            for boundary in self.hosted.get(point_id, ()):
                # An event at a sub-process may come after anything inside has changed a value.
                inner = self._sets_inside(point_id)
                interrupted: Cases = {}
                for known, held in self.arrived[point_id].items():
                    _merge(interrupted, frozenset(pair for pair in known if pair[0] not in inner), held)
                self._arrive(boundary, interrupted, pending)
        return self.arrived, self.left

    def _arrive(self, point_id: str, cases: Cases, pending: list[str]) -> None:
        point = self.graph.points[point_id]
        before = dict(self.arrived[point_id])
        if point.joins:
            merged = self._joined(point)
        else:
            merged = dict(before)
            for known, held in cases.items():
                _merge(merged, known, held)
        if len(merged) > MAX_CASES:
            merged = _collapsed(merged)
        if merged != before:
            self.arrived[point_id] = merged
            if point_id not in pending:
                pending.append(point_id)

    def _joined(self, point: Point) -> Cases:
        """Return what holds behind a parallel join: everything that any branch has set."""
        branches = [_collapsed(self.left[source]) for source in point.before if self.left[source]]
        held: Names = frozenset()
        for branch in branches:
            held |= next(iter(branch.values()))
        return {frozenset(): held}

    def _through(self, point: Point, cases: Cases) -> Cases:
        after: Cases = {}
        for known, held in cases.items():
            values = {name: value for name, value in known if name not in point.sets}
            values |= {name: value for name, value in point.constants.items() if name in self.deciding}
            _merge(after, frozenset(values.items()), held | point.sets)
        return after

    def _onwards(self, point: Point, cases: Cases) -> Iterable[tuple[str, Cases]]:
        targets: dict[str, Cases] = {}
        chosen = {target for target, _ in point.ways.values()}
        for target in point.after:
            if target not in chosen:
                targets[target] = dict(cases)
        for known, held in cases.items():
            for target in self._open(point, dict(known)):
                _merge(targets.setdefault(target, {}), known, held)
        return targets.items()

    def _open(self, point: Point, values: dict[str, Value]) -> list[str]:
        """Return where the flows lead that may be taken; decided conditions close the others."""
        exclusive = point.node.type == "exclusiveGateway"
        targets: list[str] = []
        default: list[str] = []
        for target, condition in point.ways.values():
            if condition is None:
                default.append(target)
                continue
            truth = _decided(condition, values)
            if truth is not False:
                targets.append(target)
            if truth is True and exclusive:
                return targets
        return targets + default

    def _sets_inside(self, point_id: str) -> Names:
        end = f"{point_id}$end"
        if end not in self.graph.points:
            return frozenset(self.graph.points[point_id].sets)
        inside: set[str] = set()
        seen: set[str] = set()
        stack = list(self.graph.points[point_id].after)
        stack += [each for each in self.hosted.get(point_id, []) if self.graph.points[each].node.triggered]
        while stack:
            inner = stack.pop()
            if inner in seen or inner == end:
                continue
            seen.add(inner)
            inside |= self.graph.points[inner].sets
            stack += self.graph.points[inner].after + self.hosted.get(inner, [])
        return frozenset(inside)


def _merge(cases: Cases, known: Known, held: Names) -> None:
    cases[known] = cases[known] & held if known in cases else held


def _collapsed(cases: Cases) -> Cases:
    common: Known | None = None
    held: Names | None = None
    for known, names in cases.items():
        common = known if common is None else common & known
        held = names if held is None else held & names
    return {common or frozenset(): held or frozenset()}


def _decided(condition: Template, values: Mapping[str, Value]) -> bool | None:
    try:
        return condition.holds(values)
    except ExpressionError:
        # Something that it needs is not known here.
        return None
