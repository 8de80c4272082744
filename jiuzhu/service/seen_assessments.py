"""Facts of a many-sided assessment and of a case conference: what was found, why it was convened, who said what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jiuzhu.domain import words
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import AssessmentNeed
from jiuzhu.service.desk import Desk
from jiuzhu.service.seen_referrals import department_choices
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of

OWN = "本次申请"


def need_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the needs that the latest assessment lists."""
    return [
        {
            "dimension": words.DIMENSIONS.get(row.dimension, row.dimension),
            "level": words.DIMENSION_LEVELS.get(str(row.level), ""),
            "item": words.REFERRAL_ITEMS.get(row.referral_item, OWN),
            "aid_form": words.AID_FORMS.get(row.aid_form, ""),
        }
        for row in _needs(desk, live)
    ] or None


def plan_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the matters of other departments that the needs lead to, as a fresh service plan lists them."""
    items = {row.referral_item: row for row in _needs(desk, live) if row.referral_item}
    return [
        {
            "referral_item": item,
            "referral_content": f"六维评估：{words.DIMENSIONS.get(row.dimension, '')}"
            f"{words.DIMENSION_LEVELS.get(str(row.level), '')}",
            "department": None,
        }
        for item, row in items.items()
    ] or None


def assessment_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return what reviewer and approver see of the assessment and of a conference about it."""
    found = desk.records(live).submissions("six_dim")
    if not found:
        return None
    data = found[-1].data
    levels = "；".join(
        f"{label}{words.DIMENSION_LEVELS.get(str(data.get(f'dim_{key}')), '')}"
        for key, label in words.DIMENSIONS.items()
    )
    rows = [
        {"label": "六维评估", "value": levels},
        {"label": "致贫主要原因", "value": str(data.get("main_cause", ""))},
        {"label": "评估人", "value": found[-1].person_name},
    ]
    minutes = desk.records(live).submissions("conference_minutes")
    if minutes:
        result = words.CONFERENCE_RESULTS.get(str(minutes[-1].data.get("conference_result")), "")
        rows.append({"label": "会商结论", "value": f"{result}：{minutes[-1].data.get('conference_opinion', '')}"})
    return rows


def conference_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return why a conference is called: the facts that the table found true, what was asked for, the question."""
    records = desk.records(live)
    found = {
        "urgent": context.get("urgent") is True,
        "over_cap": context.get("amount_over_cap") is True,
        "several": int(context.get("aid_kinds_count") or 0) > 1,
        "complex": context.get("complex") is True,
    }
    reasons = [label for key, label in words.CONFERENCE_REASONS.items() if found[key]]
    rows = [{"label": "会商情形", "value": "；".join(reasons)}] if reasons else []
    rows += _lines(records.submissions("six_dim"), conference_facts="调查评估的事实", main_cause="致贫主要原因")
    rows += _lines(records.submissions("conference_start"), conference_request="提请会商的情况")
    rows += _lines(records.submissions("conference_call"), conference_question="需要会商的问题")
    return rows or None


def conference_views(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return what each department of the latest conference has said."""
    records = desk.records(live)
    calls = records.submissions("conference_call")
    if not calls:
        return None
    said = {
        str(one.data.get("view_department")): one
        for one in records.submissions("conference_view")
        if one.record_no == calls[-1].record_no and one.submitted_at >= calls[-1].submitted_at
    }
    offered = department_choices(desk, live.district, {live.town, live.intake_town})
    names = {one["value"]: one["label"] for one in offered}
    rows = []
    for department in calls[-1].data.get("conference_departments") or ():
        name = names.get(str(department)) or desk.office.places.name(desk.tx, str(department))
        own = said.get(name)
        rows.append(
            {
                "department": name,
                "person": own.person_name if own else "",
                "view": str(own.data.get("department_view") or "") if own else "期限内没有提出意见",
                "measure": str(own.data.get("department_measure") or "") if own else "",
            }
        )
    return rows


def _lines(found: Sequence[Submission], **labels: str) -> list[dict[str, str]]:
    data: Mapping[str, Any] = found[-1].data if found else {}
    return [{"label": label, "value": str(data[key])} for key, label in labels.items() if data.get(key)]


def _needs(desk: Desk, live: LiveCase) -> list[AssessmentNeed]:
    rows = shelf_of(desk.tx).find(AssessmentNeed, {"case_no": live.case_no})
    latest = max((row.round for row in rows), default=0)
    return sorted((row for row in rows if row.round == latest), key=lambda row: row.line)


def offered(desk: Desk, district: str) -> dict[str, bool]:
    """Return what this district reckons in its own way: households of one (XX-22), support owed by children (XX-21)."""
    policy = desk.office.policies.of(district)
    found = {
        "single_household_offered": policy.values("single_household", desk.today).get("severe_grades"),
        "support_fee_counted": policy.values("support_fee", desk.today).get("ratio"),
    }
    return {name: True for name, value in found.items() if value is not None}


ASSESSMENTS: Mapping[str, Callable[[Desk, LiveCase, Mapping[str, Any]], Any]] = {
    "need_rows": need_rows,
    "plan_rows": plan_rows,
    "assessment_rows": assessment_rows,
    "conference_rows": conference_rows,
    "conference_views": conference_views,
}
"""Name → how it is found (``jiuzhu.domain.facts``)."""
