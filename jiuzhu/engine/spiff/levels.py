"""A running case and its nested levels (called processes, embedded sub-processes): SpiffWorkflow's own, kept flat.

The task tree of a level is its root and the living tokens below it. Finished tasks are dropped at the end of a step
(what happened is in ``Step.log``), so a state grows with what is open and not with what has been.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiuzhu.engine.diagram import Node
from jiuzhu.engine.spiff.scopes import CASE, Scopes


class ProcessSpec(BpmnProcessSpec):  # type: ignore[misc]
    """The nodes of one level, made once per bundle and never changed afterwards."""

    def __init__(self, name: str, process_key: str, defaults: Mapping[str, Any]) -> None:
        super().__init__(name=name)
        # The stock start, end and end join serve prediction over the whole tree; our levels have only living tokens.
        self.task_specs.clear()
        self.bpmn_start_events.clear()
        self.process_key = process_key
        self.defaults = dict(defaults)
        self.first = ""
        """Name of the start event's spec."""
        self.event_subs: tuple[Node, ...] = ()
        """Event sub-processes of this level."""
        self.reach: dict[str, frozenset[str]] = {}
        """Nodes that a token at a node may still come to on this level."""


class _Flat:
    """What a case and a nested level have in common."""

    tasks: dict[UUID, Task]
    task_tree: Task
    spec: ProcessSpec

    cleared = 0
    """How often this level was emptied in this advance: by an interrupting event, a terminate end, a cancelled host."""

    def active(self) -> list[Task]:
        """Return the unfinished tasks that keep the level alive: not the waiting starts of event sub-processes."""
        return [task for task in self.live() if not task.task_spec.stands]

    def live(self) -> list[Task]:
        """Return the unfinished tasks except the root, oldest first."""
        return [t for t in self.tasks.values() if t is not self.task_tree and t.has_state(TaskState.NOT_FINISHED_MASK)]

    def prune(self) -> None:
        """Drop finished tasks."""
        living = self.live()
        self.task_tree.children = living
        self.tasks = {task.id: task for task in [self.task_tree, *living]}

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return nothing: the stock version lists every task of the tree for each log line."""
        return dct or {}

    def _task_completed_notify(self, task: Task) -> None:
        """Do nothing: the conductor decides what follows, the stock version walks the tree."""


class CaseWorkflow(_Flat, BpmnWorkflow):  # type: ignore[misc]
    """A case: its top level, its nested levels (``subprocesses``) and its scopes."""

    def __init__(
        self, spec: ProcessSpec, subprocess_specs: dict[str, ProcessSpec], script_engine: Any, scopes: Scopes,
        deserializing: bool = False,
    ) -> None:  # fmt: skip
        self.visits: dict[str, int] = {}
        self.scopes = scopes
        super().__init__(spec, subprocess_specs, script_engine, deserializing=deserializing)

    def levels(self) -> list[Any]:
        """Return the case and its nested levels, outer before inner."""
        return [self, *self.subprocesses.values()]

    def prune_all(self) -> None:
        """Drop finished tasks everywhere."""
        for level in self.levels():
            level.prune()

    def find(self, task_id: str) -> Task | None:
        """Return a living task by id."""
        try:
            key = UUID(task_id)
        except ValueError:
            return None
        for level in self.levels():
            task = level.tasks.get(key)
            if task is not None and task is not level.task_tree and task.has_state(TaskState.NOT_FINISHED_MASK):
                return task
        return None

    def living(self) -> Iterator[Task]:
        """Yield every unfinished task of all levels."""
        for level in self.levels():
            yield from level.live()

    @property
    def scope_id(self) -> str:
        """Id of the scope that the top level's tokens see."""
        return CASE


class NestedLevel(_Flat, BpmnSubWorkflow):  # type: ignore[misc]
    """A called process or an embedded sub-process, keyed by the task that opened it."""

    def __init__(
        self, spec: ProcessSpec, parent_task_id: UUID, top_workflow: CaseWorkflow, deserializing: bool = False
    ) -> None:
        self.visits: dict[str, int] = {}
        super().__init__(spec, parent_task_id=parent_task_id, top_workflow=top_workflow, deserializing=deserializing)

    @property
    def opener(self) -> Task:
        """The call activity's or sub-process's task."""
        return self.top_workflow.get_task_from_id(self.parent_task_id)

    @property
    def is_call(self) -> bool:
        """True for a called process."""
        return bool(self.opener.task_spec.is_call)

    @property
    def scope_id(self) -> str:
        """Id of the scope that this level's tokens see."""
        return called_scope(str(self.parent_task_id)) if self.is_call else str(self.parent_task_id)


def called_scope(task_id: str) -> str:
    """Return the id of the scope of the process that a call activity's task called."""
    return f"{task_id}/called"


def scope_of(task: Task) -> str:
    """Return the id of the nearest scope of a task: its own, else its level's."""
    own = str(task.id)
    # A sub-process task has a scope of the same id for its level; its own expressions may see it as well.
    return own if own in task.workflow.top_workflow.scopes else str(task.workflow.scope_id)


def enclosing_scope(task: Task) -> str:
    """Return the id of the scope around a task: of its multi-instance body, else of its level."""
    body = task.internal_data.get("body")
    return body if body else str(task.workflow.scope_id)
