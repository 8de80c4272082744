"""Papers of dynamic management: the written notice with reasons, the record of the change (JC-24, JC-29)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from jiuzhu.domain.adjustments import CUTTING
from jiuzhu.domain.instants import day_of, iso, month_after
from jiuzhu.domain.rows import Adjustment
from jiuzhu.domain.topics import RecordCall
from jiuzhu.errors import Refused
from workers.records.papers import law, organ_name, staff_name
from workers.records.recipient_rows import adjustment_of

TITLES = {
    "keep": "复核结果告知书",
    "increase": "增发告知书",
    "decrease": "减发告知书",
    "stop": "停发告知书",
    "gradual_exit": "渐退告知书",
    "suspend": "暂停发放告知书",
    "terminate_tekun": "终止供养告知书",
}


def notice_values(call: RecordCall) -> dict[str, Any]:
    """调整（停发）告知书: what changes from when, why, and what one may do about it."""
    row = _adjustment(call)
    day: date = call.today if row.result in CUTTING else day_of(row.decided_at)
    return {
        "paper_title": TITLES.get(row.result, "调整告知书"),
        "decision_no": row.decision_no,
        "change_result": row.result,
        "what_changed": row.kind,
        "amount_before": str(row.amount_before),
        "amount_after": str(row.amount_after),
        "effective_month": month_after(day),
        "change_reason": row.reason or "见动态管理记录",
        "decided_on": iso(row.decided_at),
        **law(call),
    }


def record_values(call: RecordCall, row: Adjustment) -> dict[str, Any]:
    """动态管理记录: report, findings, proposal, decision, effect (JC-29)."""
    forms = {one.form: one for one in call.records.submissions() if one.record_no == call.record_no}
    report, check = forms.get("change_report"), forms.get("change_check") or forms.get("termination_check")
    decided = forms.get("change_confirmation")
    return {
        "decision_no": row.decision_no,
        "recipient_no": row.recipient_no,
        "what_changed": row.kind,
        "reporter": report.data.get("reporter") if report else "",
        "reported_on": iso(report.submitted_at) if report else None,
        "change_facts": report.data.get("change_facts") if report else "",
        "reviewer": check.person_name if check else "",
        "reviewed_at": iso(check.submitted_at) if check else None,
        "check_findings": check.data.get("check_findings") if check else "",
        "change_reason": row.reason,
        "change_result": row.result,
        "amount_before": str(row.amount_before),
        "amount_after": str(row.amount_after),
        "decider": staff_name(call, row.person),
        "decision_org": organ_name(call, row.org) if row.org else "",
        "decision_opinion": decided.data.get("decision_opinion") if decided else "",
        "decided_at": iso(row.decided_at),
        "seal_use_id": row.seal_use_id,
        "effective_month": row.effective_month or None,
        "legal_basis": law(call)["legal_basis"],
    }


def _adjustment(call: RecordCall) -> Adjustment:
    row = adjustment_of(call)
    if row is None:
        raise Refused("还没有登记调整决定，不能制作告知书。")
    return row


BUILDERS: Mapping[str, Callable[[RecordCall], dict[str, Any]]] = {"adjustment_notice": notice_values}
