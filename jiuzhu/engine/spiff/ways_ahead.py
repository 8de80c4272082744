"""What lies before a relocated case: steps that were added behind its back, joins that it could never pass."""

from __future__ import annotations

from SpiffWorkflow.task import Task

from jiuzhu.engine.diagram import Level, Node
from jiuzhu.engine.lint_tokens import ahead
from jiuzhu.engine.moves import Remark
from jiuzhu.engine.spiff.levels import CaseWorkflow
from jiuzhu.engine.spiff.plan import Plan
from jiuzhu.engine.spiff.relocation import Place, Relocation

STEPS = frozenset(
    {"userTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "callActivity", "subProcess"}
)


def look_ahead(plan: Plan, workflow: CaseWorkflow, found: Relocation, renames: dict[str, str]) -> None:
    """Note the steps that a case does not make up for, and as obstacles the places where it would get stuck."""
    for place, level in zip(found.places, workflow.levels(), strict=True):
        drawn = _drawn(plan, place.new.name)
        beside = ("host", "body")
        tokens = [task for task in level.active() if not any(one in task.internal_data for one in beside)]
        _passed(place, drawn, tokens, found, renames)
        _stuck(drawn, tokens, found)


def still_ahead(plan: Plan, workflow: CaseWorkflow) -> frozenset[str]:
    """Return the elements that a case stands at or may still come to, those inside of later steps, too."""
    found: set[str] = set()
    for level in workflow.levels():
        drawn = _drawn(plan, level.spec.name)
        here = {task.task_spec.node.id for task in level.live() if task.task_spec.node.id in drawn.nodes}
        found |= here
        for node_id in frozenset().union(*(level.spec.reach.get(one, frozenset()) for one in here)):
            _with_inside(plan, drawn.nodes[node_id], found)
    return frozenset(found)


def _with_inside(plan: Plan, node: Node, found: set[str]) -> None:
    if node.id in found and node.level is None:
        return
    found.add(node.id)
    key = node.call.called.text if node.call is not None else ""
    called = plan.processes.get(key) if key and key not in found else None
    if called is not None:
        found.add(key)
    for level in (node.level, called.level if called is not None else None):
        for inner in level.nodes.values() if level is not None else ():
            _with_inside(plan, inner, found)


def _drawn(plan: Plan, name: str) -> Level:
    key, _, element = name.partition("/")
    process = plan.processes[key]
    node = process.node(element) if element else None
    return node.level if node is not None and node.level is not None else process.level


def _passed(place: Place, drawn: Level, tokens: list[Task], found: Relocation, renames: dict[str, str]) -> None:
    known = {renames.get(name, name) for name in place.old.reach}
    here = {task.task_spec.node.id for task in tokens}
    reach = place.new.reach
    coming = here.union(*(reach.get(one, frozenset()) for one in here))
    for node in drawn.nodes.values():
        if (
            node.type in STEPS
            and node.id not in known
            and node.id not in coming
            and reach.get(node.id, frozenset()) & here
        ):
            sentence = f"新增的“{_title(node)}”在案件已经走过的位置，不会补做。"
            found.notes.append(Remark(element_id=node.id, name=node.name, sentence=sentence))


def _stuck(drawn: Level, tokens: list[Task], found: Relocation) -> None:
    flows = []
    races: set[str] = set()
    for task in tokens:
        race = task.internal_data.get("race")
        node: Node | None = task.task_spec.node
        if race is not None:
            # One of the events will happen: the token stands at the gateway as it were.
            node = None if race in races else _gate(drawn, task.task_spec.node)
            races.add(race)
        if node is not None and node.incoming:
            flow = task.internal_data.get("flow", "")
            flows.append(flow if flow in node.incoming else node.incoming[0])
    if len(set(flows)) < len(flows):
        return  # surplus tokens stood there before: the diagram allows it
    waiting, doubled = ahead(drawn, tuple(sorted(flows)))
    for one in waiting:
        sentence = f"走到“{_title(one)}”会一直等下去：新版要等的分支，这个案件没有走。"
        found.obstacles.append(Remark(element_id=one.id, name=one.name, sentence=sentence))
    for one in doubled:
        sentence = f"“{_title(one)}”会办理两次：并行的几步在新版里改成了先后。"
        found.obstacles.append(Remark(element_id=one.id, name=one.name, sentence=sentence))


def _gate(drawn: Level, event: Node) -> Node | None:
    sources = [drawn.flows[flow].source for flow in event.incoming]
    return next((drawn.nodes[one] for one in sources if drawn.nodes[one].type == "eventBasedGateway"), None)


def _title(node: Node) -> str:
    return node.name or node.id
