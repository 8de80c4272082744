"""Facts of an office's month and year: what goes up, what the box held, scores, awards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.domain.beds import ahead_of, free_beds
from jiuzhu.domain.rankings import ranked
from jiuzhu.domain.rows import (
    AwardLine,
    BedRequest,
    KpiScore,
    ListDifference,
    MonthlyTransfer,
    RegisterRow,
    UnitScore,
)
from jiuzhu.service.desk import Desk
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of

KINDS = {
    "grant": "新增", "import": "导入", "keep": "保持", "increase": "增发", "decrease": "减发", "stop": "停发",
    "gradual_exit": "渐退", "suspend": "暂停", "resume": "恢复", "restore": "恢复", "members": "人员变化",
    "account": "账户变化",
}  # fmt: skip
STATES = {"built": "待传送", "sent": "已传送", "missed": "未按时传送"}
MOST = 30


def _transfer(desk: Desk, live: LiveCase) -> MonthlyTransfer | None:
    found = shelf_of(desk.tx).find(MonthlyTransfer, {"case_no": live.case_no})
    return found[-1] if found else None


def _transfer_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    row = _transfer(desk, live)
    if row is None:
        return None
    lines = [
        ("月份", row.period),
        ("电子信息传送时间", f"{row.window_from.isoformat()} 至 {row.window_until.isoformat()}（含当日）"),
        ("纸质资料报送期限", row.paper_until.isoformat()),
        ("传送情况", STATES[row.state] + ("（模拟）" if row.sync_status == "simulated" else "")),
        ("未传送原因", row.missed_reason),
        ("变动", f"{len(row.lines)}条"),
    ]
    changes = [
        (one["recipient_no"], f"{KINDS.get(one['kind'], one['kind'])}，{one['effective_month']}起每月{one['amount']}元")
        for one in row.lines[:MOST]
    ]
    return [{"label": label, "value": value} for label, value in (*lines, *changes) if value]


def _paper_overdue(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    row = _transfer(desk, live)
    return row is not None and desk.today > row.paper_until


def _box(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    found = desk.records(live).submissions("info_box")
    if not found:
        return None
    data = found[-1].data
    lines = [
        ("村（居）", desk.office.places.name(desk.tx, live.village)),
        ("开箱日期", str(data.get("box_opened_on", ""))[:10]),
        ("件数", str(data.get("item_count", ""))),
        ("开箱人", found[-1].person_name),
        ("见证人", str(data.get("box_witness") or "")),
        ("说明", str(data.get("box_note") or "")),
    ]
    return [{"label": label, "value": value} for label, value in lines if value]


def _scores(kind: str) -> Callable[[Desk, LiveCase, Mapping[str, Any]], Any]:
    def rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
        shelf, labels = shelf_of(desk.tx), _labels(desk, live)
        off: dict[str, list[str]] = {}
        for one in shelf.find(KpiScore, {"ranking_no": live.record_no}):
            if one.value:
                off.setdefault(one.unit, []).append(
                    f"{labels.get(one.indicator, one.indicator)}{one.value}件扣{one.points_off}分"
                )
        scores = [row for row in shelf.find(UnitScore, {"ranking_no": live.record_no}) if row.unit_kind == kind]
        return [
            {
                "rank": f"{row.rank}{'（并列）' if row.tied else ''}",
                "unit": desk.office.places.name(desk.tx, row.unit),
                "score": str(row.score),
                "deductions": "；".join(off.get(row.unit, ())) or "无扣分",
            }
            for row in sorted(scores, key=lambda one: (one.rank, one.unit))
        ] or None

    return rows


def _labels(desk: Desk, live: LiveCase) -> dict[str, str]:
    rows = desk.office.policies.of(live.district).rows("kpi", desk.today)
    return {str(row["indicator"]): str(row["label"]) for row in rows}


def _units(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    scores = shelf_of(desk.tx).find(UnitScore, {"ranking_no": live.record_no})
    return [{"value": row.unit, "label": desk.office.places.name(desk.tx, row.unit)} for row in scores]


def _kpis(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    return [{"value": key, "label": label} for key, label in _labels(desk, live).items()]


def _lines(desk: Desk, live: LiveCase) -> list[AwardLine]:
    return list(shelf_of(desk.tx).find(AwardLine, {"award_no": live.record_no}))


def _means(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    lines = {row.unit: row for row in _lines(desk, live)}
    return [
        {
            "rank": f"{place.rank}{'（并列）' if place.tied else ''}",
            "unit": desk.office.places.name(desk.tx, place.unit),
            "months": str(lines[place.unit].months),
            "mean": f"{place.score:.2f}",
        }
        for place in ranked({unit: row.mean for unit, row in lines.items()})
    ] or None


def _award_units(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    rows = sorted(_lines(desk, live), key=lambda row: (-row.mean, row.unit))
    return [
        {"unit": row.unit, "unit_name": desk.office.places.name(desk.tx, row.unit), "mean": f"{row.mean:.2f}"}
        for row in rows
    ] or None


def _award_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    rows = sorted(_lines(desk, live), key=lambda row: (row.rank or 0, row.unit))
    return [
        {
            "rank": str(row.rank),
            "unit": desk.office.places.name(desk.tx, row.unit),
            "mean": f"{row.mean:.2f}",
            "work": str(row.work_score),
            "total": f"{row.total:.2f}",
            "amount": f"{row.amount:.2f}",
        }
        for row in rows
        if row.total is not None
    ] or None


SIDES = {"only_dibao": "仅在低保", "only_poverty": "仅在扶贫"}
TOGETHER = 40


def _open_differences(desk: Desk, live: LiveCase) -> list[ListDifference]:
    rows = shelf_of(desk.tx).find(ListDifference, {"compare_no": live.record_no, "state": "open"})
    return sorted(rows, key=lambda row: row.line)


def _differences(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    return [
        {
            "line": str(row.line),
            "side": SIDES[row.side],
            "name": row.name,
            "village": desk.office.places.name(desk.tx, row.village) if row.village else "",
        }
        for row in _open_differences(desk, live)[:TOGETHER]
    ] or None


def _difference_line(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    rows = shelf_of(desk.tx).find(ListDifference, {"compare_no": live.record_no})
    left = len(_open_differences(desk, live))
    counts = "，".join(f"{label}{sum(row.side == side for row in rows)}" for side, label in SIDES.items())
    return f"差异：{counts}；还有{left}条没有核查，每次最多{TOGETHER}条。"


BED_KINDS = {
    "tekun": "特困人员", "dibao": "低保家庭", "low_income": "低收入家庭", "registered_poor": "建档立卡贫困家庭",
}  # fmt: skip


def _bed_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    shelf = shelf_of(desk.tx)
    own = shelf.find(BedRequest, {"case_no": live.case_no})
    if not own:
        return None
    requests = shelf.find(BedRequest, {"district": live.district})
    free = free_beds(shelf.find(RegisterRow, {"register": "beds", "district": live.district}), requests)
    asked = desk.records(live).submissions("bed_request")
    data = asked[-1].data if asked else {}
    lines = [
        ("申请人", data.get("applicant_name")),
        ("类别", BED_KINDS.get(own[-1].kind, own[-1].kind)),
        ("情况", data.get("bed_facts")),
        ("轮候", f"第{own[-1].priority}顺序，前面还有{len(ahead_of(own[-1], requests))}人"),
        *((f"{place}空床位", str(count)) for place, count in sorted(free.items())),
    ]
    return [{"label": label, "value": str(value)} for label, value in lines if value]


def _bed_places(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    shelf = shelf_of(desk.tx)
    free = free_beds(
        shelf.find(RegisterRow, {"register": "beds", "district": live.district}),
        shelf.find(BedRequest, {"district": live.district}),
    )
    return [{"value": place, "label": f"{place}（空{count}张）"} for place, count in sorted(free.items())]


BEHAVIOUR = {
    "concealment": "隐瞒收入、财产或者家庭人口", "fraud": "骗取救助", "support": "有能力而不履行赡养、抚养、扶养义务",
    "certificate": "出具虚假证明", "staff": "经办人员违反诚信", "other": "其他",
}  # fmt: skip


def _blacklist(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    made = [one for one in desk.records(live).submissions() if one.record_no == live.record_no]
    data = {one.form: {**one.data, "by": one.person_name} for one in made}
    entry, evidence, appeal = (data.get(f"blacklist_{name}", {}) for name in ("entry", "evidence", "appeal"))
    lines = [
        ("提出的事实", entry.get("blacklist_summary") or context.get("change_facts")),
        ("来源编号", context.get("source_record_no")),
        ("提出人", entry.get("by")),
        ("失信行为", BEHAVIOUR.get(str(evidence.get("blacklist_kind")), "")),
        ("核实的事实", evidence.get("blacklist_facts")),
        ("核实人", evidence.get("by")),
        ("申辩", appeal.get("appeal_text") or ("没有申辩" if evidence else "")),
    ]
    return [{"label": label, "value": str(value)} for label, value in lines if value] or None


OFFICE_YEAR: Mapping[str, Callable[[Desk, LiveCase, Mapping[str, Any]], Any]] = {
    "bed_rows": _bed_rows,
    "bed_place_choices": _bed_places,
    "blacklist_rows": _blacklist,
    "difference_rows": _differences,
    "difference_note_line": _difference_line,
    "transfer_rows": _transfer_rows,
    "paper_overdue": _paper_overdue,
    "box_rows": _box,
    "ranking_rows": _scores("town"),
    "department_rows": _scores("department"),
    "ranking_unit_choices": _units,
    "kpi_choices": _kpis,
    "award_means": _means,
    "award_units": _award_units,
    "award_rows": _award_rows,
}
"""Name → how it is found (``jiuzhu.domain.facts``)."""
