"""Errands: taken by conditional update with a lease, worked with no transaction open, finished in a transaction of
its own.

Every errand may run twice: its key towards the outside is the engine's task id. A failed one waits and is tried
again as often as the diagram or config says; then it becomes an incident that a person sees and can retry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from jiuzhu.domain.topics import ErrandCall, Topic
from jiuzhu.engine import FinishJob, RaiseError
from jiuzhu.errors import BpmnError, Conflict, Failed, NotFound, Refused, WorkerError
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.incidents import IncidentView, list_incidents, note_incident, retry_incident
from jiuzhu.service.office import Office
from jiuzhu.service.retries import parse_retry
from jiuzhu.service.retry import repeated
from jiuzhu.service.steps import Stepping, run_handler
from jiuzhu.store import cases, waits
from jiuzhu.store.cases import LiveCase

__all__ = [
    "IncidentView", "Job", "extend_lease", "fail_job", "finish_job", "list_incidents", "list_jobs", "raise_error",
    "retry_incident", "take_jobs", "work_job",
]  # fmt: skip

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Job:
    """A parked errand."""

    id: str
    topic: str
    case_no: str
    record_no: str
    district: str
    process_key: str
    element_id: str
    name: str
    inputs: Mapping[str, Any]
    properties: Mapping[str, str]
    attempt: int
    retries_left: int
    owner: str | None
    lease_until: datetime | None
    available_at: datetime
    opened_at: datetime
    priority: int
    error: str


def take_jobs(
    office: Office, owner: str, topics: Sequence[str] | None = None, limit: int = 1, lease: timedelta | None = None
) -> Sequence[Job]:
    """Lock errands for a worker until the lease (machine time) ends; None = all topics."""
    span = lease or timedelta(seconds=int(office.settings.get("jobs", "lease_seconds")))
    with office.store.transaction() as tx:
        now = office.clock.machine()
        rows = waits.take_jobs(tx, owner=owner, topics=topics, limit=limit, now=now, lease_until=now + span)
        return [_job(row) for row in rows]


def list_jobs(office: Office, limit: int = 200) -> Sequence[Job]:
    """Return the waiting errands, oldest first."""
    with office.store.reading() as tx:
        return [_job(row) for row in waits.jobs(tx, limit)]


def extend_lease(office: Office, owner: str, job_id: str, lease: timedelta) -> None:
    """Prolong a lease. Raises Conflict when somebody else holds the errand now."""
    with office.store.transaction() as tx:
        if not waits.extend_lease(tx, job_id, owner, office.clock.machine() + lease):
            raise Conflict("这件任务已不由您持有。")


def work_job(office: Office, job: Job) -> None:
    """Run an errand's handler and finish, fail or report its BPMN error: what the runner does with a taken job."""
    topic = office.topics.get(job.topic)
    owner = job.owner or ""
    if topic is None or topic.errand is None:
        fail_job(office, owner, job.id, f"没有处理 {job.topic} 的程序", permanent=True)
        return
    call = ErrandCall(
        topic=job.topic,
        case_no=job.case_no,
        record_no=job.record_no,
        process_key=job.process_key,
        district=job.district,
        element_id=job.element_id,
        task_id=job.id,
        inputs=job.inputs,
        attempt=job.attempt,
        now=office.clock.now(),
    )
    try:
        outputs = topic.errand(call)
    except BpmnError as error:
        raise_error(office, owner, job.id, error.code, error.message)
    except WorkerError as error:
        log.warning("errand failed", topic=job.topic, job=job.id, attempt=job.attempt, error=str(error))
        fail_job(office, owner, job.id, str(error), permanent=error.permanent)
    except Exception as error:
        log.exception("errand failed", topic=job.topic, job=job.id, attempt=job.attempt)
        fail_job(office, owner, job.id, f"{type(error).__name__}: {error}")
    else:
        _finish_or_fail(office, owner, job, outputs)


def _finish_or_fail(office: Office, owner: str, job: Job, outputs: Mapping[str, Any]) -> None:
    try:
        finish_job(office, owner, job.id, outputs)
    except NotFound:
        log.info("errand came too late: the case has moved on", job=job.id, topic=job.topic)
    except Conflict:
        log.info("errand is finished by another worker", job=job.id, topic=job.topic)
    except (Failed, Refused) as error:
        log.exception("errand's result could not be entered", job=job.id, topic=job.topic)
        fail_job(office, owner, job.id, str(error))


def finish_job(
    office: Office,
    owner: str,
    job_id: str,
    outputs: Mapping[str, Any],
    local_outputs: Mapping[str, Any] | None = None,
) -> None:
    """Enter what an errand brought back (topic's ``book``) and move the case on, in one transaction.

    Raises NotFound (gone), Conflict (another worker holds it), and what a record task on the way raises.
    """
    repeated(office, lambda: _finish(office, owner, job_id, outputs, local_outputs or {}))


