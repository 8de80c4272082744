"""Temporary assistance: who may confirm an amount, aid before the papers, and money paid once (NH-03, NH-14, NH-15)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from jiuzhu.domain.instants import iso
from jiuzhu.domain.money import yuan
from jiuzhu.domain.obligations import keep, release
from jiuzhu.domain.rows import ReserveEntry, SinglePayment
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import BpmnError, Refused
from workers.records import names
from workers.records.booked_decisions import book_decision
from workers.records.desk import at_desk, current_decision, latest_of, rows_of, rules_day, text
from workers.records.papers import household_of
from workers.records.policies import parameters
from workers.records.standing import staff_of, town_of

AMOUNT = Name(name="amount", type="money", label="救助金额", required=False)
PAYER_GROUP = Name(name="payer_group", type="string", label="制单岗位")
CHECKER_GROUP = Name(name="checker_group", type="string", label="复核岗位")

TEMP_AUTHORITY_CHECK = TopicContract(
    topic="temp_authority_check",
    label="按确认金额复核权限",
    kind="record",
    doc="临时救助确认之后，按决策表 temp_authority 用确认的金额再次核对：超过确认人权限或没有任职的报 NO_AUTHORITY。",
    inputs=(AMOUNT, names.TOWN, names.ACCEPTED_AT, names.PROGRAMME),
    outputs=(names.DECISION_ORG, names.PAYER, PAYER_GROUP, CHECKER_GROUP, names.DUE_SIMPLE),
    errors=("NO_AUTHORITY",),
    decisions=("temp_authority",),
    sources=("NH-03", "NH-15"),
)

URGENT_GRANT = TopicContract(
    topic="urgent_grant",
    label="核对先行救助权限",
    kind="record",
    doc="先行救助的金额在街镇权限以内的登记决定；超过的报 NO_AUTHORITY，转一般程序。",
    inputs=(AMOUNT, names.TOWN, names.ACCEPTED_AT, names.PROGRAMME),
    outputs=(names.DECISION_NO, names.DUE_SIMPLE),
    errors=("NO_AUTHORITY",),
    decisions=("temp_authority",),
    sources=("NH-03", "NH-15"),
)

TEMP_PAYMENT = TopicContract(
    topic="temp_payment",
    label="支付并登记台账",
    kind="record",
    doc=(
        "登记一次性发放；动用备用金的同时登记备用金支出，余额不足的报 PAY_REJECTED。"
        "制单人、复核人、确认人不得是同一人。"
    ),
    inputs=(
        AMOUNT,
        names.PAYER,
        names.TOWN,
        Name(name="use_reserve_fund", type="boolean", label="是否动用备用金", required=False),
    ),
    outputs=(Name(name="paid_at", type="date", label="发放时间"), names.DUE_SIMPLE),
    errors=("PAY_REJECTED",),
    sources=("NH-03", "NH-14"),
)


DESKS = {"town": ("town_finance", "town_finance_checker"), "county": ("county_payment", "county_payment_checker")}
"""Level that confirmed → roles that make and check the payment (R-11)."""


def level_of(call: RecordCall, amount: str) -> str:
    """Return who may confirm an amount under the rules of the acceptance date: town, county or over_cap."""
    values, _ = parameters(call, "temp_authority", rules_day(call))
    row = call.decide("temp_authority", {**values, "amount": amount})
    return str(row["authority_level"]) if isinstance(row, dict) else ""


def check_temp_authority(call: RecordCall) -> Values:
    """Raise NO_AUTHORITY unless whoever confirmed may confirm the confirmed amount; say who pays (NH-03, NH-15)."""
    decision = current_decision(call)
    if decision is None:
        raise Refused("还没有确认决定。")
    level = level_of(call, str(decision.amount_monthly))
    if level != decision.level and not (level == "town" and decision.level == "county"):
        call.records.audit("no_authority", "确认金额超过权限", amount=str(decision.amount_monthly))
        raise BpmnError("NO_AUTHORITY", "确认的金额超过本级的确认权限")
    if all(post.person != decision.person for post in staff_of(call, decision.level)):
        raise BpmnError("NO_AUTHORITY", "确认人今天没有有效的确认任职")
    place = call.district if decision.level == "county" else town_of(call)
    maker, checker = DESKS[decision.level]
    return {
        "decision_org": place,
        "payer": decision.level,
        "payer_group": f"{maker}@{place}",
        "checker_group": f"{checker}@{place}",
    }


def grant_urgent(call: RecordCall) -> Values:
    """Write the decision of aid paid first; raises NO_AUTHORITY above what the town may confirm."""
    form = latest_of(call, ("urgent_aid",))
    if form is None or form.data.get("aid_approved") is not True:
        raise Refused("没有批准先行救助。")
    if level_of(call, str(form.data.get("amount"))) != "town":
        call.records.audit("no_authority", "先行救助金额超过街镇权限", amount=str(form.data.get("amount")))
        raise BpmnError("NO_AUTHORITY", "先行救助的金额超过街镇权限，转一般程序")
    inputs = {**call.inputs, "authority_level": "town"}
    return book_decision(replace(call, inputs=inputs), replace(form, data={**form.data, "decision": "granted"}))


def pay_once(call: RecordCall) -> Values:
    """Write the payment, and the reserve fund's line when it is paid from there (NH-14).

    Raises PAY_REJECTED when the fund does not reach, Refused without a grant or when one person has done two of the
    three acts (R-11).
    """
    decision = current_decision(call)
    made, checked = latest_of(call, ("single_payment_make",)), latest_of(call, ("single_payment_check",))
    if decision is None or decision.decision != "granted" or made is None or checked is None:
        raise Refused("没有同意救助的决定，或者没有制单、复核，不能支付。")
    if len({decision.person, made.person, checked.person}) < 3:
        raise Refused("确认人、制单人、复核人不得是同一人。")
    amount, town = decision.amount_monthly, town_of(call)
    from_reserve = call.inputs.get("use_reserve_fund") is True
    if from_reserve:
        _spend(call, town, amount)
    applicant = household_of(call)["applicant"]
    call.records.add(
        SinglePayment(
            payment_no=f"{call.case_no}-发放{len(rows_of(call, SinglePayment)) + 1}",
            case_no=call.case_no,
            district=call.district,
            town=town,
            programme=call.records.case().programme,
            amount=amount,
            payer=text(call, "payer", "town"),
            from_reserve=from_reserve,
            decision_no=decision.decision_no,
            receiver=call.records.case().applicant_name,
            bank_account=str(applicant.get("bank_account", "")),
            made_by=made.person,
            checked_by=checked.person,
            paid_at=call.now,
        )
    )
    call.records.set_case(status="paid")
    keep(call.records, call.case_no, "due_total", call.now)
    call.records.audit("payment_single", "临时救助已发放", amount=str(amount), reserve=from_reserve)
    if not from_reserve:
        release(call.records, call.case_no, record_no=call.record_no)
    return {"paid_at": iso(call.now)}


def reserve_balance(call: RecordCall, town: str) -> Decimal:
    """Return what is left of a town's reserve fund."""
    rows = call.records.find(ReserveEntry, town=town)
    return sum((row.amount if row.kind == "in" else -row.amount for row in rows), Decimal("0.00"))


def _spend(call: RecordCall, town: str, amount: Decimal) -> None:
    if amount > reserve_balance(call, town):
        raise BpmnError("PAY_REJECTED", "备用金余额不足，请申请追加后再支付")
    call.records.add(
        ReserveEntry(
            entry_no=f"{town}-备用金-{call.records.number(f'reserve:{town}'):05d}",
            district=call.district,
            town=town,
            kind="out",
            amount=yuan(str(amount)),
            case_no=call.case_no,
            note="急难先行救助",
            entered_at=call.now,
        )
    )


TOPICS: tuple[Topic, ...] = (
    at_desk(TEMP_AUTHORITY_CHECK, check_temp_authority),
    at_desk(URGENT_GRANT, grant_urgent),
    at_desk(TEMP_PAYMENT, pay_once),
)
