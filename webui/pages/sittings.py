"""A panel's sittings: the list, opening one, one page with cases down and members across, minutes to print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from jiuzhu.domain.words import PANEL_KINDS
from jiuzhu.errors import Conflict, Invalid
from jiuzhu.service import sitting_desk, sitting_minutes, sitting_view, sittings
from webui import posting
from webui.office import current_actor, current_office

pages = Blueprint("sittings", __name__)

VOTES = {
    "agree": "同意",
    "refuse": "不同意",
    "back": "退回补充调查",
    "disputed": "有争议",
    "recused": "回避",
}
REPORTER_VOTES = {"report": "汇报，不表决", "recused": "回避"}
MINUTES_KEYS = ("amount_monthly", "amount_reason", "reason_code", "reason_text", "decision_facts", "back_reason")
Page = str | Response | tuple[str, int]


@pages.get("/sittings")
def listing() -> str:
    """List the sittings of the person's towns, and what waits for one."""
    found = sitting_view.list_sittings(current_office(), current_actor())
    return render_template("sittings.html", found=found)


@pages.get("/sittings/new")
def new() -> str:
    """Show the form that opens a sitting, to whoever convenes one."""
    sitting_desk.require_convening(current_actor())
    return _draw_new({}, {})


@pages.post("/sittings/new")
def create() -> Page:
    """Open a sitting over the chosen cases."""
    form = request.form
    try:
        plan = sittings.Plan(
            meeting_on=_day(form.get("meeting_on", "")),
            meeting_place=form.get("meeting_place", "")[:60],
            seats=[
                sittings.Seat(person=person, kind=form[f"kind-{person}"], post=form.get(f"post-{person}", "").strip())
                for person in form.getlist("candidate")
                if form.get(f"kind-{person}") in PANEL_KINDS
            ],
            case_nos=form.getlist("case"),
            size_reason=form.get("size_reason", "")[:200],
        )
        number = sittings.open_sitting(current_office(), current_actor(), plan, _exceptions(plan.case_nos))
    except Invalid as error:
        return _draw_new(form, error.faults, error.sentence), 422
    except Conflict as error:
        return _draw_new(form, {}, error.sentence), 422
    flash(f"会议 {number} 已召集，{len(plan.case_nos)}件进入表决。", "ok")
    return redirect(url_for("sittings.show", number=number), 303)


@pages.get("/sittings/<number>")
def show(number: str) -> str:
    """Show one sitting."""
    return _draw(number)


@pages.post("/sittings/<number>/sign")
def sign(number: str) -> Page:
    """Give the member's opinions on all cases with one signature."""
    form = request.form
    common, rest = form.get("common_reason", "").strip(), form.get("rest", "")
    votes = {}
    for case_no in form.getlist("case"):
        vote = form.get(f"vote-{case_no}", "") or rest
        if vote:
            votes[case_no] = sittings.Vote(vote=vote, reason=form.get(f"reason-{case_no}", "").strip() or common)
    try:
        signature = _signature()
        done = sittings.sign(current_office(), current_actor(), number, votes, signature)
    except Invalid as error:
        return _draw(number, form, error.faults, error.sentence), 422
    except Conflict as error:
        return _draw(number, form, {}, f"{error.sentence}你填的意见都还在下面，没有丢。"), 409
    if done.already_done:
        flash("这次会议要你签的都已经签过了，没有重复办理。", "ok")
    else:
        flash(f"已签{len(done.case_nos)}件。", "ok")
    return redirect(url_for("sittings.show", number=number), 303)


@pages.post("/sittings/<number>/convene")
def convene(number: str) -> Page:
    """Take more cases in, or convene one anew."""
    chosen = request.form.getlist("case")
    return _act(
        number,
        lambda: sittings.convene(current_office(), current_actor(), number, chosen, _exceptions(chosen)),
        f"{len(chosen)}件已列入会议，等成员签意见。",
    )


