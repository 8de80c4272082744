"""抽查: draws with their published hash, seed, households and results; anybody who may read one can draw it again."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from jiuzhu.service import sample_replacement, samples
from webui.downloads import named
from webui.office import current_actor, current_office

pages = Blueprint("samples", __name__)


@pages.get("/samples")
def listing() -> str:
    """List the draws within the person's reach."""
    return render_template("samples.html", draws=samples.list_draws(current_office(), current_actor()))


@pages.get("/samples/<path:number>")
def show(number: str) -> str:
    """Show one draw, recomputed."""
    return render_template("sample.html", page=samples.show_draw(current_office(), current_actor(), number))


@pages.get("/samples/<path:number>/population.txt")
def download(number: str) -> Response:
    """Hand out the frozen text as it was hashed."""
    found = samples.export(current_office(), current_actor(), number)
    text = str(found["population_text"]).encode()
    headers = {"Content-Disposition": named("population.txt")}
    return Response(text, mimetype="text/plain", headers=headers)


@pages.post("/samples/<path:number>")
def replace(number: str) -> Answer:
    """Replace a household by the next in line, with a reason."""
    member, reason = request.form.get("member", ""), request.form.get("reason", "")
    fresh = sample_replacement.replace(current_office(), current_actor(), number, member, reason)
    flash(f"{member} 已替换为 {fresh}。", "ok")
    return redirect(url_for("samples.show", number=number), 303)