def _finish(
    office: Office, owner: str, job_id: str, outputs: Mapping[str, Any], local_outputs: Mapping[str, Any]
) -> None:
    with open_desk(office, None) as desk:
        live, row = _held(desk, owner, job_id)
        stepping = Stepping(desk)
        variables = dict(outputs)
        topic = office.topics.get(row["topic"])
        if topic is not None and topic.book is not None:
            try:
                variables = dict(run_handler(topic.book, _call(stepping, live, row, topic), outputs))
            except BpmnError as error:
                _throw(stepping, live, row, error.code, error.message)
                return
        desk.audit(live, "job", f"“{row['name']}”已办妥", {"element": row["element_id"], "task": job_id})
        stepping.advance(live, FinishJob(task_id=job_id, variables=variables, local_variables=local_outputs))
        stepping.finish()


def raise_error(
    office: Office,
    owner: str,
    job_id: str,
    code: str,
    message: str = "",
    variables: Mapping[str, Any] | None = None,
) -> None:
    """Report a business error of an errand; the diagram's boundary event catches it.

    One that nobody catches becomes an incident.
    """
    try:
        repeated(office, lambda: _raise_error(office, owner, job_id, code, message, variables or {}))
    except Failed as error:
        log.exception("business error of an errand was not caught", job=job_id, code=code)
        fail_job(office, owner, job_id, f"{code}: {error}", permanent=True)


def _raise_error(
    office: Office, owner: str, job_id: str, code: str, message: str, variables: Mapping[str, Any]
) -> None:
    with open_desk(office, None) as desk:
        live, row = _held(desk, owner, job_id)
        _throw(Stepping(desk), live, row, code, message, variables)


def _throw(
    stepping: Stepping,
    live: LiveCase,
    row: Mapping[str, Any],
    code: str,
    message: str,
    variables: Mapping[str, Any] | None = None,
) -> None:
    stepping.desk.audit(
        live, "job", f"“{row['name']}”报告 {code} {message}".rstrip(), {"element": row["element_id"], "code": code}
    )
    stepping.advance(
        live, RaiseError(task_id=row["task_id"], code=code, message=message, variables=dict(variables or {}))
    )
    stepping.finish()


def fail_job(
    office: Office,
    owner: str,
    job_id: str,
    error: str,
    *,
    permanent: bool = False,
    retries: int | None = None,
    pause: timedelta | None = None,
    details: str = "",
) -> None:
    """Give a failed errand back for a later try; with no try left it becomes an incident.

    ``retries`` and ``pause`` are what a foreign worker says; otherwise the diagram's or config's cycle counts.
    """
    with open_desk(office, None) as desk:
        found = cases.lock_by_waiting(desk.tx, "job", job_id)
        if found is None:
            return
        live, row = found
        if row["owner"] != owner:
            return
        cycle = parse_retry(row["retry"])
        left = retries if retries is not None else max(0, int(row["retries_left"] or 0) - 1)
        if permanent:
            left = 0
        again = desk.true_now + (pause if pause is not None else cycle.pause)
        waits.put_back(
            desk.tx,
            job_id,
            owner=owner,
            retries_left=left,
            available_at=again,
            error=error[:2000],
            details=details[:20000],
        )
        if left == 0:
            note_incident(desk, live, kind="job", row=row, message=error[:2000])


def _held(desk: Desk, owner: str, job_id: str) -> tuple[LiveCase, Mapping[str, Any]]:
    found = cases.lock_by_waiting(desk.tx, "job", job_id)
    if found is None:
        raise NotFound("没有这件任务：案件可能已经往前走了。")
    live, row = found
    if row["owner"] != owner:
        raise Conflict("这件任务已由别的处理程序接手。")
    return live, row


def _call(stepping: Stepping, live: LiveCase, row: Mapping[str, Any], topic: Topic) -> Any:
    return stepping.desk.call(
        live,
        topic=topic,
        element_id=row["element_id"],
        process_key=row["process_key"],
        task_id=row["task_id"],
        seen=row["inputs"],
        properties=row["properties"],
        defaults={},
        switchboard=stepping.exchange.of(live),
    )


def _job(row: Mapping[str, Any]) -> Job:
    return Job(
        id=row["task_id"],
        topic=row["topic"],
        case_no=row["case_no"],
        record_no=row["record_no"],
        district=row["district"],
        process_key=row["process_key"],
        element_id=row["element_id"],
        name=row["name"],
        inputs=row["inputs"],
        properties=row["properties"],
        attempt=row["attempt"],
        retries_left=int(row["retries_left"] or 0),
        owner=row["owner"],
        lease_until=row["lease_until"],
        available_at=row["available_at"],
        opened_at=row["opened_at"],
        priority=row["priority"],
        error=row["error"],
    )
