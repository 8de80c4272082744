"""Rules of reviews: windows at their edges, who is on the list, portions; config and calendar say the same."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.domain.campaigns import ReviewRule, portions, rules_of
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.domain.rows import Recipient
from jiuzhu.policy import load_policies
from tests.conftest import ROOT

POLICIES = load_policies(ROOT / "config")
DAY = date(2026, 7, 1)


def rules(district: str) -> dict[str, ReviewRule]:
    return {one.kind: one for one in rules_of(POLICIES.of(district).rows("reviews", DAY))}


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)


def recipient(**values: Any) -> Recipient:
    given: dict[str, Any] = {
        "recipient_no": "城区000001",
        "case_no": "一",
        "district": "jincheng",
        "town": "140502100",
        "village": "140502100001",
        "programme": "dibao",
        "name": "示例",
        "resident_id": "",
        "resident_ref": "",
        "members": 1,
        "amount_monthly": Decimal("600.00"),
        "payer": "town",
        "decision_no": "",
        "since": "2026-07",
        "review_months": 12,
        "next_review": date(2026, 8, 31),
        **values,
    }
    return Recipient(**given)


@pytest.mark.req("JC-33")
@pytest.mark.parametrize(
    ("moment", "period"),
    [
        ("2026-06-30T23:59:59", None),
        ("2026-07-01T00:00:00", "2026"),
        ("2026-09-30T23:59:59", "2026"),
        ("2026-10-01T00:00:00", None),
    ],
)
def test_the_third_quarter_begins_and_ends_to_the_second(moment: str, period: str | None) -> None:
    found = rules("jincheng")["annual"].window(at(moment))
    assert (found.name if found else None) == period


@pytest.mark.req("XX-37", "XX-38")
def test_towns_every_month_and_country_every_quarter() -> None:
    of = rules("xixiu")
    now = at("2026-08-20T10:00:00")
    names = {kind: (rule.window(now) or rule.next_window(now)) for kind, rule in of.items()}
    assert {kind: period.name for kind, period in names.items() if period} == {
        "urban_dynamic": "2026-08",
        "rural_dynamic": "2026Q3",
        "regular": "2026-08",
    }
    period = names["urban_dynamic"]
    assert period is not None
    takes = {
        area: [kind for kind, rule in of.items() if rule.takes(recipient(area=area), date(2026, 8, 20), period)]
        for area in ("urban", "rural", "")
    }
    assert takes == {"urban": ["urban_dynamic"], "rural": ["rural_dynamic"], "": ["urban_dynamic"]}
    assert of["regular"].takes(recipient(programme="tekun"), date(2026, 8, 20), period)


@pytest.mark.req("JC-33", "QJ-16")
@pytest.mark.parametrize(
    ("values", "annual", "periodic"),
    [
        ({}, True, True),
        ({"state": "gradual_exit"}, True, True),
        ({"state": "suspended"}, False, False),
        ({"state": "ended"}, False, False),
        ({"since": "2026-08"}, False, False),
        ({"programme": "low_income"}, False, False),
        ({"next_review": date(2026, 9, 1)}, True, False),
        ({"next_review": date(2026, 1, 1)}, True, True),
    ],
)
def test_who_is_on_the_list(values: dict[str, Any], annual: bool, periodic: bool) -> None:
    yearly, monthly = rules("jincheng")["annual"], rules("qijiang")["periodic"]
    year, month = yearly.window(at("2026-07-01T00:00:00")), monthly.window(at("2026-08-01T00:00:00"))
    assert year is not None
    assert month is not None
    assert yearly.takes(recipient(**values), DAY, year) is annual
    assert monthly.takes(recipient(**{"next_review": date(2026, 8, 31), **values}), DAY, month) is periodic


def test_a_village_is_cut_into_portions_and_nobody_is_lost() -> None:
    everybody = [recipient(recipient_no=f"{number:03d}", village=f"v{number % 2}") for number in range(130)]
    cut = portions(everybody, 50)
    assert [(village, number, len(own)) for village, number, own in cut] == [
        ("v0", 1, 50),
        ("v0", 2, 15),
        ("v1", 1, 50),
        ("v1", 2, 15),
    ]
    assert sorted(one.recipient_no for _, _, own in cut for one in own) == sorted(one.recipient_no for one in everybody)


def test_calendar_and_rules_name_the_same_windows() -> None:
    entries = tomllib.loads((ROOT / "config/schedules.toml").read_text(encoding="utf-8"))
    started = [one for one in entries.values() if one.get("process") == "shared_review_campaign"]
    named = {(place, one["variables"]["review_kind"]) for one in started for place in one["districts"]}
    kept = {(place, kind) for place in POLICIES.districts for kind in rules(place)}
    assert named == kept
    for one in started:
        for place in one["districts"]:
            rule = rules(place)[one["variables"]["review_kind"]]
            assert (rule.every, rule.opens, rule.closes) == (one["every"], one["opens"], one["due"])
