"""Checks of the flow: dead ends, unreachable nodes, joins that wait for ever and tokens that pile up.

Each level is explored as a net of tokens on sequence flows: exclusive gateways choose freely, other nodes as their
conditions allow (``lint_choices``), an activity is one step that may also leave by an interrupting boundary event.
Embedded levels and event sub-processes are explored by themselves: no flow of the level around them leads inside, and
an interrupting event sub-process leaves no token that anybody could wait for.
"""

from __future__ import annotations

from collections import deque

from jiuzhu.engine.diagram import Level, Node, Process
from jiuzhu.engine.lint_choices import ways_out
from jiuzhu.engine.lint_scene import Scene

MAX_STATES = 4000
"""States explored per level; a level with more is not judged."""

Marking = tuple[str, ...]


def check_tokens(scene: Scene) -> None:
    """Report faults of the flow in every level of the files under check."""
    for file in scene.checked.values():
        process = file.diagram
        stack = [process.level]
        while stack:
            level = stack.pop()
            stack += [node.level for node in level.nodes.values() if node.level is not None]
            if level.start and _check_shape(scene, process, level):
                _explore(scene, process, level)


def _check_shape(scene: Scene, process: Process, level: Level) -> bool:
    """Report dead ends, unreachable nodes and loops without a way out; return whether the level is worth exploring."""
    good = True
    after = {node.id: [level.flows[f].target for f in node.outgoing] for node in level.nodes.values()}
    forwards = {key: [*targets, *(b.id for b in level.boundaries(key))] for key, targets in after.items()}
    # An event sub-process is begun by its event; its inside is a level of its own.
    reached = _closure([level.start], forwards) | {node.id for node in level.event_subs()}
    ends = [node.id for node in level.nodes.values() if node.type == "endEvent"]
    backwards: dict[str, list[str]] = {key: [] for key in after}
    for key, targets in after.items():
        for target in targets:
            if target in backwards:
                backwards[target].append(key)
    leaving = _closure(ends, backwards)
    for node in level.nodes.values():
        if node.triggered:
            continue
        if node.id not in reached:
            good = False
            scene.note(process, node, "flow.unreachable", "从开始事件走不到这里。", "请连线，或删除它。")
        elif not node.outgoing and node.type != "endEvent":
            good = False
            scene.note(process, node, "flow.dead-end", "没有出线，案件走到这里就消失了。", "请连到下一步或结束事件。")
        elif node.id not in leaving:
            good = False
            scene.note(process, node, "flow.no-exit", "从这里走不到任何结束事件。", "请画出离开循环的路。")
    return good


def _closure(start: list[str], edges: dict[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    stack = list(start)
    while stack:
        key = stack.pop()
        if key not in seen:
            seen.add(key)
            stack += edges.get(key, [])
    return seen


def ahead(level: Level, marking: Marking) -> tuple[list[Node], list[Node]]:
    """Return the gateways at which tokens that stand on these flows would wait for ever, and the nearest node that two
    of them would reach one after the other: what a case has to fear that did not begin at this level's start.
    """
    waiting: dict[str, Node] = {}
    doubled: dict[str, Node] = {}
    seen: set[Marking] = {marking}
    pending = deque([marking])
    while pending and len(seen) <= MAX_STATES:
        here = pending.popleft()
        following = _steps(level, here)
        if not following:
            nodes = [level.nodes[level.flows[flow].target] for flow in here]
            waiting |= {node.id: node for node in nodes if node.type in ("parallelGateway", "inclusiveGateway")}
        for target in following:
            twice = [flow for flow in set(target) if target.count(flow) > 1]
            if not doubled:  # what lies behind it doubles as a consequence
                doubled = {node.id: node for node in (level.nodes[level.flows[flow].target] for flow in twice)}
            if not twice and target not in seen:
                seen.add(target)
                pending.append(target)
    return list(waiting.values()), list(doubled.values())


def _explore(scene: Scene, process: Process, level: Level) -> None:
    starts: list[Marking] = [tuple(sorted(flows)) for flows in ways_out(level, level.nodes[level.start])]
    # What a non-interrupting event starts beside its activity is a token of its own way.
    for node in level.nodes.values():
        if node.attached_to and not node.interrupting:
            starts += [tuple(sorted(flows)) for flows in ways_out(level, node)]
    seen: set[Marking] = set(starts)
    pending = deque(starts)
    said = False
    while pending:
        marking = pending.popleft()
        following = _steps(level, marking)
        if not following and marking:
            _stuck(scene, process, level, marking)
        for target in following:
            doubled = sorted(flow for flow in set(target) if target.count(flow) > 1)
            if doubled and not said:
                # The nearest place is said; what lies behind it doubles as a consequence.
                said = True
                node = level.nodes[level.flows[doubled[0]].target]
                message = "并行分支没有先汇合就走到同一处，这里会办理两次。"
                scene.note(process, node, "tokens.twice", message, "请在前面用并行网关汇合。")
            if not doubled and target not in seen:
                seen.add(target)
                pending.append(target)
        if len(seen) > MAX_STATES:
            return


def _steps(level: Level, marking: Marking) -> list[Marking]:
    steps: list[Marking] = []
    for node_id in {level.flows[flow].target for flow in marking}:
        node = level.nodes[node_id]
        here = [flow for flow in marking if level.flows[flow].target == node_id]
        if node.type == "parallelGateway" and len(node.incoming) > 1:
            if set(here) == set(node.incoming):
                steps.append(_move(marking, list(node.incoming), node.outgoing))
        elif node.type == "inclusiveGateway" and len(node.incoming) > 1:
            if not _others_may_come(level, marking, node):
                steps += [_move(marking, here, out) for out in ways_out(level, node)]
        else:
            for flow in set(here):
                steps += [_move(marking, [flow], out) for out in _exits(level, node)]
    return steps


def _exits(level: Level, node: Node) -> list[tuple[str, ...]]:
    """Return the sets of flows that one token may leave a node by."""
    exits = ways_out(level, node)
    for boundary in level.boundaries(node.id):
        exits += ways_out(level, boundary) if boundary.interrupting else []
    return exits


def _others_may_come(level: Level, marking: Marking, join: Node) -> bool:
    edges = {n.id: [level.flows[f].target for f in n.outgoing] for n in level.nodes.values() if n.id != join.id}
    elsewhere = [level.flows[flow].target for flow in marking if level.flows[flow].target != join.id]
    return any(join.id in _closure([target], edges) for target in elsewhere)


def _move(marking: Marking, taken: list[str], given: tuple[str, ...]) -> Marking:
    left = list(marking)
    for flow in taken:
        left.remove(flow)
    return tuple(sorted([*left, *given]))


def _stuck(scene: Scene, process: Process, level: Level, marking: Marking) -> None:
    for flow in marking:
        node = level.nodes[level.flows[flow].target]
        if node.type in ("parallelGateway", "inclusiveGateway"):
            message = "有的路径只走到其中一条进线，网关永远等不齐，案件会停在这里。"
            scene.note(process, node, "tokens.deadlock", message, "请让每条进线都来自同一个并行分支，或改为排他网关。")
