"""Asks Operaton what it does with the same acts: what was open on our engine after each of them is held against it.

Camunda's own engine is the judge of Camunda's diagrams. It needs Java (tools/portability/server.py), so what it said is
written beside the diagrams by ``python -m tools.conformance.judge`` and read from there.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import quote

from jiuzhu.foreign.client import EngineClient, EngineRefused
from tools.conformance.taking_over import TOLD
from tools.conformance.walking import Act, Walk

WORKER = "judge"
LONG = 10_000_000
Deploy: TypeAlias = Callable[[str, Mapping[str, bytes]], Mapping[str, Any]]


class TheirCase:
    """One case on Operaton, moved act by act; nothing else runs there."""

    def __init__(self, engine: EngineClient, key: str, variables: Mapping[str, Any]) -> None:
        self.engine = engine
        started = engine.post(
            f"/process-definition/key/{key}/start", {"variables": _typed({**variables, "case_no": "1"})}
        )
        self.id = str(started["id"])
        self._settle()

    def open(self) -> tuple[str, ...]:
        """Return what is open for people and workers, sorted."""
        found = [*self.engine.get("/task", maxResults=1000), *self.engine.get("/external-task", maxResults=1000)]
        return tuple(sorted(str(one.get("taskDefinitionKey") or one.get("activityId")) for one in found))

    @property
    def ended(self) -> bool:
        """True when nothing of the case runs any more."""
        return not self.engine.get("/process-instance", maxResults=1)

    def act(self, act: Act) -> None:
        """Do what was done on our engine. Raises StopIteration when it is not possible."""
        values = {"variables": _typed(dict(act.values))}
        if act.kind in ("complete", "finish", "error"):
            self._end(act, values)
        elif act.kind == "timer":
            self._fire(act.element)
        elif act.kind == "message":
            self.engine.post(f"/execution/{self._waiting(act)}/messageSubscriptions/{quote(act.name)}/trigger", values)
        else:
            self.engine.post("/signal", {"name": act.name, "executionId": self._waiting(act)})
        self._settle()

    def _end(self, act: Act, values: dict[str, Any]) -> None:
        task = next((t["id"] for t in self.engine.get("/task") if t["taskDefinitionKey"] == act.element), None)
        path = f"/task/{task}"
        if task is None:
            task = next(t["id"] for t in self.engine.get("/external-task") if t["activityId"] == act.element)
            path, values = f"/external-task/{task}", {**values, "workerId": WORKER}
        if act.kind == "error":
            self.engine.post(f"{path}/bpmnError", {**values, "errorCode": act.name})
        else:
            self.engine.post(f"{path}/complete", values)

    def _waiting(self, act: Act) -> str:
        found = self.engine.get("/event-subscription", eventName=act.name, activityId=act.element)
        return str(next(iter(found))["executionId"])

    def _fire(self, element: str) -> None:
        activities = {one["id"]: one["activityId"] for one in self.engine.get("/job-definition")}
        timers = [one for one in self.engine.get("/job", timers="true") if one["dueDate"]]
        mine = min((t for t in timers if activities.get(t["jobDefinitionId"]) == element), key=_due, default=None)
        if mine is None:
            raise StopIteration
        self.engine.post(f"/job/{mine['id']}/execute", {})

    def _settle(self) -> None:
        """Do what goes on by itself: continuations of asynchronous activities, thrown messages."""
        for _ in range(200):
            jobs = self.engine.get("/job", messages="true", withRetriesLeft="true")
            jobs += [one for one in self.engine.get("/job", timers="true") if one["dueDate"] and _due(one) <= _now()]
            for job in jobs:
                self.engine.post(f"/job/{job['id']}/execute", {})
            topics = [{"topicName": name, "lockDuration": LONG} for name in (TOLD, "errand")]
            self.engine.post("/external-task/fetchAndLock", {"workerId": WORKER, "maxTasks": 500, "topics": topics})
            told = self.engine.get("/external-task", topicName=TOLD)
            for one in told:
                self.engine.post(f"/external-task/{one['id']}/complete", {"workerId": WORKER})
            if not jobs and not told:
                return


def ask(engine: EngineClient, deploy: Deploy, key: str, files: Mapping[str, bytes], walks: list[Walk]) -> str:
    """Return ``same`` with how many cases, what differs first, or what the engine says against the diagram."""
    try:
        deployed = deploy(f"judge {uuid.uuid4().hex}", {f"{name}.bpmn": data for name, data in files.items()})
    except EngineRefused as refused:
        return f"refused: {_reason(refused.message)}"
    try:
        for number, walk in enumerate(walks):
            said = _replayed(engine, key, walk)
            clear(engine)
            if said:
                return f"other: case {number + 1} {said}"
    finally:
        engine.call("DELETE", f"/deployment/{deployed['id']}?cascade=true&skipCustomListeners=true&skipIoMappings=true")
    return f"same: {len(walks)} of {len(walks)}"


def _reason(message: str) -> str:
    first = next((line for line in message.splitlines() if line.startswith("* ")), message).removeprefix("* ")
    return first.partition(" | resource")[0][:120]


def _replayed(engine: EngineClient, key: str, walk: Walk) -> str:
    acts = 0
    try:
        case = TheirCase(engine, key, walk.variables)
        if not walk.seen:
            return f"starts; ours stopped: {walk.stopped}"
        if case.open() != walk.seen[0]:
            return f"differs at the start: {case.open()} instead of {walk.seen[0]}"
        for act, seen in zip(walk.acts, walk.seen[1:], strict=False):
            acts += 1
            case.act(act)
            if case.open() != seen:
                return f"differs after act {acts} {act.kind} {act.element}: {case.open()} instead of {seen}"
    except StopIteration:
        return f"act {acts} {act.kind} {act.element} is not possible"
    except EngineRefused as refused:
        return "" if walk.stopped else f"fails at act {acts}: {refused.message}"
    if walk.stopped or len(walk.seen) - 1 < len(walk.acts):
        return ""
    return "" if case.ended == walk.ended else f"ended {case.ended} instead of {walk.ended}"


def clear(engine: EngineClient) -> None:
    """End what is left of a case."""
    for one in engine.get("/process-instance", rootProcessInstances="true"):
        engine.call("DELETE", f"/process-instance/{one['id']}?skipCustomListeners=true&skipIoMappings=true")


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {bool: "Boolean", str: "String", int: "Integer"}
    return {name: {"value": value, "type": kinds[type(value)]} for name, value in values.items()}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def _due(job: Mapping[str, Any]) -> str:
    moment = datetime.strptime(str(job["dueDate"]), "%Y-%m-%dT%H:%M:%S.%f%z")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
