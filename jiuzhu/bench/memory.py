"""The same cases with nothing stored: one recorded household replayed on live workflows, the ceiling of the engine.

``Recorder`` stands between service and engine and writes down every event and every answer of a record task;
``replay`` lets SpiffWorkflow walk the same way again with these answers.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from jiuzhu.domain.topics import Values
from jiuzhu.engine import Bundle, CompleteItem, DeliverMessage, Engine, Event, FinishJob, RaiseError, Step, StoredState
from jiuzhu.engine.spiff.conductor import Conductor
from jiuzhu.engine.spiff.engine import apply_event
from jiuzhu.engine.spiff.levels import CaseWorkflow
from jiuzhu.engine.spiff.plan import Plan
from jiuzhu.engine.spiff.scopes import CASE, Scopes
from jiuzhu.engine.values import Host, TaskCall
from jiuzhu.errors import BpmnError, Failed


@dataclass(frozen=True)
class Recorded:
    """One step: the event (None = start), where it acted, and what the record tasks on the way answered."""

    event: Event | None
    element: str
    instance: int | None
    now: datetime
    answers: tuple[Values | BpmnError, ...]
    errands: frozenset[str]


@dataclass
class Track:
    """One process instance."""

    bundle: Bundle
    variables: Values
    steps: list[Recorded] = field(default_factory=list)


class Recorder(Engine):
    """The engine; remembers what it was asked and what record tasks answered."""

    def __init__(self) -> None:
        super().__init__()
        self.tracks: list[Track] = []
        self._by_state: dict[bytes, tuple[Track, Step]] = {}

    def start(self, bundle: Bundle, variables: Values, host: Host) -> Step:
        """Start a case and a track."""
        track = Track(bundle, dict(variables))
        self.tracks.append(track)
        heard = _Heard(host)
        step = super().start(bundle, variables, heard)
        return self._keep(track, step, heard, None, "", None)

    def advance(self, bundle: Bundle, state: StoredState, event: Event, host: Host) -> Step:
        """Advance a case and its track."""
        track, before = self._by_state.pop(state.blob)
        element, instance = _place(before, event)
        heard = _Heard(host)
        step = super().advance(bundle, state, event, heard)
        return self._keep(track, step, heard, event, element, instance)

    def _keep(
        self, track: Track, step: Step, heard: _Heard, event: Event | None, element: str, instance: int | None
    ) -> Step:
        answers, errands = tuple(heard.answers), frozenset(heard.errands)
        track.steps.append(Recorded(event, element, instance, heard.now, answers, errands))
        self._by_state[step.state.blob] = (track, step)
        return step


class _Heard:
    """A host that remembers."""

    def __init__(self, inner: Host) -> None:
        self._inner = inner
        self.answers: list[Values | BpmnError] = []
        self.errands: set[str] = set()

    @property
    def now(self) -> datetime:
        """Office time."""
        return self._inner.now

    def is_record(self, topic: str) -> bool:
        """True for a record task."""
        found = self._inner.is_record(topic)
        if not found:
            self.errands.add(topic)
        return found

    def record(self, call: TaskCall) -> Values:
        """Run a record task and remember its answer."""
        try:
            answer = self._inner.record(call)
        except BpmnError as error:
            self.answers.append(error)
            raise
        self.answers.append(answer)
        return answer


class _Prompter:
    """A host that answers as was recorded."""

    def __init__(self, step: Recorded) -> None:
        self.now = step.now
        self._answers = deque(step.answers)
        self._errands = step.errands

    def is_record(self, topic: str) -> bool:
        """True for what was a record task."""
        return topic not in self._errands

    def record(self, call: TaskCall) -> Values:
        """Return the recorded answer."""
        answer = self._answers.popleft()
        if isinstance(answer, BpmnError):
            raise answer
        return answer


def replay(tracks: list[Track], cases: int) -> tuple[int, float]:
    """Walk the tracks ``cases`` times in memory; returns (steps, seconds). Raises Failed when the ways part."""
    plans = {track.bundle.id: Plan(track.bundle) for track in tracks}
    steps = 0
    began = time.perf_counter()
    for _ in range(cases):
        for track in tracks:
            _walk(plans[track.bundle.id], track)
            steps += len(track.steps)
    return steps, time.perf_counter() - began


def _walk(plan: Plan, track: Track) -> None:
    first, *rest = track.steps
    scopes = Scopes()
    scopes.open(CASE, None, "process", track.variables)
    conductor = Conductor(plan, _Prompter(first), scopes)
    workflow = CaseWorkflow(plan.specs[track.bundle.process_key], plan.specs, conductor, scopes)
    conductor.workflow = workflow
    conductor.begin(workflow)
    conductor.settle()
    for step in rest:
        conductor.host = _Prompter(step)
        conductor.log.clear()
        workflow.prune_all()
        apply_event(workflow, conductor, _aimed(workflow, step))
        conductor.settle()
    if workflow.live():
        raise Failed(f"replay of {track.bundle.process_key} did not reach its end")


def _aimed(workflow: CaseWorkflow, step: Recorded) -> Event:
    """Return the recorded event with the id that its task has in this workflow."""
    event = step.event
    if isinstance(event, CompleteItem | FinishJob | RaiseError | DeliverMessage):
        for task in workflow.living():
            here = task.task_spec.node.id == step.element and task.internal_data.get("index") == step.instance
            if here and not task.internal_data.get("done"):
                return replace(event, task_id=str(task.id))
        raise Failed(f"replay finds no open {step.element}")
    if event is None:
        raise Failed("a replayed case starts once")
    return event


def _place(before: Step, event: Event) -> tuple[str, int | None]:
    task_id: Any = getattr(event, "task_id", None)
    for item in before.items:
        if item.task_id == task_id:
            return item.element_id, item.instance
    for waiting in before.waiting:
        if waiting.task_id == task_id:
            return waiting.element_id, None
    return "", None
