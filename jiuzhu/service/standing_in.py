"""Who stands in when everybody who could do an item keeps out of the case (R-05): the post above, until one is left.

``config/roles.toml`` says to which post a role's work falls (``falls_to``). An item that only somebody in office may
decide (property ``authority``) falls to nobody: the right to decide is given by law, not by an absence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jiuzhu.service.desk import Desk
from jiuzhu.store import cases, people
from jiuzhu.store.cases import LiveCase


def stand_ins(desk: Desk, live: LiveCase, groups: Sequence[str], properties: Mapping[str, Any]) -> list[str]:
    """Return the groups that an item falls to because every holder of its own groups keeps out; mostly none."""
    role_of = desk.office.roles.by_id
    falling = [group for group in groups if (role := role_of.get(group.partition("@")[0])) and role.falls_to]
    if not falling or len(falling) < len(groups) or properties.get("authority") == "true":
        return []
    out = cases.kept_out(desk.tx, live.case_no)
    if not out or any(not _all_out(desk, group, out) for group in groups):
        return []
    found = (_next_free(desk, group, out) for group in groups)
    return list(dict.fromkeys(group for group in found if group and group not in groups))


def note(desk: Desk, live: LiveCase, name: str, groups: Sequence[str]) -> None:
    """Write into the case's chain to whom an item has fallen."""
    for group in groups:
        role, _, place = group.partition("@")
        post = desk.office.roles.post(desk.office.places.name(desk.tx, place), role)
        desk.audit(live, "stand_in", f"“{name}”的办理岗位全部回避，由{post}办理", {"group": group})


def _next_free(desk: Desk, group: str, out: frozenset[str]) -> str:
    return next((one for one in _above(desk, group) if not _all_out(desk, one, out)), "")


def _above(desk: Desk, group: str) -> Iterator[str]:
    """Yield the posts to which a group's work falls, the nearest first."""
    roles, (role, _, place) = desk.office.roles, group.partition("@")
    seen = {role}
    while (role := roles.of(role).falls_to) and role not in seen:
        seen.add(role)
        row = desk.office.places.of(desk.tx, place)
        here = {"district": row.district, "town": desk.office.places.town_of(desk.tx, place)}
        yield f"{role}@{here.get(roles.of(role).level) or place}"


def _all_out(desk: Desk, group: str, out: frozenset[str]) -> bool:
    """True when nobody of a group is left."""
    return all(person in out for person, _, _ in people.holders(desk.tx, group, desk.today))
