"""The engine as the service sees it: bundles in, steps out. Knows no database, no clock and no web."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime
from functools import lru_cache

import orjson
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiuzhu.domain.topics import Values
from jiuzhu.engine.moves import Move, MoveOrder
from jiuzhu.engine.spiff import moving
from jiuzhu.engine.spiff.activities import ExternalTask, UserTask
from jiuzhu.engine.spiff.codec import Codec
from jiuzhu.engine.spiff.conductor import Conductor, unfinished
from jiuzhu.engine.spiff.levels import CaseWorkflow, scope_of
from jiuzhu.engine.spiff.plan import Plan
from jiuzhu.engine.spiff.projection import step_of
from jiuzhu.engine.spiff.scopes import CASE, Scopes
from jiuzhu.engine.spiff.waits import waits
from jiuzhu.engine.values import (
    ELSEWHERE,
    Bundle,
    CompleteItem,
    DeliverMessage,
    DeliverSignal,
    Event,
    FinishJob,
    FireTimers,
    Host,
    RaiseError,
    Step,
    StoredState,
    TaskCall,
)
from jiuzhu.errors import ProcessError

MAX_PREPARED = 256
"""Prepared bundles kept in memory; the longest unused is forgotten and prepared again when needed."""

MOST_READ = 64
"""Bundles that the engines of one process share: known by their whole content, since a plan never changes."""


class Engine:
    """Advances cases. One instance serves all threads of a process."""

    def __init__(self) -> None:
        self._prepared: OrderedDict[str, Codec] = OrderedDict()
        self._lock = threading.Lock()

    def prepare(self, bundle: Bundle) -> None:
        """Parse a bundle and keep it by its id. Raises DeploymentRefused when a file of it is not acceptable."""
        self._codec(bundle)

    def start(self, bundle: Bundle, variables: Values, host: Host) -> Step:
        """Start a case and run it to its first waits.

        Raises ProcessError where the diagram cannot go on, and whatever the host's record tasks raise; nothing is
        kept then.
        """
        codec = self._codec(bundle)
        scopes = Scopes()
        scopes.open(CASE, None, "process", variables)
        conductor = Conductor(codec.plan, host, scopes)
        workflow = CaseWorkflow(codec.plan.specs[bundle.process_key], codec.plan.specs, conductor, scopes)
        conductor.workflow = workflow
        conductor.begin(workflow)
        conductor.settle()
        return step_of(workflow, conductor, codec)

    def advance(self, bundle: Bundle, state: StoredState, event: Event, host: Host) -> Step:
        """Apply one event to a stored case and run it to its next waits.

        Overdue timers of the case are fired after the event: a person who completes an overdue item wins.
        Raises ProcessError (code ``GONE`` when the event's task is no longer open), UncaughtBpmnError, and whatever
        the host's record tasks raise; the stored state stays as it was.
        """
        codec = self._codec(bundle)
        workflow, conductor = codec.restore(state, host)
        apply_event(workflow, conductor, event)
        conductor.settle()
        return step_of(workflow, conductor, codec)

    def move(self, old: Bundle, new: Bundle, state: StoredState, order: MoveOrder, host: Host) -> Move:
        """Work out a case's move from one bundle to another; nothing of it runs and the stored state stays."""
        return moving.move(self._codec(old), self._codec(new), state, order, host)

    def read_variables(self, bundle: Bundle, state: StoredState, task_id: str | None = None) -> Values:
        """Return the variables as a task sees them (None = the case's own scope).

        Raises ProcessError with code ``GONE`` when the task is no longer open.
        """
        if state.codec == ELSEWHERE:
            seen: Values = orjson.loads(state.blob)["variables"]
            return seen
        workflow, conductor = self._codec(bundle).restore(state, _Reader())
        if task_id is None:
            return conductor.scopes.local(CASE)
        task = unfinished(workflow.find(task_id), task_id)
        return dict(conductor.scopes.view(scope_of(task)))

    def _codec(self, bundle: Bundle) -> Codec:
        with self._lock:
            codec = self._prepared.get(bundle.id)
            if codec is not None:
                self._prepared.move_to_end(bundle.id)
                return codec
        codec = _read(bundle.id, bundle.process_key, tuple(bundle.processes.items()), tuple(bundle.decisions.items()))
        with self._lock:
            codec = self._prepared.setdefault(bundle.id, codec)
            while len(self._prepared) > MAX_PREPARED:
                self._prepared.popitem(last=False)
        return codec


@lru_cache(maxsize=MOST_READ)
def _read(
    bundle_id: str, process_key: str, processes: tuple[tuple[str, bytes], ...], decisions: tuple[tuple[str, bytes], ...]
) -> Codec:
    files = {"processes": dict(processes), "decisions": dict(decisions), "forms": {}}
    return Codec(Plan(Bundle(id=bundle_id, process_key=process_key, **files)))


class _Reader:
    """A host for reading only: an advance never happens."""

    @property
    def now(self) -> datetime:
        raise ProcessError("reading asks for no clock")

    def is_record(self, topic: str) -> bool:
        return False

    def record(self, call: TaskCall) -> Values:
        raise ProcessError("reading runs no task")


def apply_event(workflow: CaseWorkflow, conductor: Conductor, event: Event) -> None:
    """Let an event act on its task; automatic work follows in ``settle``."""
    match event:
        case FireTimers():
            return
        case CompleteItem():
            task = _open_task(workflow, event.task_id, UserTask, TaskState.READY)
            _write(conductor, task, event.variables)
            task.task_spec.finish(task)
        case FinishJob():
            task = _open_task(workflow, event.task_id, ExternalTask, TaskState.STARTED)
            if event.local_variables:
                task.task_spec.add_local(task, event.local_variables)
            _write(conductor, task, event.variables)
            task.task_spec.finish(task)
        case RaiseError():
            task = unfinished(workflow.find(event.task_id), event.task_id)
            _write(conductor, task, event.variables)
            conductor.throw(task, "error", event.code, event.message, own=True)
        case DeliverMessage():
            task = _waiting(workflow, event.task_id, "message", event.message)
            _write(conductor, task, event.variables)
            task.task_spec.fire(task)
        case DeliverSignal():
            task = _waiting(workflow, event.task_id, "signal", event.signal)
            task.task_spec.fire(task)


def _waiting(workflow: CaseWorkflow, task_id: str, kind: str, name: str) -> Task:
    task = unfinished(workflow.find(task_id), task_id)
    if not waits(task):
        raise ProcessError("这一步不能这样办理。", element_id=task.task_spec.node.id, code="GONE")
    if (task.task_spec.event.kind, task.task_spec.event.message) != (kind, name):
        word = "消息" if kind == "message" else "信号"
        raise ProcessError(f"这里等待的不是{word}“{name}”。", element_id=task.task_spec.node.id, code="GONE")
    return task


def _open_task(workflow: CaseWorkflow, task_id: str, kind: type, state: int) -> Task:
    task = unfinished(workflow.find(task_id), task_id)
    if not isinstance(task.task_spec, kind) or task.state != state:
        raise ProcessError("这一步不能这样办理。", element_id=task.task_spec.node.id, code="GONE")
    return task


def _write(conductor: Conductor, task: Task, variables: Values) -> None:
    conductor.scopes.write(scope_of(task), variables)
