"""Alerts: what is late or needs an eye, unseen first, and the button that says it was seen."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from jiuzhu.service import alerts
from webui.office import current_actor, current_office

pages = Blueprint("alerts", __name__)


@pages.get("/alerts")
def listing() -> str:
    """List the alerts of the person's groups, and of the district for whoever oversees it."""
    return render_template("alerts.html", lists=alerts.list_alerts(current_office(), current_actor()))


@pages.post("/alerts")
def seen() -> Response:
    """Mark one as seen."""
    marked = alerts.mark_seen(current_office(), current_actor(), request.form.get("alert", ""))
    flash(f"提醒已阅（{marked.seen_by_name}）。", "ok")
    return redirect(url_for("alerts.listing"), 303)
