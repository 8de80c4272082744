"""The household of a case, folded from submissions: one pure function per form (C1).

The record is plain JSON: ``applicant`` (dict), ``members``, ``supporters``, ``income_items``, ``assets``,
``rigid_expenses``,
``relatives``, ``authorizations`` (lists of dicts), ``visit`` (what the latest visit found), ``materials``,
``applied`` (ids of
changes already applied). Only the latest answer to a question is kept here; earlier ones stand in their submissions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from jiuzhu.domain.instants import add_months, day_of
from jiuzhu.domain.records import Submission

FoldedHousehold = dict[str, Any]

EMPTY: Mapping[str, Any] = {
    "applicant": {},
    "members": [],
    "excluded_members": [],
    "supporters": [],
    "income_items": [],
    "assets": [],
    "rigid_expenses": [],
    "relatives": [],
    "related_to_staff": False,
    "authorizations": [],
    "visit": {},
    "materials": {},
    "applied": [],
}

APPLICANT_KEYS = (
    "applicant_name",
    "applicant_id",
    "gender",
    "birth_date",
    "nation",
    "phone",
    "hukou_address",
    "living_address",
    "hukou_type",
    "single_claimed",
    "reason",
    "poverty_cause",
    "bank_name",
    "bank_account",
    "channel",
    "village",
    "agent_name",
    "agent_phone",
    "agent_relation",
    "bank_holder",
    "apply_date",
    "household_marker",
    "discovery_no",
    "entrusted",
    "entrustee_name",
)
TABLES = {
    "members": "members",
    "excluded_members": "excluded_members",
    "supporters": "supporters",
    "income_items": "income_items",
    "assets": "assets",
    "rigid_expenses": "rigid_expenses",
    "staff_relatives": "relatives",
}
"""Table of the application → list in the record."""
ADULT = 18


def resident_ref(resident_id: str) -> str:
    """Return the reference by which a resident is looked up; encrypted columns cannot be searched.

    A reference is no anonymity: whoever can try all numbers can undo it. It only keeps numbers out of indexes and
    logs.
    """
    return hashlib.sha256(f"resident:{resident_id.strip().upper()}".encode()).hexdigest()[:32]


def fold(submissions: Iterable[Submission]) -> FoldedHousehold:
    """Return the household after all submissions, oldest first; forms that do not speak of it change nothing."""
    record: FoldedHousehold = deepcopy(dict(EMPTY))
    for submission in submissions:
        record = fold_one(record, submission)
    return record


def fold_one(record: Mapping[str, Any], submission: Submission) -> FoldedHousehold:
    """Return the household after one more submission; the given record is left as it is."""
    folded: FoldedHousehold = deepcopy(dict(record))
    function = FOLDS.get(submission.form)
    if function is not None:
        function(folded, submission.data, submission)
    return folded


def fold_application(record: FoldedHousehold, data: Mapping[str, Any], submission: Submission) -> None:
    """申请书、诚信承诺和授权: the household as declared (5.1, 5.2)."""
    record["applicant"] = {key: data[key] for key in APPLICANT_KEYS if data.get(key) not in (None, "")}
    for table, kept in TABLES.items():
        record[kept] = [dict(row) for row in data.get(table) or ()]
    record["related_to_staff"] = bool(data.get("related_to_staff"))
    record["authorizations"] = []
    _include_applicant(record)
    _authorize(record, data, submission)


def fold_authorization(record: FoldedHousehold, data: Mapping[str, Any], submission: Submission) -> None:
    """补取核对授权书: adds the authorisations that were missing."""
    _authorize(record, data, submission)


def fold_home_visit(record: FoldedHousehold, data: Mapping[str, Any], submission: Submission) -> None:
    """入户调查表: what was found; it supersedes what was declared of the same kind (5.5)."""
    if data.get("visit_outcome") != "met":
        return
    record["visit"] = {
        "submission": submission.id,
        "income_found": [dict(row) for row in data.get("income_found") or ()],
        "assets_found": [dict(row) for row in data.get("assets_found") or ()],
        "expenses_found": [dict(row) for row in data.get("expenses_found") or ()],
    }


def fold_acceptance_check(record: FoldedHousehold, data: Mapping[str, Any], submission: Submission) -> None:
    """审核申请材料: which materials are missing (5.3)."""
    record["materials"] = {
        "submission": submission.id,
        "state": data.get("materials_state", ""),
        "missing": [dict(row) for row in data.get("missing_items") or ()],
    }


def apply_changes(
    record: Mapping[str, Any], changes: Sequence[Mapping[str, Any]], ref: str
) -> tuple[FoldedHousehold, bool]:
    """Apply verified changes and say whether means must be verified again (XT-20).

    A change has ``change_kind`` (member_added, member_left, income, assets, address, other), and the values it
    brings. Applying
    the same ``ref`` again changes nothing. A recheck is needed for a new member, an income or an asset.
    """
    folded: FoldedHousehold = deepcopy(dict(record))
    if ref in folded["applied"]:
        return folded, False
    folded["applied"].append(ref)
    recheck = False
    for change in changes:
        kind = str(change.get("change_kind") or change.get("kind") or "other")
        values = {key: value for key, value in change.items() if key not in ("change_kind", "kind", "what", "since")}
        values = {key: value for key, value in values.items() if value not in (None, "")}
        name = str(change.get("name") or change.get("member") or "")
        if kind == "member_added":
            folded["members"].append({**values, "name": name})
            recheck = True
        elif kind == "member_left":
            folded["members"] = [member for member in folded["members"] if member.get("name") != name]
            folded["authorizations"] = [each for each in folded["authorizations"] if each.get("member") != name]
        elif kind in ("income", "assets"):
            table = "income_items" if kind == "income" else "assets"
            if "amount" in values or "value" in values:
                whose = "member" if kind == "income" else "owner"
                folded[table].append({**_valued(values), whose: name})
            recheck = True
        elif kind == "address" and "address" in values:
            folded["applicant"]["living_address"] = values["address"]
    return folded, recheck


def _valued(values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: values[key] for key in ("type", "amount", "value") if key in values}
    return {**kept, "type": values["asset_type"]} if "asset_type" in values else kept


def members_of(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the members who count (57 art 7); those who do not stand in ``excluded_members``."""
    return [dict(member) for member in record.get("members", ())]


