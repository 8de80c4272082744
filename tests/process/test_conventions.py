"""How the diagrams are drawn: names, labels, lanes, results, separation of duties, and the seeds' order of steps."""

from __future__ import annotations

import json
import re
import tomllib
from itertools import pairwise
from typing import Any

import pytest
from lxml import etree

import workers
from tests.process.diagram_files import (
    ACTIVITIES,
    BPMN,
    CAMUNDA,
    DI,
    GATEWAYS,
    MODELER,
    ROOT,
    Diagram,
    load,
    out_list,
    parameters,
    properties,
    tag,
)

DIAGRAMS = load()
FORMS: dict[str, dict[str, Any]] = {
    form["id"]: form for form in (json.loads(path.read_text("utf-8")) for path in (ROOT / "bpmn").rglob("*.form"))
}
ORDER = tomllib.loads((ROOT / "tests/data/order.toml").read_text("utf-8"))["walk"]
RESULTS = tomllib.loads((ROOT / "tests/data/results.toml").read_text("utf-8"))
EVERY = pytest.mark.parametrize("diagram", DIAGRAMS.values(), ids=DIAGRAMS.keys())

IDS = {
    "startEvent": r"Start_\w+",
    "endEvent": r"End_\w+",
    "userTask": r"Task_\w+",
    "serviceTask": r"Service_\w+",
    "businessRuleTask": r"Rule_\w+",
    "callActivity": r"Call_\w+",
    "subProcess": r"Sub_\w+",
    "exclusiveGateway": r"(Gateway|Merge)_\w+",
    "parallelGateway": r"(Fork|Join)_\w+",
    "eventBasedGateway": r"Event_\w+",
    "intermediateCatchEvent": r"(Message|Timer)_\w+",
    "boundaryEvent": r"Boundary_\w+",
}
LAST = {"NH": 56, "QJ": 43, "XT": 42, "XX": 94, "JC": 53}
REQUIREMENT = re.compile(r"\b(NH|QJ|XT|XX|JC)-(\d\d)\b")
SENT_BY_A_PROCESS = {
    "Message_AgencyApplied",
    "Message_Accepted",
    "Message_DiscoveryApplied",
    "Message_SampleChecked",
    "Message_TempBatchDecided",
    "Message_CampaignDone",
    "Message_ReviewReady",
    "Message_ReviewVisited",
    "Message_ReviewConfirmed",
}
"""Sent by the monthly batch, an acceptance or an application (XT-07, XT-23, NH-33); entered by nobody by hand."""
CHINESE = re.compile(r"[一-鿿]")


def name(element: etree._Element) -> str:
    return element.get("name", "")


def test_all_procedures_are_there() -> None:
    shared = "materials acceptance verification_district home_visit appraisal notice result_notice objection_review"
    shared += " delivery filing filing_receipt payment_start self_care case_closing case_report extension"
    expected = {f"shared_{each}" for each in shared.split()}
    assert expected | {"jincheng_application", "xintai_application", "xintai_verification"} <= DIAGRAMS.keys()


@EVERY
def test_file_and_header(diagram: Diagram) -> None:
    process, root = diagram.process, diagram.root
    assert process.get("id") == diagram.key
    assert diagram.key.split("_")[0] == diagram.path.parent.name
    assert root.get("exporter") == "Camunda Modeler"
    assert root.get(f"{MODELER}executionPlatform") == "Camunda Platform"
    assert root.get(f"{MODELER}executionPlatformVersion") == "7.24.0"
    assert process.get("isExecutable") == "true"
    assert process.get(f"{CAMUNDA}historyTimeToLive") == "P3650D"
    assert process.get(f"{CAMUNDA}versionTag")
    assert CHINESE.search(name(process))


