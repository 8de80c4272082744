"""Registers that are data: what a person may read of them, and adding a row (never changing one).

A row belongs to an organisation at which its writer holds one of the register's roles; it is read within the
reader's own reach. What was wrong is corrected by a new row that names the old one and the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.domain.registers import Column, Register, form_of_register
from jiuzhu.domain.registry import make_row, series_of
from jiuzhu.domain.rows import RegisterRow
from jiuzhu.engine.forms import Form, parse_form, validate
from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound, OutOfReach
from jiuzhu.service import office_acts, staffing
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.forms import FormSheet, ports_of
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.register_reach import (
    ATTACHED,
    readable,
    require_readable,
    require_writable,
    rows_seen,
    within,
    writable,
)
from jiuzhu.service.register_rows import RowView, views_of
from jiuzhu.store import office as counters
from jiuzhu.store import papers
from jiuzhu.store.shelf import shelf_of
from jiuzhu.store.types import dumps

LONGEST_REASON = 200


@dataclass(frozen=True, kw_only=True)
class RegisterLine:
    """A register in the list of registers."""

    name: str
    label: str
    note: str
    requirements: Sequence[str]
    may_add: bool


@dataclass(frozen=True, kw_only=True)
class RegisterPage:
    """A register with the rows that this person may read, latest first."""

    register: RegisterLine
    columns: Sequence[Column]
    rows: Sequence[RowView]
    organisations: Sequence[tuple[str, str]]
    """Organisations that have rows, for the filter."""
    months: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class EntryPage:
    """The form of a new row."""

    register: RegisterLine
    organisations: Sequence[tuple[str, str]]
    """Where this person may write."""
    corrects: RowView | None
    sheet: FormSheet


def list_registers(office: Office, actor: Actor) -> Sequence[RegisterLine]:
    """Return the registers that this person may read, in the order of their names."""
    with reading_desk(office, actor) as desk:
        return [_line(desk, actor, one) for one in office.registers.values() if readable(desk, actor, one)]


@logged("register", "name")
def show_register(
    office: Office, actor: Actor, name: str, *, organisation: str = "", month: str = "", words: str = ""
) -> RegisterPage:
    """Return a register: of one organisation and those below it, of one month (YYYY-MM), of the rows that hold all of
    the words (parted by spaces) in what the page shows of them.

    Raises:
        NotFound: no such register, or not within this person's reach.
    """
    with reading_desk(office, actor) as desk:
        register = require_readable(desk, actor, name)
        rows = rows_seen(desk, actor, register)
        names = desk.office.places.name
        wanted = [
            row
            for row in rows
            if (not organisation or organisation in within(desk, row)) and month in ("", _month(row))
        ]
        places = dict.fromkeys(place for row in rows for place in reversed(within(desk, row)))
        return RegisterPage(
            register=_line(desk, actor, register),
            columns=register.columns,
            rows=[one for one in views_of(desk, register, wanted, rows) if one.holds(words)],
            organisations=[(place, names(desk.tx, place)) for place in places],
            months=sorted({_month(row) for row in rows}, reverse=True),
        )


@logged("register_entry", "name")
def entry_form(office: Office, actor: Actor, name: str, *, corrects: str = "") -> EntryPage:
    """Return the form of a new row, or of the correction of one. Raises NotFound, Forbidden, Conflict."""
    with reading_desk(office, actor) as desk:
        register = require_readable(desk, actor, name)
        places = require_writable(desk, actor, register)
        old = _correctable(desk, actor, register, corrects) if corrects else None
        values: dict[str, Any] = {**old.values, **old.sealed} if old else {}
        return EntryPage(
            register=_line(desk, actor, register),
            organisations=[(place, desk.office.places.name(desk.tx, place)) for place in places],
            corrects=views_of(desk, register, [old], [old])[0] if old else None,
            sheet=FormSheet(
                form=form_of(register), values=values, context={}, ports=ports_of(office, actor, now=desk.now)
            ),
        )


@logged("register_entry", "name")
def add_row(
    office: Office,
    actor: Actor,
    name: str,
    data: Mapping[str, Any],
    *,
    organisation: str = "",
    corrects: str = "",
    reason: str = "",
) -> str:
    """Add a row at one of the person's organisations and return its number.

    Raises NotFound, Forbidden (no role of the register there), Invalid (the form's faults), Conflict (corrected
    already).
    """
    with open_desk(office, actor) as desk:
        register = require_readable(desk, actor, name)
        places = require_writable(desk, actor, register)
        place = organisation or places[0]
        if place not in places:
            raise Forbidden(f"您不能在{desk.office.places.name(desk.tx, place)}登记“{register.label}”。")
        old = _correctable(desk, actor, register, corrects) if corrects else None
        if old is not None and not reason.strip():
            raise Invalid("请写明更正原因。", {"reason": "请写明更正原因。"})
        if len(reason) > LONGEST_REASON:
            raise Invalid("更正原因太长。", {"reason": f"最多 {LONGEST_REASON} 个字。"})
        values = validate(form_of(register), data, context={}, ports=ports_of(office, actor, now=desk.now, tx=desk.tx))
        if register.name == staffing.REGISTER:
            staffing.require_fitting(desk, values)
        district = desk.office.places.of(desk.tx, place).district
        row = make_row(
            register,
            values,
            number=counters.next_number(desk.tx, series_of(register, district, desk.today)),
            short=desk.office.policies.of(district).short,
            district=district,
            organisation=old.organisation if old else place,
            now=desk.now,
            entered_by=desk.person_id,
            entered_by_name=desk.person_name,
            # A correction stays with the case of what it corrects: who keeps out of the case sees neither.
            case_no=old.case_no if old else "",
            record_no=old.record_no if old else "",
        )
        if old is not None:
            kept = [*old.attachments, *row.attachments]
            row = replace(row, corrects=old.row_no, reason=reason.strip(), attachments=kept)
        shelf_of(desk.tx).add(row)
        fresh = [one for one in row.attachments if old is None or one not in old.attachments]
        if fresh:
            papers.bind_attachments(desk.tx, fresh, ATTACHED + row.row_no)
        said = f"{actor.name}在“{register.label}”登记{row.row_no}（{row.sha256[:12]}）"
        office_acts.note(office, desk.tx, actor, "register", said + (f"，更正{old.row_no}" if old else ""))
        return row.row_no


def form_of(register: Register) -> Form:
    """Return the entry form of a register."""
    return parse_form(_form_bytes(register.name, dumps(form_of_register(register))))


@lru_cache(maxsize=128)
def _form_bytes(name: str, text: str) -> bytes:
    return text.encode()


def _correctable(desk: Desk, actor: Actor, register: Register, number: str) -> RegisterRow:
    rows = rows_seen(desk, actor, register)
    old = next((row for row in rows if row.row_no == number), None)
    if old is None:
        known = shelf_of(desk.tx).find(RegisterRow, {"register": register.name, "row_no": number})
        raise (OutOfReach if known else NotFound)("没有这一行登记，或者它不在您的职责范围内。")
    if not set(within(desk, old)) & set(writable(desk, actor, register)):
        raise Forbidden("只有登记单位自己或者它的上级可以更正。")
    if any(row.corrects == number for row in rows):
        raise Conflict("这一行已经更正过，请更正新的一行。")
    return old


def _line(desk: Desk, actor: Actor, register: Register) -> RegisterLine:
    return RegisterLine(
        name=register.name,
        label=register.label,
        note=register.note,
        requirements=register.requirements,
        may_add=bool(writable(desk, actor, register)),
    )


def _month(row: RegisterRow) -> str:
    return row.entered_at.astimezone(SHANGHAI).strftime("%Y-%m")
