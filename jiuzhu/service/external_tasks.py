"""Errands for foreign workers: external tasks in the sense of Camunda 7, locked by a worker id and a duration.

The same rows as our own runner takes, the same lock, the same end (``jobs``): a foreign worker and the runner never
hold an errand together. A worker has a login of its own with the permission ``work``; it sees the errands of its
districts, the inputs of their contracts, and may bring back what the contracts declare, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.topics import TopicContract
from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound
from jiuzhu.service import jobs
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.incidents import note_incident
from jiuzhu.service.office import Office
from jiuzhu.store import cases, waits
from jiuzhu.store import external_tasks as rows
from jiuzhu.store.external_tasks import Filter, Wanted

__all__ = ["ExternalTask", "Filter", "Wanted"]

PERMISSION = "work"
NO_PERMISSION = "您的账号不是外部处理程序，不能领取自动任务。"
HELD = "External Task {id} cannot be {act} by worker '{worker}'. It is locked by worker '{holder}'."
GONE = "Cannot find external task with id {id}"
BREATH = timedelta(seconds=1)
"""How long a failed errand rests at least: some workers take the lock off right after they have reported a failure, and
with a poll open at the same time they would take it off their own next try."""
LOOK_AT = 200
"""How many free errands are looked through for the variables that a worker asks for."""


@dataclass(frozen=True, kw_only=True)
class ExternalTask:
    """One errand as a foreign worker sees it. Instants are machine time, as the lock is."""

    id: str
    topic: str
    element_id: str
    process_key: str
    definition_id: str
    version_tag: str
    process_instance: str
    business_key: str
    tenant: str | None
    worker: str | None
    locked_until: datetime | None
    created_at: datetime
    retries: int | None
    """None until a worker has reported a failure."""
    error: str
    error_details: str
    priority: int
    inputs: Mapping[str, Any]
    properties: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """What a worker asks for in one go."""

    worker: str
    most: int
    wanted: Sequence[Wanted]
    by_priority: bool = False
    newest_first: bool = False
    equals: Mapping[str, Mapping[str, Any]]
    """Topic → variables that must have these values."""


def fetch(office: Office, actor: Actor, asked: Fetch) -> Sequence[ExternalTask]:
    """Lock errands for a worker and return them, in the order asked for. Raises Forbidden."""
    if not asked.wanted or asked.most < 1:
        _districts_of_worker(office, actor)
        return []
    leases = {one.topic: one.lease for one in asked.wanted}
    taken: list[ExternalTask] = []
    with _working(office, actor) as (desk, districts):
        most = LOOK_AT if any(asked.equals.values()) else asked.most
        found = rows.free(
            desk.tx,
            asked.wanted,
            districts,
            desk.true_now,
            by_priority=asked.by_priority,
            newest_first=asked.newest_first,
            limit=most,
        )
        for row in found:
            equals = asked.equals.get(row["topic"], {})
            if any(row["inputs"].get(name) != value for name, value in equals.items()):
                continue
            until = desk.true_now + leases[row["topic"]]
            if rows.lock(desk.tx, row["task_id"], asked.worker, desk.true_now, until):
                taken.append(_task({**row, "owner": asked.worker, "lease_until": until}))
            if len(taken) == asked.most:
                break
    return taken


def next_look(office: Office, asked: Fetch) -> datetime | None:
    """Return when the clock alone makes an errand of these topics free: a lock or a pause that ends (machine time)."""
    with office.store.reading() as tx:
        return rows.next_free(tx, [one.topic for one in asked.wanted], office.clock.machine())


def list_tasks(
    office: Office, actor: Actor, asked: Filter, first: int = 0, limit: int | None = None
) -> Sequence[ExternalTask]:
    """Return the errands of this worker's districts, oldest first. Raises Forbidden."""
    districts = _districts_of_worker(office, actor)
    with office.store.reading() as tx:
        return [_task(row) for row in rows.page(tx, asked, districts, office.clock.machine(), first, limit)]


def count_tasks(office: Office, actor: Actor, asked: Filter) -> int:
    """Return how many errands there are in this worker's districts. Raises Forbidden."""
    districts = _districts_of_worker(office, actor)
    with office.store.reading() as tx:
        return rows.count(tx, asked, districts, office.clock.machine())