@EVERY
def test_ids_say_what_they_are(diagram: Diagram) -> None:
    for node in diagram.nodes():
        assert re.fullmatch(IDS[tag(node)], node.get("id", "")), node.get("id")
    for flow in diagram.elements("sequenceFlow"):
        assert re.fullmatch(r"Flow_[A-Z]\w+_[A-Z]\w+", flow.get("id", "")), flow.get("id")
    identities = [each.get("id") for each in diagram.root.iter(etree.Element) if each.get("id")]
    assert len(identities) == len(set(identities))


@EVERY
def test_names_are_the_clerks_chinese(diagram: Diagram) -> None:
    for node in diagram.nodes():
        merge = tag(node) == "exclusiveGateway" and len(diagram.outgoing(node.get("id", ""))) == 1
        assert bool(name(node)) is not merge, node.get("id")
        assert merge or CHINESE.search(name(node)), node.get("id")
        assert "\n" not in name(node)


@EVERY
def test_gateways_ask_and_answer(diagram: Diagram) -> None:
    for gateway in diagram.elements("exclusiveGateway"):
        identity, flows = gateway.get("id", ""), diagram.outgoing(gateway.get("id", ""))
        if len(flows) == 1:
            assert identity.startswith("Merge_")
            assert len(diagram.incoming(identity)) > 1, f"{identity} joins nothing"
            continue
        assert identity.startswith("Gateway_")
        assert name(gateway).endswith("？"), identity
        assert gateway.get("default") in {flow.get("id") for flow in flows}, identity
        assert len({name(flow) for flow in flows}) == len(flows), identity
        for flow in flows:
            conditional = flow.find(f"{BPMN}conditionExpression") is not None
            assert name(flow), flow.get("id")
            assert conditional is (flow.get("id") != gateway.get("default")), flow.get("id")


@EVERY
def test_nodes_list_their_flows_and_tasks_have_one_of_each(diagram: Diagram) -> None:
    for node in diagram.nodes():
        identity = node.get("id", "")
        into = [flow.get("id") for flow in diagram.incoming(identity)]
        out = [flow.get("id") for flow in diagram.outgoing(identity)]
        assert [each.text for each in node.findall(f"{BPMN}incoming")] == into
        assert [each.text for each in node.findall(f"{BPMN}outgoing")] == out
        if node.get("triggeredByEvent") == "true":
            assert not into + out, f"{identity}: begins with its event and ends what it interrupts"
        elif tag(node) in ACTIVITIES:
            assert len(into) == 1, f"{identity}: join with a gateway"
            assert len(out) == 1, f"{identity}: split with a gateway"
        if tag(node) in GATEWAYS:
            assert len(into) + len(out) > 2, identity


@EVERY
def test_lanes_hold_every_node_once(diagram: Diagram) -> None:
    placed = [ref.text for lane in diagram.process.iter(f"{BPMN}lane") for ref in lane.findall(f"{BPMN}flowNodeRef")]
    top = [node.get("id") for node in diagram.nodes() if node.getparent() is diagram.process]
    assert sorted(str(each) for each in placed) == sorted(str(each) for each in top)
    for lane in diagram.process.iter(f"{BPMN}lane"):
        assert CHINESE.search(name(lane))


@EVERY
def test_documentation_gives_basis_and_requirements(diagram: Diagram) -> None:
    for element in [diagram.process, *diagram.elements(*ACTIVITIES - {"subProcess"})]:
        text = element.findtext(f"{BPMN}documentation") or ""
        found = REQUIREMENT.findall(text)
        assert found, element.get("id")
        assert "依据：" in text, element.get("id")
        assert all(1 <= int(number) <= LAST[seed] for seed, number in found), element.get("id")


