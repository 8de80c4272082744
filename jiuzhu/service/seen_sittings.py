"""Facts of sittings and of temporary assistance: what the panel said, what was registered, what is to be paid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.domain import words
from jiuzhu.domain.panels import latest_panel, left_office, vote_of
from jiuzhu.domain.relatives import VISITED
from jiuzhu.domain.rows import Household, RelativesEntry
from jiuzhu.service.desk import Desk
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of


def panel_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the members of the latest panel with what each has said so far."""
    records = desk.records(live)
    panel = latest_panel(records.submissions())
    if panel is None:
        return None
    rows = []
    for member in panel.members:
        opinion = panel.opinions.get(member.person)
        rows.append(
            {
                "name": records.person(member.person).name,
                "kind": words.PANEL_KINDS.get(member.kind, member.kind),
                "vote": words.PANEL_VOTES.get(vote_of(opinion), "") if opinion else "",
                "opinion": str(opinion.data.get("panel_reason") or "") if opinion else "",
                "signed": words.SIGNING_WAYS.get(str((opinion.data.get("sign") or {}).get("way")), "")
                if opinion
                else "",
            }
        )
    return rows


def panel_awaited(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the members who have not spoken yet: others may enter that one keeps out or has left office."""
    records = desk.records(live)
    panel = latest_panel(records.submissions())
    if panel is None:
        return None
    waited = [records.person(one.person) for one in panel.members if one.person not in panel.opinions]
    return [
        {"value": one.id, "label": one.name + ("（不再任职）" if left_office(one, panel, live.town) else "")}
        for one in waited
    ]


def hardship_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return what an application for temporary assistance says of the hardship."""
    found = desk.records(live).submissions("temp_application")
    if not found:
        return None
    data = found[-1].data
    return [
        {"label": "困难类型", "value": words.HARDSHIPS.get(str(data.get("hardship_type")), "")},
        {"label": "困难情形", "value": str(data.get("hardship_facts", ""))},
        {"label": "申请金额（元）", "value": str(data.get("amount", ""))},
    ]


def urgent_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return what two people found on the spot."""
    found = desk.records(live).submissions("urgent_visit")
    if not found:
        return None
    data = found[-1].data
    return [
        {"label": "核实人", "value": found[-1].person_name},
        {"label": "同行核实人", "value": desk.records(live).person(str(data.get("urgent_companion"))).name},
        {"label": "急难情形", "value": str(data.get("urgent_situation", ""))},
        {"label": "是否属急难", "value": "属实" if data.get("urgent_found") else "不属急难"},
    ]


def account_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the account to be paid to, its number by its last four digits."""
    rows = shelf_of(desk.tx).find(Household, {"case_no": live.case_no})
    applicant = rows[0].record["applicant"] if rows else {}
    account = str(applicant.get("bank_account", ""))
    return [
        {"label": "户名", "value": str(applicant.get("bank_holder", ""))},
        {"label": "开户行", "value": str(applicant.get("bank_name", ""))},
        {"label": "账号", "value": f"末四位{account[-4:]}" if account else ""},
    ]


def relatives_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the register's entries of the household."""
    rows = shelf_of(desk.tx).find(RelativesEntry, {"case_no": live.case_no})
    return [
        {
            "name": row.staff_name,
            "post": words.STAFF_POSTS.get(row.post, row.post),
            "relation": words.NEAR_RELATIONS.get(row.relation, row.relation),
            "visited": "已登记" if row.status == VISITED else "未登记",
        }
        for row in rows
    ] or None


def reexamination_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return what the new examination of a disputed case found."""
    found = desk.records(live).submissions("reexamination")
    if not found:
        return None
    data = found[-1].data
    labels = {"agree": "拟同意", "disagree": "拟不同意"}
    return [
        {"label": "审查人", "value": found[-1].person_name},
        {"label": "审查情况", "value": str(data.get("reexamination_findings", ""))},
        {"label": "与原审核不同之处", "value": str(data.get("reexamination_changes") or "无")},
        {"label": "审查意见", "value": labels.get(str(data.get("reexamination_result")), "")},
    ]


def readiness_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return what a town has entered about its readiness."""
    found = desk.records(live).submissions("readiness_checklist")
    if not found:
        return None
    data = found[-1].data
    staff = [str(row.get("name", "")) for row in data.get("readiness_staff") or ()]
    lines = [
        ("工作方案", data.get("work_plan")),
        ("领导小组", data.get("leading_group")),
        ("专人", data.get("named_person")),
        ("村级经办人员培训", f"{data.get('trained_on', '')}，{data.get('trained_count', '')}人"),
        ("工作人员", f"{len(staff)}人：{'、'.join(staff)}"),
    ]
    for key, label in words.FIVE_HAVES.items():
        proof = len(data.get(f"{key}_evidence") or ())
        lines.append((f"有{label}", f"有，证据{proof}份" if data.get(key) is True else "没有"))
    lines.append(("问题和建议", data.get("readiness_issues") or "无"))
    return [{"label": label, "value": str(value or "")} for label, value in lines]


SITTINGS: Mapping[str, Callable[[Desk, LiveCase, Mapping[str, Any]], Any]] = {
    "panel_rows": panel_rows,
    "panel_awaited": panel_awaited,
    "readiness_rows": readiness_rows,
    "relatives_rows": relatives_rows,
    "reexamination_rows": reexamination_rows,
    "hardship_rows": hardship_rows,
    "urgent_rows": urgent_rows,
    "account_rows": account_rows,
}
"""Name → how it is found (``jiuzhu.domain.facts``)."""