def one_task(office: Office, actor: Actor, task_id: str) -> ExternalTask:
    """Return one errand. Raises NotFound, Forbidden."""
    found = list_tasks(office, actor, Filter(id=task_id))
    if not found:
        raise NotFound(GONE.format(id=task_id))
    return found[0]


def input_of(office: Office, actor: Actor, process_instance: str, name: str) -> Any:
    """Return an input of an errand of this process instance that a worker holds now, None when there is none.

    A worker reads no case; but what was handed out without its content, a file, is had for the asking. For whoever is
    no worker there is none.
    """
    if not any(office.roles.may((group,), PERMISSION) for group in actor.groups):
        return None
    held = list_tasks(office, actor, Filter(process_instance=process_instance, locked=True))
    return next((one.inputs[name] for one in held if name in one.inputs), None)


def complete(
    office: Office, actor: Actor, task_id: str, worker: str, outputs: Mapping[str, Any], local: Mapping[str, Any]
) -> None:
    """Enter what a worker brought back and move the case on. Raises NotFound, Conflict, Invalid, Forbidden."""
    task = _held(office, actor, task_id, worker, "completed")
    require_declared(office, task.topic, outputs)
    with _in_their_words(task_id, worker, "completed"):
        jobs.finish_job(office, worker, task_id, outputs, local)


def throw(
    office: Office, actor: Actor, task_id: str, worker: str, code: str, message: str, variables: Mapping[str, Any]
) -> None:
    """Report a business error, which the diagram catches. Raises NotFound, Conflict, Invalid, Forbidden."""
    if not code:
        raise Invalid("A problem occurred: the error code is missing (errorCode).")
    task = _held(office, actor, task_id, worker, "completed with a BPMN error")
    require_declared(office, task.topic, variables)
    with _in_their_words(task_id, worker, "completed with a BPMN error"):
        jobs.raise_error(office, worker, task_id, code, message, variables)


def fail(
    office: Office,
    actor: Actor,
    task_id: str,
    worker: str,
    *,
    message: str,
    details: str,
    retries: int,
    pause: timedelta,
) -> None:
    """Give an errand back after a failure; without retries it becomes an incident.

    Raises NotFound, Conflict, Invalid (negative number), Forbidden.
    """
    if retries < 0 or pause < timedelta():
        raise Invalid("The number of retries and the retry timeout cannot be negative.")
    _held(office, actor, task_id, worker, "failed")
    rest = max(pause, BREATH)
    jobs.fail_job(office, worker, task_id, message or "（没有说明）", retries=retries, pause=rest, details=details)


def extend(office: Office, actor: Actor, task_id: str, worker: str, lease: timedelta) -> None:
    """Prolong a lock from now on. Raises NotFound, Conflict, Invalid, Forbidden."""
    if lease <= timedelta():
        raise Invalid("Cannot extend lock: newDuration must be greater than 0.")
    _held(office, actor, task_id, worker, "extended")
    with _in_their_words(task_id, worker, "extended"):
        jobs.extend_lease(office, worker, task_id, lease)


def lock(office: Office, actor: Actor, task_id: str, worker: str, lease: timedelta) -> None:
    """Lock one errand. Raises NotFound, Conflict when somebody else holds it, Invalid, Forbidden."""
    if lease <= timedelta():
        raise Invalid("lockDuration must be greater than 0.")
    task = one_task(office, actor, task_id)
    with _working(office, actor) as (desk, _):
        until = desk.true_now + lease
        # Its own lock is prolonged, by conditional update as well: it may have ended and be somebody else's by now.
        mine = waits.extend_lease(desk.tx, task_id, worker, until)
        if not mine and not rows.lock(desk.tx, task_id, worker, desk.true_now, until):
            raise Conflict(HELD.format(id=task_id, act="locked", worker=worker, holder=task.worker))


