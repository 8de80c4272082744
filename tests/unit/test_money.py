"""Amounts: reading, rounding, writing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.domain.money import capital, from_fen, grouped, money_text, rounded, to_fen, yuan
from jiuzhu.errors import Invalid

AMOUNTS = st.integers(0, 10**13).map(from_fen)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("1234.5", "1234.50"), (" 1,234.50 ", "1234.50"), ("0", "0.00"), (8000, "8000.00"), (Decimal("1E+3"), "1000.00")],
)
def test_amounts_are_read(text: str | int | Decimal, wanted: str) -> None:
    assert money_text(yuan(text)) == wanted


@pytest.mark.parametrize("text", ["", "abc", "1.234", "1e3", "NaN", "Infinity", "１２", "1 2", True, 1.5, "9" * 13])
def test_what_is_no_amount_is_refused(text: object) -> None:
    with pytest.raises(Invalid):
        yuan(text)  # type: ignore[arg-type]


@given(AMOUNTS)
def test_amounts_survive_the_borders(amount: Decimal) -> None:
    assert yuan(money_text(amount)) == amount
    assert yuan(grouped(amount)) == amount
    assert from_fen(to_fen(amount)) == amount


def test_halves_are_rounded_up() -> None:
    assert rounded(Decimal("0.005")) == Decimal("0.01")
    assert rounded(Decimal("2.345")) == Decimal("2.35")
    with pytest.raises(Invalid):
        rounded(Decimal("1e13"))


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.5", "伍角整"),
        ("10", "壹拾元整"),
        ("1004", "壹仟零肆元整"),
        ("10004", "壹万零肆元整"),
        ("1234.50", "壹仟贰佰叁拾肆元伍角整"),
        ("1010.05", "壹仟零壹拾元零伍分"),
        ("350.20", "叁佰伍拾元贰角整"),
        ("8000", "捌仟元整"),
        ("100010000", "壹亿零壹万元整"),
        ("1000000.07", "壹佰万元零柒分"),
    ],
)
def test_amounts_in_words(amount: str, words: str) -> None:
    assert capital(Decimal(amount)) == words


@given(AMOUNTS, AMOUNTS)
def test_words_tell_amounts_apart(left: Decimal, right: Decimal) -> None:
    assert (capital(left) == capital(right)) is (left == right)


def test_no_words_below_zero() -> None:
    with pytest.raises(Invalid):
        capital(Decimal("-1"))
