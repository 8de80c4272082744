"""Twenty mistakes of designers, each made alone in one sound procedure with the house's own topics, posts and forms.

Each is named in Chinese with its element and what to do about it; the sound procedure is passed over in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from jiuzhu.engine.findings import Finding
from jiuzhu.service import deployment
from jiuzhu.service.roles import load_roles
from jiuzhu.service.variables import load_variables
from tests.conftest import ROOT
from tests.process.engine_kit import HEAD, boundary, chain, end, error, flow, gateway, message, timer
from workers import TOPICS

MAIN, SUB, TABLE = "jincheng_trial.bpmn", "jincheng_trial_letter.bpmn", "trial_route.dmn"
CONFIG = ROOT / "config"
ROLES, VARIABLES = load_roles(CONFIG), load_variables(CONFIG)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def properties(**values: str) -> str:
    """Return extension properties."""
    lines = "".join(f'<camunda:property name="{key}" value="{value}"/>' for key, value in values.items())
    return f"<bpmn:extensionElements><camunda:properties>{lines}</camunda:properties></bpmn:extensionElements>"


def process(key: str, attributes: str, body: str) -> str:
    """Return a file with one process."""
    head = f'<bpmn:process id="{key}" name="试办" isExecutable="true" camunda:versionTag="1.0"'
    declared = (
        '<bpmn:error id="Error_Missing" errorCode="AUTH_MISSING"/>'
        '<bpmn:message id="Message_Supplied" name="trial.supplied"/>'
    )
    opened = f'{HEAD}{head} camunda:historyTimeToLive="P3650D" {attributes}>'
    return f"{opened}{body}</bpmn:process>{declared}</bpmn:definitions>"


def reference(form: str) -> str:
    """Return the attributes that name a form."""
    return f'camunda:formRef="{form}" camunda:formRefBinding="deployment"'


def human(identity: str, form: str) -> str:
    """Return a user task of the town's reviewer."""
    who = 'camunda:candidateGroups="town_reviewer@${town}" camunda:dueDate="${due_simple}"'
    return f'<bpmn:userTask id="{identity}" name="审核" {reference(form)} {who}/>'


def external(identity: str, topic: str) -> str:
    """Return a service task of one topic."""
    return f'<bpmn:serviceTask id="{identity}" name="办理" camunda:type="external" camunda:topic="{topic}"/>'


