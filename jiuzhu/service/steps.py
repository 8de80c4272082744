"""A step of a case: hand an event to the engine, run record tasks on the way, write what is open afterwards.

1. the engine advances; record tasks run through ``StepHost.record`` inside the running transaction;
2. what is open now is compared with what was open: rows go and come in ``work_item`` and ``waiting``;
3. passages are noted; an ended case is closed;
4. what record tasks asked of other cases (``Exchange``) is done after the step, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog

from jiuzhu.domain import instants
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.engine import Event, Passage, Step, StoredState, TaskCall, Waiting, WorkItem
from jiuzhu.errors import BpmnError, ProcessError, Refused
from jiuzhu.service import standing_in, trials
from jiuzhu.service.desk import Desk
from jiuzhu.service.exchange import Exchange
from jiuzhu.service.retries import parse_retry
from jiuzhu.store import cases, history, people, signals
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.tables import waiting as waiting_table
from jiuzhu.store.tables import work_item as item_table

log = structlog.get_logger(__name__)


class TaskFailed(ProcessError):
    """A record task failed; the click is rolled back, a timer becomes an incident."""


class StepHost:
    """What the engine asks of the desk while one case advances."""

    def __init__(self, desk: Desk, live: LiveCase, exchange: Exchange) -> None:
        self._desk = desk
        self._live = live
        self._exchange = exchange

    @property
    def now(self) -> datetime:
        """Office time."""
        return self._desk.now

    def is_record(self, topic: str) -> bool:
        """True for a topic whose handler works on our own tables; an unknown topic is somebody's errand."""
        known = self._desk.office.topics.get(topic)
        return known is not None and known.contract.kind == "record"

    def record(self, call: TaskCall) -> Values:
        """Run a record task. Raises BpmnError (the diagram catches it), Refused, TaskFailed (both roll back)."""
        topic = self._desk.office.topics[call.topic]
        if topic.record is None:
            raise TaskFailed(f"topic {call.topic} has no handler", element_id=call.element_id)
        request = self._desk.call(
            self._live,
            topic=topic,
            element_id=call.element_id,
            process_key=call.process_key,
            task_id=call.task_id,
            seen=call.inputs,
            properties=call.properties,
            defaults=call.defaults,
            switchboard=self._exchange.of(self._live),
        )
        return run_handler(topic.record, request)


def run_handler(handler: Callable[..., Values], call: RecordCall, *given: Values) -> Values:
    """Run hands of a topic inside the transaction. Raises BpmnError, Refused as they are, all else as TaskFailed."""
    try:
        return handler(call, *given)
    except (BpmnError, Refused):
        raise
    except Exception as error:
        log.exception("record task failed", topic=call.topic, element=call.element_id, record=call.record_no)
        raise TaskFailed(
            f"{call.topic}: {error}", element_id=call.element_id, process_key=call.process_key, code="TASK_FAILED"
        ) from error


