"""The single window: an arrival is clocked, a breach noted, the answer and what came of it entered (XX-28 … XX-35)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.domain.instants import day_of, end_of, iso, read
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Alert, WindowVisit
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.window_clock import breach_of, due_of, in_words, is_breached, seconds_between
from jiuzhu.domain.words import WINDOW_ITEMS, WINDOW_RESULTS
from jiuzhu.errors import Refused, WorkerError
from workers.records import names
from workers.records.desk import at_desk, latest_of, rows_of, text
from workers.records.registers import append_row

WINDOW_CLOCK = TopicContract(
    topic="window_clock",
    label="起算窗口答复时限",
    kind="record",
    doc="登记来访，自到达时刻起算窗口答复的分钟数（真实分钟，不按工作日）；窗口设立之前的不能登记。",
    inputs=(names.TOWN, Name(name="window_item", type="string", label="救助事项")),
    outputs=(
        Name(name="due_window", type="date", label="答复时限"),
        Name(name="window_breach_at", type="date", label="超时的第一秒"),
        names.DUE_SIMPLE,
    ),
    sources=("XX-33", "XX-69"),
)

WINDOW_BREACH = TopicContract(
    topic="window_breach",
    label="登记窗口超时",
    kind="record",
    doc="到时未答复的登记超时，列入监督名单并提醒镇（街道）负责人；以后补答复也不取消。",
    inputs=(names.TOWN,),
    outputs=(names.DUE_SIMPLE,),
    sources=("XX-33",),
)

WINDOW_NOTE = TopicContract(
    topic="window_note",
    label="登记窗口答复和结果",
    kind="record",
    doc="answered 登记准确答复的时刻、用时和是否超时；done 登记受理、转办或者上门的结果，并给出评价期限。",
    inputs=(
        Name(name="stage", type="string", label="环节", drawn=True, choices=("answered", "done")),
        Name(name="referral_result", type="string", label="转办结果", required=False),
        Name(name="home_result", type="string", label="上门结果", required=False),
    ),
    outputs=(Name(name="due_rating", type="date", label="评价期限", required=False), names.DUE_SIMPLE),
    sources=("XX-32", "XX-33"),
)

WINDOW_REGISTER = TopicContract(
    topic="window_register",
    label="登记窗口台账",
    kind="record",
    doc="把来访、用时、是否超时、结果和评价记入窗口登记簿，超时的照记。",
    inputs=(names.TOWN,),
    outputs=(Name(name="row_no", type="string", label="登记号"), names.DUE_SIMPLE),
    sources=("XX-32", "XX-35"),
)

REGISTER = "window"


def start_clock(call: RecordCall) -> Values:
    """Write the arrival and return until when it has to be answered. Raises Refused before the window exists."""
    form = _form(call, "window_arrival")
    arrived_at = read(str(form.data["arrived_at"]))
    day = day_of(arrived_at)
    minutes = call.policy.values("window", day).get("minutes")
    if minutes is None:
        raise Refused("这一天服务窗口还没有设立，不能登记来访。")
    due_at = due_of(arrived_at, int(minutes))
    call.records.add(
        WindowVisit(
            case_no=call.case_no,
            district=call.district,
            town=text(call, "town"),
            item=text(call, "window_item"),
            channel=str(form.data.get("channel") or "window"),
            arrived_on=day.isoformat(),
            arrived_at=arrived_at,
            due_at=due_at,
        )
    )
    return {"due_window": iso(due_at), "window_breach_at": iso(breach_of(due_at))}


def note_breach(call: RecordCall) -> Values:
    """Mark the visit as breached and tell the head of the town; once."""
    visit = _visit(call)
    if visit.state == "waiting" and not visit.breached and is_breached(visit.arrived_at, visit.due_at, call.now):
        _breach(call, visit)
    return {}


def _breach(call: RecordCall, visit: WindowVisit) -> WindowVisit:
    allowed = in_words(seconds_between(visit.arrived_at, visit.due_at))
    call.records.add(
        Alert(
            alert_no=f"{call.case_no}/窗口超时",
            case_no=call.case_no,
            record_no=call.record_no,
            district=call.district,
            town=visit.town,
            kind="window_breach",
            alert_group=f"town_head@{visit.town}",
            sentence=f"{call.case_no}到窗口{allowed}内没有得到准确答复。",
            raised_at=call.now,
        )
    )
    call.records.audit("breach", f"到窗口{allowed}内没有得到准确答复，登记超时", due=iso(visit.due_at))
    return call.records.change(visit, breached=True, breach_noted_at=call.now)


def note(call: RecordCall) -> Values:
    """Enter the answer, or what came of it."""
    return _STAGES[text(call, "stage")](call, _visit(call))


def _answered(call: RecordCall, visit: WindowVisit) -> Values:
    """The moment of the answer is that of its entry: nobody can date an answer back (ADR 64)."""
    form = _form(call, "window_answer")
    if not visit.breached and is_breached(visit.arrived_at, visit.due_at, form.submitted_at):
        visit = _breach(call, visit)
    seconds = seconds_between(visit.arrived_at, form.submitted_at)
    result = str(form.data["window_result"])
    call.records.change(
        visit,
        answered_at=form.submitted_at,
        answered_by=form.person,
        seconds=seconds,
        state="answered",
        result=result,
        answer=str(form.data["answer_text"]),
        rating_key=visit.rating_key or secrets.token_urlsafe(12),
    )
    late = "，已超时" if visit.breached else ""
    call.records.audit(
        "answered", f"到达后{in_words(seconds)}准确答复{late}：{WINDOW_RESULTS[result]}", seconds=seconds
    )
    return {}


def _done(call: RecordCall, visit: WindowVisit) -> Values:
    started = ""
    if visit.result == "handle":
        form = _form(call, "window_start")
        outcome = str(form.data["start_result"])
        started = str(form.data.get("started_case_no") or "")
    elif visit.result == "refer":
        outcome = text(call, "referral_result")
    elif visit.result == "home":
        home = latest_of(call, ("window_start",))
        outcome, started = text(call, "home_result"), str(home.data.get("started_case_no") or "") if home else ""
    else:
        outcome = "answered"
    call.records.change(visit, outcome=outcome, started_case_no=started)
    days = int(call.policy.value("window.rating_wd", call.today))
    last, _ = call.calendar.add_working_days(call.today, days)
    return {"due_rating": iso(end_of(last))}


_STAGES: Mapping[str, Callable[[RecordCall, WindowVisit], Values]] = {"answered": _answered, "done": _done}


def register(call: RecordCall) -> Values:
    """Close the visit with a row of the register: whatever happened stands there, a breach as well."""
    visit = _visit(call)
    form = latest_of(call, ("satisfaction",))
    if form is not None:
        visit = call.records.change(
            visit,
            score=int(form.data["rating_score"]),
            remark=str(form.data.get("rating_text") or ""),
            rated_at=form.submitted_at,
            rated_by=form.person,
        )
    row = append_row(call, REGISTER, _register_values(call, visit), organisation=visit.town)
    call.records.change(visit, state="closed", register_row=row.row_no)
    return {"row_no": row.row_no}


def _register_values(call: RecordCall, visit: WindowVisit) -> dict[str, Any]:
    arrival = _form(call, "window_arrival")
    values = {
        "visitor": arrival.data.get("applicant_name"),
        "item": WINDOW_ITEMS.get(visit.item, visit.item),
        "channel": visit.channel,
        "arrived_at": iso(visit.arrived_at),
        "answered_at": iso(visit.answered_at) if visit.answered_at else None,
        "seconds": visit.seconds,
        "breached": visit.breached,
        "result": WINDOW_RESULTS.get(visit.result, visit.result),
        "satisfaction": visit.score,
    }
    return {key: value for key, value in values.items() if value not in (None, "")}


def _visit(call: RecordCall) -> WindowVisit:
    found = rows_of(call, WindowVisit)
    if not found:
        raise WorkerError("没有登记这次来访", permanent=True)
    return found[0]


def _form(call: RecordCall, form: str) -> Submission:
    found = latest_of(call, (form,))
    if found is None:
        raise WorkerError(f"没有表单{form}", permanent=True)
    return found


TOPICS: tuple[Topic, ...] = (
    at_desk(WINDOW_CLOCK, start_clock),
    at_desk(WINDOW_BREACH, note_breach),
    at_desk(WINDOW_NOTE, note),
    at_desk(WINDOW_REGISTER, register),
)
