"""How a citizen judges the window without logging in: by an address that the window gives with its answer (XX-35).

The address is drawn by lot: nobody can count through the visits of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from jiuzhu.domain import words
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import WindowVisit
from jiuzhu.errors import Conflict, NotFound
from jiuzhu.service import work
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.store import items
from jiuzhu.store.shelf import shelf_of

ELEMENT = "Task_Satisfaction"
PUBLIC = "public"
"""Who hands in what comes by a public page."""


@dataclass(frozen=True, kw_only=True)
class PublicVisit:
    """What the page says of a visit: no name, no case number."""

    reference: str
    town_name: str
    item: str
    arrived_at: datetime
    hotline: str
    open: bool
    """A judgement is still taken."""


def visit_of(office: Office, reference: str) -> PublicVisit:
    """Return a visit by its address. Raises NotFound."""
    with reading_desk(office, None) as desk:
        row = _find(desk, reference)
        return PublicVisit(
            reference=reference,
            town_name=desk.office.places.name(desk.tx, row.town),
            item=words.WINDOW_ITEMS.get(row.item, row.item),
            arrived_at=row.arrived_at,
            hotline=desk.office.policies.of(row.district).hotline,
            open=bool(_open_item(desk, row)),
        )


def rate(office: Office, reference: str, data: Mapping[str, object]) -> None:
    """Hand in a judgement; it completes the item that waits for one. Raises NotFound, Conflict (not open), Invalid."""
    with reading_desk(office, None) as desk:
        row = _find(desk, reference)
        found = _open_item(desk, row)
    if found is None:
        raise Conflict("这次服务现在不能评价：事情还没有办完，或者已经评价过了。")
    task_id, groups = found
    # The public holds no role: for this one item it stands where the window would enter what it was told.
    citizen = Actor(person_id=PUBLIC, login=PUBLIC, name="群众（评价页）", groups=groups)
    work.complete(office, citizen, task_id, data)


def _open_item(desk: Desk, row: WindowVisit) -> tuple[str, tuple[str, ...]] | None:
    wanted = items.ItemFilter(case_no=row.case_no, element=ELEMENT)
    found = items.page(desk.tx, wanted, after=None, limit=1)
    return (found[0]["task_id"], tuple(found[0]["groups"])) if found else None


def _find(desk: Desk, reference: str) -> WindowVisit:
    found = shelf_of(desk.tx).find(WindowVisit, {"rating_key": reference}) if reference else ()
    if found:
        return found[0]
    raise NotFound("没有这次服务，或者还没有答复。请核对评价地址。")
