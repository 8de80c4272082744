"""The window's page for supervisors and clerks: arrivals of a day, breaches, matters without a reply."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request

from jiuzhu.domain.window_clock import in_words
from jiuzhu.service import window
from jiuzhu.service.window import VisitLine
from webui import dates
from webui.clocks import Clock, minutes
from webui.office import current_actor, current_office, today

pages = Blueprint("window", __name__)


@pages.get("/window")
def show() -> str:
    """Show a day's arrivals, breaches and matters without a reply."""
    asked = _day(request.args.get("day", ""))
    found = window.window_day(current_office(), current_actor(), asked)
    return render_template(
        "window.html",
        window=found,
        visits=[(line, _clock(line)) for line in found.visits],
        is_today=found.day == today(),
    )


def _clock(line: VisitLine) -> Clock:
    if line.waiting:
        return minutes(line.seconds_left, line.due_at)
    took = in_words(line.seconds)
    if line.breached:
        return Clock(state="late", text=f"超时，用时 {took}", sub=f"{dates.clock_time(line.answered_at)} 答复")
    return Clock(state="done", text=f"用时 {took}", sub=f"{dates.clock_time(line.answered_at)} 答复")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
