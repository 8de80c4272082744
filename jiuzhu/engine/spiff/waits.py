"""Task specs that wait for a time or a message, and multi-instance bodies that wait for their items."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiuzhu.engine.diagram import Event, Level, Multi, Node
from jiuzhu.engine.spiff.activities import Activity
from jiuzhu.engine.spiff.levels import ProcessSpec, enclosing_scope, scope_of
from jiuzhu.engine.spiff.nodes import NodeSpec
from jiuzhu.engine.timers import Alarm, alarm_from


class Wait(NodeSpec):
    """A catching event: WAITING until it is fired.

    A timer's instant is settled on arrival and kept in the token (``due``, and ``period``/``left`` of a cycle).
    """

    @property
    def event(self) -> Event:
        """The event definition."""
        return self.node.event if self.node.event is not None else Event(kind="none")

    def fire(self, my_task: Task) -> None:
        """Let the token go on."""
        conductor = my_task.workflow.script_engine
        my_task.internal_data["fired"] = True
        conductor.end_race(my_task)
        self._update(my_task)

    def _update_hook(self, my_task: Task) -> bool:
        if my_task.internal_data.get("fired"):
            return True
        if my_task.state != TaskState.WAITING:
            my_task._set_state(TaskState.WAITING)
            self.arm(my_task)
        return False

    def arm(self, my_task: Task) -> None:
        """Settle the timer, if it is one."""
        event = self.event
        if event.kind == "timer" and event.timer_text is not None and "due" not in my_task.internal_data:
            conductor = my_task.workflow.script_engine
            text = conductor.text(my_task, event.timer_text)
            if text is None:
                raise self.fault(f"定时事件“{self.node.name}”的时间为空。", "TIMER")
            self.set_alarm(my_task, conductor.checked(my_task, alarm_from, event.timer, text, conductor.host.now))

    @staticmethod
    def set_alarm(my_task: Task, alarm: Alarm) -> None:
        """Write an alarm into the token."""
        my_task.internal_data["due"] = alarm.due.isoformat()
        if alarm.period:
            my_task.internal_data |= {"period": alarm.period, "left": alarm.left}

    @staticmethod
    def alarm(my_task: Task) -> Alarm | None:
        """Return the token's alarm, None when it waits for no time."""
        data = my_task.internal_data
        if "due" not in data or data.get("fired"):
            return None
        return Alarm(datetime.fromisoformat(data["due"]), data.get("period", ""), data.get("left", 0))

    def _on_cancel(self, my_task: Task) -> None:
        # A wait that never happened is not worth a line, unless the token itself was standing here.
        if "host" not in my_task.internal_data and "race" not in my_task.internal_data:
            super()._on_cancel(my_task)


class BoundaryEvent(Wait):
    """A wait at the border of an activity (``host``), or the way out of a caught error or escalation."""

    def fire(self, my_task: Task) -> None:
        """Let the token go on; an interrupting event cancels its activity, a repeatable one is armed again."""
        conductor = my_task.workflow.script_engine
        host = conductor.workflow.find(my_task.internal_data.pop("host"))
        if host is not None and self.node.interrupting:
            host.cancel()
        elif host is not None:
            self._rearm(my_task, host)
        conductor.note("entered", my_task)
        super().fire(my_task)

    def _rearm(self, my_task: Task, host: Task) -> None:
        conductor = my_task.workflow.script_engine
        if self.event.kind in ("message", "signal"):
            conductor.enter(my_task.workflow, self.node.id, host=str(host.id))
            return
        alarm = self.alarm(my_task)
        following = alarm.following(conductor.host.now) if alarm is not None else None
        if following is not None:
            more = {"period": following.period, "left": following.left}
            conductor.enter(my_task.workflow, self.node.id, host=str(host.id), due=following.due.isoformat(), **more)


class ReceiveTask(Activity):
    """An activity that waits for a message: with inputs and outputs, boundary events and instances like any other."""

    @property
    def event(self) -> Event:
        """The message that it waits for."""
        return self.node.event if self.node.event is not None else Event(kind="none")

    def fire(self, my_task: Task) -> None:
        """Finish: the message has come."""
        my_task.workflow.script_engine.end_race(my_task)
        self.finish(my_task)

    def _run_hook(self, my_task: Task) -> bool | None:
        return None


