"""Which procedures a district's ways lead to: begun by people who hold a post, by the calendar, by other procedures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jiuzhu.domain.instants import day_of
from jiuzhu.engine.catalogue import read_process
from jiuzhu.engine.diagram import Node
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.store import definitions, people
from jiuzhu.store.definitions import DefinitionRow

START_TOPIC = "start_process"
START_INPUT = "process_key"
BY_ROWS: Mapping[str, tuple[str, ...]] = {
    "shared_review_campaign": ("shared_review_village", "shared_review_household"),
    "shared_sample_draw": ("shared_spot_check_case",),
}
"""Procedures that the house starts one for each row of another: a list of households, a sample (ADR 88, 93)."""

BY_POLICY: Mapping[str, str] = {"shared_gradual_exit": "change_result.gradual"}
"""Procedure → parameter of a district that must be true for anybody to come to it."""


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The deployed procedures that concern a district, those it can come to and the others with the reason."""

    keys: frozenset[str]
    aside: Mapping[str, str]


def ways_of(office: Office, district: str) -> Ways:
    """Return what a district's ways lead to today."""
    with reading_desk(office, None) as desk:
        found = {
            key: row
            for (kind, key), row in office.bundles.released(desk.tx, district).items()
            if kind == "process" and row.facts.get("district", "") in {"", district}
        }
        roles = _staffed_roles(desk, district)
        scheduled = {one.process for one in office.schedules.values() if one.process and one.applies(district)}
        closed = {key: name for key, name in BY_POLICY.items() if not _holds(office, district, name)}
        replaced = {key: own for key in found if (own := _own(key, district)) in found and own != key}
        edges = {
            key: frozenset(_leads_to(desk, row, district))
            for key, row in found.items()
            if key not in closed and key not in replaced
        }
    begun = {key for key, row in found.items() if roles & set(row.facts.get("starters") or ())}
    keys = _closure((begun | scheduled) & set(found), edges)
    aside = {}
    for key in sorted(set(found) - keys):
        if key in closed:
            aside[key] = f"本区政策没有这种结果（{office.policies.of(district).labels[closed[key]]}）"
            continue
        if key in replaced:
            aside[key] = f"本区用自己的流程{replaced[key]}"
            continue
        starters = found[key].facts.get("starters") or ()
        labels = "、".join(office.roles.label(role) for role in starters)
        aside[key] = f"本区没有人担任{labels}，也没有别的流程启动它" if starters else "本区没有流程调用或者启动它"
    return Ways(keys=frozenset(keys), aside=aside)


def _own(key: str, district: str) -> str:
    """Return the name that a district's own procedure has when it stands in a shared one's place."""
    return f"{district}_{key.removeprefix('shared_')}" if key.startswith("shared_") else key


def _holds(office: Office, district: str, name: str) -> bool:
    """True when a parameter of a district is true on the office's date."""
    today = day_of(office.clock.now())
    return office.policies.of(district).value(name, today) is True


def _staffed_roles(desk: Desk, district: str) -> set[str]:
    """Return the roles that somebody holds somewhere in a district."""
    groups = {group for one in people.everybody(desk.tx, desk.today) for group in one.groups}
    held = [group.partition("@") for group in groups]
    return {role for role, _, place in held if desk.office.places.of(desk.tx, place).district == district}


def _leads_to(desk: Desk, row: DefinitionRow, district: str) -> Iterator[str]:
    yield from row.facts.get("calls", ())
    yield from BY_ROWS.get(row.key, ())
    xml = definitions.read_resources(desk.tx, [row.sha256])[row.sha256]
    for _, node in read_process(xml, f"{row.key}.bpmn").diagram.level.walk():
        if node.topic == START_TOPIC:
            yield _started_key(node, district)


def _started_key(node: Node, district: str) -> str:
    """Return which process a node starts: its text names it, with the district's id at most."""
    values = [one.value for one in node.inputs if one.target == START_INPUT and one.value is not None]
    return str(values[0].evaluate_text({"district": district}) or "") if values else ""


def _closure(begun: set[str], edges: Mapping[str, frozenset[str]]) -> set[str]:
    keys: set[str] = set()
    pending = sorted(begun)
    while pending:
        key = pending.pop()
        if key in edges and key not in keys:
            keys.add(key)
            pending += sorted(edges[key])
    return keys
