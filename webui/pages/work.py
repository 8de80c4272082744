"""The page of one work item: form, draft, completion, and beside it what the case is about."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from jiuzhu.errors import Conflict, Invalid, Refused, RolledBack
from jiuzhu.service import cases, trial_desk, work
from webui import errors, forms, posting, timeline
from webui.case_panels import panels_of
from webui.office import clock_of, current_actor, current_office
from webui.steps import strip_of

pages = Blueprint("work", __name__)


@pages.get("/items/<item_id>")
def show(item_id: str) -> str:
    """Open an item; one of one's own trial also with made-up answers filled in."""
    page = work.open_item(current_office(), current_actor(), item_id)
    if "example" in request.args:
        try:
            return draw(page, values=trial_desk.example(current_office(), current_actor(), item_id))
        except Invalid as error:
            return draw(page, refused=error.sentence)
    return draw(page)


@pages.post("/items/<item_id>")
def complete(item_id: str) -> str | Response | tuple[str, int]:
    """Complete an item; a button of a list or a condition only draws the form anew."""
    office, actor = current_office(), current_actor()
    try:
        page = work.open_item(office, actor, item_id)
    except Conflict:
        # The item is gone: a second click of the same person is a success, anybody else's is told who was first.
        return after_completion(work.complete(office, actor, item_id, {}), "")
    posted = posting.read(page.form)
    if posted.redraw:
        return draw(page, values=posted.data)
    if posted.faults:
        return draw(page, values=posted.data, faults=posted.faults), 422
    try:
        done = work.complete(office, actor, item_id, posted.data, once=posted.once)
    except Invalid as error:
        return draw(page, values=posted.data, faults=error.faults, refused=error.sentence), 422
    except RolledBack as error:
        return draw(page, values=posted.data, refused=error.sentence), 422
    except Conflict as error:
        return _keep_and_tell(item_id, posted.data, error)
    return after_completion(done, page.item.name)


@pages.post("/items/<item_id>/draft")
def save_draft(item_id: str) -> str | Response:
    """Keep what was filled in: by the button (back to the page), or by itself (only the status line)."""
    office, actor = current_office(), current_actor()
    page = work.open_item(office, actor, item_id)
    posted = posting.read(page.form)
    saved_at = work.save_draft(office, actor, item_id, posted.data)
    if request.headers.get("HX-Request"):
        return render_template("_draft_state.html", saved_at=saved_at)
    flash("草稿已保存，可以下次接着填。", "ok")
    return redirect(url_for("work.show", item_id=item_id), 303)


def after_completion(done: work.Completed, name: str) -> Response:
    """Go on to the next item of the same case that this person may take, else to the inbox."""
    if done.already_done:
        flash("这件事你已经办完了，没有重复办理。", "ok")
        return redirect(url_for("cases.show", number=done.record_no), 303)
    flash(f"已完成“{name}”。", "ok")
    return redirect(url_for("cases.show", number=done.record_no), 303)


def draw(
    page: work.WorkPage,
    *,
    values: Mapping[str, Any] | None = None,
    faults: Mapping[str, str] | None = None,
    refused: str = "",
) -> str:
    """Render the page: to fill in for whoever has claimed it, as a preview for whoever may."""
    item = page.item
    mine = item.assignee == current_actor().person_id
    editable = page.may_complete and mine
    view = page.sheet.view(values, faults)
    case = _case_or_nothing(item.case_no)
    strip = strip_of(item.case_no, current=item.element_id) if case is not None else None
    # A step's documentation tells the person what to do, then "依据：" and what that rests on.
    instruction, _, basis = page.documentation.partition("依据：")
    return render_template(
        "work.html",
        item=item,
        clock=clock_of(item),
        form_html=forms.render_form(view),
        faults=forms.fault_lines(view),
        refused=refused,
        editable=editable,
        claimable=page.may_complete and item.assignee is None,
        mine=mine,
        why_not=page.why_not,
        instruction=instruction,
        basis=basis,
        handed_in=[one for one in timeline.events_of(case) if one.href] if case is not None else [],
        draft_saved_at=page.draft_at if values is None else None,
        saved_at=page.draft_at if values is None else None,
        complete_label=f"完成{item.name}" if len(item.name) <= 8 else "办完，提交",
        strip=strip,
        **(panels_of(case) if case is not None else {}),
    )


def _case_or_nothing(case_no: str) -> cases.CaseView | None:
    """Return the case beside the item; somebody may work on an item without seeing the whole case."""
    with suppress(Refused):
        return cases.show_case(current_office(), current_actor(), case_no)
    return None


def _keep_and_tell(item_id: str, data: Mapping[str, Any], error: Conflict) -> tuple[str, int]:
    """Keep what was typed as a draft, then show the conflict: nothing typed is ever lost."""
    kept = ""
    with suppress(Refused):
        work.save_draft(current_office(), current_actor(), item_id, data)
        kept = "你填的内容没有丢，已存为你的草稿。"
    return errors.refused(error, kept=kept)
