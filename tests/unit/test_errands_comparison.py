"""What counts as a doubt: more than declared, and what a source says itself; nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.errands.adapters.exchange import Fact
from workers.errands.comparison import ASSET_TYPES, INCOME_TYPES, declared, judge
from workers.errands.messages import MESSAGES
from workers.exchange import SOURCES

AMOUNTS = st.decimals(min_value=0, max_value=10_000_000, places=2)


def household(**tables: Any) -> dict[str, Any]:
    return {
        "members": [{"name": "周永安", "id": "1"}, {"name": "田素兰", "id": "2"}],
        "supporters": [{"name": "周远", "id": "4", "family_income": "5000.00"}],
        **tables,
    }


@given(AMOUNTS, AMOUNTS)
@pytest.mark.req("XT-20", "QJ-09")
def test_a_doubt_is_more_than_declared(known: Decimal, stated: Decimal) -> None:
    result, note = judge("bank_deposit", Fact(found=True, amount=known), f"{stated:.2f}")
    assert result == ("doubt" if known > stated else "clean")
    assert (f"{known:.2f}" in note and f"{stated:.2f}" in note) == (known > stated)


@given(AMOUNTS, st.sampled_from(["doubt", "mismatch"]))
def test_what_the_source_says_itself_stands(stated: Decimal, flag: str) -> None:
    assert judge("vehicle", Fact(found=False, flag=flag, detail="注"), f"{stated:.2f}") == (flag, "注")


def test_no_entry_and_no_amount_are_clean() -> None:
    assert judge("tax", Fact(found=False), "0.00") == ("clean", "无登记信息")
    assert judge("tax", Fact(found=True, detail="在册"), "0.00") == ("clean", "在册")
    assert judge("household_register", Fact(found=True, amount=Decimal("1.00")), None) == ("clean", "")


def test_declared_sums_by_source_and_person() -> None:
    record = household(
        assets=[
            {"type": "deposit", "owner": "周永安", "value": "100.10"},
            {"type": "deposit", "owner": "周永安", "value": "0.90"},
            {"type": "fund", "owner": "田素兰", "value": "7.00"},
            {"type": "securities", "owner": "田素兰", "value": "3.00"},
            {"type": "other", "owner": "田素兰", "value": "9999.00"},
        ],
        income_items=[
            {"member": "周永安", "type": "business", "amount": "1200.00", "period": "year"},
            {"member": "周永安", "type": "wage", "amount": "50.00", "period": "month"},
        ],
    )
    first, second = declared(record, "dibao")
    assert (first["no"], first["name"], second["name"]) == (1, "周永安", "田素兰")
    assert first["declared"]["bank_deposit"] == "101.00"
    assert first["declared"]["tax"] == "150.00"
    assert first["declared"]["market_entity"] == "100.00"
    assert second["declared"]["securities"] == "10.00"
    assert second["declared"]["bank_deposit"] == "0.00"


def test_supporters_are_asked_about_for_tekun_only_with_their_family_income() -> None:
    people = declared(household(), "tekun")
    assert [person["name"] for person in people] == ["周永安", "田素兰", "周远"]
    assert people[-1]["declared"]["tax"] == "5000.00"
    assert len(declared(household(), "dibao")) == 2


def test_compared_sources_exist() -> None:
    assert {*ASSET_TYPES, *INCOME_TYPES} < set(SOURCES)


@pytest.mark.parametrize("template", sorted(MESSAGES))
def test_messages_use_known_facts_only(template: str) -> None:
    facts = {"applicant_name": "周永安", "case_no": "案1", "visit": "", "payment": ""}
    for text in (MESSAGES[template].staff, MESSAGES[template].household):
        made = text.format_map(facts)
        assert "周永安" in made
        assert "案1" in made
        assert len(made) <= 140
