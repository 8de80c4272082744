"""Small diagrams, one for each construct: what happens, act by act, and what must be open at the end.

The table of constructs in ``docs/conformance.md`` plays each scene on both engines.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from jiuzhu.engine.xml import BPMN, CAMUNDA, XSI

KEY = "scene"
CONSTRUCTS = "tests/process/test_engine_constructs.py"
EVENT_SUBS = "tests/process/test_engine_event_subs.py"
FLOWS = "tests/process/test_engine_flows.py"
READING = "tests/process/test_engine_reading.py"
LINT_EVENTS = "tests/process/test_engine_lint_events.py"
SCOPES = "tests/process/test_engine_scopes.py"
DECLARED = (
    '<bpmn:message id="Msg" name="told"/><bpmn:signal id="Sig" name="rung"/><bpmn:error id="Err" errorCode="A"/>'
    '<bpmn:escalation id="Esc" escalationCode="UP"/>'
)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A diagram, what is done, and what must follow."""

    construct: str
    body: str
    acts: tuple[str, ...] = ()
    """``complete ELEMENT [name=value]``, ``error ELEMENT CODE``, ``message NAME``, ``signal NAME``; ``again``: anew."""
    open: tuple[str, ...] = ()
    ended: bool = False
    refused: str = ""
    """Rule by which we refuse it; '' when we execute it. ``open`` and ``ended`` then say what BPMN wants."""
    code: bool = False
    """True for programs in the diagram: whoever accepts them and does not run them is wrong."""
    stops: str = ""
    """Code of the incident with which we stop on the way; '' when we play it to its end."""
    called: str = ""
    """Body of a process ``called``."""
    parser: Literal["bpmn", "camunda"] = "bpmn"
    python: bool = False
    """Leave the stock engine its own Python expressions."""
    test: str = ""


def document(body: str, key: str = KEY) -> bytes:
    """Return a file with one process."""
    return (
        f'<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:camunda="{CAMUNDA}" xmlns:xsi="{XSI}" '
        f'targetNamespace="http://example.org">{DECLARED}'
        f'<bpmn:process id="{key}" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'
    ).encode()


def flow(source: str, target: str, condition: str = "", identity: str = "") -> str:
    inner = (
        f"<bpmn:conditionExpression>{condition.replace('<', '&lt;')}</bpmn:conditionExpression>" if condition else ""
    )
    name = identity or f"F_{source}_{target}"
    return f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def chain(*names: str) -> str:
    return "".join(flow(a, b) for a, b in pairwise(names))


def node(tag: str, identity: str, inner: str = "", **attributes: str) -> str:
    given = "".join(f' {name.replace("_", ":")}="{value}"' for name, value in attributes.items())
    return f'<bpmn:{tag} id="{identity}" name="{identity}"{given}>{inner}</bpmn:{tag}>'


def user(identity: str, inner: str = "", **attributes: str) -> str:
    return node("userTask", identity, inner, **attributes)


def extension(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def date(text: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:timeDate>{text}</bpmn:timeDate></bpmn:timerEventDefinition>"


def event_sub(identity: str, definition: str, task: str, *, stays: bool = False, inner: str = "") -> str:
    """Return an event sub-process with one user task."""
    attributes = {"isInterrupting": "false"} if stays else {}
    body = node("startEvent", f"S{identity}", definition, **attributes) + user(task) + node("endEvent", f"E{identity}")
    body += chain(f"S{identity}", task, f"E{identity}") + inner
    return node("subProcess", identity, body, triggeredByEvent="true")


S, E, A = node("startEvent", "S"), node("endEvent", "E"), user("A")
ONE = S + A + E + chain("S", "A", "E")
MESSAGE = '<bpmn:messageEventDefinition messageRef="Msg"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="Sig"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="Err"/>'
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="Esc"/>'
LINK = '<bpmn:linkEventDefinition name="further"/>'
NEVER, LONG_AGO = "2099-01-01T00:00:00+00:00", "2020-01-01T00:00:00+00:00"


def sub(identity: str, inner: str) -> str:
    return node("subProcess", identity, inner)


def gate(kind: str, identity: str, **attributes: str) -> str:
    return node(f"{kind}Gateway", identity, **attributes)


def repeated(inner: str, **attributes: str) -> str:
    given = "".join(f' {name.replace("_", ":")}="{value}"' for name, value in attributes.items())
    return f"<bpmn:multiInstanceLoopCharacteristics{given}>{inner}</bpmn:multiInstanceLoopCharacteristics>"
