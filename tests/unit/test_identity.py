"""Resident ids, accounts, telephones, masks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.domain.identity import (
    check_character,
    luhn_holds,
    mask_account,
    mask_name,
    mask_phone,
    mask_resident_id,
    read_account,
    read_phone,
    read_resident_id,
)
from jiuzhu.errors import Invalid

TODAY = date(2026, 9, 16)
VALID = [
    "660117195603120019",
    "660117198307050021",
    "660110194809210037",
    "660110197906140046",
    "660982196502200058",
    "660982201109030068",
    "660402197211010081",
    "660402199012310072",
    "660502194105080096",
    "660502200510170106",
]
SEVENTEEN = st.builds(
    lambda region, day, serial: f"66{region:04d}{day:%Y%m%d}{serial:03d}",
    st.integers(0, 9999),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


@pytest.mark.parametrize("number", VALID)
def test_demonstration_ids_are_valid_and_synthetic(number: str) -> None:
    found = read_resident_id(number, today=TODAY, allow_synthetic=True)
    assert found.synthetic
    assert found.region == number[:6]
    assert found.birth_date.strftime("%Y%m%d") == number[6:14]
    with pytest.raises(Invalid, match="演示"):
        read_resident_id(number, today=TODAY)


@given(SEVENTEEN)
def test_every_number_with_its_check_character_is_valid(first: str) -> None:
    number = first + check_character(first)
    found = read_resident_id(f" {number.lower()} ", today=TODAY, allow_synthetic=True)
    assert found.number == number
    assert found.gender == ("male" if int(number[16]) % 2 else "female")


@given(SEVENTEEN, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_found(first: str, place: int, shift: int) -> None:
    number = first + check_character(first)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(Invalid):
        read_resident_id(wrong, today=TODAY, allow_synthetic=True)


@given(SEVENTEEN, st.integers(0, 15))
def test_two_swapped_digits_are_found(first: str, place: int) -> None:
    number = first + check_character(first)
    if number[place] == number[place + 1]:
        return
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    with pytest.raises(Invalid):
        read_resident_id(wrong, today=TODAY, allow_synthetic=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "18位"),
        ("110101800101001", "15位"),
        ("66050219410508009X", "校验码"),
        ("660502194102300095", "不存在"),
        ("6605021941050800", "18位"),
        ("66050219410508009６", "18位"),
        ("１１０１０１１９９００１０１００１１", "18位"),
    ],
)
def test_wrong_ids_get_a_sentence(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_resident_id(text, today=TODAY, allow_synthetic=True)


def test_nobody_is_born_tomorrow() -> None:
    first = "66050220260917001"
    with pytest.raises(Invalid, match="不可能"):
        read_resident_id(first + check_character(first), today=TODAY, allow_synthetic=True)


def test_a_real_province_needs_no_permission_and_old_codes_pass() -> None:
    for region in ("110101", "512301"):  # 512301: a prefecture abolished in 1997, its people still carry the number
        first = region + "19500101" + "001"
        assert not read_resident_id(first + check_character(first), today=TODAY).synthetic


def test_ages_are_full_years() -> None:
    found = read_resident_id("660502200510170106", today=TODAY, allow_synthetic=True)
    assert found.age_on(date(2021, 10, 16)) == 15
    assert found.age_on(date(2021, 10, 17)) == 16


def test_accounts_follow_luhn() -> None:
    digits = next(f"999966000000000001{n}" for n in range(10) if luhn_holds(f"999966000000000001{n}"))
    assert read_account(f"{digits[:4]} {digits[4:]}", allow_synthetic=True) == digits
    with pytest.raises(Invalid, match="演示"):
        read_account(digits)
    with pytest.raises(Invalid, match="校验"):
        read_account(digits[:-1] + str((int(digits[-1]) + 1) % 10), allow_synthetic=True)
    with pytest.raises(Invalid, match="12至19"):
        read_account("12345")
    assert not luhn_holds("１２")


@given(st.text(alphabet="0123456789", min_size=12, max_size=18))
def test_exactly_one_last_digit_holds(digits: str) -> None:
    assert sum(luhn_holds(digits + last) for last in "0123456789") == 1


def test_telephones() -> None:
    assert read_phone("138 0000 0001") == "13800000001"
    assert read_phone("0356-2026001") == "0356-2026001"
    assert read_phone("10012345678", allow_synthetic=True) == "10012345678"
    for wrong in ("10012345678", "12345678901", "110", "电话"):
        with pytest.raises(Invalid):
            read_phone(wrong)


def test_masks_hide_what_they_should() -> None:
    assert mask_resident_id("660502194105080096") == "660502**********96"
    assert mask_name("张三") == "张*"
    assert mask_name("") == ""
    assert mask_phone("10012345678") == "100****5678"
    assert mask_account("9999660000000000011") == "***************0011"


@given(SEVENTEEN)
def test_a_masked_id_keeps_no_birth_date(first: str) -> None:
    number = first + check_character(first)
    assert len(mask_resident_id(number)) == 18
    assert number[6:16] not in mask_resident_id(number)
