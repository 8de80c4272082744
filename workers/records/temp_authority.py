"""Temporary assistance: who may confirm an amount, and aid that is given before the papers (NH-03, NH-15, XX-13)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from jiuzhu.domain.conferences import OVER_CAP_CONFERENCE, conference_supports
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import BpmnError, Refused
from workers.records import names
from workers.records.booked_decisions import book_decision
from workers.records.desk import at_desk, current_decision, latest_of, rules_day
from workers.records.policies import parameters
from workers.records.standing import staff_of, town_of

AMOUNT = Name(name="amount", type="money", label="救助金额", required=False)

TEMP_AUTHORITY_CHECK = TopicContract(
    topic="temp_authority_check",
    label="按确认金额复核权限",
    kind="record",
    doc="临时救助确认之后，按决策表 temp_authority 用确认的金额再次核对：超过确认人权限或没有任职的报 NO_AUTHORITY。",
    inputs=(AMOUNT, names.TOWN, names.ACCEPTED_AT, names.PROGRAMME),
    outputs=(names.DECISION_ORG, names.PAYER, names.DUE_SIMPLE),
    errors=("NO_AUTHORITY",),
    decisions=("temp_authority",),
    sources=("NH-03", "NH-15"),
)

URGENT_GRANT = TopicContract(
    topic="urgent_grant",
    label="核对先行救助权限",
    kind="record",
    doc="先行救助的金额在镇街权限（本区另有先行救助限额的按限额）以内的登记决定；超过的报 NO_AUTHORITY，转一般程序。",
    inputs=(AMOUNT, names.TOWN, names.ACCEPTED_AT, names.PROGRAMME),
    outputs=(names.DECISION_NO, names.DUE_SIMPLE),
    errors=("NO_AUTHORITY",),
    decisions=("temp_authority",),
    sources=("NH-03", "NH-15"),
)


def level_of(call: RecordCall, amount: str) -> str:
    """Return who may confirm an amount under the rules of the acceptance date: town, county or over_cap."""
    values, _ = parameters(call, "temp_authority", rules_day(call))
    row = call.decide("temp_authority", {**values, "amount": amount})
    return str(row["authority_level"]) if isinstance(row, dict) else ""


def check_temp_authority(call: RecordCall) -> Values:
    """Raise NO_AUTHORITY unless whoever confirmed may confirm the confirmed amount; say who pays (NH-03, NH-15)."""
    decision = current_decision(call)
    if decision is None:
        raise Refused("还没有确认决定。")
    level = level_of(call, str(decision.amount_monthly))
    if level == "over_cap" and _may_exceed(call):
        level = "county"
    if level != decision.level and not (level == "town" and decision.level == "county"):
        call.records.audit("no_authority", "确认金额超过权限", amount=str(decision.amount_monthly))
        raise BpmnError("NO_AUTHORITY", "确认的金额超过本级的确认权限")
    if all(post.person != decision.person for post in staff_of(call, decision.level)):
        raise BpmnError("NO_AUTHORITY", "确认人今天没有有效的确认任职")
    place = call.district if decision.level == "county" else town_of(call)
    return {"decision_org": place, "payer": decision.level}


def grant_urgent(call: RecordCall) -> Values:
    """Write the decision of aid paid first; raises NO_AUTHORITY above what the town may give at once."""
    form = latest_of(call, ("urgent_aid",))
    if form is None or form.data.get("aid_approved") is not True:
        raise Refused("没有批准先行救助。")
    amount = str(form.data.get("amount"))
    if not _may_be_first(call, amount):
        call.records.audit("no_authority", "先行救助金额超过镇街权限", amount=amount)
        raise BpmnError("NO_AUTHORITY", "先行救助的金额超过镇街权限，转一般程序")
    inputs = {**call.inputs, "authority_level": "town"}
    return book_decision(replace(call, inputs=inputs), replace(form, data={**form.data, "decision": "granted"}))


def _may_exceed(call: RecordCall) -> bool:
    """True where the district grants more than its cap after a conference, and one has supported it (XX-11)."""
    way = call.policy.values("temp_cap", rules_day(call)).get("over")
    return way == OVER_CAP_CONFERENCE and conference_supports(call.records.submissions())


def _may_be_first(call: RecordCall, amount: str) -> bool:
    """True when a town may give this amount before the papers: the district's own limit, else what it may confirm."""
    limit = call.policy.values("reserve_fund", rules_day(call)).get("first_aid_limit")
    return level_of(call, amount) == "town" if limit is None else Decimal(amount) <= Decimal(str(limit))


TOPICS: tuple[Topic, ...] = (
    at_desk(TEMP_AUTHORITY_CHECK, check_temp_authority),
    at_desk(URGENT_GRANT, grant_urgent),
)
