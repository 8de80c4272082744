"""An application leaves two papers: what was declared, and who pledged and authorised the checks (5.1, 5.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.domain.identity import mask_account, mask_resident_id
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Document
from jiuzhu.domain.topics import RecordCall, Values
from workers.documents.words import NEED_CAUSE, RELATIVE, SOURCE, STAFF_POST
from workers.records.booked_entrusting import letter_paper
from workers.records.papers import household_of, make_document


def application_papers(call: RecordCall, submission: Submission) -> Values:
    """申请书 as it was entered, and 诚信承诺及授权书 of those who have signed so far (XX-25, XT-30)."""
    record, data = household_of(call), submission.data
    applicant = record["applicant"]
    make_document(
        call,
        "application_form",
        {
            **{key: applicant.get(key) for key in PRINTED},
            "members": [_person(row, "health", "employment", "monthly_income") for row in record["members"]],
            "supporters": [_person(row, "family_income", "ability") for row in record["supporters"]],
            "income_items": _columns(data.get("income_items"), "member", "type", "amount", "period"),
            "assets": _columns(data.get("assets"), "type", "owner", "value", "detail"),
            "rigid_expenses": _columns(data.get("rigid_expenses"), "type", "amount", "note"),
            "poverty_cause": [NEED_CAUSE.get(str(each), str(each)) for each in data.get("poverty_cause") or ()],
            "relatives": _relatives(record),
            "bank_account_masked": mask_account(str(applicant.get("bank_account", ""))),
            "entered_by": submission.person_name,
        },
    )
    letter_paper(call, submission)
    return pledge_paper(call, submission)


def pledge_paper(call: RecordCall, submission: Submission) -> Values:
    """诚信承诺及授权书 of everybody who has signed; one that came later names all, and replaces the earlier one."""
    signed = household_of(call)["authorizations"]
    if not submission.data.get("authorizers") or not signed:
        return {}
    for earlier in call.records.find(Document, case_no=call.case_no):
        if earlier.template == "integrity_pledge" and earlier.state == "valid":
            call.records.change(earlier, state="replaced")
    named = {source for each in signed for source in each.get("scope") or ()}
    make_document(
        call,
        "integrity_pledge",
        {
            "authorizers": [
                {
                    "member": each["member"],
                    "id_masked": mask_resident_id(each["id"]) if each["id"] else "",
                    "signed_on": each["signed_on"],
                    "guardian": each["guardian"],
                    "valid_to": each["valid_to"] or None,
                }
                for each in signed
            ],
            "scope": [word for source, word in SOURCE.items() if source in named or not named],
            "recorder": submission.person_name,
        },
    )
    return {}


PRINTED = (
    "channel",
    "phone",
    "nation",
    "hukou_type",
    "hukou_address",
    "living_address",
    "agent_name",
    "agent_relation",
    "reason",
    "bank_holder",
    "bank_name",
    "apply_date",
)


def _person(row: Mapping[str, Any], *more: str) -> dict[str, Any]:
    number = str(row.get("id") or "")
    known = {key: row.get(key) for key in ("name", "relation", *more) if row.get(key) not in (None, "")}
    return {**known, "id_masked": mask_resident_id(number)} if number and "health" in more else known


def _columns(rows: Any, *names: str) -> list[dict[str, Any]]:
    return [{name: row.get(name) for name in names} for row in rows or () if isinstance(row, Mapping)]


def _relatives(record: Mapping[str, Any]) -> str:
    """Return the declaration in words: none, or who is what to whom."""
    if not record["related_to_staff"]:
        return "无"
    told = []
    for row in record["relatives"]:
        post, relation = str(row.get("post", "")), str(row.get("relation", ""))
        told.append(
            f"{row.get('name', '')}（{STAFF_POST.get(post, post)}）"
            f"是{row.get('member') or '家庭成员'}的{RELATIVE.get(relation, relation)}"
        )
    return "；".join(told)


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "application": application_papers,
    "temp_application": application_papers,
    "ninghe_temp_application": application_papers,
    "authorization": pledge_paper,
    "materials_supply": pledge_paper,
}
