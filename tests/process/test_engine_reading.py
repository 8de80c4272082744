"""Denied by default: what a diagram may not hold is refused with element, line and what to do; nothing is ignored."""

from __future__ import annotations

import pytest

from jiuzhu.engine import Engine
from jiuzhu.engine.findings import Finding
from jiuzhu.engine.reading import inspect_diagram, read_diagram
from jiuzhu.errors import DeploymentRefused
from tests.process.engine_kit import (
    HEAD,
    boundary,
    bundle,
    chain,
    diagram,
    end,
    error,
    flow,
    gateway,
    io,
    message,
    service,
    start,
    timer,
    user,
)

PLAIN = start() + user("A") + end() + chain("S", "A", "E")


def refused(data: bytes, rule: str = "") -> Finding:
    """Return the first finding of a file that must be refused."""
    with pytest.raises(DeploymentRefused) as fault:
        read_diagram(data, "x.bpmn")
    findings = [f for f in fault.value.findings if isinstance(f, Finding)]
    assert findings
    assert all(f.message and f.resource == "x.bpmn" for f in findings)
    if rule:
        assert rule in {f.rule for f in findings}, [str(f) for f in findings]
        return next(f for f in findings if f.rule == rule)
    return findings[0]


def replaced(old: str, new: str, body: str = PLAIN) -> bytes:
    assert old in body
    return diagram(body.replace(old, new))


# XML


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        "<!doctype x>",
    ],
)
def test_a_doctype_is_refused_before_it_is_parsed(prolog: str) -> None:
    data = diagram(PLAIN).replace(b"<bpmn:definitions", prolog.encode() + b"<bpmn:definitions", 1)
    finding = refused(data, "xml.doctype")
    assert finding.line == 2


def test_entities_are_not_resolved() -> None:
    data = diagram(PLAIN).replace(b'name="A"', b'name="&e;"')
    assert refused(data).rule in ("xml.syntax", "xml.doctype")


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "xml.syntax"),
        (b"not xml", "xml.syntax"),
        (diagram(PLAIN)[:-10], "xml.syntax"),
        (diagram(PLAIN) + b" " * (2 * 1024 * 1024), "xml.size"),
        (diagram(PLAIN).decode().replace("UTF-8", "UTF-16").encode(), "xml.encoding"),
        (diagram(PLAIN).decode().encode("utf-16"), "xml.encoding"),
        (diagram(PLAIN).replace(b"UTF-8", b"ISO-8859-1"), "xml.encoding"),
        (diagram(PLAIN + "<bpmn:group/>" * 60_000), "xml.nodes"),
        (diagram(PLAIN + "<bpmn:group>" * 200 + "</bpmn:group>" * 200), "xml.depth"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bpmn.root"),
    ],
)
def test_what_is_no_acceptable_file(data: bytes, rule: str) -> None:
    refused(data, rule)


def test_a_chain_of_a_thousand_nodes_is_refused_with_a_sentence() -> None:
    names = [f"N{n}" for n in range(1000)]
    body = start() + "".join(user(name) for name in names) + end() + chain("S", *names, "E")
    assert "400" in refused(diagram(body), "bpmn.nodes").message


def test_deeply_nested_sub_processes_are_refused() -> None:
    inner = start("S9") + end("E9") + chain("S9", "E9")
    for n in range(8):
        inner = (
            start(f"S{n}")
            + f'<bpmn:subProcess id="P{n}">{inner}</bpmn:subProcess>'
            + end(f"E{n}")
            + chain(f"S{n}", f"P{n}", f"E{n}")
        )
    refused(diagram(inner), "bpmn.depth")


# processes and ids


def test_one_executable_process_per_file() -> None:
    two = diagram(PLAIN).replace(b"</bpmn:process>", b'</bpmn:process><bpmn:process id="other" isExecutable="true"/>')
    refused(two, "bpmn.processes")
    refused(diagram(PLAIN).replace(b'isExecutable="true"', b""), "bpmn.processes")
    refused(f"{HEAD}</bpmn:definitions>".encode(), "bpmn.processes")


