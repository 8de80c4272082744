"""Every element template does its work when it is applied: accepted by the checker, inputs arrive, results come out.

``applied`` writes what Camunda Modeler writes (bpmn-js-element-templates 2.37, looked at for all templates): attributes
for ``property``, input and output lines also when left empty, ``camunda:property`` always.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

from jiuzhu.domain.topics import Name, TopicContract, Values
from jiuzhu.engine.reading import inspect_diagram
from jiuzhu.engine.values import TaskCall
from jiuzhu.service import modeler_templates
from jiuzhu.service.roles import load_roles
from tests.process.engine_kit import Case, FakeHost, bundle, chain, diagram, end, start, user
from workers import TOPICS

ROOT = Path(__file__).resolve().parent.parent.parent
ROLES = load_roles(ROOT / "config")
FILES = {
    str(path): path.read_bytes() for path in (ROOT / "bpmn").rglob("*") if path.suffix in (".bpmn", ".dmn", ".form")
}
FOUND = modeler_templates.templates_of_files(TOPICS, ROLES, FILES)
OF_TOPIC = {one["id"].removeprefix("jiuzhu.topic."): one for one in FOUND["topics.json"]}
OF_ROLE = {one["id"].removeprefix("jiuzhu.role."): one for one in FOUND["roles.json"]}
DRAWN = sorted(topic for topic, one in TOPICS.items() if one.contract.drawn)
SAMPLES = {"string": "s", "integer": 3, "boolean": True, "money": "1.00", "date": "2026-09-16", "json": ["x"]}

Template = dict[str, Any]


def applied(template: Template, given: dict[str, str], renamed: dict[str, str] | None = None) -> str:
    """Return the element as the Modeler writes it; ``given`` are what the designer fills in, by name."""
    attributes, inputs, outputs, properties, mappings = [], [], [], [], []
    for one in template["properties"]:
        binding = one["binding"]
        name, value = binding.get("name", ""), given.get(binding.get("name", ""), one.get("value", ""))
        if binding["type"] == "property" and value:
            attributes.append(f"{name}={quoteattr(value)}")
        elif binding["type"] == "camunda:inputParameter":
            inputs.append(f"<camunda:inputParameter name={quoteattr(name)}>{escape(value)}</camunda:inputParameter>")
        elif binding["type"] == "camunda:outputParameter":
            target = (renamed or {}).get(value, value)
            line = f"<camunda:outputParameter name={quoteattr(target)}>{binding['source']}</camunda:outputParameter>"
            outputs.append(line)
        elif binding["type"] == "camunda:in":
            named = f"source={quoteattr(value)} target={quoteattr(binding.get('target', ''))}"
            everything = 'variables="all"'
            mappings.append(f"<camunda:in {named if 'target' in binding else everything}/>")
        elif binding["type"] == "camunda:out":
            mappings.append(f"<camunda:out source={quoteattr(binding['source'])} target={quoteattr(value)}/>")
        elif binding["type"] == "camunda:property":
            properties.append(f"<camunda:property name={quoteattr(name)} value={quoteattr(value)}/>")
    inner = "".join(mappings)
    if inputs or outputs:
        inner += f"<camunda:inputOutput>{''.join(inputs + outputs)}</camunda:inputOutput>"
    if properties:
        inner += f"<camunda:properties>{''.join(properties)}</camunda:properties>"
    kind = template["elementType"]["value"].removeprefix("bpmn:")
    tag = f"bpmn:{kind[0].lower()}{kind[1:]}"
    mark = f'camunda:modelerTemplate="{template["id"]}" camunda:modelerTemplateVersion="{template["version"]}"'
    return (
        f'<{tag} id="T" name="T" {mark} {" ".join(attributes)}>'
        f"<bpmn:extensionElements>{inner}</bpmn:extensionElements></{tag}>"
    )


def with_task(element: str) -> bytes:
    return diagram(start() + element + user("U") + end() + chain("S", "T", "U", "E"))


def filled(contract: TopicContract) -> dict[str, str]:
    """What a designer has to fill in: every required input of the task."""
    return {one.name: (one.choices or ("x",))[-1] for one in contract.inputs if one.drawn and one.required}


def answer_of(contract: TopicContract) -> Values:
    return {one.name: SAMPLES[one.type] for one in contract.outputs if one.required}


def results(contract: TopicContract) -> list[Name]:
    return [one for one in contract.outputs if one.required and one.name != "due_simple"]


@pytest.mark.parametrize("topic", DRAWN)
def test_topic_template_works(topic: str) -> None:
    contract = TOPICS[topic].contract
    template, given = OF_TOPIC[topic], filled(contract)
    renamed = {one.name: f"my_{one.name}" for one in results(contract)}
    data = with_task(applied(template, given, renamed))
    process, findings = inspect_diagram(data, "x.bpmn")
    assert process is not None
    assert findings == []
    node = process.node("T")
    assert node is not None
    assert node.topic == topic
    seen: list[TaskCall] = []

    def record(call: TaskCall) -> Values:
        seen.append(call)
        return answer_of(contract)

    host = FakeHost({topic: record} if contract.kind == "record" else {})
    case = Case(bundle(data), {"district": "d", "programme": "dibao"}, host)
    if contract.kind == "errand":
        inputs = case.waiting("T", "job").inputs
        case.finish("T", **answer_of(contract))
    else:
        inputs = seen[0].inputs
    assert {name: inputs[name] for name in given} == given
    left_empty = [one for one in contract.inputs if one.drawn and not one.required and not one.choices]
    assert all(inputs[one.name] is None for one in left_empty)
    assert case.open() == ["U"]
    for one in results(contract):
        assert case.variables[f"my_{one.name}"] == SAMPLES[one.type]


@pytest.mark.parametrize("topic", DRAWN)
def test_topic_template_says_what_it_reads(topic: str) -> None:
    contract = TOPICS[topic].contract
    shown = {one["binding"]["name"] for one in OF_TOPIC[topic]["properties"] if "name" in one["binding"]}
    for one in contract.inputs:
        assert (one.name in shown) if one.drawn else (one.name in OF_TOPIC[topic]["description"])
    assert all(code in OF_TOPIC[topic]["description"] for code in contract.errors)


@pytest.mark.parametrize("role", sorted(OF_ROLE))
def test_role_template_works(role: str) -> None:
    given = {"camunda:formRef": "review_opinion", "notTeam": "true"}
    data = with_task(applied(OF_ROLE[role], given))
    _, findings = inspect_diagram(data, "x.bpmn")
    assert findings == []
    variables = {"district": "d", "town": "t", "village": "v", "due_simple": "2026-09-23T18:00:00+08:00"}
    item = Case(bundle(data), variables).item("T")
    place = {"village": "v", "town": "t", "district": "d"}[ROLES.of(role).level]
    assert item.groups == (f"{role}@{place}",)
    assert item.due == variables["due_simple"]
    assert item.form == "review_opinion"
    assert item.properties["notTeam"] == "true"
    assert {name for name, value in item.properties.items() if value == "true"} == {"notTeam"}


@pytest.mark.parametrize("template", FOUND["calls.json"] + FOUND["decisions.json"], ids=lambda one: one["id"])
def test_what_diagrams_share_is_named_by_its_template(template: Template) -> None:
    process, findings = inspect_diagram(with_task(applied(template, {})), "x.bpmn")
    assert findings == []
    assert process is not None
    node = process.node("T")
    assert node is not None
    key = template["id"].rpartition(".")[2]
    if node.call is not None:
        assert node.call.called.text == key
        shown = {one["binding"].get("target", "") for one in template["properties"]} - {""}
        assert {line.target for line in node.call.ins} == shown
    else:
        assert node.rule is not None
        assert (node.rule.decision, bool(node.rule.result)) == (key, True)


def test_every_working_role_has_a_template() -> None:
    wanted = {role.id for role in ROLES.by_id.values() if role.may("claim") and role.level != "department"}
    assert wanted <= set(OF_ROLE)
