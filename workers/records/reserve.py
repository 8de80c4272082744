"""Money paid once: who pays it, and what a town's reserve fund still holds (NH-03, NH-14, XT-09)."""

from __future__ import annotations

from decimal import Decimal

from jiuzhu.domain.rows import ReserveEntry
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk, rules_day, text
from workers.records.standing import town_of

PAYERS = {
    "town": ("town_finance", "town_finance_checker"),
    "county": ("county_payment", "county_payment_checker"),
}
"""Payer of the decision table → role that makes the payment and role that checks it."""

PAYMENT_PLAN = TopicContract(
    topic="payment_plan",
    label="确定发放岗位和备用金余额",
    kind="record",
    doc="按确认层级给出制单、复核的岗位，并给出镇（街道）备用金的单笔限额和余额，供决策表 reserve_fund_use 判断。",
    inputs=(names.TOWN, names.PAYER, names.ACCEPTED_AT),
    outputs=(
        Name(name="payer_group", type="string", label="制单岗位"),
        Name(name="checker_group", type="string", label="复核岗位"),
        Name(name="reserve_limit", type="money", label="备用金单笔限额", required=False),
        Name(name="balance", type="money", label="备用金余额"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-03", "NH-14", "XT-09"),
)


def plan_payment(call: RecordCall) -> Values:
    """Return who makes and who checks the payment; a district payment has no reserve fund to draw on."""
    town = town_of(call)
    payer = "town" if text(call, "payer") == "town" else "county"
    maker, checker = PAYERS[payer]
    place = town if payer == "town" else call.district
    limit = call.policy.values("reserve_fund_use", rules_day(call)).get("reserve_limit")
    balance = reserve_balance(call, town) if payer == "town" else Decimal("0.00")
    return {
        "payer_group": f"{maker}@{place}",
        "checker_group": f"{checker}@{place}",
        "reserve_limit": None if limit is None else str(limit),
        "balance": f"{balance:.2f}",
    }


def reserve_balance(call: RecordCall, town: str) -> Decimal:
    """Return what is left in a town's reserve fund."""
    entries = call.records.find(ReserveEntry, town=town)
    return sum((row.amount if row.kind == "in" else -row.amount for row in entries), Decimal("0.00"))


TOPICS: tuple[Topic, ...] = (at_desk(PAYMENT_PLAN, plan_payment),)