@pytest.mark.parametrize("name", ["Start", "End", "typename", "Root"])
def test_reserved_ids_are_refused(name: str) -> None:
    body = start(name) + user("A") + end() + chain(name, "A", "E")
    assert refused(diagram(body), "bpmn.id").element_id == name


def test_ids_are_unique_and_present() -> None:
    refused(diagram(PLAIN + user("A")), "bpmn.id")
    refused(replaced('id="A"', ""), "bpmn.id")


# elements that are refused by name


@pytest.mark.parametrize(
    "element",
    [
        '<bpmn:scriptTask id="A" scriptFormat="python"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>',
        '<bpmn:scriptTask id="A" scriptFormat="groovy"><bpmn:script>x</bpmn:script></bpmn:scriptTask>',
        '<bpmn:manualTask id="A"/>',
        '<bpmn:task id="A"/>',
        '<bpmn:transaction id="A"/>',
        '<bpmn:adHocSubProcess id="A"/>',
        '<bpmn:complexGateway id="A"/>',
        '<bpmn:intermediateCatchEvent id="A"><bpmn:signalEventDefinition/></bpmn:intermediateCatchEvent>',
        '<bpmn:intermediateThrowEvent id="A"><bpmn:linkEventDefinition name="l"/></bpmn:intermediateThrowEvent>',
        '<bpmn:intermediateThrowEvent id="A"><bpmn:compensateEventDefinition/></bpmn:intermediateThrowEvent>',
        '<bpmn:intermediateCatchEvent id="A"><bpmn:conditionalEventDefinition/></bpmn:intermediateCatchEvent>',
        '<bpmn:intermediateCatchEvent id="A"/>',
        '<bpmn:intermediateCatchEvent id="A"><bpmn:errorEventDefinition/></bpmn:intermediateCatchEvent>',
        '<bpmn:serviceTask id="A"/>',
        '<bpmn:serviceTask id="A" camunda:class="org.Evil"/>',
        '<bpmn:serviceTask id="A" camunda:delegateExpression="${bean}"/>',
        '<bpmn:serviceTask id="A" camunda:expression="${bean.run()}"/>',
        '<bpmn:serviceTask id="A" camunda:type="mail"/>',
        '<bpmn:serviceTask id="A" camunda:type="external"/>',
        '<bpmn:serviceTask id="A" camunda:type="external" camunda:topic="${which}"/>',
        '<bpmn:businessRuleTask id="A"/>',
        '<bpmn:businessRuleTask id="A" camunda:decisionRef="d"/>',
        '<bpmn:businessRuleTask id="A" camunda:decisionRef="d" camunda:resultVariable="x" camunda:decisionRefTag="3"/>',
        '<bpmn:callActivity id="A"/>',
        '<bpmn:callActivity id="A" calledElement="x" camunda:calledElementBinding="version"/>',
        '<bpmn:callActivity id="A" calledElement="x" camunda:variableMappingClass="y"/>',
        '<bpmn:userTask id="A" camunda:formKey="embedded:x"/>',
        '<bpmn:userTask id="A" camunda:candidateGroups="${evil()}"/>',
        '<bpmn:userTask id="A"><bpmn:standardLoopCharacteristics/></bpmn:userTask>',
        '<bpmn:userTask id="A"><bpmn:multiInstanceLoopCharacteristics/></bpmn:userTask>',
        '<bpmn:userTask id="A" isForCompensation="true"/>',
        '<bpmn:userTask id="A" unheard="of"/>',
        '<bpmn:subProcess id="A" triggeredByEvent="true"><bpmn:startEvent id="Z"/></bpmn:subProcess>',
        '<bpmn:subProcess id="A"><bpmn:startEvent id="Z" camunda:formRef="f"/></bpmn:subProcess>',
        '<bpmn:subProcess id="A"><bpmn:startEvent id="Z"><bpmn:timerEventDefinition><bpmn:timeDuration>P1D'
        "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:startEvent></bpmn:subProcess>",
        '<bpmn:intermediateCatchEvent id="A"><bpmn:messageEventDefinition messageRef="M"><bpmn:extensionElements>'
        '<camunda:field name="x"/></bpmn:extensionElements></bpmn:messageEventDefinition>'
        "</bpmn:intermediateCatchEvent>",
        '<bpmn:intermediateThrowEvent id="A"><bpmn:signalEventDefinition camunda:async="true"/>'
        "</bpmn:intermediateThrowEvent>",
        '<bpmn:endEvent id="A"><bpmn:linkEventDefinition name="l"/></bpmn:endEvent>',
        '<bpmn:endEvent id="A"><bpmn:cancelEventDefinition/></bpmn:endEvent>',
        '<bpmn:subProcess id="A" isForCompensation="true"/>',
        '<bpmn:subProcess id="A"/>',
        '<bpmn:sendTask id="A"/>',
        '<bpmn:receiveTask id="A"/>',
        '<bpmn:intermediateCatchEvent id="A"><bpmn:timerEventDefinition/></bpmn:intermediateCatchEvent>',
    ],
)
def test_refused_elements_are_named_with_a_remedy(element: str) -> None:
    data = diagram(start() + element + end() + chain("S", "A", "E"))
    finding = refused(data)
    assert finding.element_id in ("A", "Z")
    assert finding.line == 3
    assert finding.remedy