OUT = '<camunda:out source="materials_state" target="materials_state"/>'
SCRIPT = '<bpmn:scriptTask id="Service_Open" scriptFormat="groovy"><bpmn:script>1</bpmn:script></bpmn:scriptTask>'
CALL = (
    '<bpmn:callActivity id="Call_Letter" name="送达" calledElement="jincheng_trial_letter"><bpmn:extensionElements>'
    '<camunda:in source="town" target="town"/><camunda:in source="due_simple" target="due_simple"/>'
    f"{OUT}</bpmn:extensionElements></bpmn:callActivity>"
)
RULE = (
    '<bpmn:businessRuleTask id="Rule_Route" name="定渠道" camunda:decisionRef="trial_route" '
    'camunda:decisionRefBinding="deployment" camunda:resultVariable="route" camunda:mapDecisionResult="singleEntry"/>'
)
CATCH = (
    '<bpmn:intermediateCatchEvent id="Message_Wait" name="材料补来">'
    + properties(
        correlation="case_no", entryForm="petition_reply", entryGroups="town_intake@${town}", entryLabel="登记"
    )
    + message("Message_Supplied")
    + "</bpmn:intermediateCatchEvent>"
)
GRANTED = "${decision == 'granted'}"
REFUSED = flow("Gateway_Granted", "End_Refused", identity="Flow_Refused")
BODY = (
    properties(kind="application", defaults="{&quot;decision&quot;: &quot;&quot;}")
    + f'<bpmn:startEvent id="Start_Trial" name="申请" {reference("petition_entry")}/>'
    + external("Service_Open", "case_open")
    + external("Service_Authorised", "authorization_check")
    + boundary("Boundary_Missing", "Service_Authorised", error("Error_Missing"))
    + CATCH
    + human("Task_Review", "trial_review")
    + boundary("Boundary_Slow", "Task_Review", timer("timeDuration", "P3D"), interrupting=False)
    + human("Task_Urge", "petition_reply")
    + end("End_Urged")
    + gateway("Gateway_Granted", default="Flow_Refused")
    + RULE
    + CALL
    + gateway("Gateway_Replied", default="Flow_Silent")
    + end("End_Granted")
    + end("End_Refused")
    + chain("Start_Trial", "Service_Open", "Service_Authorised", "Task_Review", "Gateway_Granted")
    + chain("Boundary_Missing", "Message_Wait", "Service_Authorised")
    + chain("Boundary_Slow", "Task_Urge", "End_Urged")
    + flow("Gateway_Granted", "Rule_Route", GRANTED)
    + REFUSED
    + chain("Rule_Route", "Call_Letter", "Gateway_Replied")
    + flow("Gateway_Replied", "End_Granted", "${route == 'paper' and materials_state == 'granted'}")
    + flow("Gateway_Replied", "End_Refused", identity="Flow_Silent")
)
SUB_BODY = (
    '<bpmn:startEvent id="Start_Letter" name="开始"/>'
    + human("Task_Letter", "trial_letter")
    + end("End_Letter")
    + chain("Start_Letter", "Task_Letter", "End_Letter")
)
DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="Definitions_route" name="渠道"
  namespace="http://camunda.org/schema/1.0/dmn"><decision id="trial_route" name="渠道">
  <decisionTable id="Table_route" hitPolicy="FIRST"><input id="Column_route">
  <inputExpression id="Expression_route" typeRef="string"><text>programme</text></inputExpression></input>
  <output id="Output_route" name="route" typeRef="string"/><rule id="Row_route"><inputEntry id="Cell_route">
  <text></text></inputEntry><outputEntry id="Result_route"><text>"paper"</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""


def form(identity: str, key: str) -> str:
    """Return a form with one choice."""
    choices = [{"label": "同意", "value": "granted"}, {"label": "不同意", "value": "refused"}]
    field = {"type": "radio", "id": "Field_1", "key": key, "label": "意见", "values": choices}
    head = {"type": "default", "id": identity, "schemaVersion": 18, "executionPlatform": "Camunda Platform"}
    return json.dumps({**head, "components": [field]}, ensure_ascii=False)


def sound() -> dict[str, str]:
    """Return the files of the sound procedure."""
    drawn = {name: (ROOT / "tests/data/modeler" / name).read_text("utf-8") for name in PETITION}
    starters = 'camunda:candidateStarterGroups="town_intake"'
    return drawn | {
        MAIN: process("jincheng_trial", starters, BODY),
        SUB: process("jincheng_trial_letter", "", SUB_BODY),
        TABLE: DMN,
        "trial_review.form": form("trial_review", "decision"),
        "trial_letter.form": form("trial_letter", "materials_state"),
    }


PETITION = ("petition_entry.form", "petition_reply.form")


def found(files: Mapping[str, str]) -> list[Finding]:
    """Return what ``jiuzhu lint`` says of files."""
    raw = {name: text.encode() for name, text in files.items()}
    return deployment.lint_offline(raw, topics=TOPICS, roles=ROLES, variables=VARIABLES)


@dataclass(frozen=True)
class Mistake:
    """One mistake: what is changed, and the finding that must name it."""

    name: str
    rule: str
    element: str
    old: str = ""
    new: str = ""
    file: str = MAIN
    make: Callable[[dict[str, str]], None] | None = None
    says: str = ""
    """What the sentence must name."""

    def files(self) -> dict[str, str]:
        made = sound()
        if self.make is not None:
            self.make(made)
            return made
        assert self.old in made[self.file], self.name
        made[self.file] = made[self.file].replace(self.old, self.new)
        return made


def _twice(files: dict[str, str]) -> None:
    files["copy.bpmn"] = files[SUB]


def _lose(name: str) -> Callable[[dict[str, str]], None]:
    return lambda files: files.pop(name) and None


