"""The public list of those who receive, village by village. Nobody has to log in here."""

from __future__ import annotations

from flask import Blueprint, render_template

from jiuzhu.service import public_recipients
from webui.office import current_office

pages = Blueprint("recipients", __name__)


@pages.get("/public/recipients")
def listing() -> str:
    """List the villages with public lines."""
    return render_template("public_villages.html", villages=public_recipients.public_villages(current_office()))


@pages.get("/public/recipients/<village>")
def show(village: str) -> str:
    """Show a village's list."""
    return render_template("public_recipients.html", page=public_recipients.public_list(current_office(), village))
