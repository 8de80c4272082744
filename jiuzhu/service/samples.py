"""Samples as they are read: population, seed and households, the check that all agrees, and logged replacements.

Supervisors, the office and the leader of a district and its auditor read all of it; a town sees draws of its own
households once they are checked: it learns afterwards (R-18).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.domain import sampling
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Draw, Recipient, SampleItem
from jiuzhu.domain.words import CHECK_CONCLUSIONS, CHECK_METHODS
from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound, OutOfReach
from jiuzhu.service import office_acts, visibility
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.store import listing, people, samples
from jiuzhu.store.shelf import shelf_of

READERS = ("county_supervisor", "county_office", "county_leader", "auditor")
KEEPER = "county_supervisor"
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
GONE = "没有这次抽样，或者它不在您的管辖范围内。"
SHORTEST_REASON = 5
MOST = 200
PUBLIC = 50
"""Draws of a district on the public page."""


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


@dataclass(frozen=True, kw_only=True)
class PublicDraw:
    """What the public page says of one draw."""

    line: DrawLine
    title: str
    frozen_at: datetime
    seed: str
    seed_source: str
    published_at: datetime | None
    problem_count: int
    problems: str


@dataclass(frozen=True, kw_only=True)
class DrawPage:
    """All of one draw."""

    line: DrawLine
    row: Draw
    items: Sequence[ItemLine]
    faults: Sequence[str]
    """What does not agree when it is recomputed."""
    may_replace: bool


def list_draws(office: Office, actor: Actor) -> Sequence[DrawLine]:
    """Return the draws within this person's reach, latest first."""
    with reading_desk(office, actor) as desk:
        found: list[DrawLine] = []
        for district in dict.fromkeys(visibility.districts_of(office, actor)):
            towns = None if reads_all(actor, district) else _own_towns(desk, actor, district)
            found += [_line(desk, row) for row in samples.page(desk.tx, district, towns, MOST)]
        return found


def concerns(office: Office, actor: Actor) -> bool:
    """True for who has draws to read."""
    return any(reads_all(actor, district) for district in visibility.districts_of(office, actor))


def reads_all(actor: Actor, district: str) -> bool:
    """True for who reads every draw of a district."""
    return any(actor.holds(f"{role}@{district}") for role in READERS)


@logged("sample", "draw_no")
def show_draw(office: Office, actor: Actor, draw_no: str) -> DrawPage:
    """Return a draw with its households, recomputed. Raises NotFound."""
    return _page(office, actor, draw_no)


def _page(office: Office, actor: Actor, draw_no: str) -> DrawPage:
    with reading_desk(office, actor) as desk:
        row = _readable(desk, actor, draw_no)
        items = sorted(_items(desk, row), key=lambda one: (one.town, one.rank, one.member))
        if not reads_all(actor, row.district):
            own = _own_towns(desk, actor, row.district)
            items = [one for one in items if one.town in own]
        return DrawPage(
            line=_line(desk, row),
            row=row,
            items=[_item(desk, one) for one in items],
            faults=_faults(row, _items(desk, row)),
            may_replace=actor.holds(f"{KEEPER}@{row.district}") and row.state == "drawn",
        )


def public_draws(office: Office) -> Sequence[PublicDraw]:
    """Return what anybody may read: hash and seed of every draw, results where they are public (XT-36).

    No household and no name.
    """
    with reading_desk(office, None) as desk:
        found: list[PublicDraw] = []
        for district in office.policies.districts:
            for row in samples.page(desk.tx, district, None, PUBLIC):
                items = _items(desk, row) if row.published_at else ()
                bad = [one for one in items if one.state != "replaced" and one.conclusion not in ("", "ok")]
                kinds = Counter(kind for one in bad for kind in one.problems.split("、") if kind)
                found.append(
                    PublicDraw(
                        line=_line(desk, row),
                        title="双随机检查" if any(one.inspectors for one in items) else "抽查",
                        frozen_at=row.frozen_at,
                        seed=row.seed,
                        seed_source=row.seed_source,
                        published_at=row.published_at,
                        problem_count=len(bad),
                        problems="、".join(f"{kind}{count}户" for kind, count in sorted(kinds.items())),
                    )
                )
        return sorted(found, key=lambda one: one.frozen_at, reverse=True)


@logged("sample", "draw_no")
def verify(office: Office, actor: Actor, draw_no: str) -> Sequence[str]:
    """Recompute a draw from its stored population; returns in words what does not agree. Raises NotFound."""
    with reading_desk(office, actor) as desk:
        row = _readable(desk, actor, draw_no)
        return _faults(row, _items(desk, row))


