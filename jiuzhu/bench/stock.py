"""Cases stored as SpiffWorkflow's own ``serialize_json`` does it: the whole workflow, definitions included, as JSON.

Everything else (specs, scopes, conductor) is the house's, so that only the way of storing differs. Converters are
written in the library's own pattern; finished tasks are not kept, which flatters the stock variant.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.process_spec import BpmnProcessSpecConverter
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnSubWorkflowConverter, BpmnWorkflowConverter
from SpiffWorkflow.bpmn.serializer.helpers.spec import TaskSpecConverter
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

from jiuzhu.engine import Bundle, Engine, StoredState, diagram
from jiuzhu.engine.expressions import Template, parse
from jiuzhu.engine.spiff import activities, nodes, waits
from jiuzhu.engine.spiff.codec import Codec
from jiuzhu.engine.spiff.conductor import Conductor
from jiuzhu.engine.spiff.levels import CaseWorkflow, NestedLevel, ProcessSpec
from jiuzhu.engine.spiff.plan import Plan
from jiuzhu.engine.spiff.scopes import Scopes
from jiuzhu.engine.values import Host
from jiuzhu.errors import Failed

STOCK = 99
"""Codec byte of measured cases only: no office ever stores it."""

_VALUES = (
    diagram.Assignment, diagram.Call, diagram.Event, diagram.Flow, diagram.Multi, diagram.Node, diagram.Rule,
    diagram.UserWork,
)  # fmt: skip
_SPECS = tuple(
    kind
    for module in (nodes, activities, waits)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, nodes.NodeSpec | nodes.Root)
)


class StockEngine(Engine):
    """The engine with the stock way of storing."""

    def _codec(self, bundle: Bundle) -> Codec:
        known = self._prepared.get(bundle.id)
        if known is None:
            known = self._prepared[bundle.id] = StockCodec(Plan(bundle))
        return known


class StockCodec(Codec):
    """``serialize_json`` and ``deserialize_json`` over the library's registry."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        config = dict(DEFAULT_CONFIG)
        config |= {
            ProcessSpec: partial(_ProcessConverter, plan=plan),
            NestedLevel: _LevelConverter,
            CaseWorkflow: _CaseConverter,
        }
        config |= dict.fromkeys(_SPECS, _NodeConverter)
        registry = BpmnWorkflowSerializer.configure(config)
        for kind in _VALUES:
            registry.register(kind, _fields, _maker(kind, registry))
        registry.register(Template, lambda one: {"text": one.text}, lambda dct: parse(dct["text"]))
        self.serializer = BpmnWorkflowSerializer(registry)

    def store(self, workflow: CaseWorkflow) -> StoredState:
        """Return the whole workflow as JSON text."""
        workflow.data = {"scopes": workflow.scopes.dump()}
        return StoredState(codec=STOCK, blob=self.serializer.serialize_json(workflow).encode())

    def restore(self, state: StoredState, host: Host) -> tuple[CaseWorkflow, Conductor]:
        """Return the workflow made anew out of its JSON, definitions included."""
        if state.codec != STOCK:
            raise Failed(f"unknown state codec {state.codec}")
        workflow: CaseWorkflow = self.serializer.deserialize_json(state.blob.decode())
        plan = copy.copy(self.plan)
        plan.specs = dict(workflow.subprocess_specs)
        workflow.scopes = Scopes.load(workflow.data.pop("scopes"))
        conductor = Conductor(plan, host, workflow.scopes)
        conductor.workflow = workflow
        workflow.script_engine = conductor
        return workflow, conductor