def _no_default(files: dict[str, str]) -> None:
    refused = flow("Gateway_Granted", "End_Refused", "${decision == 'refused'}", "Flow_Refused")
    files[MAIN] = files[MAIN].replace(' default="Flow_Refused"', "").replace(REFUSED, refused)


def _deadlock(files: dict[str, str]) -> None:
    """Both ways of an exclusive gateway lead into a parallel one, which waits for both."""
    join = gateway("Gateway_Join", "parallel")
    text = files[MAIN].replace(RULE, RULE + join + flow("Gateway_Join", "Rule_Route"))
    text = text.replace(
        flow("Gateway_Granted", "Rule_Route", GRANTED), flow("Gateway_Granted", "Gateway_Join", GRANTED)
    )
    files[MAIN] = text.replace(REFUSED, flow("Gateway_Granted", "Gateway_Join", identity="Flow_Refused"))


MISTAKES = (
    Mistake("missing id", "bpmn.id", "", 'id="Task_Urge" ', ""),
    Mistake("topic typo", "topic.unknown", "Service_Open", "case_open", "case_opne", says="case_opne"),
    Mistake("group typo", "group.unknown", "Task_Review", "town_reviewer@", "town_reviwer@", says="town_reviwer"),
    Mistake("form missing", "user.form", "Task_Review", f"{reference('trial_review')} ", ""),
    Mistake("form key unknown", "form.unknown", "Task_Review", '"trial_review"', '"trial_reveiw"', says="trial_reveiw"),
    Mistake("gateway without default", "gateway.default", "Gateway_Granted", make=_no_default),
    Mistake("unset variable", "value.unset", "Gateway_Granted", "${decision ==", "${decison ==", says="decison"),
    Mistake("unset due date", "value.unset", "Task_Review", "${due_simple}", "${due_reply}", says="due_reply"),
    Mistake("Out missing", "call.result-missing", "Call_Letter", OUT, "", says="materials_state"),
    Mistake("uncaught error", "error.uncaught", "Service_Authorised", error("Error_Missing"),
            timer("timeDuration", "P1D"), says="AUTH_MISSING"),
    Mistake("dead end", "flow.dead-end", "Call_Letter", flow("Call_Letter", "Gateway_Replied"), ""),
    Mistake("deadlock", "tokens.deadlock", "Gateway_Join", make=_deadlock),
    Mistake("unlimited loop", "loop.automatic", "Service_Authorised", flow("Boundary_Missing", "Message_Wait"),
            flow("Boundary_Missing", "Service_Authorised")),
    Mistake("script", "bpmn.unsupported", "Service_Open", external("Service_Open", "case_open"), SCRIPT),
    Mistake("delegate class", "bpmn.attribute", "Service_Open", 'camunda:type="external" camunda:topic="case_open"',
            'camunda:class="com.example.Open"'),
    Mistake("unquoted duration", "value.unset", "Boundary_Slow", ">P3D<", ">${P3D}<", says="P3D"),
    Mistake("decision missing", "rule.unknown", "Rule_Route", make=_lose(TABLE), says="trial_route"),
    Mistake("called process missing", "call.unknown", "Call_Letter", make=_lose(SUB), says="jincheng_trial_letter"),
    Mistake("duplicate process key", "resource.twice", "", make=_twice, says="jincheng_trial_letter"),
    Mistake("message without entry", "message.entry", "Message_Wait",
            '<camunda:property name="entryForm" value="petition_reply"/>', "", says="trial.supplied"),
)  # fmt: skip


def test_the_sound_procedure_is_passed_over_in_silence() -> None:
    assert [str(one) for one in found(sound())] == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.name.replace(" ", "-"))
def test_a_mistake_is_named_with_its_element_and_a_remedy(mistake: Mistake) -> None:
    errors = [one for one in found(mistake.files()) if one.severity == "error"]
    named = [one for one in errors if one.rule == mistake.rule and mistake.element in ("", one.element_id)]
    assert named, [str(one) for one in errors]
    for one in errors:
        assert CHINESE.search(one.message), one
        assert CHINESE.search(one.remedy), one
        assert one.line or one.rule == "resource.twice", one
    assert any(mistake.says in one.message for one in named), [one.message for one in named]
