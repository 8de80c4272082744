"""One payment process for all districts: three people, a fund that never falls below zero, aid before its papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.errors import Forbidden, Refused
from jiuzhu.service import clock as office_clock
from jiuzhu.service.office import Office
from tests.conftest import DAY
from tests.walks import Line, Walker, load_walks

pytestmark = pytest.mark.walks
Offices = Callable[[str], Office]
WALKS = load_walks()
URGENT = {"ninghe": "NT4", "xintai": "XL4"}


def until(office: Office, walk: str, element: str, *, household: int = 1, **application: Any) -> Walker:
    """Walk a case until an element is the next line of its order."""
    lines = [Line.parse(line) for line in WALKS[walk]["order"]]
    place = next(at for at, line in enumerate(lines) if line.element == element)
    walker = Walker(office, {**WALKS[walk], "application": application}, household=household)
    walker.arrange()
    walker.start()
    for line in lines[:place]:
        walker.complete(line)
    return walker


def give_role(walker: Walker, login: str, role: str, organisation: str) -> None:
    """Let a demo person hold one more role, as a badly kept user directory might."""
    with walker.office.store.engine.begin() as connection:
        connection.execute(
            text(
                "insert into membership (person, role, organisation, from_day) "
                "select id, :role, :organisation, '2019-01-01' from person where login = :login"
            ),
            {"role": role, "organisation": organisation, "login": login},
        )


def fund(walker: Walker, amount: str) -> None:
    """Leave exactly this much in the funds of the towns."""
    cents = int(Decimal(amount) * 100)
    with walker.office.store.engine.begin() as connection:
        connection.execute(text("update reserve_entry set amount = :cents where kind = 'in'"), {"cents": cents})


def lines_of(walker: Walker) -> list[tuple[str, int]]:
    found = walker.rows("select kind, amount from reserve_entry where case_no = :case_no order by seq")
    return [(row["kind"], int(row["amount"])) for row in found]


@pytest.mark.req("XT-09", "NH-03")
@pytest.mark.parametrize("district", ["ninghe", "xintai"])
def test_the_fund_never_falls_below_zero(district: str, office_on: Offices) -> None:
    office = office_on(DAY)
    walk = URGENT[district]
    first = until(office, walk, "Task_MakePayment", household=1)
    paid = Decimal("2000.00") if district == "ninghe" else Decimal("1500.00")
    fund(first, str(paid * 2 - Decimal("0.01")))
    first, second = (until(office, walk, "Task_MakePayment", household=number) for number in (2, 3))
    for walker in (first, second):  # both were told that the fund reaches
        walker.complete(Line.parse("Task_MakePayment town_finance use_reserve_fund=true"))
    first.complete(Line.parse("Task_CheckPayment town_finance_checker payment_ok=true"))
    assert lines_of(first) == [("out", int(paid * 100))]
    with pytest.raises(Refused, match="余额"):
        second.complete(Line.parse("Task_CheckPayment town_finance_checker payment_ok=true"))
    assert lines_of(second) == []
    assert second.rows("select payment_no from single_payment where case_no = :case_no") == []
    second.complete(Line.parse("Task_CheckPayment town_finance_checker payment_ok=false"))
    second.complete(Line.parse("Task_MakePayment town_finance use_reserve_fund=true"))  # no longer offered: not taken
    second.complete(Line.parse("Task_CheckPayment town_finance_checker payment_ok=true"))
    found = second.rows("select from_reserve from single_payment where case_no = :case_no")
    assert [bool(row["from_reserve"]) for row in found] == [False]
    assert lines_of(second) == []


@pytest.mark.req("XT-09")
@pytest.mark.parametrize(("left", "offered"), [("1499.99", False), ("1500.00", True)])
def test_the_fund_is_offered_up_to_its_last_fen(left: str, offered: bool, office_on: Offices) -> None:
    walker = until(office_on(DAY), "XL1", "Task_ChiefRepTemp", amount="1500.00")
    fund(walker, left)
    walker.complete(Line.parse("Task_ChiefRepTemp chief_rep decision=granted amount=1500.00"))
    walker.complete(Line.parse("Task_MakePayment town_finance use_reserve_fund=true"))
    walker.complete(Line.parse("Task_CheckPayment town_finance_checker payment_ok=true"))
    found = walker.rows("select from_reserve from single_payment where case_no = :case_no")
    assert [bool(row["from_reserve"]) for row in found] == [offered]


@pytest.mark.req("NH-03")
def test_who_decided_neither_makes_nor_checks(office_on: Offices) -> None:
    walker = until(office_on(DAY), "NT1", "Task_MakePayment")
    for role in ("town_finance", "town_finance_checker"):
        give_role(walker, "ninghe-town_confirmer-1", role, "120117102")
        give_role(walker, "ninghe-town_finance-1", role, "120117102")
    with pytest.raises(Forbidden, match="职责分离"):
        walker.complete(Line.parse("Task_MakePayment town_confirmer use_reserve_fund=false"))
    walker.complete(Line.parse("Task_MakePayment town_finance use_reserve_fund=false"))
    for role in ("town_finance", "town_confirmer"):
        with pytest.raises(Forbidden, match="职责分离"):
            walker.complete(Line.parse(f"Task_CheckPayment {role} payment_ok=true"))
    assert walker.rows("select payment_no from single_payment where case_no = :case_no") == []
    walker.complete(Line.parse("Task_CheckPayment town_finance_checker payment_ok=true"))
    assert len(walker.rows("select payment_no from single_payment where case_no = :case_no")) == 1


@pytest.mark.req("NH-15", "XT-09", "XX-13")
@pytest.mark.parametrize("district", ["ninghe", "xintai"])
def test_papers_that_come_late_are_on_the_supervisors_list(district: str, office_on: Offices) -> None:
    walker = until(office_on(DAY), URGENT[district], "Task_MakeUp")
    listed = "select alert_group from alert where case_no = :case_no and kind = 'due_paperwork'"
    (owed,) = walker.rows("select due_at from obligation where case_no = :case_no and due_name = 'due_paperwork'")
    assert str(owed["due_at"]).startswith("2026-09-30")  # ten working days after 16 September
    office_clock.advance_clock(walker.office, None, timedelta(days=14))  # still the last day
    walker.settle()
    assert walker.rows(listed) == []
    office_clock.advance_clock(walker.office, None, timedelta(days=1))
    walker.settle()
    assert walker.rows(listed) == [{"alert_group": f"county_supervisor@{district}"}]
    walker.complete(Line.parse("Task_MakeUp town_reviewer"))
    state = walker.rows("select state from obligation where case_no = :case_no and due_name = 'due_paperwork'")
    assert [row["state"] for row in state] == ["met_late"]
    outcome = walker.outcome()
    assert {"End_UrgentDone", "End_MakeUpLateNoted"} <= set(outcome.end_events)
    assert outcome.documents["urgent_record"] == 1


@pytest.mark.req("NH-15")
def test_a_late_first_aid_is_told_to_the_head(office_on: Offices) -> None:
    walker = until(office_on(DAY), "NT4", "Task_UrgentVisit")
    office_clock.advance_clock(walker.office, None, timedelta(hours=24, seconds=1))
    walker.settle()
    found = walker.rows("select alert_group from alert where case_no = :case_no and kind = 'due_first_aid'")
    assert found == [{"alert_group": "town_head@120117102"}]
    assert {row["element_id"] for row in walker.main_items()} == {"Task_UrgentVisit"}


@pytest.mark.req("NH-03", "NH-15")
@pytest.mark.parametrize(("amount", "first"), [("12120.00", True), ("12120.01", False)])
def test_above_the_towns_limit_nothing_is_paid_first(amount: str, first: bool, office_on: Offices) -> None:
    walker = until(office_on(DAY), "NT4", "Task_ApproveFirstAid")
    walker.complete(Line.parse(f"Task_ApproveFirstAid town_head aid_approved=true amount={amount}"))
    assert {row["element_id"] for row in walker.main_items()} == {"Task_MakePayment" if first else "Task_PlanVisit"}
