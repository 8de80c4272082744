"""Checks of business errors: every code that a task may report is caught somewhere on its way up."""

from __future__ import annotations

from collections.abc import Iterator

from jiuzhu.engine.diagram import Level, Node, Process
from jiuzhu.engine.lint_scene import Scene


def check_errors(scene: Scene) -> None:
    """Report codes that leave a process uncaught, and handlers that wait for what nobody reports."""
    escaping: dict[str, dict[str, Node]] = {}
    changed = True
    while changed:
        changed = False
        for key, file in scene.processes.items():
            codes = dict(_escaping(scene, file.diagram, escaping))
            if set(codes) != set(escaping.get(key, {})):
                escaping[key] = codes
                changed = True
    called = {call for file in scene.processes.values() for call in file.calls}
    for key, file in scene.checked.items():
        if key not in called or scene.is_startable(file):
            for code, node in escaping.get(key, {}).items():
                message = f"业务错误“{code}”没有人接收，案件会停在这里。"
                remedy = f"请在它或外层子流程上画错误边界事件（或错误事件子流程），代码 {code}。"
                scene.note(file.diagram, node, "error.uncaught", message, remedy)
    _idle_handlers(scene, escaping)


def _escaping(scene: Scene, process: Process, known: dict[str, dict[str, Node]]) -> Iterator[tuple[str, Node]]:
    yield from _thrown_in(scene, process.level, known)


def _thrown_in(scene: Scene, level: Level, known: dict[str, dict[str, Node]]) -> Iterator[tuple[str, Node]]:
    """Yield the codes that leave a level, each with the node it comes from."""
    for node in level.nodes.values():
        for code, source in _thrown_by(scene, node, known):
            if _handler(level, node, code) is None and not _caught_beside(level, node, code):
                yield code, source


def _thrown_by(scene: Scene, node: Node, known: dict[str, dict[str, Node]]) -> Iterator[tuple[str, Node]]:
    """Yield what a node may report, before its own boundary events are asked."""
    contract = scene.contract(node)
    if contract is not None:
        for code in contract.errors:
            yield code, node
    if node.type == "endEvent" and node.event is not None and node.event.kind == "error":
        yield node.event.code, node
    if node.call is not None and node.call.called.is_literal:
        for code in known.get(node.call.called.text, {}):
            yield code, node
    if node.level is not None:
        yield from _thrown_in(scene, node.level, known)


def _handler(level: Level, node: Node, code: str) -> Node | None:
    for boundary in level.boundaries(node.id):
        if boundary.event is not None and boundary.event.kind == "error" and boundary.event.code in ("", code):
            return boundary
    return None


def _caught_beside(level: Level, node: Node, code: str) -> bool:
    """Return whether an event sub-process of a level catches what a node of it reports, other than itself."""
    starts = [other.trigger for other in level.event_subs() if other.id != node.id]
    events = [start.event for start in starts if start is not None and start.event is not None]
    return any(event.kind == "error" and event.code in ("", code) for event in events)


def _idle_handlers(scene: Scene, known: dict[str, dict[str, Node]]) -> None:
    if not scene.around.topics:
        return
    for process, level, node in scene.nodes():
        start = node.trigger
        if start is not None and start.event is not None and start.event.kind == "error" and start.event.code:
            others = [other for other in level.nodes.values() if other.id != node.id]
            unknown = any(o.call is not None and o.call.called.text not in scene.processes for o in others)
            codes = {code for other in others for code, _ in _thrown_by(scene, other, known)}
            if start.event.code not in codes and not unknown:
                message = f"没有任何步骤会报告业务错误“{start.event.code}”。"
                scene.note(process, start, "error.never", message, "请改正代码，或删除事件子流程。", severity="warning")
        if not node.attached_to or node.event is None or node.event.kind != "error" or not node.event.code:
            continue
        host = level.nodes.get(node.attached_to)
        if host is None or (host.call is not None and host.call.called.text not in scene.processes):
            continue
        if node.event.code not in {code for code, _ in _thrown_by(scene, host, known)}:
            message = f"没有任何步骤会报告业务错误“{node.event.code}”。"
            scene.note(process, node, "error.never", message, "请改正代码，或删除边界事件。", severity="warning")
