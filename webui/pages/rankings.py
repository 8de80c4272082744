"""The public page of the monthly ranking and the year's award. Nobody logs in here."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from jiuzhu.errors import NotFound
from jiuzhu.service import public_rankings
from webui.office import current_office

pages = Blueprint("rankings", __name__)


@pages.get("/public/rankings")
def show() -> str:
    """Show a published month. Raises NotFound where no district ranks its towns."""
    office = current_office()
    district, period = request.args.get("district", "")[:40], request.args.get("period", "")[:7]
    page = public_rankings.show(office, district, period)
    if page is None:
        raise NotFound("没有公布的考评排序。")
    return render_template("rankings.html", page=page, districts=public_rankings.districts(office))
