"""Forms by which a case is decided: they leave a numbered decision, and the seal leaves its row (JC-50, XT-16,
XT-38).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from jiuzhu.domain.household import age_on
from jiuzhu.domain.identity import mask_resident_id
from jiuzhu.domain.instants import iso
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import BenefitCalculation, CaseDecision, MeansQuery, SealUse
from jiuzhu.domain.signing import hands_of, signed_by, signer_of
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.domain.visits import latest_team
from jiuzhu.errors import Forbidden
from workers.records.booked_changes import book_change_decision, is_change
from workers.records.booked_panels import require_entitled
from workers.records.ceilings import require_within
from workers.records.entitlement import first_month
from workers.records.papers import (
    decider_of,
    household_of,
    law,
    make_document,
    members_counted,
    organ_name,
    staff_name,
    team_names,
)
from workers.records.recipient_rows import decided_change
from workers.records.replies import answer_rows
from workers.records.returned import visit_again
from workers.records.seal_scope import fitting_seal, seal_lack
from workers.records.standing import custodian_of, deciding_org, item_code, letter_of_town

POSTS = {
    "confirmation": "审核确认人",
    "redecision": "审核确认人",
    "chief_rep_review": "首席代表",
    "objection_decision": "首席代表",
    "panel_minutes": "议事协商机构",
    "party_opinion": "党（工）委会",
    "temp_decision": "审核确认人",
    "urgent_aid": "负责人",
}
"""Form of a decision → post in which it is signed."""

MONTHLY = frozenset(POSTS) - {"temp_decision", "urgent_aid"}
"""Forms whose grant is a monthly amount; temporary assistance has its own limits (NH-03, XT-06)."""

FINAL = ("granted", "refused", "revoked")


def book_decision(call: RecordCall, submission: Submission) -> Values:
    """Write a decision from its form; ``back`` decides nothing, an upheld objection leaves the old decision in
    force. In a change of a recipient's aid it decides the proposed change instead.
    """
    if is_change(call):
        return book_change_decision(call, submission)
    decision = str(submission.data.get("decision") or "")
    outcome = str(submission.data.get("objection_outcome") or "")
    if outcome:
        answer_rows(call, outcome, submission)
        decision = "revoked" if outcome == "revoked" else decision
    if decision not in FINAL or outcome == "upheld":
        return visit_again(call) if decision == "back" else {}
    require_entitled(call, submission)
    amount = _amount(call, submission) if decision == "granted" else Decimal("0.00")
    if decision == "granted" and submission.form in MONTHLY:
        require_within(call, amount, dict(submission.data))
    level = str(call.inputs.get("authority_level") or "town")
    earlier = list(call.records.find(CaseDecision, case_no=call.case_no))
    year = call.today.year
    serial = call.records.number(f"decision:{call.district}:{year}")
    letter = letter_of_town(call)
    row = CaseDecision(
        decision_no=f"{call.policy.short}救决〔{year}〕{serial}号",
        case_no=call.case_no,
        round=len(earlier) + 1,
        decision=decision,
        amount_monthly=amount,
        submission=submission.id,
        person=signer_of(submission),
        decided_at=submission.submitted_at,
        org=call.district if level == "county" else deciding_org(call),
        level=level,
        letter_no=letter.letter_no if letter else "",
    )
    call.records.add(row)
    call.records.set_case(status=decision)
    return {"decision_no": row.decision_no}


def book_seal_use(call: RecordCall, submission: Submission) -> Values:
    """Write the use of the seal and make the sealed approval form."""
    sealed = use_seal(call, submission)
    change = decided_change(call)
    if change is not None:
        return {"seal_use_id": sealed["seal_use_id"], "decision_no": change.decision_no}
    decision = _latest(call)
    if not sealed or decision is None:
        return {}
    make_document(call, "approval_form", {**approval_values(call), **sealed})
    return {"seal_use_id": sealed["seal_use_id"], "decision_no": decision.decision_no}


def use_seal(call: RecordCall, submission: Submission) -> dict[str, Any]:
    """Write that the town's seal was used on the latest decision; returns what a sealed paper says of it, else {}.

    What was checked before the item opened is asked again: letter, seal and keeper may have changed since (R-14).
    Raises Forbidden for a use that is not allowed, and for anybody but its keeper: holding the post is not keeping
    the seal (XT-14).
    """
    decision = decided_change(call) or _latest(call)
    if decision is None:
        return {}
    code = item_code(call)
    lack, seal, letter = seal_lack(call, code), fitting_seal(call, code), letter_of_town(call)
    if lack or seal is None or letter is None:
        raise Forbidden(f"不得用印：{lack}。", rule="R-14")
    keeper = custodian_of(call, seal)
    if {keeper} != hands_of(submission):
        raise Forbidden(f"{seal.name}由{staff_name(call, keeper) or '他人'}保管，只能由保管人本人加盖。", rule="R-14")
    use = SealUse(
        seal_use_id=f"{seal.seal_no}-{call.records.number(f'seal:{seal.seal_no}'):04d}",
        seal_no=seal.seal_no,
        case_no=call.case_no,
        record_no=call.record_no,
        item_code=code,
        document_no=decision.decision_no,
        letter_no=letter.letter_no,
        copies=int(submission.data.get("seal_copies") or 1),
        person=submission.person,
        used_at=submission.submitted_at,
    )
    call.records.add(use)
    call.records.change(decision, seal_use_id=use.seal_use_id)
    call.records.audit("seal_use", f"加盖{seal.name}（{use.seal_use_id}）", item=code, decision=decision.decision_no)
    return {
        "seal_use_id": use.seal_use_id,
        "seal_name": seal.name,
        "seal_no": seal.seal_no,
        "seal_used_at": iso(use.used_at),
        "seal_custodian": signed_by(submission),
        "item_code": code,
        "entrustment_no": use.letter_no,
    }


def approval_values(call: RecordCall) -> dict[str, Any]:
    """Return what the approval form says of household, investigation, review and decision (5.8)."""
    decision = _latest(call)
    submissions = {each.form: each for each in call.records.submissions()}
    by_id = {each.id: each for each in call.records.submissions()}
    household = household_of(call)
    applicant = household["applicant"]
    review = submissions.get("review_opinion")
    report = submissions.get("verification_report")
    visit = submissions.get("home_visit")
    appraisal = submissions.get("appraisal")
    team = latest_team(call.records.submissions())
    queries = list(call.records.find(MeansQuery, case_no=call.case_no))
    reckoned = max(call.records.find(BenefitCalculation, case_no=call.case_no), key=lambda row: row.round, default=None)
    title = call.policy.value("approval.form_title", call.today)
    values: dict[str, Any] = {
        "paper_title": title,
        "form_title": title,
        "hukou_address": applicant.get("hukou_address", ""),
        "living_address": applicant.get("living_address", ""),
        "members": [
            {
                "name": member.get("name", ""),
                "relation": member.get("relation", ""),
                "id_masked": mask_resident_id(str(member.get("id", ""))),
                "age": age_on(str(member.get("id", "")), call.today),
                "monthly_income": member.get("monthly_income") or None,
            }
            for member in household["members"]
        ],
        "members_covered": members_counted(call),
        "reason": applicant.get("reason", ""),
        "verification_result": report.data.get("verification_result", "") if report else "",
        "verification_ref": queries[-1].query_no if queries else "",
        "investigation": visit.data.get("visit_conclusion", "") if visit else "",
        "investigators": team_names(call, team.people) if team and visit else [],
        "appraisal_conclusion": appraisal.data.get("appraisal_conclusion", "") if appraisal else "",
        "legal_basis": law(call)["legal_basis"],
    }
    if reckoned:
        values |= {
            "per_capita_income": str(reckoned.per_capita_income),
            "standard": str(reckoned.standard),
            "asset_ok": reckoned.asset_ok,
        }
    if review:
        values |= {
            "review_opinion": review.data.get("review_opinion", ""),
            "review_result": review.data.get("review_result", ""),
            "reviewer": signed_by(review),
            "reviewed_at": iso(review.submitted_at),
        }
    if decision:
        form = by_id.get(decision.submission)
        before = [row for row in call.records.find(CaseDecision, case_no=call.case_no) if row.round < decision.round]
        values |= {
            "decision": decision.decision,
            "decision_no": decision.decision_no,
            "decision_org": organ_name(call, decision.org),
            "decider": decider_of(call, decision),
            "decider_post": POSTS.get(form.form if form else "", ""),
            "payer": _payer(call),
            "decided_at": iso(decision.decided_at),
            "amount_monthly": str(decision.amount_monthly),
            "effective_month": first_month(call, decision),
            "decision_opinion": form.data.get("decision_opinion", "") if form else "",
            "amount_reason": form.data.get("amount_reason", "") if form else "",
            "replaces_decision_no": before[-1].decision_no if before else "",
        }
    return values


def _payer(call: RecordCall) -> str:
    programme = call.records.case().programme
    rows = call.policy.rows("payer", call.today)
    return next((str(row["payer_kind"]) for row in rows if row["programme"] == programme), "")


def _latest(call: RecordCall) -> CaseDecision | None:
    return max(call.records.find(CaseDecision, case_no=call.case_no), key=lambda row: row.round, default=None)


def _amount(call: RecordCall, submission: Submission) -> Decimal:
    given = submission.data.get("amount_monthly") or submission.data.get("amount")
    try:
        if given not in (None, ""):
            return Decimal(str(given)).quantize(Decimal("0.01"))
    except InvalidOperation:
        pass
    earlier = _latest(call)
    if earlier is not None and earlier.decision == "granted":
        return earlier.amount_monthly
    rows = call.records.find(BenefitCalculation, case_no=call.case_no)
    return max(rows, key=lambda row: row.round).amount_monthly if rows else Decimal("0.00")


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "confirmation": book_decision,
    "chief_rep_review": book_decision,
    "redecision": book_decision,
    "objection_decision": book_decision,
    "panel_minutes": book_decision,
    "party_opinion": book_decision,
    "temp_decision": book_decision,
    "seal_use": book_seal_use,
}
