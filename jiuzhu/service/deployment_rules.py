"""What may be deployed at all, and by whom: asked before a file is read.

A name that cannot be stored or that points outside its folder, and a kind of file that nothing here would ever read,
are refused like an error in a diagram: with the file's name and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jiuzhu.domain.actor import Actor
from jiuzhu.engine.findings import Finding
from jiuzhu.errors import DeploymentRefused, Forbidden, Invalid
from jiuzhu.service.office import Office, is_system

SUFFIXES = (".bpmn", ".dmn", ".form")
LONGEST_NAME = 255
MOST_FILES = 500
RULE = "R-27"
"""A second person releases; until then only the deployer tries it."""


def require_designer(office: Office, actor: Actor) -> None:
    """Refuse whoever may not deploy. Raises Forbidden."""
    if not is_system(actor) and not office.roles.may(actor.groups, "deploy"):
        raise Forbidden("您的岗位不能部署流程。")


def needs_release(office: Office, actor: Actor) -> bool:
    """True when what this actor deploys waits for a second person.

    The installation's own diagrams come with the program: who puts them in place has the machine (ADR 123).
    """
    return not is_system(actor) and bool(office.settings.get("deployment", "second_person"))


def require_own_districts(office: Office, actor: Actor, keys: Iterable[str], tenant: str | None) -> None:
    """Refuse a designer who would change another district's procedures, tables or forms. Raises Forbidden.

    What belongs to no district is shared and may be changed by every designer.
    """
    if is_system(actor):
        return
    own = districts_with(office, actor, "deploy")
    for district, key in touched(office, keys, tenant).items():
        if district and district not in own:
            name = office.policies.districts[district].name
            raise Forbidden(f"“{key}”属于{name}，只有{name}的流程设计员可以部署。")


def districts_with(office: Office, actor: Actor, permission: str) -> set[str]:
    """Return the districts in which a person's posts have a permission."""
    return {
        place.partition(".")[0]
        for role, _, place in (group.partition("@") for group in actor.groups)
        if role in office.roles.by_id and office.roles.by_id[role].may(permission)
    }


def touched(office: Office, keys: Iterable[str], tenant: str | None) -> dict[str, str]:
    """Return the districts that a deployment changes, '' for what is shared, each with a key that says so."""
    return {district_of(office, key): key for key in keys} | ({tenant: tenant} if tenant else {})


def district_of(office: Office, key: str) -> str:
    """Return the district that a key begins with (``jincheng_application``), '' for what is shared."""
    district = key.partition("_")[0]
    return district if district in office.policies.districts else ""


def require_parcel(
    office: Office, *, name: str, source: str, tenant: str | None, resources: Mapping[str, bytes]
) -> None:
    """Refuse names and sizes that cannot be stored. Raises Invalid, DeploymentRefused (a finding each file)."""
    if not resources:
        raise Invalid("没有要部署的文件。")
    if len(resources) > MOST_FILES:
        raise Invalid(f"一次最多部署 {MOST_FILES} 个文件，这次有 {len(resources)} 个；请分几次部署。")
    for text in (name, source):
        if len(text) > LONGEST_NAME or not text.isprintable():
            raise Invalid(f"部署的名称和来源最多 {LONGEST_NAME} 个字，不能有换行和控制字符；请改短。")
    if tenant and tenant not in office.policies.districts:
        known = "、".join(office.policies.districts)
        raise Invalid(f"没有区县“{tenant[:60]}”；tenant-id 请填 {known} 之一，或不填。")
    most = int(office.settings.get("deployment", "resource_megabytes"))
    findings = [
        Finding(severity="error", resource=_shown(resource), rule=rule, message=message, remedy=remedy)
        for resource, data in resources.items()
        for rule, message, remedy in _faults(resource, data, most)
    ]
    if findings:
        raise DeploymentRefused(findings)


def _faults(resource: str, data: bytes, most: int) -> list[tuple[str, str, str]]:
    faults = []
    if not resource or len(resource) > LONGEST_NAME or not resource.isprintable():
        faults.append(("file.name", "文件名是空的、太长，或有控制字符。", f"请改文件名，最多 {LONGEST_NAME} 个字。"))
    elif resource.startswith("/") or "\\" in resource or {"..", "."} & set(resource.split("/")):
        faults.append(("file.name", "文件名指向别的文件夹。", "请只用文件名，或部署文件夹里的相对路径。"))
    elif not resource.endswith(SUFFIXES):
        faults.append(("file.kind", "这种文件不能部署。", f"只部署 {'、'.join(SUFFIXES)} 文件，请去掉其余附件。"))
    if len(data) > most * 1024 * 1024:
        faults.append(("file.size", f"文件太大，最大 {most} MB。", "请拆分成几个文件。"))
    return faults


def _shown(resource: str) -> str:
    """Return a file name that can be printed in a message."""
    return "".join(letter if letter.isprintable() else "�" for letter in resource[:60])
