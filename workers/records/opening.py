"""A case is opened, marked and formally accepted."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from jiuzhu.domain.household import is_separated, resident_ref
from jiuzhu.domain.instants import day_of, iso
from jiuzhu.domain.rows import HouseholdPerson, Recipient
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import CASE_STATUSES
from workers.records import names
from workers.records.agency_rule import require_letter
from workers.records.desk import at_desk, latest_of, text
from workers.records.discoveries import tell_discovery
from workers.records.papers import household_of, make_document, organ_name

CASE_OPEN = TopicContract(
    topic="case_open",
    label="立案编号",
    kind="record",
    doc=(
        "办件的第一步：记入提交的表单，按流程属性 defaults 给变量初值，并算出一般事项的办理期限。"
        "启动时已给出的变量保持原值。"
    ),
    inputs=(
        Name(name="town", type="string", label="管辖镇（街道）", required=False),
        Name(name="intake_town", type="string", label="受理镇（街道）", required=False),
        Name(name="village", type="string", label="村（社区）", required=False),
        Name(name="programme", type="string", label="救助项目", required=False),
        Name(name="channel", type="string", label="申请渠道", required=False),
        Name(name="period", type="string", label="例行事项的期间", required=False),
        Name(name="due_schedule", type="date", label="例行事项的期限", required=False),
        Name(name="applicant_name", type="string", label="申请人", required=False),
        names.DECISION,
        names.DECISION_NO,
        names.FILING_NO,
        names.AMOUNT_MONTHLY,
        names.ACCEPTED_AT,
        names.RULE_PROFILE,
        names.AUTHORITY_LEVEL,
        Name(name="phase", type="integer", label="下放阶段", required=False),
        Name(name="phase_until", type="date", label="本阶段期满", required=False),
        Name(name="due_phase", type="date", label="本阶段办理期限", required=False),
        Name(name="agency_letter_no", type="string", label="代办委托书编号", required=False),
        names.VIOLATION_KIND,
        names.VIOLATION_UNIT,
        names.VIOLATION_FACTS,
        names.SOURCE_RECORD_NO,
        Name(name="period", type="string", label="期间", required=False),
        Name(name="inspection_kind", type="string", label="检查类别", required=False),
        Name(name="discovery_no", type="string", label="对应的主动发现", required=False),
        Name(name="discovery_outcome", type="string", label="核实后的处置", required=False),
        Name(name="check_done", type="boolean", label="是否已经核实", required=False),
        Name(name="review_kind", type="string", label="复核类别（本区参数 reviews 的 kind）", required=False),
        Name(name="start_reason", type="string", label="启动理由", required=False),
        Name(name="sheet_no", type="string", label="名单编号", required=False),
        Name(name="review_item", type="string", label="复核名单中的户", required=False),
        Name(name="recipient_no", type="string", label="救助对象编号", required=False),
        Name(name="change_kind", type="string", label="变化类别", required=False),
        Name(name="change_facts", type="string", label="变化情况", required=False),
        Name(name="change_member", type="string", label="涉及的成员", required=False),
        Name(name="change_reason", type="string", label="调整的理由", required=False),
        Name(name="died_on", type="date", label="死亡日期", required=False),
        Name(name="recovery_cause", type="string", label="追缴原因", required=False),
        Name(name="overpaid_amount", type="money", label="多发金额", required=False),
        Name(name="termination_ground", type="string", label="终止供养的情形", required=False),
    ),
    outputs=(
        Name(name="town", type="string", label="管辖镇（街道）", required=False),
        Name(name="reply_group", type="string", label="信访件答复岗位", required=False),
        Name(name="received_level", type="string", label="信访件由哪一级受理", required=False),
        names.DUE_SIMPLE,
    ),
    sources=("JC-09", "XT-23", "XT-35"),
)

CASE_MARK = TopicContract(
    topic="case_mark",
    label="登记办件状态",
    kind="record",
    doc="把办件登记为给定的状态，例如 checked 材料齐全、not_accepted 不予受理、lapsed 逾期未补正。",
    inputs=(
        Name(name="status", type="string", label="办件状态", drawn=True),
        names.LETTER_KIND,
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("XT-20",),
)

CASE_ACCEPT = TopicContract(
    topic="case_accept",
    label="登记受理并转送管辖镇街",
    kind="record",
    doc=(
        "登记受理时间；户籍或居住村（社区）不在受理镇街时转送管辖镇街并出具转送单；给出是否首次申请、人户分离、"
        "随机入户。"
    ),
    inputs=(names.INTAKE_TOWN, names.TOWN, names.VILLAGE, names.PROGRAMME),
    outputs=(
        Name(name="accepted_at", type="date", label="受理时间"),
        names.TOWN,
        names.VILLAGE,
        Name(name="first_application", type="boolean", label="是否首次申请"),
        Name(name="person_hukou_separated", type="boolean", label="是否人户分离"),
        Name(name="random_flag", type="boolean", label="是否随机抽中入户"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-05", "JC-09", "XT-21"),
)


VILLAGE_DIGITS = 3
"""A village's id is its town's id and three digits more (C2)."""


def open_case(call: RecordCall) -> Values:
    """Return the initial values of the process for names that have no value yet (§6).

    An application by an agent needs a letter first (R-08); raises Refused, also for a discovery that waits for none.
    """
    require_letter(call)
    tell_discovery(call)
    call.records.audit("opened", f"立案 {call.record_no}", process=call.process_key)
    given = {name: value for name, value in call.defaults.items() if call.inputs.get(name) in (None, "")}
    town = text(call, "town") or text(call, "intake_town")
    return {**given, "town": town} if town else given


def mark_case(call: RecordCall) -> Values:
    """Set the case's status; the letter that follows is chosen by the diagram."""
    status = text(call, "status")
    call.records.set_case(status=status)
    call.records.audit("marked", f"办件状态：{CASE_STATUSES.get(status, status)}", status=status)
    return {}


