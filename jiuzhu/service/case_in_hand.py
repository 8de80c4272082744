"""What people have in hand in a case that is to move: drafts, claims, and the duties that are kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jiuzhu.engine import Bundle, Move, Remark
from jiuzhu.engine.diagram import Node
from jiuzhu.errors import NotFound
from jiuzhu.service.desk import Desk
from jiuzhu.service.forms import form_of
from jiuzhu.store import moves, papers, people
from jiuzhu.store.cases import LiveCase


def begun(desk: Desk, live: LiveCase, old: Bundle, new: Bundle, made: Move) -> list[Remark]:
    """Return what people have begun and could not go on with on the new version."""
    found: list[Remark] = []
    rows = {row["task_id"]: row for row in moves.items(desk.tx, live.id)}
    step = made.step
    items = {item.task_id: item for item in step.items} if step is not None else {}
    for task_id, data in moves.drafts(desk.tx, list(items)):
        form, name = items[task_id].form or "", items[task_id].name
        lost = lost_keys(old, new, rows[task_id]["form"], form, data)
        if lost:
            said = f"“{name}”有填了一半的草稿，新版表单没有这些项目：{'、'.join(lost)}；请先办完或清掉草稿。"
            found.append(Remark(element_id=items[task_id].element_id, name=name, sentence=said))
    for task_id in made.regrouped:
        holder, item = rows[task_id]["assignee"], items[task_id]
        if holder and holder not in item.users and not holds_one(desk, holder, item.groups):
            said = (
                f"“{item.name}”已由{rows[task_id]['assignee_name'] or holder}领取，新版改由别的岗位办理；请先退回待办。"
            )
            found.append(Remark(element_id=item.element_id, name=item.name, sentence=said))
    return found


def unguarded(
    desk: Desk, live: LiveCase, before: Mapping[str, Node], after: Mapping[str, Node], made: Move
) -> list[Remark]:
    """Return the separations of duties that would look for a step that the case has passed under another name, or not
    at all: who did it could then do what the rule keeps apart (R-01).
    """
    found: list[Remark] = []
    guarded = [(node, [one.strip() for one in node.properties["notBy"].split(",")]) for node in after.values()
               if node.id in made.ahead and node.properties.get("notBy")]  # fmt: skip
    fresh = [(node, [one for one in named if one and one not in before]) for node, named in guarded]
    if not any(named for _, named in fresh):
        return []
    gone = {one.element_id for one in papers.submissions(desk.tx, live.case_no)} & set(before) - set(after)
    for node, named in fresh:
        lost = [one for one in named if gone or one not in made.ahead]
        if lost:
            said = f"“{node.name}”不能由办理 {'、'.join(lost)} 的人办理，但旧版里没有这个编号的步骤；请保留原编号。"
            found.append(Remark(element_id=node.id, name=node.name, sentence=said))
    return found


def lost_keys(old: Bundle, new: Bundle, before: str, after: str, data: Mapping[str, Any]) -> list[str]:
    """Return what of a draft for a form of one bundle the form of another has no place for."""
    if before == after and old.forms.get(before) == new.forms.get(after):
        return []
    try:
        known = {component.key for component in form_of(new, after).top()}
        labels = {
            component.key: "".join(part for part in component.label.parts if isinstance(part, str))
            for component in form_of(old, before).top()
        }
    except NotFound:
        return []
    return [f"“{labels.get(key) or key}”" for key in data if key not in known]


def holds_one(desk: Desk, person: str, groups: Sequence[str]) -> bool:
    """Return whether a person is in one of these groups."""
    return any(person == one for group in groups for one, _, _ in people.holders(desk.tx, group, desk.today))
