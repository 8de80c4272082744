"""Cases that the bureau decides together once a month: queued, collected, decided, told (XT-06, XT-07)."""

from __future__ import annotations

from decimal import Decimal

from jiuzhu.domain.money import yuan
from jiuzhu.domain.rows import BatchItem, CaseDecision
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import ENDED_STATUSES
from jiuzhu.errors import BpmnError, Refused
from workers.records import names
from workers.records.desk import at_desk, latest_of, rows_of, text
from workers.records.returned import VISIT_AGAIN, visit_again
from workers.records.standing import town_of

BATCH_ENQUEUE = TopicContract(
    topic="batch_enqueue",
    label="列入月度审批",
    kind="record",
    doc="把办件列入区（市）民政局下一次月度审批。",
    inputs=(Name(name="amount", type="money", label="救助金额"), names.TOWN),
    outputs=(Name(name="batch_month", type="string", label="列入月份"), names.DUE_SIMPLE),
    sources=("XT-07",),
)

BATCH_DECISION = TopicContract(
    topic="batch_decision",
    label="记入月度审批结果",
    kind="record",
    doc="把月度审批对本办件的决定记入办件：决定、金额、文号。",
    inputs=(names.TOWN,),
    outputs=(
        names.DECISION,
        names.DECISION_NO,
        Name(name="amount", type="money", label="救助金额"),
        *VISIT_AGAIN,
        names.DUE_SIMPLE,
    ),
    sources=("XT-07",),
)

BATCH_COLLECT = TopicContract(
    topic="batch_collect",
    label="汇总待批申请",
    kind="record",
    doc="把已列入而还没有审批的办件收进本次审批；一件也没有时报 EMPTY。",
    outputs=(
        Name(name="batch_no", type="string", label="审批批次"),
        Name(name="batch_count", type="integer", label="件数"),
        names.DUE_SIMPLE,
    ),
    errors=("EMPTY",),
    sources=("XT-07",),
)

BATCH_SEND = TopicContract(
    topic="batch_send",
    label="下达审批结果",
    kind="record",
    doc="把签批的决定逐件记下，并以消息 temp.batch_decided 送到各办件；办件已经终止的只作登记。",
    outputs=(names.DUE_SIMPLE,),
    sources=("XT-07",),
)


def enqueue(call: RecordCall) -> Values:
    """Queue the case for the bureau's next batch; a case that waits already keeps its place."""
    case = call.records.case()
    month = call.today.strftime("%Y-%m")
    earlier = rows_of(call, BatchItem)
    waiting = [row for row in earlier if row.state == "queued"]
    amount = yuan(text(call, "amount", "0.00"))
    if waiting:
        call.records.change(waiting[0], amount=amount)
        return {"batch_month": waiting[0].month}
    call.records.add(
        BatchItem(
            item_no=f"{call.case_no}/批{len(earlier) + 1}",
            case_no=call.case_no,
            district=call.district,
            town=town_of(call),
            programme=case.programme,
            applicant_name=case.applicant_name,
            amount=amount,
            month=month,
            queued_at=call.now,
        )
    )
    call.records.set_case(status="queued")
    call.records.audit("queued", f"列入{month}月度审批", amount=str(amount))
    return {"batch_month": month}


def take_decision(call: RecordCall) -> Values:
    """Write the batch's decision about this case as the case's own. Raises Refused while the batch has none."""
    decided = [row for row in rows_of(call, BatchItem) if row.state == "decided"]
    if not decided:
        raise Refused("月度审批还没有对这个办件作出决定。")
    item = decided[-1]
    amount = item.amount_decided if item.decision == "granted" and item.amount_decided else Decimal("0.00")
    if item.decision == "back":
        call.records.audit("batch_back", "月度审批退回补查", batch=item.batch_no)
        return {"decision": "back", "decision_no": "", "amount": str(item.amount), **visit_again(call)}
    year = call.today.year
    number = call.records.number(f"decision:{call.district}:{year}")
    row = CaseDecision(
        decision_no=f"{call.policy.short}救决〔{year}〕{number}号",
        case_no=call.case_no,
        round=len(rows_of(call, CaseDecision)) + 1,
        decision=item.decision,
        amount_monthly=amount,
        submission=item.submission,
        person=item.person,
        decided_at=item.decided_at or call.now,
        org=call.district,
        level="county",
        letter_no="",
    )
    call.records.add(row)
    call.records.set_case(status=item.decision)
    call.records.audit("batch_decided", f"月度审批{item.batch_no}：{row.decision_no}", amount=str(amount))
    return {"decision": item.decision, "decision_no": row.decision_no, "amount": f"{amount:.2f}"}


def collect(call: RecordCall) -> Values:
    """Take the district's queued cases into this batch. Raises EMPTY when none waits."""
    waiting = [
        row
        for row in call.records.find(BatchItem, district=call.district, state="queued")
        if call.records.case(row.case_no).status not in ENDED_STATUSES
    ]
    if not waiting:
        call.records.audit("batch_empty", "没有待审批的申请")
        raise BpmnError("EMPTY", "没有待审批的申请")
    for row in waiting:
        call.records.change(row, state="collected", batch_no=call.case_no)
    call.records.audit("batch_collected", f"汇总{len(waiting)}件", count=len(waiting))
    return {"batch_no": call.case_no, "batch_count": len(waiting)}


def send_decisions(call: RecordCall) -> Values:
    """Write each row's decision and wake its case. Raises Refused when a collected case has no decision."""
    form = latest_of(call, ("temp_batch_decision",))
    rows = {str(row["item_no"]): row for row in form.data.get("batch_rows", ())} if form else {}
    for item in call.records.find(BatchItem, batch_no=call.case_no):
        row = rows.get(item.item_no)
        if form is None or row is None:
            raise Refused(f"{item.item_no}还没有签批，不能下达。")
        call.records.change(
            item,
            state="decided",
            decision=str(row["row_decision"]),
            amount_decided=yuan(str(row["row_amount"])) if row["row_decision"] == "granted" else None,
            opinion=str(row.get("row_opinion", "")),
            submission=form.id,
            person=form.person,
            decided_at=form.submitted_at,
        )
        sent = call.switchboard.send("temp.batch_decided", {"case_no": item.case_no}, {})
        call.records.audit(
            "batch_sent", f"{item.item_no}{'' if sent else '：办件没有在等候'}", decision=str(row["row_decision"])
        )
    return {}


TOPICS: tuple[Topic, ...] = (
    at_desk(BATCH_ENQUEUE, enqueue),
    at_desk(BATCH_DECISION, take_decision),
    at_desk(BATCH_COLLECT, collect),
    at_desk(BATCH_SEND, send_decisions),
)
