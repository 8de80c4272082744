"""Facts for the window's forms: the visit in words, what was agreed for a service at home, applications just opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jiuzhu.domain import instants, words
from jiuzhu.domain.rows import WindowVisit
from jiuzhu.domain.window_clock import in_words
from jiuzhu.service.desk import Desk
from jiuzhu.store import listing, papers
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.listing import CaseFilter, Scope
from jiuzhu.store.shelf import shelf_of

MOST_CHOICES = 50
TARGETS: Mapping[str, str] = {"handle": "本窗口受理", "refer": "转给责任部门", "answer": "当场答复"}


def _visit_of(desk: Desk, live: LiveCase) -> WindowVisit | None:
    found = shelf_of(desk.tx).find(WindowVisit, {"case_no": live.case_no})
    return found[0] if found else None


def _visit(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    visit = _visit_of(desk, live)
    if visit is None:
        return None
    arrivals = desk.records(live).submissions("window_arrival")
    data = arrivals[-1].data if arrivals else {}
    took = f"{in_words(visit.seconds)}{'（超时）' if visit.breached else ''}" if visit.seconds is not None else ""
    lines = [
        ("群众", data.get("applicant_name") or "（没有留姓名）"),
        ("事项", words.WINDOW_ITEMS.get(visit.item, visit.item)),
        ("想办什么", data.get("visit_question")),
        ("方式", words.WINDOW_CHANNELS.get(visit.channel, visit.channel)),
        ("到达", _moment(visit.arrived_at)),
        ("应在此前答复", _moment(visit.due_at)),
        ("目录中的办理方式", TARGETS.get(str(context.get("item_target")), "")),
        ("答复", visit.answer),
        ("答复用时", took),
    ]
    return [{"label": label, "value": value} for label, value in lines if value]


def _appointment(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    made = desk.records(live).submissions("home_appointment")
    if not made:
        return None
    data = made[-1].data
    lines = [
        ("服务对象", data.get("served_name")),
        ("上门原因", "、".join(words.HOME_REASONS.get(one, one) for one in data.get("home_reasons") or ())),
        ("电话", data.get("contact_phone")),
        ("地点", f"{desk.office.places.name(desk.tx, str(data.get('home_village')))}{data.get('home_place') or ''}"),
        ("约定时间", _moment(instants.read(str(data["appointment_at"])))),
    ]
    return [{"label": label, "value": value} for label, value in lines if value]


def _phone(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    arrivals = desk.records(live).submissions("window_arrival")
    return arrivals[-1].data.get("contact_phone") if arrivals else None


def _started(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the applications of this town opened since the visit; after a service at home only those of channel home
    (XX-44).
    """
    visit = _visit_of(desk, live)
    if visit is None:
        return None
    wanted = CaseFilter(scope=Scope(towns=(live.town,)))
    at_home = context.get("home_result") == "apply"
    return [
        {"value": head.case_no, "label": f"{head.case_no} {head.applicant_name}"}
        for head in listing.page(desk.tx, wanted, before=None, limit=MOST_CHOICES)
        if head.programme and head.opened_at >= visit.arrived_at and (not at_home or _channel(desk, head.case_no))
    ]


def _channel(desk: Desk, case_no: str) -> bool:
    """Return whether an application came by the channel 上门."""
    channels = [one.data["channel"] for one in papers.submissions(desk.tx, case_no) if "channel" in one.data]
    return bool(channels) and channels[0] == "home"


def _moment(at: datetime) -> str:
    local = at.astimezone(instants.SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


WINDOW: Mapping[str, Any] = {
    "visit_rows": _visit,
    "visit_phone": _phone,
    "home_rows": _appointment,
    "visit_case_choices": _started,
}
"""Name → how it is found."""
