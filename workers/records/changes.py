"""The household changes, withdraws, dies or does not cooperate while the case runs."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

CLOSING_REASON = TopicContract(
    topic="closing_reason",
    label="登记终止原因",
    kind="record",
    doc="登记终止原因（空为不配合）；从公开页面撤下公示，作废未执行的发放指令，答复并办结未处理的异议。",
    inputs=(names.STOP_KIND, names.STOP_FACTS, names.NOTICE_NO),
    outputs=(
        Name(name="stop_kind", type="string", label="终止原因"),
        Name(name="notice_posted", type="boolean", label="是否有在外张贴的公示"),
        Name(name="letter_kind", type="string", label="告知文书"),
        names.DUE_SIMPLE,
    ),
    sources=("JC-24",),
)

HOUSEHOLD_APPLY = TopicContract(
    topic="household_apply",
    label="记入家庭变化",
    kind="record",
    doc="把核实的家庭变化记入办件；新增成员未授权或收入财产变化时要求重新核对。",
    inputs=(Name(name="change_ref", type="string", label="变化登记编号"),),
    outputs=(Name(name="recheck_needed", type="boolean", label="是否需要重新核对"), names.DUE_SIMPLE),
    sources=("JC-24", "XT-20"),
)

TOPICS: tuple[Topic, ...] = (
    Topic(contract=CLOSING_REASON),
    Topic(contract=HOUSEHOLD_APPLY),
)
