"""One flat graph per process for the data checks: embedded levels are joined in, each node says what it reads and sets.

A sub-process has two points: itself (entry) and ``id$end`` (all its tokens have ended).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from jiuzhu.domain.topics import Value
from jiuzhu.engine.catalogue import ProcessFile
from jiuzhu.engine.diagram import Level, Node
from jiuzhu.engine.expressions import Template, parse
from jiuzhu.engine.lint_scene import Scene

WHOLE = "$process"
"""Host of the event sub-processes of the process itself."""
LOOP_NAMES = frozenset({"loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"})


@dataclass(frozen=True, kw_only=True)
class Read:
    """A variable read at a node, and by what."""

    name: str
    what: str
    line: int
    silent: bool = False
    """True for a mapping that passes null when the variable was never set."""


@dataclass(kw_only=True)
class Point:
    """A node in the flat graph."""

    node: Node
    reads: list[Read] = field(default_factory=list)
    late_reads: list[Read] = field(default_factory=list)
    """Reads of output lines: after the node's own results are there."""
    sets: set[str] = field(default_factory=set)
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    host: str = ""
    """Activity of a boundary event, or level of an event sub-process: it starts with what held before that began."""
    beside: tuple[str, ...] = ()
    """Event sub-processes that may begin at any time while a token is here."""
    ways: dict[str, tuple[str, Template | None]] = field(default_factory=dict)
    """Outgoing flow → next point and condition; None on a default or unconditional flow."""
    constants: dict[str, Value] = field(default_factory=dict)
    """What the outputs set to a fixed value."""
    joins: bool = False
    """True for a parallel join: everything set in any branch holds."""


