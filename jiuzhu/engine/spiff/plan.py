"""A bundle made ready to run: the specs of all its levels and its decisions. Made once, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from jiuzhu.decision import Decisions, read_decisions
from jiuzhu.domain.topics import Value
from jiuzhu.engine.diagram import Level, Node, Process, Rule
from jiuzhu.engine.reading import read_diagram
from jiuzhu.engine.spiff.activities import BusinessRuleTask, CallActivity, ExternalTask, SubProcess, UserTask
from jiuzhu.engine.spiff.event_subs import EventStart, start_name
from jiuzhu.engine.spiff.levels import ProcessSpec
from jiuzhu.engine.spiff.nodes import (
    EndEvent,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    NodeSpec,
    ParallelGateway,
    PassThrough,
    Root,
    Throw,
    live_specs,
)
from jiuzhu.engine.spiff.scopes import storable
from jiuzhu.engine.spiff.waits import BoundaryEvent, MultiInstance, ReceiveTask, Wait
from jiuzhu.engine.values import Bundle
from jiuzhu.errors import DecisionError, ProcessError

_PASSING: dict[str, type[NodeSpec]] = {
    "startEvent": PassThrough,
    "endEvent": EndEvent,
    "intermediateThrowEvent": PassThrough,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "eventBasedGateway": EventGateway,
}


_THROWN = ("escalation", "signal")


class Plan:
    """The specs of a bundle by name: a process by its key, an embedded sub-process by ``key/element``."""

    def __init__(self, bundle: Bundle) -> None:
        """Parse a bundle. Raises DeploymentRefused when one of its files is not acceptable."""
        self.id = bundle.id
        self.process_key = bundle.process_key
        self.processes: dict[str, Process] = {}
        self.specs: dict[str, ProcessSpec] = {}
        self.decisions: dict[str, Decisions] = {}
        for key, data in bundle.processes.items():
            process = read_diagram(data, f"{key}.bpmn")
            self.processes[process.key] = process
            self._build(process.key, process, process.level)
        for data in bundle.decisions.values():
            decisions = read_decisions(data)
            for key in decisions.ids:
                self.decisions[key] = decisions
        if self.process_key not in self.specs:
            raise ProcessError(f"案件的版本中没有流程“{self.process_key}”。", process_key=self.process_key)

    def has_process(self, key: str) -> bool:
        """Return whether a process is in the bundle."""
        return key in self.processes

    def decide(self, spec: NodeSpec, rule: Rule, inputs: Mapping[str, Value]) -> Value:
        """Evaluate a decision; shape the result as Camunda's mapDecisionResult does.

        Raises ProcessError when the decision is missing or its result does not fit the shape; DecisionError passes.
        """
        decisions = self.decisions.get(rule.decision)
        if decisions is None:
            raise spec.fault(f"决策“{rule.decision}”不在案件的版本中。", "NO_DECISION")
        try:
            answer = decisions.evaluate(rule.decision, inputs)
        except DecisionError as fault:
            raise spec.fault(f"“{spec.node.name}”：{fault}", "DECISION") from fault
        rows = answer if isinstance(answer, list) else [] if answer is None else [answer]
        if rule.mapping == "resultList":
            return storable(rule.result, rows)
        if rule.mapping == "collectEntries":
            return storable(rule.result, [_entry(spec, row) for row in rows])
        if len(rows) > 1:
            raise spec.fault(f"决策“{rule.decision}”有 {len(rows)} 行结果，应当最多一行。", "DECISION")
        if not rows:
            return None
        return storable(rule.result, rows[0] if rule.mapping == "singleResult" else _entry(spec, rows[0]))

    def _build(self, name: str, process: Process, level: Level) -> None:
        spec = ProcessSpec(name, process.key, json.loads(process.properties.get("defaults", "") or "{}"))
        spec.start = Root(spec, "Root")
        spec.first = level.start
        spec.reach = _reach(level)
        spec.event_subs = tuple(level.event_subs())
        for node in level.nodes.values():
            _make(spec, node, level)
            if node.level is not None:
                self._build(f"{process.key}/{node.id}", process, node.level)
        for each in live_specs(spec):
            # A join counts one visit per token, so the other nodes of its loop are the ones that count.
            joining = isinstance(each, ParallelGateway) and len(each.node.incoming) > 1
            each.in_cycle = each.node.id in spec.reach.get(each.node.id, ()) and not joining
        self.specs[name] = spec


def _make(spec: ProcessSpec, node: Node, level: Level) -> None:
    if node.multi is not None:
        MultiInstance(spec, node, level, node.multi)
        _activity(spec, node, level, f"{node.id}#item", item=True)
    elif node.is_activity:
        _activity(spec, node, level, node.id, item=False)
    elif node.attached_to:
        BoundaryEvent(spec, node, level)
    elif node.event is not None and node.event.kind == "link":
        PassThrough(spec, node, level)
    elif node.type == "intermediateCatchEvent":
        Wait(spec, node, level)
    elif node.topic:
        # A thrown message is an external task, as in Camunda 7; an end event has no flows to leave by.
        ExternalTask(spec, node, level)
    elif node.event is not None and node.type == "intermediateThrowEvent" and node.event.kind in _THROWN:
        Throw(spec, node, level)
    elif node.type in _PASSING:
        _PASSING[node.type](spec, node, level)
    else:  # a boundary event without its activity: lint names it, and a damaged bundle must not break the engine
        raise ProcessError(f"“{node.name or node.id}”没有附在任务上，不能执行。", element_id=node.id)


def _activity(spec: ProcessSpec, node: Node, level: Level, name: str, *, item: bool) -> None:
    if node.topic:
        ExternalTask(spec, node, level, name, item=item)
    elif node.type == "userTask":
        UserTask(spec, node, level, name, item=item)
    elif node.type == "businessRuleTask":
        BusinessRuleTask(spec, node, level, name, item=item)
    elif node.type == "receiveTask":
        ReceiveTask(spec, node, level, name, item=item)
    elif node.type == "callActivity":
        CallActivity(spec, node, level, name, item=item)
    else:
        SubProcess(spec, node, level, name, item=item)
        start = node.trigger
        if start is not None and node.level is not None and start_name(start):
            EventStart(spec, start, node.level, node)


def _reach(level: Level) -> dict[str, frozenset[str]]:
    after = {node.id: {level.flows[flow].target for flow in node.outgoing} for node in level.nodes.values()}
    for node in level.nodes.values():
        if node.attached_to:
            after[node.attached_to].add(node.id)
    reach: dict[str, frozenset[str]] = {}
    for start in after:
        seen: set[str] = set()
        stack = list(after[start])
        while stack:
            node_id = stack.pop()
            if node_id not in seen:
                seen.add(node_id)
                stack.extend(after[node_id])
        reach[start] = frozenset(seen)
    return reach


def _entry(spec: NodeSpec, row: Mapping[str, Value]) -> Value:
    if len(row) != 1:
        raise spec.fault("决策结果有多列，不能取单个值。", "DECISION")
    return next(iter(row.values()))
