"""What all acts of a sitting share: one transaction, the sitting with its cases locked, the item of a case, and the
sentence that names the case in the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import structlog

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Sitting
from jiuzhu.errors import Conflict, Failed, Forbidden, Invalid, Overtaken, Refused, RolledBack
from jiuzhu.service import work
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.office import Office
from jiuzhu.service.retry import repeated
from jiuzhu.service.sitting_cases import Standing, rows_of, sitting_of
from jiuzhu.service.steps import TaskFailed
from jiuzhu.store import cases, items

log = structlog.get_logger(__name__)
T = TypeVar("T")


def item_of(desk: Desk, case_no: str, form: str) -> Mapping[str, Any] | None:
    found = items.page(desk.tx, items.ItemFilter(case_no=case_no), after=None, limit=200)
    return next((one for one in found if one["form"] == form), None)


def complete(desk: Desk, actor: Actor, standing: Standing, form: str, data: Mapping[str, Any]) -> None:
    """Complete an open item of a case: one's own if there is one, else one that nobody holds."""
    open_items = standing.items.get(form, ())
    mine = [one for one in open_items if standing.holders[one] == actor.person_id]
    free = [one for one in open_items if not standing.holders[one]]
    chosen = [*mine, *free, *open_items]
    if not chosen:
        raise Conflict("这一步已经没有待办的工作。")
    work.complete_on(desk, actor, chosen[0], data)


def open_sitting_of(desk: Desk, number: str) -> Sitting:
    sitting = sitting_of(desk, number)
    if sitting.state != "open":
        raise Conflict("这次会议已经签发纪要，不能再办。")
    return sitting


def locked(desk: Desk, number: str) -> Sitting:
    """Return an open sitting with all its cases locked: what is read of them afterwards stays as it is."""
    for row in rows_of(desk, number):
        cases.lock_record(desk.tx, row.case_no)
    return open_sitting_of(desk, number)


def require_convening(actor: Actor) -> None:
    """Raise Forbidden for whoever convenes no panel; looking is no attempt, so nothing is logged."""
    if not actor.organisations_of("town_head"):
        raise Forbidden("召集和签发由本镇（街道）的主要领导办理。")


def require_convener(actor: Actor, sitting: Sitting) -> None:
    if not any(actor.holds(group) for group in sitting.conveners):
        raise Forbidden("召集和签发由本镇（街道）的主要领导办理。")


@contextmanager
def about(name: str, case_no: str) -> Iterator[None]:
    """Say which case stands in the way."""
    try:
        yield
    except Invalid as error:
        said = "；".join(dict.fromkeys(error.faults.values())) or error.sentence
        raise Invalid(f"{name}：{said}", {f"{path}-{case_no}": why for path, why in error.faults.items()}) from error
    except (RolledBack, Overtaken):
        raise
    except Refused as error:
        raise Conflict(f"{name}：{error.sentence}") from error


def acting(office: Office, actor: Actor, act: Callable[[Desk], T]) -> T:
    def once() -> T:
        try:
            with open_desk(office, actor) as desk:
                return act(desk)
        except TaskFailed as error:
            raise work.rolled_back(office, error) from error
        except Failed as error:
            log.exception("sitting failed")
            raise RolledBack from error

    return repeated(office, once)
