"""The dated parameters of decision tables, with their sources."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

POLICY_LOAD = TopicContract(
    topic="policy_load",
    label="取适用政策参数",
    kind="record",
    doc="放在规则任务之前：取出这些决策表所需的本区参数（按受理日期），并登记所用参数及其依据。多个决策表用逗号分隔。",
    inputs=(
        Name(name="decision", type="string", label="决策表"),
        names.PROGRAMME,
        names.TOWN,
        names.VILLAGE,
        names.RULE_PROFILE,
        names.ACCEPTED_AT,
        names.AUTHORITY_LEVEL,
    ),
    outputs=(
        names.POLICY_REF,
        Name(name="devolution_from", type="date", label="权限下放起始日", required=False),
        Name(name="legal_form", type="string", label="下放形式", required=False),
        Name(name="letter_in_force", type="boolean", label="委托书是否有效", required=False),
        Name(name="staff_ok", type="boolean", label="镇街人员是否到位", required=False),
        Name(name="visit_always", type="boolean", label="是否一律入户", required=False),
        Name(name="min_participants", type="integer", label="评议最少人数", required=False),
        Name(name="rep_ratio", type="string", label="代表最低比例", required=False),
        Name(name="payer_row", type="string", label="本区规定的发放单位", required=False),
        names.DUE_SIMPLE,
    ),
    sources=("QJ-25", "XT-21", "JC-50"),
)

TOPICS: tuple[Topic, ...] = (Topic(contract=POLICY_LOAD),)
