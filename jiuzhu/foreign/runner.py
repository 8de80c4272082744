"""Takes external tasks of the other engine and works them with our topics, until it is told to stop.

Any number may run: a task is locked over there, its answer is stored here under its id. Before a task is worked,
what people completed in its case since is entered into the record; between the polls also what no task follows, and
what people reported here is passed on.
"""

from __future__ import annotations

import os
import socket
import threading
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from jiuzhu.errors import Invalid, Refused, WorkerError
from jiuzhu.foreign.client import EngineClient, EngineRefused, EngineUnreachable, read_values
from jiuzhu.service import foreign_cases, foreign_forms, foreign_tasks, foreign_waits
from jiuzhu.service.elsewhere import is_elsewhere
from jiuzhu.service.foreign_cases import ForeignCase, ForeignStart
from jiuzhu.service.foreign_forms import ForeignForm
from jiuzhu.service.foreign_tasks import Answer, ForeignTask
from jiuzhu.service.foreign_waits import Listener
from jiuzhu.service.office import Office
from jiuzhu.service.retries import parse_retry

log = structlog.get_logger(__name__)

WAIT_SECONDS = 5.0
"""How long a poll is held over there when nothing waits; then what people did without a task behind is looked at."""
PAUSE_SECONDS = 5.0
AT_ONCE = 10


