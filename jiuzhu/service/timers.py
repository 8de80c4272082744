"""Timers of running cases as the jobs of Camunda's interface: when each fires, and what kept it from going on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Invalid, NotFound
from jiuzhu.service import incidents, process_instances
from jiuzhu.service.desk import reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.process_instances import Instance
from jiuzhu.store import waits

GONE = "No job found with id '{id}'"


@dataclass(frozen=True, kw_only=True)
class Timer:
    """One timer that is armed. Instants are office time."""

    id: str
    element_id: str
    instance: Instance
    due: datetime | None
    armed_at: datetime
    incident: str
    """Id of its open incident; '' when it only waits."""
    error: str


def list_timers(office: Office, actor: Actor) -> Sequence[Timer]:
    """Return the armed timers of the cases that this person may see, the next first."""
    seen = {one.id: one for one in process_instances.list_instances(office, actor)}
    with reading_desk(office, actor) as desk:
        rows = waits.timers_of(desk.tx, sorted(seen))
        broken = {one["task_id"]: one for one in waits.incidents_at(desk.tx, [row["task_id"] for row in rows])}
    return [_timer(row, seen[row["case_id"]], broken.get(row["task_id"], {})) for row in rows]


def one_timer(office: Office, actor: Actor, number: str) -> Timer:
    """Return one timer. Raises NotFound."""
    found = [one for one in list_timers(office, actor) if one.id == number]
    if not found:
        raise NotFound(GONE.format(id=number))
    return found[0]


def try_again(office: Office, actor: Actor, number: str, retries: int) -> None:
    """Fire a timer again whose firing failed; one that only waits is left as it is.

    Raises NotFound, Forbidden (this post does not operate), Invalid (a negative number).
    """
    if retries < 0:
        raise Invalid("The number of job retries must be a non-negative Integer, but was less than zero.")
    timer = one_timer(office, actor, number)
    if retries and timer.incident:
        incidents.retry_incident(office, actor, timer.incident)


def _timer(row: Mapping[str, Any], instance: Instance, broken: Mapping[str, Any]) -> Timer:
    return Timer(
        id=row["task_id"],
        element_id=row["element_id"],
        instance=instance,
        due=row["due"],
        armed_at=row["opened_at"],
        incident=broken.get("id", ""),
        error=broken.get("message", ""),
    )
