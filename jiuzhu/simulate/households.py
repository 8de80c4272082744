"""Invented families: names, ids that belong to nobody, members, incomes and authorisations for an application."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jiuzhu.domain.identity import SYNTHETIC_PROVINCE, synthetic_account, synthetic_id

SURNAMES = "常连桂梁贺栾滕邢瞿郝裴晏阮欧闵柴卓蒲"
GIVEN = ("有福", "桂香", "玉兰", "秋生", "志远", "春梅", "长庚", "美兰", "国平", "子轩", "建业", "素云")
SUPPORTED = 0.2
"""How many families name somebody outside who owes them support."""
WORK = ("farming", "flexible", "unable")


class Families:
    """Makes families; the same draw makes the same ones, and no id twice."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self._made = 0

    def application(self, village: str, programme: str, today: date) -> dict[str, Any]:
        """Return the answers of an application that say who the family is and what it lives on."""
        draw = self._draw
        single = programme == "tekun" or draw.random() < 0.3
        surname = draw.choice(SURNAMES)
        head = self._person(surname, 68 if programme == "tekun" else draw.randint(35, 70), today)
        members = [self._member(head, "self", today, able=programme != "tekun")]
        if not single:
            spouse = self._person(draw.choice(SURNAMES), draw.randint(33, 68), today)
            members.append(self._member(spouse, "spouse", today, able=False))
        if not single and draw.random() < 0.5:
            child = self._person(surname, draw.randint(6, 15), today)
            members.append(self._member(child, "child", today, able=False) | {"employment": "student"})
        # Who owes support is asked about, too: without a signature the case would wait for one.
        supporters = [self._person(surname, draw.randint(25, 60), today)] if draw.random() < SUPPORTED else []
        income = members[0]["monthly_income"]
        guardian = members[0]["name"]
        return {
            "programme": programme,
            "village": village,
            "applicant_name": members[0]["name"],
            "applicant_id": members[0]["id"],
            "phone": f"100{draw.randrange(10**8):08d}",
            "hukou_address": f"示例村{draw.randint(1, 200)}号",
            "living_address": f"示例村{draw.randint(1, 200)}号",
            "members": members,
            "income_items": [
                {"member": members[0]["name"], "type": "business", "amount": income, "period": "month"},
            ]
            if income != "0.00"
            else [],
            "reason": "收入不够日常开支和用药，生活困难。",
            "hardship_facts": "突发重病住院，自付部分无力承担。",
            "amount": f"{draw.choice((800, 1200, 1500, 2600, 6000))}.00",
            "poverty_cause": ["illness"],
            "authorizers": [
                {
                    "name": one["name"],
                    "id": one["id"],
                    "signed_on": today.isoformat(),
                    "guardian": guardian if one.get("relation") == "child" else "",
                }
                for one in (*members, *supporters)
            ],
            "has_supporters": bool(supporters),
            "supporters": [
                {**one, "relation": "child", "family_size": 3, "family_income": "2400.00", "ability": "unable"}
                for one in supporters
            ],
            "bank_holder": members[0]["name"],
            "bank_account": synthetic_account(draw.randrange(10**12)),
            "apply_date": today.isoformat(),
        }

    def _person(self, surname: str, age: int, today: date) -> Mapping[str, Any]:
        born = date(today.year - age, self._draw.randint(1, 12), self._draw.randint(1, 28))
        self._made += 1
        number = synthetic_id(f"{SYNTHETIC_PROVINCE}{self._made // 1000 % 10000:04d}", born, self._made)
        return {"name": surname + self._draw.choice(GIVEN), "id": number}

    def _member(self, person: Mapping[str, Any], relation: str, today: date, *, able: bool) -> dict[str, Any]:
        work = self._draw.choice(WORK) if able else "unable"
        income = "0.00" if work == "unable" else f"{self._draw.randint(1, 8) * 90}.00"
        return {
            **person,
            "relation": relation,
            "marital": "married" if relation != "child" else "unmarried",
            "education": "primary",
            "health": "chronic" if relation == "self" else "healthy",
            "employment": work,
            "monthly_income": income,
        }


def programmes_of(options: Sequence[Any], draw: random.Random) -> str:
    """Return one of a form's programmes; low income support most of the time where it is there."""
    return str(draw.choice([one for one in options for _ in range(3 if one == "dibao" else 1)]))
