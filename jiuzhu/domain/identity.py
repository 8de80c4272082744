"""Resident ids, names, telephones and bank accounts: what is valid, and how they are masked.

Demonstration data use numbers that can belong to nobody: resident ids with the unallocated province prefix 66, accounts
beginning 999966, telephones beginning 100. They pass only where synthetic ids are allowed (never in production).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from jiuzhu.errors import Invalid

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
SYNTHETIC_PROVINCE = "66"
SYNTHETIC_ACCOUNT = "999966"
OLDEST_YEAR = 1880
RESIDENT_ID = re.compile(r"[0-9]{17}[0-9X]")
MOBILE = re.compile(r"1[3-9][0-9]{9}")
LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?")
SYNTHETIC_PHONE = re.compile(r"100[0-9]{8}")
ACCOUNT = re.compile(r"[0-9]{12,19}")


@dataclass(frozen=True)
class ResidentId:
    """A valid 18-character resident id."""

    number: str
    birth_date: date

    @property
    def gender(self) -> Literal["male", "female"]:
        """The 17th digit: odd is male."""
        return "male" if int(self.number[16]) % 2 else "female"

    @property
    def region(self) -> str:
        """Code of the county where the number was first given."""
        return self.number[:6]

    @property
    def synthetic(self) -> bool:
        """Return whether the number is one of the demonstration's, which no person can have."""
        return self.number.startswith(SYNTHETIC_PROVINCE)

    def age_on(self, day: date) -> int:
        """Return the full years of age (周岁) on a day."""
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had_birthday else 1)


def check_character(first_seventeen: str) -> str:
    """Return the 18th character (ISO 7064 MOD 11-2) of 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_seventeen, strict=True))
    return CHECKS[total % 11]


def read_resident_id(text: str, *, today: date, allow_synthetic: bool = False) -> ResidentId:
    """Return the id that a text holds (blanks and a small x are forgiven).

    Raises Invalid with the sentence for the person. The province is not looked up: genuine citizens carry codes that
    were abolished; length, date and check character are enough.
    """
    number = re.sub(r"\s", "", text).upper()
    if len(number) == 15 and number.isdecimal():
        raise Invalid("请填写18位身份证号，15位旧号已停用。")
    if not RESIDENT_ID.fullmatch(number):
        raise Invalid("身份证号应为18位：17位数字加校验码。")
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Invalid("身份证号中的出生日期不存在。") from None
    if birth > today or birth.year < OLDEST_YEAR:
        raise Invalid("身份证号中的出生日期不可能。")
    if check_character(number[:17]) != number[17]:
        raise Invalid("身份证号校验码不符，请核对。")
    found = ResidentId(number, birth)
    if found.synthetic and not allow_synthetic:
        raise Invalid("这是演示用的身份证号，不能用于正式办理。")
    return found


def luhn_holds(digits: str) -> bool:
    """Return whether the last digit of an account is its Luhn check digit."""
    if not digits.isascii() or not digits.isdecimal():
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def synthetic_id(county: str, born: date, sequence: int) -> str:
    """Return the number of nobody: a county (six digits) of a province that does not exist."""
    assert county.startswith(SYNTHETIC_PROVINCE), "no number that somebody may have"
    stem = f"{county}{born:%Y%m%d}{sequence % 1000:03d}"
    return stem + check_character(stem)


def synthetic_account(serial: int) -> str:
    """Return an account number of the demonstration, 19 digits with their check digit."""
    stem = f"{SYNTHETIC_ACCOUNT}{serial % 10**12:012d}"
    return next(stem + check for check in "0123456789" if luhn_holds(stem + check))


def read_account(text: str, *, allow_synthetic: bool = False) -> str:
    """Return the digits of a bank account. Raises Invalid with the sentence for the person."""
    digits = re.sub(r"[\s-]", "", text)
    if not ACCOUNT.fullmatch(digits):
        raise Invalid("银行账号应为12至19位数字。")
    if not luhn_holds(digits):
        raise Invalid("银行账号校验位不符，请核对。")
    if digits.startswith(SYNTHETIC_ACCOUNT) and not allow_synthetic:
        raise Invalid("这是演示用的银行账号，不能用于正式办理。")
    return digits


def read_phone(text: str, *, allow_synthetic: bool = False) -> str:
    """Return a telephone number without blanks. Raises Invalid with the sentence for the person."""
    number = re.sub(r"\s", "", text)
    if MOBILE.fullmatch(number) or LANDLINE.fullmatch(number):
        return number
    if SYNTHETIC_PHONE.fullmatch(number):
        if allow_synthetic:
            return number
        raise Invalid("这是演示用的电话号码，不能用于正式办理。")
    raise Invalid("电话号码应为11位手机号，或带区号的固定电话。")


def mask_resident_id(number: str) -> str:
    """Return an id with birth date and sequence hidden: the first six and last two characters stay."""
    return number if len(number) < 10 else number[:6] + "*" * (len(number) - 8) + number[-2:]


def mask_name(name: str) -> str:
    """Return a name with all but its first character hidden (``张*``); surnames of two characters are not guessed."""
    return name[:1] + "*" * (len(name) - 1)


def mask_phone(number: str) -> str:
    """Return a number with the middle hidden: ``138****0001``."""
    return number if len(number) < 8 else number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_account(digits: str) -> str:
    """Return an account with all but the last four digits hidden."""
    return "*" * max(len(digits) - 4, 0) + digits[-4:]
