"""Errand ``bank_exchange``: a checked list goes to the bank, once; what failed and was repaired goes again (NH-25).

Before anything leaves, the list is compared with the register once more, and maker and checker must be two people.
"""

from __future__ import annotations

from jiuzhu.domain.payment_register import differences_of
from jiuzhu.domain.payments import NOTHING
from jiuzhu.domain.rows import PaymentBatch, PaymentLine
from jiuzhu.domain.topics import ErrandCall, ErrandHandler, Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Invalid, Refused
from workers.errands.adapters.bank_files import BankFiles

CONTRACT = TopicContract(
    topic="bank_exchange",
    label="报送银行代发",
    kind="errand",
    doc="把复核通过的清单（或更正后补发的明细）报送代发银行；同一份清单只报送一次。没有配置银行的写入模拟发件夹。",
    outputs=(Name(name="file_no", type="string", label="代发文件编号"),),
    sources=("NH-25", "QJ-11", "QJ-18"),
)


def prepare(call: RecordCall) -> Values:
    """Freeze the lines.

    Raises:
        Refused: not checked by a second person, the register has changed since, or there is nothing to send.
    """
    batch = _batch(call)
    if not batch.checker or batch.checker == batch.maker:
        raise Refused("制单人和复核人不得是同一人，不能报送银行。")
    open_lines = [
        row for row in call.records.find(PaymentLine, batch_no=call.case_no) if row.state in ("planned", "repaired")
    ]
    if not open_lines:
        raise Refused("清单里没有要发放的明细。")
    again = {row.line_no for row in open_lines if row.state == "repaired"}
    found = differences_of(call.records, batch, int(call.policy.value("payment_batch.back_months", call.today)))
    if again:  # a transfer is repeated: what concerns others is the next batch's affair
        found = [one for one in found if one.line_no in again]
    if found:
        said = "；".join(f"{one.recipient_no}{one.sentence}" for one in found[:3])
        raise Refused(f"清单与救助对象台账不一致，不能报送银行：{said}。请退回处理。")
    total = sum((row.amount for row in open_lines), NOTHING)
    return {
        "batch_no": batch.batch_no,
        "month": batch.month,
        "programme": batch.programme,
        "payer": call.records.organisation_name(batch.payer_org),
        "count": len(open_lines),
        "total": f"{total:.2f}",
        "lines": [
            {
                "line_no": row.line_no,
                "name": row.name,
                "bank_name": row.bank_name,
                "bank_account": row.bank_account,
                "amount": f"{row.amount:.2f}",
                "month": row.month,
            }
            for row in open_lines
        ],
    }


def errand(bank: BankFiles) -> ErrandHandler:
    """Return the errand that sends lists to this bank."""

    def send(call: ErrandCall) -> Values:
        sent = bank.send(call.task_id, {**call.inputs, "file_no": call.task_id})
        numbers = [line["line_no"] for line in call.inputs["lines"]]
        return {
            "receipt": sent.receipt,
            "simulated": sent.simulated,
            "line_nos": numbers,
            "total": call.inputs["total"],
        }

    return send


def book(call: RecordCall, result: Values) -> Values:
    """Mark the lines as sent. Raises Invalid when the result is not one of this errand."""
    numbers = result.get("line_nos")
    if not result.get("receipt") or not isinstance(numbers, list):
        raise Invalid("报送银行没有带回回执。", {"receipt": "缺少"})
    wanted = frozenset(str(one) for one in numbers)
    for line in call.records.find(PaymentLine, batch_no=call.case_no):
        if line.line_no in wanted:
            call.records.change(
                line,
                state="sent",
                file_no=call.task_id,
                attempts=line.attempts + 1,
                bank_result="",
                bank_reason="",
            )
    call.records.change(
        _batch(call),
        state="sent",
        file_no=call.task_id,
        receipt=str(result["receipt"]),
        sent_at=call.now,
        simulated=result.get("simulated") is True,
    )
    way = "模拟报送" if result.get("simulated") else "报送"
    call.records.audit("bank_sent", f"{way}银行代发{len(wanted)}笔、{result['total']}元（{result['receipt']}）")
    return {"file_no": call.task_id}


def _batch(call: RecordCall) -> PaymentBatch:
    found = call.records.find(PaymentBatch, batch_no=call.case_no)
    if not found:
        raise Refused("还没有编制发放清单。")
    return found[0]


TOPIC = Topic(contract=CONTRACT, prepare=prepare, book=book)
"""Without a bank; ``workers.errands.build_errands`` adds it."""
