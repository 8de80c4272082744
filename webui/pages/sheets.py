"""Sheets of several households: a village's notices of a day, a town's filings, and sending these with one click."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from jiuzhu.service import sheets
from webui.office import current_actor, current_office

pages = Blueprint("sheets", __name__)


@pages.get("/sheets")
def listing() -> str:
    """List the sheets of the person's places and the filings that wait to be sent."""
    return render_template("sheets.html", sheets=sheets.list_sheets(current_office(), current_actor()))


@pages.get("/sheets/notices/<number>")
def notice(number: str) -> str:
    """Show a village's notice sheet, to print."""
    return _show(sheets.notice_sheet(current_office(), current_actor(), number))


@pages.get("/sheets/filings/<number>")
def filing(number: str) -> str:
    """Show a town's roll-up of filings, to print."""
    return _show(sheets.filing_sheet(current_office(), current_actor(), number))


@pages.post("/sheets/filings")
def send() -> Response:
    """Send every filing that waits for this person."""
    ways = request.form.getlist("filing_ways") or ["electronic"]
    sent = sheets.send_filings(current_office(), current_actor(), ways, request.form.get("filing_note", "")[:200])
    flash(f"已报送{len(sent.case_nos)}户备案。", "ok")
    for case_no, sentence in sent.refused:
        flash(f"{case_no}没有报送：{sentence}", "info")
    return redirect(url_for("sheets.listing"), 303)


def _show(sheet: sheets.SheetView) -> str:
    # The twin is made by our own templates, which escape every value.
    return render_template("sheet.html", sheet=sheet, html=Markup(sheet.html))
