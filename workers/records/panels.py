"""议事协商: members are checked for recusal, opinions are counted."""

from __future__ import annotations

from collections.abc import Iterable

from jiuzhu.domain.contests import to_do_again, voided, what_to_do
from jiuzhu.domain.instants import iso
from jiuzhu.domain.panels import Panel, composition_of, latest_panel
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import BpmnError, Refused
from workers.records import names
from workers.records.booked_changes import is_change
from workers.records.booked_panels import count_votes
from workers.records.desk import at_desk, text
from workers.records.kin import kept_out
from workers.records.panel_papers import minutes_values
from workers.records.papers import make_document
from workers.records.policies import parameters
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
    doc=(
        "汇总有表决权成员的意见：意见不一致、有人认为有争议、公示期间有受理的异议的，都是有争议。"
        "回避以后其余成员的构成不合规，或者有签字经查不是本人所签、还没有补签或者重新办理的，报 RECONVENE，重新召集。"
    ),
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
    errors=("RECONVENE",),
    decisions=("panel_composition",),
    sources=("NH-20", "NH-21", "JC-45"),
)


def check_panel(call: RecordCall) -> Values:
    """Raise RECUSAL when a member is a near relative of the household; the panel opens only after the county's visit.

    Raises Refused when an application of relatives has no recorded visit: the diagram leads there first, this is the
    second lock (R-06). A change is no application: who came in with a list was never visited as an applicant (NH-13).
    """
    if not is_change(call):
        require_visited(call)
    panel = latest_panel(call.records.submissions())
    people = [member.person for member in panel.members] if panel else []
    recused = kept_out(call, people)
    if recused:
        sentence = f"须回避：{_names(call, recused)}与申请家庭有近亲属关系，或者本人已声明回避"
        call.records.audit("recusal", sentence, people=recused)
        raise BpmnError("RECUSAL", sentence)
    return {}


def tally_panel(call: RecordCall) -> Values:
    """Return what the opinions come to; every convened member must have given one.

    Raises RECONVENE when those who are left may not decide: too few or a kind of member missing, or a signature that
    was found not to be genuine. One on another form stops a grant: the panel votes anew, and may send the case back.
    """
    panel = latest_panel(call.records.submissions())
    if panel is None or len(panel.opinions) < len(panel.members):
        raise Refused("还有成员没有发表意见，不能汇总。")
    _require_composed(call, panel)
    found = count_votes(call)
    if found is None:
        raise Refused("还没有确定议事协商成员。")
    owed = to_do_again(call.records, call.case_no, call.records.submissions())
    if owed is not None and found.result == "granted":
        raise _again(call, f"{what_to_do(owed)}须重新召集、重新表决")
    call.records.audit("panel_tally", f"议事协商汇总：{WORDS[found.result]}", counts=dict(found.counts))
    return {"panel_result": found.result, "disputed": found.disputed}


def _require_composed(call: RecordCall, panel: Panel) -> None:
    gone = voided(call.records, call.case_no)
    false = [person for person, one in panel.opinions.items() if one.id in gone]
    if false:
        raise _again(call, f"{_names(call, false)}的签字经查不是本人所签，须重新召集、重新表决")
    if not panel.recused:
        return
    left = [member for member in panel.members if member.person not in panel.recused]
    reason = str(panel.submission.data.get("size_reason") or "")
    values, _ = parameters(call, "panel_composition", call.today)
    row = call.decide("panel_composition", {**composition_of(left, reason), **values})
    if not isinstance(row, dict) or row.get("panel_ok") is not True:
        why = row.get("panel_message", "") if isinstance(row, dict) else ""
        raise _again(call, f"{_names(call, sorted(panel.recused))}回避以后，{why}")


def _again(call: RecordCall, sentence: str) -> BpmnError:
    call.records.audit("panel_again", sentence)
    return BpmnError("RECONVENE", sentence)


def _names(call: RecordCall, people: Iterable[str]) -> str:
    return "、".join(call.records.person(one).name for one in people)


WORDS = {"granted": "同意", "refused": "不同意", "back": "退回补充调查", "disputed": "有争议"}


SITTING_EXTRACT = TopicContract(
    topic="sitting_extract",
    label="会议纪要摘录归入案件",
    kind="record",
    doc="会议签发纪要时，把有争议案件的部分摘录归入该案；由会议页面办理，流程图不用写。",
    inputs=(
        Name(name="sitting_no", type="string", label="会议编号"),
        Name(name="minutes_text", type="string", label="会议记录"),
        Name(name="chair", type="string", label="签发人"),
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("NH-20", "NH-21"),
    drawn=False,
)


def file_extract(call: RecordCall) -> Values:
    """File the part of the sitting's minutes that is about a disputed case."""
    signed = {"chair": text(call, "chair"), "signed_at": iso(call.now), "minutes_text": text(call, "minutes_text")}
    make_document(call, "panel_minutes", {**minutes_values(call), **signed, "decision": "disputed"})
    return {}


TOPICS: tuple[Topic, ...] = (
    at_desk(PANEL_CHECK, check_panel),
    at_desk(PANEL_TALLY, tally_panel),
    at_desk(SITTING_EXTRACT, file_extract),
)
