"""Versions of processes as designers see them: who deployed and released them, which is in use, what runs on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import NotFound
from jiuzhu.service import visibility
from jiuzhu.service.deployed import STATES, Definition, Deployment, definition_of, list_deployments, require_reader
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import SYSTEM, Office, is_system
from jiuzhu.store import definitions, people, versions
from jiuzhu.store.definitions import DefinitionRow, DeploymentRow
from jiuzhu.store.listing import Scope


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a process."""

    definition: Definition
    current: bool
    """New cases run on it."""
    state: str
    """of its deployment: released, waiting, returned, replaced."""
    state_label: str
    deployed_at: datetime
    deployed_by: str
    """Name, 系统 for the installation."""
    decided_at: datetime | None
    decided_by: str
    reason: str
    running: int = 0
    """Running cases that began on it and stand on it."""
    called: int = 0
    """Running cases whose bundle calls it."""


def latest(office: Office, actor: Actor) -> Sequence[Version]:
    """Return for each process the version in use (the latest one where none is released yet), by key."""
    require_reader(office, actor)
    with reading_desk(office, actor) as desk:
        rows = definitions.definitions(desk.tx, kind="process")
        chosen: dict[tuple[str, str | None], DefinitionRow] = {}
        for row in sorted(rows, key=lambda one: (one.key, not one.released, -one.version)):
            chosen.setdefault((row.key, row.tenant), row)
        return _versions(desk, list(chosen.values()), {one.id for one in chosen.values() if one.released})


def of_process(office: Office, actor: Actor, key: str) -> Sequence[Version]:
    """Return every version of a process, latest first, with the running cases in this person's reach.

    Raises NotFound.
    """
    require_reader(office, actor)
    with reading_desk(office, actor) as desk:
        rows = definitions.definitions(desk.tx, kind="process", key=key)
        if not rows:
            raise NotFound("没有部署过这个流程。")
        rows = sorted(rows, key=lambda one: (one.tenant or "", -one.version))
        current: dict[str | None, str] = {}
        for row in rows:
            if row.released:
                current.setdefault(row.tenant, row.id)
        return _versions(desk, rows, set(current.values()), *_counts(desk, actor, key, rows))


def one_version(office: Office, actor: Actor, key: str, number: int) -> Definition:
    """Return one version of a process, the one in use for 0. Raises NotFound."""
    found = of_process(office, actor, key)
    for one in found:
        if one.definition.version == number or (number == 0 and one.current):
            return one.definition
    if number == 0:
        return found[0].definition
    raise NotFound(f"{key} 没有第 {number} 版。")


def deployments(office: Office, actor: Actor) -> Sequence[tuple[Deployment, str, str]]:
    """Return deployments, latest first, each with the names of who made it and who decided about it."""
    made = list_deployments(office, actor)
    with office.store.reading() as tx:
        known = people.names(tx, sorted({one.deployed_by for one in made} | {one.decided_by for one in made}))
    return [(one, _name(known, one.deployed_by), known.get(one.decided_by, "")) for one in made]


def _counts(desk: Desk, actor: Actor, key: str, rows: Sequence[DefinitionRow]) -> tuple[Counter[str], Counter[str]]:
    scope = _scope(desk, actor)
    standing = versions.standing(desk.tx, scope)
    parts = versions.bundles_with(desk.tx, [one.bundle for one in standing], key)
    by_hash = {row.sha256: row.id for row in reversed(rows)}
    own = {row.id for row in rows}
    running: Counter[str] = Counter()
    called: Counter[str] = Counter()
    for one in standing:
        if one.definition in own:
            running[one.definition] += one.count
        elif parts.get(one.bundle) in by_hash:
            called[by_hash[parts[one.bundle]]] += one.count
    return running, called


def _scope(desk: Desk, actor: Actor) -> Scope:
    if is_system(actor):
        return Scope(districts=tuple(desk.office.policies.districts), towns=(), villages=())
    return visibility.reach_of(desk, actor).scope


def _versions(
    desk: Desk,
    rows: Sequence[DefinitionRow],
    current: set[str],
    running: Mapping[str, int] | None = None,
    called: Mapping[str, int] | None = None,
) -> list[Version]:
    made: dict[str, DeploymentRow] = {one.id: one for one in definitions.deployments(desk.tx, limit=5000)}
    named = {made[row.deployment] for row in rows}
    known = people.names(desk.tx, sorted({one.person for one in named} | {one.decided_by for one in named}))
    return [
        Version(
            definition=definition_of(row),
            current=row.id in current,
            state=made[row.deployment].state,
            state_label=STATES[made[row.deployment].state],
            deployed_at=made[row.deployment].at,
            deployed_by=_name(known, made[row.deployment].person),
            decided_at=made[row.deployment].decided_at,
            decided_by=known.get(made[row.deployment].decided_by, ""),
            reason=made[row.deployment].reason,
            running=(running or {}).get(row.id, 0),
            called=(called or {}).get(row.id, 0),
        )
        for row in rows
    ]


def _name(known: Mapping[str, str], person: str) -> str:
    return "系统" if person == SYSTEM else known.get(person, person)
