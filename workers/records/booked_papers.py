"""Forms that leave a paper: report, visit sheet, record of refusal, receipt, assessment, agreement (C9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from jiuzhu.domain.instants import iso
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import CaseDecision, Document, MeansQuery, MeansResult
from jiuzhu.domain.signing import paper_sentence, paper_words, signature_of, signed_by, signer_of
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.domain.visits import latest_team, team_of
from workers.records.entitlement import first_month
from workers.records.papers import household_of, make_document, moment, staff_name, team_names
from workers.records.simple_due import due_simple

SERVICES = {"daily_life": "日常生活照料", "hospital": "住院照料", "visits": "定期探访", "funeral": "丧葬事宜"}
ABILITIES = ("can_eat", "can_dress", "can_get_up", "can_toilet", "can_walk", "can_bathe")


def report_paper(call: RecordCall, submission: Submission) -> Values:
    """核对报告: what each source said and what the verifier concluded; a failed query gives no report."""
    if submission.data.get("verification_result") not in ("clean", "doubt"):
        return {}
    queries = list(call.records.find(MeansQuery, case_no=call.case_no))
    if not queries:
        return {}
    query = queries[-1]
    results = [row for row in call.records.find(MeansResult, case_no=call.case_no) if row.query_no == query.query_no]
    executor = call.policy.bureau if query.executor == "county" else call.records.organisation_name(_town(call))
    make_document(
        call,
        "verification_report",
        {
            "verification_ref": query.query_no,
            "round": query.round,
            "requester": staff_name(call, query.requester) or call.records.organisation_name(_town(call)),
            "executor": executor,
            "requested_at": iso(query.requested_at),
            "returned_at": iso(query.returned_at),
            "items": [
                {
                    "member": row.member,
                    "source": row.source,
                    "result": row.result,
                    "amount": str(row.amount) if row.amount is not None else None,
                    "note": row.note,
                }
                for row in results
            ],
            "verification_result": submission.data["verification_result"],
            "opinion": submission.data.get("report_opinion") or "",
            "verifier": signed_by(submission),
        },
    )
    return {}


def visit_paper(call: RecordCall, submission: Submission) -> Values:
    """入户调查表, as soon as everybody of the team has signed (XT-13, JC-42); a refusal has a record of its own.

    Who met nobody sets out once more, within the days that the visit has anyway (ADR 117).
    """
    met = submission.form != "home_visit" or submission.data.get("visit_outcome") == "met"
    again = {} if met else {"due_investigation_start": due_simple(call)}
    submissions = call.records.submissions()
    position = [each.id for each in submissions].index(submission.id)
    so_far = submissions[: position + 1]
    plan, visit, signatures = _round(so_far)
    if plan is None or visit is None or visit.data.get("visit_outcome") == "refused":
        return again
    team = team_of(plan.data)
    if len(signatures) < len(team.people) - 1:
        return again
    data = visit.data
    rows = [_signed(each) for each in (visit, *signatures)]
    rounds = sum(1 for each in so_far if each.form == "visit_plan")
    make_document(
        call,
        "home_visit",
        {
            "visit_at": moment(data.get("visit_at")),
            "visit_purpose": "initial" if rounds == 1 else _purpose(so_far),
            "visit_round": rounds,
            "mode": data.get("visit_way"),
            "visit_outcome": data.get("visit_outcome"),
            "living_address": household_of(call)["applicant"].get("living_address", ""),
            "present_member": data.get("present_member"),
            "investigators": rows,
            "village_assistants": [_person_name(call, each) for each in team.assistants],
            "house_type": data.get("house_type"),
            "area_m2": str(data["area_m2"]) if data.get("area_m2") not in (None, "") else "",
            "ownership": data.get("ownership"),
            "decoration": data.get("decoration"),
            "living_conditions": data.get("living_conditions") or data.get("absence_note"),
            "utilities_month": data.get("utilities_month"),
            "possessions": data.get("possessions"),
            "income_found": _rows(data.get("income_found"), ("member", "type", "amount", "note")),
            "assets_found": _rows(data.get("assets_found"), ("type", "owner", "value", "detail")),
            "expenses_found": _rows(data.get("expenses_found"), ("type", "amount")),
            "care_needs": data.get("care_needs"),
            "neighbour_inquiry": _rows(data.get("neighbour_inquiry"), ("name", "relation", "opinion")),
            "visit_consistent": data.get("visit_consistent"),
            "consistency_note": data.get("consistency_note"),
            "conclusion": data.get("visit_conclusion"),
            "photo_count": len(data.get("photos") or ()),
            "member_signature": paper_sentence("", visit.person_name) if data.get("member_signature") else "",
            "refusal_reason": data.get("member_refusal_reason"),
        },
    )
    return {}


def refusal_paper(call: RecordCall, submission: Submission) -> Values:
    """不配合情况记录: the facts of the visit form and the judgement of somebody who was not there."""
    if not submission.data.get("refusal_confirmed"):
        return {}
    visit = next((each for each in reversed(call.records.submissions()) if each.form == "home_visit"), None)
    team = latest_team(call.records.submissions())
    if visit is None:
        return {}
    data = visit.data
    make_document(
        call,
        "non_cooperation_record",
        {
            "occurred_at": moment(data.get("visit_at")) or iso(visit.submitted_at),
            "place": data.get("refusal_place"),
            "facts": data.get("refusal_facts") or data.get("absence_note") or "",
            "witnesses": [
                f"{each.get('name', '')}（{each.get('identity', '')}）" for each in data.get("witnesses") or ()
            ],
            "investigators": team_names(call, team.people) if team else [signed_by(visit)],
            "notice_given": bool(data.get("notice_given")),
            "refusal_confirmed": True,
            "judgement": submission.data.get("judgement_opinion") or "",
            "reviewer": signed_by(submission),
            "judged_at": iso(submission.submitted_at),
        },
    )
    return {}


def receipt_paper(call: RecordCall, submission: Submission) -> Values:
    """送达回证, once the letter is delivered (JC-24)."""
    letters = [row for row in call.records.find(Document, case_no=call.case_no) if row.template in DELIVERED]
    if not submission.data.get("delivered") or not letters:
        return {}
    letter, data = letters[-1], submission.data
    applicant = household_of(call)["applicant"].get("applicant_name", "") or call.records.case().applicant_name
    make_document(
        call,
        "delivery",
        {
            "letter_title": letter.title,
            "letter_no": letter.document_no,
            "recipient_name": letter.values.get("recipient_name") or applicant,
            "delivery_place": data.get("delivery_place"),
            "delivery_method": data.get("delivery_method"),
            "delivered": True,
            "delivered_at": moment(data.get("delivered_on")) or iso(submission.submitted_at),
            "receiver": data.get("receiver"),
            "receiver_relation": data.get("receiver_relation"),
            "witness": data.get("witness"),
            "deliverer": signed_by(submission),
            "note": data.get("delivery_note"),
        },
    )
    return {}


DELIVERED = frozenset(
    {"not_accepted_notice", "lapsed_notice", "refusal", "termination_of_procedure", "extension_notice"}
)
"""Letters that shared_delivery brings to their reader."""


def self_care_paper(call: RecordCall, submission: Submission) -> Values:
    """生活自理能力评估表: six abilities (43 arts 21-23)."""
    data = submission.data
    failed = _failed(data)
    case = call.records.case()
    make_document(
        call,
        "self_care",
        {
            "assessed_person": data.get("assessed_person") or case.applicant_name,
            **{ability: bool(data.get(ability)) for ability in ABILITIES},
            "failed_count": failed,
            "care_level": care_level(call, failed),
            "assessed_at": moment(data.get("assessed_at")) or iso(submission.submitted_at),
            "assessors": [name for name in (signed_by(submission), data.get("town_assessor")) if name],
            "village_assistant": _person_name(call, str(data.get("village_assistant") or "")),
            "third_party": data.get("third_party"),
        },
    )
    return {}


def joint_care_paper(call: RecordCall, submission: Submission) -> Values:
    """生活自理能力评估表 of a joint assessment, once the town has signed beside the district (NH-16)."""
    assessed = next((each for each in reversed(call.records.submissions()) if each.form == "self_care"), None)
    if assessed is None:
        return {}
    for paper in call.records.find(Document, case_no=call.case_no):
        if paper.template == "self_care" and paper.state == "valid":
            call.records.change(paper, state="replaced")
    data = {**assessed.data, "town_assessor": signed_by(submission)}
    return self_care_paper(call, replace(assessed, data=data))


def support_paper(call: RecordCall, submission: Submission) -> Values:
    """供养服务协议 of a 特困 household."""
    data = submission.data
    assessed = next((each for each in reversed(call.records.submissions()) if each.form == "self_care"), None)
    level = care_level(call, _failed(assessed.data) if assessed else 0)
    decided = max(call.records.find(CaseDecision, case_no=call.case_no), key=lambda row: row.round, default=None)
    make_document(
        call,
        "support_agreement",
        {
            "agreement_no": data.get("agreement_no") or f"{call.case_no}供养",
            "support_mode": data.get("support_mode"),
            "care_level": level,
            "care_allowance": str(care_allowance(call, level)),
            "amount_monthly": str(decided.amount_monthly) if decided else None,
            "effective_month": first_month(call, decided) if decided else None,
            "institution": data.get("institution"),
            "carer": data.get("carer"),
            "carer_phone": data.get("carer_phone"),
            "services": [SERVICES.get(str(each), str(each)) for each in data.get("service_items") or ()],
        },
    )
    return {}


def care_level(call: RecordCall, failed: int) -> str:
    """Return the level that table ``self_care_level`` gives; '' when the bundle has no such table."""
    parameters = call.policy.values("self_care_level", call.today)
    row = call.decide("self_care_level", {"failed_count": failed, **parameters})
    return str(row.get("care_level", "")) if isinstance(row, dict) else ""


def care_allowance(call: RecordCall, level: str) -> Decimal:
    """Return the monthly allowance of a care level; nothing without a level."""
    rows = call.policy.rows("care_allowances", call.today)
    return next((Decimal(row["amount"]) for row in rows if level and row["care_level"] == level), Decimal("0.00"))


def _failed(data: Mapping[str, Any]) -> int:
    return sum(1 for ability in ABILITIES if data.get(ability) is False)


def _round(
    submissions: Sequence[Submission],
) -> tuple[Submission | None, Submission | None, list[Submission]]:
    """Return the latest plan, the visit since then, and the signatures since that visit (one a person)."""
    plan = visit = None
    signatures: dict[str, Submission] = {}
    for each in submissions:
        if each.form == "visit_plan":
            plan, visit, signatures = each, None, {}
        elif each.form == "home_visit":
            visit, signatures = each, {}
        elif each.form == "signature" and visit is not None and signer_of(each) != signer_of(visit):
            signatures[signer_of(each)] = each
    return plan, visit, list(signatures.values())


def _signed(form: Submission) -> dict[str, Any]:
    name = str(signature_of(form).get("name") or form.person_name)
    return {"name": name, "signed_at": iso(form.submitted_at), "signed": paper_words(form)}


def _purpose(submissions: Sequence[Submission]) -> str:
    planned = [each.form for each in submissions if each.form in ("objection_plan", "visit_plan")]
    return "objection" if "objection_plan" in planned[-2:] else "initial"


def _rows(value: Any, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{name: row.get(name) for name in columns} for row in value or () if isinstance(row, Mapping)]


def _person_name(call: RecordCall, entry: str) -> str:
    """Return a name for an entry that is a person's id or already a name."""
    for role in ("village_officer",):
        for person in call.records.people(f"{role}@{call.records.case().village}"):
            if person.id == entry:
                return person.name
    return entry


def _town(call: RecordCall) -> str:
    case = call.records.case()
    return case.town or case.intake_town


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "verification_report": report_paper,
    "home_visit": visit_paper,
    "signature": visit_paper,
    "refusal_judgement": refusal_paper,
    "delivery": receipt_paper,
    "self_care": self_care_paper,
    "assessment_signature": joint_care_paper,
    "tekun_support_plan": support_paper,
}
