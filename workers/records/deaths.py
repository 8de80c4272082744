"""A recipient or one of his family has died: payment held back at once, verified, reckoned (XX-49, JC-24)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jiuzhu.domain.adjustments import overpaid, share_of_one, without_one
from jiuzhu.domain.benefit import ZERO
from jiuzhu.domain.instants import day_of, month_after, read
from jiuzhu.domain.recipients import PAID_STATES, note_change
from jiuzhu.domain.rows import PaymentLine, Recipient, RecipientChange
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, text
from workers.records.recipient_rows import history_of, note_back_pay, recipient_of

DIED_ON = Name(name="died_on", type="date", label="死亡日期", required=False)

PAYMENT_SUSPEND = TopicContract(
    topic="payment_suspend",
    label="暂停发放",
    kind="record",
    doc="收到死亡信息当月即暂停：一人户全部暂停，多人户只暂停一人的一份，其余成员照发；核实以前不作其他处理。",
    outputs=(Name(name="recipient_no", type="string", label="救助对象编号"), names.DUE_SIMPLE),
    sources=("XX-49", "JC-24"),
)

PAYMENT_RESUME = TopicContract(
    topic="payment_resume",
    label="恢复发放",
    kind="record",
    doc="死亡信息不属实：自暂停的月份起恢复原来的金额，少发的由下一批发放补足。",
    outputs=(names.DUE_SIMPLE,),
    sources=("XX-49",),
)

OVERPAYMENT = TopicContract(
    topic="overpayment",
    label="核算多发金额",
    kind="record",
    doc="死亡当月照发；自次月起已经发放的，一人户为全部，多人户为一人的一份。",
    inputs=(DIED_ON,),
    outputs=(
        Name(name="overpaid_amount", type="money", label="多发金额"),
        Name(name="overpaid", type="boolean", label="是否多发"),
        names.DUE_SIMPLE,
    ),
    sources=("XX-49", "JC-14"),
)

BY_DEATH = "收到死亡信息，先行暂停"


def suspend(call: RecordCall) -> Values:
    """Hold back the dead person's part from this month on; again for the same report changes nothing."""
    recipient = recipient_of(call)
    lines = history_of(call, recipient)
    if recipient.state not in PAID_STATES or any(one.record_no == call.record_no for one in lines):
        return {"recipient_no": recipient.recipient_no}
    left = without_one(recipient.amount_monthly, recipient.members)
    state = recipient.state if recipient.members > 1 else "suspended"
    changed = call.records.change(recipient, state=state, amount_monthly=left, version=recipient.version + 1)
    note_change(
        call.records,
        changed,
        "suspend",
        effective_month=f"{call.today:%Y-%m}",
        now=call.now,
        record_no=call.record_no,
        amount=left,
        reason=BY_DEATH,
        person=call.actor or "",
    )
    call.records.audit("suspended", f"{recipient.recipient_no}{BY_DEATH}", amount=str(left))
    return {"recipient_no": recipient.recipient_no}


def resume(call: RecordCall) -> Values:
    """Give back what was held back, from the same month on: the next batch pays what is missing."""
    _resume(call, _held(call, history_of(call, recipient_of(call))), "死亡信息不属实，恢复发放")
    return {}


def give_back(call: RecordCall, reason: str) -> None:
    """Give back what a report of a death still holds back, whichever process noted it."""
    lines = history_of(call, recipient_of(call))
    if lines and lines[-1].kind == "suspend" and lines[-1].reason == BY_DEATH:
        _resume(call, (lines[-1], lines[-2] if len(lines) > 1 else None), reason)


def _resume(call: RecordCall, span: tuple[RecipientChange | None, RecipientChange | None], reason: str) -> None:
    held, before = span
    if held is None or before is None:
        return
    recipient = recipient_of(call)
    lines = history_of(call, recipient)
    changed = call.records.change(
        recipient, state=before.state, amount_monthly=before.amount_monthly, version=recipient.version + 1
    )
    note_change(
        call.records,
        changed,
        "resume",
        effective_month=held.effective_month,
        now=call.now,
        record_no=call.record_no,
        reason=reason,
        person=call.actor or "",
    )
    note_back_pay(call, changed, lines)


def reckon_overpaid(call: RecordCall) -> Values:
    """Return what was paid after the month of death: by the lines that were paid, else by the history before."""
    recipient = recipient_of(call)
    if not text(call, "died_on"):
        raise Refused("还没有登记死亡日期，不能核算多发金额。")
    died = day_of(read(text(call, "died_on")))
    lines = history_of(call, recipient)
    held, _ = _held(call, lines)
    before = [one for one in lines if held is None or one.line < held.line]
    until = held.effective_month if held is not None else f"{call.today:%Y-%m}"
    total = overpaid(before, died, until, recipient.members) + _paid_since(call, recipient, died, until)
    return {"overpaid_amount": f"{total:.2f}", "overpaid": total > ZERO}


def _paid_since(call: RecordCall, recipient: Recipient, died: date, until: str) -> Decimal:
    """Return the dead person's part of lines that a bank has paid for the month of the suspension or later."""
    first = max(until, month_after(died))
    paid = [
        line.amount
        for line in call.records.find(PaymentLine, recipient_no=recipient.recipient_no)
        if line.state == "paid" and line.month >= first
    ]
    if recipient.members <= 1:
        return sum(paid, ZERO)
    return sum((share_of_one(one, recipient.members) for one in paid), ZERO)


def _held(call: RecordCall, lines: list[RecipientChange]) -> tuple[RecipientChange | None, RecipientChange | None]:
    """Return the line by which this report held the payment back, and the line before it."""
    held = next((one for one in lines if one.record_no == call.record_no and one.kind == "suspend"), None)
    if held is None:
        return None, None
    return held, max((one for one in lines if one.line < held.line), key=lambda one: one.line, default=None)


TOPICS: tuple[Topic, ...] = (
    at_desk(PAYMENT_SUSPEND, suspend),
    at_desk(PAYMENT_RESUME, resume),
    at_desk(OVERPAYMENT, reckon_overpaid),
)
