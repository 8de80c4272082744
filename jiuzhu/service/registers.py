"""Registers that are data: what a person may read of them, and adding a row (never changing one).

A row belongs to an organisation at which its writer holds one of the register's roles; it is read within the
reader's own reach. What was wrong is corrected by a new row that names the old one and the reason.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
from jiuzhu.store import cases, papers
from jiuzhu.store import office as counters
from jiuzhu.store.shelf import shelf_of
from jiuzhu.store.types import dumps

ATTACHED = "register:"
"""How an attachment says that it belongs to a row and not to a case."""
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
class RowView:
    """One row in words."""

    row_no: str
    organisation: str
    organisation_name: str
    cells: Sequence[str]
    attachments: Sequence[tuple[str, str]]
    """Id and name of each file."""
    case_no: str
    entered_by_name: str
    entered_at: datetime
    corrects: str
    corrected_by: str
    """Number of the row that took its place, '' while it stands."""
    reason: str


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
        return [_line(desk, actor, one) for one in office.registers.values() if _readable(desk, actor, one)]


@logged("register", "name")
def show_register(office: Office, actor: Actor, name: str, *, organisation: str = "", month: str = "") -> RegisterPage:
    """Return a register; ``month`` is YYYY-MM. Raises NotFound."""
    with reading_desk(office, actor) as desk:
        register = _require_readable(desk, actor, name)
        rows = rows_seen(desk, actor, register)
        names = desk.office.places.name
        wanted = [
            row
            for row in rows
            if (not organisation or organisation in _within(desk, row)) and month in ("", _month(row))
        ]
        places = dict.fromkeys(place for row in rows for place in reversed(_within(desk, row)))
        return RegisterPage(
            register=_line(desk, actor, register),
            columns=register.columns,
            rows=_views(desk, register, wanted, rows),
            organisations=[(place, names(desk.tx, place)) for place in places],
            months=sorted({_month(row) for row in rows}, reverse=True),
        )


@logged("register", "name")
def register_csv(office: Office, actor: Actor, name: str, *, organisation: str = "", month: str = "") -> str:
    """Return the rows that ``show_register`` shows as CSV, for the spreadsheet. Raises NotFound."""
    page = show_register(office, actor, name, organisation=organisation, month=month)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["登记号", "单位", *(one.label for one in page.columns), "登记人", "登记时间", "案号", "更正", "更正原因"]
    )
    for row in page.rows:
        at = row.entered_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        correction = f"更正{row.corrects}" if row.corrects else ""
        correction += f"已由{row.corrected_by}更正" if row.corrected_by else ""
        cells = [row.row_no, row.organisation_name, *row.cells, row.entered_by_name, at]
        writer.writerow([_harmless(cell) for cell in [*cells, row.case_no, correction, row.reason]])
    return out.getvalue()


@logged("register_entry", "name")
def entry_form(office: Office, actor: Actor, name: str, *, corrects: str = "") -> EntryPage:
    """Return the form of a new row, or of the correction of one. Raises NotFound, Forbidden, Conflict."""
    with reading_desk(office, actor) as desk:
        register = _require_readable(desk, actor, name)
        places = _require_writable(desk, actor, register)
        old = _correctable(desk, actor, register, corrects) if corrects else None
        values: dict[str, Any] = {**old.values, **old.sealed} if old else {}
        return EntryPage(
            register=_line(desk, actor, register),
            organisations=[(place, desk.office.places.name(desk.tx, place)) for place in places],
            corrects=_views(desk, register, [old], [old])[0] if old else None,
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
        register = _require_readable(desk, actor, name)
        places = _require_writable(desk, actor, register)
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


def require_attachment(desk: Desk, actor: Actor, owner: str) -> None:
    """Refuse a file of a row to whoever may not read the row. Raises NotFound."""
    number = owner.removeprefix(ATTACHED)
    for row in shelf_of(desk.tx).find(RegisterRow, {"row_no": number}):
        register = desk.office.registers.get(row.register)
        if register is not None and row in rows_seen(desk, actor, register):
            return
    raise NotFound("没有这个文件。")


def rows_seen(desk: Desk, actor: Actor, register: Register) -> Sequence[RegisterRow]:
    """Return the rows of a register within a person's reach, latest first; none of a case from which the person keeps
    out (R-05).
    """
    reach = _reach(desk, actor, register)
    districts = dict.fromkeys(desk.office.places.of(desk.tx, place).district for place in reach)
    kept_out = frozenset(cases.recused_from(desk.tx, actor.person_id))
    found = [
        row
        for district in districts
        for row in shelf_of(desk.tx).find(RegisterRow, {"register": register.name, "district": district})
        if row.case_no not in kept_out and any(place in reach for place in _within(desk, row))
    ]
    return list(reversed(found))


def form_of(register: Register) -> Form:
    """Return the entry form of a register."""
    return parse_form(_form_bytes(register.name, dumps(form_of_register(register))))


@lru_cache(maxsize=128)
def _form_bytes(name: str, text: str) -> bytes:
    return text.encode()


def _reach(desk: Desk, actor: Actor, register: Register) -> frozenset[str]:
    """Return the organisations under which the person's reading roles let rows be seen."""
    places = set()
    for group in actor.groups:
        role_id, _, place = group.partition("@")
        role = desk.office.roles.by_id.get(role_id)
        if role is None or role_id not in register.readers:
            continue
        organisation = desk.office.places.of(desk.tx, place)
        if register.applies(organisation.district):
            places.add(place if organisation.kind != "department" else organisation.district)
    return frozenset(places)


