"""调度考评: a month's scores from facts, corrected with a reason, published in falling order (XX-36, XX-59, XX-63)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from jiuzhu.domain.rankings import ranked, score_of
from jiuzhu.domain.rows import KpiScore, UnitScore
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.booked_year import label_of
from workers.records.desk import at_desk, text
from workers.records.kpi_facts import INDICATORS
from workers.records.papers import law, make_document, organ_name

PERIOD = Name(name="period", type="string", label="月份（YYYY-MM）", required=False)
TOWN, DEPARTMENT = "town", "department"

SCORE_COMPUTE = TopicContract(
    topic="score_compute",
    label="计算满分扣减得分",
    kind="record",
    doc=(
        "按参数表 kpi 的指标，从台账数出当月每个镇街、部门的事实件数，经决策表 deductions 折算扣分，满分100分扣减。"
        "早于开始月份的不计算。"
    ),
    inputs=(PERIOD,),
    outputs=(names.DUE_SIMPLE,),
    decisions=("deductions",),
    sources=("XX-36", "XX-59", "XX-63"),
)

RANKING_PUBLISH = TopicContract(
    topic="ranking_publish",
    label="降幂排序并公布",
    kind="record",
    doc="登记更正和理由，按得分从高到低排序（同分并列），制作月度排序表并公布。",
    outputs=(names.DUE_SIMPLE,),
    sources=("XX-16", "XX-59"),
)


def compute(call: RecordCall) -> Values:
    """Reckon every unit's points off. Raises Refused before the first month, for a month that has not ended."""
    period = text(call, "period")
    first = str(call.policy.value("ranking.first_month", call.today))
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", period):
        raise Refused("考评月份应写成 2019-04 这样的形式。")
    if period < first:
        raise Refused(f"按月排序从{first}开始，{period}不排序。")
    if period >= f"{call.today:%Y-%m}":
        raise Refused(f"{period}还没有结束，不能考评。")
    units = {TOWN: list(call.records.towns(call.district)), DEPARTMENT: departments(call)}
    for row in call.policy.rows("kpi", call.today):
        found = INDICATORS[str(row["indicator"])](call, period)
        for unit in units[str(row["unit_kind"])]:
            call.records.add(
                KpiScore(
                    ranking_no=call.record_no,
                    district=call.district,
                    period=period,
                    unit=unit,
                    indicator=str(row["indicator"]),
                    value=found[unit],
                    points_off=points(call, found[unit], row),
                )
            )
    for kind, members in units.items():
        for unit in members:
            call.records.add(
                UnitScore(
                    ranking_no=call.record_no,
                    district=call.district,
                    period=period,
                    unit=unit,
                    unit_kind=kind,
                    score=0,
                    rank=0,
                )
            )
    order(call)
    call.records.audit("scored", f"{period}得分已按台账计算", period=period)
    return {}


def departments(call: RecordCall) -> list[str]:
    """Return the district's departments that answer for referrals (XX-63)."""
    rows = call.policy.rows("referral_route", call.today)
    keys = {str(row["department"]) for row in rows if row["level"] == "district"}
    return sorted(f"{call.district}.dept.{key}" for key in keys)


def points(call: RecordCall, value: int, row: Mapping[str, Any]) -> int:
    """Return the points that so many facts cost, by table ``deductions``; nothing when nothing was found."""
    if not value:
        return 0
    answer = call.decide("deductions", {"value": value, "per_item": row["per_item"], "max_off": row["max_off"]})
    found = answer[0] if isinstance(answer, list) and answer else answer
    taken = found.get("points_off") if isinstance(found, Mapping) else None
    return int(taken or 0)


def order(call: RecordCall) -> None:
    """Write score and place of every unit from its points as they stand now."""
    scores = list(call.records.find(UnitScore, ranking_no=call.record_no))
    off: dict[str, int] = {}
    for row in call.records.find(KpiScore, ranking_no=call.record_no):
        off[row.unit] = off.get(row.unit, 0) + (row.points_off if row.corrected is None else row.corrected)
    for kind in (TOWN, DEPARTMENT):
        rows = {row.unit: row for row in scores if row.unit_kind == kind}
        for place in ranked({unit: score_of(off.get(unit, 0)) for unit in rows}):
            call.records.change(rows[place.unit], score=place.score, rank=place.rank, tied=place.tied)


def publish(call: RecordCall) -> Values:
    """Put the units in order, make the sheet, and let it be seen."""
    order(call)
    scores = sorted(call.records.find(UnitScore, ranking_no=call.record_no), key=lambda row: (row.rank, row.unit))
    for row in scores:
        call.records.change(row, published_at=call.now)
    check = call.records.submissions("ranking_check")[-1]
    period = scores[0].period
    make_document(
        call,
        "ranking_sheet",
        {
            "issuer": organ_name(call, call.district),
            "town_name": call.policy.name,
            "period": f"{period[:4]}年{int(period[5:7])}月",
            "ranking_rows": lines(call, (row for row in scores if row.unit_kind == TOWN)),
            "department_rows": lines(call, (row for row in scores if row.unit_kind == DEPARTMENT)),
            "opinion": str(check.data["ranking_opinion"]),
            "checked_by": signed_by(check),
            "legal_basis": law(call)["legal_basis"],
        },
    )
    call.records.audit("ranking", f"{period}月度排序已公布", period=period)
    return {}


def lines(call: RecordCall, scores: Iterable[UnitScore]) -> list[dict[str, str]]:
    """Return units with place, score and what was taken off, in words."""
    off: dict[str, list[str]] = {}
    for row in call.records.find(KpiScore, ranking_no=call.record_no):
        taken = row.points_off if row.corrected is None else row.corrected
        if taken or row.corrected is not None:
            mark = "" if row.corrected is None else "（已更正）"
            off.setdefault(row.unit, []).append(f"{label_of(call, row.indicator)}{row.value}件扣{taken}分{mark}")
    return [
        {
            "rank": f"{row.rank}{'（并列）' if row.tied else ''}",
            "unit": call.records.organisation_name(row.unit),
            "score": str(row.score),
            "deductions": "；".join(off.get(row.unit, ())) or "无扣分",
        }
        for row in scores
    ]


TOPICS: tuple[Topic, ...] = (at_desk(SCORE_COMPUTE, compute), at_desk(RANKING_PUBLISH, publish))
