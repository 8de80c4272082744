"""A second opinion: the same procedure on SpiffWorkflow as it comes, with its own parser, specs and serializer.

Automatic tasks become manual tasks that the driver completes; ``${...}`` is evaluated over task data. What the stock
engine does not understand (mappings, groups, due dates) it ignores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiuzhu.domain.topics import Value, Values
from jiuzhu.engine.diagram import Node
from jiuzhu.engine.expressions import parse
from jiuzhu.engine.reading import read_diagram
from jiuzhu.engine.values import Bundle
from jiuzhu.engine.xml import BPMN, parse_xml

AUTOMATIC = ("serviceTask", "businessRuleTask", "sendTask")

Answer = Callable[[Node, Mapping[str, Value]], Values]
"""What an automatic task sets, given its node and the data it sees."""


class StockProcedure:
    """A bundle parsed by the stock parser."""

    def __init__(self, bundle: Bundle) -> None:
        """Parse. Raises the library's ValidationException for what it cannot read."""
        self.key = bundle.process_key
        self.nodes: dict[str, Node] = {}
        parser = BpmnParser()
        for key, data in bundle.processes.items():
            for _, node in read_diagram(data, f"{key}.bpmn").level.walk():
                self.nodes[f"{key}:{node.id}"] = node
            parser.add_bpmn_xml(_plain(parse_xml(data, f"{key}.bpmn")), filename=f"{key}.bpmn")
        self.spec = parser.get_spec(self.key)
        self.subs = parser.get_subprocess_specs(self.key)
        self.serializer = BpmnWorkflowSerializer()

    def node(self, task: Task) -> Node | None:
        """Return the node of a task; embedded levels are looked up under the process that holds them."""
        workflow = task.workflow
        while f"{workflow.spec.name}:{task.task_spec.bpmn_id}" not in self.nodes:
            if workflow.parent_workflow is None:
                return None
            workflow = workflow.parent_workflow
        return self.nodes[f"{workflow.spec.name}:{task.task_spec.bpmn_id}"]


class StockCase:
    """A case on the stock engine."""

    def __init__(self, procedure: StockProcedure, variables: Values, answer: Answer) -> None:
        self.procedure = procedure
        self.answer = answer
        self.workflow = BpmnWorkflow(procedure.spec, procedure.subs, script_engine=TextEngine())
        self.workflow.task_tree.set_data(**variables)
        self._settle()

    @property
    def ended(self) -> bool:
        """True when the workflow has completed."""
        return bool(self.workflow.is_completed())

    def items(self) -> list[str]:
        """Return the element ids of open user tasks."""
        return [task.task_spec.bpmn_id for task in self._ready() if self._kind(task) == "userTask"]

    def complete(self, element_id: str, variables: Values) -> None:
        """Complete the first open user task of an element and run on."""
        task = next(t for t in self._ready() if t.task_spec.bpmn_id == element_id)
        task.set_data(**variables)
        task.run()
        self._settle()

    def wake(self) -> None:
        """Let timers that are due by the machine's clock fire."""
        self.workflow.refresh_timers()
        self._settle()

    def dump(self) -> str:
        """Return the whole workflow as the library's own JSON."""
        return str(self.procedure.serializer.serialize_json(self.workflow))

    def load(self, text: str) -> None:
        """Replace the workflow by a stored one."""
        self.workflow = self.procedure.serializer.deserialize_json(text)
        self.workflow.script_engine = TextEngine()

    def _ready(self) -> list[Task]:
        return list(self.workflow.get_tasks(state=TaskState.READY, manual=True))

    def _kind(self, task: Task) -> str:
        node = self.procedure.node(task)
        return node.type if node is not None else ""

    def _settle(self) -> None:
        moved = True
        while moved:
            self.workflow.do_engine_steps()
            self.workflow.refresh_timers()
            moved = False
            for task in self._ready():
                node = self.procedure.node(task)
                if node is not None and node.type in AUTOMATIC:
                    task.set_data(**self.answer(node, task.data))
                    task.run()
                    moved = True


class TextEngine(PythonScriptEngine):  # type: ignore[misc]
    """Evaluates ``${...}`` over task data instead of Python."""

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> Value:
        """Evaluate a text of a diagram."""
        return parse(expression).evaluate(task.data)

    def execute(self, task: Task, script: str, external_context: Any = None) -> bool:
        """Do nothing: the diagrams hold no scripts."""
        return True


def _plain(root: etree._Element) -> etree._Element:
    """Return a copy in which automatic tasks are manual tasks, which the stock parser can read."""
    for element in root.iter(*(f"{{{BPMN}}}{tag}" for tag in AUTOMATIC)):
        element.tag = f"{{{BPMN}}}manualTask"
    return root
