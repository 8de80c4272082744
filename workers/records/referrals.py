"""A matter is handed on to the department that answers for it, and followed until the citizen has a reply (XX-32)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from jiuzhu.domain.instants import day_of, end_of, iso, read
from jiuzhu.domain.obligations import LABELS, OWED, late_alert
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Alert, Obligation, PolicyUse, Referral
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import REFERRAL_ITEMS
from jiuzhu.errors import Refused, WorkerError
from workers.records import names
from workers.records.desk import at_desk, latest_of, rows_of, text
from workers.records.papers import staff_name
from workers.records.referral_routes import route

ITEM = Name(name="referral_item", type="string", label="转办事项", required=False)
CONTENT = Name(name="referral_content", type="string", label="转办内容", required=False)
DEPARTMENT = Name(name="department", type="string", label="责任部门（空为按转办目录）", required=False)
NUMBER = Name(name="referral_no", type="string", label="转办编号", required=False)
RESULT = Name(
    name="referral_result",
    type="string",
    label="转办结果",
    required=False,
    choices=("", "done", "not_eligible", "explained"),
)
DUE = "due_referral"

REFERRAL_PREPARE = TopicContract(
    topic="referral_prepare",
    label="取转办事项和责任部门参数",
    kind="record",
    doc=(
        "放在责任部门决策表之前：取出这一事项今天的责任部门和办理期限，登记依据。来自会商等清单的，由 referral_form "
        "指明表单、referral_index 指明第几项（从 0 起）；改派时保留窗口新定的部门。"
    ),
    inputs=(
        ITEM,
        CONTENT,
        DEPARTMENT,
        NUMBER,
        Name(name="referral_form", type="string", label="清单所在表单", required=False),
        Name(name="referral_index", type="integer", label="清单第几项（从0起）", required=False),
        names.TOWN,
    ),
    outputs=(
        ITEM,
        CONTENT,
        DEPARTMENT,
        Name(name="referral_until", type="date", label="指定的办理期限", required=False),
        Name(name="route_department", type="string", label="目录中的责任部门", required=False),
        Name(name="referral_wd", type="integer", label="办理工作日数"),
        names.POLICY_REF,
        names.DUE_SIMPLE,
    ),
    sources=("XX-09", "XX-13", "XX-83"),
)

REFERRAL_OPEN = TopicContract(
    topic="referral_open",
    label="登记转办并起算期限",
    kind="record",
    doc="登记转办事项、责任部门和办理期限；改派时是同一件的下一轮。",
    inputs=(
        ITEM,
        CONTENT,
        NUMBER,
        Name(name="referral_org", type="string", label="责任部门"),
        Name(name="referral_group", type="string", label="承办组"),
        Name(name="referral_wd", type="integer", label="办理工作日数"),
        Name(name="referral_until", type="date", label="指定的办理期限", required=False),
        names.TOWN,
    ),
    outputs=(
        NUMBER,
        Name(name=DUE, type="date", label="转办办理期限"),
        names.DUE_SIMPLE,
    ),
    sources=("XX-30", "XX-34"),
)

REFERRAL_NOTE = TopicContract(
    topic="referral_note",
    label="登记转办进展",
    kind="record",
    doc="放在部门办理、窗口答复之后：handled 登记部门办理或退回，replied 登记给群众的答复并给出转办结果。",
    inputs=(
        Name(name="stage", type="string", label="环节", drawn=True, choices=("handled", "replied")),
        NUMBER,
    ),
    outputs=(
        RESULT,
        Name(name="reply_recorded", type="boolean", label="答复已登记", required=False),
        names.DUE_SIMPLE,
    ),
    sources=("XX-32", "XX-34"),
)

REFERRAL_LATE = TopicContract(
    topic="referral_late",
    label="提醒转办逾期",
    kind="record",
    doc="责任部门逾期未办的，登记逾期并提醒牵头的民政部门；不影响继续办理。",
    inputs=(NUMBER, names.TOWN),
    outputs=(names.DUE_SIMPLE,),
    sources=("XX-34",),
)

LIST_KEYS = ("measures", "referrals")
"""Lists of a form whose rows are handed on one by one; a row has content, department and perhaps item and until."""
WORDINGS = ("referral_content", "measure", "content", "what")


def prepare(call: RecordCall) -> Values:
    """Return what is handed on and where the district's table sends it, and note the parameters used."""
    again = bool(text(call, "referral_no"))
    given = {} if again else _listed(call)
    item = str(given.get("item") or text(call, "referral_item", "other"))
    if item not in REFERRAL_ITEMS:
        raise Refused(f"转办目录中没有“{item}”这一事项。")
    found = route(call, item, text(call, "town"))
    reference = f"{call.case_no}/参数{len(rows_of(call, PolicyUse)) + 1}"
    call.records.add(
        PolicyUse(
            policy_ref=reference,
            case_no=call.case_no,
            record_no=call.record_no,
            decision="referral_route",
            parameters={
                name: {"value": found[name], "source": found["source"]} for name in ("route_department", "referral_wd")
            },
            used_at=call.now,
        )
    )
    return {
        "referral_item": item,
        "referral_content": str(given.get("content") or text(call, "referral_content"))[:200],
        "department": str(given.get("department") or text(call, "department")),
        "referral_until": str(given.get("until") or ""),
        "route_department": found["route_department"],
        "referral_wd": found["referral_wd"],
        "policy_ref": reference,
    }


