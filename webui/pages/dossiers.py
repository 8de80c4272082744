"""一户一档: the dossiers of a person's places, one household's dossier, hand-over, export, disposal."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from jiuzhu.errors import Forbidden, Invalid, OutOfReach, Refused
from jiuzhu.service import dossier_disposal, dossier_package, dossiers
from webui.downloads import named
from webui.office import current_actor, current_office

pages = Blueprint("dossiers", __name__)
FIELDS = ("to_place", "received_by", "note", "reason")


@pages.get("/dossiers")
def listing() -> str:
    """List the dossiers, or those whose retention has ended."""
    office, actor = current_office(), current_actor()
    view, text = request.args.get("view", ""), request.args.get("text", "")[:60]
    expired = view == "expired"
    found = dossiers.list_expired(office, actor) if expired else dossiers.list_dossiers(office, actor, text)
    return render_template("dossiers.html", dossiers=found, expired=expired, text=text, most=dossiers.MOST)


@pages.get("/dossiers/<path:number>")
def show(number: str) -> str:
    """Show one household's dossier by its number or that of one of its cases."""
    return _draw(number)


@pages.post("/dossiers/<path:number>/export")
def export(number: str) -> Response:
    """Hand out the package; who took it is noted, so it is no mere reading."""
    name, package = dossier_package.export(current_office(), current_actor(), number)
    response = Response(package, mimetype="application/zip")
    response.headers["Content-Disposition"] = named(name)
    return response


@pages.post("/dossiers/<path:number>")
def act(number: str) -> AnyResponse | tuple[str, int]:
    """Log a hand-over; ask for disposal, confirm or decline it."""
    office, actor = current_office(), current_actor()
    to_place, received_by, note, reason = (request.form.get(name, "") for name in FIELDS)
    wanted = request.form.get("act", "")
    try:
        if wanted == "move":
            dossiers.move_paper(office, actor, number, to_place, received_by, note)
            flash("已登记交接。", "ok")
        elif wanted == "ask":
            dossier_disposal.ask(office, actor, number, reason)
            flash("已提请销毁，等待另一个人确认。", "ok")
        elif wanted == "confirm":
            dossier_disposal.confirm(office, actor, number)
            flash("已销毁，目录和校验值保留。", "ok")
        elif wanted == "decline":
            dossier_disposal.decline(office, actor, number, reason)
            flash("不同意销毁，档案继续保存。", "ok")
    except (Forbidden, OutOfReach):  # to be shown and logged once
        raise
    except Refused as error:
        faults = list(error.faults.items()) if isinstance(error, Invalid) else []
        return _draw(number, refused=error.sentence, faults=faults), 422
    return redirect(url_for("dossiers.show", number=number), 303)


def _draw(number: str, *, refused: str = "", faults: list[tuple[str, str]] | None = None) -> str:
    view = dossiers.show(current_office(), current_actor(), number)
    given = {name: request.form.get(name, "") for name in FIELDS}
    return render_template("dossier.html", view=view, refused=refused, faults=faults or [], given=given)
