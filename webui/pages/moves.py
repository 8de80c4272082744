"""迁移在办案件: order a dry run, read it case by case, hand over, release, watch, and send back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from jiuzhu.errors import Forbidden, Invalid, OutOfReach, Refused
from jiuzhu.service import case_move_work, case_moves
from jiuzhu.service.case_move_view import LINES, LineView
from webui.office import current_actor, current_office, may

pages = Blueprint("moves", __name__)
AT_ONCE = 60
"""Cases that a page deals with while somebody waits; the scheduler goes on with the rest."""
LOOK_AGAIN = "3"
"""Seconds after which a page of an order that is under way is drawn anew."""
MOST = 500


@pages.get("/processes/<key>/moves")
def listing(key: str) -> str:
    """Show from which to which version cases may go, and the orders so far."""
    return _draw_list(key)


@pages.post("/processes/<key>/moves")
def order(key: str) -> AnyResponse | tuple[str, int]:
    """Make a dry run; it has a page of its own."""
    office, actor = current_office(), current_actor()
    given = request.form.get("renames", "")
    try:
        source, target = (request.form.get(name, 0, type=int) for name in ("source", "target"))
        move_no = case_moves.order(office, actor, key, source, target, _renames(given))
    except (Forbidden, OutOfReach):  # to be shown and logged once
        raise
    except Refused as error:
        return _draw_list(key, refused=error.sentence, given=request.form), 422
    case_move_work.carry_on(office, move_no, AT_ONCE)
    return redirect(url_for("moves.show", number=move_no), 303)


@pages.get("/moves/<number>")
def show(number: str) -> Response:
    """Show one order with its cases; a page of one that is under way draws itself anew."""
    response = make_response(_draw(number))
    if case_moves.show(current_office(), current_actor(), number).state in case_move_work.STEPS:
        response.headers["Refresh"] = LOOK_AGAIN
    return response


@pages.post("/moves/<number>")
def act(number: str) -> AnyResponse | tuple[str, int]:
    """Hand it over, release it, return it, or send its cases back."""
    office, actor = current_office(), current_actor()
    wanted, reason = request.form.get("act", ""), request.form.get("reason", "")
    try:
        if wanted == "submit":
            case_moves.submit(office, actor, number)
            flash("已提交，等待另一个人放行。", "ok")
        elif wanted == "release":
            case_moves.release(office, actor, number)
        elif wanted == "return":
            case_moves.give_back(office, actor, number, reason)
            flash("已退回。", "ok")
        elif wanted == "undo":
            case_moves.undo(office, actor, number, reason)
    except (Forbidden, OutOfReach):  # to be shown and logged once
        raise
    except Refused as error:
        return _draw(number, refused=error.sentence, reason=reason), 422
    case_move_work.carry_on(office, number, AT_ONCE)
    return redirect(url_for("moves.show", number=number), 303)


def _draw_list(key: str, *, refused: str = "", given: Mapping[str, str] | None = None) -> str:
    office, actor = current_office(), current_actor()
    versions = case_moves.versions(office, actor, key)
    return render_template(
        "moves.html",
        key=key,
        name=versions[0].name,
        versions=versions,
        running=[one for one in versions if one.running],
        targets=[one for one in versions if one.released],
        orders=case_moves.list_moves(office, actor, key),
        may_order=may("deploy"),
        refused=refused,
        given=given or {},
    )


def _draw(number: str, *, refused: str = "", reason: str = "") -> str:
    office, actor = current_office(), current_actor()
    view = case_moves.show(office, actor, number)
    state = request.args.get("state", "")
    state = state if state in view.counts else ""
    lines = case_moves.lines(office, actor, number, state, MOST)
    return render_template(
        "move.html",
        view=view,
        state=state,
        words=LINES,
        lines=lines,
        reasons=_counted(lines),
        common=_common(lines),
        todo=view.counts.get(case_move_work.STEPS.get(view.state, ("", ""))[0], 0),
        refused=refused,
        reason=reason,
    )


def _counted(lines: Sequence[LineView]) -> Sequence[tuple[str, str, str, int]]:
    """Return (kind, element, sentence, cases) of what is said about these cases, the most frequent first."""
    found: Counter[tuple[str, str, str]] = Counter()
    for line in lines:
        for kind, remarks in (("late", line.reasons), ("soon", line.notes if line.state != "cannot" else ())):
            found.update({(kind, one["element"], one["sentence"]) for one in remarks})
    return [(*what, count) for what, count in sorted(found.items(), key=lambda one: (one[0][0], -one[1]))]


def _common(lines: Sequence[LineView]) -> frozenset[str]:
    """Return what is said of every case that can go: told once above the list."""
    told = [{one["sentence"] for one in line.notes} for line in lines if line.state != "cannot"]
    return frozenset(set.intersection(*told)) if told else frozenset()


def _renames(text: str) -> dict[str, str]:
    found = {}
    for line in text.splitlines():
        old, is_pair, new = line.partition("=")
        if line.strip() and (not is_pair or not old.strip() or not new.strip()):
            raise Invalid(f"“{line.strip()[:60]}”应写成 原元素=新元素，一行一对。", {"renames": "一行一对。"})
        if line.strip():
            found[old.strip()] = new.strip()
    return found
