"""The REST door of the other engine, as far as a worker and the record need it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from jiuzhu.domain import typed
from jiuzhu.domain.topics import Values
from jiuzhu.errors import ConfigurationError, Failed

MOST_TASKS = 500
TIMEOUT_SECONDS = 30.0
"""For an answer, beside what a long poll waits."""


class EngineRefused(Failed):
    """The other engine answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"HTTP {status} {message}")
        self.status = status
        self.message = message


class EngineUnreachable(Failed):
    """The other engine did not answer."""


class _StayHere(HTTPRedirectHandler):
    """Personal data and the password go to the address that was given and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


class EngineClient:
    """Speaks to one engine; safe to share between threads."""

    def __init__(self, url: str, user: str = "", password: str = "") -> None:
        """Check the address. Raises ConfigurationError when it is no http(s) address."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigurationError(f"not an http(s) address: {url!r}")
        self._url = url.rstrip("/")
        self._headers = {"Accept": "application/json"}
        if user:
            token = base64.b64encode(f"{user}:{password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {token}"
        # No proxy from the environment: what leaves the house goes where the command says.
        self._opener: OpenerDirector = build_opener(ProxyHandler({}), _StayHere)

    def get(self, path: str, **query: Any) -> Any:
        """Read. Raises EngineRefused, EngineUnreachable."""
        return self.call("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, content: Mapping[str, Any]) -> Any:
        """Send an object. Raises EngineRefused, EngineUnreachable."""
        return self.call("POST", path, content)

    def call(self, method: str, path: str, content: Any = None, *, patience: float = 0.0) -> Any:
        """Send a request and return the JSON of the answer, None without one.

        Raises EngineRefused (a status that is not 2xx), EngineUnreachable.
        """
        data = None if content is None else json.dumps(content).encode()
        headers = self._headers if data is None else {**self._headers, "Content-Type": "application/json"}
        request = Request(self._url + path, data=data, headers=headers, method=method)
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS + patience) as answer:
                body = answer.read()
        except HTTPError as error:
            with error:
                raise EngineRefused(error.code, _message(error.read(4000))) from error
        except (URLError, TimeoutError, ConnectionError, HTTPException) as error:
            raise EngineUnreachable(f"{self._url}: {getattr(error, 'reason', error)}") from error
        return json.loads(body) if body else None

    # what the service asks (``ForeignEngine``)

    def is_waiting(self, message: str, correlation: Values) -> bool:
        """True while a process instance waits for the message."""
        body = {
            "messageEventSubscriptionName": message,
            "processVariables": [
                {"name": name, "operator": "eq", "value": str(value)} for name, value in correlation.items()
            ],
        }
        return int(self.post("/execution/count", body)["count"]) > 0

    # external tasks

    def fetch(
        self, worker: str, topics: Sequence[str], *, most: int, lock_seconds: int, wait_seconds: float
    ) -> list[dict[str, Any]]:
        """Lock tasks for a worker and return them; waits as long for the first one."""
        body: dict[str, Any] = {
            "workerId": worker,
            "maxTasks": most,
            "usePriority": True,
            "topics": [
                {
                    "topicName": topic,
                    "lockDuration": lock_seconds * 1000,
                    "deserializeValues": False,
                    "includeExtensionProperties": True,
                }
                for topic in topics
            ],
        }
        if wait_seconds:
            body["asyncResponseTimeout"] = int(wait_seconds * 1000)
        found: list[dict[str, Any]] = self.call("POST", "/external-task/fetchAndLock", body, patience=wait_seconds)
        return found

    def complete(self, worker: str, task_id: str, variables: Values) -> None:
        """Give the answer to a task."""
        self.post(f"/external-task/{task_id}/complete", {"workerId": worker, "variables": typed.dtos(variables)})

    def raise_error(self, worker: str, task_id: str, code: str, message: str) -> None:
        """Answer a task with a BPMN error."""
        body = {"workerId": worker, "errorCode": code, "errorMessage": message, "variables": {}}
        self.post(f"/external-task/{task_id}/bpmnError", body)

    def fail(self, worker: str, task_id: str, message: str, *, retries: int, pause_seconds: float) -> None:
        """Give a task back; without retries it becomes an incident over there."""
        body = {
            "workerId": worker,
            "errorMessage": message[:600],
            "errorDetails": message,
            "retries": retries,
            "retryTimeout": int(pause_seconds * 1000),
        }
        self.post(f"/external-task/{task_id}/failure", body)

    # acts

    def start(self, process_key: str, business_key: str, variables: Values) -> str:
        """Start a process under a number, once, and return its instance; one of that number is not started again."""
        found = self.get("/history/process-instance", processInstanceBusinessKey=business_key)
        if found:
            return str(found[0]["id"])
        body = {"businessKey": business_key, "variables": typed.dtos(variables)}
        return str(self.post(f"/process-definition/key/{quote(process_key)}/start", body)["id"])

    def send(self, message: str, correlation: Values, payload: Values) -> bool:
        """Correlate a message with everybody who waits for it; False when nobody does."""
        body = {
            "messageName": message,
            "correlationKeys": typed.dtos(correlation),
            "processVariables": typed.dtos(payload),
            "all": True,
        }
        if not self.is_waiting(message, correlation):
            return False
        self.post("/message", body)
        return True

    def subscriptions(self) -> list[dict[str, Any]]:
        """Return who waits for a message."""
        found: list[dict[str, Any]] = self.get("/event-subscription", eventType="message")
        return found

    def variable(self, instance_id: str, name: str) -> Any:
        """Return a variable of a running instance, None when there is none."""
        try:
            return self.get(f"/process-instance/{instance_id}/variables/{quote(name)}")["value"]
        except EngineRefused as error:
            if error.status != 404:
                raise
            return None

    def instance_values(self, instance_id: str, keep: Callable[[bytes], str]) -> dict[str, Any]:
        """Return what an instance holds itself, running or ended: not what stands under one of its tasks."""
        query = {"processInstanceId": instance_id, "deserializeValues": "false"}
        found = self.get("/history/variable-instance", **query)
        own = {one["name"]: one for one in found if one["activityInstanceId"] == instance_id}
        return read_values(own, keep)

    def called_by(self, instance_id: str) -> list[str]:
        """Return the running instances that an instance has called."""
        return [one["id"] for one in self.get("/process-instance", superProcessInstance=instance_id)]

    def set_variables(self, instance_id: str, variables: Values) -> bool:
        """Set variables of a running instance; False when it does not run any more."""
        try:
            self.post(f"/process-instance/{instance_id}/variables", {"modifications": typed.dtos(variables)})
        except EngineRefused:
            return False
        return True

    # open user tasks

    def open_tasks(self) -> list[dict[str, Any]]:
        """Return the open user tasks, latest first."""
        found: list[dict[str, Any]] = self.get("/task", sortBy="created", sortOrder="desc", maxResults=MOST_TASKS)
        return found

    def task_variables(self, task_id: str, keep: Callable[[bytes], str]) -> dict[str, Any]:
        """Return what a user task sees."""
        return read_values(self.get(f"/task/{task_id}/variables", deserializeValues="false"), keep)

    def set_local(self, task_id: str, values: Values) -> None:
        """Set variables of a user task alone; nobody needs them when it is gone."""
        try:
            self.post(f"/task/{task_id}/localVariables", {"modifications": typed.dtos(values)})
        except EngineRefused as error:
            if error.status not in (404, 500):
                raise

    # history

    def instance(self, instance_id: str) -> dict[str, Any]:
        """Return an instance, running or ended."""
        found: dict[str, Any] = self.get(f"/history/process-instance/{quote(instance_id)}")
        return found

    def completed_tasks(self, root: str) -> list[dict[str, Any]]:
        """Return the user tasks completed in an instance and what it called, oldest first."""
        query = {"rootProcessInstanceId": root, "finished": "true", "sortBy": "endTime", "sortOrder": "asc"}
        return [one for one in self.get("/history/task", **query) if one["deleteReason"] == "completed"]

    def start_values(self, instance_id: str, keep: Callable[[bytes], str]) -> dict[str, Any]:
        """Return what an instance was started with."""
        return self._updates(keep, processInstanceId=instance_id, initial="true")

    def completion(self, task: Mapping[str, Any], keep: Callable[[bytes], str]) -> tuple[str, dict[str, Any]]:
        """Return who completed a user task, and with which variables.

        The engine's log of what people do tells both apart from what is set while the task is open. An engine that
        keeps no such log (nobody logs in there) has the assignee, and all that was set under the task.
        """
        where = {"activityInstanceId": task["activityInstanceId"]}
        found = self.get("/history/user-operation", taskId=task["id"], operationType="Complete")
        if found:  # the act also moves the case on: what the tasks behind set is no answer of a form
            return found[0]["userId"] or "", self._updates(keep, userOperationId=found[0]["operationId"], **where)
        return task["assignee"] or "", self._updates(keep, **where)

    def _updates(self, keep: Callable[[bytes], str], **query: Any) -> dict[str, Any]:
        found = self.get("/history/detail", variableUpdates="true", deserializeValues="false", **query)
        ordered = sorted(found, key=lambda one: (one["time"], one["revision"]))
        last = {
            one["variableName"]: {"type": one["variableType"], "value": one["value"], "valueInfo": one["valueInfo"]}
            for one in ordered
        }
        return read_values(last, keep)

    def end_event(self, instance_id: str) -> tuple[str, str]:
        """Return id and name of the end event that an instance came to last."""
        query = {"processInstanceId": instance_id, "finished": "true", "sortBy": "occurrence", "sortOrder": "desc"}
        for one in self.get("/history/activity-instance", **query):
            if one["activityType"].endswith("EndEvent") and one["parentActivityInstanceId"] == instance_id:
                return one["activityId"], one["activityName"] or ""
        return "", ""


def read_values(sent: Mapping[str, Any], keep: Callable[[bytes], str]) -> dict[str, Any]:
    """Return name → value of variables of the other engine.

    A whole row of a decision table is a Java map there: it is left out, since contracts ask for single values.
    """
    plain = {name: one for name, one in sent.items() if not _is_java(one)}
    return typed.values(plain, keep)


def _is_java(sent: Mapping[str, Any]) -> bool:
    form = (sent.get("valueInfo") or {}).get("serializationDataFormat")
    return sent.get("type") == "Object" and form != "application/json"


def _message(body: bytes) -> str:
    try:
        return str(json.loads(body).get("message", ""))
    except (ValueError, AttributeError):
        return body.decode("utf-8", "replace")[:300]
