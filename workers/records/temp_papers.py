"""What the papers of temporary assistance say of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.domain.instants import iso
from jiuzhu.domain.rows import SinglePayment
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import RecordCall
from workers.records.desk import current_decision, latest_of, rows_of, rules_day
from workers.records.papers import decider_of, law, staff_name
from workers.records.policies import parameters

ASKED = ("temp_application",)
REVIEWED = ("temp_town_review", "temp_review")
CONFIRMED = ("temp_decision", "temp_confirm")


def approval_values(call: RecordCall) -> dict[str, Any]:
    """临时救助审批表: the hardship, the review, who confirmed how much and under which limit (NH-03)."""
    reviewer = latest_of(call, REVIEWED)
    asked, review, confirmed = (_data(call, *forms) for forms in (ASKED, REVIEWED, CONFIRMED))
    decision = current_decision(call)
    limits, _ = parameters(call, "temp_authority", rules_day(call))
    return {
        "hardship_type": asked.get("hardship_type"),
        "hardship_facts": asked.get("hardship_facts"),
        "amount_requested": asked.get("amount"),
        "review_opinion": review.get("review_opinion"),
        "reviewer": signed_by(reviewer),
        "decision": decision.decision if decision else "",
        "decision_no": decision.decision_no if decision else "",
        "amount": str(decision.amount_monthly) if decision else None,
        "limit_amount": limits.get("limit_amount"),
        "decision_org": call.records.organisation_name(decision.org) if decision else "",
        "decider": decider_of(call, decision) if decision else "",
        "decided_at": iso(decision.decided_at) if decision else None,
        "decision_opinion": confirmed.get("decision_opinion"),
        "payer": decision.level if decision else "",
        "legal_basis": law(call)["legal_basis"],
    }


def urgent_values(call: RecordCall) -> dict[str, Any]:
    """急难情形先行救助记录: two names, the head's approval, the money, the papers made up afterwards (R-10)."""
    visit, aid, makeup = (latest_of(call, (form,)) for form in ("urgent_visit", "urgent_aid", "urgent_makeup"))
    seen = visit.data if visit else {}
    decision = current_decision(call)
    paid = rows_of(call, SinglePayment)
    return {
        "urgent_situation": seen.get("urgent_situation"),
        "verifiers": [signed_by(visit), staff_name(call, str(seen.get("urgent_companion") or ""))] if visit else [],
        "approver": signed_by(aid),
        "amount": str(decision.amount_monthly) if decision else None,
        "paid_at": iso(paid[-1].paid_at) if paid else None,
        "makeup_note": makeup.data.get("makeup_note") if makeup else "",
        "officer": signed_by(makeup),
    }


def _data(call: RecordCall, *forms: str) -> Mapping[str, Any]:
    found = latest_of(call, forms)
    return found.data if found else {}


BUILDERS: Mapping[str, Callable[[RecordCall], dict[str, Any]]] = {
    "temp_approval": approval_values,
    "urgent_record": urgent_values,
}
