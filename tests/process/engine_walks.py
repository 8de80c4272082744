"""Random walks over any diagram: a host that answers every topic, values guessed from the diagrams' own conditions."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from unittest import mock
from uuid import UUID

from jiuzhu.engine import Engine
from jiuzhu.engine.catalogue import Resources
from jiuzhu.engine.spiff.codec import Codec
from jiuzhu.engine.spiff.conductor import Conductor
from jiuzhu.engine.spiff.engine import apply_event
from jiuzhu.engine.spiff.levels import CaseWorkflow
from jiuzhu.engine.spiff.plan import Plan
from jiuzhu.engine.spiff.projection import step_of
from jiuzhu.engine.spiff.scopes import CASE, Scopes
from jiuzhu.engine.values import (
    Bundle,
    CompleteItem,
    DeliverMessage,
    DeliverSignal,
    Event,
    FinishJob,
    FireTimers,
    RaiseError,
    Step,
    TaskCall,
    Values,
)
from jiuzhu.errors import BpmnError, ProcessError

START = datetime(2026, 9, 16, 1, 0, tzinfo=UTC)
INSTANTS = frozenset({"window_breach_at"})
"""Instants that timers read and whose names do not say so."""
_COMPARED = re.compile(r"(\w+)\s*(?:==|!=)\s*(?:'([^']*)'|(true|false)|(\d+))")
_BARE = re.compile(r"(?:\$\{|\band |\bor |\bnot )\s*(\w+)\s*(?=\}|\band\b|\bor\b)")
_NUMBER = re.compile(r"(\w+)\s*(?:<=|>=|<|>|-|\+)\s*(\d+)")


def closure(root: str, resources: Resources, raw: Mapping[str, bytes]) -> Bundle:
    """Return the bundle of a process out of a set of files."""
    keys, pending = [], [root]
    while pending:
        key = pending.pop()
        if key not in keys:
            keys.append(key)
            pending += resources.processes[key].calls
    files = {key: raw[resources.processes[key].resource] for key in keys}
    tables = {
        d: raw[resources.decisions[d].resource]
        for k in keys
        for d in resources.processes[k].decisions
        if d in resources.decisions
    }
    digest = sha256(b"".join([*files.values(), *tables.values()])).hexdigest()
    return Bundle(id=digest, process_key=root, processes=files, decisions=tables, forms={})


class Guess:
    """Plausible values for every name that a bundle's expressions read."""

    def __init__(self, plan: Plan) -> None:
        self.choices: dict[str, list[Any]] = {}
        self.truths: set[str] = set()
        for process in plan.processes.values():
            texts: list[Any] = [flow.condition for level, _ in process.level.walk() for flow in level.flows.values()]
            for _, node in process.level.walk():
                texts += [node.event.timer_text if node.event else None]
                texts += [line.value for line in (*node.inputs, *node.outputs)]
                if node.work:
                    texts += [node.work.groups, node.work.due]
                if node.multi:
                    texts += [node.multi.cardinality]
                if node.call:
                    for line in (*node.call.ins, *node.call.outs):
                        self._read(line.value)
                        if line.source:
                            self.choices.setdefault(line.source, [])
            for text in texts:
                self._read(text)

        for process in plan.processes.values():
            for _, node in process.level.walk():
                if node.rule is not None and plan.decisions.get(node.rule.decision) is not None:
                    self._table(plan.decisions[node.rule.decision], node.rule.decision)

    def _table(self, decisions: Any, key: str) -> None:
        table = decisions.table(key)
        for name in decisions.inputs(key):
            self.choices.setdefault(name, [])
        for column, position in ((c, n) for n, c in enumerate(table.inputs if table is not None else ())):
            name = column.expression.text
            if name not in self.choices:
                continue
            texts = [
                *(rule.tests[position].text for rule in table.rules),
                column.allowed.text if column.allowed else "",
            ]
            for text in texts:
                self.choices[name] += re.findall(r'"([^"]*)"', text)
                self.choices[name] += [word == "true" for word in re.findall(r"\b(true|false)\b", text)]
                self.choices[name] += [int(word) for word in re.findall(r"\b\d+\b", text) if '"' not in text]

    def _read(self, template: Any) -> None:
        if template is None:
            return
        for name in template.names:
            self.choices.setdefault(name, [])
        for name in _BARE.findall(template.text):
            self.truths.add(name)
            self.choices.setdefault(name, []).append(True)
        for name, text, truth, number in _COMPARED.findall(template.text):
            value = truth == "true" if truth else int(number) if number else text
            self.choices.setdefault(name, []).append(value)
        for name, number in _NUMBER.findall(template.text):
            self.choices.setdefault(name, []).append(int(number) + 1)

    def value(self, name: str, rng: random.Random, now: datetime) -> Any:
        """Return a guess for a name."""
        if name.endswith("_from"):
            return "2022-07-01"
        if name.startswith(("due_", "notice_end", "resubmit")) or name.endswith(("_end", "_by")) or name in INSTANTS:
            return (now + timedelta(days=rng.choice([1, 3, 10]))).isoformat()
        known = self.choices.get(name, [])
        if any(isinstance(v, bool) for v in known):
            return rng.random() < 0.5
        if known:
            kind = type(known[0])
            return rng.choice([*known, kind()] if kind is str else known)
        if name.endswith(("_count", "_size", "_round")) or name.startswith("open_"):
            return rng.randint(0, 3)
        if name in self.truths:
            return rng.random() < 0.5
        return f"v-{name}"