class Stepping:
    """Steps cases on one desk; make one per use case and call ``finish`` at its end."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.exchange = Exchange(desk, self)

    def start(self, live: LiveCase, variables: Values) -> Step:
        """Run a new process instance up to its first wait."""
        bundle = self.desk.bundle_of(live)
        host = StepHost(self.desk, live, self.exchange)
        step = self.desk.office.engine.start(bundle, variables, host)
        self._apply(live, step)
        return step

    def advance(self, live: LiveCase, event: Event) -> Step:
        """Hand an event to a running instance and write what follows."""
        self.desk.take_up(live)
        bundle = self.desk.bundle_of(live)
        host = StepHost(self.desk, live, self.exchange)
        state = StoredState(codec=live.state_codec, blob=live.state)
        step = self.desk.office.engine.advance(bundle, state, event, host)
        self._apply(live, step)
        return step

    def take_over(self, live: LiveCase, step: Step) -> None:
        """Write a case as a move to another version left it: nothing has run, waits have come and gone."""
        live.state_codec, live.state = step.state.codec, step.state.blob
        self._write_items(live, step)
        self._write_waiting(live, step)
        cases.keep(self.desk.tx, live)

    def finish(self) -> None:
        """Do what record tasks asked of other cases."""
        self.exchange.settle()

    def _apply(self, live: LiveCase, step: Step) -> None:
        live.state_codec, live.state = step.state.codec, step.state.blob
        self._write_items(live, step)
        self._write_waiting(live, step)
        for name in step.signals:
            signals.mark(self.desk.tx, name, district=live.district, but=live.id, at=self.desk.now)
        for line in step.log:
            self._write_passage(live, line)
        if step.ended and live.ended_at is None:
            live.ended_at = self.desk.now
            live.end_event = step.end_events[-1] if step.end_events else ""
            name = next((one.name for one in reversed(step.log) if one.element_id == live.end_event), "")
            self.desk.audit(live, "end", f"{live.process_name}结束：{name or live.end_event}", {"end": live.end_event})
        cases.keep(self.desk.tx, live)

    def _write_items(self, live: LiveCase, step: Step) -> None:
        before = set(live.open_items)
        after = [item.task_id for item in step.items]
        gone = [one for one in live.open_items if one not in set(after)]
        if gone:
            self.desk.tx.delete_later(item_table, gone)
        for item in step.items:
            if item.task_id not in before:
                self._write_item(live, item)
        live.open_items = after

    def _write_item(self, live: LiveCase, item: WorkItem) -> None:
        due, provisional = self._due(item)
        row: dict[str, Any] = {
            "task_id": item.task_id,
            "case_id": live.id,
            "case_no": live.case_no,
            "record_no": live.record_no,
            "process_key": item.process_key,
            "element_id": item.element_id,
            "name": item.name,
            "district": live.district,
            "town": live.town,
            "village": live.village,
            "programme": live.programme,
            "applicant_name": live.applicant_name,
            "applicant_index": "",
            "assignee": item.assignee,
            "assignee_name": "",
            "claimed_at": None,
            "due": due,
            "provisional": provisional,
            "opened_at": self.desk.now,
            "form": item.form or "",
            "users": list(item.users),
            "properties": dict(item.properties),
            "local": dict(item.opened),
            "instance": item.instance,
            "priority": item.priority,
            "documentation": item.documentation,
        }
        if live.is_trial:  # whoever tries a version plays every post in it (ADR 123)
            properties = {**row["properties"], trials.POSTS: ",".join(item.groups)}
            mine = {"assignee": live.opened_by, "assignee_name": self._tryer(live), "claimed_at": self.desk.true_now}
            self.desk.tx.later(item_table, {**row, **mine, "group_name": "", "properties": properties, "users": []})
            return
        named = item.assignee or item.users
        falls = [] if named else standing_in.stand_ins(self.desk, live, item.groups, item.properties)
        standing_in.note(self.desk, live, item.name, falls)
        for group in (*item.groups, *falls) or ("",):
            self.desk.tx.later(item_table, {**row, "group_name": group})

    def _tryer(self, live: LiveCase) -> str:
        known = people.names(self.desk.tx, [live.opened_by])
        return known.get(live.opened_by, live.opened_by)

    def _due(self, item: WorkItem) -> tuple[datetime, bool]:
        if not item.due:
            return instants.read(instants.NO_LIMIT), False
        due = instants.read(item.due)
        day = instants.day_of(due)
        return due, day.year < instants.read(instants.NO_LIMIT).year and not self.desk.office.calendar.knows(day.year)

    def _write_waiting(self, live: LiveCase, step: Step) -> None:
        before = set(live.open_waiting)
        after = [f"{one.kind}:{one.task_id}" for one in step.waiting]
        gone = [one.partition(":")[2] for one in live.open_waiting if one not in set(after)]
        if gone:
            self.desk.tx.delete_later(waiting_table, gone)
        for one in step.waiting:
            if f"{one.kind}:{one.task_id}" not in before:
                self.desk.tx.later(waiting_table, self._waiting_row(live, one))
        live.open_waiting = after

    def _waiting_row(self, live: LiveCase, one: Waiting) -> dict[str, Any]:
        row: dict[str, Any] = {
            "task_id": one.task_id,
            "kind": one.kind,
            "case_id": live.id,
            "case_no": live.case_no,
            "record_no": live.record_no,
            "district": live.district,
            "process_key": one.process_key,
            "element_id": one.element_id,
            "name": one.name,
            "opened_at": self.desk.now,
            "properties": dict(one.properties),
            "topic": one.topic,
            "inputs": {},
            "held": live.is_trial,
            "priority": one.priority,
            "retry": one.retries,
            "attempt": 0,
            "retries_left": None,
            "available_at": None,
            "owner": None,
            "lease_until": None,
            "error": "",
            "error_details": "",
            "due": one.due,
            "message": one.message,
            "correlation_key": one.correlation_key,
            "correlation_value": one.correlation_value,
        }
        if one.kind == "job":
            row["retry"] = one.retries or str(self.desk.office.settings.get("jobs", "retry"))
            row["retries_left"] = parse_retry(row["retry"]).times
            row["available_at"] = self.desk.true_now
            row["inputs"] = self._job_inputs(live, one)
            self.desk.tx.after_commit(self.desk.office.doorbell.ring)
        return row

    def _job_inputs(self, live: LiveCase, job: Waiting) -> dict[str, Any]:
        """Freeze what the errand will get: its contract's inputs, and what its ``prepare`` reads from our tables."""
        topic = self.desk.office.topics.get(job.topic)
        if topic is None:
            return dict(job.inputs)
        call = self.desk.call(
            live,
            topic=topic,
            element_id=job.element_id,
            process_key=job.process_key,
            task_id=job.task_id,
            seen=job.inputs,
            properties=job.properties,
            defaults={},
            switchboard=self.exchange.of(live),
        )
        prepared: Mapping[str, Any] = run_handler(topic.prepare, call) if topic.prepare is not None else {}
        return {**call.inputs, **prepared}

    def _write_passage(self, live: LiveCase, line: Passage) -> None:
        done_by_person = line.what == "completed" and line.element_type == "userTask"
        history.add_passage(
            self.desk.tx,
            live.id,
            history.PassageRow(
                step=live.loaded_version + 1,
                what=line.what,
                process_key=line.process_key,
                element_id=line.element_id,
                element_type=line.element_type,
                name=line.name,
                task_id=line.task_id,
                parent_task_id=line.parent_task_id,
                flow=line.flow,
                person=self.desk.person_id if done_by_person else "",
                at=self.desk.now,
            ),
        )
