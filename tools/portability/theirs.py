"""A walk on the other engine: the same people, the same forms, over its REST; our topics work beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from json import loads
from typing import Any

from jiuzhu.domain import typed
from jiuzhu.domain.actor import Actor
from jiuzhu.engine.forms import parse_form
from jiuzhu.engine.forms_feel import Expression, expression
from jiuzhu.engine.forms_sheet import Sheet
from jiuzhu.foreign.client import EngineClient
from jiuzhu.foreign.runner import ForeignRunner
from jiuzhu.service.forms import OfficePorts, ports_of
from jiuzhu.service.office import Office
from tests.conftest import PASSWORD, ROOT
from tests.walks import Walker, WalkFailed

MOST_ROUNDS = 20


@cache
def computed(form: str) -> tuple[tuple[str, Expression], ...]:
    """Return the fields of a form that are computed, as form-js does in the browser before it sends them along."""
    path = next((ROOT / "bpmn").rglob(f"{form}.form"))
    return tuple(_expressions(loads(path.read_text("utf-8"))["components"]))


def _expressions(components: list[dict[str, Any]]) -> Iterator[tuple[str, Expression]]:
    for one in components:
        if one.get("type") == "expression":
            yield one["key"], expression(one["expression"])
        elif one.get("type") == "group":
            yield from _expressions(one["components"])


def as_submitted(form: str, data: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form's answers with what the browser computes of them and of what the task sees."""
    whole = dict(data)
    for key, one in computed(form) if form else ():
        value = one.value({**seen, **whole})
        if value is not None:
            whole[key] = int(value) if isinstance(value, Decimal) else value
    return whole


def hidden(form: str, data: Mapping[str, Any], seen: Mapping[str, Any], ports: OfficePorts) -> set[str]:
    """Return the fields that the browser does not show for these answers: form-js leaves their values out."""
    path = next((ROOT / "bpmn").rglob(f"{form}.form"))
    sheet = Sheet(parse_form(path.read_bytes()), data, seen, ports)
    return {node.component.key for node in sheet.nodes() if node.hidden and node.row is None and node.component.key}


