"""Task specs for nodes that a token passes at once: start and end events, gateways, none events.

Every spec keeps the diagram's ``Node``; running never changes a spec. A token is a SpiffWorkflow task whose
``internal_data`` holds how it came here: ``flow``, and for activities ``host``, ``body``, ``index``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiuzhu.engine.diagram import Flow, Level, Node
from jiuzhu.engine.spiff.levels import ProcessSpec
from jiuzhu.errors import ProcessError


class NodeSpec(BpmnSpecMixin):  # type: ignore[misc]
    """A node of the diagram. Subclasses override the hooks of SpiffWorkflow's task life."""

    is_call = False
    stands = False
    """True for the start of an event sub-process that waits: such a token does not keep its level alive."""

    def __init__(self, wf_spec: ProcessSpec, node: Node, level: Level, name: str = "", manual: bool = False) -> None:
        super().__init__(
            wf_spec,
            name or node.id,
            bpmn_name=node.name,
            lane=node.lane,
            documentation=node.documentation,
            manual=manual,
        )
        self.bpmn_id = node.id
        self.node = node
        self.flows: tuple[Flow, ...] = tuple(level.flows[flow_id] for flow_id in node.outgoing)
        self.is_choosing = any(flow.condition is not None or flow.id == node.default for flow in self.flows)
        self.in_cycle = False
        """True when a token can come back here: its visits are counted."""

    @property
    def process_key(self) -> str:
        """Key of the process this node is drawn in."""
        return str(self._wf_spec.process_key)

    def test(self) -> None:
        """Nothing to test: the reader has checked the diagram."""

    def leave(self, my_task: Task) -> None:
        """Send tokens on over the outgoing flows."""
        conductor = my_task.workflow.script_engine
        for flow in self.choose(my_task):
            conductor.enter(my_task.workflow, flow.target, flow=flow.id)

    def choose(self, my_task: Task) -> Sequence[Flow]:
        """Return the flows to take: every one without a condition or whose condition holds, else the default flow."""
        if not self.is_choosing:
            return self.flows
        conductor = my_task.workflow.script_engine
        chosen = [
            flow
            for flow in self.flows
            if flow.id != self.node.default and (flow.condition is None or conductor.holds(my_task, flow.condition))
        ]
        return chosen or self.default_flow()

    def default_flow(self) -> Sequence[Flow]:
        """Return the flow that is taken when no condition holds. Raises ProcessError when there is none."""
        found = [flow for flow in self.flows if flow.id == self.node.default]
        if not found:
            raise self.fault(f"“{self.node.name or self.node.id}”没有一条出线的条件成立，也没有默认连线。", "NO_FLOW")
        return found

    def fault(self, message: str, code: str) -> ProcessError:
        """Return an error at this node."""
        return ProcessError(message, element_id=self.node.id, process_key=self.process_key, code=code)

    def _predict_hook(self, my_task: Task) -> None:
        pass

    def _update_hook(self, my_task: Task) -> bool:
        return True

    def _on_ready_hook(self, my_task: Task) -> None:
        my_task.workflow.script_engine.ready(my_task)

    def _run_hook(self, my_task: Task) -> bool | None:
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        my_task.workflow.script_engine.note("completed", my_task)
        self.leave(my_task)

    def _on_cancel(self, my_task: Task) -> None:
        my_task.workflow.script_engine.note("cancelled", my_task)


class Root(BpmnSpecMixin):  # type: ignore[misc]
    """The invisible parent of a level's tokens."""

    is_call = False
    stands = False

    def test(self) -> None:
        """Nothing to test."""

    def _predict_hook(self, my_task: Task) -> None:
        pass

    def _on_complete_hook(self, my_task: Task) -> None:
        pass


class PassThrough(NodeSpec):
    """A start event or a none event."""


class ExclusiveGateway(NodeSpec):
    """Takes the first flow whose condition holds, else the default flow."""

    def choose(self, my_task: Task) -> Sequence[Flow]:
        if len(self.flows) < 2:
            return self.flows
        conductor = my_task.workflow.script_engine
        for flow in self.flows:
            if flow.condition is not None and conductor.holds(my_task, flow.condition):
                return (flow,)
        return self.default_flow()