def accept_case(call: RecordCall) -> Values:
    """Accept the application today and hand it to the responsible town when it came in elsewhere (NH-05).

    The responsible town is the one of the village; a second acceptance of the same case keeps the first instant.
    """
    case = call.records.case()
    village = text(call, "village", case.village)
    intake_town = text(call, "intake_town", case.intake_town)
    town = village[:-VILLAGE_DIGITS] if village else intake_town
    accepted_at = iso(call.now)
    call.records.set_case(status="accepted", town=town, village=village)
    if town != intake_town:
        officer = latest_of(call, ("acceptance_check",))
        make_document(
            call,
            "case_forward",
            {
                "issuer": organ_name(call, intake_town),
                "intake_town_name": call.records.organisation_name(intake_town),
                "forwarded_at": accepted_at,
                "officer": officer.data.get("first_officer", "") if officer else "",
            },
        )
    call.records.audit("accepted", f"{call.records.organisation_name(town)}受理", town=town)
    return {
        "accepted_at": accepted_at,
        "town": town,
        "village": village,
        "first_application": not _known_before(call),
        "person_hukou_separated": is_separated(household_of(call)),
        "random_flag": is_drawn(call.case_no, str(call.policy.value("visit.random_share", day_of(call.now)))),
    }


def is_drawn(case_no: str, share: str) -> bool:
    """Return whether a case falls into the random share: by its number, so that nobody can draw again (R-18)."""
    point = int(hashlib.sha256(case_no.encode()).hexdigest()[:8], 16)
    return Decimal(point) < Decimal(share) * Decimal(16**8)


def _known_before(call: RecordCall) -> bool:
    number = str(household_of(call)["applicant"].get("applicant_id", ""))
    if not number:
        return False
    ref = resident_ref(number)
    if call.records.find(Recipient, resident_ref=ref):
        return True
    others = call.records.find(HouseholdPerson, resident_ref=ref)
    return any(other.case_no != call.case_no and other.part == "applicant" for other in others)


TOPICS: tuple[Topic, ...] = (
    at_desk(CASE_OPEN, open_case),
    at_desk(CASE_MARK, mark_case),
    at_desk(CASE_ACCEPT, accept_case),
)
