"""A stored case rewritten for another plan: every level and every living token finds its place there, or says why not.

Tokens keep id, state and facts; only where they stand is written anew. A token that waits on the side (a boundary
event, an event behind an event-based gateway) may lose its place: it is dropped. One that carries the case may not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jiuzhu.engine.moves import Remark
from jiuzhu.engine.spiff.activities import ExternalTask, LevelTask
from jiuzhu.engine.spiff.event_subs import EventStart
from jiuzhu.engine.spiff.levels import ProcessSpec
from jiuzhu.engine.spiff.nodes import EventGateway, InclusiveGateway, NodeSpec, ParallelGateway
from jiuzhu.engine.spiff.plan import Plan
from jiuzhu.engine.spiff.waits import BoundaryEvent, MultiInstance, Wait

ITEM = "#item"
KINDS: Mapping[str, str] = {
    "userTask": "人工任务", "serviceTask": "自动任务", "sendTask": "发送任务", "receiveTask": "接收任务",
    "businessRuleTask": "决策任务", "callActivity": "调用活动", "subProcess": "子流程",
    "intermediateCatchEvent": "中间捕获事件", "intermediateThrowEvent": "中间抛出事件", "boundaryEvent": "边界事件",
    "exclusiveGateway": "排他网关", "parallelGateway": "并行网关", "inclusiveGateway": "包容网关",
    "eventBasedGateway": "事件网关", "startEvent": "开始事件", "endEvent": "结束事件",
}  # fmt: skip


@dataclass
class Place:
    """A level of the case in both plans."""

    old: ProcessSpec
    new: ProcessSpec
    raw: dict[str, Any]


@dataclass
class Relocation:
    """A document for the new plan with everything that was noticed on the way."""

    document: list[Any]
    obstacles: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    pairs: dict[str, tuple[NodeSpec, NodeSpec]] = field(default_factory=dict)
    """Task → its spec before and after, of every token that keeps its place."""
    regrouped: set[str] = field(default_factory=set)
    """Work items whose groups or users were settled anew."""


def relocate(old: Plan, new: Plan, document: list[Any], renames: Mapping[str, str]) -> Relocation:
    """Rewrite a stored document in place for the new plan."""
    found = Relocation(document)
    _Relocator(old, new, renames, found).run()
    return found


class _Relocator:
    def __init__(self, old: Plan, new: Plan, renames: Mapping[str, str], found: Relocation) -> None:
        self.old, self.new, self.renames, self.found = old, new, renames, found
        self.standing: dict[str, tuple[NodeSpec, Place]] = {}
        """Task → where it stands in the old plan, and in which level."""

    def run(self) -> None:
        document = self.found.document
        top = document[1]
        document[0] = self.new.id
        for raw in (top, *top["levels"]):
            place = self._place(raw)
            if place is not None:
                raw["spec"]["name"] = place.new.name
                self.found.places.append(place)
                self._tokens(place)

    def _place(self, raw: dict[str, Any]) -> Place | None:
        old = self.old.specs[raw["spec"]["name"]]
        name = old.name
        if "opener" in raw:
            opener = self.standing.get(raw["opener"])
            if opener is None:
                return None  # the level around it has no place already
            spec, around = opener
            name = old.process_key if spec.is_call else f"{around.new.process_key}/{self._renamed(spec.node.id)}"
        new = self.new.specs.get(name)
        if new is not None:
            return Place(old, new, raw)
        key = old.process_key
        if key not in self.new.processes:
            self._obstacle(None, f"案件正在流程“{self.old.processes[key].name}”中办理，新版不再调用它。", key)
        return None

    def _tokens(self, place: Place) -> None:
        kept = []
        for token in place.raw["tokens"]:
            spec: NodeSpec = place.old.task_specs[token["at"]]
            target = self._target(place, spec, token)
            if target is None:
                continue
            self.standing[token["id"]] = (spec, place)
            self.found.pairs[token["id"]] = (spec, target)
            token["at"] = target.name
            kept.append(token)
        place.raw["tokens"] = kept
        place.raw["visits"] = {
            self._renamed(name): count
            for name, count in place.raw["visits"].items()
            if self._renamed(name) in place.new.task_specs
        }
        for race in {token["facts"]["race"] for token in kept if "race" in token["facts"]}:
            self._race(place, [token for token in kept if token["facts"].get("race") == race])

    def _target(self, place: Place, spec: NodeSpec, token: dict[str, Any]) -> NodeSpec | None:
        """Return where a token goes on; None when it is dropped or an obstacle was noted."""
        target = place.new.task_specs.get(self._renamed(spec.node.id) + _suffix(spec))
        cause = self._misfit(place, spec, target, token)
        facts = token["facts"]
        if not cause:
            assert isinstance(target, NodeSpec)
            return target
        if "host" in facts or spec.stands:
            if spec.stands or facts["host"] in self.found.pairs:
                self._note(spec, f"“{_title(spec)}”在新版里没有了或改了，不再等待。")
            return None
        if "race" in facts:
            self._note(spec, f"“{_title(spec)}”在新版里没有了或改了，不再等待。")
            others = [one for one in place.raw["tokens"] if one["facts"].get("race") == facts["race"]]
            if all(self._lost(place, one) for one in others):
                self._obstacle(spec, cause)
            return None
        self._obstacle(spec, cause)
        return None

    def _lost(self, place: Place, token: dict[str, Any]) -> bool:
        spec = place.old.task_specs.get(token["at"])
        if token["id"] in self.found.pairs or spec is None:
            return False
        return bool(self._misfit(place, spec, place.new.task_specs.get(self._renamed(spec.node.id)), token))

    def _misfit(self, place: Place, spec: NodeSpec, target: Any, token: dict[str, Any]) -> str:
        """Return why a token cannot stand there, '' when it can."""
        title, wanted = _title(spec), self._renamed(spec.node.id)
        if not isinstance(target, NodeSpec):
            here = place.new.task_specs.get(wanted)
            if isinstance(here, NodeSpec) or (
                not spec.name.endswith(ITEM) and f"{wanted}{ITEM}" in place.new.task_specs
            ):
                return f"“{title}”在新版里不再分给多人各办一份。"
            if any(node.id == wanted for one in self.new.processes.values() for _, node in one.level.walk()):
                return f"“{title}”在新版里移到了别的子流程或流程中。"
            return f"新版里没有“{title}”这一步。"
        for of_kind in (self._of_kind, self._of_wait, self._of_level, self._of_join):
            cause = of_kind(place, spec, target, token)
            if cause:
                return cause
        return ""

    def _of_kind(self, place: Place, spec: NodeSpec, target: NodeSpec, token: dict[str, Any]) -> str:
        title = _title(spec)
        if isinstance(spec, MultiInstance) != isinstance(target, MultiInstance):
            return f"“{title}”在新版里改成了{'一份办理' if isinstance(spec, MultiInstance) else '分给多人各办一份'}。"
        if spec.node.type != target.node.type:
            return f"“{title}”在新版里由{_kind(spec)}改成了{_kind(target)}。"
        if type(spec) is not type(target):
            return f"“{title}”在新版里改了类别。"
        if isinstance(spec, MultiInstance) and spec.multi.sequential != target.multi.sequential:
            return f"“{title}”在新版里由{'依次' if spec.multi.sequential else '同时'}办理改成了另一种。"
        if isinstance(spec, ExternalTask) and spec.node.topic != target.node.topic:
            return f"“{title}”在新版里换了工作主题：{spec.node.topic} 改为 {target.node.topic}。"
        return ""

    def _of_wait(self, place: Place, spec: NodeSpec, target: NodeSpec, token: dict[str, Any]) -> str:
        if not isinstance(spec, Wait) or not isinstance(target, Wait):
            return ""
        if spec.event.kind != target.event.kind:
            return f"“{_title(spec)}”在新版里等的不再是同一种事件。"
        if isinstance(spec, BoundaryEvent) and target.node.attached_to != self._renamed(spec.node.attached_to):
            return f"“{_title(spec)}”在新版里附在别的任务上。"
        if isinstance(spec, EventStart) and target.event_sub != self._renamed(spec.event_sub):
            return f"“{_title(spec)}”在新版里属于别的事件子流程。"
        return ""

    def _of_level(self, place: Place, spec: NodeSpec, target: NodeSpec, token: dict[str, Any]) -> str:
        if not isinstance(spec, LevelTask) or not spec.is_call or spec.node.call is None or target.node.call is None:
            return ""
        before, after = spec.node.call.called, target.node.call.called
        if before.text == after.text:
            return ""
        return f"“{_title(spec)}”在新版里调用另一个流程：{before.text} 改为 {after.text}。"

    def _of_join(self, place: Place, spec: NodeSpec, target: NodeSpec, token: dict[str, Any]) -> str:
        if not isinstance(spec, ParallelGateway | InclusiveGateway):
            return ""
        if len(target.node.incoming) < 2:
            return f"“{_title(spec)}”在新版里不再汇合。"
        flow = token["facts"].get("flow", "")
        if isinstance(spec, InclusiveGateway) or flow in target.node.incoming:
            return ""
        # A flow that was drawn anew between the same two nodes has another id.
        source = self._renamed(_source_of(place.old, flow))
        again = [one for one in target.node.incoming if _source_of(place.new, one) == source]
        if len(again) != 1:
            return f"“{_title(spec)}”在新版里的来线变了，分不清案件是从哪一条来的。"
        token["facts"]["flow"] = again[0]
        return ""

    def _race(self, place: Place, tokens: list[dict[str, Any]]) -> None:
        for token in tokens:
            spec = place.new.task_specs[token["at"]]
            if not any(isinstance(gate, EventGateway) for gate in _before(place.new, spec)):
                self._obstacle(self.found.pairs[token["id"]][0], f"“{_title(spec)}”在新版里不再跟在事件网关后面。")

    def _renamed(self, element_id: str) -> str:
        return self.renames.get(element_id, element_id)

    def _obstacle(self, spec: NodeSpec | None, sentence: str, element_id: str = "") -> None:
        self.found.obstacles.append(_remark(spec, sentence, element_id))

    def _note(self, spec: NodeSpec, sentence: str) -> None:
        self.found.notes.append(_remark(spec, sentence))


def _suffix(spec: NodeSpec) -> str:
    """Return what tells an item, or the waiting start of an event sub-process, from the node itself."""
    return str(spec.name).removeprefix(spec.node.id)


def _remark(spec: NodeSpec | None, sentence: str, element_id: str = "") -> Remark:
    if spec is None:
        return Remark(element_id=element_id, name="", sentence=sentence)
    return Remark(element_id=spec.node.id, name=spec.node.name, sentence=sentence)


def _title(spec: NodeSpec) -> str:
    return spec.node.name or spec.node.id


def _kind(spec: NodeSpec) -> str:
    return KINDS.get(spec.node.type, spec.node.type)


def _source_of(level: ProcessSpec, flow_id: str) -> str:
    for spec in level.task_specs.values():
        if isinstance(spec, NodeSpec) and flow_id in spec.node.outgoing:
            return spec.node.id
    return ""


def _before(level: ProcessSpec, spec: NodeSpec) -> Iterator[NodeSpec]:
    for other in level.task_specs.values():
        if isinstance(other, NodeSpec) and set(other.node.outgoing) & set(spec.node.incoming):
            yield other
