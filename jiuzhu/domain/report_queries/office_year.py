"""Reports about an office's month and year: transfers, scores and places, awards, two systems (XX-36 … XX-60)."""

from __future__ import annotations

from collections.abc import Sequence

from jiuzhu.domain.instants import day_of
from jiuzhu.domain.report_source import ReportSource
from jiuzhu.domain.reports import Asked, Line
from jiuzhu.domain.rows import AwardLine, KpiScore, ListDifference, MonthlyTransfer, UnitScore

SENT = {"sent": "按时传送", "missed": "未按时传送", "built": "待传送"}
SIDES = {"only_dibao": "仅在低保", "only_poverty": "仅在扶贫"}
CONCLUSIONS = {"visit": "走访核实", "change": "转动态管理", "data": "名单差错", "none": "情况属实", "": "未核查"}


def transfer_log(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """List when each town's data went up and its papers were received (XX-39, XX-40)."""
    rows = source.find(MonthlyTransfer, district=asked.district, period=asked.period)
    return [
        {
            "town": source.name(row.town),
            "lines": len(row.lines),
            "sent_on": day_of(row.sent_at) if row.sent_at else None,
            "sent": SENT[row.state] + ("（模拟）" if row.sync_status == "simulated" else ""),
            "paper_sent_on": row.paper_sent_on,
            "paper_late": int(row.paper_late),
            "paper_received_on": row.paper_received_on,
            "reason": "；".join(part for part in (row.missed_reason, row.paper_reason) if part),
        }
        for row in sorted(rows, key=lambda one: one.town)
        if row.town in asked.towns
    ]


def published(source: ReportSource, asked: Asked, kind: str) -> list[UnitScore]:
    """Return the period's published scores of towns or departments: those of its latest ranking, in order."""
    rows = [
        row
        for row in source.find(UnitScore, district=asked.district, period=asked.period)
        if row.published_at is not None and row.unit_kind == kind
    ]
    latest = max(rows, key=lambda row: row.published_at or asked.span.first, default=None)
    chosen = [row for row in rows if latest is not None and row.ranking_no == latest.ranking_no]
    return sorted(chosen, key=lambda row: (row.rank, row.unit))


def ranking_month(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """List the towns of the asked places by falling score, with what was taken off (XX-36, XX-59)."""
    return _scores(source, [row for row in published(source, asked, "town") if row.unit in asked.towns])


def kpi_departments(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """List the departments' scores on their quantified indicators (XX-16, XX-63)."""
    return _scores(source, published(source, asked, "department"))


def _scores(source: ReportSource, rows: Sequence[UnitScore]) -> Sequence[Line]:
    off: dict[str, list[KpiScore]] = {}
    for number in {row.ranking_no for row in rows}:
        for one in source.find(KpiScore, ranking_no=number):
            off.setdefault(one.unit, []).append(one)
    return [
        {
            "rank": row.rank,
            "unit": source.name(row.unit),
            "score": row.score,
            "points_off": sum(
                one.points_off if one.corrected is None else one.corrected for one in off.get(row.unit, ())
            ),
            "corrected": sum(one.corrected is not None for one in off.get(row.unit, ())),
            "tied": "并列" if row.tied else "",
        }
        for row in rows
    ]


def award_year(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """List what the year came to and what was awarded, highest first (XX-60)."""
    rows = [
        row
        for row in source.find(AwardLine, district=asked.district, year=asked.period)
        if row.published_at is not None and row.unit in asked.towns
    ]
    return [
        {
            "rank": row.rank,
            "unit": source.name(row.unit),
            "months": row.months,
            "mean": row.mean,
            "work_score": row.work_score,
            "total": row.total,
            "amount": row.amount,
        }
        for row in sorted(rows, key=lambda one: (one.rank or 0, one.unit))
    ]


def two_systems_diff(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Count each town's differences between dibao and the poverty list, and what came of them (XX-52, XX-53)."""
    found = source.find(ListDifference, district=asked.district, period=asked.period)
    lines: list[Line] = []
    for town in asked.towns:
        for side, label in SIDES.items():
            rows = [row for row in found if row.town == town and row.side == side]
            if rows:
                counts = {key: sum(row.conclusion == key for row in rows) for key in CONCLUSIONS}
                lines.append(
                    {
                        "town": source.name(town),
                        "side": label,
                        "count": len(rows),
                        "unchecked": counts[""],
                        "visits": counts["visit"],
                        "changes": counts["change"],
                        "data": counts["data"],
                        "started": sum(bool(row.started_no) for row in rows),
                    }
                )
    return lines
