"""Checks of data: every variable is set before it is read, and every result of a call reaches its reader.

*Set before* is computed forwards over the flat graphs: what holds on every way to a node (``lint_paths``); a called
process starts with what all its callers pass. *Read later* is computed backwards. Both follow the rules of scopes:
nothing passes a call activity except what its lines name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from jiuzhu.domain.topics import Value
from jiuzhu.engine.catalogue import ProcessFile
from jiuzhu.engine.diagram import Call
from jiuzhu.engine.lint_graph import Graph, Point, Read
from jiuzhu.engine.lint_paths import Names, Paths
from jiuzhu.engine.lint_scene import STARTED_WITH, Scene

STARTER_INPUT = "process_key"
"""A topic with this input starts another process and passes on the names in its input ``variables``."""


def check_values(scene: Scene) -> None:
    """Report unset variables, results without producer and results that do not come back (decisions A2, A4)."""
    flows = {key: ValueFlow(scene, file) for key, file in scene.processes.items()}
    _spread_entries(scene, flows)
    for flow in flows.values():
        if flow.graph.file.key in scene.checked:
            flow.report(flows)


class ValueFlow:
    """What holds before and after each node of one process."""

    def __init__(self, scene: Scene, file: ProcessFile) -> None:
        self.scene = scene
        self.graph = Graph(scene, file)
        self.file = file
        self.entry: Names | None = None
        """What holds at the start; None while nobody is known to start it."""
        self.before: dict[str, Names] = {}
        self.after: dict[str, Names] = {}
        self._live: dict[str, Names] | None = None

    @property
    def initial(self) -> Names:
        """Return what a person who starts the process brings, or the office that starts it from rows."""
        brought = self.file.properties.get(STARTED_WITH, "").split(",")
        names = frozenset(name.strip() for name in brought if name.strip())
        return self.scene.around.given | self.scene.form_keys(self.file.start_form) | names

    @property
    def defaults(self) -> Names:
        """Return the names of the property ``defaults``: set at the start of a process that stands by itself."""
        return frozenset(self._default_values())

    def _default_values(self) -> dict[str, Value]:
        try:
            values = json.loads(self.file.properties.get("defaults", "") or "{}")
        except ValueError:
            return {}
        return values if isinstance(values, dict) else {}

    @property
    def all_sets(self) -> Names:
        """Return every name that some node of the process may set."""
        return frozenset(name for point in self.graph.points.values() for name in point.sets)

    def run(self) -> None:
        """Compute what holds before and after each node, from the entry."""
        self.before, self.after = {}, {}
        if self.entry is None or self.graph.first not in self.graph.points:
            return
        arrived, left = Paths(self.graph, self.entry, self._constants()).run()
        self.before = {point_id: _common(cases.values()) for point_id, cases in arrived.items() if cases}
        self.after = {point_id: _common(cases.values()) for point_id, cases in left.items() if cases}

    def _constants(self) -> dict[str, Value]:
        """Return the initial values that conditions of a process standing by itself can be decided with."""
        if not self.scene.is_startable(self.file) or self.file.key in self.scene.called:
            return {}
        return {name: value for name, value in self._default_values().items() if not isinstance(value, list | dict)}

    @property
    def exit(self) -> Names | None:
        """Return what holds at every end that returns to a caller; None when no end was reached."""
        known = [self.after[end] for end in self.graph.ends if end in self.after]
        return _common(known) if known else None

    def passed(self, point_id: str, call: Call) -> Names:
        """Return what a call passes in."""
        held = self.before[point_id] if call.all_in else frozenset()
        return held | {line.target for line in call.ins}

    # findings

    def report(self, flows: dict[str, ValueFlow]) -> None:
        """Note what is wrong with the data of this process."""
        process = self.file.diagram
        if self.entry is None:
            message = "没有流程调用它，也不能由人启动，变量没有检查。"
            self.scene.note(
                process, None, "process.uncalled", message, "请与调用它的流程一起检查。", severity="warning"
            )
            return
        for point_id, point in self.graph.points.items():
            if point_id not in self.before:
                continue
            self._unset(point, point.reads, self.before[point_id], flows)
            self._unset(point, point.late_reads, self.after[point_id], flows)
            call = point.node.call
            if call is not None and call.called.is_literal and call.called.text in flows:
                self._results(point_id, point, call, flows)

    def _unset(self, point: Point, reads: Iterable[Read], held: Names, flows: dict[str, ValueFlow]) -> None:
        for read in reads:
            if read.silent or _holds(held, read.name):
                continue
            setter = self._called_setter(read.name, flows)
            if setter:
                remedy = f"被调用流程“{setter}”会设置它：请把它列入调用活动的传出变量（Out）。"
            elif read.name in self.all_sets:
                remedy = "只有一部分路径设置了它：请在流程属性 defaults 中给初始值，或在每条路径上先设置。"
            else:
                remedy = "没有任何步骤设置它：请改正变量名，或在流程属性 defaults 中给初始值。"
            message = f"{read.what}读取变量“{read.name}”，但到这里它还没有值。"
            self.scene.note(self.file.diagram, point.node, "value.unset", message, remedy, line=read.line)

    def _called_setter(self, name: str, flows: dict[str, ValueFlow]) -> str:
        for point in self.graph.points.values():
            call = point.node.call
            if call is not None and call.called.is_literal and call.called.text in flows:
                called = flows[call.called.text]
                if name in called.all_sets and name not in {line.target for line in call.outs}:
                    return called.file.name or called.file.key
        return ""

    def _results(self, point_id: str, point: Point, call: Call, flows: dict[str, ValueFlow]) -> None:
        called = flows[call.called.text]
        title = called.file.name or called.file.key
        held = called.exit
        for line in call.outs:
            missing = [name for name in sorted(line.reads) if held is not None and not _holds(held, name)]
            for name in missing:
                message = f"传出变量“{name}”在被调用流程“{title}”中并非每条路径都有值。"
                remedy = "请在被调用流程每个结束前的最后一个任务上用输出参数设置它。"
                self.scene.note(self.file.diagram, point.node, "call.producer", message, remedy, line=line.line)
        if call.all_out:
            return
        local = {line.target for line in point.node.inputs}
        back = {name for line in call.outs for name in line.reads} | {line.target for line in call.outs}
        for name in sorted(called.all_sets - back - local - called.private(call)):
            if name in self._read_after(point_id, flows):
                message = f"被调用流程“{title}”会设置“{name}”，后面的步骤读取它，但它不在传出变量中。"
                remedy = f"请在传出变量（Out）中加入“{name}”。"
                self.scene.note(self.file.diagram, point.node, "call.result-missing", message, remedy)

    def private(self, call: Call) -> Names:
        """Return names that the caller gives values of their own for the call: parameters, not results."""
        return frozenset(line.target for line in call.ins)

    # backwards

    def live(self, flows: dict[str, ValueFlow]) -> dict[str, Names]:
        """Return by node what is read at or after it before being set again."""
        if self._live is not None:
            return self._live
        # A process that calls itself over others finds nothing read in its own middle: guarded by this first value.
        self._live = {}
        points = self.graph.points
        live: dict[str, Names] = {point_id: frozenset() for point_id in points}
        reads = {point_id: self._reads(point, flows) for point_id, point in points.items()}
        changed = True
        while changed:
            changed = False
            for point_id, point in points.items():
                later = self.later(point_id, live)
                own_late = frozenset(read.name for read in point.late_reads if not read.silent) - point.sets
                value = reads[point_id] | own_late | (later - point.sets)
                if value != live[point_id]:
                    live[point_id] = value
                    changed = True
        self._live = live
        return live

    def later(self, point_id: str, live: dict[str, Names]) -> Names:
        """Return what is read behind a node, and behind the events at its border, before being set again."""
        later: Names = frozenset()
        point = self.graph.points[point_id]
        for target in (*point.after, *point.beside):
            later |= live[target]
        for other_id, other in self.graph.points.items():
            if other.host == point_id:
                later |= live[other_id]
        return later

    def _reads(self, point: Point, flows: dict[str, ValueFlow]) -> Names:
        names = {read.name for read in point.reads}
        call = point.node.call
        if call is not None and call.all_in and call.called.is_literal and call.called.text in flows:
            called = flows[call.called.text]
            start = called.live(flows).get(called.graph.first, frozenset())
            names |= start - {line.target for line in call.ins}
        return frozenset(names)

    def _read_after(self, point_id: str, flows: dict[str, ValueFlow]) -> Names:
        live = self.live(flows)
        return self.later(point_id, live) if live else frozenset()


def _spread_entries(scene: Scene, flows: dict[str, ValueFlow]) -> None:
    """Give every process the names that hold at its start, whoever starts it."""
    for flow in flows.values():
        if scene.is_startable(flow.file):
            flow.entry = flow.initial | flow.defaults
            flow.run()
    changed = True
    while changed:
        changed = False
        for key, passed in _arrivals(flows):
            target = flows[key]
            entry = passed if target.entry is None else target.entry & passed
            if entry != target.entry:
                target.entry = entry
                target.run()
                changed = True
    for flow in flows.values():
        # A matter that no diagram starts is opened by the calendar, with what every opener gives.
        if flow.entry is None and flow.file.properties.get("kind") == "matter":
            flow.entry = flow.initial | flow.defaults
            flow.run()


def _arrivals(flows: dict[str, ValueFlow]) -> list[tuple[str, Names]]:
    """Return what every reached call and every reached starting topic hands to another process."""
    arrivals: list[tuple[str, Names]] = []
    for flow in flows.values():
        for point_id, point in flow.graph.points.items():
            if point_id not in flow.before:
                continue
            node = point.node
            if node.call is not None and node.call.called.is_literal and node.call.called.text in flows:
                arrivals.append((node.call.called.text, flow.passed(point_id, node.call)))
            constants = {line.target: line.value.text for line in node.inputs if line.value and line.value.is_literal}
            started = constants.get(STARTER_INPUT, "")
            if node.topic and started in flows:
                names = {name.strip() for name in constants.get("variables", "").split(",") if name.strip()}
                other = flows[started]
                arrivals.append((started, other.scene.around.given | names | other.defaults))
    return arrivals


def _common(cases: Iterable[Names]) -> Names:
    known = list(cases)
    held = known[0]
    for other in known[1:]:
        held = held & other
    return held


def _holds(held: Names, name: str) -> bool:
    return name in held or any(known.endswith("*") and name.startswith(known[:-1]) for known in held)
