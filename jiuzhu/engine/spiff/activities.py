"""Task specs of activities: what has inputs and outputs, boundary events and perhaps several instances."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from SpiffWorkflow.task import Task

from jiuzhu.domain.topics import Value, Values
from jiuzhu.engine.diagram import Assignment, Event, Level, Node
from jiuzhu.engine.spiff.levels import NestedLevel, ProcessSpec, called_scope, enclosing_scope, scope_of
from jiuzhu.engine.spiff.nodes import NodeSpec
from jiuzhu.engine.timers import instant
from jiuzhu.errors import BpmnError


class Activity(NodeSpec):
    """Opens a scope for its inputs, arms its boundary events, applies its outputs, leaves.

    ``item`` marks the spec of one instance of a multi-instance activity: its boundary events and flows belong to the
    body (``multi.MultiInstance``).
    """

    def __init__(
        self, wf_spec: ProcessSpec, node: Node, level: Level, name: str = "", manual: bool = False, item: bool = False
    ) -> None:
        super().__init__(wf_spec, node, level, name, manual)
        self.item = item
        self.boundaries: tuple[Node, ...] = () if item else tuple(level.boundaries(node.id))

    def handler(self, kind: Literal["error", "escalation"], code: str) -> Node | None:
        """Return the boundary event that catches a code."""
        return catcher(self.boundaries, kind, code)

    def prepare(self, my_task: Task) -> None:
        """Do what belongs to the kind when the activity becomes active."""

    def finish(self, my_task: Task) -> None:
        """Complete the activity: outputs, scope, boundary events, flows."""
        self.give_outputs(my_task)
        my_task.complete()

    def give_outputs(self, my_task: Task) -> None:
        """Evaluate the outputs in the task's scope and write them around it."""
        conductor = my_task.workflow.script_engine
        for line in self.node.outputs:
            value = conductor.assign(my_task, line)
            conductor.scopes.write(enclosing_scope(my_task), {line.target: value})

    def open_scope(self, my_task: Task, local: dict[str, Value]) -> None:
        """Open the activity's own scope when it has local variables; inputs may read the inputs before them."""
        if not (self.node.inputs or local):
            return
        conductor = my_task.workflow.script_engine
        scope_id = str(my_task.id)
        conductor.scopes.open(scope_id, enclosing_scope(my_task), "item" if self.item else "activity", local)
        self._take_inputs(my_task, self.node.inputs)

    def _take_inputs(self, my_task: Task, lines: tuple[Assignment, ...]) -> None:
        conductor = my_task.workflow.script_engine
        for line in lines:
            conductor.scopes.write_local(str(my_task.id), {line.target: conductor.assign(my_task, line)})

    def local_variables(self, my_task: Task) -> dict[str, Value]:
        """Return the local variables that a multi-instance item starts with."""
        local: dict[str, Value] = my_task.internal_data.pop("local", {})
        return local

    def add_local(self, my_task: Task, variables: Values) -> None:
        """Write local variables of an open task (Camunda's localVariables)."""
        conductor = my_task.workflow.script_engine
        if str(my_task.id) not in conductor.scopes:
            conductor.scopes.open(str(my_task.id), enclosing_scope(my_task), "activity", {})
        conductor.scopes.write_local(str(my_task.id), variables)

    def _on_ready_hook(self, my_task: Task) -> None:
        self.open_scope(my_task, self.local_variables(my_task))
        conductor = my_task.workflow.script_engine
        for node in self.boundaries:
            if _event(node).kind in ("timer", "message", "signal"):
                conductor.enter(my_task.workflow, node.id, host=str(my_task.id))
        self.prepare(my_task)
        super()._on_ready_hook(my_task)

    def _on_complete_hook(self, my_task: Task) -> None:
        conductor = my_task.workflow.script_engine
        conductor.note("completed", my_task)
        conductor.disarm(my_task)
        conductor.scopes.close(str(my_task.id))
        if self.node.type == "endEvent":
            conductor.ended(my_task)
        if self.item:
            conductor.item_done(my_task)
        else:
            self.leave(my_task)

    def _on_cancel(self, my_task: Task) -> None:
        super()._on_cancel(my_task)
        conductor = my_task.workflow.script_engine
        conductor.disarm(my_task)
        conductor.scopes.close_below(str(my_task.id))


class UserTask(Activity):
    """Waits for a person. Who, by when and how urgent is settled when the item opens and kept in the token."""

    def __init__(self, wf_spec: ProcessSpec, node: Node, level: Level, name: str = "", item: bool = False) -> None:
        super().__init__(wf_spec, node, level, name, manual=True, item=item)

    def prepare(self, my_task: Task) -> None:
        work = self.node.work
        if work is None:
            return
        conductor = my_task.workflow.script_engine
        facts = {
            "groups": words(conductor.text(my_task, work.groups)),
            "users": words(conductor.text(my_task, work.users)),
            "assignee": conductor.text(my_task, work.assignee),
            "due": conductor.text(my_task, work.due),
            "follow": conductor.text(my_task, work.follow_up),
            "priority": conductor.whole(my_task, work.priority),
        }
        for name in ("due", "follow"):
            if facts[name] is not None:
                conductor.checked(my_task, instant, facts[name])
        my_task.internal_data["work"] = {name: value for name, value in facts.items() if value not in (None, [], 50)}


