"""Households that are helped already when the year begins: a list as a district sends it, taken over by its people."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from jiuzhu.domain.identity import SYNTHETIC_PROVINCE, check_character, synthetic_account
from jiuzhu.domain.takeover_columns import AREAS, CARE_LEVELS, COLUMNS
from jiuzhu.errors import ConfigurationError
from jiuzhu.policy import DistrictPolicy
from jiuzhu.service import identity, simulating_inflow, takeover, takeover_release
from jiuzhu.service.office import Office
from jiuzhu.simulate.households import GIVEN, SURNAMES
from jiuzhu.simulate.plans import Stock

WHOLE = "standard"
"""Amount of a plan: the whole standard of the household."""
SERIES = "9"
"""First digit of the serial of these people, so that none is also an applicant of the year."""


def take_over(office: Office, district: str, stock: Sequence[Stock], villages: Sequence[str], year: int) -> int:
    """Take the households over on the year's first day; returns how many. Raises ConfigurationError for a bad list."""
    if not stock:
        return 0
    rows = _rows(stock, villages, year, office.policies.of(district), office.settings.values["programmes"])
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([one.label for one in COLUMNS])
    lines.writerows([row.get(one.key, "") for one in COLUMNS] for row in rows)
    people = simulating_inflow.holding(office, district, "take_over")
    other = [one for one in simulating_inflow.holding(office, district, "release") if one not in people]
    if not people or not other:
        raise ConfigurationError(f"{district}: nobody takes households over, or nobody else releases them")
    maker, releaser = (identity.actor_of(office, one[0]) for one in (people, other))
    found = takeover.check(office, maker, out.getvalue().encode(), "年初存量.csv")
    if found.fault_count:
        said = "；".join(f"第{one['row']}行 {one['place']}：{one['sentence']}" for one in found.faults[:3])
        raise ConfigurationError(f"plan of {district}: {said}")
    takeover.submit(office, maker, found.import_no)
    takeover.release(office, releaser, found.import_no)
    if takeover_release.carry_on(office, found.import_no) != "released":
        raise ConfigurationError(f"plan of {district}: {found.import_no} was returned")
    return found.households


def _rows(
    stock: Sequence[Stock], villages: Sequence[str], year: int, policy: DistrictPolicy, short: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    draw = random.Random(year)
    rows: list[Mapping[str, Any]] = []
    serial = 0
    for one in stock:
        for number in range(one.households):
            serial += 1
            village = villages[serial % len(villages)]
            surname = draw.choice(SURNAMES)
            head = {
                **_person(draw, surname, 68 if one.care_level else 55, year, serial * 10),
                "household_key": str(serial),
                "relation": "本人",
                "town": village[:-3],
                "village": village,
                "programme": one.programme,
                "area": one.areas[number % len(one.areas)],
                "amount_monthly": _amount(one, number, policy, short, date(year, 1, 1)),
                "since": f"{year - 1}-{number % 12 + 1:02d}",
                "paid_through": f"{year - 1}-12",
                "bank_name": "示例农村商业银行",
                "bank_account": synthetic_account(900_000_000_000 + serial),
                "next_review": date(year, (number * 3 + 1) % 12 + 1, 28).isoformat(),
                "care_level": one.care_level,
                "support_mode": one.support_mode,
            }
            if number < one.staff_relatives:
                head |= {"staff_name": "示例干部", "staff_post": "村（居）委会成员", "staff_relation": "兄弟姐妹"}
            rows.append(head)
            for member in range(1, one.members):
                child = _person(draw, surname, 30 - member, year, serial * 10 + member)
                rows.append({**child, "household_key": str(serial), "relation": "子女"})
    return rows


def _amount(one: Stock, number: int, policy: DistrictPolicy, short: Mapping[str, Any], day: date) -> str:
    """Return what a household gets: a figure of the plan, or what the district's standards give without any income."""
    said = one.amounts[number % len(one.amounts)]
    if said != WHOLE:
        return said
    area, level = AREAS[one.areas[number % len(one.areas)]], CARE_LEVELS.get(one.care_level, "")
    programme = next((code for code, word in short.items() if word == one.programme), one.programme)
    standards = [
        Decimal(str(row["amount"]))
        for row in policy.rows("standards", day)
        if row["programme"] == programme and row.get("area") in (None, "", area)
    ]
    if not standards:
        raise ConfigurationError(f"plan: there is no standard for {one.programme}")
    care = [Decimal(str(row["amount"])) for row in policy.rows("care_allowances", day) if row["care_level"] == level]
    return f"{standards[0] * one.members + (care[0] if care else 0):.2f}"


def _person(draw: random.Random, surname: str, age: int, year: int, serial: int) -> dict[str, str]:
    born = date(year - age, draw.randint(1, 12), draw.randint(1, 28))
    stem = f"{SYNTHETIC_PROVINCE}{SERIES}{serial // 1000 % 1000:03d}{born:%Y%m%d}{serial % 1000:03d}"
    number = stem + check_character(stem)
    return {"name": surname + draw.choice(GIVEN), "resident_id": number, "authorized_on": f"{year - 1}-12-20"}
