"""Drives one advance of one case: the script engine that task specs talk to.

SpiffWorkflow hands its script engine the task (its script environment does not get it), so this is where expressions
find their scope. Nothing here ever evaluates Python.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiuzhu.domain.topics import Value, Values
from jiuzhu.engine.diagram import Assignment, Rule
from jiuzhu.engine.expressions import Template
from jiuzhu.engine.expressions import parse as parse_template
from jiuzhu.engine.spiff.activities import Activity, LevelTask
from jiuzhu.engine.spiff.catching import Catching
from jiuzhu.engine.spiff.event_subs import start_name
from jiuzhu.engine.spiff.levels import NestedLevel, ProcessSpec, scope_of
from jiuzhu.engine.spiff.nodes import InclusiveGateway, NodeSpec
from jiuzhu.engine.spiff.plan import Plan
from jiuzhu.engine.spiff.scopes import Scopes
from jiuzhu.engine.spiff.waits import Wait
from jiuzhu.engine.values import LOOP_LIMIT, MAX_LOOPS, Host, Passage, TaskCall
from jiuzhu.errors import BpmnError, ExpressionError, ProcessError

MAX_PASSAGES = 5000
"""Bound of one advance: more than any sane diagram runs between two waits."""

_T = TypeVar("_T")


class NoCode:
    """Stands where SpiffWorkflow keeps its Python environment, and refuses."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        """Refuse."""
        raise ProcessError("流程图中的程序不执行。", code="SCRIPT")

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        """Refuse."""
        raise ProcessError("流程图中的程序不执行。", code="SCRIPT")


class Conductor(Catching, PythonScriptEngine):  # type: ignore[misc]
    """Runs automatic nodes until the case only waits; collects what happened."""

    def __init__(self, plan: Plan, host: Host, scopes: Scopes) -> None:
        super().__init__(environment=NoCode())
        self.plan = plan
        self.host = host
        self.scopes = scopes
        self.agenda: deque[Task] = deque()
        self.log: list[Passage] = []
        self.end_events: list[str] = []
        self.signals: list[str] = []
        """Signals thrown in this advance, in order: other cases hear them from the host."""
        self.pending: tuple[Task, BpmnError] | None = None

    # SpiffWorkflow's script engine

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> Value:
        """Evaluate ``${...}`` text in a task's scope."""
        return self.value(task, parse_template(expression))

    def execute(self, task: Task, script: str, external_context: Any = None) -> bool:
        """Refuse: diagrams hold no scripts."""
        raise task.task_spec.fault("流程图中的脚本不执行。", "SCRIPT")

    def call_service(self, task: Task, **kwargs: Any) -> Any:
        """Refuse: services are topics."""
        raise task.task_spec.fault("流程图中的服务调用不执行，请改为工作主题。", "SCRIPT")

    # values

    def value(self, task: Task, template: Template) -> Value:
        """Evaluate a text where a task stands."""
        return self.value_in(task, template, self.scopes.view(scope_of(task)))

    def value_in(self, task: Task, template: Template, view: Mapping[str, Value]) -> Value:
        """Evaluate a text over given variables."""
        return self.checked(task, template.evaluate, view)

    def holds(self, task: Task, condition: Template) -> bool:
        """Evaluate a condition where a task stands."""
        return self.checked(task, condition.holds, self.scopes.view(scope_of(task)))

    def text(self, task: Task, template: Template | None) -> str | None:
        """Evaluate to text; None for no template, null and ''."""
        if template is None:
            return None
        return self.checked(task, template.evaluate_text, self.scopes.view(scope_of(task)))

    def whole(self, task: Task, template: Template | None) -> int:
        """Evaluate a priority; 50 when there is none."""
        text = self.text(task, template)
        if text is None:
            return 50
        if not text.isdigit():
            raise task.task_spec.fault(f"优先级“{text}”不是数字。", "PRIORITY")
        return int(text)

    def assign(self, task: Task, line: Assignment) -> Value:
        """Return the value that an input, output or mapping line passes."""
        if line.value is not None:
            return self.value(task, line.value)
        # As in Camunda 7, a source that was never set passes null.
        return self.scopes.view(scope_of(task)).get(line.source)

    def checked(self, task: Task, function: Callable[..., _T], *arguments: Any) -> _T:
        """Call something that evaluates; an ExpressionError gets the element's place."""
        try:
            return function(*arguments)
        except ExpressionError as fault:
            spec = task.task_spec
            raise ExpressionError(
                f"“{spec.node.name or spec.node.id}”：{fault}",
                element_id=spec.node.id, process_key=spec.process_key, code=fault.code or "EXPRESSION",
            ) from None  # fmt: skip

    # automatic work

    def record(self, task: Task) -> Values:
        """Run a record task in the host's transaction."""
        spec = task.task_spec
        call = TaskCall(
            topic=spec.node.topic,
            task_id=str(task.id),
            element_id=spec.node.id,
            process_key=spec.process_key,
            inputs=dict(self.scopes.view(scope_of(task))),
            properties=spec.node.properties,
            defaults=task.workflow.spec.defaults,
        )
        return self.host.record(call)

    def decide(self, task: Task, rule: Rule) -> Value:
        """Evaluate a decision over everything a task sees and shape its result."""
        return self.plan.decide(task.task_spec, rule, dict(self.scopes.view(scope_of(task))))

    def knows_process(self, key: str) -> bool:
        """Return whether a process is in the case's bundle."""
        return self.plan.has_process(key)

    # tokens

    def enter(self, level: Any, name: str, **facts: Any) -> Task:
        """Put a token at a node of a level."""
        spec: NodeSpec = level.spec.task_specs[name]
        if spec.in_cycle and "body" not in facts:
            visits = level.visits[name] = level.visits.get(name, 0) + 1
            if visits > MAX_LOOPS + 1:
                raise spec.fault(f"“{spec.node.name or spec.node.id}”已经循环 {MAX_LOOPS} 次，不能再继续。", LOOP_LIMIT)
        task = level.task_tree._add_child(spec, TaskState.FUTURE)
        task.internal_data.update(facts)
        if "host" not in facts and not spec.stands:
            self.note("entered", task)
        spec._update(task)
        return task

    def ready(self, task: Task) -> None:
        """Queue a token that can run by itself."""
        if not task.task_spec.manual:
            self.agenda.append(task)

    def note(self, what: Literal["entered", "completed", "cancelled"], task: Task) -> None:
        """Write a line of what happened."""
        if len(self.log) >= MAX_PASSAGES:
            raise task.task_spec.fault("一次办理触发的步骤过多，可能是没有出口的循环。", "TOO_LONG")
        spec = task.task_spec
        line = Passage(
            what=what,
            element_id=spec.node.id,
            element_type=self._type(spec),
            process_key=spec.process_key,
            task_id=str(task.id),
            name=spec.node.name,
            parent_task_id=self._caller(task),
            flow=task.internal_data.get("flow", "") if what == "entered" else "",
        )
        self.log.append(line)

    def ended(self, task: Task) -> None:
        """Note that an end event of the case was reached: of its own level, or of an event sub-process of that."""
        level = task.workflow
        while level is not self.workflow and level.opener.task_spec.node.triggered:
            level = level.opener.workflow
        if level is self.workflow:
            self.end_events.append(task.task_spec.node.id)

    # nested levels

    def open_level(self, opener: Task, name: str) -> None:
        """Start a nested level for a call activity's or sub-process's task."""
        level = NestedLevel(self.plan.specs[name], opener.id, self.workflow)
        self.workflow.subprocesses[opener.id] = level
        self.begin(level)

    def begin(self, level: Any) -> None:
        """Let a new level's first token in."""
        spec: ProcessSpec = level.spec
        level.task_tree.run()
        for event_sub in spec.event_subs:
            name = start_name(event_sub.trigger) if event_sub.trigger is not None else ""
            if name:
                self.enter(level, name)
        self.enter(level, spec.first)

    def settle(self) -> None:
        """Run everything automatic, finish empty levels and fire what is due, until the case only waits."""
        while self._run_agenda() or self._finish_level() or self._join_inclusive() or self._fire_due():
            pass

    def _run_agenda(self) -> bool:
        worked = bool(self.agenda)
        while self.agenda:
            task = self.agenda.popleft()
            if task.state != TaskState.READY:
                continue
            task.run()
            if self.pending is not None:
                thrower, error = self.pending
                self.pending = None
                self.throw(thrower, "error", error.code, error.message, own=True)
        return worked

    def _finish_level(self) -> bool:
        for level in reversed(list(self.workflow.subprocesses.values())):
            if not level.active():
                self.terminate(level)
                opener = level.opener
                spec: LevelTask = opener.task_spec
                spec.close_level(opener, level)
                del self.workflow.subprocesses[opener.id]
                spec.finish(opener)
                return True
        if not self.workflow.active():
            self.terminate(self.workflow)
        return False

    def _join_inclusive(self) -> bool:
        for task in self.workflow.living():
            if isinstance(task.task_spec, InclusiveGateway) and task.state == TaskState.WAITING:
                tokens = task.task_spec.complete_now(task)
                if tokens:
                    task.task_spec.fire(tokens)
                    return True
        return False

    def _fire_due(self) -> bool:
        due: tuple[Any, Task] | None = None
        for task in self.workflow.living():
            if isinstance(task.task_spec, Wait) and task.state == TaskState.WAITING:
                alarm = task.task_spec.alarm(task)
                if alarm is not None and alarm.due <= self.host.now and (due is None or alarm.due < due[0]):
                    due = (alarm.due, task)
        if due is None:
            return False
        due[1].task_spec.fire(due[1])
        return True

    @staticmethod
    def _type(spec: NodeSpec) -> str:
        body = isinstance(spec, Activity) and spec.node.multi is not None and not spec.item
        return "multiInstanceBody" if body else spec.node.type

    def _caller(self, task: Task) -> str | None:
        level = task.workflow
        while level is not self.workflow:
            opener = level.opener
            if opener.task_spec.is_call:
                return str(opener.id)
            level = opener.workflow
        return None


def unfinished(task: Task | None, event: str) -> Task:
    """Return a task that an event names; raises ProcessError when it is no longer open."""
    if task is None:
        raise ProcessError(f"这一步已经办理或已取消（{event}）。", code="GONE")
    return task