class Graph:
    """The flat graph of one process."""

    def __init__(self, scene: Scene, file: ProcessFile) -> None:
        self.scene = scene
        self.file = file
        self.points: dict[str, Point] = {}
        self.first = file.diagram.level.start
        self.ends: list[str] = self._level(file.diagram.level, frozenset(), WHOLE, ())

    def _level(self, level: Level, local: frozenset[str], around: str, beside: tuple[str, ...]) -> list[str]:
        ends: list[str] = []
        beside = (*beside, *(node.id for node in level.event_subs()))
        for node in level.nodes.values():
            point = Point(node=node, beside=beside, joins=node.type == "parallelGateway" and len(node.incoming) > 1)
            self.points[node.id] = point
            self._fill(point, level, local)
            point.host = around if node.triggered else node.attached_to
            if node.type == "endEvent" and (node.event is None or node.event.kind != "error"):
                ends.append(node.id)
        for node in level.nodes.values():
            exit_id = node.id
            if node.level is not None:
                exit_id = f"{node.id}$end"
                inner_local = local | {line.target for line in node.inputs}
                once = node.trigger is not None and node.trigger.interrupting
                others = tuple(each for each in beside if each != node.id) if once else beside
                inner_ends = self._level(node.level, inner_local, node.id, others)
                self.points[exit_id] = Point(node=node, beside=beside)
                self._outputs(self.points[exit_id], inner_local)
                self._conditions(self.points[exit_id], level, inner_local)
                self._connect(node.id, node.level.start)
                for inner in inner_ends:
                    self._connect(inner, exit_id)
                if once:
                    # What it interrupts ends with it.
                    ends.append(exit_id)
            for flow_id in node.outgoing:
                target = level.flows[flow_id].target
                if target in level.nodes:
                    self._connect(exit_id, target)
                    self.points[exit_id].ways[flow_id] = (target, level.flows[flow_id].condition)
        return ends

    def _connect(self, source: str, target: str) -> None:
        if target in self.points:
            self.points[source].after.append(target)
            self.points[target].before.append(source)

    def _fill(self, point: Point, level: Level, outer: frozenset[str]) -> None:
        node = point.node
        local = set(outer)
        if node.multi is not None:
            local |= LOOP_NAMES
            for template, what in (
                (node.multi.cardinality, "多实例次数"), (node.multi.collection, "多实例集合"),
                (node.multi.enough, "多实例完成条件"),
            ):  # fmt: skip
                self._read(point, template.names if template is not None else (), what, node.line, local)
            if node.multi.element:
                local.add(node.multi.element)
        for line in node.inputs:
            self._read(point, line.reads, f"输入参数“{line.target}”", line.line, local)
            local.add(line.target)
        self._detail(point, local)
        if node.level is None:
            self._outputs(point, frozenset(local))
            self._conditions(point, level, frozenset(local))

    @staticmethod
    def _conditions(point: Point, level: Level, local: frozenset[str]) -> None:
        """Flows are chosen when the node's results are there."""
        for flow_id in point.node.outgoing:
            flow = level.flows[flow_id]
            what = f"“{flow.name or flow.id}”的条件"
            for name in sorted(flow.condition.names - local) if flow.condition is not None else ():
                point.late_reads.append(Read(name=name, what=what, line=flow.line))

    def _outputs(self, point: Point, local: frozenset[str]) -> None:
        known = set(local)
        if point.node.rule is not None:
            known.add(point.node.rule.result)
        for line in point.node.outputs:
            for name in sorted(line.reads - known):
                point.late_reads.append(Read(name=name, what=f"输出参数“{line.target}”", line=line.line))
            point.sets.add(line.target)
            if line.value is not None and not line.value.names:
                point.constants[line.target] = line.value.evaluate({})

    def _detail(self, point: Point, local: set[str]) -> None:
        node, scene = point.node, self.scene
        if node.work is not None:
            for template, what in (
                (node.work.groups, "候选组"), (node.work.users, "候选人"), (node.work.assignee, "办理人"),
                (node.work.due, "办理期限"), (node.work.follow_up, "跟进日期"), (node.work.priority, "优先级"),
            ):  # fmt: skip
                self._read(point, template.names if template is not None else (), what, node.line, local)
            form = scene.forms.get(node.work.form)
            if form is not None:
                self._read(
                    point, form.reads - frozenset(form.keys) - scene.around.facts, f"表单“{form.id}”", node.line, local
                )
            point.sets |= scene.form_keys(node.work.form) - local
        if node.topic:
            self._topic(point, local)
        if node.rule is not None:
            table = scene.decisions.get(node.rule.decision)
            if table is not None:
                names = table.inputs.get(node.rule.decision, ())
                self._read(point, names, f"决策“{node.rule.decision}”", node.line, local)
            if not node.outputs:
                point.sets.add(node.rule.result)
        if node.call is not None:
            for line in node.call.ins:
                silent = line.value is None
                self._read(point, line.reads, f"传入变量“{line.target}”", line.line, local, silent=silent)
            self._read(point, node.call.called.names, "被调用流程", node.line, local)
            point.sets |= {line.target for line in node.call.outs}
        if node.event is not None:
            self._event(point, local)

    def _topic(self, point: Point, local: set[str]) -> None:
        contract = self.scene.contract(point.node)
        if contract is None:
            return
        needed = [name.name for name in contract.inputs if name.required]
        self._read(point, needed, f"工作主题“{contract.topic}”", point.node.line, local)
        point.sets |= {name.name for name in contract.outputs} - local
        point.sets |= set(self._named_by_data(point.node)) - local

    def _named_by_data(self, node: Node) -> list[str]:
        """Return outputs whose names stand in the topic's decision tables (``due_…`` of deadlines)."""
        contract = self.scene.contract(node)
        if contract is None or not contract.prefixes:
            return []
        constants = {line.target: line.value.text for line in node.inputs if line.value and line.value.is_literal}
        constants["process_key"] = self.file.key
        names: set[str] = set()
        known = False
        for decision in contract.decisions:
            table = self.scene.decisions.get(decision)
            for rule in table.rules.get(decision, ()) if table is not None else ():
                known = True
                if all(rule.may_hit(column, text) for column, text in constants.items()):
                    names |= {text for text in rule.literals() if text.startswith(contract.prefixes)}
        # Without its tables the topic may set any name with the prefix.
        return sorted(names) if known else [f"{prefix}*" for prefix in contract.prefixes]

    def _event(self, point: Point, local: set[str]) -> None:
        node, event = point.node, point.node.event
        if event is None:
            return
        if event.said is not None:
            self._read(point, event.said.names, "错误信息", node.line, local)
        if event.timer_text is not None:
            self._read(point, event.timer_text.names, "定时", node.line, local)
        if event.kind == "message" and not node.topic:
            key = node.properties.get("correlation", "") or "case_no"
            self._read(point, [key], "消息对应", node.line, local)
            groups = parse(node.properties.get("entryGroups", ""))
            self._read(point, groups.names, "登记人员", node.line, local)
            point.sets |= self.scene.form_keys(node.properties.get("entryForm", ""))
        point.sets |= {name for name in (event.code_variable, event.message_variable) if name}

    @staticmethod
    def _read(point: Point, names: object, what: str, line: int, local: set[str], *, silent: bool = False) -> None:
        for name in sorted(set(names) - local):  # type: ignore[call-overload]
            point.reads.append(Read(name=name, what=what, line=line, silent=silent))
