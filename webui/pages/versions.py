"""What designers look at before they change a procedure: two versions side by side, and where it takes its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from markupsafe import Markup, escape

from jiuzhu.errors import Invalid, NotFound
from jiuzhu.service import comparing, heat_map, versions
from jiuzhu.service.comparing import Comparison
from jiuzhu.service.deployed import Definition
from jiuzhu.service.heat_map import HeatMap
from webui.office import current_actor, current_office

pages = Blueprint("versions", __name__)
SORTS = {"added": ("is-added", "增", "is-done"), "removed": ("is-removed", "删", "is-error"),
         "changed": ("is-changed", "改", "is-warn")}  # fmt: skip
FLOW = "连线"
SHOWN = 0.05
"""Days below which a step takes no time that is worth a number on the drawing."""


@pages.get("/processes/<key>/compare")
def compare(key: str) -> str:
    """Compare two versions: on both diagrams, and in words."""
    office, actor = current_office(), current_actor()
    groups = comparing.comparable(office, actor, key)
    own = groups[0][1]
    if not own:
        raise NotFound("没有部署过这个流程。")
    others = groups[1][1]
    new = request.args.get("new") or own[0].id
    earlier = [one.id for one in own if one.id != new] or [one.id for one in others] or [own[0].id]
    found = comparing.compare_versions(office, actor, request.args.get("old") or earlier[0], new)
    return render_template(
        "process_compare.html",
        key=key,
        found=found,
        name_of=_name_of,
        choice=lambda field, chosen: _choice(field, chosen, groups),
        counts={sort: sum(one.sort == sort for one in found.difference.changes) for sort in SORTS},
        sides=[
            (found.old, _name_of(found.old), marks_of(found, old=True), True),
            (found.new, _name_of(found.new), marks_of(found, old=False), False),
        ],
    )


@pages.get("/processes/<key>/heat")
def heat(key: str) -> str:
    """Show counts and median days of each step, on the diagram and as a table."""
    office, actor = current_office(), current_actor()
    current = versions.one_version(office, actor, key, 0)
    found = heat_map.show(
        office,
        actor,
        key,
        since=_day("since"),
        until=_day("until"),
        town=request.args.get("town", "")[:40],
        by="running" if request.args.get("by") == "running" else "median",
    )
    return render_template("process_heat.html", key=key, process=current, found=found, marks=_heat_marks(found))


def marks_of(found: Comparison, *, old: bool) -> Mapping[str, Any]:
    """Return the viewer's marks of one side: colour, and a word at everything that is no connection."""
    marks: dict[str, list[str]] = {}
    tokens = []
    for change in found.difference.changes:
        number = change.old_id if old else change.new_id
        if not number:
            continue
        state, word, kind = SORTS[change.sort]
        marks.setdefault(state, []).append(number)
        if change.kind not in {FLOW, "流程", "泳道"}:
            tokens.append([number, word, kind])
    return {"marks": marks, "tokens": tokens}


def _heat_marks(found: HeatMap) -> Mapping[str, Any]:
    marks: dict[str, list[str]] = {}
    tokens = []
    for step in found.steps:
        if step.shade:
            marks.setdefault(f"heat-{step.shade}", []).append(step.element)
        median = step.heat.median or 0.0
        days = f" {median:.1f}天" if median >= SHOWN else ""
        running = f"，在办{step.heat.running}" if step.heat.running else ""
        tokens.append([step.element, f"{step.heat.visits}次{days}{running}", "is-heat"])
    return {"marks": marks, "tokens": tokens}


def _name_of(one: Definition) -> str:
    return f"{one.name}第 {one.version} 版"


def _choice(field: str, chosen: Definition, groups: Sequence[tuple[str, Sequence[Definition]]]) -> Markup:
    """Return a select box of versions, in groups."""
    parts = [Markup('<select class="form-select" id="{0}" name="{0}">').format(field)]
    known = {one.id for _, found in groups for one in found}
    rest = [] if chosen.id in known else [("现在选的", [chosen])]
    for title, found in [*rest, *groups]:
        if not found:
            continue
        parts.append(Markup('<optgroup label="{}">').format(title))
        for one in found:
            state = "" if one.released else "（待放行）"
            mark = Markup(" selected") if one.id == chosen.id else ""
            parts.append(Markup('<option value="{}"{}>{}{}</option>').format(one.id, mark, _name_of(one), state))
        parts.append(Markup("</optgroup>"))
    parts.append(Markup("</select>"))
    return Markup("").join(escape(part) for part in parts)


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(f"日期应写成 2026-09-16 这样：{text[:20]}") from None
