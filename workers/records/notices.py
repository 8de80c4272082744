"""公示: one sheet, posted once, up for its days, suspended by an objection, closed."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

NOTICE_PREPARE = TopicContract(
    topic="notice_prepare",
    label="制作公示单",
    kind="record",
    doc=(
        "制作公示单（隐去部分姓名，只有人口、类别和金额）。notice_mode=continue 且已有公示时更正同一公示单："
        "编号和截止时间不变，不再张贴。"
    ),
    inputs=(
        Name(name="notice_stage", type="string", label="公示阶段", required=False, choices=("result", "review")),
        Name(name="notice_mode", type="string", label="公示方式", required=False, choices=("new", "continue")),
        names.NOTICE_NO,
        names.PROGRAMME,
        names.TOWN,
        names.VILLAGE,
        names.AMOUNT_MONTHLY,
    ),
    outputs=(
        Name(name="notice_no", type="string", label="公示编号"),
        Name(name="posting_needed", type="boolean", label="是否需要张贴"),
        names.DUE_SIMPLE,
    ),
    sources=("XT-24", "JC-21", "JC-06"),
)

NOTICE_OPEN = TopicContract(
    topic="notice_open",
    label="起算公示期",
    kind="record",
    doc="从张贴次日起算公示天数（日历天，不顺延），到最后一天二十四时止；继续公示的截止时间不变。",
    inputs=(names.NOTICE_NO,),
    outputs=(Name(name="notice_end", type="date", label="公示截止时间"), names.DUE_SIMPLE),
    sources=("JC-21", "XT-24"),
)

NOTICE_SUSPEND = TopicContract(
    topic="notice_suspend",
    label="公示转复查",
    kind="record",
    doc="公示有异议：公示单保留，公开页面注明复查中；之后收到的异议并入复查。",
    inputs=(names.NOTICE_NO,),
    outputs=(names.DUE_SIMPLE,),
    sources=("XT-25",),
)

NOTICE_CLOSE = TopicContract(
    topic="notice_close",
    label="结束公示",
    kind="record",
    doc="结束公示并从公开页面撤下；没有公示时不做任何事。",
    inputs=(names.NOTICE_NO, names.DECISION),
    outputs=(names.DUE_SIMPLE,),
    sources=("XT-31", "JC-41"),
)

TOPICS: tuple[Topic, ...] = (
    Topic(contract=NOTICE_PREPARE),
    Topic(contract=NOTICE_OPEN),
    Topic(contract=NOTICE_SUSPEND),
    Topic(contract=NOTICE_CLOSE),
)
