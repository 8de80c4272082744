"""The benefit task: what counts, what supersedes what, what is added in the end."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jiuzhu.domain.rows import BenefitCalculation, MeansQuery, MeansResult
from jiuzhu.errors import Refused
from tests.fakes.desk import MORNING, Desk
from tests.fakes.household import application, confirmation, home_visit


def household(programme: str = "dibao", **changes: object) -> Desk:
    desk = Desk(programme=programme)
    desk.submit("application", application(programme=programme, **changes))
    return desk


@pytest.mark.req("JC-09")
def test_income_less_deductions_against_the_rural_standard() -> None:
    desk = household()
    answer = desk.run("benefit")
    assert answer["per_capita_income"] == "156.67"
    assert answer["amount_monthly"] == "1330.00"
    assert answer["asset_ok"] is True
    kept = desk.rows(BenefitCalculation)[0]
    assert (kept.standard, kept.members, kept.mode) == (Decimal("600.00"), 3, "proposal")
    assert {line["effect"] for line in kept.lines} == {"counted", "deducted", "ok"}


def test_urban_households_have_their_own_standard() -> None:
    desk = household(hukou_type="urban")
    desk.run("benefit")
    assert desk.rows(BenefitCalculation)[0].standard == Decimal("720.00")


def test_education_is_no_deduction() -> None:
    desk = household(rigid_expenses=[{"type": "education", "amount": "900.00"}])
    assert desk.run("benefit")["amount_monthly"] == "1180.00"


def test_a_member_s_income_counts_when_no_item_is_listed() -> None:
    desk = household(income_items=[], rigid_expenses=[])
    assert desk.run("benefit")["amount_monthly"] == "1180.00"


def test_what_the_visit_found_supersedes_what_was_declared() -> None:
    desk = household(rigid_expenses=[])
    desk.submit("home_visit", home_visit(income_found=[{"member": "周永安", "type": "business", "amount": "900.00"}]))
    assert desk.run("benefit")["amount_monthly"] == "900.00"
    desk.submit("home_visit", home_visit(income_found=[{"member": "吴秀兰", "type": "wage", "amount": "300.00"}]))
    assert desk.run("benefit")["amount_monthly"] == "880.00", "another kind is added to what was declared"


@pytest.mark.parametrize(
    ("assets", "expected"),
    [
        ([{"type": "deposit", "owner": "周永安", "value": "60000.00"}], True),
        ([{"type": "deposit", "owner": "周永安", "value": "60000.01"}], False),
        (
            [
                {"type": "deposit", "owner": "甲", "value": "40000.00"},
                {"type": "deposit", "owner": "乙", "value": "40000"},
            ],
            False,
        ),
        ([{"type": "vehicle", "owner": "周永安", "value": "1.00"}], False),
        ([{"type": "house", "owner": "周永安", "value": "300000.00"}], True),
    ],
    ids=["at the limit", "a fen above", "two accounts together", "a car", "the home"],
)
def test_assets(assets: list[dict[str, str]], expected: bool) -> None:
    assert household(assets=assets).run("benefit")["asset_ok"] is expected


def test_the_means_report_outweighs_a_lower_declaration() -> None:
    desk = household()
    desk.add(
        MeansQuery(
            query_no="核1",
            case_no=desk.records.head.case_no,
            round=1,
            requester="p1",
            executor="county",
            requested_at=MORNING,
            returned_at=MORNING,
            people=3,
            sources=["bank_deposit"],
        ),
        MeansResult(
            query_no="核1",
            line=1,
            case_no=desk.records.head.case_no,
            member="周永安",
            source="bank_deposit",
            result="doubt",
            amount=Decimal("86000.00"),
        ),
    )
    assert desk.run("benefit")["asset_ok"] is False


@pytest.mark.req("JC-22", "XT-40")
def test_tekun_gets_the_whole_standard_and_in_the_end_the_care_allowance() -> None:
    desk = household("tekun")
    assert desk.run("benefit")["amount_monthly"] == "2340.00"
    desk.submit("confirmation", confirmation(amount_monthly="2340.00"), person="decider")
    assert desk.run("benefit", mode="final", care_level="partial")["amount_monthly"] == "2700.00"


def test_a_decided_amount_stays_in_the_end() -> None:
    desk = household()
    desk.run("benefit")
    desk.submit("confirmation", confirmation(amount_monthly="1200.00", amount_reason="核减"), person="decider")
    assert desk.run("benefit", mode="final", care_level="")["amount_monthly"] == "1200.00"


def test_without_a_standard_the_click_is_refused() -> None:
    desk = household()
    with pytest.raises(Refused, match="标准"):
        desk.run("benefit", programme="low_income")
