"""Which private names of SpiffWorkflow the engine touches: the table in docs/engine-internals.md is complete."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

from SpiffWorkflow.bpmn.serializer.helpers.bpmn_converter import BpmnConverter
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiuzhu.engine.spiff.levels import CaseWorkflow
from jiuzhu.engine.spiff.nodes import NodeSpec
from tests.process.engine_kit import Case, bundle, chain, diagram, end, start, user

ROOT = Path(__file__).parents[2]
LIBRARY = (Task, BpmnSpecMixin, BpmnWorkflow, BpmnSubWorkflow, BpmnProcessSpec, BpmnConverter)


def library_names() -> set[str]:
    """Return the private names that the library's classes define or set on themselves."""
    names: set[str] = set()
    for one in LIBRARY:
        for ancestor in one.__mro__[:-1]:
            names |= {name for name in vars(ancestor) if re.fullmatch(r"_[a-z]\w*", name)}
            names |= set(re.findall(r"self\.(_[a-z]\w*)\s*=", inspect.getsource(ancestor)))
    return names


def touched() -> set[str]:
    """Return the library's private names that our package reads, calls or overrides."""
    found: set[str] = set()
    for path in sorted((ROOT / "jiuzhu" / "engine" / "spiff").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.FunctionDef):
                found.add(node.name)
    return found & library_names()


def test_the_table_of_private_names_is_complete_and_short() -> None:
    text = (ROOT / "docs" / "engine-internals.md").read_text(encoding="utf-8")
    table = set(re.findall(r"^\| `(_\w+)` \|", text, re.MULTILINE))
    assert touched() == table
    assert len(table) <= 15


def test_only_the_spiff_package_imports_the_library() -> None:
    for path in sorted((ROOT / "jiuzhu").rglob("*.py")):
        relative = path.relative_to(ROOT / "jiuzhu").as_posix()
        # The benchmark compares with the library's own way of storing.
        if not relative.startswith(("engine/spiff/", "bench/")):
            assert "SpiffWorkflow" not in re.sub(r'""".*?"""|#.*', "", path.read_text(encoding="utf-8"), flags=re.S), (
                path
            )


def test_the_hooks_are_called_by_the_library() -> None:
    """The life of a task as the library drives it: update, ready, run, complete, and nothing is predicted."""
    seen: list[str] = []
    hooks = ("_predict_hook", "_update_hook", "_on_ready_hook", "_run_hook", "_on_complete_hook")
    originals = {name: getattr(NodeSpec, name) for name in hooks}

    def watching(name: str) -> object:
        def hook(self: NodeSpec, my_task: Task) -> object:
            if self.name == "S":
                seen.append(name)
            return originals[name](self, my_task)

        return hook

    try:
        for name in hooks:
            setattr(NodeSpec, name, watching(name))
        Case(bundle(diagram(start() + end() + chain("S", "E"))))
    finally:
        for name, original in originals.items():
            setattr(NodeSpec, name, original)
    assert seen == ["_update_hook", "_on_ready_hook", "_run_hook", "_on_complete_hook"]


def test_the_tree_is_a_root_with_living_tokens() -> None:
    case = Case(bundle(diagram(start() + user("A") + user("B") + end() + chain("S", "A", "B", "E"))))
    case.complete("A")
    engine_codec = case.engine._codec(case.bundle)
    workflow, _ = engine_codec.restore(case.step.state, case.host)
    assert isinstance(workflow, CaseWorkflow)
    assert [task.task_spec.name for task in workflow.tasks.values()] == ["Root", "B"]
    token = workflow.live()[0]
    assert token.parent is workflow.task_tree
    assert workflow.task_tree.children == [token]
    assert token.state == TaskState.READY
    assert token.data == {}
    assert not workflow.is_completed()


def test_python_cannot_be_reached_through_the_script_engine() -> None:
    import pytest

    from jiuzhu.errors import ProcessError

    case = Case(bundle(diagram(start() + user("A") + end() + chain("S", "A", "E"))), {"x": 2})
    workflow, conductor = case.engine._codec(case.bundle).restore(case.step.state, case.host)
    task = workflow.live()[0]
    assert conductor.evaluate(task, "${x + 1}") == 3
    for act in (
        lambda: conductor.evaluate(task, "${__import__('os')}"),
        lambda: conductor.execute(task, "import os"),
        lambda: conductor.call_service(task, operation="x"),
        lambda: conductor.environment.evaluate("1 + 1", {}),
        lambda: conductor.environment.execute("import os", {}),
    ):
        with pytest.raises(ProcessError):
            act()
    assert conductor.evaluate(task, "__import__('os')") == "__import__('os')"
