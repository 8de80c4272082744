"""One case starts another, or sends it a message, in the same transaction."""

from __future__ import annotations

from typing import Any

from jiuzhu.domain.rows import CaseEvent
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import BpmnError
from workers.records import names
from workers.records.desk import at_desk, rows_of, text

START_PROCESS = TopicContract(
    topic="start_process",
    label="启动另一流程",
    kind="record",
    doc="为同一户启动另一流程，与本流程各自办理；启动后给出其编号。",
    inputs=(
        Name(name="process_key", type="string", label="流程", drawn=True),
        Name(name="variables", type="string", label="带去的变量（逗号分隔）", drawn=True, required=False),
        Name(name="applicant_name", type="string", label="申请人", required=False),
        names.INTAKE_TOWN,
        names.TOWN,
        names.VILLAGE,
        names.PROGRAMME,
        names.DECISION,
        names.DECISION_NO,
        names.AMOUNT_MONTHLY,
        names.FILING_NO,
        names.ACCEPTED_AT,
        names.RULE_PROFILE,
        names.AUTHORITY_LEVEL,
        names.VIOLATION_KIND,
        names.VIOLATION_UNIT,
        names.VIOLATION_FACTS,
        names.SOURCE_RECORD_NO,
        Name(name="discovery_outcome", type="string", label="核实后的处置", required=False),
        Name(name="check_done", type="boolean", label="是否已经核实", required=False),
        Name(name="recipient_no", type="string", label="救助对象编号", required=False),
        Name(name="change_kind", type="string", label="变化类别", required=False),
        Name(name="change_facts", type="string", label="变化情况", required=False),
        Name(name="change_member", type="string", label="涉及的成员", required=False),
        Name(name="change_reason", type="string", label="调整的理由", required=False),
        Name(name="died_on", type="date", label="死亡日期", required=False),
        Name(name="recovery_cause", type="string", label="追缴原因", required=False),
        Name(name="overpaid_amount", type="money", label="多发金额", required=False),
        Name(name="termination_ground", type="string", label="终止供养的情形", required=False),
        Name(name="referral_form", type="string", label="转办清单所在表单", required=False),
        Name(name="referral_index", type="integer", label="转办清单第几项（从0起）", required=False),
    ),
    outputs=(Name(name="started_case_no", type="string", label="启动的办件编号"), names.DUE_SIMPLE),
    sources=("JC-25",),
)

SEND_MESSAGE = TopicContract(
    topic="send_message",
    label="通知办件",
    kind="record",
    doc="向同一户正在办理的办件发送消息；没有办件在等候时报 NO_RECEIVER。",
    inputs=(
        Name(name="message_name", type="string", label="消息", drawn=True, choices=("case.stop", "case.changed")),
        Name(name="correlation", type="string", label="按哪个变量对应", drawn=True, required=False),
        Name(name="payload", type="string", label="带去的变量（逗号分隔）", drawn=True, required=False),
        names.STOP_KIND,
        names.STOP_FACTS,
        Name(name="change_ref", type="string", label="变化登记编号", required=False),
    ),
    outputs=(names.DUE_SIMPLE,),
    errors=("NO_RECEIVER",),
    sources=("JC-09",),
)


def start_process(call: RecordCall) -> Values:
    """Start another process for the same household with the named variables; it runs after this step (architecture)."""
    key = text(call, "process_key")
    number = call.switchboard.start(key, passed_on(call, text(call, "variables")))
    call.records.audit("started", f"启动{number}", process=key)
    return {"started_case_no": number}


def passed_on(call: RecordCall, wanted: str) -> dict[str, Any]:
    """Return the variables for another process: the case's own and those of the comma list that have a value here."""
    case = call.records.case()
    variables: dict[str, Any] = {
        "case_no": call.case_no,
        "district": call.district,
        "programme": case.programme,
        "intake_town": case.intake_town,
        "town": case.town or case.intake_town,
        "village": case.village,
        "applicant_name": case.applicant_name,
    }
    for name in (each.strip() for each in wanted.split(",")):
        value = call.inputs.get(name)
        if name and value is not None:
            variables[name] = value
    return variables


def send_message(call: RecordCall) -> Values:
    """Send a message to the household's running case; raises NO_RECEIVER when no case waits for it."""
    message = text(call, "message_name")
    payload = {name.strip(): call.inputs.get(name.strip()) for name in text(call, "payload").split(",") if name.strip()}
    if "change_ref" in payload and not payload["change_ref"]:
        payload["change_ref"] = _reported_change(call)
    wanted = text(call, "correlation", "case_no")
    correlation = {wanted: call.case_no if wanted == "case_no" else text(call, wanted)}
    sent = call.switchboard.send(
        message, correlation, {key: value for key, value in payload.items() if value is not None}
    )
    call.records.audit("message", f"{message}{'' if sent else '：没有办件在等候'}", message=message)
    if not sent:
        raise BpmnError("NO_RECEIVER", "这一户已没有正在办理的申请")
    return {}


def _reported_change(call: RecordCall) -> str:
    own = [row for row in rows_of(call, CaseEvent) if row.event_no == call.record_no]
    return own[-1].event_no if own else ""


TOPICS: tuple[Topic, ...] = (
    at_desk(START_PROCESS, start_process),
    at_desk(SEND_MESSAGE, send_message),
)
