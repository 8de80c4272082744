"""The recipient's row and the order of the first month."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

RECIPIENT_REGISTER = TopicContract(
    topic="recipient_register",
    label="登记救助对象",
    kind="record",
    doc="把给予救助的家庭记入救助对象台账：金额、发放单位、起发月份（决定次月）和下次复核时间。",
    inputs=(
        names.PROGRAMME,
        names.TOWN,
        names.VILLAGE,
        names.DECISION,
        names.AMOUNT_MONTHLY,
        names.PAYER,
        Name(name="review_months", type="integer", label="复核周期（月）", required=False),
        names.CARE_LEVEL,
        Name(name="support_mode", type="string", label="供养方式", required=False),
    ),
    outputs=(
        Name(name="recipient_no", type="string", label="救助对象编号"),
        names.EFFECTIVE_MONTH,
        names.DUE_SIMPLE,
    ),
    sources=("JC-12", "JC-13", "XT-33"),
)

PAYMENT_ORDER = TopicContract(
    topic="payment_order",
    label="开具发放指令",
    kind="record",
    doc="开具决定次月的发放指令；办件最近的决定不是给予救助，或公示没有结束时拒绝。",
    inputs=(
        Name(name="recipient_no", type="string", label="救助对象编号"),
        names.DECISION,
        names.AMOUNT_MONTHLY,
        names.PAYER,
    ),
    outputs=(
        Name(name="order_no", type="string", label="发放指令编号"),
        names.EFFECTIVE_MONTH,
        names.DUE_SIMPLE,
    ),
    sources=("JC-21", "XT-12"),
)

TOPICS: tuple[Topic, ...] = (
    Topic(contract=RECIPIENT_REGISTER),
    Topic(contract=PAYMENT_ORDER),
)
