"""Facts for forms by which matters are handed on: which departments there are, and what is asked of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from jiuzhu.domain import instants, words
from jiuzhu.domain.rows import Referral
from jiuzhu.service.desk import Desk
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of


def department_choices(desk: Desk, district: str, towns: Collection[str]) -> list[dict[str, str]]:
    """Return the stations of these towns, the district's departments and its civil affairs bureau."""
    places = sorted(desk.office.places.all(desk.tx), key=lambda one: (one.parent == district, one.id))
    found = [
        {"value": row.id, "label": row.name}
        for row in places
        if row.kind == "department" and row.district == district and row.parent in {district, *towns}
    ]
    return [*found, {"value": district, "label": desk.office.policies.of(district).bureau}]


def _departments(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    return department_choices(desk, live.district, {live.town, live.intake_town})


def _referral(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    rows = shelf_of(desk.tx).find(Referral, {"case_no": live.case_no})
    row = next((one for one in rows if one.referral_no == context.get("referral_no")), None)
    if row is None:
        return None
    lines = [
        ("转办编号", row.referral_no),
        ("事项", words.REFERRAL_ITEMS.get(row.item, row.item)),
        ("内容", row.content),
        ("责任部门", desk.office.places.name(desk.tx, row.department)),
        ("办理期限", instants.day_of(row.due_at).isoformat()),
        ("办理结果", words.REFERRAL_RESULTS.get(row.result, "")),
        ("办理情况", row.result_text),
        ("退回理由", row.reject_reason if row.state == "rejected" else ""),
    ]
    return [{"label": label, "value": value} for label, value in lines if value]


REFERRALS: Mapping[str, Any] = {"department_choices": _departments, "referral_rows": _referral}
"""Name → how it is found."""