def _within(desk: Desk, row: RegisterRow) -> tuple[str, ...]:
    """Return the organisation of a row and those above it, the smallest first."""
    found: list[str] = []
    place: str | None = row.organisation
    while place:
        found.append(place)
        place = desk.office.places.of(desk.tx, place).parent
    return tuple(found)


def _readable(desk: Desk, actor: Actor, register: Register) -> bool:
    return bool(_reach(desk, actor, register))


NO_REGISTER = "没有这本登记簿，或者它不在您的职责范围内。"
"""The two are not told apart."""


def _require_readable(desk: Desk, actor: Actor, name: str) -> Register:
    register = desk.office.registers.get(name)
    if register is None:
        raise NotFound(NO_REGISTER)
    if not _readable(desk, actor, register):
        raise OutOfReach(NO_REGISTER)
    return register


def _writable(desk: Desk, actor: Actor, register: Register) -> list[str]:
    places = [place for role in sorted(register.write) for place in actor.organisations_of(role)]
    return [
        place for place in dict.fromkeys(places) if register.applies(desk.office.places.of(desk.tx, place).district)
    ]


def _require_writable(desk: Desk, actor: Actor, register: Register) -> list[str]:
    places = _writable(desk, actor, register)
    if not places:
        who = "、".join(desk.office.roles.label(role) for role in sorted(register.write))
        raise Forbidden(f"“{register.label}”由{who}登记。" if who else f"“{register.label}”只由流程登记。")
    return places


def _correctable(desk: Desk, actor: Actor, register: Register, number: str) -> RegisterRow:
    rows = rows_seen(desk, actor, register)
    old = next((row for row in rows if row.row_no == number), None)
    if old is None:
        raise NotFound("没有这一行登记，或者它不在您的职责范围内。")
    if not set(_within(desk, old)) & set(_writable(desk, actor, register)):
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
        may_add=bool(_writable(desk, actor, register)),
    )


def _views(
    desk: Desk, register: Register, rows: Sequence[RegisterRow], known: Sequence[RegisterRow]
) -> Sequence[RowView]:
    replaced = {row.corrects: row.row_no for row in known if row.corrects}
    ids = [one for row in rows for one in row.attachments]
    names = {one["id"]: str(one["name"]) for one in papers.attachments(desk.tx, ids)}
    return [
        RowView(
            row_no=row.row_no,
            organisation=row.organisation,
            organisation_name=desk.office.places.name(desk.tx, row.organisation),
            cells=[_cell(one, row) for one in register.columns],
            attachments=[(one, names.get(one, "附件")) for one in row.attachments],
            case_no=row.record_no or row.case_no,
            entered_by_name=row.entered_by_name or "系统",
            entered_at=row.entered_at,
            corrects=row.corrects,
            corrected_by=replaced.get(row.row_no, ""),
            reason=row.reason,
        )
        for row in rows
    ]


def _cell(column: Column, row: RegisterRow) -> str:
    if column.type == "files":
        return f"{len(row.attachments)} 个文件" if row.attachments else ""
    return column.shown((row.sealed if column.personal else row.values).get(column.key))


def _month(row: RegisterRow) -> str:
    return row.entered_at.astimezone(SHANGHAI).strftime("%Y-%m")


FORMULA = frozenset("=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}") | {
    "\N{FULLWIDTH COMMERCIAL AT}"
}
"""What a spreadsheet may take for the beginning of a formula, also in the wide letters of a Chinese keyboard."""


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" \N{IDEOGRAPHIC SPACE}")[:1] in FORMULA else cell
