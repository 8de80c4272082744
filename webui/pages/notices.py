"""The public pages: what hangs as a notice, and objecting to it. Nobody has to log in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from jiuzhu.errors import Invalid
from jiuzhu.service import public_notices
from jiuzhu.service.public_notices import PublicNotice
from webui import dates, errors, posting
from webui.clocks import Clock
from webui.office import current_office, today
from webui.throttle import Throttle

pages = Blueprint("notices", __name__)
FIELDS = ("objection_content", "objector", "objector_phone")


@dataclass(frozen=True, kw_only=True)
class Card:
    """A notice in the words of the page."""

    reference: str
    name: str
    members: int
    category: str
    aid_label: str
    amount: str
    place: str
    period: str
    days: int
    hotline: str
    clock: Clock
    remark: str


@pages.get("/public")
def listing() -> str:
    """Show what hangs, of all villages or of one."""
    village = request.args.get("village", "")[:40]
    hanging = public_notices.hanging_notices(current_office())
    villages = sorted({(one.village, f"{one.town_name}{one.village_name}") for one in hanging})
    shown = [one for one in hanging if village in ("", one.village)]
    return render_template(
        "notices.html", notices=[card_of(one) for one in shown], total=len(shown), village=village, villages=villages
    )


@pages.get("/public/notices/<reference>")
def objection(reference: str) -> str:
    """Show the form of an objection."""
    return draw(public_notices.notice_of(current_office(), reference), {}, {})


@pages.post("/public/notices/<reference>")
def object_to(reference: str) -> str | Response | tuple[str, int]:
    """Take an objection in and show its receipt; every value is kept when something is missing."""
    tally = cast(Throttle, current_app.extensions["throttle"]).objections
    address = request.remote_addr or ""
    if tally.minutes_to_wait(address):
        return errors.page(429, "从这里提交的异议太多，请过一会儿再试，或到街镇窗口当面说。")
    notice = public_notices.notice_of(current_office(), reference)
    values = {name: request.form.get(name, "").strip() for name in FIELDS}
    data = {**values, "objection_channel": "online", "real_name": bool(values["objector"])}
    given = {name: value for name, value in data.items() if value != ""}
    try:
        receipt = public_notices.object_to(current_office(), reference, given, once=posting.once_of_form())
    except Invalid as error:
        return draw(notice, values, error.faults, error.sentence), 422
    tally.note(address)
    session["receipt"] = [notice.masked_name, receipt.number]
    return redirect(url_for("notices.received"), 303)


@pages.get("/public/received")
def received() -> str | Response:
    """Show the receipt of the objection that this browser has just handed in."""
    found = session.get("receipt")
    if not isinstance(found, list) or len(found) != 2:
        return redirect(url_for("notices.listing"), 303)
    name, number = found
    return render_template("objection_received.html", name=name, receipt=number)


def draw(notice: PublicNotice, values: Mapping[str, str], faults: Mapping[str, str], refused: str = "") -> str:
    """Render the form of an objection."""
    lines = [(path if path in FIELDS else "", sentence) for path, sentence in faults.items()]
    return render_template(
        "objection.html", notice=card_of(notice), values=values, wrong=faults, faults=lines, refused=refused
    )


def card_of(notice: PublicNotice) -> Card:
    """Return a notice in words."""
    amount = f"每月 {dates.money(notice.amount_monthly)} 元"
    if notice.posted_on and notice.ends_on:
        period = f"{dates.day(notice.posted_on, today())} 至 {dates.day(notice.ends_on, today())}"
    else:
        period = "待张贴"
    remarks = (["有异议，复查中"] if notice.under_review else []) + (["内容已更正"] if notice.corrected else [])
    return Card(
        reference=notice.reference,
        name=notice.masked_name,
        members=notice.member_count,
        category=notice.programme_label,
        aid_label="拟终止（现为）" if notice.ending else "拟救助",
        amount=amount,
        place=f"{notice.town_name}{notice.village_name}",
        period=period,
        days=notice.days,
        hotline=notice.hotline,
        clock=_clock(notice),
        remark="；".join(remarks),
    )


def _clock(notice: PublicNotice) -> Clock:
    if notice.under_review:
        return Clock(state="paused", text="复查中")
    if notice.ends_on is None or notice.posted_on is None:
        return Clock(state="ok", text="待张贴")
    left = (notice.ends_on - today()).days
    used = min(max((today() - notice.posted_on).days, 0), notice.days)
    sub = f"{dates.day(notice.ends_on, today())} 截止"
    if left <= 0:
        return Clock(state="today", text="今天截止", sub=sub, used=notice.days, total=notice.days)
    return Clock(state="ok", text=f"还有 {left} 天", sub=sub, used=used, total=notice.days)
