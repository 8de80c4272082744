"""Where a diagram sends a case whose authority is gone: read from the boundary event at the check (ADR 60, 73)."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jiuzhu.engine import Bundle
from jiuzhu.engine.catalogue import read_process
from jiuzhu.engine.diagram import Level, Node
from jiuzhu.service.roles import Roles

TOPICS = frozenset({"authority_check", "seal_check"})
LEVEL = "authority_level"
CODES = frozenset({"NO_AUTHORITY", "SEAL_NOT_ALLOWED"})


@dataclass(frozen=True, kw_only=True)
class CheckPath:
    """What follows when a check of authority fails."""

    name: str
    """Name of the check."""
    fate: str
    """district: the district decides; waits: it comes back to the town when what is lacking is there again."""
    sentence: str


@lru_cache(maxsize=256)
def _level(xml: bytes, key: str) -> Level:
    return read_process(xml, f"{key}.bpmn").diagram.level


def checks_of(bundle: Bundle) -> Mapping[str, str]:
    """Return the checks of authority in all processes of a bundle: element id → topic."""
    return {
        node.id: node.topic
        for key, xml in bundle.processes.items()
        for _, node in _level(xml, key).walk()
        if node.topic in TOPICS
    }


def check_path(bundle: Bundle, process_key: str, level_of_case: str, roles: Roles) -> CheckPath | None:
    """Return where the main process of a bundle goes when its check fails; None when it has no such check.

    ``level_of_case`` is what was settled at acceptance: gateways that ask only for it are followed, others both ways.
    """
    for level, node in _level(bundle.processes[process_key], process_key).walk():
        if node.topic not in TOPICS:
            continue
        for boundary in level.boundaries(node.id):
            if boundary.event is not None and boundary.event.code in CODES:
                return _path(_Walk(bundle, level, level_of_case, roles), node, boundary)
    return None


@dataclass(frozen=True)
class _Walk:
    """A level of a diagram as a case of a known authority level may pass it."""

    bundle: Bundle
    level: Level
    settled: str
    roles: Roles

    def after(self, node: Node) -> list[Node]:
        """Return what may follow a node."""
        flows = [self.level.flows[each] for each in node.outgoing]
        asked = [flow for flow in flows if flow.condition is not None]
        if asked and all(flow.condition.names <= {LEVEL} for flow in asked if flow.condition is not None):
            taken = [flow for flow in asked if flow.condition and flow.condition.evaluate({LEVEL: self.settled})]
            flows = taken[:1] or [flow for flow in flows if flow.condition is None]
        return [self.level.nodes[flow.target] for flow in flows]

    def role(self, node: Node) -> str:
        """Return who may decide at a node: a user task's role, or that of a task in the called process; else ''."""
        called = node.call.called.text if node.call is not None else ""
        inner = [one for _, one in _level(self.bundle.processes[called], called).walk()] if called else [node]
        found = (_role(one) for one in inner)
        return next((role for role in found if role in self.roles.by_id and self.roles.of(role).may("confirm")), "")

    def straight_on(self, node: Node) -> list[Node]:
        """Return the steps that certainly follow, up to the first person, call or event that is waited for."""
        found: list[Node] = []
        seen: set[str] = set()
        while len(following := self.after(node)) == 1 and node.id not in seen:
            seen.add(node.id)
            node = following[0]
            if node.is_activity or node.type == "intermediateCatchEvent":
                found.append(node)
            if node.type in {"userTask", "intermediateCatchEvent", "callActivity"}:
                break
        return found

    def decider(self, start: Node) -> tuple[str, str]:
        """Return name and role of the nearest step behind a node at which somebody may decide; '' when none."""
        todo, seen = deque([start]), {start.id}
        while todo:
            node = todo.popleft()
            role = self.role(node)
            if role:
                return node.name, role
            fresh = [after for after in self.after(node) if after.id not in seen]
            seen |= {after.id for after in fresh}
            todo.extend(fresh)
        return "", ""


def _path(walk: _Walk, check: Node, boundary: Node) -> CheckPath:
    steps = walk.straight_on(boundary)
    told = "、".join(f"“{node.name}”" for node in steps)
    waited = next((node for node in steps if node.type == "intermediateCatchEvent"), None)
    name, role = walk.decider(boundary)
    at = f"走到“{check.name}”时"
    if waited is not None:
        before = "、".join(f"“{node.name}”" for node in steps[:-1])
        sentence = f"{at}转{before}，等“{waited.name}”，不必等镇（街道）恢复权限。"
        return CheckPath(name=check.name, fate="district", sentence=sentence)
    if role and walk.roles.of(role).level == "district":
        sentence = f"{at}转{told}，再由{walk.roles.label(role)}办“{name}”，不必等镇（街道）恢复权限。"
        return CheckPath(name=check.name, fate="district", sentence=sentence)
    helper = next((node for node in steps if node.type == "userTask" and not walk.role(node)), None)
    if helper is not None:
        sentence = f"{at}转“{helper.name}”（{walk.roles.label(_role(helper))}），办妥之后由镇（街道）继续决定。"
    else:
        sentence = f"停在“{name or check.name}”：镇（街道）补齐之前不能作出同意的决定，补齐之后继续，不转区（市）级。"
    return CheckPath(name=check.name, fate="waits", sentence=sentence)


def _role(node: Node) -> str:
    """Return the role of a user task's first group, '' for other nodes."""
    groups = node.work.groups if node.work is not None else None
    return groups.text.partition("@")[0].strip() if groups is not None else ""
