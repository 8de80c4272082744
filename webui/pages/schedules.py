"""日程: what falls due by the calendar, expected against actual; start by hand, pause, resume."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from jiuzhu.service import schedule_desk, schedule_view
from webui.office import current_actor, current_office

pages = Blueprint("schedules", __name__)


@pages.get("/schedules")
def listing() -> str:
    """List the schedules of the person's districts, and the turns that are late or running."""
    office, actor = current_office(), current_actor()
    return render_template("schedules.html", schedules=schedule_view.list_schedules(office, actor))


@pages.get("/schedules/<name>")
def show(name: str) -> str:
    """Show one schedule: what it does, its dry run, its ledger."""
    office, actor = current_office(), current_actor()
    district, state = request.args.get("district", ""), request.args.get("state", "")
    lines = schedule_view.explain(office, actor, name, district)
    line = next(one for one in schedule_view.list_schedules(office, actor, district) if one.id == name)
    turns = schedule_view.list_turns(office, actor, schedule=name, state=state, district=line.district)
    plan = schedule_desk.plan_of(office, actor, name, line.district)
    return render_template(
        "schedule.html", line=line, lines=lines, turns=turns, plan=plan, state=state, states=schedule_view.STATES
    )


@pages.post("/schedules/<name>")
def act(name: str) -> Response:
    """Start it by hand, pause it or resume it."""
    office, actor = current_office(), current_actor()
    district, reason = request.form.get("district", ""), request.form.get("reason", "")
    wanted = request.form.get("act", "")
    if wanted == "run":
        scope = request.form.get("scope", "")
        started = schedule_desk.run_now(office, actor, name, reason, district=district, scope=scope)
        flash(f"已启动 {len(started)} 处。", "ok")
    elif wanted == "pause":
        schedule_desk.pause(office, actor, name, reason, district)
        flash("日程已暂停；到期的事项仍记入台账，恢复后补启动。", "ok")
    else:
        schedule_desk.resume(office, actor, name, district)
        flash("日程已恢复。", "ok")
    return redirect(url_for("schedules.show", name=name, district=district), 303)
