"""SpiffWorkflow as it comes: its own parsers, specs, events and DMN engine, under a limit of processor time.

``${…}``, which its own engine does not understand, is evaluated over task data; automatic tasks wait like manual ones
until somebody completes them. Nothing else is added.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from typing import Any, Self, TypeVar
from unittest import mock

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition, SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.camunda.parser.CamundaParser import CamundaParser
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiuzhu.engine.expressions import parse
from jiuzhu.engine.xml import BPMN

SECONDS = 1.0
AUTOMATIC = ("serviceTask", "businessRuleTask", "sendTask")
START = datetime(2026, 9, 16, 1, 0, tzinfo=UTC)
TIMERS = "SpiffWorkflow.bpmn.specs.event_definitions.timer"

_T = TypeVar("_T")


class Hanging(BaseException):
    """It did not come back within the limit of processor time; no handler of the library may swallow it."""


class TextEngine(PythonScriptEngine):  # type: ignore[misc]
    """Evaluates ``${…}`` over task data instead of Python."""

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> Any:
        """Evaluate a text of a diagram."""
        return parse(expression).evaluate(task.data)

    def execute(self, task: Task, script: str, external_context: Any = None) -> bool:
        """Do nothing: no diagram here holds a script."""
        return True


class StockCase:
    """A case on the stock engine."""

    def __init__(
        self,
        key: str,
        files: Mapping[str, bytes],
        variables: Mapping[str, Any],
        *,
        camunda: bool = False,
        plain: bool = True,
        engine: Any = None,
        spec: Any = None,
    ) -> None:
        """Parse and start. Raises what the library raises, or Hanging."""
        self.spec = spec or limited(lambda: parsed(key, files, camunda=camunda, plain=plain))
        self.workflow = BpmnWorkflow(self.spec[0], self.spec[1], script_engine=engine or TextEngine())
        self.workflow.task_tree.set_data(**variables)
        self.now = START
        self._do(lambda: None)

    @property
    def ended(self) -> bool:
        """True when the workflow says that it has completed."""
        return bool(self.workflow.is_completed())

    def open(self) -> tuple[str, ...]:
        """Return the element ids of what waits for somebody, sorted."""
        return tuple(sorted(str(task.task_spec.bpmn_id) for task in self._ready()))

    def complete(self, element: str, values: Mapping[str, Any] | None = None) -> None:
        """Complete the first open task of an element. Raises StopIteration when none is open."""
        task = self._open(element)
        task.set_data(**(values or {}))
        self._do(task.run)

    def message(self, name: str, values: Mapping[str, Any] | None = None) -> None:
        """Deliver a message."""
        self._catch(BpmnEvent(MessageEventDefinition(name), dict(values or {})))

    def signal(self, name: str) -> None:
        """Deliver a signal."""
        self._catch(BpmnEvent(SignalEventDefinition(name)))

    def error(self, element: str, code: str) -> None:
        """Report an error of an open task."""
        self._catch(BpmnEvent(ErrorEventDefinition(code, code), target=self._open(element).workflow))

    def wait(self, now: datetime) -> None:
        """Let time pass until a moment."""
        self.now = now
        self._do(lambda: None)

    def _open(self, element: str) -> Task:
        return next(each for each in self._ready() if each.task_spec.bpmn_id == element)

    def _catch(self, event: BpmnEvent) -> None:
        self._do(lambda: self.workflow.catch(event))

    def _ready(self) -> list[Task]:
        return list(self.workflow.get_tasks(state=TaskState.READY, manual=True))

    def _do(self, act: Callable[[], object]) -> None:
        """Do something and run on, by the clock of this case and within the limit."""

        def run() -> None:
            act()
            self.workflow.do_engine_steps()
            self.workflow.refresh_timers()
            self.workflow.do_engine_steps()

        with mock.patch(f"{TIMERS}.datetime", _clock(self.now)):
            limited(run)


def parsed(key: str, files: Mapping[str, bytes], *, camunda: bool, plain: bool) -> tuple[Any, Any]:
    """Return the specs of a process and of its parts. Raises the library's ValidationException."""
    parser = CamundaParser() if camunda else BpmnParser()
    for name, data in files.items():
        root = etree.fromstring(data)
        parser.add_bpmn_xml(_waiting(root) if plain else root, filename=f"{name}.bpmn")
    return parser.get_spec(key), parser.get_subprocess_specs(key)


def limited(act: Callable[[], _T]) -> _T:
    """Call something; raises Hanging when it takes more than ``SECONDS`` of processor time."""
    with _limit():
        return act()


@contextmanager
def _limit() -> Iterator[None]:
    def late(*_: object) -> None:
        raise Hanging(f"no answer within {SECONDS:g} s of processor time")

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _clock(moment: datetime) -> type[datetime]:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromisoformat(moment.isoformat())

    return Clock


def _waiting(root: etree._Element) -> etree._Element:
    for element in root.iter(*(f"{{{BPMN}}}{tag}" for tag in AUTOMATIC)):
        element.tag = f"{{{BPMN}}}manualTask"
    return root
