"""A deployment is released by a second person (ADR 123): who, under which conditions, and what is shown to them.

Until then nobody's starts, calls, forms or decisions find it; its deployer may start it as a trial.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiuzhu.domain.actor import Actor
from jiuzhu.engine.findings import Finding
from jiuzhu.engine.lint import lint
from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound
from jiuzhu.service import office_acts
from jiuzhu.service.deployed import Definition, Deployment, definition_of, deployment_of, require_reader
from jiuzhu.service.deployment import require_clean, surroundings_on
from jiuzhu.service.deployment_rules import RULE, districts_with, touched
from jiuzhu.service.office import Office, is_system
from jiuzhu.service.refusals import logged
from jiuzhu.store import Transaction, definitions, people, releases
from jiuzhu.store.definitions import DefinitionRow, DeploymentRow

LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class ReleasePage:
    """What a second person looks at before a release."""

    deployment: Deployment
    deployed_by: str
    """Name of who deployed it."""
    decided_by: str
    findings: Sequence[Finding] | None
    """Of the checker, among what is released now; None when it is decided already."""
    running: dict[str, Definition | None]
    """Definition of the deployment → the version that is released now, None when there is none."""
    may_decide: bool
    is_own: bool
    """True for its deployer, who may try it."""
    why_not: str
    """Why this person may not release it, '' when they may or when it waits no longer."""


def may_release(office: Office, actor: Actor) -> bool:
    """True for who may release deployments at all."""
    return not is_system(actor) and office.roles.may(actor.groups, "release")


def count_waiting(office: Office, actor: Actor) -> int:
    """Return how many deployments wait for this person to release them or send them back."""
    if not may_release(office, actor):
        return 0
    with office.store.reading() as tx:
        rows = definitions.deployments(tx, state=definitions.WAITING)
        return sum(_bar(office, actor, row, definitions.definitions(tx, of_deployment=row.id)) is None for row in rows)


@logged("deploy_release", "number")
def release(office: Office, actor: Actor, number: str) -> Deployment:
    """Release a deployment that another person made: from now on new cases run on it.

    Raises Forbidden (no releaser, of another district, or the deployer), NotFound, Conflict (decided already, or a
    later version is released), DeploymentRefused (it does not fit what is released now).
    """
    with office.store.transaction() as tx:
        row = _waiting(office, tx, actor, number)
        own = definitions.definitions(tx, of_deployment=row.id)
        later = [one.name for one in own if _is_overtaken(tx, one)]
        if later:
            raise Conflict(f"“{later[0]}”已经有更新的版本放行；要换回这一版，请重新部署。")
        contents = definitions.read_resources(tx, [sha for _, _, sha in row.resources])
        require_clean(office, tx, {name: contents[sha] for _, name, sha in row.resources})
        now = office.clock.now()
        releases.decide(tx, row.id, definitions.RELEASED, person=actor.person_id, at=now)
        for older in _replaced(tx, row, own):
            reason = f"由“{row.name}”（{now:%Y-%m-%d}放行）替代"
            releases.decide(tx, older, definitions.REPLACED, person=actor.person_id, at=now, reason=reason)
        office_acts.note(office, tx, actor, "deploy_release", f"放行部署“{row.name}”（{_words(own)}）")
        return _read(tx, number)


@logged("deploy_release", "number")
def send_back(office: Office, actor: Actor, number: str, reason: str) -> Deployment:
    """Send a deployment back to its deployer. Raises Invalid (no reason) and what ``release`` raises."""
    with office.store.transaction() as tx:
        row = _waiting(office, tx, actor, number)
        why = " ".join(reason.split())
        if not why or len(why) > LONGEST_REASON:
            sentence = f"请写明退回的理由，最多 {LONGEST_REASON} 个字。"
            raise Invalid(sentence, {"reason": sentence})
        now = office.clock.now()
        releases.decide(tx, row.id, definitions.RETURNED, person=actor.person_id, at=now, reason=why)
        office_acts.note(office, tx, actor, "deploy_return", f"退回部署“{row.name}”：{why}")
        return _read(tx, number)


def show(office: Office, actor: Actor, number: str) -> ReleasePage:
    """Return the page of a deployment. Raises NotFound."""
    require_reader(office, actor)
    with office.store.reading() as tx:
        row = _row(tx, number)
        own = definitions.definitions(tx, of_deployment=row.id)
        made = deployment_of(tx, row, duplicate=False)
        every = definitions.definitions(tx)
        bar = _bar(office, actor, row, own)
        names = people.names(tx, [one for one in (row.person, row.decided_by) if one and one != "system"])
        return ReleasePage(
            deployment=made,
            deployed_by=names.get(row.person, "系统"),
            decided_by=names.get(row.decided_by, ""),
            findings=_findings(office, tx, row) if row.state == definitions.WAITING else None,
            running=_running(every, own),
            is_own=row.person == actor.person_id,
            may_decide=row.state == definitions.WAITING and bar is None,
            why_not=bar.sentence if bar is not None and row.state == definitions.WAITING else "",
        )


def _waiting(office: Office, tx: Transaction, actor: Actor, number: str) -> DeploymentRow:
    """Return a deployment that this person may decide about. Raises Forbidden, NotFound, Conflict."""
    if not may_release(office, actor):
        raise Forbidden("您的岗位不能放行部署。", rule="R-25")
    row = _row(tx, number)
    bar = _bar(office, actor, row, definitions.definitions(tx, of_deployment=row.id))
    if bar is not None:
        raise bar
    if row.state != definitions.WAITING:
        raise Conflict("这次部署已经放行、退回或者被替代。")
    return row


def _bar(office: Office, actor: Actor, row: DeploymentRow, own: Sequence[DefinitionRow]) -> Forbidden | None:
    if not may_release(office, actor):
        return Forbidden("您的岗位不能放行部署。", rule="R-25")
    mine = districts_with(office, actor, "release")
    for district in touched(office, [one.key for one in own], row.tenant):
        if district and district not in mine:
            name = office.policies.districts[district].name
            return Forbidden(f"这次部署属于{name}，由{name}的人放行。", rule="R-16")
    if row.person == actor.person_id:
        return Forbidden("部署人不能放行自己的部署，请由另一个人放行。", rule=RULE)
    return None


def _is_overtaken(tx: Transaction, row: DefinitionRow) -> bool:
    rows = definitions.definitions(tx, kind=row.kind, key=row.key)
    return any(one.released and one.tenant == row.tenant and one.sequence > row.sequence for one in rows)


def _replaced(tx: Transaction, row: DeploymentRow, own: Sequence[DefinitionRow]) -> list[str]:
    """Return earlier deployments that wait and hold nothing but what this one holds."""
    now = {(one.kind, one.key, one.tenant) for one in own}
    found = []
    for other in definitions.deployments(tx, state=definitions.WAITING):
        if other.sequence < row.sequence:
            rows = definitions.definitions(tx, of_deployment=other.id)
            if {(one.kind, one.key, one.tenant) for one in rows} <= now:
                found.append(other.id)
    return found


def _findings(office: Office, tx: Transaction, row: DeploymentRow) -> Sequence[Finding]:
    contents = definitions.read_resources(tx, [sha for _, _, sha in row.resources])
    return lint({name: contents[sha] for _, name, sha in row.resources}, surroundings_on(office, tx))


def _running(every: Sequence[DefinitionRow], own: Sequence[DefinitionRow]) -> dict[str, Definition | None]:
    """Return what is in use beside each definition: its tenant's latest released one, else the shared one."""
    found: dict[str, Definition | None] = {}
    for one in own:
        others = [
            row
            for row in every
            if (row.kind, row.key) == (one.kind, one.key)
            and row.released
            and row.tenant in {one.tenant, None}
            and row.id != one.id
        ]
        latest = max(others, key=lambda row: (row.tenant == one.tenant, row.sequence), default=None)
        found[one.id] = None if latest is None else definition_of(latest)
    return found


def _row(tx: Transaction, number: str) -> DeploymentRow:
    rows = definitions.deployments(tx, deployment_id=number)
    if not rows:
        raise NotFound("没有这次部署。")
    return rows[0]


def _read(tx: Transaction, number: str) -> Deployment:
    return deployment_of(tx, _row(tx, number), duplicate=False)


def _words(own: Sequence[DefinitionRow]) -> str:
    named = [f"{one.name}第 {one.version} 版" for one in own if one.kind == "process"]
    others = len(own) - len(named)
    return "，".join([*named[:5], *([f"表单和决策表 {others} 个"] if others else [])])
