"""救助对象: the recipients within a person's reach, one recipient's history, and what may be started about him."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from jiuzhu.domain import words
from jiuzhu.service import recipient_book
from webui.office import current_actor, current_office

pages = Blueprint("recipient_book", __name__)


@pages.get("/recipients")
def listing() -> str:
    """List recipients, by number, name or resident number, programme and state."""
    wanted = {name: request.args.get(name, "")[:60] for name in ("text", "programme", "state")}
    found = recipient_book.list_recipients(current_office(), current_actor(), **wanted)
    return render_template(
        "recipients.html",
        lines=found,
        wanted=wanted,
        most=recipient_book.MOST,
        programmes=words.PROGRAMMES,
        states=words.RECIPIENT_STATES,
    )


@pages.get("/recipients/<path:number>")
def show(number: str) -> str:
    """Show one recipient by his number or that of his case or file."""
    return render_template("recipient.html", sheet=recipient_book.show(current_office(), current_actor(), number))