@logged("sample", "draw_no")
def export(office: Office, actor: Actor, draw_no: str) -> dict[str, Any]:
    """Return all that is needed to draw it again elsewhere. Raises NotFound, Forbidden for who reads only a part."""
    page = _page(office, actor, draw_no)
    if not reads_all(actor, page.row.district):
        raise Forbidden("只有区（市）的监督、业务岗位可以导出抽样总体。", rule="R-16")
    row = page.row
    return {
        "draw_no": row.draw_no,
        "period": row.period,
        "ratio": row.ratio,
        "population_text": row.population_text,
        "population_hash": row.population_hash,
        "frozen_at": row.frozen_at,
        "seed": row.seed,
        "seed_source": row.seed_source,
        "seeded_by": row.seed_by_name,
        "seeded_at": row.seeded_at,
        "sample": [
            {"member": one.member, "name": one.name, "town": one.town_name, "reason": one.reason, "rank": one.rank}
            for one in page.items
        ],
        "faults": list(page.faults),
    }


@logged("sample", "draw_no")
def replace(office: Office, actor: Actor, draw_no: str, member: str, reason: str) -> str:
    """Replace a drawn household by the next of its stratum, with a reason in the register; returns who comes in.

    Nobody chooses the replacement. Raises NotFound, Forbidden, Conflict, Invalid.
    """
    said = reason.strip()
    if len(said) < SHORTEST_REASON:
        raise Invalid("请写明替换的理由。", {"reason": f"至少{SHORTEST_REASON}个字。"})
    with open_desk(office, actor) as desk:
        row = _readable(desk, actor, draw_no)
        if not actor.holds(f"{KEEPER}@{row.district}"):
            raise Forbidden("只有监督检查岗可以登记替换。", rule="R-18")
        items = {one.member: one for one in _items(desk, row)}
        item = items.get(member)
        if row.state != "drawn" or item is None or item.reason == "relatives":
            raise Conflict("这一户现在不能替换：近亲属户全部检查，查完的抽样不再替换。")
        if item.state not in ("drawn", "checking"):
            raise Conflict("这一户已有抽查结论或者已经替换，不能再替换。")
        shelf = shelf_of(desk.tx)
        fresh = _next(row, item, items)
        shelf.change(item, {"state": "replaced", "replaced_by": fresh.member, "replacement_reason": said})
        shelf.add(fresh)
        sentence = f"{draw_no}：{member}替换为{fresh.member}（{said}）"
        office_acts.note(office, desk.tx, actor, "sample_replaced", sentence)
        return fresh.member


def _next(row: Draw, item: SampleItem, items: Mapping[str, SampleItem]) -> SampleItem:
    population = sampling.read_text(row.population_text)
    strata = population.strata()
    members = strata.get(item.town, strata.get(sampling.WHOLE, ()))
    ranked = sorted((sampling.rank_of(row.seed, row.population_hash, one.member), one) for one in members)
    for rank, one in ranked:
        if one.member not in items:
            return SampleItem(
                draw_no=row.draw_no,
                member=one.member,
                district=row.district,
                town=one.town,
                reason="replacement",
                rank=rank,
                inspectors=list(item.inspectors),
            )
    raise Conflict("这个范围里没有可以替换的户了。")


def _faults(row: Draw, items: Sequence[SampleItem]) -> Sequence[str]:
    if row.state == "frozen":
        same = sampling.hash_of(row.population_text) == row.population_hash
        return () if same else ("总体已被改动：现在的摘要与公布的摘要不一致。",)
    drawn = [one.member for one in items if one.reason == "drawn"]
    everyone = [one.member for one in items if one.reason == "relatives"]
    found = list(sampling.faults(row.population_text, row.population_hash, row.ratio, row.seed, drawn, everyone))
    known = {one.member: one for one in items}
    explained = {one.replaced_by for one in items if one.state == "replaced" and one.replacement_reason}
    found += [
        f"{one.member}是替换进来的，没有登记替换了哪一户和理由。"
        for one in known.values()
        if one.reason == "replacement" and one.member not in explained
    ]
    return tuple(found)


def _readable(desk: Desk, actor: Actor, draw_no: str) -> Draw:
    rows = shelf_of(desk.tx).find(Draw, {"draw_no": draw_no})
    if not rows:
        raise NotFound(GONE)
    row = rows[0]
    if reads_all(actor, row.district):
        return row
    own = _own_towns(desk, actor, row.district)
    if row.state in ("checked", "closed") and any(one.town in own for one in _items(desk, row)):
        return row
    raise OutOfReach(GONE)


def _own_towns(desk: Desk, actor: Actor, district: str) -> Sequence[str]:
    scope = visibility.reach_of(desk, actor).scope
    below = [row.id for row in desk.office.places.all(desk.tx) if row.kind == "town" and row.district == district]
    return [one for one in below if one in scope.towns]


def _items(desk: Desk, row: Draw) -> Sequence[SampleItem]:
    return shelf_of(desk.tx).find(SampleItem, {"draw_no": row.draw_no})


def _line(desk: Desk, row: Draw) -> DrawLine:
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


def _item(desk: Desk, one: SampleItem) -> ItemLine:
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
