"""What the check of a drawn household found, and what a draw found as a whole (NH-18, JC-27, QJ-10, XT-34)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from jiuzhu.domain.instants import day_of
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Draw, SampleItem
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import CHECK_CONCLUSIONS, CHECK_METHODS, PROBLEM_KINDS
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, latest_of, text
from workers.records.papers import make_document, organ_name
from workers.records.sampling import DRAW_NO, draw_of

CHECKED = ("checked", "closed")
PERCENT = Decimal("0.0001")

SAMPLE_ITEM_CHECKED = TopicContract(
    topic="sample_item_checked",
    label="记入抽查结论",
    kind="record",
    doc="把抽查结论记入样本，并制作抽查反馈意见书。",
    inputs=(names.TOWN,),
    outputs=(names.DUE_SIMPLE,),
    sources=("JC-26", "JC-27", "NH-18", "QJ-10"),
)

SAMPLE_ITEM_CLOSED = TopicContract(
    topic="sample_item_closed",
    label="抽查办结",
    kind="record",
    doc="样本中的这一户办结；rectified 写明整改结果（空：没有问题）。",
    inputs=(
        Name(
            name="rectified_as",
            type="string",
            label="整改结果",
            drawn=True,
            required=False,
            choices=("", "done", "escalated"),
        ),
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("JC-27", "QJ-10"),
)

SAMPLE_RESULT = TopicContract(
    topic="sample_result",
    label="汇总抽查结果",
    kind="record",
    doc="算出已查户数、有问题户数、合格率和覆盖率；recheck_rate 按本区设定的含义（A1）给出。",
    inputs=(DRAW_NO,),
    outputs=(
        Name(name="checked_count", type="integer", label="已查户数"),
        Name(name="problem_count", type="integer", label="有问题户数"),
        Name(name="recheck_rate", type="string", label="复核率"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-18", "XT-34"),
)

SAMPLE_CLOSE = TopicContract(
    topic="sample_close",
    label="结束抽样",
    kind="record",
    doc="抽样办结：制作抽查情况通报；publish=true 时结果向社会公开。",
    inputs=(DRAW_NO, Name(name="publish", type="boolean", label="向社会公开", drawn=True, required=False)),
    outputs=(names.DUE_SIMPLE,),
    sources=("NH-18", "JC-27", "QJ-10", "XT-36"),
)


def note_check(call: RecordCall) -> Values:
    """Write what the supervisor found into the sample, and the feedback to the town."""
    item, form = _own_item(call), _form(call, "spot_check")
    conclusion = str(form.data["check_conclusion"])
    kinds = [PROBLEM_KINDS[one] for one in form.data.get("problem_kinds") or ()]
    call.records.change(
        item,
        state="replaced" if item.state == "replaced" else "checked",
        conclusion=conclusion,
        problems="、".join(kinds),
        checked_at=form.submitted_at,
        checked_by=form.person,
        checked_by_name=form.person_name,
        rectified="" if conclusion == "ok" else "ordered",
    )
    row = call.records.find(Draw, draw_no=item.draw_no)[0]
    make_document(
        call,
        "spot_check_feedback",
        {
            "issuer": organ_name(call, call.district),
            "case_no": call.case_no,
            "draw_no": item.draw_no,
            "addressee": organ_name(call, item.town),
            "check_method": CHECK_METHODS[row.method],
            "check_conclusion": CHECK_CONCLUSIONS[conclusion],
            "check_opinion": form.data["check_opinion"],
            "problem_kinds": kinds,
            "checked_by": form.person_name,
            "checked_on": day_of(form.submitted_at).isoformat(),
        },
    )
    return {}


def close_item(call: RecordCall) -> Values:
    """Close the household's part of the sample."""
    item = _own_item(call)
    state = "replaced" if item.state == "replaced" else "closed"
    call.records.change(item, state=state, rectified=text(call, "rectified_as"))
    return {}


