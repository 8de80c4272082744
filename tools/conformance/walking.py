"""Walks a process on our engine with drawn answers; every act is noted, so that another engine can be asked them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeAlias
from unittest import mock
from uuid import UUID

from jiuzhu.engine import (
    Bundle,
    CompleteItem,
    DeliverMessage,
    DeliverSignal,
    Engine,
    Event,
    FinishJob,
    FireTimers,
    RaiseError,
    Step,
    TaskCall,
    Values,
)
from jiuzhu.engine.diagram import Level, Node, Process
from jiuzhu.engine.reading import read_diagram
from jiuzhu.errors import BpmnError, ProcessError
from tools.conformance.stock import START
from tools.conformance.taking_over import TOLD

MOST_ACTS = 60
WALKS = 24
ANSWERS = ("complete", "finish", "message", "error")
Make: TypeAlias = Callable[[Values], Event]
Choice: TypeAlias = tuple["Act", Make, datetime]
"""What may happen, how, and when at the earliest."""


@dataclass(frozen=True)
class Act:
    """One thing that happened, by element."""

    kind: str
    """complete | finish | message | signal | timer | error."""
    element: str
    name: str = ""
    """Message, signal or error code."""
    values: tuple[tuple[str, bool], ...] = ()
    """Variables that were set with it."""
    at: datetime = field(default=START, compare=False)
    """When it happened."""


@dataclass
class Walk:
    """One case from its start on."""

    variables: dict[str, bool]
    acts: list[Act] = field(default_factory=list)
    seen: list[tuple[str, ...]] = field(default_factory=list)
    """What was open for people and workers after the start and after each act."""
    ended: bool = False
    stopped: str = ""
    """Why the case could not go on; '' when it could."""

    def __str__(self) -> str:
        """Return what was done and seen, without the moments."""
        acts = [(act.kind, act.element, act.name, act.values) for act in self.acts]
        return repr((sorted(self.variables.items()), acts, self.seen, self.ended, self.stopped))


@dataclass
class Result:
    """All walks of a process."""

    nodes: frozenset[str]
    visited: set[str] = field(default_factory=set)
    walks: list[Walk] = field(default_factory=list)


class Office:
    """A host that leaves every topic to a worker, except that messages are thrown at once."""

    def __init__(self) -> None:
        self.now = START

    def is_record(self, topic: str) -> bool:
        return topic == TOLD

    def record(self, call: TaskCall) -> Values:
        return {}


def walk_process(key: str, files: Mapping[str, bytes]) -> Result:
    """Walk a process until every node was visited, at most ``WALKS`` times. The same files give the same walks."""
    engine = Engine()
    digest = sha256(b"".join(files.values())).hexdigest()
    bundle = Bundle(id=digest, process_key=key, processes=dict(files), decisions={}, forms={})
    process = read_diagram(files[key], f"{key}.bpmn")
    result = Result(nodes=frozenset(node.id for _, node in process.level.walk()))
    codes = dict(_codes(process.level))
    done: Counter[Act] = Counter()
    for seed in range(WALKS):
        with _numbered(seed):
            result.walks.append(_walk(engine, bundle, process, codes, random.Random(seed), result.visited, done))
        if result.nodes <= result.visited:
            break
    return result


def open_elements(step: Step) -> tuple[str, ...]:
    """Return what is open for people and workers, sorted."""
    return tuple(sorted([i.element_id for i in step.items] + [w.element_id for w in step.waiting if w.kind == "job"]))


def _walk(
    engine: Engine,
    bundle: Bundle,
    process: Process,
    codes: Mapping[str, list[str]],
    rng: random.Random,
    visited: set[str],
    done: Counter[Act],
) -> Walk:
    flows = [flow for level, _ in process.level.walk() for flow in level.flows.values()]
    names = sorted({name for flow in flows if flow.condition is not None for name in flow.condition.names})
    walk = Walk({name: rng.random() < 0.5 for name in names})
    office = Office()
    try:
        step = engine.start(bundle, {**walk.variables, "case_no": "1"}, office)
        _note(walk, step, visited)
        while not step.ended and len(walk.acts) < MOST_ACTS:
            choices = _choices(step, codes)
            if not choices:
                break  # A join that waits for what went another way: it waits for ever.
            act, make, moment = _curious(rng, choices, done)
            # Half of the time somebody answers anew what the gateways ask.
            values = {name: rng.random() < 0.5 for name in names} if act.kind in ANSWERS and rng.random() < 0.5 else {}
            office.now = max(office.now, moment)
            step = engine.advance(bundle, step.state, make(values), office)
            walk.acts.append(replace(act, values=tuple(values.items()), at=office.now))
            _note(walk, step, visited)
    except (ProcessError, BpmnError) as error:
        walk.stopped = str(error)
    return walk


def _note(walk: Walk, step: Step, visited: set[str]) -> None:
    visited |= {line.element_id for line in step.log}
    walk.seen.append(open_elements(step))
    walk.ended = step.ended


def _choices(step: Step, codes: Mapping[str, list[str]]) -> list[Choice]:
    none = START
    found: list[Choice] = []
    for item in step.items:
        task = item.task_id
        found.append(
            (Act("complete", item.element_id), lambda v, task=task: CompleteItem(task_id=task, variables=v), none)
        )
        found += _errors(task, item.element_id, codes)
    due = sorted((w for w in step.waiting if w.kind == "timer" and w.due), key=lambda w: (str(w.due), w.element_id))
    for one in step.waiting:
        task, name = one.task_id, one.message
        make: Make
        if one.kind == "job":
            make = lambda v, task=task: FinishJob(task_id=task, variables=v)  # noqa: E731
            found += [(Act("finish", one.element_id), make, none), *_errors(task, one.element_id, codes)]
        elif one.kind == "message":
            make = lambda v, task=task, name=name: DeliverMessage(task_id=task, message=name, variables=v)  # noqa: E731
            found.append((Act("message", one.element_id, name), make, none))
        elif one.kind == "signal":
            make = lambda v, task=task, name=name: DeliverSignal(task_id=task, signal=name)  # noqa: E731
            found.append((Act("signal", one.element_id, name), make, none))
    if due:
        # The earliest of them; others due at the same moment fire with it.
        assert due[0].due is not None
        found.append((Act("timer", due[0].element_id), lambda v: FireTimers(), due[0].due + timedelta(seconds=1)))
    return found


def _curious(rng: random.Random, choices: list[Choice], done: Counter[Act]) -> Choice:
    """Choose what was done least so far, now and then anything."""
    least = min(done[act] for act, _, _ in choices)
    chosen = rng.choice([each for each in choices if done[each[0]] == least] if rng.random() < 0.7 else choices)
    done[chosen[0]] += 1
    return chosen


def _errors(task: str, element: str, codes: Mapping[str, list[str]]) -> list[Choice]:
    return [
        (
            Act("error", element, code),
            lambda v, code=code: RaiseError(task_id=task, code=code, variables=v),
            START,
        )
        for code in codes.get(element, [])
    ]


def _codes(level: Level, outer: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    """Yield for each node the error codes that somebody around it catches."""
    beside = [node.trigger for node in level.event_subs()]
    inner = tuple(code for start in beside if start is not None for code in _code(start)) + outer
    for node in level.nodes.values():
        own = tuple(code for boundary in level.boundaries(node.id) for code in _code(boundary)) + inner
        yield node.id, sorted(set(own))
        if node.level is not None:
            # What an event sub-process throws itself it does not catch.
            own_start = set(_code(node.trigger)) if node.trigger is not None else set()
            yield from _codes(node.level, tuple(code for code in own if code not in own_start))


def _code(node: Node) -> list[str]:
    return [node.event.code or "ANY"] if node.event is not None and node.event.kind == "error" else []


@contextmanager
def _numbered(seed: int) -> Iterator[None]:
    """Make task ids repeatable: they decide the order in which things are open."""
    rng = random.Random(seed)
    with mock.patch("SpiffWorkflow.task.uuid4", side_effect=lambda: UUID(int=rng.getrandbits(128), version=4)):
        yield
