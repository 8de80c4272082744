"""A relocated case made fit for its new version: events armed, timers reckoned anew, groups and inputs settled.

Nothing runs here: a step before a token is not done again, and what is due fires at the next look.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import Task

from jiuzhu.domain.topics import Value
from jiuzhu.engine.diagram import Node
from jiuzhu.engine.moves import MoveOrder, Remark
from jiuzhu.engine.spiff.activities import Activity, CallActivity, ExternalTask, UserTask, words
from jiuzhu.engine.spiff.conductor import Conductor
from jiuzhu.engine.spiff.event_subs import start_name
from jiuzhu.engine.spiff.levels import CaseWorkflow, called_scope, scope_of
from jiuzhu.engine.spiff.nodes import EventGateway, InclusiveGateway, NodeSpec
from jiuzhu.engine.spiff.relocation import Relocation
from jiuzhu.engine.spiff.scopes import CASE
from jiuzhu.engine.spiff.waits import MultiInstance, Wait
from jiuzhu.engine.timers import alarm_from
from jiuzhu.errors import ProcessError

UNWAITED = frozenset({"error", "escalation", "none"})
"""Kinds of boundary events for which no token waits."""


class Refitting:
    """Goes over the tokens of a relocated case once."""

    def __init__(self, workflow: CaseWorkflow, conductor: Conductor, found: Relocation, order: MoveOrder) -> None:
        self.workflow, self.conductor, self.found, self.order = workflow, conductor, found, order
        self.now = conductor.host.now

    def run(self) -> dict[str, Value]:
        """Refit every token; what cannot be settled becomes an obstacle. Returns the initial values that were set."""
        given = self._give_defaults()
        for task in list(self.workflow.living()):
            old, new = self.found.pairs[str(task.id)]
            for act in (self._new_inputs, self._work, self._timer, self._boundaries):
                try:
                    act(task, old, new)
                except ProcessError as fault:
                    self.found.obstacles.append(_remark(new.node, f"在新版里不能接着等：{fault}"))
        self._event_subs()
        self._races()
        self._joins()
        return given

    def _give_defaults(self) -> dict[str, Value]:
        """Set the initial values that are new in the process's property ``defaults``, as its first step would have."""
        place = self.found.places[0]
        held = self.conductor.scopes.view(CASE)
        fresh = {name: value for name, value in place.new.defaults.items() if name not in place.old.defaults}
        given = {name: value for name, value in fresh.items() if held.get(name) in (None, "")}
        self.conductor.scopes.write(CASE, given)
        return given

    def _new_inputs(self, task: Task, old: NodeSpec, new: NodeSpec) -> None:
        """Settle inputs that only the new version has; those of the old one keep their values."""
        if not isinstance(new, Activity) or isinstance(new, MultiInstance):
            return
        known = {line.target for line in old.node.inputs}
        for line in new.node.inputs:
            if line.target not in known:
                new.add_local(task, {line.target: self.conductor.assign(task, line)})
        if isinstance(new, CallActivity) and new.node.call is not None and old.node.call is not None:
            inside = called_scope(str(task.id))
            known = {line.target for line in old.node.call.ins}
            for line in new.node.call.ins:
                if line.target not in known and inside in self.conductor.scopes:
                    self.conductor.scopes.write_local(inside, {line.target: self.conductor.assign(task, line)})

    def _work(self, task: Task, old: NodeSpec, new: NodeSpec) -> None:
        """Settle groups, users and priority anew where the diagram says them otherwise; due date and holder stay."""
        if isinstance(new, ExternalTask) and new.node.priority is not None:
            if _text(old.node.priority) != _text(new.node.priority):
                task.internal_data["priority"] = self.conductor.whole(task, new.node.priority)
            return
        before, after = old.node.work, new.node.work
        if not isinstance(new, UserTask) or before is None or after is None:
            return
        facts = dict(task.internal_data.get("work", {}))
        settle = self.conductor
        for name, one, other in (("groups", before.groups, after.groups), ("users", before.users, after.users)):
            if _text(one) != _text(other):
                facts[name] = words(settle.text(task, other))
                self.found.regrouped.add(str(task.id))
        if _text(before.priority) != _text(after.priority):
            facts["priority"] = settle.whole(task, after.priority)
        task.internal_data["work"] = {name: value for name, value in facts.items() if value not in (None, [], 50)}
        if _text(before.due) != _text(after.due):
            self._note(new.node, f"“{_title(new.node)}”的办理期限在新版里算法不同；已经开出的保留原期限。")

    def _timer(self, task: Task, old: NodeSpec, new: NodeSpec) -> None:
        """Reckon a timer anew from when it was armed, if its definition changed; else its instant stays."""
        if not isinstance(new, Wait) or not isinstance(old, Wait) or "due" not in task.internal_data:
            return
        before, after = old.event, new.event
        if (before.timer, _text(before.timer_text)) == (after.timer, _text(after.timer_text)):
            return
        text = self.conductor.text(task, after.timer_text)
        if text is None:
            raise new.fault(f"定时事件“{new.node.name}”的时间为空。", "TIMER")
        since = self.order.armed.get(str(task.id), self.now)
        alarm = self.conductor.checked(task, alarm_from, after.timer, text, since)
        for name in ("due", "period", "left"):
            task.internal_data.pop(name, None)
        new.set_alarm(task, alarm)
        due = "，已经到期，迁移后马上触发" if alarm.due <= self.now else ""
        self._note(new.node, f"“{_title(new.node)}”的定时改了，从开始等待时重新计算{due}。")

    def _boundaries(self, task: Task, old: NodeSpec, new: NodeSpec) -> None:
        """Arm the boundary events that are new at an activity; one that has fired already is not armed again."""
        if not isinstance(new, Activity) or new.item:
            return
        armed = {one.task_spec.node.id for one in task.workflow.live() if one.internal_data.get("host") == str(task.id)}
        had = _waited(old)
        for node in new.boundaries:
            kind = node.event.kind if node.event is not None else "none"
            if kind in UNWAITED or node.id in armed or had.get(node.id) == kind:
                continue
            self.conductor.enter(task.workflow, node.id, host=str(task.id))
            since = "，从迁移时起算" if kind == "timer" else ""
            self._note(node, f"“{_title(node)}”是新增的，迁移后开始等待{since}。")

    def _event_subs(self) -> None:
        """Let the starts of new event sub-processes wait, as they would have since the level began."""
        for place, level in zip(self.found.places, self.workflow.levels(), strict=True):
            here = {task.task_spec.name for task in level.live()}
            had = {start_name(one.trigger): one.trigger for one in place.old.event_subs if one.trigger is not None}
            opened = [one for one in place.new.event_subs if one.id in here]
            if any(one.trigger is not None and one.trigger.interrupting for one in opened):
                continue  # an interrupting one has emptied the level: nothing else may happen there any more
            for one in place.new.event_subs:
                name = start_name(one.trigger) if one.trigger is not None else ""
                before = had.get(self._once(name))
                if one.trigger is None or not name or name in here or _kind(before) == _kind(one.trigger):
                    continue
                self.conductor.enter(level, name)
                since = "，从迁移时起算" if _kind(one.trigger) == "timer" else ""
                self._note(one, f"“{_title(one)}”是新增的，迁移后开始等待{since}。")

    def _once(self, name: str) -> str:
        """Return the name that a start had in the old version."""
        backwards = {new: old for old, new in self.order.renames.items()}
        element, mark, rest = name.partition("#")
        return backwards.get(element, element) + mark + rest

    def _races(self) -> None:
        """Put a token at every event that is new behind an event-based gateway at which the case waits."""
        for level in self.workflow.levels():
            races: dict[str, list[Task]] = {}
            for task in level.live():
                if "race" in task.internal_data:
                    races.setdefault(task.internal_data["race"], []).append(task)
            for race, tasks in races.items():
                self._race(level, race, tasks)

    def _race(self, level: Any, race: str, tasks: list[Task]) -> None:
        here = {task.task_spec.node.id for task in tasks}
        for gate in level.spec.task_specs.values():
            if not isinstance(gate, EventGateway) or not {flow.target for flow in gate.flows} & here:
                continue
            for flow in gate.flows:
                if flow.target not in here:
                    node = level.spec.task_specs[flow.target].node
                    self.conductor.enter(level, flow.target, flow=flow.id, race=race)
                    self._note(node, f"“{_title(node)}”是新增的，迁移后开始等待。")

    def _joins(self) -> None:
        """Refuse what would go on by the move itself: a join whose last missing branch is gone."""
        for task in self.workflow.living():
            spec = task.task_spec
            if isinstance(spec, InclusiveGateway) and spec.complete_now(task):
                self.found.obstacles.append(
                    _remark(
                        spec.node,
                        f"“{_title(spec.node)}”在新版里不用再等别的分支，案件会自己往前走；请先办完一条分支。",
                    )
                )

    def _note(self, node: Node, sentence: str) -> None:
        self.found.notes.append(_remark(node, sentence))


