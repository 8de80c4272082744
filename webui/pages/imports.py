"""导入存量: upload and dry run, hand over, release, undo, and the history of all that."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from jiuzhu.errors import Forbidden, Invalid, OutOfReach, Refused
from jiuzhu.service import takeover, takeover_release
from webui.downloads import named
from webui.office import current_actor, current_office, may

pages = Blueprint("imports", __name__)
AT_ONCE = 300
"""Households that a page writes while somebody waits; longer lists are written by the scheduler."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/imports")
def listing() -> str:
    """List the imports of the person's district, with the form for another one."""
    return _draw()


@pages.get("/imports/template")
def template() -> Response:
    """Hand out the list to fill in."""
    response = Response(takeover.template(current_office(), current_actor()), mimetype=XLSX)
    response.headers["Content-Disposition"] = named("存量导入模板.xlsx")
    return response


@pages.post("/imports")
def check() -> str | AnyResponse | tuple[str, int]:
    """Check an uploaded list; its result has a page of its own."""
    file = request.files.get("file")
    data = file.read() if file is not None else b""
    try:
        name = (file.filename or "") if file is not None else ""
        view = takeover.check(current_office(), current_actor(), data, name)
    except Invalid as error:
        return _draw(faults=list(error.faults.items()), refused=error.sentence), 422
    return redirect(url_for("imports.show", number=view.import_no), 303)


@pages.get("/imports/<number>")
def show(number: str) -> str:
    """Show one list: what was found, what may be done with it."""
    view = takeover.show(current_office(), current_actor(), number)
    return render_template("import.html", view=view, refused="", reason="")


@pages.post("/imports/<number>")
def act(number: str) -> AnyResponse | tuple[str, int]:
    """Hand it over, release it, return it or undo it."""
    office, actor = current_office(), current_actor()
    wanted, reason = request.form.get("act", ""), request.form.get("reason", "")
    try:
        if wanted == "submit":
            takeover.submit(office, actor, number)
            flash("已提交，等待另一个人放行。", "ok")
        elif wanted == "release":
            _release(number)
        elif wanted == "return":
            takeover.give_back(office, actor, number, reason)
            flash("已退回。", "ok")
        elif wanted == "undo":
            count = takeover.undo(office, actor, number, reason)
            flash(f"已撤销，{count} 户从台账中撤出。", "ok")
    except (Forbidden, OutOfReach):  # to be shown and logged once
        raise
    except Refused as error:
        view = takeover.show(office, actor, number)
        return render_template("import.html", view=view, refused=error.sentence, reason=reason), 422
    return redirect(url_for("imports.show", number=number), 303)


def _release(number: str) -> None:
    office, actor = current_office(), current_actor()
    takeover.release(office, actor, number)
    if takeover.show(office, actor, number).households > AT_ONCE:
        flash("已放行，正在后台写入；刷新本页可看进度。", "ok")
        return
    if takeover_release.carry_on(office, number) == "released":
        flash("已导入救助对象台账。", "ok")


def _draw(*, faults: list[tuple[str, str]] | None = None, refused: str = "") -> str:
    office, actor = current_office(), current_actor()
    return render_template(
        "imports.html",
        imports=takeover.list_imports(office, actor),
        may_check=may("take_over"),
        faults=faults or [],
        refused=refused,
    )
