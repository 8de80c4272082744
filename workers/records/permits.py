"""May this be done at all: authorisation, agreement, recusal, authority."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

AUTHORIZATION_CHECK = TopicContract(
    topic="authorization_check",
    label="检查核对授权",
    kind="record",
    doc="每一位成年家庭成员（特困：还有赡养抚养扶养义务人）都已授权，授权在有效期内并覆盖全部核对来源；否则报 AUTH_MISSING。",
    inputs=(names.PROGRAMME,),
    outputs=(names.DUE_SIMPLE,),
    errors=("AUTH_MISSING",),
    sources=("XT-19", "XT-20"),
)

CONFIDENTIALITY_CHECK = TopicContract(
    topic="confidentiality_check",
    label="检查保密协议",
    kind="record",
    doc="发起核对的人员在本镇街有有效的保密协议；否则报 NO_AGREEMENT。",
    inputs=(Name(name="query_user", type="string", label="发起核对的人员", required=False), names.TOWN),
    outputs=(Name(name="query_user", type="string", label="发起核对的人员"), names.DUE_SIMPLE),
    errors=("NO_AGREEMENT",),
    sources=("XT-19",),
)

RECUSAL_CHECK = TopicContract(
    topic="recusal_check",
    label="检查回避",
    kind="record",
    doc="调查组成员和协助的村干部与申请家庭没有近亲属关系；有关系时报 RECUSAL，重新组成调查组。同时累计入户次数。",
    inputs=(
        Name(name="visit_round", type="integer", label="入户次数", required=False),
        Name(name="visit_purpose", type="string", label="入户目的", required=False),
    ),
    outputs=(Name(name="visit_round", type="integer", label="入户次数"), names.DUE_SIMPLE),
    errors=("RECUSAL",),
    sources=("JC-45", "XX-27"),
)

AUTHORITY_CHECK = TopicContract(
    topic="authority_check",
    label="复核确认权限",
    kind="record",
    doc="决定生效前按决策表 authority 再次核对：项目、镇街、受理日期、委托书和确认人的任职；没有权限时报 NO_AUTHORITY。",
    inputs=(names.PROGRAMME, names.TOWN, names.ACCEPTED_AT, names.DECISION, names.AMOUNT_MONTHLY),
    outputs=(names.DECISION_ORG, names.DUE_SIMPLE),
    errors=("NO_AUTHORITY",),
    decisions=("authority",),
    sources=("JC-01", "JC-02", "XT-11"),
)

TOPICS: tuple[Topic, ...] = (
    Topic(contract=AUTHORIZATION_CHECK),
    Topic(contract=CONFIDENTIALITY_CHECK),
    Topic(contract=RECUSAL_CHECK),
    Topic(contract=AUTHORITY_CHECK),
)