def unlock(office: Office, actor: Actor, task_id: str) -> None:
    """Take the lock off an errand, whoever holds it. Raises NotFound, Forbidden."""
    one_task(office, actor, task_id)
    with _working(office, actor) as (desk, _):
        rows.change(desk.tx, task_id, owner=None, lease_until=None)
        desk.tx.after_commit(office.doorbell.ring)


def set_retries(office: Office, actor: Actor, task_id: str, retries: int) -> None:
    """Set how often an errand is still tried: with some its incident is closed, with none it has one.

    Raises NotFound, Invalid (negative number), Forbidden.
    """
    if retries < 0:
        raise Invalid("The number of retries cannot be negative.")
    task = one_task(office, actor, task_id)
    with _working(office, actor) as (desk, _):
        rows.change(desk.tx, task_id, retries_left=retries)
        if retries:
            waits.close_incidents(desk.tx, [task_id], desk.now, desk.person_id)
            desk.tx.after_commit(office.doorbell.ring)
        elif task.retries != 0:
            found = cases.lock_by_waiting(desk.tx, "job", task_id)
            if found is not None:
                note_incident(desk, found[0], kind="job", row=found[1], message=task.error or "重试次数已设为 0。")


def set_priority(office: Office, actor: Actor, task_id: str, priority: int) -> None:
    """Set an errand's priority: those with a higher one are fetched first. Raises NotFound, Forbidden."""
    one_task(office, actor, task_id)
    with _working(office, actor) as (desk, _):
        rows.change(desk.tx, task_id, priority=priority)


def require_declared(office: Office, topic: str, values: Mapping[str, Any]) -> None:
    """Refuse variables that the topic's contract does not declare (decisions C1). Raises Invalid that names them.

    Where the topic books what comes back (``book``), that function alone says what becomes of it.
    """
    known = office.topics.get(topic)
    if known is None or known.book is not None:
        return
    strange = [name for name in values if not _declares(known.contract, name)]
    if strange:
        raise Invalid(
            f"Cannot set variables {', '.join(strange)}: topic {topic} does not declare them. "
            f"主题“{known.contract.label}”没有声明这些变量，没有接收。"
        )


def _declares(contract: TopicContract, name: str) -> bool:
    return any(output.name == name for output in contract.outputs) or name.startswith(contract.prefixes or ("\0",))


def _districts_of_worker(office: Office, actor: Actor) -> Sequence[str]:
    able = [group for group in actor.groups if office.roles.may((group,), PERMISSION)]
    if not able:
        raise Forbidden(NO_PERMISSION)
    return list(dict.fromkeys(group.partition("@")[2] for group in able))


@contextmanager
def _working(office: Office, actor: Actor) -> Iterator[tuple[Desk, Sequence[str]]]:
    districts = _districts_of_worker(office, actor)
    with open_desk(office, actor) as desk:
        yield desk, districts


def _held(office: Office, actor: Actor, task_id: str, worker: str, act: str) -> ExternalTask:
    task = one_task(office, actor, task_id)
    if not worker:
        raise Invalid("workerId is missing.")
    if task.worker != worker:
        raise Conflict(HELD.format(id=task_id, act=act, worker=worker, holder=task.worker))
    return task


@contextmanager
def _in_their_words(task_id: str, worker: str, act: str) -> Iterator[None]:
    """Say what happened between our look and our act as Camunda says it."""
    try:
        yield
    except NotFound as error:
        raise NotFound(GONE.format(id=task_id)) from error
    except Conflict as error:
        raise Conflict(HELD.format(id=task_id, act=act, worker=worker, holder=None)) from error


def _task(row: Mapping[str, Any]) -> ExternalTask:
    return ExternalTask(
        id=row["task_id"],
        topic=row["topic"],
        element_id=row["element_id"],
        process_key=row["root_key"],
        definition_id=row["definition_id"],
        version_tag=row["version_tag"],
        process_instance=row["case_id"],
        business_key=row["case_no"],
        tenant=row["tenant"],
        worker=row["owner"],
        locked_until=row["lease_until"],
        created_at=row["opened_at"],
        retries=None if not row["error"] and row["retries_left"] else row["retries_left"],
        error=row["error"],
        error_details=row["error_details"],
        priority=row["priority"],
        inputs=row["inputs"],
        properties=row["properties"],
    )
