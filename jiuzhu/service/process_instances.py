"""Cases as the process instances of Camunda's interface: by id instead of by number, with variables and open
activities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.engine import StoredState
from jiuzhu.errors import NotFound
from jiuzhu.service import visibility
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.inbox import items_of_household
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.store import cases, definitions, listing, waits
from jiuzhu.store.cases import Head

GONE = "Process instance with id {id} does not exist"
MOST = 1000


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One running process instance."""

    id: str
    definition: str
    process_key: str
    process_name: str
    business_key: str
    record_no: str
    tenant: str | None


@dataclass(frozen=True, kw_only=True)
class Activity:
    """What is open in a process instance: a user task, an errand, a timer, a message waited for."""

    id: str
    element_id: str
    name: str
    type: str
    incidents: tuple[str, ...]


def list_instances(
    office: Office, actor: Actor, *, process_key: str | None = None, business_key: str | None = None
) -> Sequence[Instance]:
    """Return the running process instances that this person may see, newest first."""
    with reading_desk(office, actor) as desk:
        reach = visibility.reach_of(desk, actor)
        wanted = listing.CaseFilter(
            scope=reach.scope,
            text=business_key,
            process_key=process_key,
            running=True,
            applications_only=False,
            not_cases=cases.recused_from(desk.tx, actor.person_id),
            trials_of=actor.person_id,
        )
        found = listing.page(desk.tx, wanted, before=None, limit=MOST)
        found = [one for one in found if business_key is None or one.case_no == business_key]
        return _instances(desk, [one for one in found if visibility.may_list(desk, actor, one)])


@logged("case", "number")
def one_instance(office: Office, actor: Actor, number: str) -> Instance:
    """Return a running process instance by its id. Raises NotFound, Forbidden (recused)."""
    with reading_desk(office, actor) as desk:
        return _instances(desk, [_visible(desk, actor, number)])[0]


@logged("case", "number")
def variables_of(office: Office, actor: Actor, number: str) -> Mapping[str, Any]:
    """Return the variables of a running process instance. Raises NotFound, Forbidden (recused)."""
    with reading_desk(office, actor) as desk:
        head = _visible(desk, actor, number)
        live = cases.read(desk.tx, head.id)
        state = StoredState(codec=live.state_codec, blob=live.state)
        return dict(desk.office.engine.read_variables(desk.bundle_of(live), state))


@logged("case", "number")
def activities_of(office: Office, actor: Actor, number: str) -> Sequence[Activity]:
    """Return what is open in a running process instance. Raises NotFound, Forbidden (recused)."""
    kinds = {
        "job": "serviceTask",
        "timer": "intermediateTimer",
        "message": "intermediateMessageCatch",
        "signal": "intermediateSignalCatch",
    }
    with reading_desk(office, actor) as desk:
        head = _visible(desk, actor, number)
        broken: dict[str, list[str]] = {}
        for row in waits.incidents_of(desk.tx, head.case_no):
            broken.setdefault(row["task_id"], []).append(row["id"])
        found = [
            Activity(id=one.id, element_id=one.element_id, name=one.name, type="userTask", incidents=())
            for one in items_of_household(desk, head.case_no)
            if one.record_no == head.record_no
        ]
        found += [
            Activity(
                id=row["task_id"],
                element_id=row["element_id"],
                name=row["name"],
                type=kinds[row["kind"]],
                incidents=tuple(broken.get(row["task_id"], ())),
            )
            for row in waits.of_household(desk.tx, head.case_no)
            if row["record_no"] == head.record_no
        ]
        return found


def _visible(desk: Desk, actor: Actor, number: str) -> Head:
    head = listing.by_ids(desk.tx, [number]).get(number)
    if head is None or head.ended_at is not None:
        raise NotFound(GONE.format(id=number))
    visibility.require_visible(desk, actor, head)
    return head


def _instances(desk: Desk, heads: Sequence[Head]) -> list[Instance]:
    tenants = definitions.tenants(desk.tx, (head.definition for head in heads))
    return [
        Instance(
            id=head.id,
            definition=head.definition,
            process_key=head.process_key,
            process_name=head.process_name,
            business_key=head.case_no,
            record_no=head.record_no,
            tenant=tenants[head.definition],
        )
        for head in heads
    ]
