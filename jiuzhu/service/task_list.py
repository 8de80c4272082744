"""Open items as the tasks of Camunda's interface: a person's own and those of their groups, with process instance and
definition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiuzhu.domain.actor import Actor
from jiuzhu.service import inbox, work
from jiuzhu.service.desk import reading_desk
from jiuzhu.service.inbox import InboxItem
from jiuzhu.service.office import Office
from jiuzhu.store import definitions, listing

MOST = 2000
"""Tasks that one question looks through."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One open item with what it belongs to."""

    item: InboxItem
    process_instance: str
    definition: str
    tenant: str | None


def list_tasks(office: Office, actor: Actor) -> Sequence[Task]:
    """Return what this person holds and what their groups may take, earliest due date first."""
    found: dict[str, InboxItem] = {}
    for view in ("mine", "group"):
        after: str | None = None
        while len(found) < MOST:
            page = inbox.list_items(office, actor, view=view, after=after, limit=inbox.MOST)
            found |= {one.id: one for one in page.items}
            after = page.next
            if after is None:
                break
    return _tasks(office, actor, sorted(found.values(), key=lambda one: (one.due is None, one.due, one.id)))


def one_task(office: Office, actor: Actor, number: str) -> Task:
    """Return one open item. Raises NotFound, Forbidden (recused, or not this person's work), Conflict (done)."""
    page = work.open_item(office, actor, number)
    return _tasks(office, actor, [page.item])[0]


def _tasks(office: Office, actor: Actor, items: Sequence[InboxItem]) -> list[Task]:
    with reading_desk(office, actor) as desk:
        heads = listing.by_records(desk.tx, sorted({one.record_no for one in items}))
        tenants = definitions.tenants(desk.tx, (head.definition for head in heads.values()))
    found = []
    for item in items:
        head = heads[item.record_no]
        found.append(
            Task(item=item, process_instance=head.id, definition=head.definition, tenant=tenants[head.definition])
        )
    return found
