"""One case goes to another version of its procedure, and back: what stands in the way, what changes hands.

The engine says whether every open step has its place; here it is asked what people have in hand: drafts, claims, a
sitting, a denied signature. A move writes a line in the case's chain, runs nothing and waits for nobody.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiuzhu.domain.contests import open_contest
from jiuzhu.domain.rows import CaseMove, CaseMoveLine
from jiuzhu.engine import Bundle, Move, MoveOrder, Remark, StoredState
from jiuzhu.engine.diagram import Node
from jiuzhu.engine.lint_later import newly_read
from jiuzhu.engine.lint_scene import Surroundings
from jiuzhu.engine.moves import Needs
from jiuzhu.engine.reading import read_diagram
from jiuzhu.errors import ProcessError, Refused
from jiuzhu.service import case_in_hand, standing_in
from jiuzhu.service.desk import Desk
from jiuzhu.service.exchange import Exchange
from jiuzhu.service.office import Office
from jiuzhu.service.steps import StepHost, Stepping
from jiuzhu.store import Transaction, definitions, moves, waits
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.definitions import DefinitionRow


@dataclass(kw_only=True)
class Way:
    """From which version to which cases go: worked out once, asked for every case."""

    source: DefinitionRow
    target: DefinitionRow
    renames: Mapping[str, str]
    around: Surroundings
    _needs: dict[tuple[str, str], Needs] = field(default_factory=dict)
    _drawn: dict[str, Mapping[str, Node]] = field(default_factory=dict)

    def needs(self, old: Bundle, new: Bundle) -> Needs:
        """Return what the new bundle reads behind each step and the old one did not."""
        place = (old.id, new.id)
        if place not in self._needs:
            self._needs[place] = newly_read(old, new, self.around, self.renames)
        return self._needs[place]

    def drawn(self, bundle: Bundle) -> Mapping[str, Node]:
        """Return the elements of all diagrams of a bundle."""
        if bundle.id not in self._drawn:
            read = [read_diagram(xml, f"{key}.bpmn") for key, xml in bundle.processes.items()]
            self._drawn[bundle.id] = {node.id: node for one in read for _, node in one.level.walk()}
        return self._drawn[bundle.id]


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What a move of one case would be. ``move`` is None when something outside the engine stands in its way."""

    move: Move | None
    obstacles: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    bundle: Bundle | None = None


def way_of(office: Office, tx: Transaction, order: CaseMove) -> Way:
    """Return the way of an order."""
    return Way(
        source=definitions.one_definition(tx, order.source),
        target=definitions.one_definition(tx, order.target),
        renames={str(old): str(new) for old, new in order.renames.items()},
        # A bundle holds everything that its diagrams name; only what the house offers stands around it.
        around=Surroundings(
            topics={key: topic.contract for key, topic in office.topics.items()},
            variables=frozenset(office.variables.types),
        ),
    )


def look_at(desk: Desk, live: LiveCase, way: Way) -> Outlook:
    """Work out the move of a case; writes nothing."""
    sentence = _hindrance(desk, live, way)
    if sentence:
        return _barred(sentence)
    old, new = desk.bundle_of(live), desk.office.bundles.peek(desk.tx, way.target, live.district)
    if new.id == live.bundle:
        return _barred("已经按这个版本办理，没有要变的。")
    rows = moves.waits(desk.tx, live.id)
    order = MoveOrder(
        renames=way.renames,
        armed={row["task_id"]: row["opened_at"] for row in rows if row["kind"] == "timer"},
        needs=way.needs(old, new),
    )
    host = StepHost(desk, live, Exchange(desk, Stepping(desk)))
    state = StoredState(codec=live.state_codec, blob=live.state)
    try:
        made = desk.office.engine.move(old, new, state, order, host)
    except ProcessError as fault:
        return _barred(f"新版在这个案件上不能执行：{fault}")
    obstacles = list(made.obstacles)
    if made.step is not None:
        obstacles = case_in_hand.begun(desk, live, old, new, made)
        obstacles += case_in_hand.unguarded(desk, live, way.drawn(old), way.drawn(new), made)
    return Outlook(move=None if obstacles else made, obstacles=tuple(obstacles), notes=made.notes, bundle=new)


def _barred(sentence: str) -> Outlook:
    return Outlook(move=None, obstacles=(Remark(element_id="", name="", sentence=sentence),), notes=())


def _hindrance(desk: Desk, live: LiveCase, way: Way) -> str:
    """Return why a case cannot move whatever the diagrams say, '' when nothing is in the way."""
    if live.ended_at is not None:
        return "案件已经办结。"
    if live.definition != way.source.id:
        return f"案件已经不在第 {way.source.version} 版上。"
    if live.is_trial:
        return "试运行的案件不迁移。"
    stuck = [one for one in waits.incidents_of(desk.tx, live.case_no) if one["case_id"] == live.id]
    if stuck:
        names = "、".join(dict.fromkeys(f"“{one['name']}”" for one in stuck))
        return f"{names}有故障没有处理；请先处理故障。"
    sitting = moves.sitting_of(desk.tx, live.case_no)
    if sitting:
        return f"案件已列入议事协商会议 {sitting}；请会议结束后再迁移。"
    denied = open_contest(desk.records(live), live.case_no)
    if denied is not None:
        return f"{denied.receipt_no} 签字异议没有处理；请处理后再迁移。"
    return ""


