"""Compare what a source knows with what the household declared: pure, one rule for all sources.

The verifier judges; this only says where to look. Income and assets alone never refuse anybody (R-19).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from jiuzhu.domain.household import people_to_verify
from jiuzhu.domain.topics import Value
from workers.errands.adapters.exchange import Fact

MONTHS = 12

ASSET_TYPES: Mapping[str, tuple[str, ...]] = {
    "real_estate": ("house",),
    "vehicle": ("vehicle",),
    "bank_deposit": ("deposit",),
    "commercial_insurance": ("insurance",),
    "securities": ("securities", "fund"),
    "internet_finance": ("internet_finance",),
}
"""Source → types of declared assets with which its amount is compared."""

INCOME_TYPES: Mapping[str, tuple[str, ...]] = {
    "tax": ("wage", "business", "property"),
    "social_insurance": ("transfer",),
    "market_entity": ("business",),
    "housing_fund": ("wage",),
}
"""Source → types of declared income (a month) with which its amount (a month) is compared."""


def declared(record: Mapping[str, Any], programme: str) -> list[dict[str, Value]]:
    """Return everybody to ask about, with what the household declared for them by source (decimal strings)."""
    found: list[dict[str, Value]] = []
    for number, person in enumerate(people_to_verify(record, programme), start=1):
        sums = {source: _assets(record, person["name"], types) for source, types in ASSET_TYPES.items()}
        sums |= {source: _income(record, person["name"], types) for source, types in INCOME_TYPES.items()}
        found.append({"no": number, **person, "declared": {source: f"{sum_:.2f}" for source, sum_ in sums.items()}})
    return found


def judge(source: str, fact: Fact, declared_amount: str | None) -> tuple[str, str]:
    """Return result (clean, doubt, mismatch) and a Chinese note for one answer.

    1. What the source itself flags stands. 2. No entry is clean. 3. More than declared is a doubt; as much or less,
    or a source without amounts, is clean.
    """
    if fact.flag:
        return fact.flag, fact.detail
    if not fact.found:
        return "clean", fact.detail or "无登记信息"
    if declared_amount is None or fact.amount is None:
        return "clean", fact.detail
    stated = Decimal(declared_amount)
    if fact.amount > stated:
        sentence = f"比对{fact.amount:.2f}元，申报{stated:.2f}元"
        return "doubt", f"{fact.detail}；{sentence}" if fact.detail else sentence
    return "clean", fact.detail


def _assets(record: Mapping[str, Any], name: str, types: Sequence[str]) -> Decimal:
    rows = [row for row in record.get("assets", ()) if row.get("type") in types and row.get("owner") == name]
    return sum((_number(row.get("value")) for row in rows), Decimal(0))


def _income(record: Mapping[str, Any], name: str, types: Sequence[str]) -> Decimal:
    total = Decimal(0)
    for row in record.get("income_items", ()):
        if row.get("type") in types and row.get("member") == name:
            amount = _number(row.get("amount"))
            total += amount / MONTHS if row.get("period") == "year" else amount
    for supporter in record.get("supporters", ()):
        if supporter.get("name") == name:
            total += _number(supporter.get("family_income"))
    return total


def _number(value: object) -> Decimal:
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)
