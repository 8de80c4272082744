"""A town carries out a reform: its tasks have dates, its plan is filed, its window has one person, its fund begins.

The months stand in the plan for the pilot towns; the towns that follow have the same intervals from the day on which
they begin, and nobody later than the plan's last year (XX-54, XX-57, XX-88).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from jiuzhu.domain.instants import day_of, end_of, iso, read
from jiuzhu.domain.obligations import OWED
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Obligation, RolloutTown
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, rows_of, text
from workers.records.papers import law, make_document
from workers.records.registers import append_row
from workers.records.reserve import enter, fund_name

PHASE = Name(name="phase", type="integer", label="阶段")
ACCEPTED_MESSAGE = "pilot.accepted"
"""Sent to the reform when every town of a phase was accepted."""

PILOT_CALENDAR = TopicContract(
    topic="pilot_calendar",
    label="排定各项任务时限",
    kind="record",
    doc=(
        "按参数表 pilot_tasks 给出本乡镇各项任务的时限（due_ 开头的变量）并登记到期提醒：试点乡镇按方案所列日期，"
        "其他乡镇从启动日起顺延同样的间隔，不晚于方案的最后一年。"
    ),
    inputs=(names.TOWN, PHASE),
    outputs=(names.DUE_SIMPLE,),
    prefixes=("due_",),
    sources=("XX-54", "XX-65", "XX-66", "XX-67", "XX-69", "XX-71", "XX-72", "XX-73", "XX-88"),
)

PILOT_RECORD = TopicContract(
    topic="pilot_record",
    label="登记改革任务",
    kind="record",
    doc=(
        "step=plan：登记镇街实施方案并制作备案表；window：登记窗口专人；fund：登记救急难基金首期入账；"
        "accepted：登记通过验收，本阶段全部通过的通知改革流程。"
    ),
    inputs=(
        Name(name="step", type="string", label="任务", drawn=True, choices=("plan", "window", "fund", "accepted")),
        names.TOWN,
        PHASE,
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("XX-14", "XX-67", "XX-69", "XX-73", "XX-88"),
)

MILESTONE_RECORD = TopicContract(
    topic="milestone_record",
    label="登记阶段任务完成情况",
    kind="record",
    doc="把通过验收的阶段任务记入阶段任务登记簿：任务、时限、完成日期、材料。",
    inputs=(
        Name(name="milestone_title", type="string", label="任务"),
        Name(name="milestone_name", type="string", label="任务期限的名称（如 due_problems）", required=False),
        Name(name="due_milestone", type="date", label="任务期限"),
        names.TOWN,
        Name(name="phase", type="integer", label="阶段", required=False),
        Name(name="period", type="string", label="方案的阶段（日程启动的）", required=False),
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("NH-38", "XX-67", "XX-77"),
)

FIRST_DAY = "rollout.issued_on"


def plan_tasks(call: RecordCall) -> Values:
    """Return the dates of a town's tasks and write an obligation for each."""
    town, phase = text(call, "town"), int(call.inputs["phase"])
    first = date.fromisoformat(str(call.policy.value(FIRST_DAY, call.today)))
    last = date(int(call.policy.value("rollout.target_year", call.today)), 12, 31)
    shift = max(_first_day(call, town), call.today) - first if phase > 1 else first - first
    outputs: dict[str, Any] = {}
    for row in call.policy.rows("pilot_tasks", call.today):
        due = min(date.fromisoformat(str(row["due"])) + shift, last)
        name = str(row["due_name"])
        outputs[name] = iso(end_of(due))
        call.records.add(
            Obligation(
                obligation_no=f"{call.record_no}/{name}/1",
                case_no=call.case_no,
                record_no=call.record_no,
                district=call.district,
                town=town,
                due_name=name,
                label=f"“{row['label']}”期限",
                milestone="phase",
                started_at=call.now,
                due_at=end_of(due),
                count=(due - call.today).days,
                unit="d",
                provisional=False,
                source=str(row["source"]),
                alert_group=f"county_leader@{call.district}",
            )
        )
    return outputs


def record_step(call: RecordCall) -> Values:
    """Write what a town has done."""
    {"plan": _file_plan, "window": _name_person, "fund": _begin_fund, "accepted": _accept}[text(call, "step")](call)
    return {}


def record_milestone(call: RecordCall) -> Values:
    """Enter a finished task into the register of milestones and keep its date."""
    title = text(call, "milestone_title")
    report = latest_here(call, "milestone_report")
    due = read(text(call, "due_milestone"))
    append_row(
        call,
        "milestones",
        {
            "phase": text(call, "period") or f"第{call.inputs.get('phase') or 1}阶段",
            "task": title,
            "due_on": day_of(due).isoformat(),
            "done_on": call.today.isoformat(),
            "files": report.data.get("milestone_files") or [] if report else [],
        },
    )
    _keep(call, text(call, "milestone_name"), report)
    return {}


