"""What a person starts: which process of which district, about whom, in which version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Forbidden, Invalid, NotFound
from jiuzhu.service import opening, subjects, trials
from jiuzhu.service.desk import Desk
from jiuzhu.service.subjects import Subject
from jiuzhu.store.definitions import DefinitionRow


def districts_of(desk: Desk, actor: Actor) -> list[str]:
    """Return the districts in which a person holds a post."""
    found = [desk.office.places.of(desk.tx, place).district for place in actor.organisations]
    return list(dict.fromkeys(found))


def starts_here(row: DefinitionRow, actor: Actor, district: str) -> bool:
    """A district starts its own procedures and the shared ones; the roles stand at the process."""
    belongs = row.tenant in {None, district} and row.facts.get("district", "") in {"", district}
    return belongs and bool(set(row.facts.get("starters", ())) & actor.roles)


def subject_or_none(desk: Desk, actor: Actor, about: str | None) -> Subject | None:
    """Return the household that a process is started about. Raises NotFound, Forbidden."""
    return subjects.subject_of(desk, actor, about) if about else None


def definition_for(desk: Desk, actor: Actor, key: str, head: Subject | None) -> tuple[str, DefinitionRow]:
    """Return the district and the definition that this person starts. Raises NotFound, Forbidden, Invalid."""
    districts = [head.district] if head is not None else districts_of(desk, actor)
    for district in districts:
        try:
            row = desk.office.bundles.latest(desk.tx, key, district)
        except NotFound:
            continue
        if not starts_here(row, actor, district):
            continue
        if opening.stands_alone(row) == (head is not None):
            raise Invalid("申请不能挂在已有案件下；情况报告必须写明案号。", {"about": "请核对案号。"})
        if head is not None:
            subjects.require_fitting(row, head)
        return district, row
    raise Forbidden("您的岗位不能启动这个流程，或者它没有部署。")


def chosen(
    desk: Desk, actor: Actor, key: str, head: Subject | None, definition: str, data: Mapping[str, Any]
) -> tuple[Actor, str, DefinitionRow]:
    """Return who starts, where, and which version: as a trial with the starters' posts when it is not released.

    A trial's own case starts what came with its deployment. Raises as ``_definition``, and Forbidden by R-27.
    """
    row = trials.version_of(desk, actor, key, definition, head)
    if row is None:
        return actor, *definition_for(desk, actor, key, head)
    about_real = head is not None and not head.trial_of
    if about_real or opening.stands_alone(row) == (head is not None):
        sentence = "申请不能挂在已有案件下；挂在案件下的流程，请从一件试运行的案件里启动。"
        raise Invalid(sentence, {"about": "请核对案号。"})
    district = trials.begin(desk, actor, row)
    return trials.starter(desk, actor, row, district, data), district, row