class ForeignRunner:
    """Works one engine's tasks in the calling thread."""

    def __init__(self, office: Office, client: EngineClient, topics: Sequence[str] | None = None) -> None:
        self._office = office
        self._client = client
        able = [name for name, topic in office.topics.items() if topic.contract.drawn]
        self._topics = [name for name in able if topics is None or name in topics]
        self._worker = f"jiuzhu:{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._lock_seconds = int(office.settings.get("jobs", "lease_seconds"))
        self._roots: dict[str, Mapping[str, Any]] = {}
        self._keys: dict[str, str] = {}
        self._shown: set[str] = set()

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set; an engine that is away is asked again."""
        while not stop.is_set():
            try:
                self.round(wait_seconds=WAIT_SECONDS)
                self.follow()
            except (EngineUnreachable, EngineRefused) as error:
                log.warning("the other engine could not be asked", error=str(error))
                stop.wait(PAUSE_SECONDS)

    def drain(self) -> int:
        """Work everything that can be worked now; returns how many tasks."""
        worked = 0
        while True:
            done = self.round(wait_seconds=0)
            worked += done
            if not done and not self.follow():
                return worked

    def round(self, *, wait_seconds: float) -> int:
        """Take some tasks and work them; returns how many."""
        found = self._client.fetch(
            self._worker, self._topics, most=AT_ONCE, lock_seconds=self._lock_seconds, wait_seconds=wait_seconds
        )
        for one in found:
            self._work(one)
        return len(found)

    def follow(self) -> int:
        """Settle what is left, enter what no task follows, pass on what was reported; returns how much moved."""
        moved = self._settle()
        for instance, case_id in foreign_cases.running(self._office):
            moved += self._look_at(instance, case_id)
        for row in foreign_cases.unsent_messages(self._office):
            delivered = self._client.send(row["message"], row["correlation"], row["payload"])
            foreign_cases.message_tried(self._office, row["id"], delivered=delivered)
            moved += 1
        self._listen()
        self._show_record()
        return moved

    def _listen(self) -> None:
        """Note who waits over there for what our rows will say: the scheduler tells them when they say it."""
        if not is_elsewhere(self._office):
            return
        found = {one["id"]: one for one in self._client.subscriptions() if one["eventName"] in foreign_waits.MESSAGES}
        for mark in found.keys() - set(foreign_waits.heard(self._office, found.keys())):
            self._note(found[mark])

    def _note(self, waiting: Mapping[str, Any]) -> None:
        instance = waiting["processInstanceId"]
        case_id = foreign_cases.known(self._office, self._root_of(instance)["id"])
        if not case_id:
            return
        listener = Listener(
            id=waiting["id"],
            process_key=self._keys[instance],
            element_id=waiting["activityId"],
            message=waiting["eventName"],
        )
        key = foreign_waits.correlation_of(self._office, case_id, listener)
        foreign_waits.listen(self._office, case_id, listener, key, self._client.variable(instance, key))

    def _show_record(self) -> None:
        """Give each open user task what its form shows of the record, as variables of the task alone."""
        for task in self._client.open_tasks():
            if task["id"] in self._shown:
                continue
            self._shown.add(task["id"])
            root = self._root_of(task["processInstanceId"])
            case_id = foreign_cases.known(self._office, root["id"])
            if not case_id:
                continue
            seen = self._client.task_variables(task["id"], self._office.files.put)
            key = self._keys[task["processInstanceId"]]
            try:
                facts = foreign_forms.facts_of(self._office, case_id, key, task["taskDefinitionKey"], seen)
            except Refused as refused:
                log.warning("a form of the other engine is not ours", task=task["id"], reason=refused.sentence)
                continue
            if facts:
                self._client.set_local(task["id"], facts)

    # one task

    def _work(self, fetched: Mapping[str, Any]) -> None:
        try:
            answer = self._answer(fetched)
        except Refused as refused:
            # Only a person can help: in the other engine the click is done, so the task waits as an incident.
            self._fail(fetched, _sentence(refused), 0)
        except (EngineUnreachable, EngineRefused):
            raise
        except Exception as error:
            log.exception("foreign task failed", topic=fetched["topicName"], task=fetched["id"])
            permanent = isinstance(error, WorkerError) and error.permanent
            self._fail(fetched, f"{type(error).__name__}: {error}", 0 if permanent else None)
        else:
            self._tell(answer)
            self._settle()

    def _answer(self, fetched: Mapping[str, Any]) -> Answer:
        variables = read_values(fetched["variables"], self._office.files.put)
        root = self._root_of(fetched["processInstanceId"])
        case = foreign_cases.find_case(self._office, root["id"], str(variables.get("record_no") or ""))
        if case is None:
            case = foreign_cases.adopt(self._office, self._client, self._start_of(root))
        self._enter_forms(root["id"], case, variables, fetched["processInstanceId"])
        task = ForeignTask(
            id=fetched["id"],
            topic=fetched["topicName"],
            process_key=fetched["processDefinitionKey"],
            element_id=fetched["activityId"],
            variables=variables,
            properties=fetched.get("extensionProperties") or {},
        )
        return foreign_tasks.perform(self._office, self._client, case.case_id, task)

    def _tell(self, answer: Answer) -> None:
        try:
            if answer.error:
                self._client.raise_error(self._worker, answer.task_id, answer.error, answer.message)
            else:
                self._client.complete(self._worker, answer.task_id, answer.variables)
        except EngineRefused as error:
            if error.status != 404:
                raise
            log.info("the task is gone: its case has moved on", task=answer.task_id)

    def _fail(self, fetched: Mapping[str, Any], message: str, retries: int | None) -> None:
        cycle = parse_retry(str(self._office.settings.get("jobs", "retry")))
        left = fetched["retries"]
        if retries is None:
            retries = cycle.times - 1 if left is None else max(0, int(left) - 1)
        try:
            pause = cycle.pause.total_seconds()
            self._client.fail(self._worker, fetched["id"], message, retries=retries, pause_seconds=pause)
        except EngineRefused as error:
            if error.status != 404:
                raise

    def _settle(self) -> int:
        """Carry out what record tasks asked of other cases; each act is struck off when it is done."""
        done = 0
        for row in foreign_tasks.unsettled(self._office):
            acts = list(row.acts)
            while acts:
                self._act(acts.pop(0))
                foreign_tasks.settle(self._office, row.task_id, tuple(acts))
                done += 1
            if not row.acts:
                foreign_tasks.settle(self._office, row.task_id, ())
        return done

    def _act(self, act: Mapping[str, Any]) -> None:
        if act["act"] == "start":
            instance = self._client.start(act["process_key"], act["record_no"], act["variables"])
            # It may begin with people's work: then no task of ours would tell whose instance this is.
            foreign_cases.find_case(self._office, instance, act["record_no"])
        else:
            self._client.send(act["message"], act["correlation"], act["payload"])

    # what people did over there

    def _root_of(self, instance_id: str) -> Mapping[str, Any]:
        found = self._roots.get(instance_id)
        if found is None:
            found = self._client.instance(instance_id)
            self._keys[instance_id] = str(found["processDefinitionKey"])
            root = found["rootProcessInstanceId"]
            if root and root != instance_id:
                found = self._root_of(root)
            self._roots[instance_id] = found
        return found

    def _start_of(self, root: Mapping[str, Any]) -> ForeignStart:
        return ForeignStart(
            instance=root["id"],
            process_key=root["processDefinitionKey"],
            business_key=root["businessKey"] or "",
            login=root["startUserId"] or "",
            answers=self._client.start_values(root["id"], self._office.files.put),
        )

    def _enter_forms(self, root: str, case: ForeignCase, variables: dict[str, Any], where: str = "") -> int:
        """Enter what people completed since, oldest first; what follows from a form is set over there at once.

        ``variables`` are those of the instance ``where``; a form of another one is read with what that one holds.
        """
        entered = 0
        for one in self._client.completed_tasks(root):
            if one["id"] in case.forms:
                continue
            login, answers = self._client.completion(one, self._office.files.put)
            form = ForeignForm(
                task_id=one["id"],
                process_key=one["processDefinitionKey"],
                element_id=one["taskDefinitionKey"],
                login=login,
                answers=answers,
                opened_at=datetime.fromisoformat(one["startTime"]),
                due=datetime.fromisoformat(one["due"]) if one["due"] else None,
            )
            place = one["processInstanceId"]
            own = {} if place == where else self._client.instance_values(place, self._office.files.put)
            booked = foreign_forms.enter_form(self._office, self._client, case.case_id, form, {**variables, **own})
            variables.update(booked)
            if booked and self._set_booked(place, booked):
                foreign_forms.booked_sent(self._office, case.case_id, booked)
            entered += 1
        return entered

    def _set_booked(self, instance: str, booked: Mapping[str, Any]) -> bool:
        """Tell an instance what follows from a form, and what it has called since with the values before."""
        for called in self._client.called_by(instance):
            held = self._client.instance_values(called, self._office.files.put)
            self._set_booked(called, {name: value for name, value in booked.items() if name in held})
        return bool(booked) and self._client.set_variables(instance, booked)

    def _look_at(self, instance: str, case_id: str) -> int:
        """Enter the forms that no task followed, and note the end."""
        case = foreign_cases.find_case(self._office, instance, "")
        if case is None:
            return 0
        try:
            found = self._client.instance(instance)
        except EngineRefused as error:
            if error.status != 404:
                raise
            log.warning("an instance is gone from the other engine", case=case.record_no)
            foreign_cases.close(self._office, case_id, "", "那边的流程实例已删除")
            return 1
        moved = 0
        try:
            moved = self._enter_forms(instance, case, dict(foreign_cases.variables_of(self._office, case_id)))
        except Refused as refused:
            log.warning("a form of the other engine was not entered", case=case.record_no, reason=_sentence(refused))
            return 0
        if found["endTime"]:
            event, name = self._client.end_event(instance)
            foreign_cases.close(self._office, case_id, event, name)
            moved += 1
        return moved


def _sentence(refused: Refused) -> str:
    return refused.with_faults if isinstance(refused, Invalid) else refused.sentence
