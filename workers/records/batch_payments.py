"""A month's payment: the list is built from the register, compared with it, and the bank's answer posted."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from jiuzhu.domain import payments
from jiuzhu.domain.instants import end_of, iso, read
from jiuzhu.domain.payment_register import TOWN, Register, differences_of, register_of, totals
from jiuzhu.domain.rows import PaymentBatch, PaymentLine
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, due_simple, text

BATCH_BUILD = TopicContract(
    topic="payment_batch_build",
    label="编制发放清单",
    kind="record",
    doc=(
        "按救助对象台账和动态管理记录编制本单位、本类别、本月的发放清单：应发而未发的各月都列入，已发的不再列入。"
        "再次编制时，已手工剔除的保持剔除。"
    ),
    inputs=(
        names.PROGRAMME,
        names.TOWN,
        Name(name="period", type="string", label="月份（2026-09）", required=False),
    ),
    outputs=(
        Name(name="batch_no", type="string", label="发放批次"),
        Name(name="batch_total", type="money", label="清单金额"),
        Name(name="payer_group", type="string", label="制单岗位"),
        Name(name="checker_group", type="string", label="复核岗位"),
        Name(name="due_batch", type="date", label="发放期限"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-09", "QJ-11", "QJ-18", "JC-12"),
)

BATCH_RECONCILE = TopicContract(
    topic="payment_reconcile",
    label="核对台账与清单",
    kind="record",
    doc="把清单与救助对象台账逐户核对：漏列、重复、金额不符、账户缺失、已停发仍列入的，逐条列出；有差异不能制单。",
    outputs=(
        Name(name="difference_count", type="integer", label="差异条数"),
        Name(name="batch_count", type="integer", label="清单笔数"),
        Name(name="batch_total", type="money", label="清单金额"),
        names.DUE_SIMPLE,
    ),
    sources=("JC-12",),
)

BATCH_POST = TopicContract(
    topic="payment_post",
    label="登记发放结果",
    kind="record",
    doc="按银行回盘逐笔登记到账或失败，并给出失败笔数。",
    outputs=(Name(name="failed_count", type="integer", label="失败笔数"), names.DUE_SIMPLE),
    sources=("NH-25",),
)


def build(call: RecordCall) -> Values:
    """Make or renew the list.

    1. Who is due what, as the histories say and what other lines leave; 2. a line that is still due keeps its key, a
    new one is added, one that is no longer due is left out with the reason; 3. what somebody set aside stays aside.
    """
    payer_org, month = _payer_org(call), _month(call)
    found = register_of(
        call.records,
        district=call.district,
        payer_org=payer_org,
        programme=text(call, "programme"),
        month=month,
        back_months=_back_months(call),
    )
    own = {line.line_no: line for line in found.lines if line.batch_no == call.case_no}
    own |= {line.line_no: line for line in call.records.find(PaymentLine, batch_no=call.case_no)}
    if any(line.state in ("sent", "paid") for line in own.values()):
        raise Refused("清单已经报送银行，不能重新编制。")
    wanted = _write_lines(call, found, own, month)
    for number, line in own.items():
        if number not in wanted and line.state == "planned":
            call.records.change(line, state="excluded", reason="按台账已不应发放")
    batch = _write_batch(call, payer_org, month)
    maker, checker = payments.PAYERS["county" if payer_org == call.district else TOWN]
    call.records.audit("batch_built", f"编制{month}发放清单：{batch.count}笔、{batch.total:.2f}元", count=batch.count)
    return {
        "batch_no": batch.batch_no,
        "batch_total": f"{batch.total:.2f}",
        "payer_group": f"{maker}@{payer_org}",
        "checker_group": f"{checker}@{payer_org}",
        "due_batch": iso(batch.due_at),
    }


def _write_lines(call: RecordCall, found: Register, own: dict[str, PaymentLine], month: str) -> set[str]:
    others: dict[str, list[PaymentLine]] = {}
    for other in found.lines:
        if other.line_no not in own:
            others.setdefault(other.recipient_no, []).append(other)
    wanted: set[str] = set()
    for who in found.recipients:
        history = found.histories[who.recipient_no]
        for due in payments.owed_to(who, history, others.get(who.recipient_no, ()), month, found.earliest):
            number = f"{who.recipient_no}-{due.month.replace('-', '')}-{due.round}"
            wanted.add(number)
            values: dict[str, Any] = {
                "amount": due.amount,
                "name": who.name,
                "bank_name": who.bank_name,
                "bank_account": who.bank_account,
                "town": who.town,
            }
            line = own.get(number)
            if line is None:
                call.records.add(
                    PaymentLine(
                        line_no=number,
                        batch_no=call.case_no,
                        recipient_no=who.recipient_no,
                        household_no=who.case_no,
                        district=call.district,
                        programme=who.programme,
                        month=due.month,
                        round=due.round,
                        **values,
                    )
                )
            elif not line.held_by:
                call.records.change(line, **values, state="planned", reason="")
    return wanted


def _write_batch(call: RecordCall, payer_org: str, month: str) -> PaymentBatch:
    lines = call.records.find(PaymentLine, batch_no=call.case_no)
    values = {**totals(lines), "state": "built" if lines else "void", "built_at": call.now, "maker": "", "checker": ""}
    found = call.records.find(PaymentBatch, batch_no=call.case_no)
    if found:
        return call.records.change(found[0], **values)
    programme = text(call, "programme")
    kinds = [
        str(row["payer_kind"])
        for row in call.policy.rows("payer", call.today)
        if row["programme"] == programme and row["payer_kind"] != TOWN
    ]
    batch = PaymentBatch(
        batch_no=call.case_no,
        district=call.district,
        payer_org=payer_org,
        payer=TOWN if payer_org != call.district else (kinds[0] if kinds else "county"),
        programme=programme,
        month=month,
        due_at=_due_at(call, month),
        **values,
    )
    call.records.add(batch)
    return batch


def reconcile(call: RecordCall) -> Values:
    """Compare list and register; what they do not agree on stands in the batch's row until the next comparison."""
    batch = batch_of(call)
    found = differences_of(call.records, batch, _back_months(call))
    lines = call.records.find(PaymentLine, batch_no=call.case_no)
    kept = totals(lines)
    state = batch.state if kept["count"] or found else "void"
    call.records.change(batch, differences=[asdict(one) for one in found], state=state, **kept)
    call.records.audit("batch_compared", f"核对台账与清单：差异{len(found)}条", differences=len(found))
    return {
        "difference_count": len(found),
        "batch_count": kept["count"],
        "batch_total": f"{kept['total']:.2f}",
    }