def missing(workflow: CaseWorkflow, found: Relocation, order: MoveOrder) -> None:
    """Note as obstacles the variables that the new version reads behind a token, and that the case does not have."""
    for task in workflow.living():
        new = found.pairs[str(task.id)][1] if str(task.id) in found.pairs else task.task_spec
        # At an open sub-process counts what follows its end: its inside has tokens of its own.
        point = f"{new.node.id}$end" if new.node.level is not None else new.node.id
        wanted = order.needs.get(new.process_key, {}).get(point, frozenset())
        lacking = sorted(wanted - set(workflow.scopes.view(scope_of(task))))
        if lacking:
            names = "、".join(f"“{name}”" for name in lacking)
            found.obstacles.append(
                _remark(
                    new.node,
                    f"“{_title(new.node)}”之后的步骤要读变量{names}，案件还没有值；请在流程属性 defaults 里给初值。",
                )
            )


def _waited(spec: NodeSpec) -> dict[str, str]:
    boundaries = spec.boundaries if isinstance(spec, Activity) else ()
    return {node.id: node.event.kind for node in boundaries if node.event is not None}


def _remark(node: Node, sentence: str) -> Remark:
    return Remark(element_id=node.id, name=node.name, sentence=sentence)


def _kind(node: Node | None) -> str:
    return node.event.kind if node is not None and node.event is not None else ""


def _title(node: Node) -> str:
    return node.name or node.id


def _text(template: Any) -> str:
    return "" if template is None else str(template.text)
