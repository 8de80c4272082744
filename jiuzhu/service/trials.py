"""试运行: a version that is not released yet is started and worked by its deployer alone (ADR 123).

Whoever tries a version plays every post in it. What record tasks write lies in a sandbox of its deployer
(``jiuzhu.store.trials``); errands are held: nobody takes them, the deployer says what came back.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.records import PersonHead
from jiuzhu.domain.rows import Appointment
from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.service import visibility
from jiuzhu.service.deployment_rules import RULE, district_of, districts_with
from jiuzhu.service.desk import Desk
from jiuzhu.store import definitions, people, trials
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.definitions import DefinitionRow
from jiuzhu.store.shelf import shelf_of

if TYPE_CHECKING:
    from jiuzhu.service.subjects import Subject

POSTS = "trialPosts"
"""Property of an item of a trial: the groups that would have it."""


def version_of(desk: Desk, actor: Actor, key: str, definition: str, head: Subject | None) -> DefinitionRow | None:
    """Return the version that is started as a trial: the named one when it waits for release, or what belongs to the
    trial case that it is about. None for a start like any other.

    Raises Forbidden (somebody else's trial, R-27), Invalid (a version that is no longer in use), NotFound.
    """
    row = definitions.one_definition(desk.tx, definition) if definition else None
    if row is not None and (row.kind, row.key) != ("process", key):
        raise Invalid("这个版本不属于这个流程。")
    if head is not None and head.trial_of:
        _require_own(desk, actor, head.trial_of)
        return row or _of_trial(desk, key, head)
    if row is None:
        return None
    if row.released:
        if desk.office.bundles.released(desk.tx, _district(desk, actor, row)).get(("process", key)) != row:
            raise Invalid(f"“{row.name}”第 {row.version} 版已经停止受理，请启动在用的版本。")
        return None
    made = definitions.deployments(desk.tx, deployment_id=row.deployment)[0]
    if made.person != actor.person_id:
        raise Forbidden(f"“{row.name}”第 {row.version} 版还没有放行，只有部署人可以试运行。", rule=RULE)
    return row


def begin(desk: Desk, actor: Actor, row: DefinitionRow) -> str:
    """Make this use case a trial's; returns the district in which it is played."""
    trials.mark(desk.tx, actor.person_id)
    return _district(desk, actor, row)


def starter(desk: Desk, actor: Actor, row: DefinitionRow, district: str, data: Mapping[str, Any]) -> Actor:
    """Return the deployer in the first post that starts this process, at the town that the form names or a staffed
    one.
    """
    groups = []
    for role in list(row.facts.get("starters", ()))[:1]:
        level = desk.office.roles.of(role).level
        place = district if level == "district" else _place(desk, district, role, level, data)
        groups.append(f"{role}@{place}")
    return _playing(desk, actor, tuple(groups))


def acting(desk: Desk, actor: Actor, live: LiveCase, item: Mapping[str, Any]) -> Actor:
    """Return who works an item: in a trial its deployer with the posts that would have it."""
    if not live.is_trial:
        return actor
    _require_own(desk, actor, live.opened_by)
    named = str(item["properties"].get(POSTS, ""))
    return _playing(desk, actor, tuple(group for group in named.split(",") if group))


def appoint(desk: Desk, live: LiveCase, item: Mapping[str, Any]) -> None:
    """Lay an appointment to each deciding post of an item into the sandbox: its deployer decides there, as a trial."""
    if not live.is_trial:
        return
    shelf = shelf_of(desk.tx)
    for group in str(item["properties"].get(POSTS, "")).split(","):
        role, _, place = group.partition("@")
        number = f"试运行-{group}"
        known = desk.office.roles.by_id.get(role)
        if known is None or not known.may("confirm") or shelf.find(Appointment, {"appointment_no": number}):
            continue
        shelf.add(
            Appointment(
                appointment_no=number,
                district=live.district,
                town=place,
                person=live.opened_by,
                post=role,
                document_no="试运行",
                valid_from=desk.today,
            )
        )


def _playing(desk: Desk, actor: Actor, groups: tuple[str, ...]) -> Actor:
    played = dataclasses.replace(actor, groups=tuple(dict.fromkeys((*groups, *actor.groups))))
    desk.actor = played
    head = PersonHead(id=played.person_id, login=played.login, name=played.name, groups=played.groups)
    desk.tx.cache.setdefault("persons", {})[head.id] = head
    return played


def _require_own(desk: Desk, actor: Actor, owner: str) -> None:
    if actor.person_id != owner:
        raise Forbidden("试运行的案件只由它的部署人办理。", rule=RULE)


def _of_trial(desk: Desk, key: str, head: Subject) -> DefinitionRow:
    first = visibility.head_of(desk, head.case_no)
    own = definitions.one_definition(desk.tx, first.definition)
    for one in definitions.of_deployment(desk.tx, own.deployment):
        if (one.kind, one.key) == ("process", key):
            return one
    return desk.office.bundles.latest(desk.tx, key, head.district)


def _district(desk: Desk, actor: Actor, row: DefinitionRow) -> str:
    named = row.tenant or district_of(desk.office, row.key)
    if named:
        return named
    own = sorted(districts_with(desk.office, actor, "deploy"))
    places = [desk.office.places.of(desk.tx, place).district for place in actor.organisations]
    found = next(iter([*own, *places]), "")
    if not found:
        raise Invalid("各区共用的流程要由某个区的流程设计员试运行。")
    return found


def _place(desk: Desk, district: str, role: str, level: str, data: Mapping[str, Any]) -> str:
    every = sorted(desk.office.places.all(desk.tx), key=lambda one: one.id)
    fitting = [one for one in every if one.kind == level and one.district == district]
    if not fitting:
        raise Invalid(f"这个区没有可以试运行“{desk.office.roles.label(role)}”的单位。")
    wanted = str(data.get("intake_town") or data.get("town") or "")
    named = [one.id for one in fitting if wanted and wanted in {one.id, one.parent}]
    if named:
        return named[0]
    staffed = people.places_with_members(desk.tx, desk.today)
    return next((one.id for one in fitting if one.id in staffed), fitting[0].id)
