"""Starting something: an application, or a report about a running case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from jiuzhu.errors import Invalid, RolledBack
from jiuzhu.service import cases
from webui import forms, posting
from webui.office import current_actor, current_office

pages = Blueprint("start", __name__)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A button that starts something."""

    key: str
    label: str


def offers() -> Sequence[Offer]:
    """Return what this person may begin, applications first: the first is the page's main button."""
    found = sorted(cases.startable(current_office(), current_actor()), key=lambda one: not one.is_application)
    applications = sum(one.is_application for one in found)
    return [
        Offer(key=one.key, label="受理申请" if one.is_application and applications == 1 else one.name) for one in found
    ]


@pages.get("/start/<key>")
def form(key: str) -> str:
    """Show a start form; ``about`` names the case that it belongs to."""
    about = request.args.get("about") or None
    return draw(cases.start_form(current_office(), current_actor(), key, about, definition=_version()))


@pages.post("/start/<key>")
def submit(key: str) -> str | Response | tuple[str, int]:
    """Start, or draw the form anew with every value kept."""
    office, actor = current_office(), current_actor()
    about = request.args.get("about") or None
    page = cases.start_form(office, actor, key, about, definition=_version())
    posted = posting.read(page.sheet.form)
    if posted.redraw:
        return draw(page, values=posted.data)
    if posted.faults:
        return draw(page, values=posted.data, faults=posted.faults), 422
    try:
        started = cases.start_case(
            office, actor, key, posted.data, about=about, once=posted.once, definition=_version()
        )
    except Invalid as error:
        return draw(page, values=posted.data, faults=error.faults, refused=error.sentence), 422
    except RolledBack as error:
        return draw(page, values=posted.data, refused=error.sentence), 422
    flash(f"已登记，案号 {started.record_no}。", "ok")
    return redirect(url_for("cases.show", number=started.record_no), 303)


@pages.post("/start/<key>/draft")
def save_draft(key: str) -> str | Response:
    """Keep a half-filled start form: by the button, or by itself (only the status line)."""
    office, actor = current_office(), current_actor()
    about = request.args.get("about") or None
    posted = posting.read(cases.start_form(office, actor, key, about).sheet.form)
    saved_at = cases.save_start_draft(office, actor, key, posted.data, about)
    if request.headers.get("HX-Request"):
        return render_template("_draft_state.html", saved_at=saved_at)
    flash("草稿已保存，可以下次接着填。", "ok")
    return redirect(url_for("start.form", key=key, about=about), 303)


def _version() -> str:
    """Return the version that the address names: a trial of what waits for release; '' is what is in use."""
    return request.args.get("version", "")[:160]


def draw(
    page: cases.StartPage,
    *,
    values: Mapping[str, Any] | None = None,
    faults: Mapping[str, str] | None = None,
    refused: str = "",
) -> str:
    """Render a start form."""
    view = page.sheet.view(values, faults)
    about = page.about
    title = "受理申请" if page.process.is_application else page.process.name
    if _version():
        title = f"试运行：{title}"
    crumbs = [(url_for("inbox.show"), "待办")]
    if about:
        crumbs = [(url_for("cases.listing"), "案件"), (url_for("cases.show", number=about), about)]
    return render_template(
        "start.html",
        title=title,
        subject=page.process.name if page.process.is_application else about,
        here="案件" if about else "待办",
        crumbs=crumbs,
        action=url_for("start.submit", key=page.process.key, about=about or None, version=_version() or None),
        draft_href="" if _version() else url_for("start.save_draft", key=page.process.key, about=about or None),
        draft_saved_at=page.draft_at if values is None else None,
        saved_at=page.draft_at if values is None else None,
        back=url_for("cases.show", number=about) if about else url_for("inbox.show"),
        form_html=forms.render_form(view),
        faults=forms.fault_lines(view),
        refused=refused,
        submit_label="提交申请" if page.process.is_application else "提交",
    )
