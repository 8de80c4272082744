"""Diagrams spoilt on purpose: a step taken out, or two neighbouring steps changed about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from tests.process.diagram_files import BPMN, DI, Diagram, tag

STEPS = frozenset({"userTask", "callActivity"})
QUIET = frozenset({"serviceTask", "businessRuleTask", "exclusiveGateway"})
"""What may stand between two neighbouring steps."""


@dataclass(frozen=True, kw_only=True)
class Mutation:
    key: str
    what: str
    """``without`` or ``swapped``."""
    elements: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.key}: {self.what} {' and '.join(self.elements)}"

    def apply(self, diagram: Diagram) -> bytes:
        """Return the spoilt file; the diagram itself stays as it is."""
        root = etree.fromstring(etree.tostring(diagram.root))
        copy = Diagram(path=diagram.path, root=root)
        if self.what == "without":
            _take_out(copy, self.elements[0])
        else:
            _change_about(copy, *self.elements)
        _relist(copy)
        return etree.tostring(root)


def mutations(diagram: Diagram, seen: frozenset[str]) -> Iterator[Mutation]:
    """Yield every removal of a step and every swap of neighbours; only steps that the walks come to (``seen``)."""
    steps = [each.get("id", "") for each in diagram.elements(*STEPS) if each.get("id") in seen]
    for step in steps:
        yield Mutation(key=diagram.key, what="without", elements=(step,))
    for step in steps:
        for other in _next_steps(diagram, step):
            if other in steps and _column(diagram, other) > _column(diagram, step):
                yield Mutation(key=diagram.key, what="swapped", elements=(step, other))


def _next_steps(diagram: Diagram, step: str) -> list[str]:
    found: list[str] = []
    todo, seen = [step], {step}
    while todo:
        for flow in diagram.outgoing(todo.pop()):
            target = flow.get("targetRef", "")
            if target in seen:
                continue
            seen.add(target)
            kind = tag(diagram.element(target))
            found += [target] if kind in STEPS else []
            todo += [target] if kind in QUIET else []
    return found


def _column(diagram: Diagram, identity: str) -> float:
    shape = next(each for each in diagram.root.iter(f"{DI}BPMNShape") if each.get("bpmnElement") == identity)
    return float(shape[0].get("x", "0"))


def _take_out(diagram: Diagram, identity: str) -> None:
    (before,), (after,) = diagram.incoming(identity), diagram.outgoing(identity)
    before.set("targetRef", after.get("targetRef", ""))
    gone = {identity, after.get("id")}
    for event in diagram.elements("boundaryEvent"):
        if event.get("attachedToRef") == identity:
            gone |= {event.get("id"), *(flow.get("id") for flow in diagram.outgoing(event.get("id", "")))}
    for element in [each for each in diagram.root.iter(etree.Element) if each.get("id") in gone]:
        _drop(element)
    for element in [each for each in diagram.root.iter(etree.Element) if each.get("bpmnElement") in gone]:
        _drop(element)
    for reference in [each for each in diagram.root.iter(f"{BPMN}flowNodeRef") if each.text in gone]:
        _drop(reference)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def _change_about(diagram: Diagram, first: str, second: str) -> None:
    ends = [
        (flow, side, {first: second, second: first}[flow.get(side, "")])
        for flow in diagram.elements("sequenceFlow")
        for side in ("sourceRef", "targetRef")
        if flow.get(side) in (first, second)
    ]
    for flow, side, other in ends:
        flow.set(side, other)


def _relist(diagram: Diagram) -> None:
    """Make every node list the flows that it has now."""
    for node in diagram.nodes():
        for old in [*node.findall(f"{BPMN}incoming"), *node.findall(f"{BPMN}outgoing")]:
            node.remove(old)
        at = len(node.findall(f"{BPMN}documentation")) + len(node.findall(f"{BPMN}extensionElements"))
        identity = node.get("id", "")
        lists = [("outgoing", diagram.outgoing(identity)), ("incoming", diagram.incoming(identity))]
        for name, flows in lists:
            for flow in reversed(flows):
                entry = etree.Element(BPMN + name)
                entry.text = flow.get("id")
                node.insert(at, entry)
