"""Standing of a town and its people today: letter in force, posts held, seal kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiuzhu.domain.rows import Appointment, AuthorityGrant, EntrustmentLetter, Seal, SealCustody
from jiuzhu.domain.topics import RecordCall

DECIDING_POSTS = frozenset({"town_confirmer", "chief_rep", "town_head", "town_party_committee"})
"""Posts that may decide for a town; which of them a diagram asks is the diagram's matter."""

COUNTY_POSTS = frozenset({"county_approver"})
"""Posts that decide for the district where the town has no authority; their appointment names the district."""


def in_force(first: date, last: date | None, day: date) -> bool:
    """True when a day lies in a period; its last day counts."""
    return first <= day and (last is None or day <= last)


def town_of(call: RecordCall) -> str:
    """Return the responsible town; before acceptance the town of intake."""
    case = call.records.case()
    return str(call.inputs.get("town") or case.town or case.intake_town)


def letter_of_town(call: RecordCall) -> EntrustmentLetter | None:
    """Return the town's entrustment letter in force today; None when there is none (XT-11)."""
    found = call.records.find(EntrustmentLetter, district=call.district, town=town_of(call))
    valid = [
        letter
        for letter in found
        if letter.kind == "entrustment"
        and letter.status == "in_force"
        and in_force(letter.valid_from, letter.valid_to, call.today)
    ]
    return valid[-1] if valid else None


def staff_of_town(call: RecordCall) -> list[Appointment]:
    """Return who holds a deciding post of the town today."""
    found = call.records.find(Appointment, town=town_of(call))
    return [
        post for post in found if post.post in DECIDING_POSTS and in_force(post.valid_from, post.valid_to, call.today)
    ]


def staff_of(call: RecordCall, level: str) -> list[Appointment]:
    """Return who holds a deciding post today, of the town or of the district."""
    if level != "county":
        return staff_of_town(call)
    found = call.records.find(Appointment, town=call.district)
    return [
        post for post in found if post.post in COUNTY_POSTS and in_force(post.valid_from, post.valid_to, call.today)
    ]


def seals_of_town(call: RecordCall) -> list[Seal]:
    """Return the town's seals in use."""
    found = call.records.find(Seal, district=call.district, town=town_of(call))
    return [seal for seal in found if seal.status == "in_use"]


def custodian_of(call: RecordCall, seal: Seal) -> str:
    """Return who keeps a seal today; '' when nobody does (XT-14)."""
    found = call.records.find(SealCustody, seal_no=seal.seal_no)
    holders = [each.holder for each in found if in_force(each.valid_from, each.valid_to, call.today)]
    return holders[-1] if holders else ""


def item_code(call: RecordCall) -> str:
    """Return the code of the entrusted item for the case's programme; '' when the catalogue has none (XT-02)."""
    programme = call.records.case().programme
    rows = call.policy.rows("delegated_items", call.today)
    return next((str(row["item_code"]) for row in rows if row.get("programme") == programme), "")


def deciding_org(call: RecordCall) -> str:
    """Return in whose name the town decides: its own when devolved, the entrusting district's when entrusted (A17)."""
    programme = call.records.case().programme
    forms = {row["legal_form"] for row in authority_rows(call, call.today) if row["programme"] == programme}
    return call.district if forms == {"entrustment"} else town_of(call)


def authority_rows(call: RecordCall, day: date) -> list[dict[str, Any]]:
    """Return who may decide what from when on, as it stands on a day: the config's rows, then the town's own grants.

    A grant is what a rollout has switched on (QJ-01, QJ-28); of several the latest comes first. One that begins later
    is there too: the decision table compares the acceptance date.
    """
    rows = [dict(row) for row in call.policy.rows("authority", day)]
    found = call.records.find(AuthorityGrant, district=call.district, town=town_of(call))
    standing = [grant for grant in found if grant.devolution_until is None or day <= grant.devolution_until]
    begun = [grant for grant in standing if grant.devolution_from <= day]
    for grant in sorted(begun or standing, key=lambda grant: grant.devolution_from, reverse=True):
        rows.append(
            {
                "programme": grant.programme,
                "town": grant.town,
                "devolution_from": grant.devolution_from.isoformat(),
                "legal_form": grant.legal_form,
                "legal_basis": grant.legal_basis,
                "source": f"{grant.source}，{grant.letter_no}",
            }
        )
    return rows
