"""Incidents: automatic tasks that could not go on, with a button to try again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from jiuzhu.service import incidents
from webui.office import current_actor, current_office, may

pages = Blueprint("incidents", __name__)


@pages.get("/incidents")
def listing() -> str:
    """List what is open and what was dealt with."""
    office, actor = current_office(), current_actor()
    return render_template(
        "incidents.html", incidents=incidents.list_incidents(office, actor)[::-1], may_retry=may("operate")
    )


@pages.post("/incidents/<incident_id>/retry")
def retry(incident_id: str) -> Response:
    """Try again; a second click finds the incident closed and says so."""
    incidents.retry_incident(current_office(), current_actor(), incident_id)
    flash("已安排再试一次；办成后案件自动往下走。", "ok")
    return redirect(url_for("incidents.listing"), 303)
