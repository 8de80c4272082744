"""渐退: a household that has outgrown the aid keeps it for some months and then leaves (XX-23)."""

from __future__ import annotations

from datetime import date

from jiuzhu.domain.instants import add_months, day_of, end_of, iso, midnight_after, month_after
from jiuzhu.domain.recipients import note_change
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, text
from workers.records.recipient_rows import recipient_of
from workers.records.registers import append_row

GRADUAL_EXIT_ENTER = TopicContract(
    topic="gradual_exit_enter",
    label="登记渐退台账",
    kind="record",
    doc="记入渐退低保对象台账：渐退期内照发，期限按本区规定（gradual_exit.months）；没有渐退机制的区拒绝。",
    inputs=(
        Name(name="change_reason", type="string", label="渐退的理由", required=False),
        names.DECISION_NO,
        names.TOWN,
    ),
    outputs=(
        Name(name="gradual_exit_end", type="date", label="渐退期满"),
        Name(name="due_exit_review", type="date", label="渐退期满复核期限"),
        names.DUE_SIMPLE,
    ),
    sources=("XX-23",),
)

GRADUAL_EXIT_CLOSE = TopicContract(
    topic="gradual_exit_close",
    label="恢复保障",
    kind="record",
    doc="渐退期满复核仍符合条件：恢复保障，台账另记一行。",
    inputs=(names.TOWN,),
    outputs=(names.DUE_SIMPLE,),
    sources=("XX-23", "XX-01"),
)


def enter(call: RecordCall) -> Values:
    """Enter the household in the ledger and its history; it is paid on until the last day of the last month."""
    months = call.policy.values("gradual_exit", call.today).get("months")
    if months is None:
        raise Refused("本区没有渐退机制，不再符合条件的直接停发。")
    recipient = recipient_of(call)
    first = month_after(call.today)
    last = add_months(date.fromisoformat(f"{first}-01"), int(months))
    changed = call.records.change(recipient, state="gradual_exit", version=recipient.version + 1)
    note_change(
        call.records,
        changed,
        "gradual_exit",
        effective_month=first,
        now=call.now,
        record_no=call.record_no,
        reason=text(call, "change_reason"),
        decision_no=text(call, "decision_no"),
        person=call.actor or "",
    )
    append_row(
        call,
        "gradual_exit",
        {
            "person": recipient.name,
            "recipient_no": recipient.recipient_no,
            "stage": "entered",
            "amount": str(recipient.amount_monthly),
            "from_month": first,
            "until_day": day_of(midnight_after(last)).isoformat(),
            "reason": text(call, "change_reason") or "不再符合条件",
        },
        organisation=recipient.town,
    )
    # Reckoned from the end of the months: what is due a week after today would be long over by then.
    over = midnight_after(last)
    due, _ = call.calendar.add_working_days(day_of(over), int(call.policy.value("tasks.wd", call.today)))
    return {"gradual_exit_end": iso(over), "due_exit_review": iso(end_of(due))}


def close(call: RecordCall) -> Values:
    """Take the household back into the aid: found to be entitled again at the end of the months."""
    recipient = recipient_of(call)
    changed = call.records.change(recipient, state="active", version=recipient.version + 1)
    note_change(
        call.records,
        changed,
        "restore",
        effective_month=month_after(call.today),
        now=call.now,
        record_no=call.record_no,
        reason="渐退期满复核，恢复保障",
        person=call.actor or "",
    )
    append_row(
        call,
        "gradual_exit",
        {
            "person": recipient.name,
            "recipient_no": recipient.recipient_no,
            "stage": "restored",
            "amount": str(recipient.amount_monthly),
            "from_month": month_after(call.today),
            "reason": "渐退期满复核，恢复保障",
        },
        organisation=recipient.town,
    )
    return {}


TOPICS: tuple[Topic, ...] = (
    at_desk(GRADUAL_EXIT_ENTER, enter),
    at_desk(GRADUAL_EXIT_CLOSE, close),
)