@pytest.mark.parametrize(
    "inner",
    [
        '<camunda:executionListener class="x" event="start"/>',
        '<camunda:taskListener class="x" event="create"/>',
        "<camunda:formData/>",
        "<camunda:connector/>",
        "<camunda:failedJobRetryTimeCycle>R3/PT5M</camunda:failedJobRetryTimeCycle>",
        '<camunda:in source="a" target="b"/>',
        '<camunda:inputOutput><camunda:inputParameter name="x"><camunda:script>1</camunda:script>'
        "</camunda:inputParameter></camunda:inputOutput>",
        "<camunda:inputOutput><camunda:inputParameter>1</camunda:inputParameter></camunda:inputOutput>",
        '<camunda:inputOutput><camunda:outputParameter name="x">${f(1)}</camunda:outputParameter>'
        "</camunda:inputOutput>",
        '<camunda:properties><camunda:property value="1"/></camunda:properties>',
    ],
)
def test_refused_extensions_of_a_user_task(inner: str) -> None:
    body = (
        start() + user("A", f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>") + end() + chain("S", "A", "E")
    )
    assert refused(diagram(body)).element_id == "A"


@pytest.mark.parametrize(
    "condition",
    ["${__import__('os').system('id')}", "${open('/etc/passwd')}", "${().__class__}", "${9**9**9}", "x == 1", "#{x}"],
)
def test_hostile_conditions_are_refused_and_never_evaluated(condition: str) -> None:
    body = start() + gateway("G", default="d") + user("A") + end() + flow("S", "G") + flow("G", "A", condition)
    data = diagram(body + flow("G", "E", identity="d") + flow("A", "E"))
    finding = refused(data)
    assert finding.element_id == "Flow_G_A"
    assert finding.rule.startswith("expression.")
    with pytest.raises(DeploymentRefused):
        Engine().prepare(bundle(data))


@pytest.mark.parametrize("text", ["P5", "7 days", "R3/P1D", "", "${now()}"])
def test_wrong_timers_are_refused(text: str) -> None:
    body = (
        start()
        + user("A")
        + boundary("T", "A", timer("timeDuration", text))
        + end()
        + chain("S", "A", "E")
        + chain("T", "E")
    )
    assert refused(diagram(body)).element_id == "T"


def test_a_cycle_belongs_on_a_non_interrupting_event() -> None:
    body = (
        start()
        + user("A")
        + boundary("T", "A", timer("timeCycle", "R3/P1D"))
        + end()
        + chain("S", "A", "E")
        + chain("T", "E")
    )
    refused(diagram(body), "timer.cycle")
    caught = f'<bpmn:intermediateCatchEvent id="T">{timer("timeCycle", "R3/P1D")}</bpmn:intermediateCatchEvent>'
    refused(diagram(start() + caught + end() + chain("S", "T", "E")), "timer.cycle")


@pytest.mark.parametrize("name", ["about-${case_no}", "#{case_no}"])
def test_a_message_has_a_fixed_name(name: str) -> None:
    body = start() + user("A") + boundary("M", "A", message("Note")) + end() + chain("S", "A", "E") + chain("M", "E")
    found = refused(diagram(body, declarations=f'<bpmn:message id="Note" name="{name}"/>'), "event.reference")
    assert (found.element_id, "correlation" in found.remedy) == ("M", True)


def test_a_priority_is_a_number() -> None:
    for attributes in ('camunda:priority="urgent"', 'camunda:priority="-1"'):
        work = user("A", attributes=f'camunda:candidateGroups="clerk" {attributes}')
        assert refused(diagram(start() + work + end() + chain("S", "A", "E")), "priority.number").element_id == "A"
    job = service("A", "mail").replace("camunda:type", 'camunda:taskPriority="high" camunda:type')
    assert refused(diagram(start() + job + end() + chain("S", "A", "E")), "priority.number").element_id == "A"


def test_what_camunda_does_not_deploy_is_said_of_instances() -> None:
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    work = user("A", io({"a": "1"}, {"b": "2"}) + f"{loop}</bpmn:multiInstanceLoopCharacteristics>")
    _, found = inspect_diagram(diagram(start() + work + end() + chain("S", "A", "E")), "x.bpmn")
    assert ("multi.outputs", "A", "warning") in {(one.rule, one.element_id, one.severity) for one in found}


def test_two_events_at_one_place_wait_for_different_things() -> None:
    def at(first: str, second: str, code: str) -> bytes:
        events = boundary("M", "A", error(first)) + boundary("N", "A", error(second))
        body = start() + user("A") + events + end() + chain("S", "A", "E") + chain("M", "E") + chain("N", "E")
        declared = '<bpmn:error id="One" errorCode="ONE"/>' + f'<bpmn:error id="Two" errorCode="{code}"/>'
        return diagram(body, declarations=declared)

    assert refused(at("One", "Two", "ONE"), "event.twice").element_id == "N"
    assert refused(at("", "", "TWO"), "event.twice").element_id == "N"
    read_diagram(at("One", "Two", "TWO"), "x.bpmn")
    read_diagram(at("One", "", "TWO"), "x.bpmn")


def test_listeners_of_a_flow_and_of_a_loop_are_refused_like_those_of_a_task() -> None:
    listener = '<bpmn:extensionElements><camunda:executionListener class="x"/></bpmn:extensionElements>'
    assert "executionListener" in refused(replaced('targetRef="A">', f'targetRef="A">{listener}')).message
    loop = f"<bpmn:multiInstanceLoopCharacteristics>{listener}<bpmn:loopCardinality>2</bpmn:loopCardinality>"
    body = start() + user("A", f"{loop}</bpmn:multiInstanceLoopCharacteristics>") + end() + chain("S", "A", "E")
    assert "executionListener" in refused(diagram(body)).message


# flows


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (start() + user("A") + end() + chain("S", "A", "E") + flow("A", "S"), "flow.ends"),
        (start() + user("A") + end() + chain("S", "A", "E") + flow("A", "Nowhere"), "flow.ends"),
        (
            start() + user("A", io({"x": "${1}"})) + end() + flow("S", "A") + flow("A", "E", "${x == 1}"),
            "flow.condition",
        ),
        (
            start() + service("A", "t", io(None, {"x": "${1}"})) + end() + flow("S", "A") + flow("A", "E", "${x == 1}"),
            "flow.condition",
        ),
        (
            start() + gateway("G", "parallel") + end() + end("E2") + chain("S", "G", "E") + flow("G", "E2", "${x}"),
            "flow.condition",
        ),
        (start() + gateway("G") + end() + flow("S", "G") + flow("G", "E", "${x}"), "flow.condition"),
        (start() + gateway("G") + end() + end("E2") + chain("S", "G", "E") + flow("G", "E2", "${x}"), "flow.condition"),
        (start() + gateway("G", default="zz") + end() + chain("S", "G", "E"), "flow.default"),
        (start() + gateway("G", "eventBased") + user("A") + end() + chain("S", "G", "A", "E"), "gateway.event"),
        (start() + start("S2") + end() + chain("S", "E") + chain("S2", "E"), "bpmn.start"),
        (end(), "bpmn.start"),
        (start() + end() + chain("S", "E") + boundary("B", "Nowhere", error()) + chain("B", "E"), "boundary.host"),
        (start() + end() + chain("S", "E") + boundary("B", "S", error()) + chain("B", "E"), "boundary.host"),
    ],
)
def test_wrong_flows(body: str, rule: str) -> None:
    refused(diagram(body), rule)


