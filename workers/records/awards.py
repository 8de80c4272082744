"""以奖代补: a year's published scores weigh most, the leader proposes, the money has sources (XX-60, XX-64)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from jiuzhu.domain.rankings import mean
from jiuzhu.domain.rows import AwardLine, UnitScore
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.booked_year import ZERO, weight_of
from workers.records.desk import at_desk, text
from workers.records.papers import law, make_document, organ_name
from workers.records.registers import append_row

SOURCES = {"superior": "争取上级资金", "budget": "年初预算", "adjusted": "调剂资金"}

AWARD_COMPUTE = TopicContract(
    topic="award_compute",
    label="计算并公布奖补",
    kind="record",
    doc=(
        "step=compute：取全年已公布的各月得分平均；weigh：按权重（平时考评大于一半）合成综合得分并排序，登记金额；"
        "publish：登记资金来源，制作以奖代补方案并公布。"
    ),
    inputs=(
        Name(name="step", type="string", label="环节", drawn=True, choices=("compute", "weigh", "publish")),
        Name(name="period", type="string", label="年度", required=False),
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("XX-60", "XX-64"),
)


def award(call: RecordCall) -> Values:
    """Do one step of the year's award."""
    return STEPS[text(call, "step")](call)


def _compute(call: RecordCall) -> Values:
    year = (text(call, "period") or str(call.today.year))[:4]
    latest: dict[tuple[str, str], UnitScore] = {}
    for row in call.records.find(UnitScore, district=call.district, unit_kind="town"):
        known = latest.get((row.unit, row.period))
        newer = known is None or (row.published_at and known.published_at and row.published_at > known.published_at)
        if row.published_at is not None and row.period.startswith(year) and newer:
            latest[row.unit, row.period] = row
    if not latest:
        raise Refused(f"{year}年还没有公布过月度排序，不能以平时考评结果提出奖补。")
    by_unit: dict[str, list[int]] = {unit: [] for unit in call.records.towns(call.district)}
    for (unit, _), row in sorted(latest.items()):
        by_unit.setdefault(unit, []).append(row.score)
    for unit, scores in by_unit.items():
        call.records.add(
            AwardLine(
                award_no=call.record_no,
                district=call.district,
                year=year,
                unit=unit,
                months=len(scores),
                mean=mean(scores),
            )
        )
    return {}


def _weigh(call: RecordCall) -> Values:
    rows = call.records.find(AwardLine, award_no=call.record_no)
    total = sum((row.amount or ZERO for row in rows), ZERO)
    call.records.audit("award", f"奖补方案已提出：{len(rows)}个单位，合计{total:.2f}元", total=f"{total:.2f}")
    return {}


def _publish(call: RecordCall) -> Values:
    proposal = call.records.submissions("award")[-1]
    funds = call.records.submissions("award_funds")[-1]
    rows = sorted(call.records.find(AwardLine, award_no=call.record_no), key=lambda row: (row.rank or 0, row.unit))
    for row in rows:
        call.records.change(row, published_at=call.now)
    sources = [
        {
            "source": SOURCES[str(one["fund_source"])],
            "amount": f"{Decimal(str(one['fund_amount'])):.2f}",
            "basis": str(one["fund_basis"]),
        }
        for one in funds.data["fund_rows"]
    ]
    for one in funds.data["fund_rows"]:
        append_row(
            call,
            "reward_sources",
            {
                "year": rows[0].year,
                "source": str(one["fund_source"]),
                "amount": f"{Decimal(str(one['fund_amount'])):.2f}",
                "basis": str(one["fund_basis"]),
            },
        )
    total = sum((row.amount or ZERO for row in rows), ZERO)
    make_document(
        call,
        "award_plan",
        {
            "issuer": organ_name(call, call.district),
            "town_name": call.policy.name,
            "award_year": rows[0].year,
            "weight": f"{weight_of(call) * 100:.0f}%",
            "award_rows": [_line(call, row) for row in rows],
            "fund_rows": sources,
            "total_amount": f"{total:.2f}",
            "award_text": str(proposal.data["award_text"]),
            "proposed_by": signed_by(proposal),
            "funds_by": signed_by(funds),
            "legal_basis": law(call)["legal_basis"],
        },
    )
    call.records.audit("award_published", f"{rows[0].year}年奖补结果已公布", total=f"{total:.2f}")
    return {}


def _line(call: RecordCall, row: AwardLine) -> dict[str, Any]:
    return {
        "rank": str(row.rank),
        "unit": call.records.organisation_name(row.unit),
        "mean": f"{row.mean:.2f}",
        "work": str(row.work_score),
        "total": f"{row.total:.2f}",
        "amount": f"{row.amount:.2f}",
    }


STEPS: Mapping[str, Callable[[RecordCall], Values]] = {"compute": _compute, "weigh": _weigh, "publish": _publish}
TOPICS: tuple[Topic, ...] = (at_desk(AWARD_COMPUTE, award),)
