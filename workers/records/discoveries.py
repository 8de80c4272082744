"""主动发现: where an urgent family is sent; an application tells the discovery that led to it (NH-33, XX-43)."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import NotFound, Refused
from workers.records import names
from workers.records.desk import at_desk, text

APPLIED = "discovery.applied"
CHANNEL = "discovery"

DISCOVERY_ROUTE = TopicContract(
    topic="discovery_route",
    label="确定救助去向",
    kind="record",
    doc="给出本区急难家庭转入的临时救助流程；方案没有临时救助的为空，并备好转介的事项和内容。",
    inputs=(Name(name="applicant_name", type="string", label="困难人员", required=False), names.TOWN),
    outputs=(
        Name(name="urgent_process", type="string", label="临时救助流程（空为没有）"),
        Name(name="referral_item", type="string", label="转办事项"),
        Name(name="referral_content", type="string", label="转办内容"),
        Name(name="department", type="string", label="责任部门（空为按转办目录）"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-33", "JC-23", "XX-43"),
)


def route_discovery(call: RecordCall) -> Values:
    """Return the district's way for urgent families, and what a referral would say."""
    name = text(call, "applicant_name") or call.records.case().applicant_name
    return {
        "urgent_process": str(call.policy.value("discovery.urgent_process", call.today)),
        "referral_item": "other",
        "referral_content": f"主动发现的急难家庭：{name}，请及时救助并答复",
        "department": "",
    }


def tell_discovery(call: RecordCall) -> None:
    """Tell the chosen discovery that the application is there, and note who found the family. Raises Refused."""
    number = text(call, "discovery_no")
    if not number:
        return
    try:
        found = call.records.case(number)
    except NotFound:
        found = None
    if found is None or found.district != call.district:
        raise Refused(f"没有编号为{number}的主动发现。")
    if text(call, "channel") != CHANNEL:
        raise Refused("由主动发现提出的申请，申请渠道应选“主动发现”。")
    if not call.switchboard.send(APPLIED, {"case_no": number}, {"started_case_no": call.case_no}):
        raise Refused(f"主动发现{number}没有在等待申请：可能已经办结，或者已经有了申请。")
    finder = finder_of(call, number)
    call.records.audit("discovery", f"主动发现：{finder}发现，登记号{number}", discovery=number, finder=finder)


def finder_of(call: RecordCall, number: str) -> str:
    """Return who found the family: the person of the report, or the department whose data gave the alert."""
    for report in reversed(call.records.submissions(case_no=number)):
        if report.form == "discovery":
            return report.person_name
        if report.form == "risk_alert":
            return str(report.data.get("risk_department") or report.person_name)
    return ""


TOPICS: tuple[Topic, ...] = (at_desk(DISCOVERY_ROUTE, route_discovery),)
