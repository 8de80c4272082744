"""Alerts: what is late or needs an eye, unseen first, and the button that says it was seen; a department's list of
families at risk is taken in here, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as Answer
from werkzeug.wrappers import Response

from jiuzhu.errors import Invalid
from jiuzhu.service import alerts, risk_alerts
from webui.downloads import named
from webui.office import current_actor, current_office

pages = Blueprint("alerts", __name__)


@pages.get("/alerts")
def listing() -> str:
    """List the alerts of the person's groups, and of the district for whoever oversees it."""
    return draw()


@pages.post("/alerts")
def seen() -> Response:
    """Mark one as seen."""
    marked = alerts.mark_seen(current_office(), current_actor(), request.form.get("alert", ""))
    flash(f"提醒已阅（{marked.seen_by_name}）。", "ok")
    return redirect(url_for("alerts.listing"), 303)


@pages.get("/alerts/list")
def template() -> Answer:
    """Hand out an empty list with its heading."""
    text = "\N{ZERO WIDTH NO-BREAK SPACE}" + risk_alerts.template(current_office(), current_actor())
    answer = Answer(text, mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = named("风险预警名单.csv")
    return answer


@pages.post("/alerts/list")
def take_in() -> str | tuple[str, int]:
    """Take in a department's list: what became of each row is shown, every fault by row and column."""
    office, actor = current_office(), current_actor()
    sent = request.files.get("list")
    data = sent.read() if sent is not None else b""
    try:
        taken = risk_alerts.import_alerts(office, actor, data, most=risk_alerts.MOST_AT_ONCE)
    except Invalid as error:
        return draw(refused=error.sentence, faults=[("list", one) for one in error.faults.values()]), 422
    return draw(taken=taken), 422 if any(one.faults for one in taken) else 200


def draw(
    *,
    refused: str = "",
    faults: Sequence[tuple[str, str]] = (),
    taken: Sequence[risk_alerts.AlertLine] | None = None,
) -> str:
    """Render the page, with what became of a list."""
    office, actor = current_office(), current_actor()
    return render_template(
        "alerts.html",
        lists=alerts.list_alerts(office, actor),
        may_import=risk_alerts.may_import(office, actor),
        most=risk_alerts.MOST_AT_ONCE,
        refused=refused,
        faults=faults,
        taken=taken,
    )
