"""The recipient's row and the order of the first month."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.instants import add_months
from jiuzhu.domain.money import yuan
from jiuzhu.domain.obligations import keep, release
from jiuzhu.domain.recipients import note_change
from jiuzhu.domain.rows import CaseDecision, CaseEvent, Notice, PaymentOrder, Recipient
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, current_decision, rows_of, text
from workers.records.entitlement import first_month
from workers.records.papers import household_of, members_counted
from workers.records.replies import open_rows

RECIPIENT_REGISTER = TopicContract(
    topic="recipient_register",
    label="登记救助对象",
    kind="record",
    doc="把给予救助的家庭记入救助对象台账：金额、发放单位、起发月份（决定次月）和下次复核时间。",
    inputs=(
        names.PROGRAMME,
        names.TOWN,
        names.VILLAGE,
        names.DECISION,
        names.AMOUNT_MONTHLY,
        names.PAYER,
        Name(name="review_months", type="integer", label="复核周期（月）", required=False),
        names.CARE_LEVEL,
        Name(name="support_mode", type="string", label="供养方式", required=False),
        Name(name="standard_kind", type="string", label="适用的城乡标准（空为按户籍性质）", required=False),
    ),
    outputs=(
        Name(name="recipient_no", type="string", label="救助对象编号"),
        names.EFFECTIVE_MONTH,
        names.DUE_SIMPLE,
    ),
    sources=("JC-12", "JC-13", "XT-33"),
)

PAYMENT_ORDER = TopicContract(
    topic="payment_order",
    label="开具发放指令",
    kind="record",
    doc=("开具决定次月的发放指令；办件最近的决定不是给予救助、公示没有结束、有未答复的异议或未核实的情况报告时拒绝。"),
    inputs=(
        Name(name="recipient_no", type="string", label="救助对象编号"),
        names.DECISION,
        names.AMOUNT_MONTHLY,
        names.PAYER,
    ),
    outputs=(
        Name(name="order_no", type="string", label="发放指令编号"),
        names.EFFECTIVE_MONTH,
        names.DUE_SIMPLE,
    ),
    sources=("JC-21", "XT-12"),
)


def register_recipient(call: RecordCall) -> Values:
    """Enter the household among the recipients, or renew its row (JC-12, JC-13): one row a case."""
    decision = granted_decision(call)
    case = call.records.case()
    household = household_of(call)
    applicant = household["applicant"]
    since = first_month(call, decision)
    months = int(call.inputs.get("review_months") or call.policy.value("review_period.months_default", call.today))
    values: dict[str, Any] = {
        "programme": text(call, "programme", case.programme),
        "town": text(call, "town", case.town),
        "village": text(call, "village", case.village),
        "name": case.applicant_name,
        "resident_id": str(applicant.get("applicant_id", "")),
        "resident_ref": resident_ref(str(applicant.get("applicant_id", ""))),
        "members": members_counted(call),
        "care_level": text(call, "care_level"),
        "support_mode": text(call, "support_mode"),
        "area": text(call, "standard_kind") or str(applicant.get("hukou_type", "")),
        "amount_monthly": yuan(text(call, "amount_monthly", str(decision.amount_monthly))),
        "payer": text(call, "payer"),
        "bank_name": str(applicant.get("bank_name", "")),
        "bank_account": str(applicant.get("bank_account", "")),
        "decision_no": decision.decision_no,
        "review_months": months,
        "next_review": add_months(date.fromisoformat(f"{since}-01"), months),
    }
    existing = rows_of(call, Recipient)
    if existing:
        row = call.records.change(existing[0], **values, version=existing[0].version + 1)
    else:
        serial = call.records.number(f"recipient:{call.district}")
        row = Recipient(
            recipient_no=f"{call.policy.short}{serial:06d}",
            case_no=call.case_no,
            district=call.district,
            since=since,
            **values,
        )
        call.records.add(row)
    note_change(
        call.records,
        row,
        "grant",
        effective_month=since,
        now=call.now,
        record_no=call.record_no,
        person=call.actor or "",
    )
    call.records.audit("recipient", f"登记救助对象{row.recipient_no}", amount=str(row.amount_monthly))
    return {"recipient_no": row.recipient_no, "effective_month": row.since}


def order_payment(call: RecordCall) -> Values:
    """Write the order of the month after the confirmation; the same month is never ordered twice (C8).

    Raises Refused unless the record's latest decision grants the aid, its notice has ended, every objection is answered
    and every report about the household (a death, a withdrawal, a change) is verified: a second lock behind the
    diagram's own order (JC-21).
    """
    decision = granted_decision(call)
    if text(call, "decision", "granted") != "granted":
        raise Refused("办件的决定不是给予救助，不能开具发放指令。")
    check_notice_ended(call)
    check_nothing_open(call)
    number = text(call, "recipient_no")
    recipient = next((row for row in rows_of(call, Recipient) if not number or row.recipient_no == number), None)
    if recipient is None:
        raise Refused("救助对象还没有登记，不能开具发放指令。")
    month = first_month(call, decision)
    existing = [row for row in rows_of(call, PaymentOrder) if row.month == month and row.state == "ordered"]
    order = existing[0] if existing else _order(call, recipient, month, decision)
    keep(call.records, call.case_no, "due_total", call.now)
    release(call.records, call.case_no, record_no=call.record_no)
    call.records.set_case(status="paid")
    return {"order_no": order.order_no, "effective_month": month}


def granted_decision(call: RecordCall) -> CaseDecision:
    """Return the case's latest decision; raises Refused unless it grants the aid."""
    decision = current_decision(call)
    if decision is None or decision.decision != "granted":
        raise Refused("办件最近的决定不是给予救助，不能登记发放。")
    return decision


def check_notice_ended(call: RecordCall) -> None:
    """Raise Refused while the case's latest notice has not run to its end and been closed without an objection."""
    latest = max(rows_of(call, Notice), key=lambda row: row.round, default=None)
    if latest is None or latest.state != "closed" or latest.result != "undisputed":
        raise Refused("公示还没有结束，不能开具发放指令。")
    if latest.ends_at is None or call.now < latest.ends_at:
        raise Refused("公示期还没有满，不能开具发放指令。")


def check_nothing_open(call: RecordCall) -> None:
    """Raise Refused while an objection has no answer or a report about the household is not verified."""
    if open_rows(call):
        raise Refused("有异议还没有答复，答复之前不能开具发放指令。")
    if any(event.state == "reported" for event in rows_of(call, CaseEvent)):
        raise Refused("有一份情况报告还没有核实，核实之前不能开具发放指令。")


def _order(call: RecordCall, recipient: Recipient, month: str, decision: CaseDecision) -> PaymentOrder:
    order = PaymentOrder(
        order_no=f"{recipient.recipient_no}-{month.replace('-', '')}",
        recipient_no=recipient.recipient_no,
        case_no=call.case_no,
        district=call.district,
        town=recipient.town,
        programme=recipient.programme,
        month=month,
        amount=recipient.amount_monthly,
        payer=recipient.payer,
        decision_no=decision.decision_no,
        ordered_at=call.now,
    )
    call.records.add(order)
    call.records.audit("payment_order", f"开具{month}发放指令{order.order_no}", amount=str(order.amount))
    return order


TOPICS: tuple[Topic, ...] = (
    at_desk(RECIPIENT_REGISTER, register_recipient),
    at_desk(PAYMENT_ORDER, order_payment),
)
