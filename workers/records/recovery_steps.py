"""追缴: who recovers and who decides, and the reminder when the day is over (JC-14)."""

from __future__ import annotations

from jiuzhu.domain.rows import Recovery
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk
from workers.records.recipient_rows import recipient_of
from workers.records.registers import append_row

RECOVERY_OPEN = TopicContract(
    topic="recovery_open",
    label="确定追缴责任单位",
    kind="record",
    doc="按本区规定（recovery.unit）给出由谁追缴、由谁决定、由谁登记退款：晋城由镇（街道）追缴。",
    outputs=(
        Name(name="recovery_group", type="string", label="追缴责任单位"),
        Name(name="recovery_decider_group", type="string", label="决定追缴的负责人"),
        Name(name="recovery_cashier_group", type="string", label="登记退款的财务人员"),
        names.DUE_SIMPLE,
    ),
    sources=("JC-14",),
)

RECOVERY_LEAD = TopicContract(
    topic="recovery_lead",
    label="登记责任线索",
    kind="record",
    doc="因审核失误多发的：记入违规违纪线索登记，责任另行查清。",
    outputs=(names.DUE_SIMPLE,),
    sources=("JC-14", "JC-42"),
)

RECOVERY_REMIND = TopicContract(
    topic="recovery_remind",
    label="登记催缴",
    kind="record",
    doc="退款期限已过：登记催缴的时间。",
    outputs=(names.DUE_SIMPLE,),
    sources=("JC-14",),
)


def lead(call: RecordCall) -> Values:
    """Enter a lead: money was paid too much by a mistake of the review; who is to answer for it is found out apart."""
    recipient = recipient_of(call)
    rows = [row for row in call.records.find(Recovery, case_no=call.case_no) if row.record_no == call.record_no]
    town = call.records.organisation_name(recipient.town)
    facts = (
        f"{recipient.recipient_no}因审核失误多发{rows[-1].amount}元：{rows[-1].reason}" if rows else "因审核失误多发"
    )
    append_row(call, "violations", {"unit": town, "kind": "other", "facts": facts}, organisation=call.district)
    return {}


def open_recovery(call: RecordCall) -> Values:
    """Return the groups by the district's unit of recovery."""
    town = recipient_of(call).town
    if call.policy.value("recovery.unit", call.today) == "town":
        return {
            "recovery_group": f"town_reviewer@{town}",
            "recovery_decider_group": f"town_head@{town}",
            "recovery_cashier_group": f"town_finance@{town}",
        }
    return {
        "recovery_group": f"county_office@{call.district}",
        "recovery_decider_group": f"county_leader@{call.district}",
        "recovery_cashier_group": f"county_payment@{call.district}",
    }


def remind(call: RecordCall) -> Values:
    """Note when the debtor was reminded."""
    for row in call.records.find(Recovery, case_no=call.case_no):
        if row.record_no == call.record_no and row.state == "open":
            call.records.change(row, reminded_at=call.now)
            call.records.audit("recovery", "退款期限已过，催缴", recovery=row.recovery_no)
    return {}


TOPICS: tuple[Topic, ...] = (
    at_desk(RECOVERY_LEAD, lead),
    at_desk(RECOVERY_OPEN, open_recovery),
    at_desk(RECOVERY_REMIND, remind),
)
