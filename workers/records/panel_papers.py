"""What the papers of 议事协商, relatives of staff and low-income recognition say of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.domain.instants import add_months, day_of, iso
from jiuzhu.domain.panels import latest_panel, vote_of
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import BenefitCalculation, RelativesEntry, SittingCase
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import RecordCall
from jiuzhu.domain.visits import latest_team
from jiuzhu.domain.words import SIGNING_WAYS
from workers.records.desk import current_decision, latest_of, rows_of
from workers.records.papers import law, members_counted, moment, staff_name, team_names


def minutes_values(call: RecordCall) -> dict[str, Any]:
    """会议纪要: who sat, what each said and signed, and what came of it (NH-20)."""
    form = latest_of(call, ("panel_minutes",))
    data = _data(form)
    panel = latest_panel(call.records.submissions())
    convened = _data(panel.submission if panel else None)
    return {
        **sitting_of(call),
        "meeting_on": moment(convened.get("meeting_on")) or call.today.isoformat(),
        "meeting_place": convened.get("meeting_place"),
        "panel_size": len(panel.members) if panel else 0,
        "size_reason": convened.get("size_reason"),
        "review_result": _data(latest_of(call, ("review_opinion",))).get("review_result"),
        "members": _members(call),
        "decision": data.get("decision"),
        "amount_monthly": data.get("amount_monthly"),
        "amount_reason": data.get("amount_reason"),
        "reason_text": data.get("reason_text"),
        "back_reason": data.get("back_reason"),
        "decision_opinion": data.get("decision_opinion"),
        "minutes_text": data.get("minutes_text"),
        "chair": signed_by(form),
        "signed_at": iso(form.submitted_at) if form else None,
        "legal_basis": law(call)["legal_basis"],
    }


def sitting_of(call: RecordCall) -> dict[str, Any]:
    """Return the sitting in which the latest panel was convened, and who was left out; {} for a panel of its own."""
    panel = latest_panel(call.records.submissions())
    found = [row for row in rows_of(call, SittingCase) if panel and row.convened == panel.submission.id]
    if not found:
        return {}
    out = "、".join(str(one["name"]) for one in found[-1].kept_out)
    return {"sitting_no": found[-1].sitting_no, "kept_out": out}


def party_values(call: RecordCall) -> dict[str, Any]:
    """党（工）委会纪要: the panel's opinions, the new examination, the final opinion (NH-21)."""
    form = latest_of(call, ("party_opinion",))
    data = _data(form)
    again = latest_of(call, ("reexamination",))
    return {
        "committee_on": moment(data.get("committee_on")) or call.today.isoformat(),
        "committee_no": data.get("committee_no"),
        "committee_chair": data.get("committee_chair"),
        "members": _members(call),
        "reexaminer": signed_by(again),
        "reexamination_findings": _data(again).get("reexamination_findings"),
        "reexamination_changes": _data(again).get("reexamination_changes"),
        "decision": data.get("decision"),
        "amount_monthly": data.get("amount_monthly"),
        "amount_reason": data.get("amount_reason"),
        "decision_opinion": data.get("decision_opinion"),
        "reason_text": data.get("reason_text"),
        "recorder": form.person_name if form else "",
        "legal_basis": law(call)["legal_basis"],
    }


def relatives_values(call: RecordCall) -> dict[str, Any]:
    """近亲属备案表: the relations and the county's visit (NH-13)."""
    form = latest_of(call, ("relatives_entry",))
    visit = latest_of(call, ("home_visit",))
    team = latest_team(call.records.submissions())
    return {
        "issuer": call.policy.bureau,
        "relations": [
            {"staff_name": row.staff_name, "post": row.post, "relation": row.relation, "declared": row.declared}
            for row in rows_of(call, RelativesEntry)
        ],
        "visited_at": moment(_data(visit).get("visit_at")) or iso(call.now),
        "investigators": team_names(call, team.people) if team else [],
        "visit_passed": _data(form).get("visit_passed") is True,
        "visit_opinion": _data(form).get("visit_opinion"),
        "officer": signed_by(form),
    }


def certificate_values(call: RecordCall) -> dict[str, Any]:
    """低收入家庭认定书: recognised by which decision, until when."""
    decision = current_decision(call)
    decided = decision.decided_at if decision else call.now
    reckoned = max(rows_of(call, BenefitCalculation), key=lambda row: row.round, default=None)
    months = int(call.policy.value("low_income.valid_months", call.today))
    aid = str(decision.amount_monthly) if decision else "0.00"
    return {
        "decision_no": decision.decision_no if decision else "",
        "decided_on": iso(decided),
        "members_covered": members_counted(call),
        "per_capita_income": str(reckoned.per_capita_income) if reckoned else None,
        "amount_monthly": aid if aid != "0.00" else None,
        "valid_to": add_months(day_of(decided), months).isoformat(),
        "legal_basis": law(call)["legal_basis"],
    }


def _members(call: RecordCall) -> list[dict[str, Any]]:
    panel = latest_panel(call.records.submissions())
    rows = []
    for member in panel.members if panel else ():
        opinion = panel.opinions.get(member.person) if panel else None
        signature: Mapping[str, Any] = _data(opinion).get("sign") or {}
        recorder = str(signature.get("recorder_name") or "")
        signed = SIGNING_WAYS.get(str(signature.get("way")), "")
        rows.append(
            {
                "name": staff_name(call, member.person),
                "kind": member.kind,
                "post": member.post,
                "vote": vote_of(opinion) if opinion else "",
                "opinion": _data(opinion).get("panel_reason"),
                "signed": f"{signed}，由{recorder}录入" if recorder else signed,
            }
        )
    return rows


def _data(form: Submission | None) -> Mapping[str, Any]:
    return form.data if form else {}


BUILDERS: Mapping[str, Callable[[RecordCall], dict[str, Any]]] = {
    "panel_minutes": minutes_values,
    "party_minutes": party_values,
    "relatives": relatives_values,
    "low_income_certificate": certificate_values,
}
