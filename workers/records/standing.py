"""Standing of a town and its people today: letter in force, posts held, seal kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiuzhu.domain.rows import Appointment, AuthorityGrant, EntrustmentLetter, Seal, SealCustody
from jiuzhu.domain.standing import COUNTY_POSTS, grant_rows, handed_down, keeper_of, letter_of, posts_of
from jiuzhu.domain.topics import RecordCall


def town_of(call: RecordCall) -> str:
    """Return the responsible town; before acceptance the town of intake."""
    case = call.records.case()
    return str(call.inputs.get("town") or case.town or case.intake_town)


def letter_of_town(call: RecordCall) -> EntrustmentLetter | None:
    """Return the town's entrustment letter in force today; None when there is none (XT-11)."""
    return letter_of(call.records.find(EntrustmentLetter, district=call.district, town=town_of(call)), call.today)


def staff_of_town(call: RecordCall) -> list[Appointment]:
    """Return who holds a deciding post of the town today."""
    return posts_of(call.records.find(Appointment, town=town_of(call)), call.today)


def staff_of(call: RecordCall, level: str) -> list[Appointment]:
    """Return who holds a deciding post today, of the town or of the district."""
    if level != "county":
        return staff_of_town(call)
    return posts_of(call.records.find(Appointment, town=call.district), call.today, COUNTY_POSTS)


def seals_of_town(call: RecordCall) -> list[Seal]:
    """Return the town's seals in use."""
    found = call.records.find(Seal, district=call.district, town=town_of(call))
    return [seal for seal in found if seal.status == "in_use"]


def custodian_of(call: RecordCall, seal: Seal) -> str:
    """Return who keeps a seal today; '' when nobody does (XT-14)."""
    return keeper_of(seal, call.records.find(SealCustody, seal_no=seal.seal_no), call.today)


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
    """Return who may decide what from when on, as it stands on a day: the config's rows, then the town's own grants."""
    rows = handed_down(call.policy, day)
    return [*rows, *grant_rows(call.records.find(AuthorityGrant, district=call.district, town=town_of(call)), day)]
