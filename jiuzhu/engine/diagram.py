"""A diagram as we understand it: plain values read from the file, before any engine sees it.

Everything here was read on purpose (``reading.py``); what could not be read became a finding, never a gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from jiuzhu.engine.expressions import Template
from jiuzhu.engine.timers import TimerKind

EventKind = Literal["none", "message", "signal", "timer", "error", "escalation", "terminate", "link"]
ResultShape = Literal["singleEntry", "singleResult", "collectEntries", "resultList"]

ACTIVITIES = frozenset({"userTask", "serviceTask", "sendTask", "businessRuleTask", "callActivity", "subProcess"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A sequence flow. ``id`` is made up (``source-target``) when the file gives none."""

    id: str
    name: str
    source: str
    target: str
    condition: Template | None
    line: int
    drawn: bool = True
    """False for the way from a link event to the one of the same name."""


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One line of inputOutput, camunda:in or camunda:out: a value goes to a name."""

    target: str
    value: Template | None
    """Expression or constant; None when ``source`` names a variable."""
    source: str = ""
    line: int = 0

    @property
    def reads(self) -> frozenset[str]:
        """Variables that the line reads."""
        return self.value.names if self.value is not None else frozenset({self.source})


@dataclass(frozen=True, kw_only=True)
class UserWork:
    """What a user task asks of people."""

    groups: Template | None = None
    users: Template | None = None
    assignee: Template | None = None
    due: Template | None = None
    follow_up: Template | None = None
    priority: Template | None = None
    form: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A business rule task's decision."""

    decision: str
    mapping: ResultShape
    result: str


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call activity's target and what passes in and out."""

    called: Template
    all_in: bool
    all_out: bool
    ins: tuple[Assignment, ...]
    outs: tuple[Assignment, ...]


@dataclass(frozen=True, kw_only=True)
class Event:
    """The definition of an event."""

    kind: EventKind
    message: str = ""
    """Name of the message, signal or link."""
    timer: TimerKind = "date"
    timer_text: Template | None = None
    code: str = ""
    """Error or escalation code; '' on a catching event = any."""
    code_variable: str = ""
    message_variable: str = ""
    said: Template | None = None
    """What a thrown error says, for the variable of whoever catches it."""


@dataclass(frozen=True, kw_only=True)
class Multi:
    """Multi-instance: how many, in parallel or one after another, when it is enough."""

    sequential: bool
    cardinality: Template | None
    collection: Template | None
    element: str
    """Variable that holds the item."""
    enough: Template | None
    bound: int
    """Most instances allowed (property ``bound``, default 50)."""
    has_bound: bool


@dataclass(frozen=True, kw_only=True)
class Node:
    """A flow node: its kind is the BPMN tag, the detail that belongs to the kind is set."""

    id: str
    type: str
    name: str
    line: int
    column: int = 0
    lane: str = ""
    documentation: str = ""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Assignment, ...] = ()
    outputs: tuple[Assignment, ...] = ()
    topic: str = ""
    priority: Template | None = None
    retries: str = ""
    work: UserWork | None = None
    rule: Rule | None = None
    call: Call | None = None
    event: Event | None = None
    attached_to: str = ""
    interrupting: bool = True
    multi: Multi | None = None
    level: Level | None = None
    triggered: bool = False
    """True for an event sub-process: no flow leads to it, its start event does."""
    form: str = ""
    """Start form (start events only)."""

    @property
    def is_activity(self) -> bool:
        """True for tasks, calls and sub-processes."""
        return self.type in ACTIVITIES or self.type == "receiveTask"

    @property
    def trigger(self) -> Node | None:
        """Return the start event of an event sub-process, None for any other node."""
        return self.level.nodes.get(self.level.start) if self.triggered and self.level is not None else None


@dataclass(frozen=True, kw_only=True)
class Level:
    """The nodes and flows of a process or of one embedded sub-process."""

    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    start: str

    def boundaries(self, node_id: str) -> list[Node]:
        """Return the boundary events attached to a node, in file order."""
        return [node for node in self.nodes.values() if node.attached_to == node_id]

    def event_subs(self) -> list[Node]:
        """Return the event sub-processes of this level whose start event could be read, in file order."""
        return [node for node in self.nodes.values() if node.trigger is not None]

    def walk(self) -> Iterator[tuple[Level, Node]]:
        """Yield every node of this level and of all embedded levels with the level it stands in."""
        stack: list[Level] = [self]
        while stack:
            level = stack.pop()
            for node in level.nodes.values():
                yield level, node
                if node.level is not None:
                    stack.append(node.level)


@dataclass(frozen=True, kw_only=True)
class Process:
    """One executable process of a file."""

    resource: str
    key: str
    name: str
    version_tag: str
    line: int
    documentation: str
    history_days: str
    starter_groups: tuple[str, ...]
    properties: Mapping[str, str]
    level: Level
    has_history_ttl: bool = True

    def node(self, element_id: str) -> Node | None:
        """Return a node of any level by id."""
        for _, node in self.level.walk():
            if node.id == element_id:
                return node
        return None
