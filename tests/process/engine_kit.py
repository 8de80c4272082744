"""What the engine's tests share: short diagrams, a scripted host, a case that is stored at every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

from jiuzhu.engine import Engine
from jiuzhu.engine.values import (
    Bundle,
    CompleteItem,
    DeliverMessage,
    Event,
    FinishJob,
    FireTimers,
    RaiseError,
    Step,
    TaskCall,
    Values,
    Waiting,
    WorkItem,
)

START = datetime(2026, 9, 16, 1, 0, tzinfo=UTC)

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn">\n'
)


def diagram(body: str, key: str = "proc", declarations: str = "", extras: str = "") -> bytes:
    """Return a file with one process."""
    return (
        f'{HEAD}<bpmn:process id="{key}" name="过程" isExecutable="true" camunda:historyTimeToLive="P3650D">'
        f"{extras}{body}</bpmn:process>{declarations}</bpmn:definitions>"
    ).encode()


def flow(source: str, target: str, condition: str = "", identity: str = "") -> str:
    """Return a sequence flow, with a condition when given."""
    inner = ""
    if condition:
        escaped = condition.replace("&", "&amp;").replace("<", "&lt;")
        inner = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escaped}</bpmn:conditionExpression>'
    name = identity or f"Flow_{source}_{target}"
    return f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def chain(*names: str) -> str:
    """Return flows that connect the names one after another."""
    return "".join(flow(a, b) for a, b in pairwise(names))


def start(identity: str = "S") -> str:
    return f'<bpmn:startEvent id="{identity}"/>'


def end(identity: str = "E", inner: str = "") -> str:
    return f'<bpmn:endEvent id="{identity}">{inner}</bpmn:endEvent>'


def user(identity: str, inner: str = "", attributes: str = 'camunda:candidateGroups="clerk"') -> str:
    return f'<bpmn:userTask id="{identity}" name="{identity}" {attributes}>{inner}</bpmn:userTask>'


def service(identity: str, topic: str, inner: str = "") -> str:
    head = f'<bpmn:serviceTask id="{identity}" name="{identity}" camunda:type="external" camunda:topic="{topic}">'
    return f"{head}{inner}</bpmn:serviceTask>"


def io(inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None) -> str:
    lines = "".join(
        f'<camunda:inputParameter name="{k}">{v}</camunda:inputParameter>' for k, v in (inputs or {}).items()
    )
    lines += "".join(
        f'<camunda:outputParameter name="{k}">{v}</camunda:outputParameter>' for k, v in (outputs or {}).items()
    )
    return f"<bpmn:extensionElements><camunda:inputOutput>{lines}</camunda:inputOutput></bpmn:extensionElements>"


def gateway(identity: str, kind: str = "exclusive", default: str = "") -> str:
    attribute = f' default="{default}"' if default else ""
    return f'<bpmn:{kind}Gateway id="{identity}" name="{identity}"{attribute}/>'


def boundary(identity: str, host: str, definition: str, interrupting: bool = True) -> str:
    cancel = "" if interrupting else ' cancelActivity="false"'
    return f'<bpmn:boundaryEvent id="{identity}" attachedToRef="{host}"{cancel}>{definition}</bpmn:boundaryEvent>'


def timer(kind: str, text: str) -> str:
    inner = f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{kind}>'
    return f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>"


def message(reference: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{reference}"/>'


def error(reference: str = "") -> str:
    attribute = f' errorRef="{reference}"' if reference else ""
    return f"<bpmn:errorEventDefinition{attribute}/>"


def bundle(
    *files: bytes, key: str = "proc", decisions: Mapping[str, bytes] | None = None, keys: tuple[str, ...] = ()
) -> Bundle:
    """Return a bundle of files whose process keys are ``keys`` (default: the one key)."""
    processes = dict(zip(keys or (key,), files, strict=True))
    digest = sha256(b"".join(files) + b"".join((decisions or {}).values())).hexdigest()
    return Bundle(id=digest, process_key=key, processes=processes, decisions=decisions or {}, forms={})


class FakeHost:
    """A host whose record topics are given functions; every other topic is an errand."""

    def __init__(self, records: Mapping[str, Callable[[TaskCall], Values]] | None = None) -> None:
        self.now = START
        self.records = dict(records or {})
        self.calls: list[TaskCall] = []

    def is_record(self, topic: str) -> bool:
        return topic in self.records

    def record(self, call: TaskCall) -> Values:
        self.calls.append(call)
        return self.records[call.topic](call)


class Case:
    """A case that exists only as stored bytes between two acts; every engine forgets it in between."""

    def __init__(
        self, what: Bundle, variables: Values | None = None, host: FakeHost | None = None, engine: Engine | None = None
    ) -> None:
        self.bundle = what
        self.host = host or FakeHost()
        self.engine = engine or Engine()
        self.steps: list[Step] = []
        self._keep(self.engine.start(what, variables or {}, self.host))

    @property
    def step(self) -> Step:
        return self.steps[-1]

    @property
    def variables(self) -> Values:
        return self.step.variables

    def open(self) -> list[str]:
        """Element ids of open items, sorted."""
        return sorted(item.element_id for item in self.step.items)

    def waits(self, kind: str | None = None) -> list[str]:
        """Element ids of what waits, sorted."""
        return sorted(w.element_id for w in self.step.waiting if kind is None or w.kind == kind)

    def item(self, element: str, instance: int | None = None) -> WorkItem:
        found = [i for i in self.step.items if i.element_id == element and (instance is None or i.instance == instance)]
        assert found, f"{element} is not open: {self.open()}"
        return found[0]

    def waiting(self, element: str, kind: str | None = None) -> Waiting:
        found = [w for w in self.step.waiting if w.element_id == element and (kind is None or w.kind == kind)]
        assert found, f"{element} does not wait: {self.waits()}"
        return found[0]

    def complete(self, element: str, instance: int | None = None, **variables: Any) -> Step:
        return self.send(CompleteItem(task_id=self.item(element, instance).task_id, variables=variables))

    def finish(self, element: str, **variables: Any) -> Step:
        return self.send(FinishJob(task_id=self.waiting(element, "job").task_id, variables=variables))

    def fail(self, element: str, code: str, **variables: Any) -> Step:
        return self.send(RaiseError(task_id=self.waiting(element, "job").task_id, code=code, variables=variables))

    def deliver(self, element: str, name: str, **variables: Any) -> Step:
        task_id = self.waiting(element, "message").task_id
        return self.send(DeliverMessage(task_id=task_id, message=name, variables=variables))

    def later(self, **delta: float) -> Step:
        self.host.now += timedelta(**delta)
        return self.send(FireTimers())

    def send(self, event: Event) -> Step:
        return self._keep(self.engine.advance(self.bundle, self.step.state, event, self.host))

    def path(self, *, what: str = "completed") -> list[str]:
        """Element ids of everything that was completed so far, in order."""
        return [passage.element_id for step in self.steps for passage in step.log if passage.what == what]

    def _keep(self, step: Step) -> Step:
        self.steps.append(step)
        return step
