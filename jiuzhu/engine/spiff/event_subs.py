"""Event sub-processes: their start waits beside the level that they belong to and opens them when it happens.

The waiting start is a token of the outer level at a node of its own (``start_name``); the sub-process itself is an
activity of that level without flows. Errors and escalations need no token: ``Catching.throw`` asks the level.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import Task

from jiuzhu.engine.diagram import Level, Node
from jiuzhu.engine.spiff.levels import ProcessSpec
from jiuzhu.engine.spiff.waits import Wait

_WAITING = ("message", "timer", "signal")


def start_name(start: Node) -> str:
    """Return the name of the token's place for a start that is waited for, '' for errors and escalations."""
    return f"{start.id}#start" if start.event is not None and start.event.kind in _WAITING else ""


class EventStart(Wait):
    """The start event of an event sub-process as long as it has not happened."""

    stands = True

    def __init__(self, wf_spec: ProcessSpec, node: Node, level: Level, event_sub: Node) -> None:
        super().__init__(wf_spec, node, level, start_name(node))
        self.event_sub = event_sub.id

    def fire(self, my_task: Task) -> None:
        """Open the sub-process; an interrupting start empties its level before, another one waits again."""
        conductor = my_task.workflow.script_engine
        level = my_task.workflow
        following = None if self.node.interrupting else self.following(my_task)
        my_task.internal_data["fired"] = True
        my_task.complete()
        if self.node.interrupting:
            conductor.terminate(level)
        elif following is not None:
            conductor.enter(level, self.name, **following)
        conductor.enter(level, self.event_sub)

    def following(self, my_task: Task) -> dict[str, Any] | None:
        """Return the facts of the token that waits for the next time, None when there is none."""
        if self.event.kind != "timer":
            return {}
        alarm = self.alarm(my_task)
        later = alarm.following(my_task.workflow.script_engine.host.now) if alarm is not None else None
        return None if later is None else {"due": later.due.isoformat(), "period": later.period, "left": later.left}

    def _on_complete_hook(self, my_task: Task) -> None:
        # The sub-process that it opens tells what happened.
        pass

    def _on_cancel(self, my_task: Task) -> None:
        # A wait that never happened is not worth a line.
        pass
