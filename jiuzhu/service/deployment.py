"""Deploying diagrams, tables and forms (decisions B2): checked as a whole, stored by content, versioned by key.

Nothing is deployed when one file has an error. An unchanged deployment under the same name is found again
(duplicate filtering).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.facts import FACTS
from jiuzhu.domain.house_messages import HOUSE_MESSAGES
from jiuzhu.domain.topics import Topic
from jiuzhu.engine.catalogue import ProcessFile, Resources, parse_resources, read_decisions, read_form, read_process
from jiuzhu.engine.findings import Finding
from jiuzhu.engine.lint import Surroundings, lint
from jiuzhu.errors import DeploymentRefused
from jiuzhu.service import office_acts
from jiuzhu.service.clock import set_demo_clock
from jiuzhu.service.deployed import Deployment, deployment_of
from jiuzhu.service.deployment_rules import (
    district_of,
    needs_release,
    require_designer,
    require_own_districts,
    require_parcel,
)
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.roles import Roles
from jiuzhu.service.variables import CaseVariables
from jiuzhu.store import Transaction, definitions, schema
from jiuzhu.store.definitions import DefinitionRow, DeploymentRow


def migrate(office: Office) -> str:
    """Create or upgrade the database; returns one line that says what was done."""
    before, after = schema.migrate(office.store)
    set_demo_clock(office)
    return f"database is at version {after}" + ("" if before == after else f" (was {before or 'empty'})")


def require_migrated(office: Office) -> None:
    """Refuse to work on a database of another release. Raises ConfigurationError."""
    schema.require_current(office.store)


@logged("deploy", "name")
def deploy(
    office: Office,
    actor: Actor,
    name: str,
    resources: Mapping[str, bytes],
    source: str,
    tenant: str | None = None,
    duplicate_filtering: bool = True,
) -> Deployment:
    """Check and store files; every one gets a new version.

    What a person deploys waits for a second person's release where the house asks for one (ADR 123); until then
    only its deployer starts it, as a trial.

    Raises Forbidden (no designer, or of another district), Invalid (nothing to deploy), DeploymentRefused with all
    findings (nothing is deployed).
    """
    require_designer(office, actor)
    require_parcel(office, name=name, source=source, tenant=tenant, resources=resources)
    with office.store.transaction() as tx:
        same = _unchanged(tx, name, tenant, resources) if duplicate_filtering else None
        if same is not None:
            return deployment_of(tx, same, duplicate=True)
        warnings = require_clean(office, tx, resources)
        read = parse_resources(resources)
        require_own_districts(office, actor, [*read.processes, *read.decisions, *read.forms], tenant)
        row = _store(office, tx, actor, name, source, tenant, resources, read)
        waits = "，等待另一人放行" if row.state == definitions.WAITING else ""
        office_acts.note(office, tx, actor, "deploy", f"部署“{name}”：{len(resources)} 个文件{waits}")
        return deployment_of(tx, row, duplicate=False, findings=tuple(warnings), order=tuple(resources))


def store_unchecked(office: Office, actor: Actor, name: str, resources: Mapping[str, bytes]) -> None:
    """Store files of a throw-away office without the checks. Raises DeploymentRefused when one cannot be read."""
    read = parse_resources(resources)
    with office.store.transaction() as tx:
        _store(office, tx, actor, name, "trial", None, resources, read)


def check(office: Office, resources: Mapping[str, bytes]) -> list[Finding]:
    """Return what a deployment of these files would be told; deploys nothing."""
    with office.store.reading() as tx:
        return lint(resources, surroundings_on(office, tx))


def lint_offline(
    resources: Mapping[str, bytes],
    topics: Mapping[str, Topic] | None = None,
    roles: Roles | None = None,
    variables: CaseVariables | None = None,
) -> list[Finding]:
    """Check files among themselves, without a database; what is not given is not checked."""
    return lint(
        resources,
        Surroundings(
            topics={key: topic.contract for key, topic in (topics or {}).items()},
            roles=frozenset(roles.by_id) if roles else frozenset(),
            variables=frozenset(variables.types) if variables else None,
            messages=frozenset(HOUSE_MESSAGES),
            facts=frozenset(FACTS),
        ),
    )


def surroundings(office: Office) -> Surroundings:
    """Return everything that is deployed now and what the house offers: what a new file may refer to."""
    with office.store.reading() as tx:
        return surroundings_on(office, tx)


def require_clean(office: Office, tx: Transaction, resources: Mapping[str, bytes]) -> list[Finding]:
    """Return the reminders of a parcel as it stands among what is released now. Raises DeploymentRefused."""
    findings = lint(resources, surroundings_on(office, tx))
    if any(one.severity == "error" for one in findings):
        raise DeploymentRefused(findings)
    return findings


def surroundings_on(office: Office, tx: Transaction) -> Surroundings:
    """Everything that is deployed now: what new files may refer to."""
    rows = [row for row in definitions.definitions(tx) if row.released]
    latest: dict[tuple[str, str], DefinitionRow] = {}
    for row in rows:
        latest.setdefault((row.kind, row.key), row)
    contents = definitions.read_resources(tx, {row.sha256 for row in latest.values()})
    processes = {}
    decisions = {}
    forms = {}
    for (kind, key), row in latest.items():
        data = contents[row.sha256]
        if kind == "process":
            processes[key] = read_process(data, row.resource)
        elif kind == "decision":
            decisions[key] = read_decisions(data, row.resource)
        else:
            forms[key] = read_form(data, row.resource)
    return Surroundings(
        topics={key: topic.contract for key, topic in office.topics.items()},
        roles=frozenset(office.roles.by_id),
        processes=processes,
        decisions=decisions,
        forms=forms,
        variables=frozenset(office.variables.types),
        messages=frozenset(HOUSE_MESSAGES),
        facts=frozenset(FACTS),
    )


def _unchanged(tx: Transaction, name: str, tenant: str | None, resources: Mapping[str, bytes]) -> DeploymentRow | None:
    rows = [row for row in definitions.deployments(tx, name=name, limit=20) if row.tenant == tenant]
    hashes = {resource: hashlib.sha256(data).hexdigest() for resource, data in resources.items()}
    if rows and {resource: sha for _, resource, sha in rows[0].resources} == hashes:
        # What was sent back and is deployed again unchanged asks once more.
        return None if rows[0].state == definitions.RETURNED else rows[0]
    return None


def _store(
    office: Office,
    tx: Transaction,
    actor: Actor,
    name: str,
    source: str,
    tenant: str | None,
    resources: Mapping[str, bytes],
    read: Resources,
) -> DeploymentRow:
    hashes = {resource: hashlib.sha256(data).hexdigest() for resource, data in resources.items()}
    definitions.put_resources(tx, {hashes[resource]: data for resource, data in resources.items()})
    sequence = definitions.revision(tx)[0] + 1
    row = DeploymentRow(
        id=str(uuid.uuid4()),
        name=name,
        source=source,
        tenant=tenant,
        person=actor.person_id,
        at=office.clock.now(),
        resources=tuple((str(uuid.uuid4()), resource, sha) for resource, sha in hashes.items()),
        state=definitions.WAITING if needs_release(office, actor) else definitions.RELEASED,
        sequence=sequence,
    )
    definitions.add_deployment(
        tx,
        {
            "id": row.id,
            "name": name,
            "source": source,
            "tenant": tenant,
            "person": actor.person_id,
            "at": row.at,
            "sequence": sequence,
            "state": row.state,
        },
        [{"id": one, "deployment": row.id, "name": resource, "sha256": sha} for one, resource, sha in row.resources],
    )
    tx.cache.pop("revision", None)
    definitions.add_definitions(tx, _versions(office, tx, row, hashes, read))
    return row


def _versions(
    office: Office,
    tx: Transaction,
    row: DeploymentRow,
    hashes: Mapping[str, str],
    read: Resources,
) -> list[DefinitionRow]:
    found: list[tuple[str, str, str, str, str, dict[str, Any]]] = []
    for key, process in read.processes.items():
        found.append(("process", key, process.name, process.version_tag, process.resource, _facts(office, process)))
    for key, table in read.decisions.items():
        found.append(("decision", key, table.names.get(key, key), "", table.resource, {}))
    for key, form in read.forms.items():
        found.append(("form", key, key, "", form.resource, {}))
    rows = []
    for kind, key, name, tag, resource, facts in found:
        earlier = [one for one in definitions.definitions(tx, kind=kind, key=key) if one.tenant == row.tenant]
        version = max((one.version for one in earlier), default=0) + 1
        rows.append(
            DefinitionRow(
                id=f"{key}:{version}:{uuid.uuid4().hex[:12]}",
                kind=kind,
                key=key,
                version=version,
                version_tag=tag,
                name=name or key,
                tenant=row.tenant,
                deployment=row.id,
                resource=resource,
                sha256=hashes[resource],
                released=row.state == definitions.RELEASED,
                sequence=row.sequence,
                facts=facts,
            )
        )
    return rows


def _facts(office: Office, process: ProcessFile) -> dict[str, Any]:
    """What starting and listing need of a process without reading its file again."""
    start = process.diagram.level.nodes.get(process.diagram.level.start)
    return {
        "starters": list(process.starter_groups),
        "start_form": process.start_form,
        "start_id": start.id if start else "",
        "start_name": start.name if start else "",
        "properties": {name: value for name, value in process.properties.items() if name != "defaults"},
        "calls": list(process.calls),
        "decisions": list(process.decisions),
        "forms": list(process.forms),
        "topics": list(process.topics),
        "messages": list(process.messages),
        "documentation": process.documentation,
        "district": district_of(office, process.key),
    }
