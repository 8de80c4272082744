"""试运行 on pages: start a version that waits for release, answer for its errands, let time pass, delete it."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from jiuzhu.errors import Conflict, Invalid, RolledBack
from jiuzhu.service import trial_desk
from webui.office import current_actor, current_office

pages = Blueprint("trials", __name__)


@pages.post("/trials/start/<path:definition>")
def start(definition: str) -> Response:
    """Start a version with made-up answers in its start form."""
    try:
        started = trial_desk.start(current_office(), current_actor(), definition)
    except Invalid as error:
        flash(f"{error.with_faults} 可以自己填写开始表单。", "late")
        return redirect(url_for("start.form", key=definition.partition(":")[0], version=definition), 303)
    flash(f"试运行已开始，编号 {started.record_no}。", "ok")
    return redirect(url_for("cases.show", number=started.record_no), 303)


@pages.post("/trials/act/<path:number>")
def act(number: str) -> Response:
    """Go on with a trial: an errand's result, the next date, or its end."""
    office, actor = current_office(), current_actor()
    wanted, job = request.form.get("act", ""), request.form.get("job", "")
    try:
        if wanted == "rehearse":
            trial_desk.rehearse(office, actor, job)
        elif wanted == "answer":
            trial_desk.answer(office, actor, job, _object(request.form.get("answer", "")))
        elif wanted == "error":
            trial_desk.answer(office, actor, job, {}, request.form.get("error", ""))
        elif wanted == "time":
            trial_desk.pass_time(office, actor, number)
        elif wanted == "delete":
            trial_desk.delete(office, actor, number)
            flash(f"已删除试运行 {number}。", "ok")
            return redirect(url_for("processes.listing"), 303)
    except Invalid as error:
        flash(error.with_faults, "late")
    except (Conflict, RolledBack) as error:
        flash(error.sentence, "late")
    return redirect(url_for("cases.show", number=number), 303)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise Invalid('结果要写成 JSON，如 {"receipt": "1"}。') from error
    if not isinstance(found, dict):
        raise Invalid('结果要写成 JSON 对象，如 {"receipt": "1"}。')
    return found
