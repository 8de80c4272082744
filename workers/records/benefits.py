"""The amount: standard less income, times members; care allowance of 特困."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

BENEFIT = TopicContract(
    topic="benefit",
    label="测算救助金",
    kind="record",
    doc=(
        "按申报、入户和核对结果逐项计算人均收入和财产，按当期标准补差算出月救助金；"
        "mode=final 时低保保持决定金额，特困加照料护理补贴。"
    ),
    inputs=(
        Name(name="mode", type="string", label="方式", required=False, choices=("", "final")),
        names.PROGRAMME,
        names.VILLAGE,
        names.CARE_LEVEL,
        names.DECISION,
        names.AMOUNT_MONTHLY,
    ),
    outputs=(
        Name(name="per_capita_income", type="money", label="家庭月人均收入"),
        Name(name="asset_ok", type="boolean", label="财产是否符合规定"),
        Name(name="amount_monthly", type="money", label="月救助金额"),
        names.DUE_SIMPLE,
    ),
    decisions=("income_items", "asset_test"),
    sources=("JC-09", "XT-15", "QJ-05"),
)

TOPICS: tuple[Topic, ...] = (Topic(contract=BENEFIT),)
