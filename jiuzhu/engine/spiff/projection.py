"""What is open in a case, read off its living tokens in one flat scan: work items, jobs, timers, messages, signals."""

from __future__ import annotations

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiuzhu.domain.topics import Value
from jiuzhu.engine.expressions import parse
from jiuzhu.engine.spiff.activities import ExternalTask, UserTask
from jiuzhu.engine.spiff.codec import Codec
from jiuzhu.engine.spiff.conductor import Conductor
from jiuzhu.engine.spiff.levels import CaseWorkflow, scope_of
from jiuzhu.engine.spiff.scopes import CASE
from jiuzhu.engine.spiff.waits import ReceiveTask, Wait, waits
from jiuzhu.engine.values import Step, Waiting, WorkItem

PEOPLE = ("entryForm", "entryGroups", "entryLabel")
"""Properties of a message event that people may send from the case page."""


def step_of(workflow: CaseWorkflow, conductor: Conductor, codec: Codec) -> Step:
    """Return the result of an advance: new state, everything open, what happened."""
    workflow.prune_all()
    items: list[WorkItem] = []
    waiting: list[Waiting] = []
    for task in workflow.living():
        spec = task.task_spec
        if isinstance(spec, UserTask) and task.state == TaskState.READY:
            items.append(_item(task, conductor))
        elif isinstance(spec, ExternalTask) and task.state == TaskState.STARTED:
            waiting.append(_job(task, conductor))
        elif waits(task):
            waiting.append(_wait(task, conductor))
    return Step(
        state=codec.store(workflow),
        items=tuple(items),
        waiting=tuple(waiting),
        log=tuple(conductor.log),
        variables=conductor.scopes.local(CASE),
        ended=not workflow.live(),
        end_events=tuple(conductor.end_events),
        signals=tuple(conductor.signals),
    )


def _item(task: Task, conductor: Conductor) -> WorkItem:
    node = task.task_spec.node
    facts = task.internal_data.get("work", {})
    return WorkItem(
        task_id=str(task.id), element_id=node.id, process_key=task.task_spec.process_key, name=node.name,
        lane=node.lane, groups=tuple(facts.get("groups", ())), users=tuple(facts.get("users", ())),
        assignee=facts.get("assignee"), due=facts.get("due"), follow_up=facts.get("follow"),
        priority=facts.get("priority", 50), form=(node.work.form if node.work is not None else "") or None,
        properties=node.properties, instance=task.internal_data.get("index"), documentation=node.documentation,
        opened=conductor.scopes.local(str(task.id)),
    )  # fmt: skip


def _job(task: Task, conductor: Conductor) -> Waiting:
    node = task.task_spec.node
    return Waiting(
        kind="job", task_id=str(task.id), element_id=node.id, process_key=task.task_spec.process_key, name=node.name,
        topic=node.topic, inputs=dict(conductor.scopes.view(scope_of(task))), retries=node.retries,
        priority=task.internal_data.get("priority", 50), properties=node.properties,
    )  # fmt: skip


def _wait(task: Task, conductor: Conductor) -> Waiting:
    spec: Wait | ReceiveTask = task.task_spec
    node = spec.node
    alarm = spec.alarm(task) if isinstance(spec, Wait) else None
    if alarm is not None:
        return Waiting(
            kind="timer", task_id=str(task.id), element_id=node.id, process_key=spec.process_key, name=node.name,
            due=alarm.due,
        )  # fmt: skip
    if spec.event.kind == "signal":
        return Waiting(
            kind="signal", task_id=str(task.id), element_id=node.id, process_key=spec.process_key, name=node.name,
            message=spec.event.message,
        )  # fmt: skip
    view = conductor.scopes.view(scope_of(task))
    key = node.properties.get("correlation", "") or "case_no"
    value: Value = view.get(key)
    properties = dict(node.properties)
    for name in PEOPLE:
        if properties.get(name):
            properties[name] = conductor.text(task, parse(properties[name])) or ""
    return Waiting(
        kind="message", task_id=str(task.id), element_id=node.id, process_key=spec.process_key, name=node.name,
        message=spec.event.message, correlation_key=key, correlation_value="" if value is None else str(value),
        properties=properties,
    )  # fmt: skip
