"""The demo's clock: the office's date moves forward, for everybody, and what falls due is done."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from jiuzhu.service import clock
from webui import dates
from webui.office import current_actor, current_office, today
from webui.sessions import safe_next

pages = Blueprint("demo", __name__)
MOST_DAYS = 366
MOST_MINUTES = 1440


@pages.before_request
def only_in_the_demo() -> None:
    """Outside the demo there is no such page."""
    if not current_office().settings.is_demo:
        abort(404)


@pages.get("/demo")
def show() -> str:
    """Show the form."""
    return draw(back=safe_next(request.args.get("back", "")))


@pages.post("/demo/clock")
def advance() -> Response | tuple[str, int]:
    """Move the date forward from the day the person saw: a second click finds it moved already and changes nothing."""
    back = safe_next(request.form.get("back", ""))
    if "minutes" in request.form:
        return _advance_minutes(back, request.form["minutes"].strip())
    days = request.form.get("days", "").strip()
    if not days.isdecimal() or not 1 <= int(days) <= MOST_DAYS:
        return draw(back=back, days=days, fault=f"填写 1 到 {MOST_DAYS} 之间的整数"), 422
    if request.form.get("seen") != today().isoformat():
        flash(f"办公日期已经是 {dates.full_day(today())}，没有再往前走。", "soon")
        return redirect(back, 303)
    moved = clock.advance_clock(current_office(), current_actor(), timedelta(days=int(days)))
    flash(f"办公日期已走到 {dates.full_day(moved)}，到期的事项已照办。", "ok")
    return redirect(back, 303)


def _advance_minutes(back: str, minutes: str) -> Response | tuple[str, int]:
    """Move the clock by minutes, for the window's fifteen; a second click finds it moved already."""
    if not minutes.isdecimal() or not 1 <= int(minutes) <= MOST_MINUTES:
        return draw(back=back, minutes=minutes, minutes_fault=f"填写 1 到 {MOST_MINUTES} 之间的整数"), 422
    office, span = current_office(), timedelta(minutes=int(minutes))
    seen = dates.local(request.form.get("seen_at", "2000-01-01T00:00"))
    if dates.local(office.clock.now()) >= seen + span:
        flash("办公时间已经走过去了，没有再往前走。", "soon")
        return redirect(back, 303)
    moved = clock.advance_clock(office, current_actor(), span)
    flash(f"办公时间已走到 {dates.instant(moved)}，到期的事项已照办。", "ok")
    return redirect(back, 303)


def draw(*, back: str, days: str = "7", fault: str = "", minutes: str = "15", minutes_fault: str = "") -> str:
    """Render the forms."""
    now: date = today()
    return render_template(
        "demo.html",
        back=back,
        days=days,
        fault=fault,
        seen=now.isoformat(),
        minutes=minutes,
        minutes_fault=minutes_fault,
        seen_at=dates.iso(current_office().clock.now()),
    )
