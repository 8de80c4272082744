"""The other engine as the people of one office use it over its REST: begin, complete, what is open, what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from json import loads
from typing import Any

from sqlalchemy import text

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

MOST_OPEN = 2000


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


class Abroad:
    """One office's people and cases on the other engine."""

    def __init__(self, office: Office, engine: EngineClient, url: str) -> None:
        self._office = office
        self._engine = engine
        self._url = url
        self.runner = ForeignRunner(office, engine)
        self._people: dict[str, EngineClient] = {}
        self._roots: dict[str, str] = {}
        self._jobs: dict[str, str] = {}

    def client_of(self, actor: Actor) -> EngineClient:
        """Return the other engine as this person speaks to it; whoever is new there gets a login."""
        if actor.login not in self._people:
            if not self._engine.get("/user/count", id=actor.login)["count"]:
                profile = {"id": actor.login, "firstName": actor.name, "lastName": "", "email": ""}
                self._engine.post("/user/create", {"profile": profile, "credentials": {"password": PASSWORD}})
            self._people[actor.login] = EngineClient(self._url, actor.login, PASSWORD)
        return self._people[actor.login]

    def begin(self, actor: Actor, process: str, data: Mapping[str, Any], about: str = "") -> str:
        """Start a process with its start form's answers as a person; return its instance."""
        body: dict[str, Any] = {"variables": typed.dtos(dict(data)), "businessKey": about or None}
        made = self.client_of(actor).post(f"/process-definition/key/{process}/submit-form", body)
        self.runner.drain()
        return str(made["id"])

    def seen(self, task: str) -> dict[str, Any]:
        """Return what a user task sees."""
        return self._engine.task_variables(task, self._office.files.put)

    def complete(self, actor: Actor, item: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        """Claim and complete a user task with what the browser would send."""
        client, task, form = self.client_of(actor), item["task_id"], item["form"]
        client.post(f"/task/{task}/claim", {"userId": actor.login})
        seen = self.seen(task)
        sent = as_submitted(form, data, seen)
        gone = hidden(form, sent, seen, ports_of(self._office, actor, item["case_no"])) if form else set()
        shown = {key: value for key, value in sent.items() if key not in gone}
        client.post(f"/task/{task}/complete", {"variables": typed.dtos(shown)})

    def instances(self, case_no: str = "") -> dict[str, Mapping[str, Any]]:
        """Return the instances over there with their rows here; those of one household when it is named."""
        with self._office.store.reading() as tx:
            found = tx.execute(
                text(
                    "select f.id, c.process_key, c.record_no, c.case_no from foreign_instance f "
                    "join case_instance c on c.id = f.case_id where :case_no in ('', c.case_no)"
                ),
                {"case_no": case_no},
            )
            return {row.id: dict(row._mapping) for row in found}

    def root_of(self, instance: str) -> str:
        """Return the instance at the top."""
        if instance not in self._roots:
            self._roots[instance] = str(self._engine.instance(instance)["rootProcessInstanceId"])
        return self._roots[instance]

    def open_items(self, own: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the open user tasks of some instances."""
        found = []
        for task in self._engine.get("/task", maxResults=MOST_OPEN):
            row = own.get(self.root_of(task["processInstanceId"]))
            if row is not None:
                found.append(
                    {
                        "task_id": task["id"],
                        "element_id": task["taskDefinitionKey"],
                        "assignee": task["assignee"] or "",
                        "process_key": row["process_key"],
                        "form": (task.get("operatonFormRef") or task.get("camundaFormRef") or {}).get("key", ""),
                        "top": row["process_key"],
                        "record_no": row["record_no"],
                        "case_no": row["case_no"],
                    }
                )
        return found

    def is_for(self, item: Mapping[str, Any], actor: Actor) -> bool:
        """True when an open task lies with a person, or in one of the person's groups."""
        links = self._engine.get(f"/task/{item['task_id']}/identity-links")
        return any(link["groupId"] in actor.groups or link["userId"] == actor.login for link in links)

    def timers(self, own: Collection[str]) -> list[tuple[datetime, str, str]]:
        """Return instant, element and id of the open timers of some instances, earliest first."""
        found = []
        for job in self._engine.get("/job", timers="true"):
            if job["dueDate"] and self.root_of(job["processInstanceId"]) in own:
                found.append((datetime.fromisoformat(job["dueDate"]), self._element_of(job), job["id"]))
        return sorted(found)

    def fire_next(self, now: datetime, own: Collection[str]) -> bool:
        """Fire the earliest timer of some instances that is due; False when none is."""
        due = [one for one in self.timers(own) if one[0] <= now]
        if due:
            self._engine.call("POST", f"/job/{due[0][2]}/execute")
        return bool(due)

    def _element_of(self, job: Mapping[str, Any]) -> str:
        key = str(job["jobDefinitionId"])
        if key not in self._jobs:
            self._jobs[key] = str(self._engine.get(f"/job-definition/{key}")["activityId"])
        return self._jobs[key]

    def incidents(self, own: Collection[str]) -> list[str]:
        """Return what could not go on over there."""
        return [
            f"{one['activityId']}: {one['incidentMessage']}"
            for one in self._engine.get("/incident")
            if not own or self.root_of(one["processInstanceId"]) in own
        ]
