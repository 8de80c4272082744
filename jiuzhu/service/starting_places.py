"""Where a case or a matter belongs when somebody starts it: the starter's own town, or the one that the form names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.service import opening
from jiuzhu.service.desk import Desk
from jiuzhu.store.definitions import DefinitionRow


def matter_place(
    desk: Desk, actor: Actor, district: str, row: DefinitionRow, chosen: Mapping[str, Any]
) -> opening.Place:
    """A matter belongs to the town that its starter sits in, else to the one that the form names, else to no town."""
    places = desk.office.places
    own = [place for role in row.facts.get("starters", ()) for place in actor.organisations_of(role)]
    towns = list(dict.fromkeys(town for place in own if (town := places.town_of(desk.tx, place))))
    wanted = str(chosen.get("town") or "")
    if wanted and places.of(desk.tx, wanted).district != district:
        raise Invalid("镇街不在本区。", {"town": "请选择本区的镇街。"})
    if wanted and towns and wanted not in towns:
        raise Forbidden("只能办理您所在镇（街道）的事项。", rule="R-16")
    town = wanted or next(iter(towns), "")
    return opening.Place(district=district, intake_town=town, town=town, village="")


def town_matter_place(
    desk: Desk, actor: Actor, district: str, row: DefinitionRow, chosen: Mapping[str, Any]
) -> opening.Place:
    """A town's matter belongs to the starter's town; who sits at the district names the village or town, or none."""
    places = desk.office.places
    at_district = any(actor.holds(f"{role}@{district}") for role in row.facts.get("starters", ()))
    if not at_district:
        return intake_place(desk, actor, district, row, chosen)
    village = str(chosen.get("village") or "")
    town = places.town_of(desk.tx, village) if village else str(chosen.get("town") or "")
    if town and places.of(desk.tx, town).district != district:
        raise Invalid("镇（街道）或者村（社区）不在本区。", {"village": "请选择本区的单位。"})
    return opening.Place(district=district, intake_town=town, town=town, village=village)


def intake_place(
    desk: Desk, actor: Actor, district: str, row: DefinitionRow, chosen: Mapping[str, Any]
) -> opening.Place:
    """The intake town is one of the starter's own (decisions C3); until acceptance it handles the case."""
    places = desk.office.places
    roles = set(row.facts.get("starters", ()))
    own = [place for role in sorted(roles) for place in actor.organisations_of(role)]
    own = [place for place in own if places.of(desk.tx, place).district == district]
    towns = list(dict.fromkeys(town for place in own if (town := places.town_of(desk.tx, place))))
    wanted = str(chosen.get("intake_town", ""))
    if wanted and wanted not in towns:
        raise Forbidden("只能在您所在的镇（街道）受理申请。", rule="R-16")
    if not towns:
        raise Forbidden("您的岗位不在任何镇（街道），不能受理申请。")
    intake = wanted or towns[0]
    village = str(chosen.get("village", ""))
    if not village:
        village = next((place for place in own if places.of(desk.tx, place).kind == "village"), "")
    if village and places.of(desk.tx, village).district != district:
        raise Invalid("村（社区）不在本区。", {"village": "请选择本区的村（社区）。"})
    return opening.Place(district=district, intake_town=intake, town=intake, village=village)
