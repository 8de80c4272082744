"""The poverty-alleviation list of a quarter: how many people it has, and handing it in (XX-52)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, request

from jiuzhu.errors import Invalid
from jiuzhu.service import poverty_lists
from webui.office import current_actor, current_office

pages = Blueprint("poverty_list", __name__)


@pages.get("/poverty-list")
def show() -> str:
    """Show the quarters that have a list."""
    return draw()


@pages.post("/poverty-list")
def take_in() -> str | tuple[str, int]:
    """Take a list in: wrong rows are named, the others are kept."""
    sent = request.files.get("list")
    data = sent.read() if sent is not None else b""
    period = request.form.get("period", "").strip()[:10]
    try:
        taken = poverty_lists.import_list(current_office(), current_actor(), period, data)
    except Invalid as error:
        return draw(refused=error.sentence, faults=list(error.faults.items()), period=period), 422
    return draw(taken=taken, period=period), 422 if taken.faults else 200


def draw(
    *,
    refused: str = "",
    faults: Sequence[tuple[str, str]] = (),
    taken: poverty_lists.Taken | None = None,
    period: str = "",
) -> str:
    """Render the page, with what became of a list."""
    office, actor = current_office(), current_actor()
    return render_template(
        "poverty_list.html",
        stocks=poverty_lists.stocks(office, actor),
        period=period or poverty_lists.this_quarter(office),
        refused=refused,
        faults=faults,
        taken=taken,
    )
