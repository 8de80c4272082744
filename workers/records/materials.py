"""Checks at the window: duplicates, relatives of staff, the materials that this application needs."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

DUPLICATE_CHECK = TopicContract(
    topic="duplicate_check",
    label="查重",
    kind="record",
    doc="查找申请家庭成员同一救助项目正在办理或正在享受的记录；只供审核人参考，不自动拒绝。",
    inputs=(names.PROGRAMME,),
    outputs=(Name(name="duplicate_case_no", type="string", label="重复申请的案号"), names.DUE_SIMPLE),
    sources=("XX-48",),
)

RELATIVES_CHECK = TopicContract(
    topic="relatives_check",
    label="比对经办人员近亲属",
    kind="record",
    doc="把申报的近亲属关系和经办人员近亲属登记比对，登记近亲属备案；同时查诚信黑名单。都只是提示，不自动拒绝。",
    outputs=(
        Name(name="relatives_case", type="boolean", label="是否近亲属申请"),
        Name(name="blacklist_hit", type="boolean", label="是否列入黑名单"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-13", "JC-45", "XX-25"),
)

MATERIALS_LIST = TopicContract(
    topic="materials_list",
    label="确定应交材料",
    kind="record",
    doc="逐项按决策表 materials_checklist 确定应交材料；能通过部门共享取得的不再要求提交。",
    inputs=(names.PROGRAMME,),
    outputs=(names.DUE_SIMPLE,),
    decisions=("materials_checklist",),
    sources=("XT-28", "XT-29", "XT-30"),
)

TOPICS: tuple[Topic, ...] = (
    Topic(contract=DUPLICATE_CHECK),
    Topic(contract=RELATIVES_CHECK),
    Topic(contract=MATERIALS_LIST),
)
