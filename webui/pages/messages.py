"""What people report about a running case while it waits for it: an objection, supplied materials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from jiuzhu.errors import Invalid, RolledBack
from jiuzhu.service import cases
from jiuzhu.service.messages import MessagePage
from webui import forms, posting
from webui.office import current_actor, current_office

pages = Blueprint("messages", __name__)


@pages.get("/reports/<message>/<path:number>")
def form(message: str, number: str) -> str:
    """Show the entry form of a message."""
    return draw(cases.message_form(current_office(), current_actor(), number, message))


@pages.post("/reports/<message>/<path:number>")
def submit(message: str, number: str) -> str | Response | tuple[str, int]:
    """Enter it; the receipt comes back in a sentence."""
    office, actor = current_office(), current_actor()
    page = cases.message_form(office, actor, number, message)
    posted = posting.read(page.sheet.form)
    if posted.redraw:
        return draw(page, values=posted.data)
    if posted.faults:
        return draw(page, values=posted.data, faults=posted.faults), 422
    try:
        receipt = cases.send_message(office, actor, number, message, posted.data, once=posted.once)
    except Invalid as error:
        return draw(page, values=posted.data, faults=error.faults, refused=error.sentence), 422
    except RolledBack as error:
        return draw(page, values=posted.data, refused=error.sentence), 422
    flash(f"已登记，回执号 {receipt.number}。", "ok")
    return redirect(url_for("cases.show", number=receipt.case_no), 303)


def draw(
    page: MessagePage,
    *,
    values: Mapping[str, Any] | None = None,
    faults: Mapping[str, str] | None = None,
    refused: str = "",
) -> str:
    """Render an entry form."""
    view = page.sheet.view(values, faults)
    back = url_for("cases.show", number=page.case_no)
    return render_template(
        "start.html",
        title=page.label,
        subject=page.case_no,
        here="案件",
        crumbs=[(url_for("cases.listing"), "案件"), (back, page.case_no)],
        action=url_for("messages.submit", message=page.message, number=page.case_no),
        back=back,
        form_html=forms.render_form(view),
        faults=forms.fault_lines(view),
        refused=refused,
        submit_label="登记" if len(page.label) > 8 else page.label,
    )