@pages.post("/sittings/<number>/out")
def take_out(number: str) -> Page:
    """Take a case out of the sitting."""
    case_no, reason = request.form.get("case", ""), request.form.get("reason", "")[:200]
    return _act(
        number,
        lambda: sittings.take_out(current_office(), current_actor(), number, case_no, reason),
        f"{case_no} 已撤出本次会议，按单件办理。",
    )


@pages.post("/sittings/<number>/recusal")
def recusal(number: str) -> Page:
    """Enter that another member keeps out of a case."""
    form = request.form
    case_no, _, member = form.get("pair", "").partition("|")
    reason = form.get("reason", "")[:500]
    return _act(
        number,
        lambda: sittings.enter_recusal(current_office(), current_actor(), number, case_no, member, reason),
        "已登记回避。",
    )


@pages.post("/sittings/<number>/close")
def close(number: str) -> Page:
    """Sign the minutes."""
    form = request.form
    lines = {
        case_no: {key: form[f"{key}-{case_no}"] for key in MINUTES_KEYS if f"{key}-{case_no}" in form}
        for case_no in form.getlist("case")
    }
    minutes = sitting_minutes.Minutes(
        text=form.get("minutes_text", ""),
        opinion=form.get("decision_opinion", ""),
        confirmed=form.get("sign") == "on",
        lines=lines,
    )
    return _act(
        number,
        lambda: sittings.close(current_office(), current_actor(), number, minutes),
        "会议纪要已签发，各案摘录已归入案卷。",
    )


@pages.get("/sittings/<number>/minutes")
def minutes(number: str) -> str:
    """Show the sitting's minutes, to print."""
    title, html = sitting_view.minutes_paper(current_office(), current_actor(), number)
    # The twin is made by our own templates, which escape every value.
    return render_template("sitting_minutes.html", number=number, title=title, html=Markup(html))


def _act(number: str, act: Callable[[], None], said: str) -> Page:
    try:
        act()
    except Invalid as error:
        return _draw(number, request.form, error.faults, error.sentence), 422
    except Conflict as error:
        return _draw(number, request.form, {}, error.sentence), 409
    flash(said, "ok")
    return redirect(url_for("sittings.show", number=number), 303)


def _signature() -> dict[str, Any]:
    form = request.form
    if form.get("way") != "paper":
        return {"way": "login", "confirm": form.get("confirm") == "on"}
    scans = [one for one in form.getlist("scan") if one]
    for upload in request.files.getlist("scan_file"):
        if upload.filename:
            scans.append(posting.store_file(upload.filename, upload.mimetype or "", upload.read()))
    return {"way": "paper", "signer": form.get("signer", ""), "scan": scans}


def _exceptions(case_nos: Sequence[str]) -> sittings.Exceptions:
    reasons = {one: request.form.get(f"size_reason-{one}", "").strip()[:200] for one in case_nos}
    return sittings.Exceptions(reasons={one: reason for one, reason in reasons.items() if reason})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("还不能开会，请先改正。", {"meeting_on": "请填会议日期。"}) from None


def _draw_new(typed: Mapping[str, Any], faults: Mapping[str, str], refused: str = "") -> str:
    office, actor = current_office(), current_actor()
    return render_template(
        "sitting_new.html",
        waiting=sitting_view.list_sittings(office, actor).waiting,
        candidates=sitting_view.candidates(office, actor),
        kinds=PANEL_KINDS,
        typed=typed,
        chosen=request.form.getlist("case"),
        faults=faults,
        refused=refused,
    )


def _draw(
    number: str, typed: Mapping[str, Any] | None = None, faults: Mapping[str, str] | None = None, refused: str = ""
) -> str:
    office, actor = current_office(), current_actor()
    view = sitting_view.show_sitting(office, actor, number)
    scans = request.form.getlist("scan") if typed else []
    return render_template(
        "sitting.html",
        view=view,
        me=actor.person_id,
        votes=VOTES,
        reporter_votes=REPORTER_VOTES,
        typed=typed or {},
        scans=scans,
        faults=faults or {},
        refused=refused,
    )
