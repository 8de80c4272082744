"""Errand ``bank_payment``: one payment of temporary assistance through the bank, or from the town's reserve fund.

The decision's amount goes to the account of the application. Money of the reserve fund is set aside before the bank is
asked (``payment_plan`` gives it back when the account was refused), so the fund never falls below zero (NH-03, NH-14,
XT-09, XX-14). Whoever decided, made and checked the payment are three people (R-11).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jiuzhu.domain import reserve
from jiuzhu.domain.instants import iso
from jiuzhu.domain.obligations import keep, release
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import CaseDecision, Household, ReserveEntry, SinglePayment
from jiuzhu.domain.topics import ErrandCall, ErrandHandler, Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import BpmnError, Invalid, Refused
from workers.errands.adapters.bank import Bank

CONTRACT = TopicContract(
    topic="bank_payment",
    label="支付或登记备用金支出",
    kind="errand",
    doc="把决定的金额一次性付到申请表登记的账户；动用备用金的同时记备用金支出。账户被退回时报 PAY_REJECTED。",
    inputs=(
        Name(name="payer", type="string", label="发放单位"),
        Name(name="use_reserve_fund", type="boolean", label="是否动用备用金", required=False),
        Name(name="reserve_allowed", type="boolean", label="能否动用备用金", required=False),
    ),
    outputs=(
        Name(name="payment_no", type="string", label="支付编号"),
        Name(name="paid_at", type="date", label="支付时间"),
    ),
    errors=("PAY_REJECTED",),
    sources=("NH-03", "NH-14", "XT-09", "XX-14"),
)


def prepare(call: RecordCall) -> Values:
    """Freeze amount, payee and account, and set the reserve fund's money aside.

    Raises:
        Refused: nothing was granted, the case is paid already, one person acted twice, or the fund may not or cannot
            pay.
    """
    decision = max(call.records.find(CaseDecision, case_no=call.case_no), key=lambda row: row.round, default=None)
    if decision is None or decision.decision != "granted":
        raise Refused("办件最近的决定不是给予救助，不能支付。")
    if any(row.decision_no == decision.decision_no for row in call.records.find(SinglePayment, case_no=call.case_no)):
        raise Refused("这项决定已经支付过。")
    made, checked = _latest(call, "payment_make"), _latest(call, "payment_check")
    if made is None or checked is None:
        raise Refused("没有制单或者没有复核，不能支付。")
    if len({decision.person, made.person, checked.person}) < 3:
        raise Refused("作出决定的人、制单人、复核人不得是同一人。")
    town = call.records.case().town
    from_reserve = call.inputs.get("use_reserve_fund") is True
    if from_reserve:
        _set_aside(call, town, decision.amount_monthly)
    applicant = _applicant(call)
    return {
        "amount": f"{decision.amount_monthly:.2f}",
        "decision_no": decision.decision_no,
        "receiver": str(applicant.get("bank_holder") or applicant.get("applicant_name", "")),
        "bank_name": str(applicant.get("bank_name", "")),
        "bank_account": str(applicant.get("bank_account", "")),
        "town": town,
        "programme": call.records.case().programme,
        "from_reserve": from_reserve,
    }


def _applicant(call: RecordCall) -> Mapping[str, Any]:
    rows = call.records.find(Household, case_no=call.case_no)
    applicant: Mapping[str, Any] = rows[0].record.get("applicant", {}) if rows else {}
    return applicant


def _set_aside(call: RecordCall, town: str, amount: Decimal) -> None:
    if call.inputs.get("reserve_allowed") is not True:
        raise Refused("备用金只用于突发性、临时性困难，这一笔不能动用备用金。")
    left = reserve.balance(call.records.find(ReserveEntry, town=town))
    if amount > left:
        raise Refused(f"备用金余额{left:.2f}元，不够支付{amount:.2f}元。请退回重新制单。")
    call.records.add(
        ReserveEntry(
            entry_no=call.task_id,
            district=call.district,
            town=town,
            kind="out",
            amount=amount,
            case_no=call.case_no,
            note="临时救助支出",
            entered_at=call.now,
        )
    )
    call.records.audit("reserve", f"备用金支出{amount:.2f}元", amount=str(amount))


def errand(bank: Bank) -> ErrandHandler:
    """Return the errand that pays through this bank."""

    def pay(call: ErrandCall) -> Values:
        order = {name: call.inputs[name] for name in ("amount", "receiver", "bank_name", "bank_account", "decision_no")}
        paid = bank.pay(call.task_id, {"case_no": call.case_no, **order})
        if paid.rejected:
            raise BpmnError("PAY_REJECTED", paid.rejected)
        return {**call.inputs, "receipt": paid.receipt, "simulated": paid.simulated}

    return pay


def book(call: RecordCall, result: Values) -> Values:
    """Write the payment. Raises Invalid when the result is not one of this errand."""
    if not result.get("receipt"):
        raise Invalid("支付没有带回回执。", {"receipt": "缺少"})
    made, checked = _latest(call, "payment_make"), _latest(call, "payment_check")
    row = SinglePayment(
        payment_no=call.task_id,
        case_no=call.case_no,
        district=call.district,
        town=str(result["town"]),
        programme=str(result["programme"]),
        amount=Decimal(str(result["amount"])),
        payer=str(result["payer"]),
        from_reserve=result["from_reserve"] is True,
        decision_no=str(result["decision_no"]),
        receiver=str(result["receiver"]),
        bank_account=str(result["bank_account"]),
        made_by=made.person if made else "",
        checked_by=checked.person if checked else "",
        paid_at=call.now,
    )
    call.records.add(row)
    keep(call.records, call.case_no, "due_total", call.now)
    release(call.records, call.case_no, record_no=call.record_no, but=("due_paperwork",))
    call.records.set_case(status="paid")
    way = "模拟支付" if result.get("simulated") else "支付"
    source = "，动用备用金" if row.from_reserve else ""
    call.records.audit("paid", f"{way}{row.amount:.2f}元{source}（{result['receipt']}）", amount=str(row.amount))
    return {"payment_no": row.payment_no, "paid_at": iso(call.now)}


def _latest(call: RecordCall, form: str) -> Submission | None:
    found = call.records.submissions(form)
    return found[-1] if found else None


TOPIC = Topic(contract=CONTRACT, prepare=prepare, book=book)
"""Without a bank; ``workers.errands.build_errands`` adds it."""
