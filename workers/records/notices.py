"""公示: one sheet, posted once, up for its days, suspended by an objection, closed."""

from __future__ import annotations

from datetime import timedelta

from jiuzhu.domain.instants import day_of, iso, midnight_after, read
from jiuzhu.domain.rows import Notice
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import WorkerError
from workers.records import names
from workers.records.desk import at_desk, current_decision, current_notice, period_end, rows_of, text
from workers.records.notice_sheets import TERMINATION, hang_paper, replace_paper, sheet_number, what_is_shown
from workers.records.replies import answer, open_rows

NOTICE_PREPARE = TopicContract(
    topic="notice_prepare",
    label="制作公示单",
    kind="record",
    doc=(
        "制作公示单（隐去部分姓名，只有人口、类别和金额）。notice_mode=continue 且已有公示时更正同一公示单："
        "编号和截止时间不变，不再张贴。"
    ),
    inputs=(
        Name(
            name="notice_stage",
            type="string",
            label="公示阶段",
            required=False,
            choices=("result", "review", "county", "termination"),
        ),
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
    doc=(
        "从张贴次日起算公示天数（日历天，不顺延），到最后一天二十四时止；张贴后补登记的从登记次日起算。"
        "继续公示的截止时间不变。"
    ),
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


UP = ("running", "suspended")
"""States of a notice that hangs somewhere."""


def prepare_notice(call: RecordCall) -> Values:
    """Make the sheet, or go on with the one that exists (XT-24, A7).

    ``continue`` with an existing notice keeps number and end; when what it says has changed, the sheet is corrected.
    Any other time a new notice is made, and one that still hangs is replaced.
    """
    shown = what_is_shown(call)
    existing = current_notice(call)
    if text(call, "notice_mode", "continue") == "continue" and existing is not None:
        state = existing.state if existing.state == "prepared" else "running"
        if shown == existing.shown:
            call.records.change(existing, state=state)
        else:
            corrected = existing.corrected + 1
            row = call.records.change(existing, state=state, shown=shown, corrected=corrected)
            replace_paper(call, existing.notice_no)
            hang_paper(call, row)
        return {"notice_no": existing.notice_no, "posting_needed": existing.posted_on is None}
    if existing is not None and existing.state != "closed":
        call.records.change(existing, state="closed", result="replaced", closed_at=call.now)
    round_ = len(rows_of(call, Notice)) + 1
    row = Notice(
        notice_no=f"{call.case_no}-公示{round_}",
        case_no=call.case_no,
        district=call.district,
        town=text(call, "town"),
        village=text(call, "village"),
        stage=text(call, "notice_stage", "result"),
        round=round_,
        sheet_no=sheet_number(call),
        shown=shown,
        days=int(call.policy.value("notice.days", call.today)),
        prepared_at=call.now,
    )
    call.records.add(row)
    hang_paper(call, row)
    return {"notice_no": row.notice_no, "posting_needed": True}


def open_notice(call: RecordCall) -> Values:
    """Let the notice run: its days after the day of posting, to 24:00 of the last (moved only where the district
    moves the end of a period, A15).

    A posting that is entered late counts from the day it was entered: only then could it be read on the public page and
    objected to, so a date typed back cannot shorten the notice. A notice that has run before keeps its end.
    """
    notice = current_notice(call)
    if notice is None:
        raise WorkerError(f"{call.case_no}没有可以开始的公示", permanent=True)
    if notice.ends_at is not None:
        call.records.change(notice, state="running")
        _mark_noticed(call, notice)
        return {"notice_end": iso(notice.ends_at)}
    posts = [each for each in call.records.submissions("notice_post") if each.submitted_at >= notice.prepared_at]
    posted = day_of(read(str(posts[-1].data["posted_at"]))) if posts and posts[-1].data.get("posted_at") else call.today
    # A sheet cannot hang before it was made, whatever day was typed.
    posted_on = max(posted, day_of(notice.prepared_at))
    entered_on = day_of(posts[-1].submitted_at) if posts else call.today
    ends_on = period_end(call, max(posted_on, entered_on) + timedelta(days=notice.days))
    ends_at = midnight_after(ends_on)
    call.records.change(notice, state="running", posted_on=posted_on, ends_on=ends_on, ends_at=ends_at)
    _mark_noticed(call, notice)
    call.records.audit("notice_open", f"公示至{ends_on.isoformat()}二十四时", notice=notice.notice_no)
    return {"notice_end": iso(ends_at)}


def _mark_noticed(call: RecordCall, notice: Notice) -> None:
    """Let the application's status follow; an end years later leaves it alone (ADR 85)."""
    if notice.stage != TERMINATION:
        call.records.set_case(status="noticed")


def suspend_notice(call: RecordCall) -> Values:
    """Mark the notice as 异议复查中; the sheet stays up, its end stays (A7)."""
    notice = current_notice(call)
    if notice is not None and notice.state == "running":
        call.records.change(notice, state="suspended", result="objected")
        call.records.audit("notice_suspend", "公示转复查", notice=notice.notice_no)
    return {}


def close_notice(call: RecordCall) -> Values:
    """Close the notice: undisputed, or with the revoked decision; no effect where none is open.

    With the decision gone there is no later item that could answer an objection: what is open is answered here.
    """
    notice = current_notice(call)
    if notice is None or notice.state == "closed":
        return {}
    decision = current_decision(call)
    gone = text(call, "decision") in ("revoked", "refused") or (decision is not None and decision.decision != "granted")
    result = "revoked" if gone else "undisputed"
    if gone:
        for row in open_rows(call):
            answer(call, row, "revoked", "所公示的决定已经撤销，公示撤下。")
    call.records.change(notice, state="closed", result=result, closed_at=call.now)
    if not gone and call.records.case().status == "noticed":
        call.records.set_case(status="notice_over")
    call.records.audit("notice_close", "公示结束", notice=notice.notice_no, result=result)
    return {}


TOPICS: tuple[Topic, ...] = (
    at_desk(NOTICE_PREPARE, prepare_notice),
    at_desk(NOTICE_OPEN, open_notice),
    at_desk(NOTICE_SUSPEND, suspend_notice),
    at_desk(NOTICE_CLOSE, close_notice),
)
