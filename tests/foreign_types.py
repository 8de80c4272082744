"""Cases with two errands for foreign workers, one after the other: what one brings with a type, the other reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

from jiuzhu.domain.topics import Name, Topic, TopicContract
from jiuzhu.service.office import Office
from tests import foreign
from tests.foreign import TOPIC, Try

READ = "foreign_read"
WRONG = "typed_wrong"
NAMES: Mapping[str, Literal["string", "integer", "boolean", "money", "date", "json"]] = {
    "typed_text": "string",
    "typed_short": "integer",
    "typed_whole": "integer",
    "typed_long": "integer",
    "typed_large": "integer",
    "typed_double": "money",
    "typed_yes": "boolean",
    "typed_date": "date",
    "typed_none": "string",
    "typed_bytes": "json",
    "typed_json": "json",
    "typed_object": "json",
    "typed_file": "json",
}
SECOND = f"""<bpmn:sequenceFlow id="Flow_Try_Read" sourceRef="Service_Try" targetRef="Service_Read" />
    <bpmn:serviceTask id="Service_Read" name="请外部程序查看" camunda:type="external" camunda:topic="{READ}">
      <bpmn:incoming>Flow_Try_Read</bpmn:incoming>
      <bpmn:outgoing>Flow_Open_Reply</bpmn:outgoing>
    </bpmn:serviceTask>
    """


class TypedTry(Try):
    """Four cases before the first errand; all that it brings stays in the case and goes to the second."""

    def __init__(self, office: Office) -> None:
        contract = TopicContract(
            topic=READ,
            label="请外部程序查看",
            kind="errand",
            doc="试验用。",
            inputs=tuple(Name(name=name, type=kind, label=name, required=False) for name, kind in NAMES.items()),
            outputs=(Name(name=WRONG, type="string", label="不对之处", required=False),),
        )
        office.topics = {**office.topics, READ: Topic(contract=contract)}
        super().__init__(office)
        written = office.topics[TOPIC]
        office.topics = {**office.topics, TOPIC: dataclasses.replace(written, book=None)}

    @staticmethod
    def diagram() -> bytes:
        """Return the petition with two errands more."""
        text = foreign.diagram().decode()
        last = '<bpmn:sequenceFlow id="Flow_Open_Reply" sourceRef="Service_Try"'
        assert last in text
        text = text.replace(last, SECOND + last.replace("Service_Try", "Service_Read"))
        out = "<bpmn:outgoing>Flow_Open_Reply</bpmn:outgoing>\n    </bpmn:serviceTask>\n    <bpmn:boundaryEvent"
        assert out in text
        return text.replace(out, out.replace("Flow_Open_Reply", "Flow_Try_Read")).encode()
