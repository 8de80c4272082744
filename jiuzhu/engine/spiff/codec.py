"""How a case becomes bytes: SpiffWorkflow's public converter registry with converters of our own, JSON, zstd.

Codec 1 ("ref"): definitions are references to the bundle's cached specs; a level is its living tokens; scopes stand
beside the workflow, so that no variable ever passes through the registry (a key ``typename`` in data would make a
stored case unreadable there).
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import zstandard
from SpiffWorkflow.bpmn.serializer.helpers.bpmn_converter import BpmnConverter
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiuzhu.domain import marks
from jiuzhu.engine.spiff.conductor import Conductor
from jiuzhu.engine.spiff.levels import CaseWorkflow, NestedLevel, ProcessSpec
from jiuzhu.engine.spiff.plan import Plan
from jiuzhu.engine.spiff.scopes import Scopes
from jiuzhu.engine.values import Host, StoredState
from jiuzhu.errors import Failed

REF = 1
_LARGEST = 8 * 1024 * 1024
_ROOT = UUID(int=0)
"""Id of a restored level's root; nobody outside ever names a root."""


class Codec:
    """Stores and restores cases of one bundle. Safe for threads: it keeps no state of a case."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.serializer = BpmnWorkflowSerializer(
            BpmnWorkflowSerializer.configure(
                {
                    ProcessSpec: partial(_SpecReference, plan=plan),
                    Task: _TokenConverter,
                    NestedLevel: _LevelConverter,
                    CaseWorkflow: _CaseConverter,
                }
            )
        )

    def store(self, workflow: CaseWorkflow) -> StoredState:
        """Return a case as bytes."""
        document = [self.plan.id, self.serializer.to_dict(workflow), workflow.scopes.dump()]
        return StoredState(codec=REF, blob=zstandard.ZstdCompressor(level=3).compress(marks.dumps(document)))

    def restore(self, state: StoredState, host: Host) -> tuple[CaseWorkflow, Conductor]:
        """Return a case with a conductor for one advance.

        Raises Failed when the bytes are of another codec or bundle.
        """
        return self.build(self.read(state), host)

    def read(self, state: StoredState) -> list[Any]:
        """Return the document in the bytes: bundle, case, scopes. Raises Failed as ``restore``."""
        if state.codec != REF:
            raise Failed(f"unknown state codec {state.codec}")
        blob = zstandard.ZstdDecompressor().decompress(state.blob, max_output_size=_LARGEST)
        document: list[Any] = marks.loads(blob)
        if document[0] != self.plan.id:
            raise Failed(f"state belongs to bundle {document[0]}, not {self.plan.id}")
        return document

    def build(self, document: list[Any], host: Host) -> tuple[CaseWorkflow, Conductor]:
        """Return the case of a document with a conductor for one advance."""
        _, dct, scopes = document
        conductor = Conductor(self.plan, host, Scopes.load(scopes))
        workflow: CaseWorkflow = self.serializer.from_dict(dct, conductor=conductor)
        return workflow, conductor


class _SpecReference(BpmnConverter):  # type: ignore[misc]
    """A spec is stored as its name."""

    def __init__(self, target_class: type, registry: Any, plan: Plan) -> None:
        super().__init__(target_class, registry)
        self.plan = plan

    def to_dict(self, spec: ProcessSpec) -> dict[str, Any]:
        return {"name": spec.name}

    def from_dict(self, dct: dict[str, Any]) -> ProcessSpec:
        try:
            return self.plan.specs[dct["name"]]
        except KeyError:
            raise Failed(f"bundle {self.plan.id} has no level {dct['name']}") from None


class _TokenConverter(BpmnConverter):  # type: ignore[misc]
    """A living token: id, state, node and how it came there. It has no data and no children."""

    def to_dict(self, task: Task) -> dict[str, Any]:
        return {"id": str(task.id), "state": task.state, "at": task.task_spec.name, "facts": dict(task.internal_data)}

    def from_dict(self, dct: dict[str, Any], level: Any) -> Task:
        # Created as a prediction and then set: a task's constructor puts it below its parent.
        spec = level.spec.task_specs[dct["at"]]
        task = Task(level, spec, parent=level.task_tree, state=dct["state"], id=UUID(dct["id"]))
        task.internal_data = dct["facts"]
        return task


class _LevelConverter(BpmnConverter):  # type: ignore[misc]
    """A nested level: whose task opened it, its spec, its tokens."""

    def to_dict(self, level: NestedLevel) -> dict[str, Any]:
        return {"opener": str(level.parent_task_id)} | self.common(level)

    def common(self, level: Any) -> dict[str, Any]:
        """Return what every level stores."""
        return {
            "spec": self.registry.convert(level.spec),
            "tokens": [self.registry.convert(task) for task in level.live()],
            "visits": dict(level.visits),
        }

    def from_dict(self, dct: dict[str, Any], top: CaseWorkflow) -> NestedLevel:
        level = NestedLevel(self.registry.restore(dct["spec"]), UUID(dct["opener"]), top, deserializing=True)
        self.fill(level, dct)
        return level

    def fill(self, level: Any, dct: dict[str, Any]) -> None:
        """Put root, tokens and counters into an empty level."""
        level.task_tree = Task(level, level.spec.start, state=TaskState.COMPLETED, id=_ROOT)
        for token in dct["tokens"]:
            self.registry.restore(token, level=level)
        level.visits = dct["visits"]


class _CaseConverter(_LevelConverter):
    """The case: its own level and all nested ones, outer before inner."""

    def to_dict(self, workflow: CaseWorkflow) -> dict[str, Any]:
        nested = [self.registry.convert(level) for level in workflow.subprocesses.values()]
        return self.common(workflow) | {"levels": nested}

    def from_dict(self, dct: dict[str, Any], conductor: Conductor) -> CaseWorkflow:
        workflow = CaseWorkflow(
            self.registry.restore(dct["spec"]), conductor.plan.specs, conductor, conductor.scopes, deserializing=True
        )
        self.fill(workflow, dct)
        for nested in dct["levels"]:
            level = self.registry.restore(nested, top=workflow)
            workflow.subprocesses[level.parent_task_id] = level
        conductor.workflow = workflow
        return workflow
