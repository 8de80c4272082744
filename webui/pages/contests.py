"""Paper signatures that their signatories deny: what is open, what was settled, and settling one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from jiuzhu.errors import Invalid
from jiuzhu.service import contests
from webui.office import current_actor, current_office

pages = Blueprint("contests", __name__)


@pages.get("/contests")
def listing() -> str:
    """List what is open and what was settled."""
    return _draw({}, "")


@pages.post("/contests")
def resolve() -> str | Response | tuple[str, int]:
    """Settle one."""
    receipt = request.form.get("receipt", "")
    genuine = request.form.get("verdict", "")
    try:
        if genuine not in {"upheld", "void"}:
            raise Invalid("请选择查明的结果。", {"verdict": "请选择查明的结果。"})
        contests.resolve(
            current_office(),
            current_actor(),
            receipt,
            genuine=genuine == "upheld",
            note=request.form.get("note", "")[:500],
        )
    except Invalid as error:
        return _draw(error.faults, receipt), 422
    flash(f"签字异议 {receipt} 已处理。", "ok")
    return redirect(url_for("contests.listing"), 303)


def _draw(faults: dict[str, str], receipt: str) -> str:
    office, actor = current_office(), current_actor()
    return render_template(
        "contests.html",
        open=contests.list_contests(office, actor),
        settled=contests.list_contests(office, actor, is_open=False)[::-1],
        faults=faults,
        receipt=receipt,
        typed=request.form,
    )