def _listed(call: RecordCall) -> dict[str, Any]:
    """Return the row of a form's list that this instance hands on; {} when the matter is given by variables."""
    form = text(call, "referral_form")
    if not form:
        return {}
    submission = latest_of(call, (form,))
    data: Mapping[str, Any] = submission.data if submission else {}
    rows: list[dict[str, Any]] = next((data[key] for key in LIST_KEYS if data.get(key)), [])
    index = int(call.inputs.get("referral_index") or 0)
    if not 0 <= index < len(rows):
        raise WorkerError(f"表单{form}没有第{index + 1}项", permanent=True)
    row = rows[index]
    return {
        "item": row.get("referral_item") or row.get("item") or "measure",
        "content": next((row[key] for key in WORDINGS if row.get(key)), ""),
        "department": row.get("department") or "",
        "until": row.get("until") or row.get("due_on") or row.get("measure_due") or "",
    }


def open_referral(call: RecordCall) -> Values:
    """Write the matter with its department and date; sent on to another department it goes into its next round."""
    until = text(call, "referral_until")
    if until:
        due_at = end_of(day_of(read(until)))
    else:
        day, _ = call.calendar.add_working_days(call.today, int(call.inputs["referral_wd"]))
        due_at = end_of(day)
    department, group = text(call, "referral_org"), text(call, "referral_group")
    row = _row(call)
    if row is None:
        number = f"{call.case_no}-转办{len(rows_of(call, Referral)) + 1:02d}"
        row = Referral(
            referral_no=number,
            case_no=call.case_no,
            record_no=call.record_no,
            district=call.district,
            town=text(call, "town"),
            item=text(call, "referral_item"),
            content=text(call, "referral_content"),
            department=department,
            handler_group=group,
            sent_at=call.now,
            sent_by=call.actor or "",
            due_at=due_at,
        )
        call.records.add(row)
    else:
        row = call.records.change(
            row,
            item=text(call, "referral_item"),
            department=department,
            handler_group=group,
            round=row.round + 1,
            state="sent",
            sent_at=call.now,
            sent_by=call.actor or "",
            due_at=due_at,
        )
    _owe(call, row)
    name = call.records.organisation_name(department)
    call.records.audit("referral", f"转办{name}：{REFERRAL_ITEMS[row.item]}", referral=row.referral_no, round=row.round)
    return {"referral_no": row.referral_no, DUE: iso(due_at)}


def _owe(call: RecordCall, row: Referral) -> None:
    office = row.department == call.district
    call.records.add(
        Obligation(
            obligation_no=_obligation_no(row),
            case_no=call.case_no,
            record_no=call.record_no,
            district=call.district,
            town=row.town,
            due_name=DUE,
            label=LABELS[DUE],
            milestone="referred",
            started_at=row.sent_at,
            due_at=row.due_at,
            count=0 if text(call, "referral_until") else int(call.inputs["referral_wd"]),
            unit="none" if text(call, "referral_until") else "wd",
            provisional=not call.calendar.knows(day_of(row.due_at).year),
            source="XX-34",
            alert_group=f"county_leader@{call.district}" if office else f"county_office@{call.district}",
        )
    )


