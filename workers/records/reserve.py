"""Money paid once: who makes and checks it, and what a town's fund still holds (NH-03, NH-14, XT-09, XX-14)."""

from __future__ import annotations

from decimal import Decimal

from jiuzhu.domain import reserve
from jiuzhu.domain.rows import ReserveEntry, SinglePayment
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk, rows_of, rules_day, text
from workers.records.standing import town_of

PAYERS = {
    "town": ("town_finance", "town_finance_checker"),
    "county": ("county_payment", "county_payment_checker"),
}
"""Payer of the decision table → role that makes the payment and role that checks it (R-11)."""

PAYMENT_PLAN = TopicContract(
    topic="payment_plan",
    label="确定发放岗位和备用金余额",
    kind="record",
    doc=(
        "按确认层级给出制单、复核的岗位，并给出镇（街道）备用金（救急难基金）的单笔限额和余额，"
        "供决策表 reserve_fund_use 判断。"
        "上一次支付没有成功的，先把已列支的备用金冲回。"
    ),
    inputs=(names.TOWN, names.PAYER, names.ACCEPTED_AT),
    outputs=(
        Name(name="payer_group", type="string", label="制单岗位"),
        Name(name="checker_group", type="string", label="复核岗位"),
        Name(name="fund_name", type="string", label="备用金名称"),
        Name(name="reserve_limit", type="money", label="备用金单笔限额", required=False),
        Name(name="balance", type="money", label="备用金余额"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-03", "NH-14", "XT-09", "XX-14"),
)


def plan_payment(call: RecordCall) -> Values:
    """Return who makes and who checks the payment; a district payment has no town's fund to draw on."""
    town = town_of(call)
    payer = "town" if text(call, "payer") == "town" else "county"
    maker, checker = PAYERS[payer]
    place = town if payer == "town" else call.district
    limit = call.policy.values("reserve_fund_use", rules_day(call)).get("reserve_limit")
    _give_back(call)
    left = reserve.balance(call.records.find(ReserveEntry, town=town)) if payer == "town" else reserve.NOTHING
    return {
        "payer_group": f"{maker}@{place}",
        "checker_group": f"{checker}@{place}",
        "fund_name": fund_name(call),
        "reserve_limit": None if limit is None else str(limit),
        "balance": f"{left:.2f}",
    }


def fund_name(call: RecordCall) -> str:
    """Return what the district calls its towns' fund."""
    return str(call.policy.values("reserve_fund", call.today).get("name") or "临时救助备用金")


def enter(call: RecordCall, number: str, town: str, kind: str, amount: Decimal, note: str) -> None:
    """Write a line of a town's fund."""
    call.records.add(
        ReserveEntry(
            entry_no=number,
            district=call.district,
            town=town,
            kind=kind,
            amount=amount,
            case_no=call.case_no,
            note=note,
            entered_at=call.now,
        )
    )


def _give_back(call: RecordCall) -> None:
    """Return what was set aside for a payment that the bank refused; what was paid stays spent."""
    rows = rows_of(call, ReserveEntry)
    spent = sum((row.amount for row in rows_of(call, SinglePayment) if row.from_reserve), reserve.NOTHING)
    left = reserve.held(rows) - spent
    if left > 0:
        enter(call, f"{call.task_id}:back", rows[-1].town, "in", left, "账户退回，支出冲回")
        call.records.audit("reserve", f"{fund_name(call)}冲回{left:.2f}元", amount=str(left))


TOPICS: tuple[Topic, ...] = (at_desk(PAYMENT_PLAN, plan_payment),)