def test_the_other_platform_is_named() -> None:
    mark = b'<bpmn:userTask xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" zeebe:x="1" id'
    data = diagram(PLAIN).replace(b"<bpmn:userTask id", mark)
    refused(data, "bpmn.platform")


def test_what_changes_nothing_is_accepted_with_a_word() -> None:
    data = diagram(PLAIN.replace('id="A"', 'id="A" camunda:asyncBefore="true"', 1))
    process, findings = inspect_diagram(data, "x.bpmn")
    assert process is not None
    assert [(f.severity, f.rule) for f in findings] == [("warning", "camunda.ignored")]


def test_constants_that_look_like_values_get_a_word() -> None:
    body = (
        start() + service("A", "t", io(outputs={"done": "false", "n": "3", "ok": "${true}", "word": "checked"})) + end()
    )
    _, findings = inspect_diagram(diagram(body + chain("S", "A", "E")), "x.bpmn")
    assert [f.rule for f in findings] == ["expression.text", "expression.text"]


def test_drawing_is_not_denied() -> None:
    drawing = (
        '<bpmn:textAnnotation id="T1"><bpmn:text>依据</bpmn:text></bpmn:textAnnotation>'
        '<bpmn:association id="As1" sourceRef="A" targetRef="T1"/><bpmn:group id="G1"/>'
        '<bpmn:dataObjectReference id="D1" dataObjectRef="D2"/><bpmn:dataObject id="D2"/>'
        '<bpmn:laneSet id="L"><bpmn:lane id="L1" name="窗口"><bpmn:flowNodeRef>A</bpmn:flowNodeRef></bpmn:lane>'
        "</bpmn:laneSet>"
    )
    process, findings = inspect_diagram(diagram(drawing + PLAIN), "x.bpmn")
    assert findings == []
    assert process is not None
    assert process.level.nodes["A"].lane == "窗口"


