"""Synthetic people, numbers and the setting in which a form is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Answers = dict[str, Any]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
PREFIX = {"jincheng": "660502", "xintai": "660982", "ninghe": "660117", "qijiang": "660110", "xixiu": "660402"}
VILLAGE = {
    "jincheng": "140502100001",
    "xintai": "370982002001",
    "ninghe": "120117102001",
    "qijiang": "500110111001",
    "xixiu": "520402109001",
}
SOURCES = (
    "household_register",
    "tax",
    "social_insurance",
    "real_estate",
    "market_entity",
    "housing_fund",
    "vehicle",
    "bank_deposit",
    "commercial_insurance",
    "securities",
    "internet_finance",
)


def resident_id(born: str = "19560312", sequence: int = 1, *, prefix: str = "660502") -> str:
    """Return a synthetic resident id with a right check digit; an odd sequence is a man, an even one a woman."""
    digits = f"{prefix}{born}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def bank_account(number: int = 1) -> str:
    """Return a synthetic 19-digit account with a right Luhn digit."""
    digits = f"999966{number:012d}"
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = int(character) * (1 if position % 2 else 2)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


class Setting:
    def __init__(self, district: str, today: str, attachment: str, household: int) -> None:
        self.district = district
        self.today = today
        self.at_ten = f"{today}T10:00:00+08:00"
        self.files = [attachment]
        self.household = household
        self.prefix = PREFIX[district]

    def id(self, born: str, offset: int) -> str:
        return resident_id(born, (self.household * 10 + offset) % 1000, prefix=self.prefix)

    def login(self, role: str, number: int = 1) -> str:
        return f"{self.district}-{role}-{number}"


SIGNED: Mapping[str, Any] = {"way": "login", "confirm": True}
