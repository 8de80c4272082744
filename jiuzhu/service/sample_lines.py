"""Draws and their households in words: what every page, list and export about samples says of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiuzhu.domain.rows import Draw, Recipient, SampleItem
from jiuzhu.domain.words import CHECK_CONCLUSIONS, CHECK_METHODS
from jiuzhu.service.desk import Desk
from jiuzhu.store import listing, people
from jiuzhu.store.shelf import shelf_of

STATES: Mapping[str, str] = {
    "frozen": "总体已冻结，待录入种子",
    "drawn": "已抽取，抽查中",
    "checked": "已查完，待汇总",
    "closed": "已办结",
}
ITEM_STATES: Mapping[str, str] = {
    "drawn": "待启动",
    "checking": "抽查中",
    "checked": "已出结论",
    "closed": "已办结",
    "replaced": "已替换",
}
REASONS: Mapping[str, str] = {"drawn": "抽中", "relatives": "近亲属户（全部检查）", "replacement": "替换"}
RECTIFIED: Mapping[str, str] = {"": "", "ordered": "整改中", "done": "整改完成", "escalated": "移送追责"}


@dataclass(frozen=True, kw_only=True)
class DrawLine:
    """One draw in a list."""

    draw_no: str
    district: str
    scope_name: str
    period: str
    ratio: str
    method: str
    pool_count: int
    all_count: int
    population_hash: str
    sample_count: int
    state: str
    words: str
    pass_rate: str
    coverage: str

    @property
    def is_empty(self) -> bool:
        """True when there was nobody to draw from."""
        return not self.pool_count and not self.all_count


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """One household of a draw."""

    member: str
    name: str
    town_name: str
    reason: str
    rank: str
    state: str
    words: str
    inspectors: str
    record_no: str
    conclusion: str
    problems: str
    checked_by: str
    rectified: str
    replacement: str
    fault: str


def items_of(desk: Desk, row: Draw) -> Sequence[SampleItem]:
    """Return the households of a draw."""
    return shelf_of(desk.tx).find(SampleItem, {"draw_no": row.draw_no})


def line_of(desk: Desk, row: Draw) -> DrawLine:
    """Return a draw as a list says it."""
    return DrawLine(
        draw_no=row.draw_no,
        district=row.district,
        scope_name=desk.office.places.name(desk.tx, row.town or row.district),
        period=row.period,
        ratio=f"{float(row.ratio):.0%}",
        method=CHECK_METHODS[row.method],
        pool_count=row.pool_count,
        all_count=row.all_count,
        population_hash=row.population_hash,
        sample_count=row.sample_count,
        state=row.state,
        words=STATES[row.state],
        pass_rate=f"{float(row.pass_rate):.2%}" if row.pass_rate else "",
        coverage=f"{float(row.coverage):.2%}" if row.coverage else "",
    )


def item_line(desk: Desk, one: SampleItem) -> ItemLine:
    """Return a household of a draw as a list says it."""
    names = people.names(desk.tx, list(one.inspectors)) if one.inspectors else {}
    return ItemLine(
        member=one.member,
        name=_name(desk, one.member),
        town_name=desk.office.places.name(desk.tx, one.town),
        reason=REASONS[one.reason],
        rank=one.rank,
        state=one.state,
        words=ITEM_STATES[one.state],
        inspectors="、".join(names.values()),
        record_no=one.record_no,
        conclusion=CHECK_CONCLUSIONS.get(one.conclusion, ""),
        problems=one.problems,
        checked_by=one.checked_by_name,
        rectified=RECTIFIED[one.rectified],
        replacement=f"替换为{one.replaced_by}：{one.replacement_reason}" if one.replaced_by else "",
        fault=one.fault,
    )


def _name(desk: Desk, member: str) -> str:
    head = listing.by_record(desk.tx, member)
    if head is not None:
        return head.applicant_name
    found = shelf_of(desk.tx).find(Recipient, {"case_no": member})
    return found[0].name if found else ""
