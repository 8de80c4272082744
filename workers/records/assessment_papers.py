"""What the papers of assessment, service plan and conference say of a case (XX-04, XX-12, XX-47, XX-56)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jiuzhu.domain.instants import iso
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import AssessmentNeed, BenefitCalculation
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import RecordCall
from jiuzhu.domain.words import AID_FORMS, CONFERENCE_REASONS, DIMENSIONS
from workers.records.papers import law, moment


def six_dim_values(
    call: RecordCall, data: Mapping[str, Any], assessor: str, needs: Sequence[AssessmentNeed]
) -> dict[str, Any]:
    """六维三类评估表: level and note of each dimension, the three classes, and what follows from them."""
    reckoned = max(call.records.find(BenefitCalculation, case_no=call.case_no), key=lambda row: row.round, default=None)
    return {
        "assessed_on": call.today.isoformat(),
        "dimensions": [
            {"dimension": key, "level": str(data.get(f"dim_{key}") or ""), "note": data.get(f"note_{key}")}
            for key in DIMENSIONS
        ],
        "balance_class": data.get("balance_class"),
        "balance_note": data.get("balance_note"),
        "work_class": data.get("work_class"),
        "work_note": data.get("work_note"),
        "living_class": data.get("living_class"),
        "living_note": data.get("living_note"),
        "main_cause": data.get("main_cause"),
        "per_capita_income": str(reckoned.per_capita_income) if reckoned else None,
        "needs": [
            {"dimension": each.dimension, "referral_item": each.referral_item or "self", "aid_form": each.aid_form}
            for each in needs
        ],
        "assessor": assessor,
    }


def plan_values(call: RecordCall, form: Submission) -> dict[str, Any]:
    """综合救助服务计划: forms of aid, and which department is asked for what (XX-04, XX-10)."""
    data = form.data
    return {
        "aid_forms": [AID_FORMS.get(str(each), str(each)) for each in data.get("aid_forms") or ()],
        "plan_text": data.get("plan_text"),
        "referrals": [
            {
                "referral_item": row.get("referral_item"),
                "content": row.get("referral_content"),
                "department": _place(call, row.get("department")),
            }
            for row in data.get("referrals") or ()
        ],
        "planner": signed_by(form),
    }


def notice_values(call: RecordCall) -> dict[str, Any]:
    """个案会商通知: why, where and when, and which departments are called (XX-12)."""
    form = _latest(call, "conference_call")
    data = _data(form)
    return {
        **_head(call, data),
        "question": data.get("conference_question"),
        "convener": signed_by(form),
    }


def minutes_values(call: RecordCall) -> dict[str, Any]:
    """个案会商纪要: what each department said, what was agreed, measures with department and date (XX-12, XX-13)."""
    form = _latest(call, "conference_minutes")
    data = _data(form)
    return {
        **_head(call, convened(call)),
        "views": [
            {
                "department": row["department"],
                "person": row["person"],
                "view": row["view"],
                "measure": row["measure"],
            }
            for row in views(call)
        ],
        "conference_result": data.get("conference_result"),
        "conference_opinion": data.get("conference_opinion"),
        "attendees": data.get("attendees"),
        "measures": [
            {
                "measure": row.get("measure"),
                "department": _place(call, row.get("department")),
                "due_on": moment(row.get("due_on")),
            }
            for row in data.get("measures") or ()
        ],
        "recorder": signed_by(form),
        "signed_at": iso(form.submitted_at) if form else None,
        "legal_basis": law(call)["legal_basis"],
    }


def followup_values(call: RecordCall, form: Submission) -> dict[str, Any]:
    """后续保障综合评估表 of a low-income family (XX-56)."""
    data = form.data
    return {
        "evaluated_on": call.today.isoformat(),
        "effect": data.get("effect"),
        "effect_facts": data.get("effect_facts"),
        "continuing_needs": data.get("continuing_needs"),
        "next_measure": data.get("next_measure"),
        "evaluation": data.get("evaluation"),
        "evaluator": signed_by(form),
    }


def convened(call: RecordCall) -> Mapping[str, Any]:
    """Return the form that convened the latest conference; {} before one."""
    return _data(_latest(call, "conference_call"))


def views(call: RecordCall) -> list[dict[str, str]]:
    """Return what the departments of the latest conference have said, in the order in which they were called."""
    call_form = _latest(call, "conference_call")
    if call_form is None:
        return []
    since = [
        one
        for one in call.records.submissions("conference_view")
        if one.record_no == call_form.record_no and one.submitted_at >= call_form.submitted_at
    ]
    rows = []
    for department in call_form.data.get("conference_departments") or ():
        name = _place(call, department)
        own = next((one for one in since if str(one.data.get("view_department")) == name), None)
        rows.append(
            {
                "department": name,
                "person": signed_by(own),
                "view": str(_data(own).get("department_view") or "") or "期限内没有提出意见",
                "measure": str(_data(own).get("department_measure") or ""),
            }
        )
    return rows


def _head(call: RecordCall, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reasons": [CONFERENCE_REASONS.get(str(each), str(each)) for each in data.get("conference_reasons") or ()],
        "departments": [_place(call, each) for each in data.get("conference_departments") or ()],
        "venue": data.get("venue"),
        "meeting_on": moment(data.get("meeting_on")) or call.today.isoformat(),
        "meeting_place": data.get("meeting_place"),
    }


def _place(call: RecordCall, organisation: Any) -> str:
    """Return a department's name as forms offer it: the district itself is its civil affairs bureau."""
    if organisation == call.district:
        return call.policy.bureau
    return call.records.organisation_name(str(organisation)) if organisation else ""


def _latest(call: RecordCall, form: str) -> Submission | None:
    found = call.records.submissions(form)
    return found[-1] if found else None


def _data(form: Submission | None) -> Mapping[str, Any]:
    return form.data if form else {}


BUILDERS: Mapping[str, Callable[[RecordCall], dict[str, Any]]] = {
    "conference_notice": notice_values,
    "conference_minutes": minutes_values,
}