def carry_over(desk: Desk, live: LiveCase, way: Way, outlook: Outlook, sentence: str) -> dict[str, Any]:
    """Write a move that was worked out; returns what its line is to keep."""
    made, bundle = outlook.move, outlook.bundle
    if made is None or made.step is None or bundle is None:
        raise Refused("这个案件不能迁移。")
    rows, waiting = moves.items(desk.tx, live.id), moves.waits(desk.tx, live.id)
    before = {
        "definition": live.definition, "process_name": live.process_name, "bundle": live.bundle,
        "codec": live.state_codec, "state": base64.b64encode(live.state).decode(), "open_items": live.open_items,
        "open_waiting": live.open_waiting, "items": moves.packed(rows), "waits": moves.packed(waiting),
        "regrouped": sorted(made.regrouped),
    }  # fmt: skip
    facts = {"from": live.definition, "to": way.target.id, "bundle": bundle.id, "given": sorted(made.given)}
    live.definition, live.process_name = way.target.id, way.target.name
    live.bundle = desk.office.bundles.freeze(desk.tx, way.target, live.district).id
    Stepping(desk).take_over(live, made.step)
    _rewrite(desk, live, made, rows, waiting)
    kept = {"bundle_before": before["bundle"], "bundle_after": bundle.id, "step_before": live.loaded_version}
    desk.audit(live, "move", sentence, facts)
    return {**kept, "before": before, "after_sha256": _digest(live), "moved_at": desk.true_now}


def _rewrite(
    desk: Desk, live: LiveCase, made: Move, rows: Sequence[Mapping[str, Any]], waiting: Sequence[Mapping[str, Any]]
) -> None:
    """Say in the open rows what the new version says; what people and workers have in hand stays theirs."""
    step = made.step
    first = {row["task_id"]: dict(row) for row in reversed(rows)}
    for item in step.items if step is not None else ():
        values = {
            "name": item.name, "element_id": item.element_id, "process_key": item.process_key, "form": item.form or "",
            "users": list(item.users), "properties": dict(item.properties), "local": dict(item.opened),
            "priority": item.priority, "documentation": item.documentation,
        }  # fmt: skip
        if item.task_id not in made.regrouped:
            moves.change_item(desk.tx, item.task_id, values)
            continue
        named = item.assignee or item.users
        falls = [] if named else standing_in.stand_ins(desk, live, item.groups, item.properties)
        standing_in.note(desk, live, item.name, falls)
        moves.offer_item(desk.tx, {**first[item.task_id], **values}, (*item.groups, *falls) or ("",))
    here = {(row["kind"], row["task_id"]): row for row in waiting}
    for one in step.waiting if step is not None else ():
        row = here.get((one.kind, one.task_id))
        if row is None:
            continue  # armed by the move: written with all it has
        changes: dict[str, Any] = {
            "name": one.name, "element_id": one.element_id, "process_key": one.process_key,
            "properties": dict(one.properties), "due": one.due, "message": one.message,
            "correlation_key": one.correlation_key, "correlation_value": one.correlation_value,
        }  # fmt: skip
        if one.kind == "job":
            changes |= {"priority": one.priority} | ({"retry": one.retries} if one.retries else {})
        moves.change_wait(desk.tx, one.kind, one.task_id, changes)


def put_back(desk: Desk, live: LiveCase, line: CaseMoveLine, sentence: str) -> str:
    """Restore a case as it was before its move; returns why it cannot be, '' when it is."""
    before = line.before
    if live.ended_at is not None:
        return "案件已经按新版办结。"
    if live.bundle != line.bundle_after or _digest(live) != line.after_sha256:
        return "案件已经按新版往前办了，不能退回。"
    was = StoredState(codec=before["codec"], blob=base64.b64decode(before["state"]))
    old, new = desk.office.bundles.get(desk.tx, before["bundle"]), desk.bundle_of(live)
    rows = {row["task_id"]: row for row in before["items"]}
    here = {row["task_id"]: row for row in moves.items(desk.tx, live.id)}
    for task_id, data in moves.drafts(desk.tx, list(rows)):
        lost = case_in_hand.lost_keys(new, old, here[task_id]["form"], rows[task_id]["form"], data)
        if lost:
            return f"“{here[task_id]['name']}”有按新版表单填了一半的草稿，原版表单没有：{'、'.join(lost)}。"
    for task_id in before["regrouped"]:
        groups = [row["group_name"] for row in before["items"] if row["task_id"] == task_id]
        holder = here[task_id]["assignee"]
        if holder and holder not in rows[task_id]["users"] and not case_in_hand.holds_one(desk, holder, groups):
            return f"“{here[task_id]['name']}”已由新版的岗位领取。"
    moves.put_back_items(desk.tx, live.id, before["items"], before["regrouped"])
    moves.put_back_waits(desk.tx, live.id, before["waits"])
    live.definition, live.process_name = before["definition"], before["process_name"]
    live.bundle, live.state_codec, live.state = before["bundle"], was.codec, was.blob
    live.open_items, live.open_waiting = list(before["open_items"]), list(before["open_waiting"])
    desk.audit(live, "move", sentence, {"to": live.definition, "bundle": live.bundle})
    return ""


def _digest(live: LiveCase) -> str:
    return hashlib.sha256(live.state).hexdigest()
