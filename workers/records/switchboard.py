"""One case starts another, or sends it a message, in the same transaction."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

START_PROCESS = TopicContract(
    topic="start_process",
    label="启动另一流程",
    kind="record",
    doc="为同一户启动另一流程，与本流程各自办理；启动后给出其编号。",
    inputs=(
        Name(name="process_key", type="string", label="流程"),
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
        Name(name="message_name", type="string", label="消息", choices=("case.stop", "case.changed")),
        names.STOP_KIND,
        names.STOP_FACTS,
        Name(name="change_ref", type="string", label="变化登记编号", required=False),
    ),
    outputs=(names.DUE_SIMPLE,),
    errors=("NO_RECEIVER",),
    sources=("JC-09",),
)

TOPICS: tuple[Topic, ...] = (
    Topic(contract=START_PROCESS),
    Topic(contract=SEND_MESSAGE),
)
