"""Service at home for the old, weak, ill, disabled, pregnant: appointed, reminded, served (XX-42, XX-44)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from jiuzhu.domain.instants import day_of, end_of, iso, read
from jiuzhu.domain.records import Submission
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import HOME_REASONS, HOME_RESULTS
from jiuzhu.errors import Refused, WorkerError
from workers.records import names
from workers.records.desk import at_desk, latest_of, text
from workers.records.registers import append_row

SERVERS: Mapping[str, tuple[str, str]] = {
    "info_officer": ("info_officer", "home_village"),
    "window": ("town_intake", "town"),
}
"""Who goes → role, and where the role stands: the household's village, or the window's town."""

HOME_CLOCK = TopicContract(
    topic="home_clock",
    label="起算上门服务期限",
    kind="record",
    doc="给出约定上门时间的期限（工作日，本区参数）。",
    inputs=(names.TOWN,),
    outputs=(Name(name="due_home_service", type="date", label="约定上门的期限"), names.DUE_SIMPLE),
    sources=("XX-44",),
)

HOME_NOTE = TopicContract(
    topic="home_note",
    label="登记上门服务",
    kind="record",
    doc=("appointed 按预约给出上门的组、期限和提醒时间；served 把上门情况记入上门服务登记簿。"),
    inputs=(
        Name(name="stage", type="string", label="环节", drawn=True, choices=("appointed", "served")),
        names.TOWN,
    ),
    outputs=(
        Name(name="service_group", type="string", label="上门人员", required=False),
        Name(name="due_appointment", type="date", label="上门期限", required=False),
        Name(name="remind_at", type="date", label="提醒时间", required=False),
        names.DUE_SIMPLE,
    ),
    sources=("XX-42", "XX-44"),
)


def start_clock(call: RecordCall) -> Values:
    """Return until when a time has to be agreed."""
    days = int(call.policy.value("home_service.wd", call.today))
    last, _ = call.calendar.add_working_days(call.today, days)
    return {"due_home_service": iso(end_of(last))}


def note(call: RecordCall) -> Values:
    """Enter what was agreed, or what was done."""
    return _STAGES[text(call, "stage")](call)


def _appointed(call: RecordCall) -> Values:
    form = _form(call, "home_appointment")
    who = str(form.data["service_by"])
    role, place = SERVERS[who]
    group = f"{role}@{form.data['home_village'] if place == 'home_village' else text(call, 'town')}"
    if not call.records.people(group):
        raise Refused("这个村（社区）没有在岗的信息员，请由窗口人员上门。")
    at = read(str(form.data["appointment_at"]))
    hours = int(call.policy.value("home_service.remind_hours", call.today))
    call.records.audit("appointed", f"预约{iso(at)[:16].replace('T', ' ')}上门", by=who)
    return {
        "service_group": group,
        "due_appointment": iso(end_of(day_of(at))),
        "remind_at": iso(at - timedelta(hours=hours)),
    }


def _served(call: RecordCall) -> Values:
    form, appointed = _form(call, "home_record"), _form(call, "home_appointment")
    result = str(form.data["home_result"])
    reasons = "、".join(HOME_REASONS[one] for one in appointed.data.get("home_reasons") or ())
    values: dict[str, Any] = {
        "person": appointed.data.get("served_name"),
        "reason": reasons,
        "served_on": str(form.data["served_at"])[:10],
        "service": f"{HOME_RESULTS[result]}：{form.data['home_note']}",
        "server": signed_by(form),
        "files": list(form.data.get("home_files") or ()),
    }
    append_row(call, "outreach", {key: value for key, value in values.items() if value})
    return {}


_STAGES: Mapping[str, Callable[[RecordCall], Values]] = {
    "appointed": _appointed,
    "served": _served,
}


def _form(call: RecordCall, form: str) -> Submission:
    found = latest_of(call, (form,))
    if found is None:
        raise WorkerError(f"没有表单{form}", permanent=True)
    return found


TOPICS: tuple[Topic, ...] = (at_desk(HOME_CLOCK, start_clock), at_desk(HOME_NOTE, note))
