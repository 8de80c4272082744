"""Whose registers these are: who reads which rows, and who may write where.

A row belongs to an organisation at which its writer holds one of the register's roles; it is read within the
reader's own reach.
"""

from __future__ import annotations

from collections.abc import Sequence

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.registers import Register
from jiuzhu.domain.rows import RegisterRow
from jiuzhu.errors import Forbidden, NotFound, OutOfReach
from jiuzhu.service.desk import Desk
from jiuzhu.service.posts import posts_of
from jiuzhu.store import cases
from jiuzhu.store.shelf import shelf_of

ATTACHED = "register:"
"""How an attachment says that it belongs to a row and not to a case."""
NO_REGISTER = "没有这本登记簿，或者它不在您的职责范围内。"
"""The two are not told apart."""


def rows_seen(desk: Desk, actor: Actor, register: Register) -> Sequence[RegisterRow]:
    """Return the rows of a register within a person's reach, latest first; none of a case from which the person keeps
    out (R-05).
    """
    places = reach(desk, actor, register)
    districts = dict.fromkeys(desk.office.places.of(desk.tx, place).district for place in places)
    kept_out = frozenset(cases.recused_from(desk.tx, actor.person_id))
    found = [
        row
        for district in districts
        for row in shelf_of(desk.tx).find(RegisterRow, {"register": register.name, "district": district})
        if row.case_no not in kept_out and any(place in places for place in within(desk, row))
    ]
    return list(reversed(found))


def require_attachment(desk: Desk, actor: Actor, owner: str) -> None:
    """Refuse a file of a row to whoever may not read the row. Raises NotFound."""
    number = owner.removeprefix(ATTACHED)
    for row in shelf_of(desk.tx).find(RegisterRow, {"row_no": number}):
        register = desk.office.registers.get(row.register)
        if register is not None and row in rows_seen(desk, actor, register):
            return
    raise NotFound("没有这个文件。")


def reach(desk: Desk, actor: Actor, register: Register) -> frozenset[str]:
    """Return the organisations under which the person's reading roles let rows be seen."""
    held = posts_of(desk, actor, register.readers, register.applies)
    return frozenset(one.id if one.kind != "department" else one.district for one in held)


def within(desk: Desk, row: RegisterRow) -> tuple[str, ...]:
    """Return the organisation of a row and those above it, the smallest first."""
    found: list[str] = []
    place: str | None = row.organisation
    while place:
        found.append(place)
        place = desk.office.places.of(desk.tx, place).parent
    return tuple(found)


def readable(desk: Desk, actor: Actor, register: Register) -> bool:
    """Return whether a person may read a register at all."""
    return bool(reach(desk, actor, register))


def require_readable(desk: Desk, actor: Actor, name: str) -> Register:
    """Return a register that the person may read. Raises NotFound, OutOfReach."""
    register = desk.office.registers.get(name)
    if register is None:
        raise NotFound(NO_REGISTER)
    if not readable(desk, actor, register):
        raise OutOfReach(NO_REGISTER)
    return register


def writable(desk: Desk, actor: Actor, register: Register) -> list[str]:
    """Return the organisations at which a person may write."""
    places = [place for role in sorted(register.write) for place in actor.organisations_of(role)]
    return [
        place for place in dict.fromkeys(places) if register.applies(desk.office.places.of(desk.tx, place).district)
    ]


def require_writable(desk: Desk, actor: Actor, register: Register) -> list[str]:
    """Return the organisations at which a person may write. Raises Forbidden naming who does."""
    places = writable(desk, actor, register)
    if not places:
        who = "、".join(desk.office.roles.label(role) for role in sorted(register.write))
        raise Forbidden(f"“{register.label}”由{who}登记。" if who else f"“{register.label}”只由流程登记。")
    return places
