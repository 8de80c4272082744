"""个案会商: whose turn it is, and what the paper of a conference says (XX-11, XX-12, XX-13)."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import WorkerError
from workers.records import names
from workers.records.assessment_papers import convened
from workers.records.desk import at_desk

HANDLER = "dept_handler"
"""Role of whoever speaks for a department."""

CONFERENCE_TURN = TopicContract(
    topic="conference_turn",
    label="取参加会商的部门",
    kind="record",
    doc="放在部门提出意见之前（多实例内）：按会商通知取第几个部门（turn 从 0 起），给出它的承办组。",
    inputs=(Name(name="turn", type="integer", label="第几个部门（从0起）"),),
    outputs=(
        Name(name="conference_department", type="string", label="参加会商的部门"),
        Name(name="conference_group", type="string", label="部门承办组"),
        names.DUE_SIMPLE,
    ),
    sources=("XX-12", "XX-58"),
)


def take_turn(call: RecordCall) -> Values:
    """Return the department of this turn of the latest conference that was convened."""
    departments = list(convened(call).get("conference_departments") or ())
    turn = int(call.inputs["turn"])
    if not 0 <= turn < len(departments):
        raise WorkerError(f"会商通知中没有第{turn + 1}个部门", permanent=True)
    department = str(departments[turn])
    return {"conference_department": department, "conference_group": f"{HANDLER}@{department}"}


TOPICS: tuple[Topic, ...] = (at_desk(CONFERENCE_TURN, take_turn),)
