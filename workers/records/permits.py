"""May this be done at all: authorisation, agreement, recusal, authority."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from jiuzhu.domain.household import missing_authorizations
from jiuzhu.domain.instants import iso
from jiuzhu.domain.records import Submission
from jiuzhu.domain.reported import REPORT, as_reported
from jiuzhu.domain.rows import Adjustment, CaseDecision, ConfidentialityAgreement
from jiuzhu.domain.standing import in_force, lack_of
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.visits import latest_team
from jiuzhu.errors import BpmnError
from workers.records import names
from workers.records.desk import at_desk, current_decision, latest_of, rules_day, text
from workers.records.kin import near_relatives
from workers.records.papers import household_of
from workers.records.policies import parameters
from workers.records.recipient_rows import decided_change
from workers.records.standing import staff_of, town_of

AUTHORIZATION_CHECK = TopicContract(
    topic="authorization_check",
    label="检查核对授权",
    kind="record",
    doc=(
        "每一位成年家庭成员（特困：还有赡养抚养扶养义务人）都已授权，授权在有效期内并覆盖全部核对来源；"
        "否则报 AUTH_MISSING。"
    ),
    inputs=(names.PROGRAMME,),
    outputs=(names.DUE_SIMPLE,),
    errors=("AUTH_MISSING",),
    sources=("XT-19", "XT-20"),
)

CONFIDENTIALITY_CHECK = TopicContract(
    topic="confidentiality_check",
    label="检查保密协议",
    kind="record",
    doc="发起核对的人员在本镇街有有效的保密协议；否则报 NO_AGREEMENT。",
    inputs=(Name(name="query_user", type="string", label="发起核对的人员", required=False), names.TOWN),
    outputs=(Name(name="query_user", type="string", label="发起核对的人员"), names.DUE_SIMPLE),
    errors=("NO_AGREEMENT",),
    sources=("XT-19",),
)

RECUSAL_CHECK = TopicContract(
    topic="recusal_check",
    label="检查回避",
    kind="record",
    doc="调查组成员和协助的村干部与申请家庭没有近亲属关系；有关系时报 RECUSAL，重新组成调查组。同时累计入户次数。",
    inputs=(
        Name(name="visit_round", type="integer", label="入户次数", required=False),
        Name(name="visit_purpose", type="string", label="入户目的", required=False),
    ),
    outputs=(Name(name="visit_round", type="integer", label="入户次数"), names.DUE_SIMPLE),
    errors=("RECUSAL",),
    sources=("JC-45", "XX-27"),
)

AUTHORITY_CHECK = TopicContract(
    topic="authority_check",
    label="复核确认权限",
    kind="record",
    doc=(
        "决定生效前按决策表 authority 再次核对：项目、镇街、受理日期、委托书和确认人的任职；没有权限时报 NO_AUTHORITY。"
    ),
    inputs=(names.PROGRAMME, names.TOWN, names.ACCEPTED_AT, names.DECISION, names.AMOUNT_MONTHLY),
    outputs=(names.DECISION_ORG, names.DUE_SIMPLE),
    errors=("NO_AUTHORITY",),
    decisions=("authority",),
    sources=("JC-01", "JC-02", "XT-11"),
)


def check_authorization(call: RecordCall) -> Values:
    """Raise AUTH_MISSING when anybody who must authorise the query has not, a reported new member too (XT-20)."""
    missing = missing_authorizations(
        as_reported(household_of(call), call.records.submissions(REPORT), call.record_no),
        text(call, "programme", call.records.case().programme),
        call.policy.value("verification.sources", call.today),
        int(call.policy.value("authorization.months", call.today)),
        call.today,
    )
    if missing:
        sentence = f"缺少核对授权：{'、'.join(missing)}"
        call.records.audit("authorization_missing", f"缺少{len(missing)}人的核对授权", people=len(missing))
        raise BpmnError("AUTH_MISSING", sentence)
    return {}


def check_confidentiality(call: RecordCall) -> Values:
    """Raise NO_AGREEMENT unless whoever started the query has an agreement with this town in force (XT-19)."""
    request = latest_of(call, ("verification_request",))
    user = text(call, "query_user") or (request.person if request else "") or call.actor or ""
    found = call.records.find(ConfidentialityAgreement, person=user)
    town = town_of(call)
    valid = [row for row in found if row.town == town and in_force(row.signed_on, row.valid_to, call.today)]
    if not valid:
        raise BpmnError("NO_AGREEMENT", "发起核对的人员没有有效的保密协议")
    return {"query_user": user}


def check_recusal(call: RecordCall) -> Values:
    """Raise RECUSAL when one of the team or of its village assistants is a near relative; count the rounds (JC-45)."""
    team = latest_team(call.records.submissions())
    people = (*team.people, *team.assistants) if team else ()
    recused = near_relatives(call, people)
    if recused:
        sentence = f"须回避：{'、'.join(call.records.person(person).name for person in recused)}与申请家庭有近亲属关系"
        call.records.audit("recusal", sentence, people=recused)
        raise BpmnError("RECUSAL", sentence)
    return {"visit_round": 1 + _absences(call.records.submissions("home_visit"))}


def _absences(visits: Sequence[Submission]) -> int:
    """Return how many visits in a row have met nobody."""
    count = 0
    for visit in reversed(visits):
        if visit.data.get("visit_outcome") != "absent":
            break
        count += 1
    return count


def check_authority(call: RecordCall) -> Values:
    """Raise NO_AUTHORITY unless who decided (town or district) may decide this case today and the signer holds a
    deciding post there (R-09).

    The rules of the acceptance date apply to the programme and town, or those of today where the district counts from
    the decision (A17, ``devolution.counted_from``); letter and posts are those of today.
    """
    case = call.records.case()
    decided = call.policy.values("devolution", rules_day(call)).get("counted_from") == "decided"
    values, row = _authority(
        call,
        text(call, "programme", case.programme),
        call.today if decided else rules_day(call),
        iso(call.now) if decided else text(call, "accepted_at"),
    )
    level = str(row.get("authority_level", "")) if isinstance(row, dict) else ""
    decision = decided_change(call) or current_decision(call)
    asked = decision.level if decision else "town"
    if not isinstance(row, dict) or level != asked:
        raise _refused(call, lack_of(values, level))
    signer = decision.person if decision else call.actor or ""
    if all(post.person != signer for post in staff_of(call, level)):
        raise _refused(call, f"{call.records.person(signer).name if signer else '确认人'}今天没有有效的确认任职")
    if decision is not None:
        _note_org(call, decision, str(row["decision_org"]), level)
    return {"decision_org": str(row["decision_org"])}


def authority_level(call: RecordCall, programme: str) -> str:
    """Return who may grant a programme in this town today: town, county, or '' where the table has no answer."""
    _, row = _authority(call, programme, call.today, iso(call.now))
    return str(row.get("authority_level", "")) if isinstance(row, dict) else ""


def _authority(call: RecordCall, programme: str, day: date, accepted_at: str) -> tuple[dict[str, Any], Any]:
    values, _ = parameters(call, "authority", day)
    facts = {
        "programme": programme,
        "accepted_at": accepted_at,
        "town": town_of(call),
        "district": call.district,
    }
    return values, call.decide("authority", {**facts, **values})


def _refused(call: RecordCall, sentence: str) -> BpmnError:
    call.records.audit("no_authority", sentence)
    return BpmnError("NO_AUTHORITY", sentence)


def _note_org(call: RecordCall, decision: CaseDecision | Adjustment, org: str, level: str) -> None:
    if (decision.org, decision.level) != (org, level):
        call.records.change(decision, org=org, level=level)


TOPICS: tuple[Topic, ...] = (
    at_desk(AUTHORIZATION_CHECK, check_authorization),
    at_desk(CONFIDENTIALITY_CHECK, check_confidentiality),
    at_desk(RECUSAL_CHECK, check_recusal),
    at_desk(AUTHORITY_CHECK, check_authority),
)
