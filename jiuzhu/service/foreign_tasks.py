"""Tasks of a case that another engine runs: a record task works on our own tables, an errand leaves the house.

The answer of a task is stored in the transaction that makes it, under the task's id over there: if the runner dies
before it could say so, the task is handed out again and gets the stored answer. What a record task asks of other
cases is stored with it and carried out after the answer was given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain.topics import ErrandCall, RecordHandler, Topic, Values
from jiuzhu.engine.catalogue import read_process
from jiuzhu.errors import BpmnError, NotFound
from jiuzhu.service import identity
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.foreign_forms import node_of, note_passage
from jiuzhu.service.foreign_steps import ForeignEngine, ForeignStepping, read_mirror, write_mirror
from jiuzhu.service.office import Office
from jiuzhu.service.retry import repeated
from jiuzhu.service.steps import run_handler
from jiuzhu.store import cases, foreign, papers
from jiuzhu.store.cases import LiveCase


@dataclass(frozen=True, kw_only=True)
class ForeignTask:
    """An external task as the other engine hands it out."""

    id: str
    topic: str
    process_key: str
    element_id: str
    variables: Values
    properties: Mapping[str, str]
    attempt: int = 1


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is to be said over there: variables, or the code of a BPMN error."""

    task_id: str
    variables: Values
    error: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Unsettled:
    """An answered task of which something is still to be done over there."""

    task_id: str
    acts: tuple[Mapping[str, Any], ...]


def perform(office: Office, engine: ForeignEngine, case_id: str, task: ForeignTask) -> Answer:
    """Work a task and return its answer; the same task again gets the stored one.

    Raises Refused and Failed: nothing was done then, the task is to be reported as failed.
    """
    topic = office.topics.get(task.topic)
    if topic is None:
        raise NotFound(f"没有处理 {task.topic} 的程序。")
    known = _known(office, task.id)
    if known is not None:
        return known
    if topic.record is not None:
        hand = topic.record
        return repeated(office, lambda: _record(office, engine, case_id, task, topic, hand))
    inputs = repeated(office, lambda: _prepare(office, engine, case_id, task, topic))
    return _errand(office, engine, case_id, task, topic, inputs)


def _known(office: Office, task_id: str) -> Answer | None:
    with reading_desk(office, None) as desk:
        row = foreign.task(desk.tx, task_id)
        return _answer(row) if row is not None and row["answered_at"] is not None else None


def _answer(row: Mapping[str, Any]) -> Answer:
    return Answer(task_id=row["id"], **row["answer"])


def _record(
    office: Office, engine: ForeignEngine, case_id: str, task: ForeignTask, topic: Topic, hand: RecordHandler
) -> Answer:
    with _desk_of(office, case_id) as desk:
        live = cases.lock(desk.tx, case_id)
        row = foreign.task(desk.tx, task.id)
        if row is not None:
            return _answer(row)
        desk.take_up(live)
        stepping = ForeignStepping(desk, engine)
        mirror = read_mirror(live)
        call = _call(desk, stepping, live, task, topic, mirror["unsent"])
        try:
            answer = Answer(task_id=task.id, variables=dict(run_handler(hand, call)))
        except BpmnError as error:
            answer = Answer(task_id=task.id, variables={}, error=error.code, message=error.message)
        return _keep(desk, stepping, live, task, answer, {})


def _prepare(office: Office, engine: ForeignEngine, case_id: str, task: ForeignTask, topic: Topic) -> Mapping[str, Any]:
    """Freeze what an errand gets, once: however often it is tried, the outside party hears the same."""
    with _desk_of(office, case_id) as desk:
        live = cases.lock(desk.tx, case_id)
        row = foreign.task(desk.tx, task.id)
        if row is not None:
            found: Mapping[str, Any] = row["inputs"]
            return found
        desk.take_up(live)
        call = _call(desk, ForeignStepping(desk, engine), live, task, topic, read_mirror(live)["unsent"])
        prepared = run_handler(topic.prepare, call) if topic.prepare is not None else {}
        inputs = {**call.inputs, **prepared}
        foreign.add_task(desk.tx, _row(desk, live, task, inputs))
        return inputs


def _errand(
    office: Office, engine: ForeignEngine, case_id: str, task: ForeignTask, topic: Topic, inputs: Mapping[str, Any]
) -> Answer:
    """Act outside with no transaction open, then enter what came back."""
    with reading_desk(office, None) as desk:
        live = cases.read(desk.tx, case_id)
        call = ErrandCall(
            topic=task.topic,
            case_no=live.case_no,
            record_no=live.record_no,
            process_key=task.process_key,
            district=live.district,
            element_id=task.element_id,
            task_id=task.id,
            inputs=inputs,
            attempt=task.attempt,
            now=desk.now,
        )
    if topic.errand is None:
        raise NotFound(f"没有处理 {task.topic} 的程序。")
    failed: BpmnError | None = None
    outputs: Values = {}
    try:
        outputs = topic.errand(call)
    except BpmnError as error:
        failed = error
    return repeated(office, lambda: _finish(office, engine, case_id, task, topic, inputs, outputs, failed))


