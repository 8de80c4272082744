"""The diagrams of ``bpmn/`` as a test reads them: plain XML, no engine, no Node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
MODELER = "{http://camunda.org/schema/modeler/1.0}"
ACTIVITIES = frozenset({"userTask", "serviceTask", "businessRuleTask", "callActivity", "subProcess"})
GATEWAYS = frozenset({"exclusiveGateway", "eventBasedGateway", "parallelGateway", "inclusiveGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent"})


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """One file with its one process."""

    path: Path
    root: etree._Element

    @property
    def key(self) -> str:
        return self.path.stem

    @property
    def process(self) -> etree._Element:
        found = self.root.findall(f"{BPMN}process")
        assert len(found) == 1, f"{self.key}: one process per file"
        return found[0]

    def elements(self, *tags: str) -> Iterator[etree._Element]:
        """Yield the process's elements of these BPMN names, inside sub-processes too."""
        wanted = {BPMN + tag for tag in tags}
        return (each for each in self.process.iter(etree.Element) if each.tag in wanted)

    def nodes(self) -> Iterator[etree._Element]:
        return self.elements(*ACTIVITIES, *GATEWAYS, *EVENTS)

    def element(self, identity: str) -> etree._Element:
        found = [each for each in self.process.iter(etree.Element) if each.get("id") == identity]
        assert len(found) == 1, f"{self.key}: {identity} is there {len(found)} times"
        return found[0]

    def outgoing(self, identity: str) -> list[etree._Element]:
        return [flow for flow in self.elements("sequenceFlow") if flow.get("sourceRef") == identity]

    def incoming(self, identity: str) -> list[etree._Element]:
        return [flow for flow in self.elements("sequenceFlow") if flow.get("targetRef") == identity]

    def steps(self, identity: str, cut: str = "") -> set[str]:
        """Return what may come directly after a node; a block is entered at its start and left behind it."""
        after = {flow.get("targetRef", "") for flow in self.outgoing(identity) if flow.get("id") != cut}
        node = self.element(identity)
        if node.tag == f"{BPMN}subProcess":
            after |= {each.get("id", "") for each in node.findall(f"{BPMN}startEvent")}
        parent = node.getparent()
        if node.tag == f"{BPMN}endEvent" and parent is not None and parent.tag == f"{BPMN}subProcess":
            after |= {flow.get("targetRef", "") for flow in self.outgoing(parent.get("id", ""))}
        after |= {
            event.get("id", "") for event in self.elements("boundaryEvent") if event.get("attachedToRef") == identity
        }
        return after

    def reach(self, source: str, *, without: str = "", cut: str = "") -> set[str]:
        """Return every node after ``source`` on ways without the node ``without`` and the flow ``cut``."""
        seen: set[str] = set()
        todo = [source]
        while todo:
            for step in self.steps(todo.pop(), cut) - seen - {without}:
                seen.add(step)
                todo.append(step)
        return seen


def tag(element: etree._Element) -> str:
    return etree.QName(element).localname


def properties(element: etree._Element) -> dict[str, str]:
    """Return the camunda:property values of an element itself."""
    path = f"{BPMN}extensionElements/{CAMUNDA}properties/{CAMUNDA}property"
    return {each.get("name", ""): each.get("value", "") for each in element.findall(path)}


def parameters(element: etree._Element, direction: str) -> dict[str, str]:
    """Return name and text of the input or output parameters (direction: input, output)."""
    path = f"{BPMN}extensionElements/{CAMUNDA}inputOutput/{CAMUNDA}{direction}Parameter"
    return {each.get("name", ""): each.text or "" for each in element.findall(path)}


def out_list(call: etree._Element) -> list[str]:
    path = f"{BPMN}extensionElements/{CAMUNDA}out"
    return [each.get("target", "") for each in call.findall(path)]


def load() -> dict[str, Diagram]:
    """Return all diagrams by key."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    files = sorted((ROOT / "bpmn").rglob("*.bpmn"))
    return {path.stem: Diagram(path=path, root=etree.parse(path, parser).getroot()) for path in files}
