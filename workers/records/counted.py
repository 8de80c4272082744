"""Whose income counts: a household of one stands alone; those bound to support are reckoned to pay (XX-21, XX-22)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from jiuzhu.domain.benefit import ZERO, IncomeLine, round_fen
from jiuzhu.domain.household import members_of
from jiuzhu.domain.rows import Recipient

FULL_SUPPORT = frozenset({"tekun"})
"""Programmes that pay the whole standard to one person, not the difference to a household (43 art 3)."""


def stands_alone(recipient: Recipient, household: dict[str, Any]) -> bool:
    """True for a recipient who was taken in as a household of one: others stand on record beside him (XX-22).

    Who stands on record alone is an ordinary household of one: whoever joins it, or is found in it, counts.
    """
    if recipient.members != 1:
        return False
    return recipient.programme in FULL_SUPPORT or len(members_of(household)) > 1


def counted_household(household: dict[str, Any], *, alone: bool) -> dict[str, Any]:
    """Return the household as the calculation counts it: whoever is taken in as a household of one stands alone.

    Of the others neither the incomes nor the assets count, and nothing is paid for them (XX-22).
    """
    if not alone:
        return household
    applicant = household["applicant"]
    number, name = str(applicant.get("applicant_id", "")).upper(), str(applicant.get("applicant_name", ""))
    visit = dict(household["visit"])
    visit["income_found"] = [row for row in visit.get("income_found", ()) if row.get("member") == name]
    visit["assets_found"] = [row for row in visit.get("assets_found", ()) if row.get("owner") == name]
    return {
        **household,
        "members": [each for each in household["members"] if str(each.get("id", "")).upper() == number],
        "income_items": [row for row in household["income_items"] if row.get("member") == name],
        "assets": [row for row in household["assets"] if row.get("owner") == name],
        "visit": visit,
        "alone": name,
    }


def support_fees(household: dict[str, Any], standard: Decimal, ratio: Decimal) -> list[IncomeLine]:
    """Return what those bound to support the applicant are reckoned to pay each month (XX-21).

    Of each one able to: the income of his own family above the dibao standard for its heads, times the ratio.
    """
    lines = []
    for row in household["supporters"]:
        if row.get("ability") != "able":
            continue
        above = amount_of(row.get("family_income")) - standard * int(row.get("family_size") or 1)
        if above > ZERO:
            fee = round_fen(above * ratio)
            lines.append(IncomeLine(label=f"{row.get('name', '')}：应付赡养费", amount=fee, effect="counted"))
    return lines


def amount_of(value: Any) -> Decimal:
    """Return a form's amount; nothing, or what is no number, is zero."""
    try:
        return round_fen(Decimal(str(value))) if value not in (None, "") else ZERO
    except InvalidOperation:
        return ZERO