class TheirWalker(Walker):
    """Drives a case on the other engine; the record is that of our office."""

    def __init__(
        self, office: Office, walk: Mapping[str, Any], engine: EngineClient, url: str, *, household: int = 1
    ) -> None:
        super().__init__(office, walk, household=household)
        self.engine = engine
        self.url = url
        self.theirs = ForeignRunner(office, engine)
        self._people: dict[str, EngineClient] = {}
        self._roots: dict[str, str] = {}
        self._jobs: dict[str, str] = {}

    # people

    def client_of(self, actor: Actor) -> EngineClient:
        """Return the other engine as this person speaks to it; whoever is new there gets a login."""
        if actor.login not in self._people:
            if not self.engine.get("/user/count", id=actor.login)["count"]:
                profile = {"id": actor.login, "firstName": actor.name, "lastName": "", "email": ""}
                self.engine.post("/user/create", {"profile": profile, "credentials": {"password": PASSWORD}})
            self._people[actor.login] = EngineClient(self.url, actor.login, PASSWORD)
        return self._people[actor.login]

    # acting

    def hand_in(self, actor: Actor, data: Mapping[str, Any]) -> str:
        """Start the procedure with its start form's answers; the number comes with its first task."""
        found = self.begin(actor, self.process, data)
        numbers = self.rows(
            "select c.case_no from case_instance c join foreign_instance f on f.case_id = c.id where f.id = :id",
            id=found,
        )
        if not numbers:
            raise WalkFailed(f"{self.walk['id']}: the case was not opened: {self.incidents()}")
        return str(numbers[0]["case_no"])

    def begin(self, actor: Actor, process: str, data: Mapping[str, Any], about: str = "") -> str:
        """Start a process as a person; return its instance."""
        body: dict[str, Any] = {"variables": typed.dtos(dict(data)), "businessKey": about or None}
        made = self.client_of(actor).post(f"/process-definition/key/{process}/submit-form", body)
        self.theirs.drain()
        return str(made["id"])

    def submit(self, actor: Actor, task: str, data: Mapping[str, Any]) -> None:
        """Claim and complete a user task."""
        client = self.client_of(actor)
        form = next(one["form"] for one in self.open_items() if one["task_id"] == task)
        client.post(f"/task/{task}/claim", {"userId": actor.login})
        seen = self.engine.task_variables(task, self.office.files.put)
        sent = as_submitted(form, data, seen)
        gone = hidden(form, sent, seen, ports_of(self.office, actor, self.case_no)) if form else set()
        shown = {key: value for key, value in sent.items() if key not in gone}
        client.post(f"/task/{task}/complete", {"variables": typed.dtos(shown)})

    def settle(self) -> None:
        """Let our topics work, fire over there what is due by the office's clock, and again."""
        for _ in range(MOST_ROUNDS):
            self.theirs.drain()
            if not self._fire():
                break
        stuck = self.incidents()
        if stuck:
            raise WalkFailed(f"{self.walk['id']}: {stuck}")
        for row in self.rows("select ends_at from notice where case_no = :case_no and ends_at is not null"):
            self.notice_ends.add(str(row["ends_at"]))

    def _fire(self) -> int:
        """Fire the next due timer of the household's instances."""
        due = [one for one in self.timers() if one[0] <= self.now]
        if due:
            self.engine.call("POST", f"/job/{due[0][2]}/execute")
        return len(due)

    def timers(self) -> list[tuple[datetime, str, str]]:
        """Return instant, element and id of the open timers, earliest first."""
        found = []
        for job in self.engine.get("/job", timers="true"):
            if job["dueDate"] and self.root_of(job["processInstanceId"]) in self.instances():
                found.append((datetime.fromisoformat(job["dueDate"]), self._element_of(job), job["id"]))
        return sorted(found)

    def _element_of(self, job: Mapping[str, Any]) -> str:
        key = str(job["jobDefinitionId"])
        if key not in self._jobs:
            self._jobs[key] = str(self.engine.get(f"/job-definition/{key}")["activityId"])
        return self._jobs[key]

    def _timer(self, name: str) -> datetime:
        wanted = {
            "notice_end": "NoticeEnd",
            "resubmit_by": "Resubmit",
            "follow_up": "FollowUp",
            "views_late": "ViewsLate",
        }[name]
        found = [moment for moment, element, _ in self.timers() if wanted in element]
        if not found:
            raise WalkFailed(f"{self.walk['id']}: no timer waits for {name}: {self.timers()}")
        return found[0]

    def command(self, line: str) -> None:
        """Start over there what somebody starts about the case; everything else is as at home."""
        word, *rest = line[1:].split()
        if word == "start":
            actor = self.actor(rest[1])
            self.begin(actor, rest[0], self.answers(rest[0].removeprefix("shared_"), actor), self.case_no)
            self.settle()
        else:
            super().command(line)

    def _report(self, kind: str, role: str) -> None:
        actor = self.actor(role)
        self.begin(actor, "shared_case_report", self.answers("case_event", actor, event_kind=kind), self.case_no)

    # reading

    def instances(self) -> dict[str, Mapping[str, Any]]:
        """Return the household's instances over there with their rows here."""
        found = self.rows(
            "select f.id, c.process_key, c.record_no from foreign_instance f "
            "join case_instance c on c.id = f.case_id where c.case_no = :case_no"
        )
        return {row["id"]: row for row in found}

    def root_of(self, instance: str) -> str:
        """Return the instance at the top."""
        if instance not in self._roots:
            self._roots[instance] = str(self.engine.instance(instance)["rootProcessInstanceId"])
        return self._roots[instance]

    def open_items(self) -> list[dict[str, Any]]:
        """Return the open user tasks of the household."""
        own, found = self.instances(), []
        for task in self.engine.get("/task", maxResults=2000):
            row = own.get(self.root_of(task["processInstanceId"]))
            if row is not None:
                found.append(
                    {
                        "task_id": task["id"],
                        "element_id": task["taskDefinitionKey"],
                        "process_key": row["process_key"],
                        "form": (task.get("operatonFormRef") or task.get("camundaFormRef") or {}).get("key", ""),
                        "top": row["process_key"],
                        "record_no": row["record_no"],
                    }
                )
        return found

    def tasks_of(self, actor: Actor) -> set[str]:
        """Return the open tasks that lie in one of a person's groups."""
        found = set()
        for item in self.open_items():
            links = self.engine.get(f"/task/{item['task_id']}/identity-links")
            if any(link["groupId"] in actor.groups or link["userId"] == actor.login for link in links):
                found.add(item["task_id"])
        return found

    def incidents(self) -> list[str]:
        """Return what could not go on over there."""
        own = self.instances()
        return [
            f"{one['activityId']}: {one['incidentMessage']}"
            for one in self.engine.get("/incident")
            if not own or self.root_of(one["processInstanceId"]) in own
        ]