def latest_here(call: RecordCall, form: str) -> Submission | None:
    """Return this town's latest answer to a form; the other towns' answers stand in the same case."""
    found = [each for each in call.records.submissions(form) if each.record_no == call.record_no]
    return found[-1] if found else None


def _answer(call: RecordCall, form: str) -> Submission:
    found = latest_here(call, form)
    if found is None:
        raise Refused("还没有填写这项任务的表单。")
    return found


def _file_plan(call: RecordCall) -> None:
    plan, filed = _answer(call, "pilot_plan"), _answer(call, "pilot_plan_filing")
    tasks = [
        f"{row['task']}（{row['task_person']}，{row['task_due']}前）" for row in plan.data.get("pilot_tasks") or ()
    ]
    title = str(plan.data["plan_title"])
    append_row(
        call,
        "town_plans",
        {
            "plan": title,
            "tasks": "；".join(tasks),
            "filed_on": call.today.isoformat(),
            "files": plan.data.get("plan_files") or [],
        },
    )
    make_document(
        call,
        "pilot_plan",
        {
            "issuer": call.records.organisation_name(text(call, "town")),
            "town_name": call.records.organisation_name(text(call, "town")),
            "plan_title": title,
            "plan_text": str(plan.data["plan_text"]),
            "tasks": [
                {"task": row["task"], "task_person": row["task_person"], "task_due": row["task_due"]}
                for row in plan.data.get("pilot_tasks") or ()
            ],
            "made_by": signed_by(plan),
            "filed_by": signed_by(filed),
            "filed_on": call.today.isoformat(),
            "legal_basis": law(call)["legal_basis"],
        },
    )
    _keep(call, "due_plan", filed)


def _name_person(call: RecordCall) -> None:
    """Enter the window's one person into the register of staff (XX-69)."""
    answer = _answer(call, "pilot_window")
    person = call.records.person(str(answer.data["window_person"]))
    append_row(
        call,
        "staff",
        {
            "person": person.name,
            "login": person.login,
            "post": "社会救助服务窗口",
            "kind": str(answer.data["window_person_kind"]),
            "window_person": True,
            "from_day": call.today.isoformat(),
            "duties": "一门受理、协同办理",
            "decision_right": False,
        },
    )
    _keep(call, "due_window", answer)


def _begin_fund(call: RecordCall) -> None:
    """Enter the first money of the town's fund for sudden hardship (XX-14)."""
    answer = _answer(call, "pilot_fund")
    amount = Decimal(str(answer.data["fund_amount"])).quantize(Decimal("0.01"))
    town = text(call, "town")
    enter(call, call.task_id, town, "in", amount, f"{fund_name(call)}首期：{answer.data['fund_source']}")
    call.records.audit("reserve", f"{fund_name(call)}入账{amount:.2f}元", town=town, amount=str(amount))
    _keep(call, "due_fund", answer)


def _accept(call: RecordCall) -> None:
    """Note that the town was accepted; tell the reform when it was the last of its phase (XX-73)."""
    town = text(call, "town")
    answer = _answer(call, "pilot_acceptance")
    for row in rows_of(call, RolloutTown):
        if row.town == town:
            call.records.change(row, state="active", reason="", changed_at=call.now)
    _keep(call, "due_acceptance", answer)
    call.records.audit("pilot_accepted", f"{call.records.organisation_name(town)}通过验收", town=town)
    phase = int(call.inputs["phase"])
    left = [row for row in rows_of(call, RolloutTown) if row.phase == phase and row.state != "active"]
    if not left:
        call.switchboard.send(ACCEPTED_MESSAGE, {"case_no": call.case_no}, {})


def _first_day(call: RecordCall, town: str) -> date:
    return next(row.first_day for row in rows_of(call, RolloutTown) if row.town == town)


def _keep(call: RecordCall, name: str, answer: Submission | None) -> None:
    """Mark this town's date as kept when its form came in."""
    at = answer.submitted_at if answer else call.now
    for obligation in rows_of(call, Obligation):
        if obligation.record_no == call.record_no and obligation.due_name == name and obligation.state in OWED:
            late = obligation.state == "late" or at > obligation.due_at
            call.records.change(obligation, state="met_late" if late else "met", met_at=at)


TOPICS: tuple[Topic, ...] = (
    at_desk(PILOT_CALENDAR, plan_tasks),
    at_desk(PILOT_RECORD, record_step),
    at_desk(MILESTONE_RECORD, record_milestone),
)