def test_all_errors_of_a_file_are_said_together() -> None:
    body = start() + '<bpmn:scriptTask id="A"/><bpmn:task id="B"/>' + end() + chain("S", "A", "B", "E")
    with pytest.raises(DeploymentRefused) as fault:
        read_diagram(diagram(body), "x.bpmn")
    assert {f.element_id for f in fault.value.findings if isinstance(f, Finding)} == {"A", "B"}


@pytest.mark.parametrize("value", ["{", "[]", "1", "{&quot;a&quot;: 1.5}"])
def test_initial_values_are_a_json_object(value: str) -> None:
    line = f'<camunda:property name="defaults" value="{value}"/>'
    extras = f"<bpmn:extensionElements><camunda:properties>{line}</camunda:properties></bpmn:extensionElements>"
    refused(diagram(PLAIN, extras=extras), "process.defaults")


def test_an_error_event_always_interrupts() -> None:
    body = start() + service("A", "t") + boundary("B", "A", error(), interrupting=False) + end()
    refused(diagram(body + chain("S", "A", "E") + chain("B", "E")), "event.definition")


def test_groups_of_a_message_are_read_like_groups_of_a_task() -> None:
    line = '<camunda:property name="entryGroups" value="clerk@${evil()}"/>'
    inner = f"<bpmn:extensionElements><camunda:properties>{line}</camunda:properties></bpmn:extensionElements>"
    caught = '<bpmn:messageEventDefinition messageRef="Msg"/>'
    event = f'<bpmn:intermediateCatchEvent id="M">{inner}{caught}</bpmn:intermediateCatchEvent>'
    declared = '<bpmn:message id="Msg" name="m"/>'
    data = diagram(start() + event + end() + chain("S", "M", "E"), declarations=declared)
    assert refused(data, "expression.syntax").element_id == "M"
