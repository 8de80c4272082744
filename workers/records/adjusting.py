"""调整生效: the change is numbered, told in writing, and only then enters the recipient's history (JC-24, JC-29)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from jiuzhu.domain.adjustments import CUTTING, ENDING
from jiuzhu.domain.instants import day_of, month_after
from jiuzhu.domain.money import yuan
from jiuzhu.domain.recipients import note_change
from jiuzhu.domain.rows import Adjustment, Delivery, Document, PaymentOrder, Recipient
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import CHANGE_RESULTS
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.booked_changes import amount_after, new_adjustment
from workers.records.change_papers import record_values
from workers.records.deaths import give_back
from workers.records.desk import at_desk, rows_of, text
from workers.records.dynamics import CHANGE_KIND, CHANGE_REASON, CHANGE_RESULT, NEW_AMOUNT, RECIPIENT_NO, write_changes
from workers.records.papers import make_document
from workers.records.recipient_rows import (
    adjustment_of,
    amount_before,
    decided_change,
    history_of,
    note_back_pay,
    recipient_of,
)
from workers.records.switchboard import passed_on
from workers.records.terminations import notice_is_over

ADJUSTMENT_OPEN = TopicContract(
    topic="adjustment_open",
    label="登记调整决定",
    kind="record",
    doc=(
        "登记要生效的调整：已由审核确认人决定的沿用其编号，复核、渐退期满等带来的另行编号。终止特困供养而没有公示期满的，"
        "给出须先公示。"
    ),
    inputs=(
        RECIPIENT_NO,
        CHANGE_KIND,
        CHANGE_RESULT,
        NEW_AMOUNT,
        CHANGE_REASON,
        names.AUTHORITY_LEVEL,
        names.DECISION_NO,
        names.NOTICE_NO,
    ),
    outputs=(
        Name(name="decision_no", type="string", label="调整文号"),
        Name(name="notice_first", type="boolean", label="是否须先公示"),
        names.DUE_SIMPLE,
    ),
    sources=("JC-24", "XT-33"),
)

RECIPIENT_ADJUST = TopicContract(
    topic="recipient_adjust",
    label="调整生效",
    kind="record",
    doc=(
        "把调整记入救助对象的动态管理记录：减发、停发、渐退和暂停自告知以后的次月生效，增发自决定的次月起；"
        "没有书面告知送达记录的拒绝。已过月份少发的，由下一批发放补足。终止特困供养没有公示期满的，只办结本次变更，"
        "由终止供养流程公示、决定。"
    ),
    inputs=(RECIPIENT_NO, CHANGE_RESULT, NEW_AMOUNT, names.DECISION_NO, names.NOTICE_NO),
    outputs=(names.EFFECTIVE_MONTH, names.DUE_SIMPLE),
    sources=("JC-12", "JC-24", "JC-29", "XT-33"),
)

CHANGE_FILING = TopicContract(
    topic="change_filing",
    label="启动变更（注销）备案",
    kind="record",
    doc="按本区的备案方式另起一份变更或注销备案（宁河双渠道）；备案不是审批，不影响调整生效。",
    inputs=(
        names.PROGRAMME,
        names.INTAKE_TOWN,
        names.TOWN,
        names.VILLAGE,
        names.DECISION_NO,
        Name(name="applicant_name", type="string", label="申请人", required=False),
    ),
    outputs=(names.DUE_SIMPLE,),
    decisions=("filing_mode",),
    sources=("JC-25", "NH-23"),
)

CARRIED = "district,programme,intake_town,town,village,applicant_name,decision_no"
RETROACTIVE = "death"
"""Kind of change that counts from the month in which the payment was held back: the others lose nothing."""


def open_adjustment(call: RecordCall) -> Values:
    """Return the number of the decided change; one that no form of this instance decided is numbered here."""
    row = decided_change(call)
    if row is None:
        recipient = recipient_of(call)
        result = text(call, "change_result", "keep")
        row = new_adjustment(
            call,
            recipient,
            kind=text(call, "change_kind"),
            changes=[],
            result=result,
            amount_before=amount_before(call, recipient),
            amount_after=amount_after(recipient, result, text(call, "new_amount")),
            reason=text(call, "change_reason"),
            state="decided",
            care_level=recipient.care_level,
            person=call.actor or "",
            decided_at=call.now,
            level=text(call, "authority_level", "town"),
        )
        call.records.add(row)
    return {"decision_no": row.decision_no, "notice_first": is_left_to_notice(call, row)}


def is_left_to_notice(call: RecordCall, row: Adjustment) -> bool:
    """True for an end of a tekun person's support that has not hung out: it is shown to the public first."""
    return row.result == "terminate_tekun" and not notice_is_over(call)


