"""Facts of entrusting: the catalogue, the town's seals and their keepers, what an agent may be asked to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from jiuzhu.domain import words
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.identity import mask_resident_id
from jiuzhu.domain.rows import Seal, SealCustody, SealUse
from jiuzhu.domain.standing import keeper_of
from jiuzhu.domain.topics import PolicyReader
from jiuzhu.policy.spoken import spoken_source
from jiuzhu.service.desk import Desk
from jiuzhu.store import people
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of


def item_choices(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the items that may be delegated, by category (XT-02)."""
    rows = desk.office.policies.of(live.district).rows("delegated_items", desk.today)
    found = {str(row["item_code"]): f"{row['category']}：{row['item_code']} {row['label']}" for row in rows}
    return [{"value": code, "label": label} for code, label in found.items()]


def catalogue_note(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Say how many categories and items the catalogue has, and after which clause."""
    policy = desk.office.policies.of(live.district)
    rows = policy.rows("delegated_items", desk.today)
    if not rows:
        return None
    items, categories = {row["item_code"] for row in rows}, {row["category"] for row in rows}
    source = spoken_source(policy.source("delegated.items", desk.today))
    return f"下放目录共{len(categories)}大项{len(items)}小项（依据：{source}；标“示例”的事项名称待本地核定）。"


def seal_choices(desk: Desk, actor: Actor, district: str) -> list[dict[str, str]]:
    """Return the seals in use of the towns in which a person sits."""
    towns = {town for place in actor.organisations if (town := desk.office.places.town_of(desk.tx, place))}
    rows = [row for town in sorted(towns) for row in shelf_of(desk.tx).find(Seal, {"district": district, "town": town})]
    return [{"value": row.seal_no, "label": f"{row.seal_no} {row.name}"} for row in rows if row.status == "in_use"]


def seal_note(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Say which seals the town has, who keeps them and how often they were used."""
    shelf = shelf_of(desk.tx)
    notes = []
    for seal in shelf.find(Seal, {"district": live.district, "town": live.town}):
        keeper = keeper_of(seal, shelf.find(SealCustody, {"seal_no": seal.seal_no}), desk.today)
        name = people.names(desk.tx, [keeper]).get(keeper, keeper) if keeper else "没有保管人"
        uses = len(shelf.find(SealUse, {"seal_no": seal.seal_no}))
        state = words.SEAL_STATES.get(seal.status, seal.status)
        notes.append(f"{seal.seal_no}（{state}，保管人{name}，已用印{uses}次）")
    return f"本镇街的印章：{'；'.join(notes)}。" if notes else None


def seal_uses_logged(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return how many uses of the seal in question are logged (XT-04)."""
    number = str(context.get("seal_no") or "")
    return len(shelf_of(desk.tx).find(SealUse, {"seal_no": number})) if number else 0


def agency_choices(policy: PolicyReader, today: date) -> list[dict[str, str]]:
    """Return the programmes for which an agent may be asked: with a monthly standard, or decided by amount."""
    offered = {str(row["programme"]) for row in policy.rows("standards", today)}
    offered |= {str(row["programme"]) for row in policy.rows("authority", today)}
    return [{"value": key, "label": label} for key, label in words.PROGRAMMES.items() if key in offered]


def agency_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return what was asked for when an agent was wanted."""
    found = desk.records(live).submissions("agency_request")
    if not found:
        return None
    data = found[-1].data
    groups = [words.AGENCY_GROUPS[each] for each in data.get("agency_groups") or ()]
    lines = [
        ("委托人", str(data.get("applicant_name", ""))),
        ("身份证号", mask_resident_id(str(data.get("applicant_id", "")))),
        ("住址", str(data.get("living_address", ""))),
        ("代办事项", "、".join(words.PROGRAMMES.get(each, each) for each in data.get("agency_programmes") or ())),
        ("重点服务对象", "、".join(groups) or "否"),
    ]
    return [{"label": label, "value": value} for label, value in lines]


ENTRUSTING: Mapping[str, Callable[[Desk, LiveCase, Mapping[str, Any]], Any]] = {
    "item_choices": item_choices,
    "catalogue_note": catalogue_note,
    "seal_note": seal_note,
    "seal_uses_logged": seal_uses_logged,
    "agency_rows": agency_rows,
}
"""Name → how it is found (``jiuzhu.domain.facts``)."""
