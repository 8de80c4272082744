"""Documents are made from the record, and letters are delivered."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

DOCUMENT = TopicContract(
    topic="document",
    label="制作文书",
    kind="record",
    doc="按模板和办件记录制作一份文书：编号、固定内容、校验值和预览一次完成；Word 文件在首次打开时由固定内容生成。",
    inputs=(
        Name(name="template", type="string", label="文书模板"),
        names.DECISION,
        names.DECISION_NO,
        names.DECISION_ORG,
        names.AMOUNT_MONTHLY,
        names.ACCEPTED_AT,
        names.AUTHORITY_LEVEL,
        names.RULE_PROFILE,
        names.PROGRAMME,
        names.TOWN,
        names.VILLAGE,
        Name(name="due_total", type="date", label="办结期限", required=False),
        Name(name="due_confirm", type="date", label="审核确认期限", required=False),
        Name(name="resubmit_by", type="date", label="补正期限", required=False),
        names.STOP_KIND,
        names.STOP_FACTS,
    ),
    outputs=(
        Name(name="doc_ref", type="string", label="文书编号"),
        Name(name="decision_no", type="string", label="决定文号（审批表）", required=False),
        Name(name="resubmit_by", type="date", label="补正期限（一次性补正告知书）", required=False),
        names.DUE_SIMPLE,
    ),
    sources=("NH-56", "XT-28", "XT-30", "JC-24", "JC-50"),
)

DELIVERY_RECORD = TopicContract(
    topic="delivery_record",
    label="登记送达",
    kind="record",
    doc="按送达表单登记送达时间、方式和回证，算出复议和诉讼的最后日期。",
    inputs=(
        names.LETTER_KIND,
        Name(name="delivery_method", type="string", label="送达方式", required=False),
    ),
    outputs=(Name(name="delivered_at", type="date", label="送达时间"), names.DUE_SIMPLE),
    sources=("JC-24", "JC-50"),
)

TOPICS: tuple[Topic, ...] = (
    Topic(contract=DOCUMENT),
    Topic(contract=DELIVERY_RECORD),
)
