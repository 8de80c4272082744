"""Checks of signals and messages: a signal has one who throws and one who hears it, a message one receiver."""

from __future__ import annotations

from jiuzhu.engine.diagram import Node
from jiuzhu.engine.lint_scene import Scene

_THROWING = ("intermediateThrowEvent", "endEvent")


def check_signals(scene: Scene) -> None:
    """Report signals of the files under check that have only one side."""
    thrown: set[str] = set()
    heard: set[str] = set()
    for file in scene.processes.values():
        for _, node in file.diagram.level.walk():
            (thrown if node.type in _THROWING else heard).update(_signal(node))
    for process, _, node in scene.nodes():
        for signal in _signal(node):
            if node.type in _THROWING and signal not in heard:
                message = f"没有流程在等信号“{signal}”，抛出后没有人听见。"
                scene.note(process, node, "signal.unheard", message, "请改正信号名称，或删除。", severity="warning")
            if node.type not in _THROWING and signal not in thrown:
                message = f"没有流程抛出信号“{signal}”，这里等不到。"
                scene.note(process, node, "signal.never", message, "请改正信号名称，或删除。", severity="warning")


def check_messages(scene: Scene) -> None:
    """Report events that wait for the same message as an event sub-process around them: only one would get it."""
    for process, level, node in scene.nodes():
        start = node.trigger
        if start is None or not _message(start):
            continue
        inside = {inner.id for _, inner in node.level.walk()} if node.level is not None else set()
        for _, other in level.walk():
            if other.id not in inside and _message(other) == _message(start):
                message = f"它和事件子流程“{node.name or node.id}”等同一个消息，只有一个收得到。"
                remedy = "请只在一处接收，在里面分支；或用扩展属性 correlation 按不同的变量对应。"
                scene.note(process, other, "message.twice", message, remedy)


def _message(node: Node) -> tuple[str, str] | None:
    """Return what a node waits for: the message's name and the variable that it is matched by."""
    if node.event is None or node.event.kind != "message" or node.topic or node.type in _THROWING:
        return None
    return node.event.message, node.properties.get("correlation", "") or "case_no"


def _signal(node: Node) -> list[str]:
    return [node.event.message] if node.event is not None and node.event.kind == "signal" else []
