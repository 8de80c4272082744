"""The public pages of petitions: handing one in, and looking up by its receipt how far it is. Nobody logs in here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from jiuzhu.errors import Invalid, NotFound
from jiuzhu.service import public_petitions
from webui import errors, posting
from webui.office import current_office
from webui.throttle import Throttle

pages = Blueprint("petitions", __name__)
FIELDS = (
    "received_level",
    "town",
    "petition_kind",
    "petition_content",
    "about_staff",
    "about_case",
    "petitioner",
    "petitioner_phone",
)


@pages.get("/public/petitions")
def form() -> str:
    """Show the form of a district."""
    return draw({}, {})


@pages.get("/public/petitions/state")
def state() -> str:
    """Show how far the petition of a receipt is; wrong receipts are counted."""
    receipt = request.args.get("receipt", "").strip()[:120]
    if _throttle().receipts.minutes_to_wait(_address()):
        return draw({}, {}, looked_up="查询太频繁，请过一会儿再试。")
    try:
        found = public_petitions.state_of(current_office(), receipt)
    except NotFound as error:
        _throttle().receipts.note(_address())
        return draw({}, {}, looked_up=error.sentence)
    return render_template("petition_state.html", petition=found)


@pages.post("/public/petitions")
def hand_in() -> str | Response | tuple[str, int]:
    """Take a petition in and show its receipt; every value is kept when something is missing."""
    if _throttle().petitions.minutes_to_wait(_address()):
        return errors.page(429, "从这里提交的太多，请过一会儿再试，或到街镇窗口当面说。")
    values = {name: request.form.get(name, "").strip() for name in FIELDS}
    data = {name: value for name, value in values.items() if value}
    data["real_name"] = bool(values["petitioner"])  # type: ignore[assignment]
    try:
        receipt = public_petitions.hand_in(
            current_office(), request.form.get("district", "")[:40], data, once=posting.once_of_form()
        )
    except Invalid as error:
        return draw(values, error.faults, error.sentence), 422
    _throttle().petitions.note(_address())
    session["petition"] = receipt
    return redirect(url_for("petitions.received"), 303)


@pages.get("/public/petitions/received")
def received() -> str | Response:
    """Show the receipt of what this browser has just handed in."""
    receipt = session.get("petition")
    if not isinstance(receipt, str):
        return redirect(url_for("petitions.form"), 303)
    return render_template("petition_received.html", receipt=receipt)


def draw(values: Mapping[str, str], faults: Mapping[str, str], refused: str = "", looked_up: str = "") -> str:
    """Render the form."""
    office = current_office()
    districts = public_petitions.districts(office)
    chosen = request.values.get("district", "")[:40] or districts[0][0]
    return render_template(
        "petition.html",
        values=values,
        wrong=faults,
        faults=[(path if path in FIELDS else "", sentence) for path, sentence in faults.items()],
        refused=refused,
        looked_up=looked_up,
        districts=districts,
        district=chosen,
        towns=public_petitions.towns(office, chosen),
    )


def _throttle() -> Throttle:
    return cast(Throttle, current_app.extensions["throttle"])


def _address() -> str:
    return request.remote_addr or ""
