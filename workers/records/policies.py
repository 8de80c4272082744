"""The dated parameters of decision tables, with their sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from jiuzhu.domain.household import members_of
from jiuzhu.domain.relatives import awaiting_visit
from jiuzhu.domain.rows import PolicyUse
from jiuzhu.domain.standing import authority_inputs, fitting_row
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk, rows_of, rules_day, text
from workers.records.papers import household_of
from workers.records.standing import authority_rows, letter_of_town, staff_of_town

POLICY_LOAD = TopicContract(
    topic="policy_load",
    label="取适用政策参数",
    kind="record",
    doc="放在规则任务之前：取出这些决策表所需的本区参数（按受理日期），并登记所用参数及其依据。多个决策表用逗号分隔。",
    inputs=(
        Name(name="decision", type="string", label="决策表", drawn=True),
        names.PROGRAMME,
        names.TOWN,
        names.VILLAGE,
        names.RULE_PROFILE,
        names.ACCEPTED_AT,
        names.AUTHORITY_LEVEL,
    ),
    outputs=(
        names.POLICY_REF,
        Name(name="n2021_from", type="date", label="2021年规则起始日", required=False),
        Name(name="n2022_from", type="date", label="2022年规则起始日", required=False),
        Name(name="devolution_from", type="date", label="权限下放起始日", required=False),
        Name(name="legal_form", type="string", label="下放形式", required=False),
        Name(name="without_letter", type="string", label="没有委托书时的权限", required=False),
        Name(name="letter_in_force", type="boolean", label="委托书是否有效", required=False),
        Name(name="staff_ok", type="boolean", label="镇街确认人员是否在任", required=False),
        Name(name="visit_always", type="boolean", label="是否一律入户", required=False),
        Name(name="visit_first", type="boolean", label="首次申请是否入户", required=False),
        Name(name="limit_months", type="integer", label="街镇限额相当于几个月低保标准", required=False),
        Name(name="limit_amount", type="money", label="街镇确认限额", required=False),
        Name(name="cap_amount", type="money", label="最高限额", required=False),
        Name(name="limit_inclusive", type="boolean", label="限额是否含本数", required=False),
        Name(name="visit_relatives", type="boolean", label="近亲属是否一律区级入户", required=False),
        Name(name="relatives_visited", type="boolean", label="区级核查是否已登记", required=False),
        Name(name="min_members", type="integer", label="议事协商最少人数", required=False),
        Name(name="max_members", type="integer", label="议事协商最多人数", required=False),
        Name(name="min_participants", type="integer", label="评议最少人数", required=False),
        Name(name="rep_ratio", type="string", label="代表最低比例", required=False),
        Name(name="min_reps", type="integer", label="代表最少人数", required=False),
        Name(name="payer_kind", type="string", label="本区规定的发放单位", required=False),
        Name(name="gradual", type="boolean", label="是否先渐退", required=False),
        Name(name="household_class", type="string", label="家庭分类", required=False),
        Name(name="months_a", type="integer", label="A类复核间隔月数", required=False),
        Name(name="months_b", type="integer", label="B类复核间隔月数", required=False),
        Name(name="months_c", type="integer", label="C类复核间隔月数", required=False),
        Name(name="months_tekun", type="integer", label="特困复核间隔月数", required=False),
        Name(name="months_default", type="integer", label="未分类复核间隔月数", required=False),
        Name(name="multi_from", type="integer", label="达到几项信号为高等级", required=False),
        Name(name="high_signals", type="json", label="单项即为高等级的信号", required=False),
        Name(name="low_signals", type="json", label="单项为低等级的信号", required=False),
        Name(name="partial_from", type="integer", label="部分丧失起始项数", required=False),
        Name(name="aid_kinds_min", type="integer", label="同时实施几种以上救助启动会商", required=False),
        Name(name="threshold", type="string", label="复核率通报标准", required=False),
        Name(name="none_from", type="integer", label="完全丧失起始项数", required=False),
        names.DUE_SIMPLE,
    ),
    sources=("QJ-25", "XT-21", "JC-50"),
)


TABLES: Mapping[str, tuple[str, ...]] = {
    "authority": ("devolution_from", "legal_form"),
    "payer": ("payer_kind",),
}
"""Decision → columns of the policy table of the same name that are its inputs; null without a fitting row."""


def load_policy(call: RecordCall) -> Values:
    """Return the parameters of the named decision tables on the case's day, and note them with their sources."""
    day = rules_day(call)
    outputs: dict[str, Any] = {}
    used: dict[str, Any] = {}
    decisions = [name.strip() for name in text(call, "decision").split(",") if name.strip()]
    for decision in decisions:
        values, sources = parameters(call, decision, day)
        outputs.update(values)
        used |= {name: {"value": value, "source": sources.get(name, "")} for name, value in values.items()}
    reference = f"{call.case_no}/参数{len(rows_of(call, PolicyUse)) + 1}"
    call.records.add(
        PolicyUse(
            policy_ref=reference,
            case_no=call.case_no,
            record_no=call.record_no,
            decision=",".join(decisions),
            parameters=used,
            used_at=call.now,
        )
    )
    return {**outputs, "policy_ref": reference}


def parameters(call: RecordCall, decision: str, day: date) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a decision's parameters and the source of each (docs/decisions-parameters.md).

    1. Values ``<decision>.<input>``; 2. the first row of the table of that name that fits programme and town; 3. what
    is computed from our own rows.
    """
    values = dict(call.policy.values(decision, day))
    sources = {name: call.policy.source(f"{decision}.{name}", day) for name in values}
    columns = TABLES.get(decision, ())
    if columns:
        row = _fitting(call, decision, day)
        for column in columns:
            values[column] = row.get(column) if row else None
            sources[column] = str(row.get("source", "")) if row else ""
    if decision == "authority":
        values |= authority_inputs(row, letter_of_town(call), staff_of_town(call))
        sources |= {"letter_in_force": "XT-11", "staff_ok": "JC-01、XT-14"}
    if decision == "temp_authority":
        _temp_limit(call, values, sources, day)
    if decision == "relatives_visit":
        values["relatives_visited"] = not awaiting_visit(call.records, call.case_no)
        sources["relatives_visited"] = "NH-13、NH-49"
    if decision == "review_period":
        values["household_class"] = None
    return values, sources


def _temp_limit(call: RecordCall, values: dict[str, Any], sources: dict[str, str], day: date) -> None:
    """Reckon the town's limit from months of the dibao standard where the district says so: of one person, or of the
    whole household (NH-03, A2, ``temp_limit.per``).
    """
    values.setdefault("cap_amount", None)
    months = values.get("limit_months")
    if not months:
        return
    household = household_of(call)
    area = str(household["applicant"].get("hukou_type", ""))
    per_household = call.policy.values("temp_limit", day).get("per") == "household"
    heads = max(len(members_of(household)), 1) if per_household else 1
    for row in call.policy.rows("standards", day):
        if row["programme"] == "dibao" and row.get("area") in (None, "", area):
            values["limit_amount"] = str(Decimal(row["amount"]) * int(months) * heads)
            sources["limit_amount"] = f"{sources.get('limit_months', '')}；{row['source']}"
            return


def _fitting(call: RecordCall, table: str, day: date) -> dict[str, Any] | None:
    case = call.records.case()
    chosen = {"programme": text(call, "programme", case.programme), "town": text(call, "town", case.town)}
    rows = authority_rows(call, day) if table == "authority" else call.policy.rows(table, day)
    return fitting_row(rows, chosen["programme"], chosen["town"])


TOPICS: tuple[Topic, ...] = (at_desk(POLICY_LOAD, load_policy),)
