"""新泰 temporary assistance at its boundaries: town, monthly batch, refused form; the reserve fund and the bank."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.service import cases, simulating, work
from jiuzhu.service.office import Office
from tests import flows
from tests.conftest import DAY
from tests.forms_people import SIGNED
from tests.walks import Line, Walker, load_walks

Offices = Callable[[str], Office]
TOWN = load_walks()["XL1"]
UNTIL_REVIEW = [line for line in TOWN["order"] if line.split()[0] not in {"Task_ReviewTemp", "Task_ChiefRepTemp"}][:6]
OPINION = {"row_opinion": "票据齐全，情况属实。"}


def reviewed(
    office: Office, amount: str, *, household: int = 1, hardship: str = "illness", given: str = "", **application: Any
) -> Walker:
    """Return a case that the town has reviewed at this amount."""
    walk = {**TOWN, "given": given, "application": {"amount": amount, **application}}
    walker = Walker(office, walk, household=household)
    walker.arrange()
    walker.start()
    for line in [*UNTIL_REVIEW, f"Task_ReviewTemp town_reviewer amount={amount} hardship_type={hardship}"]:
        walker.complete(Line.parse(line))
    return walker


def open_elements(walker: Walker) -> set[str]:
    return {row["element_id"] for row in walker.open_items()}


def batch(walker: Walker) -> str:
    """Start the month's batch and return its number."""
    actor = walker.actor("county_office")
    made = cases.start_case(walker.office, actor, "xintai_temp_batch", {"batch_title": "2026年9月临时救助"})
    walker.settle()
    return made.case_no


def complete_batch(walker: Walker, number: str, role: str, rows: list[dict[str, Any]]) -> None:
    found = walker.rows(
        "select w.task_id from work_item w join case_instance c on c.id = w.case_id where c.case_no = :number",
        number=number,
    )
    data = {"batch_rows": rows, "sign": dict(SIGNED)}
    work.complete(walker.office, walker.actor(role), found[0]["task_id"], data)
    walker.settle()


def decide(walker: Walker, number: str, decisions: dict[str, str | None]) -> None:
    """Review and decide a batch: item → amount granted, None refuses."""
    notes = {"proposal": "granted", "proposal_note": "镇街审核属实。"}
    complete_batch(walker, number, "county_office", [{"item_no": item, **notes} for item in decisions])
    rows = [
        {"item_no": item, "row_decision": "granted" if amount else "refused", **OPINION}
        | ({"row_amount": amount} if amount else {})
        for item, amount in decisions.items()
    ]
    complete_batch(walker, number, "county_leader", rows)


@pytest.mark.req("XT-06", "XT-08")
@pytest.mark.parametrize(("amount", "town"), [("1500.00", True), ("1500.01", False), ("8000.00", False)])
def test_who_decides_at_the_boundary(amount: str, town: bool, office_on: Offices) -> None:
    walker = reviewed(office_on(DAY), amount)
    assert open_elements(walker) == ({"Task_ChiefRepTemp"} if town else set())
    queued = walker.rows("select state from batch_item where case_no = :case_no")
    assert [row["state"] for row in queued] == ([] if town else ["queued"])


@pytest.mark.req("XT-06")
def test_above_the_cap_the_form_refuses_and_names_the_source(office_on: Offices) -> None:
    walker = Walker(office_on(DAY), TOWN)
    actor = walker.actor("town_intake")
    data = walker.answers("temp_application", actor, amount="8000.01")
    with pytest.raises(Invalid) as refused:
        cases.start_case(walker.office, actor, "xintai_temp", data)
    assert "最高限额" in refused.value.faults["amount"]
    assert walker.rows("select case_no from case_instance") == []


@pytest.mark.req("XT-06")
def test_review_cannot_go_above_the_cap(office_on: Offices) -> None:
    walker = Walker(office_on(DAY), {**TOWN, "application": {"amount": "8000.00"}})
    walker.arrange()
    walker.start()
    for line in UNTIL_REVIEW:
        walker.complete(Line.parse(line))
    with pytest.raises(Invalid):
        walker.complete(Line.parse("Task_ReviewTemp town_reviewer amount=8000.01"))


@pytest.mark.req("XT-08")
def test_who_is_sent_back_has_time_for_another_visit(office_on: Offices) -> None:
    walker = reviewed(office_on(DAY), "1500.00")
    walker.command("@clock 10d")
    walker.complete(Line.parse("Task_ChiefRepTemp chief_rep decision=back"))
    assert open_elements(walker) == {"Task_PlanVisit"}
    (item,) = simulating.open_items(walker.office, "xintai")
    assert item.due > walker.office.clock.now(), "the first visit's date is over, the second is new work"


@pytest.mark.req("XT-08")
def test_the_chief_representative_cannot_raise_the_amount(office_on: Offices) -> None:
    walker = reviewed(office_on(DAY), "1500.00")
    with pytest.raises(Invalid):
        walker.complete(Line.parse("Task_ChiefRepTemp chief_rep decision=granted amount=1500.01"))