def adjust(call: RecordCall) -> Values:
    """Enter the change into the recipient's history and row; running it again changes nothing.

    Raises Refused before the written notice has reached the household (57 art 33), a second lock behind the diagram's
    own order.
    """
    row = adjustment_of(call)
    if row is None:
        raise Refused("还没有登记调整决定，不能生效。")
    if row.state == "effective":
        return {"effective_month": row.effective_month}
    if row.result == "keep" and row.kind == RETROACTIVE:
        give_back(call, "死亡信息不改变救助，恢复发放")
    recipient = recipient_of(call)
    if is_left_to_notice(call, row):
        return _leave_to_another(call, row, "")
    if row.result != "keep":
        require_told(call)
    before = history_of(call, recipient)
    month = effective_month(call, row, recipient)
    if row.result == "gradual_exit":
        return _leave_to_another(call, row, month_after(call.today))
    changed = call.records.change(recipient, **_values(call, row, recipient), version=recipient.version + 1)
    note_change(
        call.records,
        changed,
        "stop" if row.result in ENDING else row.result,
        effective_month=month,
        now=call.now,
        record_no=call.record_no,
        amount=row.amount_after if row.result != "keep" else recipient.amount_monthly,
        reason=row.reason,
        decision_no=row.decision_no,
        person=row.person,
    )
    write_changes(call, [dict(one) for one in row.changes], call.record_no)
    in_force = call.records.change(row, state="effective", effective_month=month)
    note_back_pay(call, changed, before)
    _cancel_orders(call, changed, month)
    make_document(call, "change_record", record_values(call, in_force))
    call.records.audit(
        "recipient_changed",
        f"{recipient.recipient_no}自{month}起{CHANGE_RESULTS[row.result]}",
        amount=str(row.amount_after),
    )
    return {"effective_month": month}


def _leave_to_another(call: RecordCall, row: Adjustment, month: str) -> Values:
    """Close the change only: a gradual exit and an end of tekun support enter the history by processes of their own."""
    in_force = call.records.change(row, state="effective", effective_month=month)
    make_document(call, "change_record", record_values(call, in_force))
    return {"effective_month": month}


def require_told(call: RecordCall) -> None:
    """Raise Refused unless the written notice of this change was delivered (JC-24)."""
    letters = {
        paper.document_no
        for paper in rows_of(call, Document)
        if paper.template == "adjustment_notice" and paper.record_no == call.record_no
    }
    if not any(one.document_no in letters for one in rows_of(call, Delivery)):
        raise Refused("调整（停发）告知书还没有送达，不能生效：先书面告知并说明理由。")


def effective_month(call: RecordCall, row: Adjustment, recipient: Recipient) -> str:
    """Return the first month of the change: the month after the notice for what cuts, after the decision for what adds.

    After a death the part of the others counts from the month in which the payment was held back.
    """
    if row.kind == RETROACTIVE:
        held = [line for line in history_of(call, recipient) if line.kind == "suspend"]
        if held:
            return held[-1].effective_month
    day: date = call.today if row.result in CUTTING else day_of(row.decided_at)
    return month_after(day)


def _values(call: RecordCall, row: Adjustment, recipient: Recipient) -> dict[str, Any]:
    values: dict[str, Any] = {"decision_no": row.decision_no, "care_level": row.care_level or recipient.care_level}
    members = _members_after(row, recipient)
    if row.result in ENDING:
        return {**values, "state": "ended", "ended_on": call.today, "amount_monthly": yuan("0.00")}
    if row.result == "suspend":
        return {**values, "state": "suspended"}
    if row.result == "keep":
        return {"decision_no": recipient.decision_no}
    return {**values, "state": "active", "amount_monthly": row.amount_after, "members": members}


def _members_after(row: Adjustment, recipient: Recipient) -> int:
    added = sum(1 for one in row.changes if one.get("change_kind") == "member_added")
    left = sum(1 for one in row.changes if one.get("change_kind") == "member_left")
    if row.kind == RETROACTIVE and not left:
        left = 1
    return max(recipient.members + added - left, 1)


def _cancel_orders(call: RecordCall, recipient: Recipient, month: str) -> None:
    """Cancel orders of months in which nothing is due any more, and correct those of another amount."""
    due: Decimal = recipient.amount_monthly if recipient.state == "active" else Decimal("0.00")
    for order in rows_of(call, PaymentOrder):
        if order.month < month or order.state != "ordered" or order.amount == due:
            continue
        call.records.change(order, **({"amount": due} if due else {"state": "cancelled"}))


def file_change(call: RecordCall) -> Values:
    """Start the filing of the change in the district's way; it runs beside and holds up nothing (A6)."""
    mode = call.decide("filing_mode", {"channels": call.policy.values("filing_mode", call.today).get("channels")})
    if isinstance(mode, dict):
        number = call.switchboard.start(str(mode["filing_process"]), passed_on(call, CARRIED))
        call.records.audit("started", f"启动{number}", process=str(mode["filing_process"]))
    return {}


TOPICS: tuple[Topic, ...] = (
    at_desk(ADJUSTMENT_OPEN, open_adjustment),
    at_desk(RECIPIENT_ADJUST, adjust),
    at_desk(CHANGE_FILING, file_change),
)