class WalkHost:
    """Answers record topics with nothing, now and then with a business error that the element's boundary catches."""

    def __init__(self, rng: random.Random, plan: Plan) -> None:
        self.now = START
        self.rng = rng
        self.errors: dict[str, list[str]] = {}
        for process in plan.processes.values():
            for level, node in process.level.walk():
                codes = [b.event.code for b in level.boundaries(node.id) if b.event and b.event.kind == "error"]
                self.errors[node.id] = [code for code in codes if code]

    def is_record(self, topic: str) -> bool:
        return topic not in ("means_verification", "notify", "external_sync", "monthly_send", "poverty_list")

    def record(self, call: TaskCall) -> Values:
        codes = self.errors.get(call.element_id, [])
        if codes and self.rng.random() < 0.3:
            raise BpmnError(self.rng.choice(codes))
        return {}


class LiveTwin:
    """The same case without ever being stored and restored: what every restored step must equal."""

    def __init__(self, codec: Codec, variables: Values, host: Any) -> None:
        self.codec = codec
        scopes = Scopes()
        scopes.open(CASE, None, "process", variables)
        self.conductor = Conductor(codec.plan, host, scopes)
        specs = codec.plan.specs
        self.workflow = CaseWorkflow(specs[codec.plan.process_key], specs, self.conductor, scopes)
        self.conductor.workflow = self.workflow
        self.conductor.begin(self.workflow)

    def settle(self) -> Step:
        self.conductor.settle()
        step = step_of(self.workflow, self.conductor, self.codec)
        self.conductor.log.clear()
        self.conductor.end_events.clear()
        self.conductor.signals.clear()
        return step

    def apply(self, event: Event) -> Step:
        apply_event(self.workflow, self.conductor, event)
        return self.settle()


@contextmanager
def numbered_ids(seed: int) -> Iterator[None]:
    """Make task ids repeatable."""
    rng = random.Random(seed)
    ids = mock.patch("SpiffWorkflow.task.uuid4", side_effect=lambda: UUID(int=rng.getrandbits(128), version=4))
    with ids, mock.patch.object(Plan, "decide", _some_row):
        yield


_decide = Plan.decide


def _some_row(plan: Plan, spec: Any, rule: Any, inputs: Mapping[str, Any]) -> Any:
    """Decide as the table says; where guessed values hit no row, answer with its first row's plain results."""
    try:
        answer = _decide(plan, spec, rule, inputs)
    except ProcessError:
        answer = None
    if answer is not None:
        return answer
    table = plan.decisions[rule.decision].table(rule.decision)
    assert table is not None
    row = {
        column.name: cell.text.strip('"') for column, cell in zip(table.outputs, table.rules[0].results, strict=True)
    }
    row = {name: text == "true" if text in ("true", "false") else text for name, text in row.items()}
    return row if rule.mapping == "singleResult" else next(iter(row.values()))


def initial(plan: Plan, guess: Guess, rng: random.Random) -> dict[str, Any]:
    """Return start variables: guesses for every name, over them the process's own defaults."""
    variables = {name: guess.value(name, rng, START) for name in sorted(guess.choices)}
    for process in plan.processes.values():
        variables |= json.loads(process.properties.get("defaults", "") or "{}")
    return variables | {"case_no": "C-1", "notice_no": "N-1", "town": "140502100", "village": "140502100001"}


def choose(step: Step, guess: Guess, rng: random.Random, host: WalkHost) -> Event:
    """Choose what happens next; moves the clock when nothing else can."""

    def some() -> dict[str, Any]:
        changing = [name for name in sorted(guess.choices) if guess.choices[name]]
        picked = rng.sample(changing, min(len(changing), rng.randint(0, 6)))
        return {name: guess.value(name, rng, host.now) for name in picked}

    choices: list[Callable[[], Event]] = [
        lambda item=item: CompleteItem(task_id=item.task_id, variables=some()) for item in step.items
    ] * 3
    for one in step.waiting:
        if one.kind == "job":
            choices.append(lambda one=one: FinishJob(task_id=one.task_id, variables=some()))
            if host.errors.get(one.element_id):
                code = host.errors[one.element_id][0]
                choices.append(lambda one=one, code=code: RaiseError(task_id=one.task_id, code=code))
        elif one.kind == "message" and rng.random() < 0.15:
            choices.append(lambda one=one: DeliverMessage(task_id=one.task_id, message=one.message, variables=some()))
        elif one.kind == "signal" and rng.random() < 0.15:
            choices.append(lambda one=one: DeliverSignal(task_id=one.task_id, signal=one.message))
    if choices and rng.random() < 0.9:
        return rng.choice(choices)()
    host.now += timedelta(days=rng.choice([0, 1, 5, 20]))
    return FireTimers()


def walk(bundle: Bundle, seed: int, *, most: int = 120, engine: Engine | None = None) -> tuple[list[Step], list[Step]]:
    """Walk a bundle twice with the same choices, once stored at every step and once live; return both lists of steps.

    Guessed values may lead where the diagram cannot go on; the stored walk then ends with its last good step.
    """
    engine = engine or Engine()
    codec = engine._codec(bundle)
    guess = Guess(codec.plan)
    rng = random.Random(seed)
    variables = initial(codec.plan, guess, rng)
    script: list[tuple[datetime, Event]] = []
    with numbered_ids(seed):
        host = WalkHost(random.Random(seed), codec.plan)
        stored = [engine.start(bundle, variables, host)]
        while not stored[-1].ended and len(stored) < most:
            event = choose(stored[-1], guess, rng, host)
            try:
                stored.append(engine.advance(bundle, stored[-1].state, event, host))
            except ProcessError:
                break
            script.append((host.now, event))
    with numbered_ids(seed):
        host = WalkHost(random.Random(seed), codec.plan)
        twin = LiveTwin(codec, variables, host)
        live = [twin.settle()]
        for now, event in script:
            host.now = now
            live.append(twin.apply(event))
    return stored, live
