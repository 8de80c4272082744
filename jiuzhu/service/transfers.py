"""Transfers to other systems: the log, what is stuck, and what the other system does not know (NH-24, JC-12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.domain import words
from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Forbidden, NotFound
from jiuzhu.service import incidents
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office, is_system
from jiuzhu.service.refusals import logged
from jiuzhu.store import transfers as rows
from jiuzhu.store.listing import Scope

DISTRICT_READERS = frozenset(
    {"county_office", "county_leader", "county_payment", "county_supervisor", "county_admin", "auditor"}
)
TOWN_READERS = frozenset({"town_reviewer", "town_head"})
TARGETS: Mapping[str, str] = {"filing": "备案平台", "recipient": "救助资金平台", "province": "上级救助信息系统"}
STATES: Mapping[str, str] = {"sent": "已推送", "simulated": "模拟", "empty": "没有内容"}
MOST = 300


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """One transfer that came through."""

    transmission_no: str
    case_no: str
    town: str
    target: str
    record_ref: str
    version: int
    state: str
    receipt: str
    sent_at: datetime


@dataclass(frozen=True, kw_only=True)
class Pending:
    """One transfer that has not come through."""

    task_id: str
    case_no: str
    town: str
    name: str
    attempt: int
    stuck: bool
    error: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A recipient on whom the other system is behind."""

    recipient_no: str
    case_no: str
    town: str
    programme: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class TransferPage:
    """The log, what is under way, and the differences."""

    sent: Sequence[Transfer]
    pending: Sequence[Pending]
    gaps: Sequence[Gap]


def concerns(actor: Actor) -> bool:
    """True for whoever may read the log."""
    return bool((DISTRICT_READERS | TOWN_READERS) & actor.roles)


def show_transfers(office: Office, actor: Actor, *, target: str = "") -> TransferPage:
    """Return the log and the differences within a person's reach. Raises Forbidden for other posts."""
    with reading_desk(office, actor) as desk:
        scope = _scope(desk, actor)
        name = desk.office.places.name
        return TransferPage(
            sent=[
                Transfer(
                    transmission_no=row["transmission_no"],
                    case_no=row["case_no"],
                    town=name(desk.tx, row["town"]) if row["town"] else "",
                    target=TARGETS.get(row["target"], row["target"]),
                    record_ref=row["record_ref"],
                    version=row["version"],
                    state=STATES.get(row["state"], row["state"]),
                    receipt=row["receipt"],
                    sent_at=row["sent_at"],
                )
                for row in rows.page(desk.tx, scope, target, MOST)
            ],
            pending=[_pending(desk, row) for row in rows.under_way(desk.tx, scope)],
            gaps=[_gap(desk, row) for row in rows.not_told(desk.tx, scope)],
        )


@logged("incident", "task_id")
def retry(office: Office, actor: Actor, task_id: str) -> None:
    """Try a stuck transfer again. Raises NotFound, and what retrying an incident raises."""
    found = [one for one in incidents.list_incidents(office, actor) if one.task_id == task_id]
    if not found:
        raise NotFound("没有这个停下的传送：可能已经重试。")
    incidents.retry_incident(office, actor, found[0].id)


def _pending(desk: Desk, row: Mapping[str, Any]) -> Pending:
    return Pending(
        task_id=row["task_id"],
        case_no=row["case_no"],
        town=desk.office.places.name(desk.tx, row["town"]) if row["town"] else "",
        name=row["name"],
        attempt=row["attempt"],
        stuck=not row["retries_left"],
        error=row["error"],
        since=row["opened_at"],
    )


def _gap(desk: Desk, row: Mapping[str, Any]) -> Gap:
    return Gap(
        recipient_no=row["recipient_no"],
        case_no=row["case_no"],
        town=desk.office.places.name(desk.tx, row["town"]),
        programme=words.PROGRAMMES.get(row["programme"], row["programme"]),
        sentence=_behind(row),
    )


def _behind(row: Mapping[str, Any]) -> str:
    """Say how far the other system is behind, and of who came in with a list when it hears of them."""
    if row["told_version"] is not None:
        return f"推送的是第{row['told_version']}版，台账已是第{row['version']}版"
    if not row["imported"]:
        return "从未推送"
    review = f"，下次复核{row['next_review'].isoformat()}" if row["next_review"] else ""
    return f"存量导入，还没有推送过：复核或者变更时随之推送{review}"


def _scope(desk: Desk, actor: Actor) -> Scope:
    if is_system(actor):
        return Scope(districts=tuple(desk.office.policies.districts), towns=(), villages=())
    districts, towns = [], []
    for group in actor.groups:
        role, _, place = group.partition("@")
        if role in DISTRICT_READERS:
            districts.append(place)
        elif role in TOWN_READERS:
            towns.append(place)
    if not districts and not towns:
        raise Forbidden("您的岗位不能查看数据传送。")
    return Scope(districts=tuple(districts), towns=tuple(towns), villages=())
