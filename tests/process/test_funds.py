"""A town's fund reconciled and filled up, and a year's money planned, in the real office by its people."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.domain.rows import FundEstimate, ReserveEntry, ReserveStatement, SinglePayment
from jiuzhu.domain.words import PROGRAMMES
from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.service import clock, schedules
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests.conftest import OfficeMaker
from tests.forms_people import VILLAGE
from tests.matters import Matter
from tests.payments import add_recipient, change_recipient, only

pytestmark = pytest.mark.walks


def matter(office: Office, schedule: str, district: str, days: int) -> Matter:
    """Let the calendar open a matter, the first of its schedule."""
    only(office, schedule)
    clock.advance_clock(office, None, timedelta(days=days))
    schedules.keep_schedules(office)
    made = Matter(office, district)
    (row, *_) = made.walker.rows(
        "select record_no from schedule_occurrence where schedule = :schedule and district = :district "
        "and scope in (:town, :district) and record_no <> ''",
        schedule=schedule,
        district=district,
        town=VILLAGE[district][:9],
    )
    made.walker.case_no = row["record_no"]
    return made


def add(office: Office, *rows: Any) -> None:
    with open_desk(office, None) as desk:
        for row in rows:
            shelf_of(desk.tx).add(row)


def entry(
    office: Office, number: str, kind: str, amount: str, case_no: str = "", district: str = "ninghe"
) -> ReserveEntry:
    return ReserveEntry(
        entry_no=number,
        district=district,
        town=VILLAGE[district][:9],
        kind=kind,
        amount=Decimal(amount),
        case_no=case_no,
        entered_at=clock.office_now(office),
    )


def paid(office: Office, case_no: str, amount: str, district: str = "ninghe") -> SinglePayment:
    return SinglePayment(
        payment_no=f"付-{case_no}",
        case_no=case_no,
        district=district,
        town=VILLAGE[district][:9],
        programme="temp_expenditure",
        amount=Decimal(amount),
        payer="town",
        from_reserve=True,
        decision_no=f"决-{case_no}",
        receiver="周永安",
        bank_account="999966",
        made_by="a",
        checked_by="b",
        paid_at=clock.office_now(office),
    )


def statement(office: Office, number: str) -> ReserveStatement:
    with office.store.reading() as tx:
        return shelf_of(tx).find(ReserveStatement, {"statement_no": number})[0]


def balance_before(office: Office, district: str) -> Decimal:
    with office.store.reading() as tx:
        found = shelf_of(tx).find(ReserveEntry, {"town": VILLAGE[district][:9]})
        return sum((row.amount if row.kind == "in" else -row.amount for row in found), Decimal("0.00"))


@pytest.mark.req("NH-14", "XT-09", "XX-14")
@pytest.mark.parametrize(("district", "name"), [("ninghe", "备用金"), ("xintai", "备用金"), ("xixiu", "救急难基金")])
def test_a_towns_fund_is_reconciled_and_filled_up(district: str, name: str, make_office: OfficeMaker) -> None:
    office = make_office()
    add(office, entry(office, "期初", "in", "8000.00", district=district))
    add(office, entry(office, "用1", "out", "1200.00", "临时1", district), paid(office, "临时1", "1200.00", district))
    left = balance_before(office, district)
    made = matter(office, "reserve_reconcile", district, 15)
    row = statement(office, made.number)
    assert (row.month, row.spent, row.closing, row.faults) == ("2026-09", Decimal("1200.00"), left, 0)
    said = made.walker.rows("select sentence from audit where case_no = :case_no and act = 'reserve_statement'")
    assert name in said[0]["sentence"]
    made.do("Task_ConfirmStatement", "town_finance-1", counted_balance=f"{left - 10:.2f}", topup_amount="5000.00")
    with pytest.raises(Invalid):
        made.do("Task_Reconcile", "county_payment-1")  # ten yuan are missing
    made.do("Task_Reconcile", "county_payment-1", reconcile_ok=False, reconcile_note="少了十元，请查清。")
    assert statement(office, made.number).difference == Decimal("-10.00")
    made.do("Task_ConfirmStatement", "town_finance-1", counted_balance=f"{left:.2f}", topup_amount="5000.00")
    made.do("Task_Reconcile", "county_payment-1")
    with pytest.raises(Invalid):
        made.do("Task_ApproveTopUp", "county_leader-1", topup_granted="5000.01")
    made.do("Task_ApproveTopUp", "county_leader-1", topup_granted="3000.00")
    assert made.ends() == ["End_ToppedUp"]
    assert balance_before(office, district) == left + 3000
    after = statement(office, made.number)
    assert (after.state, after.topup) == ("topped_up", Decimal("3000.00"))
    assert len({after.counted_by, after.reconciled_by, after.approved_by}) == 3


@pytest.mark.req("NH-14", "XT-09")
def test_a_use_without_its_case_does_not_pass(make_office: OfficeMaker) -> None:
    office = make_office()
    add(office, entry(office, "期初", "in", "8000.00"))
    add(office, entry(office, "用1", "out", "300.00"), entry(office, "用2", "out", "700.00", "临时2"))
    add(office, paid(office, "临时2", "600.00"))
    made = matter(office, "reserve_reconcile", "ninghe", 15)
    faults = {use["entry_no"]: use["fault"] for use in statement(office, made.number).uses}
    assert faults == {"用1": "没有对应的办件", "用2": "办件动用700.00元，实际支付600.00元"}
    left = balance_before(office, "ninghe")
    made.do("Task_ConfirmStatement", "town_finance-1", counted_balance=f"{left:.2f}")
    with pytest.raises(Invalid):
        made.do("Task_Reconcile", "county_payment-1")
    made.do("Task_Reconcile", "county_payment-1", reconcile_ok=False, reconcile_note="两笔支出对不上办件。")
    assert made.open() == {"Task_ConfirmStatement"}


@pytest.mark.req("NH-14")
def test_no_top_up_asked_for_and_one_refused(make_office: OfficeMaker) -> None:
    office = make_office()
    left = balance_before(office, "ninghe")
    made = matter(office, "reserve_reconcile", "ninghe", 15)
    made.do("Task_ConfirmStatement", "town_finance-1", counted_balance=f"{left:.2f}")
    made.do("Task_Reconcile", "county_payment-1")
    assert made.ends() == ["End_Reconciled"]
    other = matter(office, "reserve_reconcile", "ninghe", 31)
    other.walker.case_no = other.walker.rows(
        "select record_no from schedule_occurrence where period = '2026-10' and scope = :town",
        town=VILLAGE["ninghe"][:9],
    )[0]["record_no"]
    other.do("Task_ConfirmStatement", "town_finance-1", counted_balance=f"{left:.2f}", topup_amount="100.00")
    other.do("Task_Reconcile", "county_payment-1")
    other.do("Task_ApproveTopUp", "county_leader-1", topup_ok=False, topup_note="余额还够使用。")
    assert other.ends() == ["End_TopUpRefused"]
    assert balance_before(office, "ninghe") == left


@pytest.mark.req("NH-07", "QJ-12", "JC-17")
@pytest.mark.parametrize("district", ["ninghe", "qijiang", "jincheng"])
def test_a_years_money_is_estimated_planned_and_asked_for(district: str, make_office: OfficeMaker) -> None:
    office = make_office()
    add_recipient(office, 1, district=district, since="2025-01")
    add_recipient(office, 2, district=district, since="2026-09", amount_monthly=Decimal("100.00"))
    change_recipient(office, f"{district}-0002", "stop", "2026-11", state="ended", amount_monthly=Decimal("0.00"))
    made = matter(office, "fund_plan", district, 30)  # 16 October
    with office.store.reading() as tx:
        (row,) = shelf_of(tx).find(FundEstimate, {"plan_no": made.number})
    # 600 a month now, 500 a year ago: 600 x 12 x 1.2
    assert (row.year, row.recipients, row.monthly, row.trend) == (2027, 2, Decimal("600.00"), "1.2000")
    assert row.need == Decimal("8640.00")
    asked = {"programme_name": PROGRAMMES["dibao"], "planned": "8000.00", "plan_reason": ""}
    with pytest.raises(Invalid):
        made.do("Task_DraftPlan", "county_payment-1", plan_rows=[asked])
    made.do("Task_DraftPlan", "county_payment-1", plan_rows=[{**asked, "plan_reason": "一户将停发。"}])
    with pytest.raises(Forbidden):
        made.do("Task_ApprovePlan", "county_payment-1")
    made.do("Task_ApprovePlan", "county_leader-1", plan_ok=False, plan_opinion="请按测算编制。")
    made.do("Task_DraftPlan", "county_payment-1", plan_rows=[{**asked, "planned": "8640.00"}])
    made.do("Task_ApprovePlan", "county_leader-1")
    made.do("Task_RequestFunds", "county_payment-1", requested_amount="8640.00", received_amount="8000.00")
    assert made.ends() == ["End_FundsRequested"]
    with office.store.reading() as tx:
        (row,) = shelf_of(tx).find(FundEstimate, {"plan_no": made.number})
    assert (row.state, row.planned) == ("requested", Decimal("8640.00"))
    (noted,) = made.register("fund_requests")
    assert noted.values["received_amount"] == "8000.00"
