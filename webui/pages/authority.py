"""Who may decide and on what it rests: authority by town, letters, the catalogue of delegated items, the seal log."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request

from jiuzhu.service import authority, authority_cases, seals
from webui.office import current_actor, current_office

pages = Blueprint("authority", __name__)

LEVELS = {"town": "镇（街道）", "county": "区（市）", "none": "暂无"}
FATES = {
    "decided": ("已决定", "ok", "check-circle-fill"),
    "ended": ("已办结", "ok", "check-circle-fill"),
    "stays": ("照常办理", "now", "hourglass-split"),
    "open": ("未受理", "", "hourglass-split"),
    "district": ("转区（市）级", "soon", "info-circle-fill"),
    "waits": ("等补齐", "late", "exclamation-triangle-fill"),
}
"""Fate of a case → words, state of the tag, icon."""


@pages.get("/authority")
def show() -> str:
    """Show who decides what in the towns that the person may read, and what becomes of running cases."""
    office, actor = current_office(), current_actor()
    town = request.args.get("town") or None
    found = authority.show_authority(office, actor, town=town)
    return render_template(
        "authority.html",
        lines=found.lines,
        letters=found.letters,
        cases=authority_cases.lost_cases(office, actor, town=town),
        levels=LEVELS,
        fates=FATES,
        town=town,
        has_catalogue=bool(seals.catalogues(office, actor)),
    )


@pages.get("/authority/letters/<path:number>")
def letter(number: str) -> str:
    """Show one letter and the running cases of its town."""
    office, actor = current_office(), current_actor()
    found = authority.show_letter(office, actor, number)
    lines = authority.show_authority(office, actor, town=found.town).lines
    lost = authority_cases.lost_cases(office, actor, town=found.town)
    return render_template("authority_letter.html", letter=found, lines=lines, cases=lost, levels=LEVELS, fates=FATES)


@pages.get("/authority/catalogue")
def catalogue() -> str:
    """Show the catalogue of delegated items."""
    return render_template("catalogue.html", catalogues=seals.catalogues(current_office(), current_actor()))


@pages.get("/authority/seals")
def seal_log() -> str:
    """Show seals, keepers and every use; may be filtered and printed."""
    asked = {name: request.args.get(name, "").strip()[:80] for name in ("seal", "item", "first", "last")}
    first, last, problem = None, None, ""
    try:
        first = date.fromisoformat(asked["first"]) if asked["first"] else None
        last = date.fromisoformat(asked["last"]) if asked["last"] else None
    except ValueError:
        problem = "日期请写成 2026-09-16 这样；现在列出全部日期。"
        first = last = None
    log = seals.seal_log(
        current_office(),
        current_actor(),
        seal_no=asked["seal"] or None,
        item=asked["item"] or None,
        first=first,
        last=last,
    )
    return render_template("seals.html", log=log, asked=asked, problem=problem)
