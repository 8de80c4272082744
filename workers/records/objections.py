"""异议 against a notice: counted, examined, answered."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

OBJECTION_COUNT = TopicContract(
    topic="objection_count",
    label="清点异议",
    kind="record",
    doc="清点本公示在截止时间前收到、尚未答复的异议。",
    inputs=(names.NOTICE_NO,),
    outputs=(names.OPEN_OBJECTIONS, names.DUE_SIMPLE),
    sources=("XT-25",),
)

OBJECTION_RECORD = TopicContract(
    topic="objection_record",
    label="登记审查结果并答复",
    kind="record",
    doc="按审查表逐条登记：不受理的答复异议人，受理的转复查；审查期间新收到的异议保持未处理。",
    inputs=(names.NOTICE_NO,),
    outputs=(
        Name(name="objection_valid", type="boolean", label="是否有异议被受理"),
        names.OPEN_OBJECTIONS,
        names.DUE_SIMPLE,
    ),
    sources=("XT-25",),
)

OBJECTION_REPLY = TopicContract(
    topic="objection_reply",
    label="答复异议人",
    kind="record",
    doc="按复查结论逐条答复异议人，每条一份异议答复书，并办结这些异议。",
    inputs=(
        names.NOTICE_NO,
        Name(name="objection_outcome", type="string", label="复查结论", choices=("", "upheld", "changed", "revoked")),
    ),
    outputs=(names.OPEN_OBJECTIONS, names.DUE_SIMPLE),
    sources=("XT-25",),
)

TOPICS: tuple[Topic, ...] = (
    Topic(contract=OBJECTION_COUNT),
    Topic(contract=OBJECTION_RECORD),
    Topic(contract=OBJECTION_REPLY),
)