@pytest.mark.req("XT-07")
def test_the_monthly_batch_decides_each_case(office_on: Offices) -> None:
    office = office_on(DAY)
    first, second = (reviewed(office, amount, household=n) for n, amount in ((1, "1500.01"), (2, "8000.00")))
    number = batch(first)
    items = [walker.rows("select * from batch_item where case_no = :case_no")[0] for walker in (first, second)]
    assert {row["batch_no"] for row in items} == {number}
    decide(first, number, {items[0]["item_no"]: "1500.01", items[1]["item_no"]: None})
    assert open_elements(first) == {"Task_MakePayment"}
    assert open_elements(second) == {"Task_DeliverLetter"}
    found = first.rows("select level, org, amount_monthly from case_decision where case_no = :case_no")
    assert [(row["level"], row["org"]) for row in found] == [("county", "xintai")]
    first.complete(Line.parse("Task_MakePayment county_payment use_reserve_fund=false"))
    first.complete(Line.parse("Task_CheckPayment county_payment_checker payment_ok=true"))
    paid = first.rows("select payer, from_reserve from single_payment where case_no = :case_no")
    assert [(row["payer"], bool(row["from_reserve"])) for row in paid] == [("county", False)]
    second.complete(Line.parse("Task_DeliverLetter town_intake delivered=true"))
    assert second.rows("select payment_no from single_payment where case_no = :case_no") == []
    assert first.outcome().documents["temp_approval"] == 1
    refused = second.outcome()
    assert refused.documents["refusal"] == 1
    assert "End_NotGranted_Told" in refused.end_events


@pytest.mark.req("XT-11")
def test_a_town_without_a_letter_leaves_the_decision_to_the_city(office_on: Offices) -> None:
    walker = reviewed(office_on(DAY), "1500.00", given="letter_ended")
    assert open_elements(walker) == set()
    (item,) = walker.rows("select item_no, state from batch_item where case_no = :case_no")
    assert item["state"] == "queued"
    decide(walker, batch(walker), {item["item_no"]: "1500.00"})
    decided = walker.rows("select level, org from case_decision where case_no = :case_no")
    assert decided == [{"level": "county", "org": "xintai"}]
    walker.complete(Line.parse("Task_MakePayment county_payment use_reserve_fund=false"))
    walker.complete(Line.parse("Task_CheckPayment county_payment_checker payment_ok=true"))
    outcome = walker.outcome()
    assert "End_Granted" in outcome.end_events
    assert outcome.documents["temp_approval"] == 1
    assert outcome.seals == 0


@pytest.mark.req("XT-07")
def test_a_batch_without_cases_ends_at_once(office_on: Offices) -> None:
    walker = Walker(office_on(DAY), TOWN)
    number = batch(walker)
    ends = walker.rows(
        "select p.element_id from passage p join case_instance c on c.id = p.case_id "
        "where c.case_no = :number and p.element_type = 'endEvent' and p.what = 'completed'",
        number=number,
    )
    assert [row["element_id"] for row in ends] == ["End_NothingToDecide"]
    flows.note(walker.office)


@pytest.mark.req("XT-09")
def test_the_reserve_fund_pays_once_and_takes_back_what_the_bank_refused(office_on: Offices) -> None:
    walker = reviewed(office_on(DAY), "1500.00", bank_account="9999660000000050000")
    walker.complete(Line.parse("Task_ChiefRepTemp chief_rep decision=granted amount=1500.00"))
    for times in (1, 2):
        assert open_elements(walker) == {"Task_MakePayment"}
        walker.complete(Line.parse("Task_MakePayment town_finance use_reserve_fund=true"))
        walker.complete(Line.parse("Task_CheckPayment town_finance_checker payment_ok=true"))
        lines = walker.rows("select kind, amount from reserve_entry where case_no = :case_no order by seq")
        kinds = [row["kind"] for row in lines]
        assert kinds == ["out", "in"] * times
    assert walker.rows("select payment_no from single_payment where case_no = :case_no") == []
    flows.note(walker.office)


@pytest.mark.req("XT-09")
def test_the_reserve_fund_pays_sudden_hardship_and_the_maker_cannot_check(office_on: Offices) -> None:
    walker = reviewed(office_on(DAY), "900.00")
    walker.complete(Line.parse("Task_ChiefRepTemp chief_rep decision=granted amount=900.00"))
    walker.complete(Line.parse("Task_MakePayment town_finance use_reserve_fund=true"))
    with pytest.raises(Forbidden):
        walker.complete(Line.parse("Task_CheckPayment town_finance payment_ok=true"))
    walker.complete(Line.parse("Task_CheckPayment town_finance_checker payment_ok=true"))
    paid = walker.rows("select amount, from_reserve from single_payment where case_no = :case_no")
    amount = paid[0]["amount"]
    assert (Decimal(amount) / 100 if isinstance(amount, int) else Decimal(amount)) == Decimal("900.00")
    assert bool(paid[0]["from_reserve"])


@pytest.mark.req("XT-09")
def test_the_reserve_fund_is_closed_to_foreseeable_expenses(office_on: Offices) -> None:
    walker = reviewed(office_on(DAY), "900.00", hardship="education")
    walker.complete(Line.parse("Task_ChiefRepTemp chief_rep decision=granted amount=900.00"))
    walker.complete(Line.parse("Task_MakePayment town_finance use_reserve_fund=true"))
    walker.complete(Line.parse("Task_CheckPayment town_finance_checker payment_ok=true"))
    paid = walker.rows("select from_reserve from single_payment where case_no = :case_no")
    assert [bool(row["from_reserve"]) for row in paid] == [False], "the page does not even offer the fund"
    assert walker.rows("select kind from reserve_entry where case_no = :case_no") == []
