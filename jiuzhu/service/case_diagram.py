"""The diagram of a case with what has happened on it, for the case page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import NotFound
from jiuzhu.service import visibility
from jiuzhu.service.desk import reading_desk
from jiuzhu.service.inbox import InboxItem, items_of_household
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.store import history, waits


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """A diagram with what has happened on it."""

    process_key: str
    name: str
    xml: str
    done: tuple[str, ...]
    current: tuple[str, ...]
    flows: tuple[str, ...]
    processes: tuple[tuple[str, str], ...]
    """(key, name) of all diagrams that this instance has passed through."""


@logged("case", "number")
def diagram(office: Office, actor: Actor, number: str, process_key: str | None = None) -> Diagram:
    """Return a diagram of an instance's bundle with done and current elements. Raises NotFound, Forbidden."""
    with reading_desk(office, actor) as desk:
        head = visibility.head_of(desk, number)
        visibility.require_visible(desk, actor, head)
        bundle = desk.office.bundles.get(desk.tx, head.bundle)
        key = process_key or head.process_key
        xml = bundle.processes.get(key)
        if xml is None:
            raise NotFound("这件案子没有经过这个流程图。")
        passed = history.passages(desk.tx, head.id)
        open_items = [one for one in items_of_household(desk, head.case_no) if one.record_no == head.record_no]
        rows = [row for row in waits.of_household(desk.tx, head.case_no) if row["record_no"] == head.record_no]
        keys = list(dict.fromkeys([head.process_key, *(one.process_key for one in passed)]))
        names = desk.office.bundles.process_names(bundle)
        own = [one for one in passed if one.process_key == key]
        current = tokens_of(open_items, rows).get(key, ())
        entered = {one.task_id: one for one in own if one.what == "entered"}
        closed = {one.task_id for one in own if one.what != "entered"}
        running = tuple(one.element_id for task, one in entered.items() if task not in closed)
        return Diagram(
            process_key=key,
            name=names.get(key, key),
            xml=xml.decode(),
            done=tuple(dict.fromkeys(one.element_id for one in own if one.what == "completed")),
            current=tuple(dict.fromkeys((*current, *(running if head.ended_at is None else ())))),
            flows=tuple(dict.fromkeys(one.flow for one in own if one.flow)),
            processes=tuple((one, names.get(one, one)) for one in keys if one in bundle.processes),
        )


def tokens_of(open_items: Sequence[InboxItem], rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return process key → ids of elements at which a household waits now."""
    found: dict[str, list[str]] = {}
    for item in open_items:
        found.setdefault(item.process_key, []).append(item.element_id)
    for row in rows:
        found.setdefault(row["process_key"], []).append(row["element_id"])
    return {key: tuple(dict.fromkeys(elements)) for key, elements in found.items()}
