"""Check of loops: one in which nobody works and nothing is waited for turns until the limit stops the case."""

from __future__ import annotations

from jiuzhu.engine.diagram import Level, Node, Process
from jiuzhu.engine.lint_scene import Scene
from jiuzhu.engine.values import MAX_LOOPS

WAITING = frozenset({"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"})
THROWING = frozenset({"intermediateThrowEvent", "endEvent"})
EVENTS = frozenset({"timer", "message", "signal"})


def check_loops(scene: Scene) -> None:
    """Report each loop of automatic steps once, at its first node, in every level of the files under check."""
    for file in scene.checked.values():
        levels = [file.diagram.level]
        levels += [node.level for _, node in file.diagram.level.walk() if node.level is not None]
        for level in levels:
            _check(scene, file.diagram, level)


def _check(scene: Scene, process: Process, level: Level) -> None:
    moving = {node.id: node for node in level.nodes.values() if not _waits(scene, node, frozenset())}
    after = {key: [level.flows[flow].target for flow in node.outgoing] for key, node in moving.items()}
    for key in moving:
        after[key] += [event.id for event in level.boundaries(key)]
    said: set[str] = set()
    for key in moving:
        if key in said or key not in (circle := _reached(after, key)):
            continue
        said |= {other for other in circle if key in _reached(after, other)}
        message = f"这里的循环全是自动环节：没有人办理，也不等时间，会连续转 {MAX_LOOPS} 次后报故障。"
        remedy = "请在循环里加人工环节、定时或者消息，或者改成有上限的多实例。"
        scene.note(process, moving[key], "loop.automatic", message, remedy)


def _reached(after: dict[str, list[str]], start: str) -> set[str]:
    found: set[str] = set()
    pending = list(after.get(start, ()))
    while pending:
        key = pending.pop()
        if key in after and key not in found:
            found.add(key)
            pending += after[key]
    return found


def _waits(scene: Scene, node: Node, above: frozenset[str]) -> bool:
    """Return whether a token rests at a node until somebody works, time passes or something comes from outside."""
    if node.event is not None and (node.event.kind == "link" or node.type in THROWING) and not node.topic:
        return False
    if node.type in WAITING or (node.event is not None and node.event.kind in EVENTS and not node.topic):
        return True
    if node.level is not None:
        return _rests(scene, node.level, above)
    if node.topic:
        contract = scene.contract(node)
        return contract is None or contract.kind != "record"
    if node.call is None:
        return False
    called = scene.processes.get(node.call.called.text) if node.call.called.is_literal else None
    if called is None or called.key in above:
        return True
    return _rests(scene, called.diagram.level, above | {called.key})


def _rests(scene: Scene, level: Level, above: frozenset[str]) -> bool:
    # An event sub-process that may begin meanwhile keeps no token here.
    return any(_waits(scene, inner, above) for inner in level.nodes.values() if not inner.triggered)