@EVERY
def test_everything_is_drawn(diagram: Diagram) -> None:
    drawn = {each.get("bpmnElement") for each in diagram.root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")}
    model = {each.get("id") for each in diagram.nodes()}
    model |= {each.get("id") for each in diagram.elements("sequenceFlow", "lane", "group")}
    assert model <= drawn


@EVERY
def test_human_tasks_have_group_form_and_due_date(diagram: Diagram) -> None:
    known = tomllib.loads((ROOT / "config/roles.toml").read_text("utf-8")).keys()
    for task in diagram.elements("userTask"):
        for group in task.get(f"{CAMUNDA}candidateGroups", "").split(","):
            assert re.fullmatch(r"\w+@\$\{\w+\}|\$\{\w+_group\}", group), f"{task.get('id')}: {group}"
            assert group.startswith("$") or group.split("@")[0] in known, group
        assert task.get(f"{CAMUNDA}formRef") in FORMS, task.get("id")
        assert task.get(f"{CAMUNDA}formRefBinding") == "deployment"
        assert re.fullmatch(r"\$\{due_\w+\}", task.get(f"{CAMUNDA}dueDate", "")), task.get("id")


@EVERY
def test_automatic_tasks_keep_their_topics_contract(diagram: Diagram) -> None:
    for task in diagram.elements("serviceTask"):
        assert task.get(f"{CAMUNDA}type") == "external"
        contract = workers.TOPICS[task.get(f"{CAMUNDA}topic", "")].contract
        inputs = {each.name: each for each in contract.inputs}
        for key, value in parameters(task, "input").items():
            assert key in inputs, f"{task.get('id')}: {contract.topic} has no input {key}"
            choices = inputs[key].choices
            assert not choices or "${" in value or value in choices, f"{task.get('id')}: {key}={value}"
        for event in diagram.elements("boundaryEvent"):
            error = event.find(f"{BPMN}errorEventDefinition")
            if event.get("attachedToRef") == task.get("id") and error is not None:
                code = {each.get("id"): each.get("errorCode") for each in diagram.root.findall(f"{BPMN}error")}
                assert code[error.get("errorRef")] in contract.errors, event.get("id")


@EVERY
def test_errors_of_topics_are_caught(diagram: Diagram) -> None:
    caught = {
        (event.get("attachedToRef"), event.find(f"{BPMN}errorEventDefinition") is not None)
        for event in diagram.elements("boundaryEvent")
    }
    for task in diagram.elements("serviceTask"):
        if workers.TOPICS[task.get(f"{CAMUNDA}topic", "")].contract.errors:
            assert (task.get("id"), True) in caught, task.get("id")


@EVERY
def test_calls_pass_everything_and_list_what_they_take_back(diagram: Diagram) -> None:
    for call in diagram.elements("callActivity"):
        called = call.get("calledElement", "")
        assert called in DIAGRAMS, called
        passed = call.findall(f"{BPMN}extensionElements/{CAMUNDA}in")
        assert passed[0].get("variables") == "all", call.get("id")
        assert out_list(call) == RESULTS["out"][called], call.get("id")


@pytest.mark.parametrize("called", RESULTS["out"])
def test_every_result_has_a_producer(called: str) -> None:
    diagram = DIAGRAMS[called]
    made = set(RESULTS["initial"])
    for task in diagram.elements("serviceTask"):
        contract = workers.TOPICS[task.get(f"{CAMUNDA}topic", "")].contract
        made |= {each.name for each in contract.outputs} | parameters(task, "output").keys()
        if "due_" in contract.prefixes:
            made |= {each for each in RESULTS["out"][called] if each.startswith("due_")}
    for rule in diagram.elements("businessRuleTask"):
        made |= {rule.get(f"{CAMUNDA}resultVariable", "")} | parameters(rule, "output").keys()
    for call in diagram.elements("callActivity"):
        made |= set(out_list(call)) | parameters(call, "output").keys()
    for task in diagram.elements("userTask"):
        made |= {each["key"] for each in components(FORMS[task.get(f"{CAMUNDA}formRef", "")]) if each.get("key")}
        made |= {each.name for each in workers.TOPICS["form_book"].contract.outputs}
    assert set(RESULTS["out"][called]) <= made


def components(form: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a form's components with those in its groups."""
    found: list[dict[str, Any]] = []
    for each in form.get("components", []):
        found += [each, *components(each)]
    return found


@pytest.mark.parametrize("key", ["qijiang_application", "jincheng_application", "xintai_application"])
def test_applications_start_with_their_initial_values(key: str) -> None:
    given = properties(DIAGRAMS[key].process)
    defaults = json.loads(given["defaults"])
    assert given["kind"] == "application"
    for variable, value in RESULTS["initial"].items():
        assert defaults[variable] == value, variable
        assert type(defaults[variable]) is type(value), variable
    assert {each for each in defaults if each.startswith("due_")} == {"due_total", "due_objection", "due_appraisal"}
    start = DIAGRAMS[key].element("Start_Application")
    assert start.get(f"{CAMUNDA}formRef") in FORMS
    assert DIAGRAMS[key].process.get(f"{CAMUNDA}candidateStarterGroups")


@pytest.mark.req("JC-01", "JC-42", "XT-03", "XT-13")
@pytest.mark.parametrize(("key", "task", "expected"), [tuple(each) for each in RESULTS["separation"]])
def test_duties_are_kept_apart(key: str, task: str, expected: dict[str, str]) -> None:
    found = properties(DIAGRAMS[key].element(task))
    assert {name: found.get(name) for name in expected} == expected


@EVERY
def test_only_constructs_that_run(diagram: Diagram) -> None:
    allowed = ACTIVITIES | {*IDS, "sequenceFlow", "laneSet", "group", "documentation", "extensionElements"}
    for scope in [diagram.process, *diagram.elements("subProcess")]:
        several = {"multiInstanceLoopCharacteristics"} if tag(scope) == "subProcess" else set()
        for child in scope.iterchildren(etree.Element):
            assert tag(child) in allowed | {"incoming", "outgoing"} | several, tag(child)
        if (
            scope.get("triggeredByEvent") == "true"
        ):  # a message takes back the whole procedure, wherever it stands (ADR 134)
            (begin,) = scope.findall(f"{BPMN}startEvent")
            assert scope.getparent() is diagram.process
            assert begin.find(f"{BPMN}messageEventDefinition") is not None
            assert begin.get("isInterrupting", "true") == "true"
    for element in diagram.process.iter(etree.Element):
        for attribute in element.attrib:
            assert etree.QName(attribute).localname not in {"class", "delegateExpression", "expression"}
    for timer in diagram.elements("timeDate", "timeDuration", "timeCycle"):
        assert tag(timer) == "timeDate"
        assert re.fullmatch(r"\$\{\w+\}", timer.text or "")


@EVERY
def test_messages_say_how_they_are_found_and_who_enters_them(diagram: Diagram) -> None:
    for event in diagram.elements("intermediateCatchEvent", "boundaryEvent", "startEvent"):
        if event.find(f"{BPMN}messageEventDefinition") is None:
            continue
        given = properties(event)
        correlations = {
            "case_no",
            "notice_no",
            "campaign_no",
            "sheet_no",
            "review_item",
            "batch_no",
            "draw_no",
            "record_no",
        }
        assert given["correlation"] in correlations
        sent_by_a_process = event.find(f"{BPMN}messageEventDefinition").get("messageRef") in SENT_BY_A_PROCESS
        if tag(event) == "intermediateCatchEvent" and not sent_by_a_process:
            assert given["entryForm"] in FORMS
            groups = given["entryGroups"].split(",")
            assert all(re.fullmatch(r"\w+@\$\{\w+\}|\$\{\w+_group\}", each) for each in groups)
            assert CHINESE.search(given["entryLabel"])


@pytest.mark.parametrize("walk", ORDER, ids=[each["id"] for each in ORDER])
def test_expected_orders_name_items_of_the_diagrams(walk: dict[str, Any]) -> None:
    application = f"{walk['district']}_application"
    assert walk["end"] in {each.get("id") for each in DIAGRAMS[application].elements("endEvent")}
    assert REQUIREMENT.search(" ".join(walk["req"]))
    assert len(walk["order"]) > 2
    for line in [*walk["order"], *walk["beside"]]:
        if line.startswith("@"):
            assert line.split()[0] in {"@clock", "@before", "@message", "@report", "@start", "@gone", "@open"}
            continue
        item, role = line.split()[:2]
        key, _, element = item.rpartition(":")
        reached = closure(key or application)
        groups = [
            task.get(f"{CAMUNDA}candidateGroups", "")
            for each in reached
            for task in DIAGRAMS[each].elements("userTask")
            if task.get("id") == element
        ]
        assert groups, f"{walk['id']}: {element} is in none of {sorted(reached)}"
        offered = role.split(":")[0]
        assert any(g.startswith((f"{offered}@", "${")) for g in groups), f"{walk['id']}: {line}"


def closure(key: str) -> set[str]:
    """Return a process with all that it calls."""
    found, todo = {key}, [key]
    while todo:
        for call in DIAGRAMS[todo.pop()].elements("callActivity"):
            if (called := call.get("calledElement", "")) not in found:
                found.add(called)
                todo.append(called)
    return found


def never_without(diagram: Diagram, first: str, then: str, *, cut: str = "") -> None:
    """Assert that every way to ``then`` passes ``first``; ``cut`` is a flow that only a later round can take."""
    assert then in diagram.reach("Start_Application")
    reached = diagram.reach("Start_Application", without=first, cut=cut)
    assert then not in reached, f"{then} is reached without {first}"


@pytest.mark.req("JC-02", "JC-04", "JC-21", "JC-22", "JC-44")
def test_jincheng_keeps_the_seeds_order() -> None:
    diagram = DIAGRAMS["jincheng_application"]
    chain = "Call_Materials Call_Acceptance Call_Verification Call_HomeVisit Task_Review Task_Confirm Call_ResultNotice"
    steps = chain.split()
    for first, then in pairwise(steps):
        never_without(diagram, first, then)
    for end in ("End_Ready", "End_CareAssessed"):
        never_without(diagram, "Call_ResultNotice", end)
        never_without(diagram, "Service_CheckAuthority", end)
    people = {task.get(f"{CAMUNDA}candidateGroups", "") for task in diagram.elements("userTask")}
    assert not any(each.startswith("county_") for each in people)


@pytest.mark.req("JC-25")
def test_jincheng_filing_holds_up_nothing() -> None:
    diagram = DIAGRAMS["jincheng_application"]
    assert "shared_filing" not in closure("jincheng_application")
    start = diagram.element("Service_StartFiling")
    assert start.get(f"{CAMUNDA}topic") == "start_process"
    assert parameters(start, "input")["process_key"] == "shared_filing"
    never_without(diagram, "Service_StartFiling", "Call_ResultNotice")


@pytest.mark.req("XT-14", "XT-16", "XT-19", "XT-20", "XT-24", "XT-25", "XT-26")
def test_xintai_keeps_the_seeds_order() -> None:
    diagram = DIAGRAMS["xintai_application"]
    chain = "Call_Materials Call_Verification Call_Acceptance Task_Arrange Task_ChiefRepReview Task_ApplySeal"
    first_round = diagram.element("Flow_First_No").findtext(f"{BPMN}conditionExpression")
    assert first_round == "${accepted_at == ''}"
    for first, then in pairwise([*chain.split(), "Call_Notice", "Call_Filing"]):
        never_without(diagram, first, then, cut="Flow_First_Yes")
    never_without(diagram, "Call_Notice", "Call_Appraisal")
    never_without(diagram, "Service_CheckSeal", "Task_ApplySeal")
    for end in ("End_Ready", "End_CareAssessed"):
        never_without(diagram, "Call_Filing", end)
    called = [call.get("calledElement") for call in diagram.elements("callActivity")]
    assert called.count("shared_notice") == 1
    assert "shared_result_notice" not in closure("xintai_application")
