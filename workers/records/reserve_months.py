"""A town's fund is reconciled month by month, and filled up with the leader's approval (NH-14, XT-09, XX-14)."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from jiuzhu.domain import reserve
from jiuzhu.domain.money import yuan
from jiuzhu.domain.records import Submission
from jiuzhu.domain.reserve_check import month_of, uses_of
from jiuzhu.domain.rows import ReserveEntry, ReserveStatement, SinglePayment
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, latest_of, text
from workers.records.reserve import enter, fund_name
from workers.records.standing import town_of

STATEMENT = TopicContract(
    topic="reserve_statement",
    label="生成备用金对账单",
    kind="record",
    doc="按备用金台账给出一个镇（街道）一个月的期初、收入、支出和期末，并把每笔支出与办件的支付核对。",
    inputs=(names.TOWN, Name(name="period", type="string", label="月份（2026-09）", required=False)),
    outputs=(
        Name(name="fund_name", type="string", label="备用金名称"),
        Name(name="reserve_closing", type="money", label="账面期末余额"),
        Name(name="reserve_fault_count", type="integer", label="与办件对不上的支出笔数"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-14", "XT-09", "XX-14"),
)

SETTLE = TopicContract(
    topic="reserve_settle",
    label="登记备用金核对结果",
    kind="record",
    doc="把镇街核实和区（市）核对的结果记入对账单；不相符的给出退回，相符的给出是否申请追加。",
    outputs=(
        Name(name="reserve_differs", type="boolean", label="账实是否不符"),
        Name(name="topup_wanted", type="boolean", label="是否申请追加"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-14",),
)

TOPUP = TopicContract(
    topic="reserve_topup",
    label="拨付备用金",
    kind="record",
    doc="把领导批准的追加金额记入备用金台账；没有批准的拒绝。",
    inputs=(names.TOWN,),
    outputs=(Name(name="reserve_closing", type="money", label="追加后余额"), names.DUE_SIMPLE),
    sources=("NH-14",),
)


def make_statement(call: RecordCall) -> Values:
    """Write or renew the month's statement from the ledger as it stands."""
    town, month = town_of(call), text(call, "period") or f"{call.today:%Y-%m}"
    entries = call.records.find(ReserveEntry, town=town)
    figures = month_of(entries, month)
    cases = tuple(sorted({row.case_no for row in entries if row.case_no}))
    payments: dict[str, list[SinglePayment]] = {}
    for row in call.records.find(SinglePayment, case_no=cases) if cases else ():
        payments.setdefault(row.case_no, []).append(row)
    uses = uses_of(entries, payments, month)
    values = {
        **asdict(figures),
        "uses": [{**asdict(one), "amount": f"{one.amount:.2f}"} for one in uses],
        "faults": sum(1 for one in uses if one.fault),
        "made_at": call.now,
    }
    found = call.records.find(ReserveStatement, statement_no=call.case_no)
    if found:
        call.records.change(found[0], **values)
    else:
        call.records.add(
            ReserveStatement(statement_no=call.case_no, district=call.district, town=town, month=month, **values)
        )
    call.records.audit("reserve_statement", f"{month}{fund_name(call)}期末{figures.closing:.2f}元", uses=len(uses))
    return {
        "fund_name": fund_name(call),
        "reserve_closing": f"{figures.closing:.2f}",
        "reserve_fault_count": values["faults"],
    }


def settle(call: RecordCall) -> Values:
    """Write down what the town counted and the bureau found."""
    statement = _statement(call)
    counted, checked = _form(call, "reserve_confirm"), _form(call, "reserve_reconcile")
    amount, topup = yuan(str(counted.data["counted_balance"])), yuan(str(counted.data["topup_amount"]))
    difference = amount - statement.closing
    differs = bool(difference) or checked.data.get("reconcile_ok") is not True
    call.records.change(
        statement,
        counted=amount,
        counted_by=counted.person,
        reconciled_by=checked.person,
        difference=difference,
        state="open" if differs else "reconciled",
    )
    call.records.audit("reserve_reconciled", f"备用金核对：差异{difference:.2f}元", accepted=not differs)
    return {"reserve_differs": differs, "topup_wanted": topup > 0}


def top_up(call: RecordCall) -> Values:
    """Enter the money that the leader approved, once for each statement. Raises Refused without the approval."""
    statement = _statement(call)
    decision, counted = _form(call, "reserve_topup"), _form(call, "reserve_confirm")
    if decision.data.get("topup_ok") is not True or statement.state != "reconciled":
        raise Refused("追加拨付没有经领导批准，或者备用金还没有核对相符。")
    amount = yuan(str(decision.data["topup_granted"]))
    if not Decimal(0) < amount <= yuan(str(counted.data["topup_amount"])):
        raise Refused("追加金额应大于零，且不超过申请的金额。")
    town = town_of(call)
    enter(call, call.task_id, town, "in", amount, f"{statement.month}核对后追加拨付")
    call.records.change(statement, topup=amount, approved_by=decision.person, state="topped_up")
    left = reserve.balance(call.records.find(ReserveEntry, town=town))
    call.records.audit("reserve", f"{fund_name(call)}追加{amount:.2f}元，余额{left:.2f}元", amount=str(amount))
    return {"reserve_closing": f"{left:.2f}"}


def _statement(call: RecordCall) -> ReserveStatement:
    found = call.records.find(ReserveStatement, statement_no=call.case_no)
    if not found:
        raise Refused("还没有备用金对账单。")
    return found[0]


def _form(call: RecordCall, form: str) -> Submission:
    found = latest_of(call, (form,))
    if found is None:
        raise Refused("备用金的核实或核对还没有填写。")
    return found


TOPICS: tuple[Topic, ...] = (
    at_desk(STATEMENT, make_statement),
    at_desk(SETTLE, settle),
    at_desk(TOPUP, top_up),
)
