"""Checks of signals: whoever waits for one has somebody who throws it, and who throws one is heard."""

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


def _signal(node: Node) -> list[str]:
    return [node.event.message] if node.event is not None and node.event.kind == "signal" else []
