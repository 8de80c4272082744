"""One deployment: what is in it, what the checker says, what it changes; released or sent back by a second person."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from jiuzhu.errors import DeploymentRefused, Forbidden, Refused
from jiuzhu.service import comparing, releasing
from webui.office import current_actor, current_office

pages = Blueprint("deployments", __name__)


@pages.get("/deployments/<number>")
def show(number: str) -> str:
    """Show one deployment."""
    return _draw(number)


@pages.post("/deployments/<number>")
def act(number: str) -> Response | tuple[str, int]:
    """Release it or send it back."""
    office, actor = current_office(), current_actor()
    wanted, reason = request.form.get("act", ""), request.form.get("reason", "")
    try:
        if wanted == "release":
            releasing.release(office, actor, number)
            flash("已放行，新受理的案件用这一版。", "ok")
        elif wanted == "return":
            releasing.send_back(office, actor, number, reason)
            flash("已退回部署人。", "ok")
    except Forbidden:  # to be shown and logged once
        raise
    except DeploymentRefused:
        return _draw(number, refused="和现在在用的流程、表单对不上，没有放行；见下面的检查结果。"), 422
    except Refused as error:
        return _draw(number, refused=error.sentence, reason=reason), 422
    return redirect(url_for("deployments.show", number=number), 303)


def _draw(number: str, *, refused: str = "", reason: str = "") -> str:
    page = releasing.show(current_office(), current_actor(), number)
    compared: Sequence[comparing.Comparison] = ()
    files: Sequence[comparing.FileChange] = ()
    if page.findings is not None:  # waits: what it would change is what a second person looks at
        compared, files = comparing.compare_with_running(current_office(), current_actor(), number)
    return render_template("deployment.html", page=page, refused=refused, reason=reason, compared=compared, files=files)
