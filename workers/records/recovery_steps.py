"""追缴: who recovers and who decides, what else follows, and the reminder when the day is over (JC-14, XX-25)."""

from __future__ import annotations

from jiuzhu.domain.rows import Recovery
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, text
from workers.records.recipient_rows import recipient_of

RECOVERY_OPEN = TopicContract(
    topic="recovery_open",
    label="确定追缴责任单位",
    kind="record",
    doc="按本区规定（recovery.unit）给出由谁追缴、由谁决定、由谁登记退款：晋城由镇（街道）追缴；审核失误按哪一种情形追责，本区有无失信名单。",
    outputs=(
        Name(name="recovery_group", type="string", label="追缴责任单位"),
        Name(name="recovery_decider_group", type="string", label="决定追缴的负责人"),
        Name(name="recovery_cashier_group", type="string", label="登记退款的财务人员"),
        names.VIOLATION_KIND,
        Name(name="dishonesty_list", type="boolean", label="本区有无失信名单"),
        names.DUE_SIMPLE,
    ),
    sources=("JC-14", "XX-25"),
)

BLACKLIST_PROPOSE = TopicContract(
    topic="blacklist_propose",
    label="提出失信名单认定",
    kind="record",
    doc=(
        "违规领取的，启动本区的失信名单认定流程（参数 recovery.blacklist_process），带去当事人、事实和本追缴的编号。"
        "是否列入由该流程另行决定。"
    ),
    inputs=(
        Name(name="overpaid_amount", type="money", label="违规领取的金额", required=False),
        Name(name="change_facts", type="string", label="事实", required=False),
    ),
    outputs=(Name(name="started_case_no", type="string", label="启动的办件编号"), names.DUE_SIMPLE),
    sources=("XX-25",),
)

RECOVERY_REMIND = TopicContract(
    topic="recovery_remind",
    label="登记催缴",
    kind="record",
    doc="退款期限已过：登记催缴的时间。",
    outputs=(names.DUE_SIMPLE,),
    sources=("JC-14",),
)


def blacklist_process(call: RecordCall) -> str:
    """Return the key of the district's procedure about dishonesty, '' where there is none."""
    return str(call.policy.values("recovery", call.today).get("blacklist_process") or "")


def propose_blacklist(call: RecordCall) -> Values:
    """Start the district's own procedure about dishonesty, with a number of its own. Raises Refused without one."""
    key = blacklist_process(call)
    if not key:
        raise Refused("本区没有失信名单，不能提出认定。")
    case, facts = call.records.case(), text(call, "change_facts")
    number = call.switchboard.start(
        key,
        {
            "applicant_name": case.applicant_name,
            "change_facts": f"违规领取{text(call, 'overpaid_amount')}元，已决定追缴。{facts}"[:200],
            "source_record_no": call.record_no,
        },
    )
    call.records.audit("started", f"启动{number}", process=key)
    return {"started_case_no": number}


def open_recovery(call: RecordCall) -> Values:
    """Return the groups by the district's unit of recovery, what a mistake counts as, and whether there is a list."""
    town = recipient_of(call).town
    follows: Values = {
        "violation_kind": str(call.policy.value("recovery.error_kind", call.today)),
        "dishonesty_list": bool(blacklist_process(call)),
    }
    if call.policy.value("recovery.unit", call.today) == "town":
        return {
            "recovery_group": f"town_reviewer@{town}",
            "recovery_decider_group": f"town_head@{town}",
            "recovery_cashier_group": f"town_finance@{town}",
            **follows,
        }
    return {
        "recovery_group": f"county_office@{call.district}",
        "recovery_decider_group": f"county_leader@{call.district}",
        "recovery_cashier_group": f"county_payment@{call.district}",
        **follows,
    }


def remind(call: RecordCall) -> Values:
    """Note when the debtor was reminded."""
    for row in call.records.find(Recovery, case_no=call.case_no):
        if row.record_no == call.record_no and row.state == "open":
            call.records.change(row, reminded_at=call.now)
            call.records.audit("recovery", "退款期限已过，催缴", recovery=row.recovery_no)
    return {}


TOPICS: tuple[Topic, ...] = (
    at_desk(BLACKLIST_PROPOSE, propose_blacklist),
    at_desk(RECOVERY_OPEN, open_recovery),
    at_desk(RECOVERY_REMIND, remind),
)