class Join(NodeSpec):
    """A gateway that may wait for several tokens; ``gather`` says which of them fire together."""

    def gather(self, my_task: Task) -> list[Task] | None:
        """Return the waiting tokens that fire with this one, or None to wait."""
        raise NotImplementedError

    def waiting(self, my_task: Task) -> list[Task]:
        """Return the tokens that wait at this gateway, this one included, oldest first."""
        return [task for task in my_task.workflow.live() if task.task_spec is self]

    def fire(self, tokens: list[Task]) -> None:
        """Merge tokens into the last of them, which goes on."""
        *merged, last = tokens
        for task in merged:
            task.internal_data["merged"] = True
            task.complete()
        last.internal_data["gathered"] = True
        self._update(last)

    def _update_hook(self, my_task: Task) -> bool:
        if len(self.node.incoming) < 2 or my_task.internal_data.get("gathered"):
            return True
        my_task._set_state(TaskState.WAITING)
        tokens = self.gather(my_task)
        if tokens is not None:
            self.fire(tokens)
        return False

    def _on_complete_hook(self, my_task: Task) -> None:
        if not my_task.internal_data.get("merged"):
            super()._on_complete_hook(my_task)


class ParallelGateway(Join):
    """Fires when every incoming flow has a token, consuming one of each; surplus tokens stay."""

    def gather(self, my_task: Task) -> list[Task] | None:
        by_flow: dict[str, Task] = {}
        for task in self.waiting(my_task):
            by_flow.setdefault(task.internal_data["flow"], task)
        return list(by_flow.values()) if len(by_flow) == len(self.node.incoming) else None


class InclusiveGateway(Join):
    """Splits over every flow whose condition holds; joins when no other token of the level can still come."""

    def gather(self, my_task: Task) -> list[Task] | None:
        # Asked again by the conductor once everything automatic has run: only then is it known who can still come.
        return None

    def complete_now(self, my_task: Task) -> list[Task] | None:
        """Return the tokens to merge when nobody else can come, else None."""
        reach = self._wf_spec.reach
        for other in my_task.workflow.live():
            if other.task_spec is not self and self.node.id in reach.get(other.task_spec.node.id, frozenset()):
                return None
        return self.waiting(my_task)


class EventGateway(NodeSpec):
    """Puts a token at every event behind it; the first that happens removes the others."""

    def leave(self, my_task: Task) -> None:
        conductor = my_task.workflow.script_engine
        for flow in self.flows:
            conductor.enter(my_task.workflow, flow.target, flow=flow.id, race=str(my_task.id))


class EndEvent(NodeSpec):
    """Ends its token; an error, escalation or terminate definition acts on the level around it."""

    def _run_hook(self, my_task: Task) -> bool | None:
        my_task.workflow.script_engine.ended(my_task)
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)
        event = self.node.event
        if event is not None and event.kind == "terminate":
            my_task.workflow.script_engine.terminate(my_task.workflow)
        elif event is not None and event.kind in ("error", "escalation"):
            conductor = my_task.workflow.script_engine
            said = conductor.text(my_task, event.said) or ""
            conductor.throw(my_task, event.kind, event.code, said, own=False)
        elif event is not None and event.kind == "signal":
            my_task.workflow.script_engine.broadcast(event.message)


class Throw(NodeSpec):
    """An intermediate escalation or signal: its token goes on unless somebody who heard it interrupted its level."""

    def _on_complete_hook(self, my_task: Task) -> None:
        event = self.node.event
        conductor = my_task.workflow.script_engine
        conductor.note("completed", my_task)
        before = my_task.workflow.cleared
        if event is not None and event.kind == "signal":
            conductor.broadcast(event.message)
        elif event is not None:
            conductor.throw(my_task, "escalation", event.code, "", own=False)
        if my_task.workflow.cleared == before:
            self.leave(my_task)


def live_specs(spec: ProcessSpec) -> list[Any]:
    """Return the node specs of a level without its root."""
    return [each for each in spec.task_specs.values() if isinstance(each, NodeSpec)]
