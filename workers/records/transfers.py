"""月度报送: a town's changes of the month go up as data in time, and as papers (XX-39, XX-40)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from jiuzhu.domain.instants import SHANGHAI, end_of, iso
from jiuzhu.domain.obligations import LABELS, OWED, keep
from jiuzhu.domain.records import Span, Submission
from jiuzhu.domain.rows import MonthlyTransfer, Obligation, Recipient, RecipientChange, Transmission
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.transfers import days_of
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.booked_year import current, days_for
from workers.records.desk import at_desk, rows_of, text

TRANSFER_NOTE = TopicContract(
    topic="transfer_note",
    label="登记月度报送",
    kind="record",
    doc=(
        "step=build：生成本镇街当月动态电子信息和两项期限；sent：登记已传送；missed：登记未按时传送和原因；"
        "received：登记区民政局已接收纸质资料。"
    ),
    inputs=(
        Name(name="step", type="string", label="环节", drawn=True, choices=("build", "sent", "missed", "received")),
        Name(name="period", type="string", label="月份（YYYY-MM）", required=False),
        names.TOWN,
    ),
    outputs=(
        Name(name="due_transfer", type="date", label="电子信息传送截止", required=False),
        Name(name="due_paper", type="date", label="纸质资料报送期限", required=False),
        names.DUE_SIMPLE,
    ),
    sources=("XX-39", "XX-40"),
)


def note_transfer(call: RecordCall) -> Values:
    """Do one step of a town's month."""
    return STEPS[text(call, "step")](call)


def _build(call: RecordCall) -> Values:
    period = text(call, "period") or f"{call.today:%Y-%m}"
    days = days_for(call, period)
    town = text(call, "town")
    call.records.add(
        MonthlyTransfer(
            transfer_no=call.record_no,
            case_no=call.case_no,
            district=call.district,
            town=town,
            period=period,
            lines=_changes(call, town, period),
            built_at=call.now,
            window_from=days.first,
            window_until=days.last,
            paper_until=days.paper,
        )
    )
    ends = {"due_transfer": end_of(days.last), "due_paper": end_of(days.paper)}
    for name, due_at in ends.items():
        _owe(call, name, town, due_at)
    return {name: iso(due_at) for name, due_at in ends.items()}


def _changes(call: RecordCall, town: str, period: str) -> list[dict[str, Any]]:
    """Return what changed for the town's recipients since its data last went up; at first, since the month began."""
    sent = [row.built_at for row in call.records.find(MonthlyTransfer, town=town) if row.state == "sent"]
    begun = datetime.combine(days_of(period, 1, 1, 1).first, time(), SHANGHAI)
    since = max(sent, default=begun)
    changes = call.records.find(RecipientChange, district=call.district, changed_at=Span(since, call.now))
    numbers = tuple({row.recipient_no for row in changes})
    if not numbers:
        return []
    own = {row.recipient_no: row for row in call.records.find(Recipient, recipient_no=numbers) if row.town == town}
    return [
        {
            "recipient_no": row.recipient_no,
            "programme": own[row.recipient_no].programme,
            "village": own[row.recipient_no].village,
            "kind": row.kind,
            "state": row.state,
            "effective_month": row.effective_month,
            "amount": f"{row.amount_monthly:.2f}",
        }
        for row in changes
        if row.recipient_no in own
    ]


def _owe(call: RecordCall, name: str, town: str, due_at: datetime) -> None:
    call.records.add(
        Obligation(
            obligation_no=f"{call.record_no}/{name}/1",
            case_no=call.case_no,
            record_no=call.record_no,
            district=call.district,
            town=town,
            due_name=name,
            label=LABELS[name],
            milestone="transfer",
            started_at=call.now,
            due_at=due_at,
            count=0,
            unit="d",
            provisional=False,
            source={"due_transfer": "XX-39", "due_paper": "XX-40"}[name],
            alert_group=f"county_office@{call.district}",
        )
    )


def _sent(call: RecordCall) -> Values:
    transfer = current(call)
    passed = [row for row in call.records.find(Transmission, case_no=call.case_no) if row.target == "province"]
    state = passed[-1].state if passed else ""
    call.records.change(transfer, state="sent", sent_at=call.now, sync_status=state)
    keep(call.records, call.case_no, "due_transfer", call.now)
    call.records.audit("transfer", f"{transfer.period}动态电子信息已传送", lines=len(transfer.lines))
    return {}


def _missed(call: RecordCall) -> Values:
    transfer, answer = current(call), _latest(call, "transfer_missed")
    call.records.change(transfer, state="missed", missed_reason=str(answer.data["missed_reason"]))
    for row in rows_of(call, Obligation):
        if row.due_name == "due_transfer" and row.state in OWED:
            # Nobody owes it any more: what was missed goes up with the next month.
            call.records.change(row, state="void")
    call.records.audit("transfer_missed", f"{transfer.period}动态电子信息没有按时传送", period=transfer.period)
    return {}


def _received(call: RecordCall) -> Values:
    transfer, answer = current(call), _latest(call, "transfer_receipt")
    call.records.change(transfer, paper_received_on=call.today, received_by=answer.person)
    call.records.audit("transfer_paper", f"{transfer.period}纸质资料已接收", late=transfer.paper_late)
    return {}


STEPS: Mapping[str, Callable[[RecordCall], Values]] = {
    "build": _build,
    "sent": _sent,
    "missed": _missed,
    "received": _received,
}


def _latest(call: RecordCall, form: str) -> Submission:
    found = call.records.submissions(form)
    if not found:
        raise Refused("还没有填写这项任务的表单。")
    return found[-1]


TOPICS: tuple[Topic, ...] = (at_desk(TRANSFER_NOTE, note_transfer),)
