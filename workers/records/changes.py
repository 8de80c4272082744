"""The household changes, withdraws, dies or does not cooperate while the case runs."""

from __future__ import annotations

from jiuzhu.domain.household import apply_changes
from jiuzhu.domain.obligations import release
from jiuzhu.domain.rows import CaseEvent, Household, Notice, PaymentOrder
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.booking import write_household
from workers.records.desk import at_desk, rows_of, text
from workers.records.notices import UP
from workers.records.replies import answer, open_rows

CLOSING_REASON = TopicContract(
    topic="closing_reason",
    label="登记终止原因",
    kind="record",
    doc="登记终止原因（空为不配合）；从公开页面撤下公示，作废未执行的发放指令，答复并办结未处理的异议。",
    inputs=(names.STOP_KIND, names.STOP_FACTS, names.NOTICE_NO),
    outputs=(
        Name(name="stop_kind", type="string", label="终止原因"),
        Name(name="notice_posted", type="boolean", label="是否有在外张贴的公示"),
        Name(name="letter_kind", type="string", label="告知文书"),
        names.DUE_SIMPLE,
    ),
    sources=("JC-24",),
)

HOUSEHOLD_APPLY = TopicContract(
    topic="household_apply",
    label="记入家庭变化",
    kind="record",
    doc="把核实的家庭变化记入办件；新增成员未授权或收入财产变化时要求重新核对。",
    inputs=(Name(name="change_ref", type="string", label="变化登记编号"),),
    outputs=(Name(name="recheck_needed", type="boolean", label="是否需要重新核对"), names.DUE_SIMPLE),
    sources=("JC-24", "XT-20"),
)


UNDER_WAY = frozenset({"granted", "noticed", "notice_over"})
"""Statuses that a new verification takes back: the case is being examined again."""


def mark_reason(call: RecordCall) -> Values:
    """Stop the case in the record: notices down, orders cancelled, objections answered, dates released."""
    kind = text(call, "stop_kind") or "non_cooperation"
    call.records.set_case(status=kind)
    posted = False
    for notice in rows_of(call, Notice):
        posted = posted or (notice.state in UP and notice.posted_on is not None)
    for row in open_rows(call):
        answer(call, row, "ended", "申请已终止办理，公示撤下。")
    for notice in rows_of(call, Notice):
        if notice.state != "closed":
            call.records.change(notice, state="closed", result="stopped", closed_at=call.now)
    for order in rows_of(call, PaymentOrder):
        if order.state == "ordered":
            call.records.change(order, state="cancelled")
    release(call.records, call.case_no, record_no=call.record_no)
    call.records.audit("stopped", "终止办理", kind=kind)
    return {"stop_kind": kind, "notice_posted": posted, "letter_kind": "termination_of_procedure"}


def apply_change(call: RecordCall) -> Values:
    """Write the verified changes of a report into the household, each report once; say whether to verify again."""
    wanted = text(call, "change_ref")
    rows = call.records.find(Household, case_no=call.case_no)
    if not rows:
        return {"recheck_needed": False}
    record, recheck = dict(rows[0].record), False
    for event in rows_of(call, CaseEvent):
        if event.state == "change" and wanted in ("", event.event_no):
            record, again = apply_changes(record, event.changes, event.event_no)
            recheck = recheck or again
    write_household(call, rows[0], record, [])
    if recheck and call.records.case().status in UNDER_WAY:
        call.records.set_case(status="accepted")
    call.records.audit("household_changed", "家庭变化已记入", event=wanted, recheck=recheck)
    return {"recheck_needed": recheck}


TOPICS: tuple[Topic, ...] = (
    at_desk(CLOSING_REASON, mark_reason),
    at_desk(HOUSEHOLD_APPLY, apply_change),
)
