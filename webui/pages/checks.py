"""抽查公开: what was frozen, with which seed it was drawn, and the results that are public. Nobody logs in here."""

from __future__ import annotations

from flask import Blueprint, render_template

from jiuzhu.service import samples
from webui.office import current_office

pages = Blueprint("checks", __name__)


@pages.get("/public/checks")
def listing() -> str:
    """Show every draw's hash before its seed, and public results (XT-36)."""
    return render_template("checks.html", draws=samples.public_draws(current_office()))
