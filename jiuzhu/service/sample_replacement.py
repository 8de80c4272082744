"""A drawn household is replaced only by the next of its stratum, with a reason in the register (R-18)."""

from __future__ import annotations

from collections.abc import Mapping

from jiuzhu.domain import sampling
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Draw, SampleItem
from jiuzhu.errors import Conflict, Forbidden, Invalid
from jiuzhu.service import office_acts, samples
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.sample_lines import items_of
from jiuzhu.store.shelf import shelf_of

SHORTEST_REASON = 5


@logged("sample", "draw_no")
def replace(office: Office, actor: Actor, draw_no: str, member: str, reason: str) -> str:
    """Replace a drawn household by the next of its stratum, with a reason in the register; returns who comes in.

    Nobody chooses the replacement. Raises NotFound, Forbidden, Conflict, Invalid.
    """
    said = reason.strip()
    if len(said) < SHORTEST_REASON:
        raise Invalid("请写明替换的理由。", {"reason": f"至少{SHORTEST_REASON}个字。"})
    with open_desk(office, actor) as desk:
        row = samples.readable(desk, actor, draw_no)
        if not actor.holds(f"{samples.KEEPER}@{row.district}"):
            raise Forbidden("只有监督检查岗可以登记替换。", rule="R-18")
        items = {one.member: one for one in items_of(desk, row)}
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
