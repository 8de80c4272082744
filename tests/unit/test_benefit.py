"""Benefit by difference: laws that hold for every household (57 art 23)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.domain.benefit import Entitlement, IncomeLine, by_difference, full_standard, monthly, round_fen

AMOUNTS = st.decimals(min_value=0, max_value=99999, places=2)
LINES = st.lists(
    st.builds(
        IncomeLine,
        label=st.just("收入"),
        amount=AMOUNTS,
        effect=st.sampled_from(["counted", "deducted", "ignored"]),
    ),
    max_size=8,
)
STANDARDS = st.decimals(min_value=1, max_value=5000, places=2)
SIZES = st.integers(min_value=1, max_value=12)


@given(STANDARDS, SIZES, LINES)
def test_never_negative_and_never_above_the_full_standard(
    standard: Decimal, members: int, lines: list[IncomeLine]
) -> None:
    found = by_difference(standard, members, lines)
    assert Decimal(0) <= found.amount <= round_fen(standard * members)
    assert found.amount == round_fen(found.amount)


@given(STANDARDS, SIZES, LINES, st.randoms())
def test_order_of_the_household_is_irrelevant(standard: Decimal, members: int, lines: list[IncomeLine], any_) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(lines)
    any_.shuffle(shuffled)
    assert by_difference(standard, members, shuffled) == by_difference(standard, members, lines)


@given(STANDARDS, SIZES, LINES, AMOUNTS)
def test_more_income_never_gives_more(standard: Decimal, members: int, lines: list[IncomeLine], more: Decimal) -> None:
    richer = [*lines, IncomeLine(label="又一项", amount=more, effect="counted")]
    assert by_difference(standard, members, richer).amount <= by_difference(standard, members, lines).amount


@given(STANDARDS, SIZES, LINES, AMOUNTS)
def test_more_deductible_spending_never_gives_less(
    standard: Decimal, members: int, lines: list[IncomeLine], spent: Decimal
) -> None:
    burdened = [*lines, IncomeLine(label="又一项", amount=spent, effect="deducted")]
    assert by_difference(standard, members, burdened).amount >= by_difference(standard, members, lines).amount


@given(STANDARDS, SIZES, LINES)
def test_one_more_member_never_gives_less(standard: Decimal, members: int, lines: list[IncomeLine]) -> None:
    assert by_difference(standard, members + 1, lines).amount >= by_difference(standard, members, lines).amount


@given(STANDARDS, SIZES, LINES)
def test_full_support_does_not_ask_for_income(standard: Decimal, members: int, lines: list[IncomeLine]) -> None:
    assert full_standard(standard, members, lines).amount == round_fen(standard * members)


def test_an_example_by_hand() -> None:
    lines = [
        IncomeLine(label="务农", amount=Decimal("620.00"), effect="counted"),
        IncomeLine(label="医疗", amount=Decimal("150.00"), effect="deducted"),
        IncomeLine(label="奖学金", amount=Decimal("300.00"), effect="ignored"),
    ]
    assert by_difference(Decimal("600.00"), 3, lines) == Entitlement(
        counted=Decimal("620.00"),
        deducted=Decimal("150.00"),
        per_capita=Decimal("156.67"),
        amount=Decimal("1330.00"),
    )


def test_a_year_is_twelve_months_and_half_a_fen_goes_up() -> None:
    assert monthly(Decimal("7440.00"), "year") == Decimal("620.00")
    assert monthly(Decimal("0.06"), "year") == Decimal("0.01")
    assert monthly(Decimal("100.00"), "month") == Decimal("100.00")


def test_a_household_without_members_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one member"):
        by_difference(Decimal("600.00"), 0, [])
