"""Many-sided assessment of a household: which class it belongs to, what it needs beside the money, whether the bureau
convenes a conference. Nothing here refuses anybody (XX-85, R-19).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jiuzhu.domain.household import is_separated
from jiuzhu.domain.instants import add_months, day_of, end_of, iso
from jiuzhu.domain.rows import AssessmentNeed, PolicyUse
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import DIMENSIONS
from workers.records import names
from workers.records.assessment_papers import six_dim_values
from workers.records.desk import at_desk, current_decision, latest_of, rows_of, rules_day, text
from workers.records.papers import household_of, make_document

HOUSEHOLD_CLASSES = TopicContract(
    topic="household_classes",
    label="归集城乡类别和单人户事实",
    kind="record",
    doc=(
        "放在城乡类别决策表之前：申请家庭居住地是否城镇属性区域、是否户籍常住、申请人是否重病或重度残疾、是否以单人户申请，"
        "并登记所用参数及其依据。"
    ),
    inputs=(names.VILLAGE, names.TOWN, names.ACCEPTED_AT),
    outputs=(
        Name(name="area_attribute", type="string", label="区域属性", choices=("urban", "rural")),
        Name(name="hukou_type", type="string", label="户籍性质", choices=("urban", "rural", "")),
        Name(name="resident", type="boolean", label="是否户籍常住"),
        Name(name="severe_illness", type="boolean", label="申请人是否重病"),
        Name(name="severe_disability", type="boolean", label="申请人是否重度残疾"),
        Name(name="single_claimed", type="boolean", label="是否以单人户申请"),
        names.POLICY_REF,
        names.DUE_SIMPLE,
    ),
    sources=("XX-22", "XX-50", "XX-51"),
)

SIX_DIM_NEEDS = TopicContract(
    topic="six_dim_needs",
    label="分析致贫原因和需求",
    kind="record",
    doc=(
        "放在六维三类评估和测算之后：逐个维度按决策表 six_dim_need 列出需求，制作评估表，并给出个案会商的事实"
        "（额度是否超过封顶线、情况是否复杂）。只列需求，不作不予救助的判断。"
    ),
    inputs=(names.AMOUNT_MONTHLY, names.ACCEPTED_AT),
    outputs=(
        Name(name="need_count", type="integer", label="需求项数"),
        Name(name="amount_over_cap", type="boolean", label="额度是否超过封顶线"),
        Name(name="complex", type="boolean", label="情况是否复杂"),
        Name(name="aid_kinds_min", type="integer", label="同时实施几种以上救助启动会商"),
        names.DUE_SIMPLE,
    ),
    decisions=("six_dim_need",),
    sources=("XX-10", "XX-11", "XX-46", "XX-47", "XX-85"),
)

FOLLOW_UP = TopicContract(
    topic="follow_up",
    label="安排后续综合评估",
    kind="record",
    doc="低收入家庭认定后，算出综合评估后续保障措施的日期（认定之日起满规定月数）。",
    inputs=(),
    outputs=(
        Name(name="follow_up_at", type="date", label="后续综合评估日期"),
        Name(name="due_follow_up", type="date", label="后续综合评估期限"),
        names.DUE_SIMPLE,
    ),
    sources=("XX-56",),
)


CONFERENCE_PARAMETERS: Mapping[str, str] = {
    "aid_kinds_min": "case_conference.aid_kinds_min",
    "cap_monthly": "conference.cap_monthly",
    "complex_dimensions": "conference.complex_dimensions",
    "hard_from": "conference.hard_from",
}
"""Name in the note → policy key of what the four triggers compare with."""


def gather_classes(call: RecordCall) -> Values:
    """Return what the classification compares: where and how the household lives, and how ill the applicant is."""
    household, day = household_of(call), rules_day(call)
    applicant = household["applicant"]
    number = str(applicant.get("applicant_id", ""))
    member: Mapping[str, Any] = next(
        (each for each in household["members"] if str(each.get("id", "")).upper() == number.upper()), {}
    )
    case = call.records.case()
    places = {text(call, "village", case.village), text(call, "town", case.town)}
    area = next((row for row in call.policy.rows("urban_areas", day) if row["area"] in places), None)
    grades = _parameter(call, "single_household.severe_grades") or []
    reference = _note(
        call,
        "xixiu_classification",
        area_attribute=(
            "urban" if area else "rural",
            str(area["source"]) if area else call.policy.source("urban_areas", day),
        ),
        severe_grades=(grades, _source(call, "single_household.severe_grades")),
    )
    return {
        "area_attribute": "urban" if area else "rural",
        "hukou_type": str(applicant.get("hukou_type", "")),
        "resident": not is_separated(household),
        "severe_illness": member.get("health") == "severe",
        "severe_disability": member.get("health") == "disabled" and str(member.get("disability_grade")) in grades,
        "single_claimed": applicant.get("single_claimed") is True,
        "policy_ref": reference,
    }


def list_needs(call: RecordCall) -> Values:
    """Write the needs of the latest assessment and make its paper; say what a conference would be called for (XX-11).

    A household whose money is enough is assessed to the end all the same: each dimension is asked for itself.
    """
    form = latest_of(call, ("six_dim",))
    data: Mapping[str, Any] = form.data if form else {}
    hard_from = int(_parameter(call, "conference.hard_from"))
    levels = {dimension: int(data.get(f"dim_{dimension}") or 0) for dimension in DIMENSIONS}
    rounds = max((row.round for row in rows_of(call, AssessmentNeed)), default=0) + 1
    needs: list[AssessmentNeed] = []
    for dimension, level in levels.items():
        answer = call.decide("six_dim_need", {"dimension": dimension, "hard": level >= hard_from})
        found = answer if isinstance(answer, list) else [answer] if answer else []
        for row in found:
            need = AssessmentNeed(
                case_no=call.case_no,
                round=rounds,
                line=len(needs) + 1,
                dimension=dimension,
                level=level,
                referral_item=str(row.get("referral_item") or ""),
                aid_form=str(row.get("aid_form") or ""),
                source=_source(call, "conference.hard_from"),
                noted_at=call.now,
            )
            call.records.add(need)
            needs.append(need)
    hard = sum(1 for level in levels.values() if level >= hard_from)
    many = int(_parameter(call, "conference.complex_dimensions"))
    cap = Decimal(str(_parameter(call, "conference.cap_monthly")))
    amount = Decimal(text(call, "amount_monthly", "0.00"))
    _note(
        call,
        "case_conference",
        **{key: (_parameter(call, name), _source(call, name)) for key, name in CONFERENCE_PARAMETERS.items()},
    )
    make_document(call, "six_dim", six_dim_values(call, data, signed_by(form), needs))
    return {
        "need_count": len(needs),
        "amount_over_cap": amount > cap,
        "aid_kinds_min": int(_parameter(call, "case_conference.aid_kinds_min")),
        "complex": data.get("hard_to_identify") is True or hard >= many,
    }


def plan_follow_up(call: RecordCall) -> Values:
    """Return the end of the day on which the measures after a recognition are looked at as a whole (XX-56)."""
    decision = current_decision(call)
    decided = day_of(decision.decided_at) if decision else call.today
    months = int(_parameter(call, "low_income.follow_up_months"))
    call.records.audit("follow_up", f"{months}个月后综合评估后续保障", months=months)
    day = add_months(decided, months)
    due, _ = call.calendar.add_working_days(day, int(_parameter(call, "tasks.wd")))
    return {"follow_up_at": iso(end_of(day)), "due_follow_up": iso(end_of(due))}


def _note(call: RecordCall, decision: str, **used: tuple[Any, str]) -> str:
    """Keep the parameters of a decision with their sources, as ``policy_load`` does; returns the reference."""
    reference = f"{call.case_no}/参数{len(rows_of(call, PolicyUse)) + 1}"
    call.records.add(
        PolicyUse(
            policy_ref=reference,
            case_no=call.case_no,
            record_no=call.record_no,
            decision=decision,
            parameters={name: {"value": value, "source": source} for name, (value, source) in used.items()},
            used_at=call.now,
        )
    )
    return reference


def _parameter(call: RecordCall, key: str) -> Any:
    return call.policy.value(key, rules_day(call))


def _source(call: RecordCall, key: str) -> str:
    return call.policy.source(key, rules_day(call))


TOPICS: tuple[Topic, ...] = (
    at_desk(HOUSEHOLD_CLASSES, gather_classes),
    at_desk(SIX_DIM_NEEDS, list_needs),
    at_desk(FOLLOW_UP, plan_follow_up),
)