class _NodeConverter(TaskSpecConverter):  # type: ignore[misc]
    """A spec of ours: the library's attributes, then our own."""

    def to_dict(self, spec: Any) -> dict[str, Any]:
        dct: dict[str, Any] = self.get_default_attributes(spec)
        known = {*dct, "id", "_wf_spec", "_inputs", "_outputs", "level"}
        own = {name: value for name, value in vars(spec).items() if name not in known and not _is_event(value)}
        if "node" in own:
            own["node"] = dataclasses.replace(own["node"], documentation="")
        return dct | {"own": own}

    def from_dict(self, dct: dict[str, Any]) -> Any:
        own = {name: _tupled(self.registry.restore(value)) for name, value in dct.pop("own").items()}
        wf_spec, name, bpmn_id = dct.pop("wf_spec"), dct.pop("name"), dct.pop("bpmn_id")
        spec = self.target_class.__new__(self.target_class)
        BpmnSpecMixin.__init__(spec, wf_spec, name, **dct)
        spec.bpmn_id = bpmn_id
        vars(spec).update(own)
        if "node" in own:
            spec.node = dataclasses.replace(own["node"], documentation=spec.documentation)
        return spec


class _ProcessConverter(BpmnProcessSpecConverter):  # type: ignore[misc]
    """One level's definition."""

    def __init__(self, target_class: type, registry: Any, plan: Plan) -> None:
        super().__init__(target_class, registry)
        self.plan = plan

    def to_dict(self, spec: ProcessSpec) -> dict[str, Any]:
        dct: dict[str, Any] = super().to_dict(spec)
        return dct | {"key": spec.process_key, "defaults": spec.defaults, "first": spec.first}

    def from_dict(self, dct: dict[str, Any]) -> ProcessSpec:
        spec = ProcessSpec(dct["name"], dct["key"], dct["defaults"])
        spec.first = dct["first"]
        # Derived from the flows; the library has nothing like it, so it is not charged to the stock variant.
        spec.reach = self.plan.specs[spec.name].reach
        for task_spec in dct["task_specs"].values():
            self.registry.restore({**task_spec, "wf_spec": spec})
        spec.start = spec.task_specs["Root"]
        return spec


class _LevelConverter(BpmnSubWorkflowConverter):  # type: ignore[misc]
    """A nested level."""

    def to_dict(self, level: NestedLevel) -> dict[str, Any]:
        dct: dict[str, Any] = super().to_dict(level)
        return dct | {"visits": level.visits}

    def from_dict(self, dct: dict[str, Any], top_workflow: CaseWorkflow) -> NestedLevel:
        spec = top_workflow.subprocess_specs[dct["spec"]]
        level = NestedLevel(spec, UUID(dct["parent_task_id"]), top_workflow, deserializing=True)
        _fill(self, level, dct)
        return level


class _CaseConverter(BpmnWorkflowConverter):  # type: ignore[misc]
    """The case with all definitions."""

    def to_dict(self, workflow: CaseWorkflow) -> dict[str, Any]:
        dct: dict[str, Any] = super().to_dict(workflow)
        return dct | {"visits": workflow.visits}

    def from_dict(self, dct: dict[str, Any]) -> CaseWorkflow:
        specs = self.mapping_from_dict(dct["subprocess_specs"])
        spec = self.registry.restore(dct["spec"])
        specs[spec.name] = spec
        workflow = CaseWorkflow(spec, specs, None, Scopes(), deserializing=True)
        _fill(self, workflow, dct)
        for opener, nested in dct["subprocesses"].items():
            workflow.subprocesses[UUID(opener)] = self.registry.restore(nested, top_workflow=workflow)
        return workflow


def _fill(converter: Any, level: Any, dct: dict[str, Any]) -> None:
    level.tasks = converter.mapping_from_dict(dct["tasks"], UUID, workflow=level)
    level.task_tree = level.tasks[UUID(dct["root"])]
    level.visits = dct["visits"]
    converter.set_default_attributes(level, dct)


def _fields(value: Any) -> dict[str, Any]:
    found = {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.name != "level"}
    return {name: dict(one) if isinstance(one, Mapping) else one for name, one in found.items()}


def _maker(kind: type, registry: Any) -> Any:
    def make(dct: dict[str, Any]) -> Any:
        return kind(**{name: _tupled(registry.restore(value)) for name, value in dct.items()})

    return make


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _is_event(value: Any) -> bool:
    return type(value).__module__.startswith("SpiffWorkflow.")
