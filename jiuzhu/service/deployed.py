"""What is deployed: deployments, the versions of their processes, decisions and forms, and the files themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jiuzhu.domain.actor import Actor
from jiuzhu.engine.findings import Finding
from jiuzhu.errors import NotFound
from jiuzhu.service.office import Office, is_system
from jiuzhu.store import Transaction, definitions
from jiuzhu.store.definitions import DefinitionRow, DeploymentRow

MAIN_FIRST = ("process", "decision", "form")
STATES = {"released": "已放行", "waiting": "待放行", "returned": "已退回", "replaced": "已被替代"}


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One version of a process, decision or form, as doors show it."""

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


@dataclass(frozen=True, kw_only=True)
class DeployedResource:
    """One file of a deployment."""

    id: str
    name: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One pressing of the Deploy button. ``definitions`` are in the order of the files (the first is the main one)."""

    id: str
    name: str
    source: str
    tenant: str | None
    deployed_by: str
    deployed_at: datetime
    resources: tuple[DeployedResource, ...]
    definitions: tuple[Definition, ...]
    duplicate: bool
    state: str
    """released, waiting, returned or replaced."""
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    """Why it was sent back, or what replaced it."""
    findings: tuple[Finding, ...] = ()
    """Warnings."""

    @property
    def state_label(self) -> str:
        """The state in Chinese."""
        return STATES[self.state]


def list_deployments(office: Office, actor: Actor) -> Sequence[Deployment]:
    """Return deployments, latest first."""
    require_reader(office, actor)
    with office.store.reading() as tx:
        return [deployment_of(tx, row, duplicate=False) for row in definitions.deployments(tx)]


def latest_of(found: Sequence[Definition]) -> list[Definition]:
    """Return the latest version of each key and tenant (they come with the latest first)."""
    newest: dict[tuple[str, str | None], Definition] = {}
    for one in found:
        newest.setdefault((one.key, one.tenant), one)
    return list(newest.values())


def read_resource(office: Office, actor: Actor, definition_id: str) -> tuple[Definition, bytes]:
    """Return a definition with its file. Raises NotFound."""
    require_reader(office, actor)
    with office.store.reading() as tx:
        row = definitions.one_definition(tx, definition_id)
        return definition_of(row), definitions.read_resources(tx, [row.sha256])[row.sha256]


def list_definitions(office: Office, actor: Actor, kind: str) -> Sequence[Definition]:
    """Return every version of the processes (decisions, forms), by key, latest first. Raises NotFound for no reader."""
    require_reader(office, actor)
    with office.store.reading() as tx:
        rows = definitions.definitions(tx, kind=kind)
    return [definition_of(row) for row in sorted(rows, key=lambda one: (one.key, -one.version))]


def one_deployment(office: Office, actor: Actor, number: str) -> Deployment:
    """Return a deployment. Raises NotFound in Camunda's words: only its clients ask so."""
    require_reader(office, actor)
    with office.store.reading() as tx:
        rows = definitions.deployments(tx, deployment_id=number)
        if not rows:
            raise NotFound(f"Deployment with id '{number}' does not exist")
        return deployment_of(tx, rows[0], duplicate=False)


def resource_data(office: Office, actor: Actor, number: str, resource_id: str) -> tuple[DeployedResource, bytes]:
    """Return one file of a deployment. Raises NotFound."""
    for one in one_deployment(office, actor, number).resources:
        if one.id == resource_id:
            with office.store.reading() as tx:
                return one, definitions.read_resources(tx, [one.sha256])[one.sha256]
    raise NotFound(f"Deployment resource with resource id '{resource_id}' for deployment id '{number}' does not exist.")


def files_of(office: Office, actor: Actor, definition_id: str) -> dict[str, bytes]:
    """Return name → content of what was deployed with a process, its own diagram first. Raises NotFound."""
    definition, data = read_resource(office, actor, definition_id)
    made = one_deployment(office, actor, definition.deployment)
    with office.store.reading() as tx:
        contents = definitions.read_resources(tx, [one.sha256 for one in made.resources])
    return {definition.resource: data} | {one.name: contents[one.sha256] for one in made.resources}


def deployment_of(
    tx: Transaction,
    row: DeploymentRow,
    *,
    duplicate: bool,
    findings: tuple[Finding, ...] = (),
    order: Sequence[str] = (),
) -> Deployment:
    """Return a deployment with its definitions, the main file's first (``order``: the files as they were sent)."""
    places = {name: number for number, name in enumerate(order or [name for _, name, _ in row.resources])}
    rows = sorted(
        definitions.definitions(tx, of_deployment=row.id),
        key=lambda one: (MAIN_FIRST.index(one.kind), places.get(one.resource, 0)),
    )
    return Deployment(
        id=row.id,
        name=row.name,
        source=row.source,
        tenant=row.tenant,
        deployed_by=row.person,
        deployed_at=row.at,
        resources=tuple(DeployedResource(id=one, name=name, sha256=sha) for one, name, sha in row.resources),
        definitions=tuple(definition_of(one) for one in rows),
        duplicate=duplicate,
        state=row.state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        findings=findings,
    )


def definition_of(row: DefinitionRow) -> Definition:
    return Definition(
        id=row.id,
        kind=row.kind,
        key=row.key,
        version=row.version,
        version_tag=row.version_tag,
        name=row.name,
        tenant=row.tenant,
        deployment=row.deployment,
        resource=row.resource,
        sha256=row.sha256,
        released=row.released,
    )


def require_reader(office: Office, actor: Actor) -> None:
    if not is_system(actor) and not office.roles.may(actor.groups, "read"):
        raise NotFound("没有可以查看的流程。")