def post(call: RecordCall) -> Values:
    """Post what the bank's file said of each line that was sent; a line without an answer stays sent."""
    failed = 0
    for line in call.records.find(PaymentLine, batch_no=call.case_no):
        if line.state != "sent" or not line.bank_result:
            continue
        settled = {"reason": line.bank_reason, "bank_result": "", "bank_reason": "", "settled_at": call.now}
        call.records.change(line, state=line.bank_result, **settled)
        failed += line.bank_result == "failed"
    lines = call.records.find(PaymentLine, batch_no=call.case_no)
    if any(line.state == "sent" for line in lines):
        raise Refused("银行回盘还没有覆盖全部明细，请先导入完整的回盘文件。")
    kept = totals(lines)
    call.records.change(batch_of(call), state="posted", posted_at=call.now, **kept)
    call.records.audit(
        "batch_posted", f"登记发放结果：到账{kept['paid_count']}笔、{kept['paid_total']:.2f}元，失败{failed}笔"
    )
    return {"failed_count": failed}


def batch_of(call: RecordCall) -> PaymentBatch:
    """Return the batch that this process instance pays. Raises Refused before the list is built."""
    found = call.records.find(PaymentBatch, batch_no=call.case_no)
    if not found:
        raise Refused("还没有编制发放清单。")
    return found[0]


def _payer_org(call: RecordCall) -> str:
    return call.records.case().town or call.district


def _month(call: RecordCall) -> str:
    return text(call, "period") or f"{call.today:%Y-%m}"


def _back_months(call: RecordCall) -> int:
    return int(call.policy.value("payment_batch.back_months", call.today))


def _due_at(call: RecordCall, month: str) -> Any:
    """Return until when the month is to be paid; a list that is made later has the limit of common work."""
    day = int(call.policy.value("payment_batch.pay_day", call.today))
    due = end_of(date(int(month[:4]), int(month[5:]), day))
    if due > call.now:
        return due
    return read(due_simple(call))


TOPICS: tuple[Topic, ...] = (
    at_desk(BATCH_BUILD, build),
    at_desk(BATCH_RECONCILE, reconcile),
    at_desk(BATCH_POST, post),
)
