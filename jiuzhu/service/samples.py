"""Samples as they are read: population, seed and households, and the check that all agrees.

Supervisors, the office and the leader of a district and its auditor read all of it; a town sees draws of its own
households once they are checked: it learns afterwards (R-18).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.domain import sampling
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Draw, SampleItem
from jiuzhu.errors import Forbidden, NotFound, OutOfReach
from jiuzhu.service import visibility
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.sample_lines import DrawLine, ItemLine, item_line, items_of, line_of
from jiuzhu.store import samples
from jiuzhu.store.shelf import shelf_of

READERS = ("county_supervisor", "county_office", "county_leader", "auditor")
KEEPER = "county_supervisor"
GONE = "没有这次抽样，或者它不在您的管辖范围内。"
MOST = 200
PUBLIC = 50
"""Draws of a district on the public page."""


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
            found += [line_of(desk, row) for row in samples.page(desk.tx, district, towns, MOST)]
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
        row = readable(desk, actor, draw_no)
        items = sorted(items_of(desk, row), key=lambda one: (one.town, one.rank, one.member))
        if not reads_all(actor, row.district):
            own = _own_towns(desk, actor, row.district)
            items = [one for one in items if one.town in own]
        return DrawPage(
            line=line_of(desk, row),
            row=row,
            items=[item_line(desk, one) for one in items],
            faults=_faults(row, items_of(desk, row)),
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
                items = items_of(desk, row) if row.published_at else ()
                bad = [one for one in items if one.state != "replaced" and one.conclusion not in ("", "ok")]
                kinds = Counter(kind for one in bad for kind in one.problems.split("、") if kind)
                found.append(
                    PublicDraw(
                        line=line_of(desk, row),
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
        row = readable(desk, actor, draw_no)
        return _faults(row, items_of(desk, row))


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


def readable(desk: Desk, actor: Actor, draw_no: str) -> Draw:
    """Return a draw that this person may read. Raises NotFound, OutOfReach."""
    rows = shelf_of(desk.tx).find(Draw, {"draw_no": draw_no})
    if not rows:
        raise NotFound(GONE)
    row = rows[0]
    if reads_all(actor, row.district):
        return row
    own = _own_towns(desk, actor, row.district)
    if row.state in ("checked", "closed") and any(one.town in own for one in items_of(desk, row)):
        return row
    raise OutOfReach(GONE)


def _own_towns(desk: Desk, actor: Actor, district: str) -> Sequence[str]:
    scope = visibility.reach_of(desk, actor).scope
    below = [row.id for row in desk.office.places.all(desk.tx) if row.kind == "town" and row.district == district]
    return [one for one in below if one in scope.towns]
