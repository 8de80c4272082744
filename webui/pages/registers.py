"""Registers that are data: the list, one to read, filter, print and save for a spreadsheet, the form of a new row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from jiuzhu.errors import Conflict, Forbidden, Invalid
from jiuzhu.service import register_export, registers, staffing, workbooks
from webui import forms, posting
from webui.downloads import named
from webui.office import current_actor, current_office, query_url

pages = Blueprint("registers", __name__)
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Tells spreadsheets that a CSV is UTF-8."""


@pages.get("/registers")
def listing() -> str:
    """List the registers that this person may read, and whether the towns have the staff they need."""
    office, actor = current_office(), current_actor()
    return render_template(
        "registers.html",
        registers=registers.list_registers(office, actor),
        towns=staffing.towns_staffed(office, actor),
    )


@pages.get("/registers/<name>")
def show(name: str) -> str:
    """Show a register's rows, of everything or of one organisation, month, or with some words."""
    wanted = _wanted()
    page = registers.show_register(current_office(), current_actor(), name, **wanted)
    return render_template(
        "register.html",
        page=page,
        wanted=wanted,
        narrowed=any(wanted.values()),
        csv_href=query_url("registers.save", {"name": name, "kind": "csv", **_named(wanted)}),
        xlsx_href=query_url("registers.save", {"name": name, "kind": "xlsx", **_named(wanted)}),
    )


@pages.get("/registers/<name>/<any(csv, xlsx):kind>")
def save(name: str, kind: str) -> Response:
    """Hand out the shown rows for a spreadsheet."""
    office, actor = current_office(), current_actor()
    if kind == "xlsx":
        data = register_export.register_xlsx(office, actor, name, **_wanted())
        response = Response(data, mimetype=workbooks.TYPE)
    else:
        text = MARK + register_export.register_csv(office, actor, name, **_wanted())
        response = Response(text, mimetype="text/csv; charset=utf-8")
    label = office.registers[name].label
    response.headers["Content-Disposition"] = named(f"{label}.{kind}")
    return response


@pages.get("/registers/<name>/new")
def form(name: str) -> str:
    """Show the form of a new row, or of a correction."""
    return draw(registers.entry_form(current_office(), current_actor(), name, corrects=_corrects()))


@pages.post("/registers/<name>/new")
def add(name: str) -> str | AnyResponse | tuple[str, int]:
    """Add the row, or draw the form anew with every value kept."""
    office, actor = current_office(), current_actor()
    page = registers.entry_form(office, actor, name, corrects=_corrects())
    posted = posting.read(page.sheet.form)
    if posted.redraw:
        return draw(page, values=posted.data)
    if posted.faults:
        return draw(page, values=posted.data, faults=posted.faults), 422
    try:
        number = registers.add_row(
            office,
            actor,
            name,
            posted.data,
            organisation=request.form.get("_organisation", "")[:40],
            corrects=_corrects(),
            reason=request.form.get("_reason", "").strip(),
        )
    except Invalid as error:
        return draw(page, values=posted.data, faults=error.faults, refused=error.sentence), 422
    except (Conflict, Forbidden) as error:
        return draw(page, values=posted.data, refused=error.sentence), 422
    flash(f"已登记，登记号 {number}。", "ok")
    return redirect(url_for("registers.show", name=name), 303)


def draw(
    page: registers.EntryPage,
    *,
    values: Mapping[str, Any] | None = None,
    faults: Mapping[str, str] | None = None,
    refused: str = "",
) -> str:
    """Render the form of a row."""
    view = page.sheet.view(values, faults)
    lines = forms.fault_lines(view)
    wrong_reason = (faults or {}).get("reason", "")
    return render_template(
        "register_entry.html",
        page=page,
        form_html=forms.render_form(view),
        faults=[*lines, *([("_reason", wrong_reason)] if wrong_reason else [])],
        refused=refused,
        reason=request.form.get("_reason", ""),
        chosen=request.form.get("_organisation", ""),
    )


def _wanted() -> dict[str, str]:
    return {
        "organisation": request.args.get("organisation", "")[:40],
        "month": request.args.get("month", "")[:7],
        "words": request.args.get("q", "")[:60],
    }


def _named(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return the conditions by the names that they have in an address."""
    return {"q" if key == "words" else key: value for key, value in wanted.items()}


def _corrects() -> str:
    return request.args.get("corrects", "")[:120]