def waits(task: Task) -> bool:
    """Return whether a token waits for a time, a message or a signal."""
    spec = task.task_spec
    if isinstance(spec, ReceiveTask):
        return bool(task.state == TaskState.STARTED)
    return isinstance(spec, Wait) and bool(task.state == TaskState.WAITING)


class MultiInstance(Activity):
    """The body of a multi-instance activity: makes the items, counts them, leaves when enough are done."""

    def __init__(self, wf_spec: ProcessSpec, node: Node, level: Level, multi: Multi) -> None:
        super().__init__(wf_spec, node, level)
        self.multi = multi
        self.item_name = f"{node.id}#item"

    def open_scope(self, my_task: Task, local: dict[str, Any]) -> None:
        conductor = my_task.workflow.script_engine
        conductor.scopes.open(str(my_task.id), enclosing_scope(my_task), "activity", {})

    def give_outputs(self, my_task: Task) -> None:
        """Nothing: outputs belong to the items."""

    def _run_hook(self, my_task: Task) -> bool | None:
        count = self._count(my_task)
        if count == 0:
            return True
        my_task.internal_data |= {"count": count, "done": 0, "next": 0}
        self._tally(my_task)
        for _ in range(1 if self.multi.sequential else count):
            self._start_item(my_task)
        return None

    def item_done(self, my_task: Task) -> None:
        """Count a finished item; start the next or leave."""
        conductor = my_task.workflow.script_engine
        data = my_task.internal_data
        data["done"] += 1
        self._tally(my_task)
        enough = self.multi.enough is not None and conductor.holds(my_task, self.multi.enough)
        if enough or data["done"] == data["count"]:
            conductor.cancel_items(my_task)
            my_task.complete()
        elif self.multi.sequential:
            self._start_item(my_task)

    def _count(self, my_task: Task) -> int:
        conductor = my_task.workflow.script_engine
        if self.multi.collection is not None:
            items = conductor.value(my_task, self.multi.collection)
            if not isinstance(items, list):
                raise self.fault(f"“{self.node.name}”的集合不是列表。", "MULTI")
            count = len(items)
        else:
            value = conductor.value(my_task, self.multi.cardinality) if self.multi.cardinality is not None else 0
            if isinstance(value, str) and value.strip().isdigit():
                value = int(value)
            if isinstance(value, bool) or not isinstance(value, int):
                raise self.fault(f"“{self.node.name}”的次数“{value}”不是整数。", "MULTI")
            count = value
        if not 0 <= count <= self.multi.bound:
            raise self.fault(f"“{self.node.name}”的次数 {count} 超出 0 到 {self.multi.bound}。", "MULTI_BOUND")
        return count

    def _start_item(self, my_task: Task) -> None:
        conductor = my_task.workflow.script_engine
        index = my_task.internal_data["next"]
        my_task.internal_data["next"] = index + 1
        local: dict[str, Any] = {"loopCounter": index}
        if self.multi.collection is not None:
            items = conductor.value(my_task, self.multi.collection)
            if not isinstance(items, list) or index >= len(items):
                raise self.fault(f"“{self.node.name}”的集合在办理中变短了。", "MULTI")
            if self.multi.element:
                local[self.multi.element] = items[index]
        conductor.enter(my_task.workflow, self.item_name, body=str(my_task.id), index=index, local=local)

    def _tally(self, my_task: Task) -> None:
        data = my_task.internal_data
        active = data["count"] - data["done"] if not self.multi.sequential else 1
        my_task.workflow.script_engine.scopes.write_local(
            scope_of(my_task),
            {
                "nrOfInstances": data["count"],
                "nrOfCompletedInstances": data["done"],
                "nrOfActiveInstances": active if data["done"] < data["count"] else 0,
            },
        )

    def _on_cancel(self, my_task: Task) -> None:
        my_task.workflow.script_engine.cancel_items(my_task)
        super()._on_cancel(my_task)