class ExternalTask(Activity):
    """A topic: a record task runs inside the advance, an errand is parked as a job (state STARTED)."""

    def _run_hook(self, my_task: Task) -> bool | None:
        conductor = my_task.workflow.script_engine
        if not conductor.host.is_record(self.node.topic):
            if self.node.priority is not None:
                my_task.internal_data["priority"] = conductor.whole(my_task, self.node.priority)
            return None
        try:
            answer = conductor.record(my_task)
        except BpmnError as error:
            # Thrown after this hook: the task must be STARTED before its boundary event may cancel it.
            conductor.pending = (my_task, error)
            return None
        conductor.scopes.write(scope_of(my_task), answer)
        self.give_outputs(my_task)
        return True


class BusinessRuleTask(Activity):
    """Evaluates a decision of the bundle over everything the task sees."""

    def _run_hook(self, my_task: Task) -> bool | None:
        rule = self.node.rule
        conductor = my_task.workflow.script_engine
        if rule is None:
            raise self.fault("规则任务没有决策。", "RULE")
        value = conductor.decide(my_task, rule)
        if self.node.outputs:
            # Only the outputs travel on: the whole row stays inside the task.
            if str(my_task.id) not in conductor.scopes:
                conductor.scopes.open(str(my_task.id), enclosing_scope(my_task), "activity", {})
            conductor.scopes.write_local(str(my_task.id), {rule.result: value})
        else:
            conductor.scopes.write(scope_of(my_task), {rule.result: value})
        self.give_outputs(my_task)
        return True


class LevelTask(Activity):
    """Opens a nested level and waits until it has no token left."""

    def __init__(self, wf_spec: ProcessSpec, node: Node, level: Level, name: str = "", item: bool = False) -> None:
        super().__init__(wf_spec, node, level, name, item=item)
        self.spec = f"{wf_spec.process_key}/{node.id}"
        """Name of the nested level's spec in the bundle, as SpiffWorkflow's own sub-process tasks call it."""

    def level_name(self, my_task: Task) -> str:
        """Return the name of the level's spec in the bundle."""
        return str(self.spec)

    def close_level(self, my_task: Task, nested: NestedLevel) -> None:
        """Take over what the finished level leaves behind."""

    def _run_hook(self, my_task: Task) -> bool | None:
        my_task.workflow.script_engine.open_level(my_task, self.level_name(my_task))
        return None

    def _on_cancel(self, my_task: Task) -> None:
        my_task.workflow.script_engine.cancel_level(my_task)
        super()._on_cancel(my_task)


class SubProcess(LevelTask):
    """An embedded sub-process: its variables are the process's, except its own inputs."""

    def open_scope(self, my_task: Task, local: dict[str, Value]) -> None:
        conductor = my_task.workflow.script_engine
        conductor.scopes.open(str(my_task.id), enclosing_scope(my_task), "subprocess", local)
        self._take_inputs(my_task, self.node.inputs)


class CallActivity(LevelTask):
    """Calls another process: variables pass in by copy at its start and out at its end."""

    is_call = True

    def level_name(self, my_task: Task) -> str:
        call = self.node.call
        conductor = my_task.workflow.script_engine
        name = conductor.text(my_task, call.called) if call is not None else None
        if name is None or not conductor.knows_process(name):
            raise self.fault(f"被调用的流程“{name}”不在案件的版本中。", "NO_PROCESS")
        return str(name)

    def _run_hook(self, my_task: Task) -> bool | None:
        call = self.node.call
        conductor = my_task.workflow.script_engine
        name = self.level_name(my_task)
        seen = conductor.scopes.view(scope_of(my_task))
        passed: dict[str, Any] = {}
        if call is not None:
            passed = dict(seen) if call.all_in else {}
            for line in call.ins:
                passed[line.target] = conductor.assign(my_task, line)
        conductor.scopes.open(called_scope(str(my_task.id)), scope_of(my_task), "call", passed)
        conductor.open_level(my_task, name)
        return None

    def close_level(self, my_task: Task, nested: NestedLevel) -> None:
        call = self.node.call
        conductor = my_task.workflow.script_engine
        inside = called_scope(str(my_task.id))
        if call is not None:
            view = conductor.scopes.view(inside)
            answer = dict(view) if call.all_out else {}
            for line in call.outs:
                # As in Camunda 7, a source that was never set arrives as null.
                answer[line.target] = view.get(line.source) if line.value is None else conductor.value_in(
                    my_task, line.value, view
                )  # fmt: skip
            conductor.scopes.write(scope_of(my_task), answer)
        conductor.scopes.close_below(inside)


def catcher(events: Iterable[Node], kind: Literal["error", "escalation"], code: str) -> Node | None:
    """Return the event that catches a code: the exact one before one for any code."""
    catching = [node for node in events if node.event is not None and node.event.kind == kind]
    exact = [node for node in catching if _event(node).code == code]
    return next(iter(exact or [node for node in catching if not _event(node).code]), None)


def _event(node: Node) -> Event:
    return node.event if node.event is not None else Event(kind="none")


def words(text: str | None) -> list[str]:
    """Return the names of a list with commas, each once."""
    return list(dict.fromkeys(word.strip() for word in (text or "").split(",") if word.strip()))