def count_results(call: RecordCall) -> Values:
    """Count the draw; a household that was not checked in time counts against the coverage."""
    row = draw_of(call)
    items = counted(call.records.find(SampleItem, draw_no=row.draw_no))
    done = [one for one in items if one.state in CHECKED]
    good = sum(1 for one in done if one.conclusion == "ok")
    pass_rate, coverage = share(good, len(done)), share(len(done), len(items))
    meanings = {"pass_rate": pass_rate, "coverage": coverage}
    meaning = call.policy.values("recheck", call.today).get("meaning") or "pass_rate"
    call.records.change(row, state="checked", checked_at=call.now, pass_rate=str(pass_rate), coverage=str(coverage))
    call.records.audit("checked", f"抽查{len(items)}户，已查{len(done)}户，无误{good}户", done=len(done), good=good)
    return {
        "checked_count": len(done),
        "problem_count": len(done) - good,
        "recheck_rate": str(meanings[meaning]),
    }


def close(call: RecordCall) -> Values:
    """Close the draw with its circular. Raises Refused before its results are counted."""
    row = draw_of(call)
    if row.state != "checked":
        raise Refused("抽查结果还没有汇总，不能结束。")
    form = latest_of(call, ("circular", "spot_check_summary"))
    if form is None or form.record_no != call.record_no:
        raise Refused("还没有汇总意见，不能结束。")
    items = counted(call.records.find(SampleItem, draw_no=row.draw_no))
    done = [one for one in items if one.state in CHECKED]
    towns = sorted({one.town for one in items})
    make_document(
        call,
        "circular",
        {
            "issuer": organ_name(call, call.district),
            "town_name": "、".join(call.records.organisation_name(one) for one in towns),
            "draw_no": row.draw_no,
            "addressee": "、".join(organ_name(call, one) for one in towns),
            "sample_period": row.period,
            "sample_count": len(items),
            "checked_count": len(done),
            "problem_count": sum(1 for one in done if one.conclusion != "ok"),
            "pass_rate": spoken(row.pass_rate),
            "coverage": spoken(row.coverage),
            "circular_text": form.data.get("circular_text") or form.data.get("summary_text"),
            "signed_by": form.person_name,
        },
    )
    kinds = Counter(kind for one in done for kind in one.problems.split("、") if kind)
    published = call.now if call.inputs.get("publish") is True else None
    call.records.change(row, state="closed", closed_at=call.now, published_at=published)
    call.records.audit("closed", f"抽查{row.draw_no}办结{'，结果公开' if published else ''}", problems=dict(kinds))
    return {}


def counted(items: Sequence[SampleItem]) -> list[SampleItem]:
    """Return the items that count: whoever was replaced is counted by the replacement."""
    return [one for one in items if one.state != "replaced"]


def share(part: int, whole: int) -> Decimal:
    """Return part of whole with four places; nothing of nothing is all of it."""
    if whole == 0:
        return Decimal(1)
    return (Decimal(part) / Decimal(whole)).quantize(PERCENT, ROUND_HALF_UP)


def spoken(rate: str) -> str:
    """Return a share as a percentage: 89.99%."""
    return f"{Decimal(rate) * 100:.2f}%"


def _own_item(call: RecordCall) -> SampleItem:
    rows = call.records.find(SampleItem, record_no=call.record_no)
    if not rows:
        raise Refused(f"{call.record_no}不在任何样本里。")
    return rows[0]


def _form(call: RecordCall, form: str) -> Submission:
    found = [one for one in call.records.submissions(form) if one.record_no == call.record_no]
    if not found:
        raise Refused("还没有抽查结论。")
    return found[-1]


TOPICS: tuple[Topic, ...] = (
    at_desk(SAMPLE_ITEM_CHECKED, note_check),
    at_desk(SAMPLE_ITEM_CLOSED, close_item),
    at_desk(SAMPLE_RESULT, count_results),
    at_desk(SAMPLE_CLOSE, close),
)
