"""What was refused: a list for whoever administers."""

from __future__ import annotations

from flask import Blueprint, render_template

from jiuzhu.service import refusals, trace
from webui.office import current_actor, current_office

pages = Blueprint("refusals", __name__)


@pages.get("/refusals")
def listing() -> str:
    """List the latest refusals, each with the rule that forbids it."""
    office = current_office()
    rules = trace.load_rules(office.settings.root / "config")
    found = refusals.list_refusals(office, current_actor())
    rows = [{**row, "act_name": refusals.ACTS.get(row["act"], row["act"])} for row in found]
    return render_template("refusals.html", refusals=rows, rules={key: words for key, (words, _) in rules.items()})
