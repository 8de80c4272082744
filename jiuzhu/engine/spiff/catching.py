"""Cancelling and catching: boundary events, races of events, errors and escalations on their way up."""

from __future__ import annotations

from typing import Any, Literal

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiuzhu.engine.diagram import Node
from jiuzhu.engine.spiff.activities import Activity, catcher
from jiuzhu.engine.spiff.levels import CaseWorkflow, NestedLevel, scope_of
from jiuzhu.engine.spiff.scopes import Scopes
from jiuzhu.engine.spiff.waits import Wait
from jiuzhu.errors import UncaughtBpmnError


class Catching:
    """The part of the conductor that removes tokens and finds handlers."""

    workflow: CaseWorkflow
    scopes: Scopes
    signals: list[str]

    def enter(self, level: Any, name: str, **facts: Any) -> Task:
        """Put a token at a node (see the conductor)."""
        raise NotImplementedError

    def disarm(self, host: Task) -> None:
        """Remove the boundary events that wait at an activity."""
        for task in host.workflow.live():
            if task.internal_data.get("host") == str(host.id):
                task.cancel()

    def end_race(self, winner: Task) -> None:
        """Remove the other events behind the same event-based gateway."""
        race = winner.internal_data.pop("race", None)
        if race is None:
            return
        for task in winner.workflow.live():
            if task.internal_data.get("race") == race:
                task.cancel()

    def cancel_items(self, body: Task) -> None:
        """Cancel the open items of a multi-instance activity."""
        for task in body.workflow.live():
            if task.internal_data.get("body") == str(body.id):
                task.cancel()

    def item_done(self, item: Task) -> None:
        """Tell a multi-instance body that one of its items has finished."""
        body = self.workflow.find(item.internal_data["body"])
        if body is not None:
            body.task_spec.item_done(body)

    def cancel_level(self, opener: Task) -> None:
        """Cancel everything in the level that a task has opened, and forget the level."""
        level: NestedLevel | None = self.workflow.subprocesses.get(opener.id)
        if level is None:
            return
        self.terminate(level)
        del self.workflow.subprocesses[opener.id]

    def terminate(self, level: Any) -> None:
        """Cancel every token of a level and of the levels inside it."""
        level.cleared += 1
        for task in level.live():
            # Cancelling an activity takes its boundary events, items and inner levels along.
            if not task.has_state(_FINISHED):
                task.cancel()

    def throw(self, thrower: Task, kind: Literal["error", "escalation"], code: str, message: str, *, own: bool) -> None:
        """Carry an error or escalation up to its handler, across sub-processes and call activities.

        ``own`` says that the thrower's own boundary events are asked first. Raises UncaughtBpmnError when nobody
        catches an error; an uncaught escalation just ends.
        """
        current: Task | None = thrower
        while current is not None:
            host = self._body(current)
            spec = host.task_spec
            level = host.workflow
            asked = isinstance(spec, Activity) and (own or current is not thrower)
            handler = spec.handler(kind, code) if asked else None
            if handler is not None:
                if self._interrupts(handler, kind):
                    host.cancel()
                self._tell(level, handler, code, message)
                self.enter(level, handler.id, fired=True)
                return
            # What an event sub-process throws itself is for the others of its level and for those around it.
            starts = {n.trigger.id: n for n in level.spec.event_subs if n.trigger is not None and n.id != spec.node.id}
            start = catcher([n.trigger for n in starts.values() if n.trigger is not None], kind, code)
            if start is not None:
                if self._interrupts(start, kind):
                    self.terminate(level)
                self._tell(level, start, code, message)
                self.enter(level, starts[start.id].id)
                return
            current = self._opener(host)
        if kind == "error":
            node = thrower.task_spec.node
            raise UncaughtBpmnError(
                f"“{node.name or node.id}”报告的业务错误“{code}”没有人接收。{message}".strip(),
                element_id=node.id, process_key=thrower.task_spec.process_key, code=code,
            )  # fmt: skip

    def broadcast(self, signal: str) -> None:
        """Let every event of this case that waits for a signal at this moment happen; others hear it from the host."""
        self.signals.append(signal)
        heard = [
            task
            for task in self.workflow.living()
            if isinstance(task.task_spec, Wait) and task.task_spec.event.kind == "signal"
            and task.task_spec.event.message == signal and task.state == TaskState.WAITING
        ]  # fmt: skip
        for task in heard:
            # One that interrupts takes others with it.
            if task.state == TaskState.WAITING:
                task.task_spec.fire(task)

    def _tell(self, level: Any, handler: Node, code: str, message: str) -> None:
        if handler.event is not None:
            values = {handler.event.code_variable: code, handler.event.message_variable: message}
            self.scopes.write(level.scope_id, {name: value for name, value in values.items() if name})

    @staticmethod
    def _interrupts(handler: Node, kind: str) -> bool:
        return handler.interrupting or kind == "error"

    def scope_for(self, task: Task) -> str:
        """Return the scope that an event at a task writes to."""
        return scope_of(task)

    def _opener(self, task: Task) -> Task | None:
        level = task.workflow
        return None if level is self.workflow else level.opener

    def _body(self, task: Task) -> Task:
        body = self.workflow.find(task.internal_data["body"]) if "body" in task.internal_data else None
        return body if body is not None else task


_FINISHED = TaskState.FINISHED_MASK