def _finish(
    office: Office,
    engine: ForeignEngine,
    case_id: str,
    task: ForeignTask,
    topic: Topic,
    inputs: Mapping[str, Any],
    outputs: Values,
    failed: BpmnError | None,
) -> Answer:
    with _desk_of(office, case_id) as desk:
        live = cases.lock(desk.tx, case_id)
        row = foreign.task(desk.tx, task.id)
        if row is not None and row["answered_at"] is not None:
            return _answer(row)
        desk.take_up(live)
        stepping = ForeignStepping(desk, engine)
        variables = dict(outputs)
        if failed is None and topic.book is not None:
            try:
                call = _call(desk, stepping, live, task, topic, inputs)
                variables = dict(run_handler(topic.book, call, outputs))
            except BpmnError as error:
                failed = error
        if failed is not None:
            answer = Answer(task_id=task.id, variables={}, error=failed.code, message=failed.message)
        else:
            answer = Answer(task_id=task.id, variables=variables)
        return _keep(desk, stepping, live, task, answer, inputs)


def _desk_of(office: Office, case_id: str) -> AbstractContextManager[Desk]:
    """Open a desk for whoever completed the last form of the case: what follows from it is that person's act."""
    with reading_desk(office, None) as desk:
        live = cases.read(desk.tx, case_id)
        person = papers.last_person(desk.tx, live.record_no)
    return open_desk(office, next(iter(identity.actors(office, [person])), None) if person else None)


def _call(
    desk: Desk, stepping: ForeignStepping, live: LiveCase, task: ForeignTask, topic: Topic, more: Mapping[str, Any]
) -> Any:
    xml = desk.bundle_of(live).processes[task.process_key]
    defaults = json.loads(read_process(xml, f"{task.process_key}.bpmn").properties.get("defaults", "") or "{}")
    return desk.call(
        live,
        topic=topic,
        element_id=task.element_id,
        process_key=task.process_key,
        task_id=task.id,
        seen={**task.variables, **more},
        properties=task.properties,
        defaults=defaults,
        switchboard=stepping.exchange.of(live),
    )


def _keep(
    desk: Desk,
    stepping: ForeignStepping,
    live: LiveCase,
    task: ForeignTask,
    answer: Answer,
    inputs: Mapping[str, Any],
) -> Answer:
    """Store the answer with what is to be done over there, and all that the handler wrote, in one transaction."""
    mirror = read_mirror(live)
    told = Answer(
        task_id=task.id,
        variables={**mirror["unsent"], **answer.variables} if not answer.error else {},
        error=answer.error,
        message=answer.message,
    )
    stepping.finish()
    seen = {**mirror["variables"], **task.variables, **told.variables}
    write_mirror(desk, live, seen, mirror["unsent"] if answer.error else {})
    node = node_of(desk, live, task.process_key, task.element_id)
    note_passage(desk, live, task.process_key, node, task.id)
    row = _row(desk, live, task, inputs) | {
        "answer": {"variables": dict(told.variables), "error": told.error, "message": told.message},
        "acts": stepping.acts,
        "answered_at": desk.now,
    }
    if foreign.task(desk.tx, task.id) is None:
        foreign.add_task(desk.tx, row)
    else:
        foreign.change_task(desk.tx, task.id, **{key: row[key] for key in ("answer", "acts", "answered_at")})
    return told


def _row(desk: Desk, live: LiveCase, task: ForeignTask, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": task.id,
        "case_id": live.id,
        "topic": task.topic,
        "at": desk.now,
        "inputs": dict(inputs),
        "answer": {},
        "acts": [],
        "answered_at": None,
        "settled_at": None,
    }


def unsettled(office: Office, limit: int = 50) -> list[Unsettled]:
    """Return answered tasks of which something is still to be done over there, oldest first."""
    with reading_desk(office, None) as desk:
        return [Unsettled(task_id=row["id"], acts=tuple(row["acts"])) for row in foreign.unsettled(desk.tx, limit)]


def settle(office: Office, task_id: str, left: tuple[Mapping[str, Any], ...]) -> None:
    """Note what is still to be done for a task; with nothing left it is settled."""
    with open_desk(office, None) as desk:
        changes: dict[str, Any] = {"acts": [dict(one) for one in left]}
        if not left:
            changes["settled_at"] = desk.now
        foreign.change_task(desk.tx, task_id, **changes)
