"""A choice directly behind a form must not read what the form only brings about: Camunda 7 would read the old value."""

from __future__ import annotations

import json

from jiuzhu.domain.topics import Name, TopicContract
from jiuzhu.engine.findings import Finding
from jiuzhu.engine.lint import Surroundings, lint
from tests.process.engine_kit import HEAD, chain, diagram, end, flow, gateway, service, start, user

FORM = json.dumps({"id": "payment", "schemaVersion": 16, "type": "default", "components": []}).encode()
BOOK = TopicContract(
    topic="form_book", label="登记", kind="record", doc="登记。", drawn=False,
    outputs=(Name(name="paid_up", type="boolean", label="是否缴清"),),
    by_form={"payment": ("paid_up",)},
)  # fmt: skip
RECORD = TopicContract(topic="balance", label="核计", kind="record", doc="核计。", outputs=BOOK.outputs)
PAY = (
    '<bpmn:userTask id="Pay" name="登记退款" camunda:formRef="payment" camunda:formRefBinding="deployment" '
    'camunda:candidateGroups="town_intake@${town}" camunda:dueDate="2026-10-01T00:00:00+08:00"/>'
)
CHOICE = gateway("G", default="F_No") + end("Up") + end("Not") + flow("G", "Up", "${paid_up}")
CHOICE += flow("G", "Not", identity="F_No")
CALL = (
    '<bpmn:callActivity id="Call" name="退款" calledElement="inner"><bpmn:extensionElements>'
    '<camunda:in variables="all"/><camunda:out source="paid_up" target="done"/></bpmn:extensionElements>'
    "</bpmn:callActivity>"
)


def process(key: str, body: str) -> bytes:
    head = f'{HEAD}<bpmn:process id="{key}" name="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">'
    return f"{head}{body}</bpmn:process></bpmn:definitions>".encode()


def booked(body: str, **others: bytes) -> list[Finding]:
    around = Surroundings(topics={"form_book": BOOK, "balance": RECORD})
    files = {"p.bpmn": diagram(start() + body), "payment.form": FORM}
    files |= {key if "." in key else f"{key}.bpmn": data for key, data in others.items()}
    return [one for one in lint(files, around) if one.rule == "gateway.booked"]


def test_a_gateway_directly_behind_the_form_is_named_with_what_to_do() -> None:
    (found,) = booked(PAY + CHOICE + chain("S", "Pay", "G"))
    assert (found.element_id, found.severity) == ("G", "warning")
    assert "paid_up" in found.message
    assert "登记退款" in found.message
    assert "Camunda 7" in found.message
    assert "登记任务" in found.remedy


def test_a_record_task_between_them_is_what_the_remedy_says() -> None:
    body = PAY + service("Count", "balance") + CHOICE + chain("S", "Pay", "Count", "G")
    assert booked(body) == []


def test_another_form_or_another_name_is_silent() -> None:
    other = PAY.replace("payment", "other")
    assert booked(other + CHOICE + chain("S", "Pay", "G")) == []
    assert booked(PAY + CHOICE.replace("${paid_up}", "${town == 'a'}") + chain("S", "Pay", "G")) == []


def test_what_a_later_person_does_gives_our_side_time() -> None:
    """Between two clicks of people there are more than the seconds in which the runner looks."""
    assert booked(PAY + user("Check") + CHOICE + chain("S", "Pay", "Check", "G")) == []


def test_the_flows_of_the_task_itself_choose_as_early() -> None:
    body = PAY + end("Up") + end("Not") + flow("S", "Pay") + flow("Pay", "Up", "${paid_up}")
    body += flow("Pay", "Not", "${not paid_up}")
    assert [one.element_id for one in booked(body)] == ["Pay"]


def test_it_is_seen_through_gateways_sub_processes_and_out_of_called_processes() -> None:
    inner = process("inner", start("S2") + PAY + end("E2") + chain("S2", "Pay", "E2"))
    body = CALL + CHOICE.replace("paid_up", "done") + chain("S", "Call", "G")
    (found,) = booked(body, inner=inner)
    assert (found.element_id, found.process_key) == ("G", "proc")
    assert "“done”" in found.message
    inside = start("S3") + PAY + end("E3") + chain("S3", "Pay", "E3")
    sub = f'<bpmn:subProcess id="Sub" name="退款">{inside}</bpmn:subProcess>'
    body = sub + gateway("M") + CHOICE + chain("S", "Sub", "M", "G")
    assert [one.element_id for one in booked(body)] == ["G"]


def test_it_is_seen_into_called_processes() -> None:
    inner = process("inner", start("S2") + CHOICE + flow("S2", "G"))
    (found,) = booked(PAY + CALL + end() + chain("S", "Pay", "Call", "E"), inner=inner)
    assert (found.element_id, found.process_key) == ("G", "inner")


def test_what_the_form_computes_itself_is_there() -> None:
    field = {"type": "expression", "id": "Field_1", "key": "paid_up", "expression": "=1 = 1", "computeOn": "change"}
    form = json.dumps({**json.loads(FORM), "components": [field]}).encode()
    assert booked(PAY + CHOICE + chain("S", "Pay", "G"), **{"payment.form": form}) == []


def test_what_a_task_sets_itself_is_there() -> None:
    set_here = PAY.replace(
        'T00:00:00+08:00"/>',
        'T00:00:00+08:00"><bpmn:extensionElements><camunda:inputOutput><camunda:outputParameter name="paid_up">'
        "${true}</camunda:outputParameter></camunda:inputOutput></bpmn:extensionElements></bpmn:userTask>",
    )
    assert set_here != PAY
    assert booked(set_here + CHOICE + chain("S", "Pay", "G")) == []
