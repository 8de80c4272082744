"""复核: what would be frozen, what is running, how far every village is; start, throttle, pause, resume."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from jiuzhu.domain.campaigns import ITEM_STATES, RESULTS
from jiuzhu.service import campaign_desk, campaign_view
from webui.office import current_actor, current_office

pages = Blueprint("campaigns", __name__)


@pages.get("/campaigns")
def listing() -> str:
    """List the campaigns in reach, with sums by town and district and, for who may start, the dry run."""
    office, actor = current_office(), current_actor()
    lines = campaign_view.list_campaigns(office, actor)
    return render_template(
        "campaigns.html",
        lines=lines,
        towns=campaign_view.by_town(lines),
        districts=campaign_view.by_district(office, campaign_view.of_whole_districts(office, actor, lines)),
        plans=campaign_view.dry_runs(office, actor),
    )


@pages.post("/campaigns")
def start() -> Response:
    """Start a campaign at a town by hand."""
    town, _, kind = request.form.get("plan", "").partition("/")
    number = campaign_desk.start(current_office(), current_actor(), town, kind, request.form.get("reason", ""))
    flash("名单已锁定，等待镇（街道）负责人安排。", "ok")
    return redirect(url_for("campaigns.show", number=number), 303)


@pages.get("/campaigns/<path:number>")
def show(number: str) -> str:
    """Show one campaign: coverage, villages, households of one village."""
    office, actor = current_office(), current_actor()
    village = request.args.get("village", "")
    return render_template(
        "campaign.html",
        line=campaign_view.show_campaign(office, actor, number),
        households=campaign_view.households(office, actor, number, village) if village else [],
        village=village,
        states=ITEM_STATES,
        results=RESULTS,
    )


@pages.post("/campaigns/<path:number>")
def act(number: str) -> Response:
    """Pause it, resume it, or change how many households one look starts."""
    office, actor = current_office(), current_actor()
    wanted = request.form.get("act", "")
    if wanted == "pause":
        campaign_desk.pause(office, actor, number, request.form.get("reason", ""))
        flash("已暂停：不再启动新的家庭，已经启动的照常办理。", "ok")
    elif wanted == "resume":
        campaign_desk.resume(office, actor, number)
        flash("已恢复，从停下的地方继续。", "ok")
    else:
        written = request.form.get("throttle", "")
        campaign_desk.set_throttle(office, actor, number, int(written) if written.isdecimal() else 0)
        flash("已调整每次启动的户数。", "ok")
    return redirect(url_for("campaigns.show", number=number), 303)
