"""Two versions of a petition of 晋城 as Camunda Modeler would save them, and its Deploy button."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from tests.camunda_door import Answer, Client
from tests.conftest import ROOT

KEY = "jincheng_petition"
FILE = f"{KEY}.bpmn"
FORMS = ROOT / "tests" / "data" / "modeler"
WORK = (
    'camunda:formRefBinding="deployment" camunda:candidateGroups="town_intake@${intake_town}" '
    'camunda:dueDate="${due_simple}"'
)
HEAD = (FORMS / FILE).read_text(encoding="utf-8").partition("<bpmn:startEvent")[0]
FIRST = (("Task_Reply", "答复来访", "petition_reply"), ("Task_File", "登记归档", "petition_reply"))
SECOND = (
    ("Task_Reply", "书面答复来访", "petition_reply"),
    ("Task_Check", "负责人核对答复", "petition_check"),
    ("Task_Archive", "登记归档", "petition_reply"),
)
"""One step more, and 登记归档 under another id: cases that stand there cannot go."""
CHECK_FORM = {
    "type": "default", "id": "petition_check", "schemaVersion": 18, "executionPlatform": "Camunda Platform",
    "executionPlatformVersion": "7.24.0", "exporter": {"name": "Camunda Modeler", "version": "5.50.1"},
    "components": [
        {"type": "radio", "id": "Field_1", "key": "reply_right", "label": "答复是否准确",
         "validate": {"required": True}, "values": [{"label": "准确", "value": "yes"},
                    {"label": "需要补充", "value": "no"}]},
        {"type": "textarea", "id": "Field_2", "key": "check_words", "label": "核对意见"},
    ],
}  # fmt: skip


def diagram(steps: Sequence[tuple[str, str, str]]) -> str:
    """Return the petition with these human steps one after another, drawn on a straight line."""
    nodes = [
        f'<bpmn:startEvent id="Start_Petition" name="群众来访" camunda:formRef="petition_entry" '
        f'camunda:formRefBinding="deployment">{_way("", "Flow_1")}</bpmn:startEvent>',
        '<bpmn:serviceTask id="Service_Open" name="立案编号" camunda:type="external" camunda:topic="case_open">'
        f"{_way('Flow_1', 'Flow_2')}</bpmn:serviceTask>",
    ]
    for number, (identity, name, form) in enumerate(steps, start=2):
        way = _way(f"Flow_{number}", f"Flow_{number + 1}")
        nodes.append(
            f'<bpmn:userTask id="{identity}" name="{name}" camunda:formRef="{form}" {WORK}>{way}</bpmn:userTask>'
        )
    last = f"Flow_{len(steps) + 2}"
    nodes.append(f'<bpmn:endEvent id="End_Replied" name="已答复">{_way(last, "")}</bpmn:endEvent>')
    ids = ["Start_Petition", "Service_Open", *(one[0] for one in steps), "End_Replied"]
    flows = [
        f'<bpmn:sequenceFlow id="Flow_{number}" sourceRef="{a}" targetRef="{b}" />'
        for number, (a, b) in enumerate(pairwise(ids), start=1)
    ]
    return f"{HEAD}{''.join(nodes + flows)}</bpmn:process>{_picture(ids)}</bpmn:definitions>"


def _way(before: str, after: str) -> str:
    inner = f"<bpmn:incoming>{before}</bpmn:incoming>" if before else ""
    return inner + (f"<bpmn:outgoing>{after}</bpmn:outgoing>" if after else "")


def _picture(ids: Sequence[str]) -> str:
    boxes = {}
    for number, identity in enumerate(ids):
        event = identity.startswith(("Start_", "End_"))
        boxes[identity] = (160 + number * 150, 102, 36, 36) if event else (128 + number * 150, 80, 100, 80)
    shapes = [
        f'<bpmndi:BPMNShape id="{one}_di" bpmnElement="{one}"><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}" />'
        "</bpmndi:BPMNShape>"
        for one, (x, y, w, h) in boxes.items()
    ]
    edges = [
        f'<bpmndi:BPMNEdge id="Flow_{number}_di" bpmnElement="Flow_{number}">'
        f'<di:waypoint x="{boxes[a][0] + boxes[a][2]}" y="120" /><di:waypoint x="{boxes[b][0]}" y="120" />'
        "</bpmndi:BPMNEdge>"
        for number, (a, b) in enumerate(pairwise(ids), start=1)
    ]
    plane = f'<bpmndi:BPMNPlane id="BPMNPlane_1" bpmnElement="{KEY}">{"".join(shapes + edges)}</bpmndi:BPMNPlane>'
    return f'<bpmndi:BPMNDiagram id="BPMNDiagram_1">{plane}</bpmndi:BPMNDiagram>'


def files_of(steps: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Return a version's files, the diagram first, as the Modeler sends them."""
    drawn = {FILE: diagram(steps)}
    for _, _, form in (("", "", "petition_entry"), *steps):
        path = FORMS / f"{form}.form"
        drawn[f"{form}.form"] = path.read_text("utf-8") if path.exists() else json.dumps(CHECK_FORM, ensure_ascii=False)
    return drawn


def press_deploy(door: Client, files: Mapping[str, str]) -> Answer:
    """Send what Camunda Modeler's Deploy button sends."""
    fields = {
        "deployment-name": "来访办理",
        "deployment-source": "Camunda Modeler",
        "enable-duplicate-filtering": "true",
    }
    parts = [
        f'--jz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    parts += [
        f'--jz\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        f"Content-Type: text/xml\r\n\r\n{text}\r\n"
        for name, text in files.items()
    ]
    body = "".join([*parts, "--jz--\r\n"]).encode()
    kind: dict[str, Any] = {"Content-Type": "multipart/form-data; boundary=jz"}
    return door.call("POST", "/engine-rest/deployment/create", body, kind)
