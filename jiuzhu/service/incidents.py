"""Incidents: what could not go on by itself, with a name, a reason and a retry button."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Conflict, Forbidden, NotFound, Refused
from jiuzhu.service import visibility
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.office import Office, is_system
from jiuzhu.service.refusals import logged
from jiuzhu.service.retries import parse_retry
from jiuzhu.store import cases, waits
from jiuzhu.store.cases import LiveCase

INCIDENT_OF_SIGNATURE = "sign"
"""Kind of an incident that people settle (``contests``), not a retry."""


@dataclass(frozen=True, kw_only=True)
class IncidentView:
    """One incident as a page shows it."""

    id: str
    kind: str
    """job, timer, message, or sign (a denied signature)."""
    task_id: str
    case_id: str
    case_no: str
    record_no: str
    district: str
    process_key: str
    element_id: str
    name: str
    message: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str


def list_incidents(office: Office, actor: Actor, *, is_open: bool = True, limit: int = 200) -> Sequence[IncidentView]:
    """Return the incidents of the districts and towns that this person may read, oldest first."""
    with reading_desk(office, actor) as desk:
        rows = waits.incidents(desk.tx, is_open=is_open, limit=limit)
        if not is_system(actor):
            rows = [row for row in rows if _may_see(desk, actor, row)]
        return [_view(row) for row in rows]


@logged("incident", "incident_id")
def retry_incident(office: Office, actor: Actor, incident_id: str) -> None:
    """Try again what has failed. Raises NotFound, Forbidden, Conflict (closed already)."""
    with open_desk(office, actor) as desk:
        row = waits.incident_by_id(desk.tx, incident_id)
        if row is None or not (is_system(actor) or _may_see(desk, actor, row)):
            raise NotFound("没有这个故障。")
        if not is_system(actor) and not office.roles.may(actor.groups, "operate"):
            raise Forbidden("您的岗位不能重试故障。")
        if row["closed_at"] is not None:
            raise Conflict("这个故障已经处理过了。")
        if row["kind"] == INCIDENT_OF_SIGNATURE:
            raise Refused("签字异议不能重试，请在“签字异议”里查明处理。")
        live = cases.lock(desk.tx, row["case_id"])
        if row["kind"] == "job":
            job = waits.job(desk.tx, row["task_id"])
            if job is not None:
                times = parse_retry(job["retry"]).times
                waits.put_back(
                    desk.tx, row["task_id"], owner=None, retries_left=times, available_at=desk.true_now, error=""
                )
        waits.close_incidents(desk.tx, [row["task_id"]], desk.now, desk.person_id)
        desk.audit(
            live,
            "retry",
            f"{desk.person_name}重试“{row['name']}”",
            {"element": row["element_id"], "incident": incident_id},
        )
    if row["kind"] == "message":
        from jiuzhu.service.messages import correlate

        correlate(office, actor, row["task_id"])


def note_incident(desk: Desk, live: LiveCase, *, kind: str, row: Mapping[str, Any], message: str) -> None:
    """Open an incident for a waiting row, with a line in the case's chain."""
    waits.open_incident(
        desk.tx,
        {
            "id": str(uuid.uuid4()),
            "kind": kind,
            "task_id": row["task_id"],
            "case_id": live.id,
            "case_no": live.case_no,
            "record_no": live.record_no,
            "district": live.district,
            "process_key": row["process_key"],
            "element_id": row["element_id"],
            "name": row["name"] or row["element_id"],
            "message": message,
            "opened_at": desk.now,
            "closed_at": None,
            "closed_by": "",
        },
    )
    desk.audit(
        live, "incident", f"“{row['name'] or row['element_id']}”出错，已登记故障", {"element": row["element_id"]}
    )


def _may_see(desk: Desk, actor: Actor, row: Mapping[str, Any]) -> bool:
    head = visibility.find_head(desk, row["record_no"])
    if head is None:
        return False
    reach = visibility.reach_of(desk, actor)
    return reach.covers(district=head.district, town=head.town, village=head.village)


def _view(row: Mapping[str, Any]) -> IncidentView:
    return IncidentView(**{name: row[name] for name in IncidentView.__dataclass_fields__})