def _obligation_no(row: Referral) -> str:
    return f"{row.referral_no}/{DUE}/{row.round}"


def note(call: RecordCall) -> Values:
    """Enter what the department did, or what the citizen was told; the reply ends the matter (件件有回音)."""
    row = _row(call)
    if row is None:
        raise WorkerError("没有这件转办事项", permanent=True)
    return _STAGES[text(call, "stage")](call, row)


def _handled(call: RecordCall, row: Referral) -> Values:
    form = _form(call, "referral_reply")
    data = form.data
    rejected = data.get("referral_rejected") is True
    _keep(call, row, form.submitted_at, kept=not rejected)
    call.records.change(
        row,
        state="rejected" if rejected else "handled",
        handler=form.person,
        handled_at=form.submitted_at,
        result="" if rejected else str(data.get("referral_result") or "done"),
        result_text=str(data.get("handled_text") or ""),
        reject_reason=str(data.get("reject_reason") or ""),
    )
    name = call.records.organisation_name(row.department)
    call.records.audit("referral", f"{name}{'退回转办' if rejected else '办理完毕'}", referral=row.referral_no)
    return {}


def _replied(call: RecordCall, row: Referral) -> Values:
    form = _form(call, "referral_close")
    call.records.change(
        row,
        state="replied",
        replied_at=form.submitted_at,
        replied_by=form.person,
        reply_text=str(form.data.get("reply_text") or ""),
    )
    call.records.audit("referral", "已答复群众", referral=row.referral_no)
    return {"referral_result": row.result, "reply_recorded": True}


_STAGES: Mapping[str, Callable[[RecordCall, Referral], Values]] = {"handled": _handled, "replied": _replied}


def note_late(call: RecordCall) -> Values:
    """Mark the matter late and tell the lead office, once a round."""
    row = _row(call)
    if row is None or row.state != "sent":
        return {}
    for owed in rows_of(call, Obligation):
        if owed.obligation_no == _obligation_no(row):
            late = owed if owed.state == "late" else call.records.change(owed, state="late", late_at=call.now)
            alert = late_alert(late, call.now)
            if not any(one.alert_no == alert.alert_no for one in rows_of(call, Alert)):
                call.records.add(alert)
    call.records.change(row, late_at=row.late_at or call.now)
    call.records.audit("late", f"{call.records.organisation_name(row.department)}逾期未办转办事项", due=DUE)
    return {}


def _keep(call: RecordCall, row: Referral, at: datetime, *, kept: bool) -> None:
    for owed in rows_of(call, Obligation):
        if owed.obligation_no == _obligation_no(row) and owed.state in OWED:
            late = owed.state == "late" or at > owed.due_at
            state = ("met_late" if late else "met") if kept else "void"
            call.records.change(owed, state=state, met_at=at if kept else None)


def _row(call: RecordCall) -> Referral | None:
    number = text(call, "referral_no")
    return next((row for row in rows_of(call, Referral) if number and row.referral_no == number), None)


def _form(call: RecordCall, form: str) -> Submission:
    """Return the form that was just completed: the record task runs in the same transaction as its completion."""
    found = latest_of(call, (form,))
    if found is None:
        raise WorkerError(f"没有表单{form}", permanent=True)
    return found


def letter_values(call: RecordCall) -> dict[str, Any]:
    """转办单: from which window to which department, what, until when (NH-45, XX-30)."""
    row = _row(call)
    if row is None:
        raise WorkerError("没有这件转办事项", permanent=True)
    return {
        "paper_title": "转办单" if row.round == 1 else f"转办单（第{row.round}次）",
        "referral_no": row.referral_no,
        "referral_item": row.item,
        "referral_content": row.content,
        "department_name": call.records.organisation_name(row.department),
        "sent_at": iso(row.sent_at),
        "due_on": iso(row.due_at),
        "sender": staff_name(call, row.sent_by),
    }


TOPICS: tuple[Topic, ...] = (
    at_desk(REFERRAL_PREPARE, prepare),
    at_desk(REFERRAL_OPEN, open_referral),
    at_desk(REFERRAL_NOTE, note),
    at_desk(REFERRAL_LATE, note_late),
)
BUILDERS: Mapping[str, Callable[[RecordCall], dict[str, Any]]] = {"referral": letter_values}
