"""Deployed bytes by content hash, deployments, definitions by key and version, frozen bundles (decisions B2)."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import bindparam, case, func, insert, or_, select

from jiuzhu.errors import NotFound
from jiuzhu.store.tables import bundle, definition, deployment, deployment_resource, resource
from jiuzhu.store.transaction import Transaction

MOST_KEPT = 32
"""Deployments whose definitions are kept in memory."""

RELEASED, WAITING, RETURNED, REPLACED = "released", "waiting", "returned", "replaced"
Revision: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class DefinitionRow:
    """One version of a process, decision or form."""

    id: str
    kind: str
    key: str
    version: int
    version_tag: str
    name: str
    tenant: str | None
    deployment: str
    resource: str
    sha256: str
    released: bool
    sequence: int
    """Of its deployment: the higher, the later."""
    facts: Mapping[str, Any]
    """What a listing needs without parsing: starter groups, start form, called keys …"""


_DEPLOYED: dict[str, Sequence[DefinitionRow]] = {}
_LOCK = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class DeploymentRow:
    """One pressing of the Deploy button."""

    id: str
    name: str
    source: str
    tenant: str | None
    person: str
    at: datetime
    resources: tuple[tuple[str, str, str], ...]
    """(id, name, sha256)."""
    state: str
    """released, waiting (for a second person), returned or replaced (by a later one that was released)."""
    sequence: int
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""


def put_resources(tx: Transaction, contents: Mapping[str, bytes]) -> None:
    """Store bytes by hash; what is there already stays."""
    if not contents:
        return
    known = set(tx.execute(select(resource.c.sha256).where(resource.c.sha256.in_(list(contents)))).scalars())
    fresh = [{"sha256": sha, "data": data} for sha, data in contents.items() if sha not in known]
    if fresh:
        tx.execute(insert(resource), fresh)


def read_resources(tx: Transaction, hashes: Iterable[str]) -> dict[str, bytes]:
    """Return bytes by hash."""
    rows = tx.execute(select(resource).where(resource.c.sha256.in_(sorted(set(hashes)))))
    return {row.sha256: bytes(row.data) for row in rows}


def revision(tx: Transaction) -> Revision:
    """Return the place of the latest deployment, how many there are and how many are released: others after every
    deployment, also where two were made at the same moment, and after every release. Asked once a transaction.
    """
    if "revision" not in tx.cache:
        row = tx.execute(_REVISION).one()
        tx.cache["revision"] = (int(row.latest or 0), int(row.deployments), int(row.released or 0))
    known: Revision = tx.cache["revision"]
    return known


def add_deployment(tx: Transaction, row: Mapping[str, Any], resources: Sequence[Mapping[str, Any]]) -> None:
    """Insert a deployment with its resources."""
    tx.execute(insert(deployment), dict(row))
    tx.execute(insert(deployment_resource), [dict(one) for one in resources])


def add_definitions(tx: Transaction, rows: Sequence[DefinitionRow]) -> None:
    """Insert definitions."""
    if rows:
        tx.execute(insert(definition), [vars(row) for row in rows])


def _resources_of(tx: Transaction, ids: Sequence[str]) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    statement = (
        select(deployment_resource)
        .where(deployment_resource.c.deployment.in_(list(ids)))
        .order_by(deployment_resource.c.name)
    )
    for row in tx.execute(statement):
        found.setdefault(row.deployment, []).append((row.id, row.name, row.sha256))
    return found


def deployments(
    tx: Transaction,
    *,
    name: str | None = None,
    deployment_id: str | None = None,
    state: str | None = None,
    limit: int = 500,
) -> Sequence[DeploymentRow]:
    """Return deployments, latest first."""
    statement = select(deployment).order_by(deployment.c.sequence.desc()).limit(limit)
    if name is not None:
        statement = statement.where(deployment.c.name == name)
    if deployment_id is not None:
        statement = statement.where(deployment.c.id == deployment_id)
    if state is not None:
        statement = statement.where(deployment.c.state == state)
    rows = tx.execute(statement).all()
    resources = _resources_of(tx, [row.id for row in rows]) if rows else {}
    return [
        DeploymentRow(
            id=row.id,
            name=row.name,
            source=row.source,
            tenant=row.tenant,
            person=row.person,
            at=row.at,
            resources=tuple(resources.get(row.id, ())),
            state=row.state,
            sequence=row.sequence,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            reason=row.reason,
        )
        for row in rows
    ]


def definitions(
    tx: Transaction,
    *,
    kind: str | None = None,
    key: str | None = None,
    definition_id: str | None = None,
    of_deployment: str | None = None,
) -> Sequence[DefinitionRow]:
    """Return definitions, latest first."""
    statement = select(definition).order_by(definition.c.sequence.desc(), definition.c.version.desc())
    for column, value in (
        (definition.c.kind, kind),
        (definition.c.key, key),
        (definition.c.id, definition_id),
        (definition.c.deployment, of_deployment),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return [DefinitionRow(**row._mapping) for row in tx.execute(statement)]


def of_deployment(tx: Transaction, deployment_id: str) -> Sequence[DefinitionRow]:
    """Return the definitions of a deployment; read once a process when they are released: from then on they never
    change.
    """
    with _LOCK:
        known = _DEPLOYED.get(deployment_id)
    if known is None:
        known = definitions(tx, of_deployment=deployment_id)
        if known and all(one.released for one in known):  # its rows come all at once
            with _LOCK:
                if len(_DEPLOYED) >= MOST_KEPT:
                    _DEPLOYED.clear()
                _DEPLOYED[deployment_id] = known
    return known


def latest(tx: Transaction, tenants: Sequence[str | None]) -> dict[tuple[str, str], DefinitionRow]:
    """Return for (kind, key) the latest released definition of the first of these tenants that has one."""
    named = [tenant for tenant in tenants if tenant is not None]
    ours = select(definition.c.deployment).where(
        definition.c.released, or_(definition.c.tenant.is_(None), definition.c.tenant.in_(named))
    )
    rows = [row for one in tx.execute(ours.distinct()).scalars() for row in of_deployment(tx, one)]
    found: dict[tuple[str, str], DefinitionRow] = {}
    for new in sorted(rows, key=lambda row: (row.sequence, row.version)):
        old = found.get((new.kind, new.key))
        if not new.released or new.tenant not in tenants:
            continue
        if old is None or tenants.index(new.tenant) <= tenants.index(old.tenant):
            found[new.kind, new.key] = new
    return found


def tenants(tx: Transaction, ids: Iterable[str]) -> dict[str, str | None]:
    """Return definition → tenant."""
    rows = tx.execute(select(definition.c.id, definition.c.tenant).where(definition.c.id.in_(sorted(set(ids)))))
    return {row.id: row.tenant for row in rows}


def one_definition(tx: Transaction, definition_id: str) -> DefinitionRow:
    """Return a definition. Raises NotFound."""
    found = definitions(tx, definition_id=definition_id)
    if not found:
        raise NotFound("没有这个流程版本。")
    return found[0]


_REVISION = select(
    func.max(deployment.c.sequence).label("latest"),
    func.count().label("deployments"),
    func.sum(case((deployment.c.state == RELEASED, 1), else_=0)).label("released"),
)
_BUNDLE = select(bundle).where(bundle.c.id == bindparam("id"))


def add_bundle(tx: Transaction, bundle_id: str, process_key: str, parts: Mapping[str, Mapping[str, str]]) -> None:
    """Insert a bundle (kind → key → hash) unless it is there."""
    if tx.execute(_BUNDLE, {"id": bundle_id}).one_or_none() is None:
        tx.execute(insert(bundle), {"id": bundle_id, "process_key": process_key, "parts": parts})


def bundle_parts(tx: Transaction, bundle_id: str) -> tuple[str, Mapping[str, Mapping[str, str]]]:
    """Return process key and parts (kind → key → hash). Raises NotFound."""
    row = tx.execute(_BUNDLE, {"id": bundle_id}).one_or_none()
    if row is None:
        raise NotFound("没有这个流程包。")
    return row.process_key, row.parts
