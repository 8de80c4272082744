"""Takes a drawing over as a designer would before deploying it: what it leaves open is filled in, nothing is redrawn.

Reference diagrams of the MIWG are drawings for interchange: several pools, activities without a kind, timers and
conditions in words. ``RULES`` says what is filled in; what the engine refuses by name stays as it is drawn.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from jiuzhu.engine.expressions import parse
from jiuzhu.engine.timers import check_timer
from jiuzhu.engine.xml import BPMN, CAMUNDA, XSI
from jiuzhu.errors import ExpressionError

RULES = {
    "pool": "each pool with activities is a process of its own, marked executable",
    "task": "an activity of no kind, and a manual task, is a user task",
    "group": "a user task gets a candidate group; resource roles of other tools are dropped",
    "topic": "service, send, script and rule tasks and thrown messages get an external topic",
    "start": "a start event that a message, timer, signal or condition would trigger is started by a person",
    "choice": "a condition in words, or missing behind a choosing gateway, is a yes/no variable of its own",
    "default": "the last way out of a gateway that chooses is its default flow",
    "name": "messages, signals, errors and escalations without a name or code get one",
    "time": "a timer without a time, or with one in words, is one day",
    "call": "a call of nothing calls a process with one user task",
    "count": "a multi-instance activity without a number has two instances",
    "empty": "a sub-process whose inside is not drawn is a user task",
    "platform": "what is written for another platform (Camunda 8, other vendors) is dropped",
}
CALLED = "called_process"
TOLD = "told"
"""Topic of thrown messages: done at once, as the stock engine does it."""
GROUP = "clerk@town"
B = f"{{{BPMN}}}"
C = f"{{{CAMUNDA}}}"
_UNTYPED = ("task", "manualTask")
_ERRANDS = ("serviceTask", "sendTask", "scriptTask", "businessRuleTask")
_ROLES = ("potentialOwner", "performer", "humanPerformer", "resourceRole")
_DRAWN = ("startEvent", "sequenceFlow", "userTask", "task")
_DATA = ("loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem")


@dataclass(frozen=True)
class Taken:
    """One process of a drawing, ready for a parser."""

    key: str
    data: bytes
    filled: Counter[str]
    """Rules applied, with how often."""


def take_over(data: bytes) -> list[Taken]:
    """Return the processes of a drawing that have activities, saved anew as UTF-8."""
    root = etree.fromstring(
        data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    )
    found = []
    for process in root.findall(f"{B}process"):
        if process.find(f"{B}startEvent") is not None or process.find(f".//{B}sequenceFlow") is not None:
            found.append(_Filling(root, process).taken())
    return found


class _Filling:
    """Fills in one process on a copy of its file."""

    def __init__(self, root: etree._Element, process: etree._Element) -> None:
        self.filled: Counter[str] = Counter()
        self.key = re.sub(r"\W", "_", process.get("id", "process"))
        self.root = etree.Element(
            f"{B}definitions", nsmap={"bpmn": BPMN, "camunda": CAMUNDA, "xsi": XSI, **_more(root)}
        )
        self.root.set("targetNamespace", "http://example.org")
        for child in root:
            if child.tag in (f"{B}message", f"{B}signal", f"{B}error", f"{B}escalation", f"{B}dataStore"):
                self.root.append(copy.deepcopy(child))
        self.process = copy.deepcopy(process)
        self.root.append(self.process)
        self.choices = 0

    def taken(self) -> Taken:
        self.filled["pool"] = 1
        self.process.set("id", self.key)
        self.process.set("isExecutable", "true")
        self._drop_foreign()
        for element in list(self.process.iter(f"{B}*")):
            self._fill(element)
        for level in self._levels():
            self._flows(level)
        for declared in self.root:
            if declared is not self.process and etree.QName(declared).localname != "dataStore":
                self._named(declared)
        return Taken(self.key, etree.tostring(self.root, xml_declaration=True, encoding="UTF-8"), self.filled)

    def _levels(self) -> Iterator[etree._Element]:
        yield self.process
        yield from self.process.iter(f"{B}subProcess")

    def _drop_foreign(self) -> None:
        for element in list(self.process.iter("*")):
            names = [name for name in element.attrib if etree.QName(name).namespace not in (None, CAMUNDA, XSI, BPMN)]
            for name in names:
                del element.attrib[name]
            foreign = etree.QName(element).namespace not in (BPMN, CAMUNDA)
            if foreign and element.getparent() is not None:
                element.getparent().remove(element)
            if foreign or names:
                self._note("platform")
            kind = element.get(f"{{{XSI}}}type")
            if kind and ":" not in kind:
                element.set(f"{{{XSI}}}type", f"bpmn:{kind}")  # The default namespace of the drawing is not kept.

    def _note(self, rule: str) -> None:
        self.filled[rule] += 1

    def _fill(self, element: etree._Element) -> None:
        tag = etree.QName(element).localname
        if tag == "subProcess" and not any(etree.QName(child).localname in _DRAWN for child in element):
            element.tag = f"{B}userTask"
            element.attrib.pop("triggeredByEvent", None)
            self._note("empty")
        if tag in _UNTYPED:
            element.tag = f"{B}userTask"
            self._note("task")
        if tag in _ROLES or tag in _DATA:
            element.getparent().remove(element)
            return
        if element.tag == f"{B}userTask" and not element.get(f"{C}candidateGroups"):
            element.set(f"{C}candidateGroups", GROUP)
            self._note("group")
        if tag in _ERRANDS and not element.get(f"{C}decisionRef"):
            self._errand(element, tag)
        if tag == "callActivity" and element.get("calledElement") != CALLED:
            element.set("calledElement", CALLED)
            self._note("call")
        counted = element.find(f"{B}loopCardinality") is not None or element.get(f"{C}collection")
        if tag == "multiInstanceLoopCharacteristics" and not counted:
            etree.SubElement(element, f"{B}loopCardinality").text = "${2}"
            self._note("count")
        if tag == "receiveTask":
            self._reference(element, tag, element, "message")
        if tag.endswith("Event"):
            self._event(element, tag)

    def _errand(self, element: etree._Element, tag: str) -> None:
        for name in (
            "implementation",
            "operationRef",
            "scriptFormat",
            f"{C}class",
            f"{C}delegateExpression",
            f"{C}expression",
        ):
            element.attrib.pop(name, None)
        for script in element.findall(f"{B}script"):
            element.remove(script)
        if tag == "scriptTask":
            element.tag = f"{B}serviceTask"
        element.set(f"{C}type", "external")
        element.set(f"{C}topic", "errand")
        self._note("topic")

    def _event(self, element: etree._Element, tag: str) -> None:
        around = element.getparent()
        triggered = around is not None and around.get("triggeredByEvent") == "true"
        if tag == "startEvent" and not triggered:
            for child in list(element):
                if etree.QName(child).localname.endswith("EventDefinition"):
                    element.remove(child)
                    self._note("start")
            return
        for definition in list(element):
            kind = etree.QName(definition).localname.removesuffix("EventDefinition")
            if kind in ("message", "signal", "error", "escalation"):
                self._reference(element, tag, definition, kind)
            if kind == "timer":
                self._time(element, definition)

    def _reference(self, element: etree._Element, tag: str, definition: etree._Element, kind: str) -> None:
        for operation in definition.findall(f"{B}operationRef"):
            definition.remove(operation)
        throwing = tag in ("endEvent", "intermediateThrowEvent")
        if kind == "message" and throwing:
            definition.set(f"{C}type", "external")
            definition.set(f"{C}topic", TOLD)
            self._note("topic")
            return
        reference = definition.get(f"{kind}Ref", "").rpartition(":")[2]
        known = {child.get("id") for child in self.root}
        if reference in known:
            definition.set(f"{kind}Ref", reference)
        elif kind in ("message", "signal") or throwing:
            made = etree.Element(f"{B}{kind}", id=f"{kind}_{element.get('id')}")
            self.root.insert(0, made)
            definition.set(f"{kind}Ref", made.get("id", ""))
            self._note("name")
        else:
            definition.attrib.pop(f"{kind}Ref", None)

    def _named(self, declared: etree._Element) -> None:
        kind = etree.QName(declared).localname
        attribute = {"error": "errorCode", "escalation": "escalationCode"}.get(kind, "name")
        if not declared.get(attribute):
            declared.set(attribute, f"{kind}_{declared.get('id')}")
            self._note("name")

    def _time(self, element: etree._Element, definition: etree._Element) -> None:
        times = [child for child in definition if etree.QName(child).localname.startswith("time")]
        kinds = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
        stays = "false" in (element.get("cancelActivity"), element.get("isInterrupting"))
        if len(times) == 1:
            text, kind = (times[0].text or "").strip(), kinds[etree.QName(times[0]).localname]
            try:
                check_timer(kind, text)  # type: ignore[arg-type]
                if (kind != "cycle" or stays) and not times[0].get("language"):
                    return
            except ExpressionError:
                pass
        for child in times:
            definition.remove(child)
        etree.SubElement(definition, f"{B}timeDuration").text = "P1D"
        self._note("time")

    def _flows(self, level: etree._Element) -> None:
        nodes = {node.get("id"): node for node in level}
        flows = level.findall(f"{B}sequenceFlow")
        for flow in flows:
            source = nodes.get(flow.get("sourceRef"))
            siblings = [other for other in flows if other.get("sourceRef") == flow.get("sourceRef")]
            gateway = source is not None and etree.QName(source).localname in ("exclusiveGateway", "inclusiveGateway")
            default = source is not None and source.get("default") == flow.get("id")
            condition = flow.find(f"{B}conditionExpression")
            if condition is not None and (default or (gateway and len(siblings) < 2)):
                flow.remove(condition)
                condition = None
                self._note("choice")
            if condition is not None and (condition.get("language") or not _is_condition(condition.text or "")):
                self._choice(flow, condition)
            elif condition is None and gateway and len(siblings) > 1 and not default:
                if flow is siblings[-1] and not source.get("default") and flow.get("id"):
                    source.set("default", flow.get("id"))
                    self._note("default")
                else:
                    self._choice(flow, etree.SubElement(flow, f"{B}conditionExpression"))

    def _choice(self, flow: etree._Element, condition: etree._Element) -> None:
        self.choices += 1
        condition.attrib.clear()
        condition.text = f"${{choice_{self.choices}}}"
        self._note("choice")


def _is_condition(text: str) -> bool:
    try:
        return not parse(text.strip()).is_literal
    except ExpressionError:
        return False


def _more(root: etree._Element) -> dict[str, str]:
    return {prefix: uri for prefix, uri in root.nsmap.items() if prefix and prefix not in ("bpmn", "camunda", "xsi")}


def called_process() -> bytes:
    """Return the process that calls of nothing call."""
    return (
        f'<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:camunda="{CAMUNDA}" targetNamespace="http://example.org">'
        f'<bpmn:process id="{CALLED}" isExecutable="true"><bpmn:startEvent id="CalledStart"/>'
        f'<bpmn:userTask id="CalledTask" camunda:candidateGroups="{GROUP}"/><bpmn:endEvent id="CalledEnd"/>'
        '<bpmn:sequenceFlow id="CalledFlow1" sourceRef="CalledStart" targetRef="CalledTask"/>'
        '<bpmn:sequenceFlow id="CalledFlow2" sourceRef="CalledTask" targetRef="CalledEnd"/>'
        "</bpmn:process></bpmn:definitions>"
    ).encode()