def born_on(resident_id: str) -> date | None:
    """Return the birth date inside a resident number; None when it holds no date."""
    digits = resident_id[6:14]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def age_on(resident_id: str, day: date) -> int | None:
    """Return the age in full years on a day; None when the number holds no date."""
    born = born_on(resident_id)
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def people_to_verify(record: Mapping[str, Any], programme: str) -> list[dict[str, str]]:
    """Return everybody whom the means query asks about: all members, and the supporters of a 特困 applicant (57 art
    17).
    """
    people = [("member", member) for member in members_of(record)]
    if programme == "tekun":
        people += [("supporter", supporter) for supporter in record.get("supporters", ())]
    return [{"name": str(each.get("name", "")), "id": str(each.get("id", "")), "part": part} for part, each in people]


def missing_authorizations(
    record: Mapping[str, Any], programme: str, sources: Sequence[str], months: int, on: date
) -> list[str]:
    """Return the names of those without a full authorisation in force on a day (57 art 9, XT-20).

    Everybody of ``people_to_verify`` needs one that covers all ``sources``; a minor is signed for by a guardian,
    which any
    authorisation of an adult member in the household supplies. Args: ``months`` of validity when the paper names no
    last day.
    """
    valid = [each for each in record.get("authorizations", ()) if _in_force(each, sources, months, on)]
    signed_ids = {str(each.get("id", "")).upper() for each in valid if each.get("id")}
    signed_names = {str(each.get("member", "")) for each in valid}
    missing = []
    for person in people_to_verify(record, programme):
        age = age_on(person["id"], on)
        signed = person["id"].upper() in signed_ids or person["name"] in signed_names
        if signed or (age is not None and age < ADULT and valid and person["part"] == "member"):
            continue
        missing.append(person["name"])
    return missing


def is_separated(record: Mapping[str, Any]) -> bool:
    """True when the applicant lives elsewhere than registered (人户分离)."""
    applicant = record.get("applicant", {})
    registered, living = applicant.get("hukou_address", ""), applicant.get("living_address", "")
    return bool(registered and living and registered != living)


def _include_applicant(record: FoldedHousehold) -> None:
    applicant = record["applicant"]
    number = str(applicant.get("applicant_id", "")).upper()
    if number and all(str(member.get("id", "")).upper() != number for member in record["members"]):
        head = {"name": applicant.get("applicant_name", ""), "id": number, "relation": "self"}
        record["members"].insert(0, head)


def _authorize(record: FoldedHousehold, data: Mapping[str, Any], submission: Submission) -> None:
    first = str(data.get("authorization_from") or day_of(submission.submitted_at).isoformat())[:10]
    for row in data.get("authorizers") or ():
        entry = {
            "member": str(row.get("name") or ""),
            "id": str(row.get("id") or "").upper(),
            "signed_on": str(row.get("signed_on") or first)[:10],
            "guardian": str(row.get("guardian") or ""),
            "valid_to": str(data.get("authorization_to") or "")[:10],
            "scope": list(data.get("authorization_scope") or ()),
        }
        record["authorizations"] = [each for each in record["authorizations"] if not _same(each, entry)]
        record["authorizations"].append(entry)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if one["id"] and other["id"]:
        return bool(one["id"] == other["id"])
    return bool(one["member"] == other["member"])


def _in_force(entry: Mapping[str, Any], sources: Sequence[str], months: int, on: date) -> bool:
    signed = date.fromisoformat(entry["signed_on"])
    last = date.fromisoformat(entry["valid_to"][:10]) if entry.get("valid_to") else add_months(signed, months)
    scope = set(entry.get("scope") or ())
    # A paper without a list of sources is the standard wording, which names all of them.
    return signed <= on <= last and (not scope or set(sources) <= scope)


FOLDS: Mapping[str, Callable[[FoldedHousehold, Mapping[str, Any], Submission], None]] = {
    "application": fold_application,
    "temp_application": fold_application,
    "authorization": fold_authorization,
    "materials_supply": fold_authorization,
    "acceptance_check": fold_acceptance_check,
    "home_visit": fold_home_visit,
}
"""Form id → the function that folds its answer into the household."""
