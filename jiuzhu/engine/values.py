"""What goes into the engine and what comes out: plain values, no SpiffWorkflow, no database, no web."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from jiuzhu.domain.topics import Value, Values

MAX_LOOPS = 20
"""How often a case may come back to the same node of one level."""
ELSEWHERE = 100
"""Codec of a case that another engine runs: what it was last seen to hold, as JSON. It can be read, not advanced."""
LOOP_LIMIT = "LOOP_LIMIT"
"""Code of the error when it would come back once more."""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """The frozen closure of a case: everything its diagram calls, by key. ``id`` is the content hash over all of it."""

    id: str
    process_key: str
    processes: Mapping[str, bytes]
    decisions: Mapping[str, bytes]
    forms: Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class StoredState:
    """Opaque state: ``codec`` says how ``blob`` was made (1 = ref + zstd)."""

    codec: int
    blob: bytes


@dataclass(frozen=True, kw_only=True)
class WorkItem:
    """An open user task. ``task_id`` is new for each visit of the element."""

    task_id: str
    element_id: str
    process_key: str
    name: str
    lane: str
    groups: tuple[str, ...]
    users: tuple[str, ...]
    assignee: str | None
    due: str | None
    """ISO 8601 text as the expression gave it."""
    follow_up: str | None
    priority: int
    form: str | None
    """Form id (key in the bundle's forms)."""
    properties: Mapping[str, str]
    instance: int | None
    """loopCounter inside a multi-instance activity."""
    documentation: str
    opened: Values = field(default_factory=dict)
    """Local input parameters of the task, for the form's context."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An open job, timer, message or signal subscription: one table ``waiting``."""

    kind: Literal["job", "timer", "message", "signal"]
    task_id: str
    element_id: str
    process_key: str
    name: str
    """Element name in Chinese."""
    topic: str = ""
    inputs: Values = field(default_factory=dict)
    retries: str = ""
    """camunda:failedJobRetryTimeCycle, such as ``R3/PT5M``; '' = config."""
    priority: int = 0
    due: datetime | None = None
    message: str = ""
    """Name of the message or signal."""
    correlation_key: str = ""
    """Variable by whose value the message is correlated (property ``correlation``; default case_no)."""
    correlation_value: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    """Of a message: entryForm, entryGroups (resolved), entryLabel."""


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One line of what happened in a step, in order: the source of timeline, heat map and event log."""

    what: Literal["entered", "completed", "cancelled"]
    element_id: str
    element_type: str
    """bpmn local name: userTask, serviceTask, exclusiveGateway, endEvent …"""
    process_key: str
    task_id: str
    name: str
    parent_task_id: str | None
    """Call activity task this belongs to, None at the top."""
    flow: str = ""
    """Id of the sequence flow taken into the element, '' when unknown."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Result of one advance: the new state and *all* that is open in it (not a difference)."""

    state: StoredState
    items: tuple[WorkItem, ...]
    waiting: tuple[Waiting, ...]
    log: tuple[Passage, ...]
    variables: Values
    """The case's own scope."""
    ended: bool
    end_events: tuple[str, ...]
    """Ids of end events reached in this step: of the process's own level and of its event sub-processes."""
    signals: tuple[str, ...] = ()
    """Signals thrown in this step: this case has heard them, the others that wait at this moment have not yet."""


@dataclass(frozen=True, kw_only=True)
class CompleteItem:
    """A person completed a user task; ``variables`` replace top-level keys."""

    task_id: str
    variables: Values


@dataclass(frozen=True, kw_only=True)
class FinishJob:
    """A worker finished an errand."""

    task_id: str
    variables: Values
    local_variables: Values = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RaiseError:
    """A worker reports a BPMN error for a job (or, later, a user task)."""

    task_id: str
    code: str
    message: str = ""
    variables: Values = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FireTimers:
    """Fire every timer that is due at ``Host.now``."""


@dataclass(frozen=True, kw_only=True)
class DeliverMessage:
    """Deliver a message to one waiting subscription (the ``task_id`` of its Waiting row)."""

    task_id: str
    message: str
    variables: Values


@dataclass(frozen=True, kw_only=True)
class DeliverSignal:
    """Let one waiting signal subscription hear its signal."""

    task_id: str
    signal: str


Event: TypeAlias = CompleteItem | FinishJob | RaiseError | FireTimers | DeliverMessage | DeliverSignal


@dataclass(frozen=True, kw_only=True)
class TaskCall:
    """A record task reached during an advance."""

    topic: str
    task_id: str
    element_id: str
    process_key: str
    inputs: Values
    properties: Mapping[str, str]
    defaults: Values


class Host(Protocol):
    """What the engine asks of whoever advances a case."""

    @property
    def now(self) -> datetime:
        """Office time, aware UTC."""
        ...

    def is_record(self, topic: str) -> bool:
        """True: call ``record`` at once; False: park it as a job."""
        ...

    def record(self, call: TaskCall) -> Values:
        """Run a record task; may raise BpmnError (caught by the diagram) or anything (aborts the advance)."""
        ...


__all__ = [
    "ELSEWHERE",
    "Bundle",
    "CompleteItem",
    "DeliverMessage",
    "DeliverSignal",
    "Event",
    "FinishJob",
    "FireTimers",
    "Host",
    "Passage",
    "RaiseError",
    "Step",
    "StoredState",
    "TaskCall",
    "Value",
    "Values",
    "Waiting",
    "WorkItem",
]
