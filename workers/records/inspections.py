"""监督检查: special, periodic, comprehensive, unscheduled by the district; self-inspection by a town (XX-19)."""

from __future__ import annotations

from jiuzhu.domain.instants import end_of, iso
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import INSPECTION_KINDS
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, text
from workers.records.papers import make_document, organ_name
from workers.records.units import own, planned_units, problem_units

MOST_UNITS = 50
INSPECTION_KIND = Name(name="inspection_kind", type="string", label="检查类别", choices=tuple(INSPECTION_KINDS))

INSPECTION_OPEN = TopicContract(
    topic="inspection_open",
    label="确定检查岗位和期限",
    kind="record",
    doc="自我监督检查由镇街负责人办理，其余由监督检查岗办理；从今天起算检查期限。",
    inputs=(INSPECTION_KIND, names.TOWN),
    outputs=(
        Name(name="inspection_group", type="string", label="检查岗位"),
        Name(name="due_inspection", type="date", label="检查期限"),
        names.SOURCE_RECORD_NO,
        names.DUE_SIMPLE,
    ),
    sources=("NH-55", "QJ-37", "XT-36", "XX-19"),
)

INSPECTION_TARGETS = TopicContract(
    topic="inspection_targets",
    label="登记检查单位",
    kind="record",
    doc="按检查方案登记要检查的单位，给出单位数（最多50个）。",
    outputs=(Name(name="targets_count", type="integer", label="检查单位数"), names.DUE_SIMPLE),
    sources=("XT-36", "JC-36"),
)

INSPECTION_COUNT = TopicContract(
    topic="inspection_count",
    label="制作检查报告",
    kind="record",
    doc="汇总各单位的检查记录，制作监督检查报告，给出有问题的单位数。",
    inputs=(INSPECTION_KIND,),
    outputs=(Name(name="problem_count", type="integer", label="有问题的单位数"), names.DUE_SIMPLE),
    sources=("NH-55", "XT-34", "XX-19"),
)


def open_inspection(call: RecordCall) -> Values:
    """Say who inspects and until when. Raises Refused for a self-inspection without a town."""
    kind, town = text(call, "inspection_kind"), call.records.case().town
    if kind == "self" and not town:
        raise Refused("自我监督检查要写明是哪个镇（街道）。")
    due, _ = call.calendar.add_working_days(call.today, int(call.policy.value("inspection.wd", call.today)))
    group = f"town_head@{town}" if kind == "self" else f"county_supervisor@{call.district}"
    return {"inspection_group": group, "due_inspection": iso(end_of(due)), "source_record_no": call.record_no}


def targets(call: RecordCall) -> Values:
    """Count the units of the plan. Raises Refused for more than may run at once."""
    units = planned_units(call)
    if not 0 < len(units) <= MOST_UNITS:
        raise Refused(f"一次检查的单位为1至{MOST_UNITS}个，更多的请分批。")
    return {"targets_count": len(units)}


def count(call: RecordCall) -> Values:
    """Write the report from the units' findings."""
    report = own(call, "inspection_report")[-1]
    plan = own(call, "inspection_plan")[-1]
    findings = own(call, "inspection_finding")
    case = call.records.case()
    own_town = text(call, "inspection_kind") == "self"
    make_document(
        call,
        "inspection_report",
        {
            "issuer": organ_name(call, case.town if own_town else call.district),
            "town_name": call.records.organisation_name(case.town or call.district),
            "source_no": call.record_no,
            "inspection_kind": INSPECTION_KINDS.get(text(call, "inspection_kind"), ""),
            "inspection_scope": plan.data["inspection_scope"],
            "inspection_findings": [
                {
                    "unit": call.records.organisation_name(str(one.data["finding_unit"])),
                    "found": one.data["finding_text"],
                    "problems": one.data.get("finding_problems") or "没有发现问题",
                    "inspector": one.person_name,
                }
                for one in findings
            ],
            "report_text": report.data["report_text"],
            "reported_by": report.person_name,
        },
    )
    return {"problem_count": len(problem_units(call))}


TOPICS: tuple[Topic, ...] = (
    at_desk(INSPECTION_OPEN, open_inspection),
    at_desk(INSPECTION_TARGETS, targets),
    at_desk(INSPECTION_COUNT, count),
)
