"""议事协商: members are checked for recusal, opinions are counted."""

from __future__ import annotations

from jiuzhu.domain.panels import latest_panel
from jiuzhu.domain.rows import RelativesEntry, StaffRelation
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import BpmnError, Refused
from workers.records import names
from workers.records.booked_panels import count_votes
from workers.records.desk import at_desk, rows_of
from workers.records.materials import references
from workers.records.relatives import require_visited

PANEL_CHECK = TopicContract(
    topic="panel_check",
    label="检查议事协商成员回避",
    kind="record",
    doc=(
        "近亲属申请没有区级核查登记的不能召开；成员与申请家庭有近亲属关系的报 RECUSAL，重新确定成员；"
        "调查人员可以参加，只汇报不表决。"
    ),
    outputs=(names.DUE_SIMPLE,),
    errors=("RECUSAL",),
    sources=("NH-20", "NH-49", "JC-45"),
)

PANEL_TALLY = TopicContract(
    topic="panel_tally",
    label="汇总议事协商意见",
    kind="record",
    doc="汇总有表决权成员的意见：意见不一致、有人认为有争议、公示期间有受理的异议的，都是有争议。",
    outputs=(
        Name(
            name="panel_result",
            type="string",
            label="议事协商结果",
            choices=("granted", "refused", "back", "disputed"),
        ),
        Name(name="disputed", type="boolean", label="是否有争议"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-20", "NH-21"),
)


def check_panel(call: RecordCall) -> Values:
    """Raise RECUSAL when a member is a near relative of the household; the panel opens only after the county's visit.

    Raises Refused when a relatives case has no recorded visit: the diagram leads there first, this is the second lock
    (R-06).
    """
    require_visited(call)
    panel = latest_panel(call.records.submissions())
    people = [member.person for member in panel.members] if panel else []
    refs = references(call, parts=("applicant", "member", "supporter"))
    related = {row.person for row in call.records.find(StaffRelation, resident_ref=refs) if row.person}
    declared = {row.staff_name for row in rows_of(call, RelativesEntry)}
    recused = [one for one in people if one in related or (declared and call.records.person(one).name in declared)]
    if recused:
        sentence = f"须回避：{'、'.join(call.records.person(one).name for one in recused)}与申请家庭有近亲属关系"
        call.records.audit("recusal", sentence, people=recused)
        raise BpmnError("RECUSAL", sentence)
    return {}


def tally_panel(call: RecordCall) -> Values:
    """Return what the opinions come to; every convened member must have given one."""
    panel = latest_panel(call.records.submissions())
    if panel is None or len(panel.opinions) < len(panel.members):
        raise Refused("还有成员没有发表意见，不能汇总。")
    found = count_votes(call)
    if found is None:
        raise Refused("还没有确定议事协商成员。")
    call.records.audit("panel_tally", f"议事协商汇总：{WORDS[found.result]}", counts=dict(found.counts))
    return {"panel_result": found.result, "disputed": found.disputed}


WORDS = {"granted": "同意", "refused": "不同意", "back": "退回补充调查", "disputed": "有争议"}


TOPICS: tuple[Topic, ...] = (at_desk(PANEL_CHECK, check_panel), at_desk(PANEL_TALLY, tally_panel))
