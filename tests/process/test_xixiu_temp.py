"""西秀 temporary assistance: the district decides, four triggers of a conference, the cap, aid before the papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.service import clock as office_clock
from jiuzhu.service.office import Office
from tests.conftest import DAY
from tests.process.diagram_files import load
from tests.walks import Line, Walker, load_walks

pytestmark = pytest.mark.walks

Offices = Callable[[str], Office]
WALKS = load_walks()


def at(office: Office, walk: str, element: str, *, household: int = 1, **application: Any) -> Walker:
    """Walk a case until an element is the next line of its order."""
    lines = [Line.parse(line) for line in WALKS[walk]["order"]]
    place = next(number for number, line in enumerate(lines) if line.element == element)
    walker = Walker(office, {**WALKS[walk], "application": application}, household=household)
    walker.arrange()
    walker.start()
    for line in lines[:place]:
        walker.complete(line)
    return walker


def do(walker: Walker, line: str) -> None:
    walker.complete(Line.parse(line))


def elements(walker: Walker) -> set[str]:
    return {row["element_id"] for row in walker.main_items()}


def devolve(monkeypatch: pytest.MonkeyPatch, office: Office, amount: str) -> None:
    """Let the towns decide up to an amount, as the parameter would once the district entrusts them."""
    kind = type(office.policies.of("xixiu"))
    original = kind.values

    def values(self: Any, prefix: str, on: Any) -> dict[str, Any]:
        found = dict(original(self, prefix, on))
        return found | {"limit_amount": amount} if prefix == "temp_authority" else found

    monkeypatch.setattr(kind, "values", values)


@pytest.mark.req("XX-11")
@pytest.mark.parametrize(
    ("proposal", "held"),
    [
        ("amount=5000.00", False),
        ("amount=5000.01", True),
        ("aid_kinds_count=1", False),
        ("aid_kinds_count=2", True),
        ("complex=false", False),
        ("complex=true", True),
    ],
)
def test_what_calls_a_conference(proposal: str, held: bool, office_on: Offices) -> None:
    walker = at(office_on(DAY), "ST1", "Task_Propose", amount="5000.01")
    do(walker, f"Task_Propose town_investigator:1 {proposal}")
    assert elements(walker) == {"Task_CallConference" if held else "Task_Review"}


@pytest.mark.req("XX-11")
def test_an_application_above_the_cap_is_taken_but_not_granted_without_a_conference(office_on: Offices) -> None:
    walker = at(office_on(DAY), "ST1", "Task_Review", amount="5000.01")
    with pytest.raises(Invalid) as refused:
        do(walker, "Task_Review town_reviewer amount=5000.01")
    assert "会商" in refused.value.faults["amount"]
    do(walker, "Task_Review town_reviewer amount=5000.00")
    do(walker, "Task_SubmitDistrict town_reviewer")
    do(walker, "Task_DistrictConfirm county_approver decision=granted amount=5000.01")
    assert elements(walker) == {"Task_SubmitDistrict"}  # above the cap nobody's authority reaches
    assert walker.rows("select payment_no from single_payment where case_no = :case_no") == []
    do(walker, "Task_SubmitDistrict town_reviewer")
    do(walker, "Task_DistrictConfirm county_approver decision=granted amount=5000.00")
    assert elements(walker) == {"Task_MakePayment"}


@pytest.mark.req("XX-11", "XX-12")
@pytest.mark.parametrize("result", ["not_support", "clarify"])
def test_only_a_conference_that_supports_opens_the_cap(result: str, office_on: Offices) -> None:
    walker = at(office_on(DAY), "ST2", "Task_Minutes", amount="5000.01")
    do(walker, f"Task_Minutes county_office conference_result={result}")
    with pytest.raises(Invalid):
        do(walker, "Task_Review town_reviewer amount=5000.01")
    do(walker, "Task_Review town_reviewer amount=5000.00")


@pytest.mark.req("XX-61")
@pytest.mark.parametrize("amount", ["0.01", "1200.00"])
def test_the_district_decides_every_amount(amount: str, office_on: Offices) -> None:
    walker = at(office_on(DAY), "ST1", "Task_Review", amount=amount)
    do(walker, f"Task_Review town_reviewer amount={amount}")
    assert elements(walker) == {"Task_SubmitDistrict"}
    do(walker, "Task_SubmitDistrict town_reviewer")
    for role in ("town_confirmer", "town_head", "county_leader"):
        with pytest.raises(Forbidden):
            do(walker, f"Task_DistrictConfirm {role} decision=granted amount={amount}")
    do(walker, f"Task_DistrictConfirm county_approver decision=granted amount={amount}")
    found = walker.rows("select level, org from case_decision where case_no = :case_no")
    assert found == [{"level": "county", "org": "xixiu"}]


@pytest.mark.req("XX-14", "XX-61")
@pytest.mark.parametrize(("amount", "town"), [("800.00", True), ("800.01", False)])
def test_a_town_decides_when_the_parameter_says_so(
    amount: str, town: bool, office_on: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_on(DAY)
    devolve(monkeypatch, office, "800.00")
    walker = at(office, "ST1", "Task_Review", amount=amount)
    do(walker, f"Task_Review town_reviewer amount={amount}")
    assert elements(walker) == {"Task_TownConfirm" if town else "Task_SubmitDistrict"}
    if town:
        do(walker, f"Task_TownConfirm town_confirmer decision=granted amount={amount}")
        do(walker, "Task_MakePayment town_finance use_reserve_fund=true")
        do(walker, "Task_CheckPayment town_finance_checker payment_ok=true")
        paid = walker.rows("select payer, from_reserve from single_payment where case_no = :case_no")
        assert [(row["payer"], bool(row["from_reserve"])) for row in paid] == [("town", True)]
        assert "End_Granted" in walker.outcome().end_events


@pytest.mark.req("XX-61")
def test_a_town_that_raises_the_amount_sends_the_case_to_the_district(
    office_on: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_on(DAY)
    devolve(monkeypatch, office, "800.00")
    walker = at(office, "ST1", "Task_Review", amount="800.00")
    do(walker, "Task_Review town_reviewer amount=800.00")
    do(walker, "Task_TownConfirm town_confirmer decision=granted amount=800.01")
    assert elements(walker) == {"Task_SubmitDistrict"}


@pytest.mark.req("XX-13", "XX-14")
@pytest.mark.parametrize(("amount", "first"), [("1000.00", True), ("1000.01", False)])
def test_what_the_town_may_give_at_once(amount: str, first: bool, office_on: Offices) -> None:
    walker = at(office_on(DAY), "ST5", "Task_ApproveFirstAid", amount="1000.00")
    do(walker, f"Task_ApproveFirstAid town_head aid_approved=true amount={amount}")
    assert elements(walker) == {"Task_MakePayment" if first else "Task_PlanVisit"}


@pytest.mark.req("XX-13")
def test_late_papers_are_listed_and_the_conference_follows(office_on: Offices) -> None:
    walker = at(office_on(DAY), "ST5", "Task_MakeUp", amount="1000.00")
    office_clock.advance_clock(walker.office, None, timedelta(days=15))
    walker.settle()
    found = walker.rows("select alert_group from alert where case_no = :case_no and kind = 'due_paperwork'")
    assert found == [{"alert_group": "county_supervisor@xixiu"}]
    do(walker, "Task_MakeUp town_reviewer")
    assert elements(walker) == {"Task_CallConference"}


@pytest.mark.req("XX-14")
def test_the_towns_fund_pays_first_aid(office_on: Offices) -> None:
    walker = at(office_on(DAY), "ST5", "Task_MakeUp", amount="1000.00")
    lines = walker.rows("select kind, amount, town from reserve_entry where case_no = :case_no")
    assert lines == [{"kind": "out", "amount": 100000, "town": "520402109"}]
    paid = walker.rows("select from_reserve from single_payment where case_no = :case_no")
    assert [bool(row["from_reserve"]) for row in paid] == [True]


@pytest.mark.req("XX-11", "XX-61")
def test_nothing_is_paid_without_visit_review_and_the_district() -> None:
    diagram = load()["xixiu_temp"]
    assert "Task_DistrictConfirm" not in diagram.reach("Start_Handling", without="Task_Review")
    assert "Task_Review" not in diagram.reach("Start_Handling", without="Call_HomeVisit")
    assert "Task_Review" not in diagram.reach("Start_Handling", without="Rule_Conference")
    assert "Call_Pay" not in diagram.reach("Start_Handling", without="Service_CheckAuthority")
