"""The public page on which a visit to the window is judged: no login, no name (XX-35)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from jiuzhu.errors import Conflict, Invalid
from jiuzhu.service import window_rating
from jiuzhu.service.window_rating import PublicVisit
from webui import errors
from webui.office import current_office
from webui.throttle import Throttle

pages = Blueprint("rating", __name__)
SCORES = ((5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意"))
TRIPS = ((1, "一趟"), (2, "两趟"), (3, "三趟及以上"))


@pages.get("/public/window/<reference>")
def judge(reference: str) -> str:
    """Show the form of a judgement."""
    return _draw(window_rating.visit_of(current_office(), reference), {}, {})


@pages.post("/public/window/<reference>")
def judged(reference: str) -> str | Response | tuple[str, int]:
    """Take a judgement in; what was filled in is kept when something is missing."""
    tally = cast(Throttle, current_app.extensions["throttle"]).objections
    address = request.remote_addr or ""
    if tally.minutes_to_wait(address):
        return errors.page(429, "从这里提交的评价太多，请过一会儿再试。")
    visit = window_rating.visit_of(current_office(), reference)
    given = {name: request.form.get(name, "").strip() for name in ("rating_score", "same_day_visits", "rating_text")}
    data: dict[str, Any] = {name: int(value) if value.isdecimal() else None for name, value in given.items()}
    data["rating_text"] = given["rating_text"]
    try:
        window_rating.rate(current_office(), reference, {k: v for k, v in data.items() if v not in (None, "")})
    except Invalid as error:
        return _draw(visit, given, error.faults), 422
    except Conflict as error:
        return _draw(visit, given, {}, error.sentence), 409
    tally.note(address)
    return redirect(url_for("rating.judge", reference=reference), 303)


def _draw(visit: PublicVisit, values: Mapping[str, str], faults: Mapping[str, str], refused: str = "") -> str:
    return render_template(
        "window_rating.html", visit=visit, values=values, faults=list(faults.items()), wrong=faults, refused=refused,
        scores=SCORES, trips=TRIPS,
    )  # fmt: skip
