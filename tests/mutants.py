"""Mutated copies of diagrams: neighbouring activities swapped, a step removed. Every one must fail its walk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ACTIVITIES = {"userTask", "serviceTask", "businessRuleTask", "callActivity"}


@dataclass(frozen=True)
class Mutant:
    """A changed copy of one diagram."""

    name: str
    resource: str
    data: bytes


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _flows(root: etree._Element) -> list[etree._Element]:
    return list(root.iter(f"{{{BPMN}}}sequenceFlow"))


def _by_id(root: etree._Element, number: str) -> etree._Element:
    found = [element for element in root.iter() if isinstance(element.tag, str) and element.get("id") == number]
    return found[0]


def _refresh(root: etree._Element) -> bytes:
    """Write incoming and outgoing anew from the flows, as a modeler would."""
    for element in root.iter():
        if isinstance(element.tag, str) and _local(element) in {"incoming", "outgoing"}:
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)
    for flow in _flows(root):
        for reference, word in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
            node = _by_id(root, flow.get(reference) or "")
            child = etree.Element(f"{{{BPMN}}}{word}")
            child.text = flow.get("id")
            place = sum(
                1 for one in node if _local(one) in {"documentation", "extensionElements", "incoming", "outgoing"}
            )
            node.insert(place, child)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def neighbours(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield (first, second) of activities joined by one flow that is the only one out of the first."""
    root = etree.fromstring(data)
    kinds = {e.get("id"): _local(e) for e in root.iter() if isinstance(e.tag, str) and e.get("id")}
    for flow in _flows(root):
        source, target = flow.get("sourceRef") or "", flow.get("targetRef") or ""
        if kinds.get(source) in ACTIVITIES and kinds.get(target) in ACTIVITIES:
            yield source, target


def swapped(resource: str, data: bytes, first: str, second: str) -> Mutant:
    """Return the diagram with two neighbouring activities in the other order."""
    root = etree.fromstring(data)
    for flow in _flows(root):
        source, target = flow.get("sourceRef"), flow.get("targetRef")
        flow.set("sourceRef", {first: second, second: first}.get(source or "", source or ""))
        flow.set("targetRef", {first: second, second: first}.get(target or "", target or ""))
    for boundary in root.iter(f"{{{BPMN}}}boundaryEvent"):
        assert boundary.get("attachedToRef")
    return Mutant(f"{first}<->{second}", resource, _refresh(root))


def removed(resource: str, data: bytes, activity: str) -> Mutant:
    """Return the diagram without an activity: whatever led to it leads to what came after it."""
    root = etree.fromstring(data)
    out = [flow for flow in _flows(root) if flow.get("sourceRef") == activity]
    assert len(out) == 1, f"{activity} has {len(out)} ways out"
    onwards = out[0].get("targetRef") or ""
    for flow in _flows(root):
        if flow.get("targetRef") == activity:
            flow.set("targetRef", onwards)
    doomed = {activity, out[0].get("id")}
    for boundary in root.iter(f"{{{BPMN}}}boundaryEvent"):
        if boundary.get("attachedToRef") == activity:
            doomed.add(boundary.get("id"))
            doomed |= {f.get("id") for f in _flows(root) if f.get("sourceRef") == boundary.get("id")}
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        gone = element.get("id") in doomed or element.get("bpmnElement") in doomed
        gone = gone or (_local(element) == "flowNodeRef" and element.text in doomed)
        parent = element.getparent()
        if gone and parent is not None:
            parent.remove(element)
    return Mutant(f"without {activity}", resource, _refresh(root))
