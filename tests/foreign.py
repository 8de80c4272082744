"""Cases before an errand that is left to foreign workers: a petition with one service task more."""

from __future__ import annotations

from typing import Any

from jiuzhu.domain.topics import Name, Topic, TopicContract
from jiuzhu.service import cases, deployment, identity, inbox, incidents
from jiuzhu.service.office import Office
from tests.conftest import ROOT

FILES = ROOT / "tests" / "data" / "modeler"
TOPIC = "foreign_try"
CLERK = "jincheng-town_intake-1"
TRY = """<bpmn:serviceTask id="Service_Try" name="请外部程序办理" camunda:type="external" camunda:topic="foreign_try">
      <bpmn:incoming>Flow_Open_Try</bpmn:incoming>
      <bpmn:outgoing>Flow_Open_Reply</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:boundaryEvent id="Catch_NotFound" name="查无此人" attachedToRef="Service_Try">
      <bpmn:outgoing>Flow_Caught</bpmn:outgoing>
      <bpmn:errorEventDefinition id="Catch_NotFound_def" errorRef="Error_NotFound" />
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="Flow_Caught" sourceRef="Catch_NotFound" targetRef="Task_Missing" />
    <bpmn:userTask id="Task_Missing" name="查明来访人" camunda:formRef="petition_reply"
      camunda:formRefBinding="deployment" camunda:candidateGroups="town_intake@${intake_town}"
      camunda:dueDate="${due_simple}">
      <bpmn:incoming>Flow_Caught</bpmn:incoming>
      <bpmn:outgoing>Flow_Missing_End</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="Flow_Missing_End" sourceRef="Task_Missing" targetRef="End_Missing" />
    <bpmn:endEvent id="End_Missing" name="已查明">
      <bpmn:incoming>Flow_Missing_End</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="Flow_Open_Try" sourceRef="Service_Open" targetRef="Service_Try" />
    """


def diagram() -> bytes:
    """Return the petition with one errand more, which may report that somebody was not found."""
    text = (FILES / "jincheng_petition.bpmn").read_text(encoding="utf-8")
    text = text.replace(
        "<bpmn:outgoing>Flow_Open_Reply</bpmn:outgoing>", "<bpmn:outgoing>Flow_Open_Try</bpmn:outgoing>"
    )
    flow = '<bpmn:sequenceFlow id="Flow_Open_Reply" sourceRef="Service_Open"'
    assert flow in text
    text = text.replace(flow, TRY + flow.replace("Service_Open", "Service_Try"))
    error = '<bpmn:error id="Error_NotFound" name="查无此人" errorCode="NOT_FOUND" />\n  <bpmn:process'
    return text.replace("<bpmn:process", error, 1).encode()


class Try:
    """An office with four cases before an errand, one for each thing a worker can do."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.brought: dict[str, Any] = {}
        contract = TopicContract(
            topic=TOPIC,
            label="请外部程序办理",
            kind="errand",
            doc="试验用。",
            inputs=(Name(name="programme", type="string", label="救助类别", required=False),),
            prefixes=("typed_",),
            errors=("NOT_FOUND",),
        )

        def book(call: Any, outputs: Any) -> dict[str, Any]:
            self.brought[call.case_no] = dict(outputs)
            return {name: value for name, value in outputs.items() if name == "typed_file"}

        office.topics = {**office.topics, TOPIC: Topic(contract=contract, book=book)}
        files = {"jincheng_petition.bpmn": self.diagram()}
        files |= {name: (FILES / name).read_bytes() for name in ("petition_entry.form", "petition_reply.form")}
        designer = identity.actor_of(office, "jincheng-process_designer-1")
        deployment.deploy(office, designer, name="试验", resources=files, source="tests")
        self.clerk = identity.actor_of(office, CLERK)
        self.cases = {what: self._start() for what in ("complete", "fail", "retry", "error")}

    @staticmethod
    def diagram() -> bytes:
        """Return what is deployed."""
        return diagram()

    def _start(self) -> str:
        entry = {"programme": "dibao", "applicant_name": "来访人甲", "petition_text": "询问办理进度。"}
        return cases.start_case(self.office, self.clerk, "jincheng_petition", entry).case_no

    def open_at(self, what: str) -> set[str]:
        """Return the elements at which a case waits for people."""
        found = inbox.list_items(self.office, self.clerk, view="group", text=self.cases[what]).items
        return {one.element_id for one in found}

    @property
    def incidents(self) -> list[str]:
        """The messages of open incidents."""
        admin = identity.actor_of(self.office, "jincheng-county_admin-1")
        return [f"{one.case_no} {one.message}" for one in incidents.list_incidents(self.office, admin)]

    @property
    def done(self) -> bool:
        """True when a worker has done all four."""
        there = self.open_at("complete"), self.open_at("retry"), self.open_at("error")
        return there == ({"Task_Reply"}, {"Task_Reply"}, {"Task_Missing"}) and bool(self.incidents)
