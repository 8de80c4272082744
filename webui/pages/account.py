"""A person's own page: the password, and paper signatures that others entered in the person's name."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.service import contests, identity, signatures, signing_again
from webui import sessions
from webui.office import current_actor, current_office

pages = Blueprint("account", __name__)


@pages.get("/me")
def show() -> str:
    """Show posts, signatures entered in one's name, and the password form."""
    return draw({})


@pages.post("/me/password")
def set_password() -> str | Response | tuple[str, int]:
    """Set a new password; every other session of this person ends."""
    office, actor = current_office(), current_actor()
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        return draw({"again": "两次填的新密码不一样，请再填一次。"}), 422
    try:
        identity.authenticate(office, actor.login, request.form.get("old", ""))
    except Forbidden:
        return draw({"old": "现在的密码不对。"}), 422
    try:
        identity.set_password(office, actor, login=actor.login, password=new)
    except Invalid as error:
        return draw({"new": error.sentence}), 422
    flash("密码已更改，其他地方的登录都已退出。", "ok")
    response = redirect(url_for("account.show"), 303)
    sessions.open_for(actor, response)
    return response


@pages.post("/me/signatures/<signature_id>")
def contest(signature_id: str) -> str | Response | tuple[str, int]:
    """Contradict a paper signature entered in one's name; it is written into the case's chain."""
    try:
        receipt = contests.contest(current_office(), current_actor(), signature_id, request.form.get("reason", ""))
    except Invalid as error:
        return draw({f"reason-{signature_id}": error.sentence}), 422
    flash(f"已记下：你不认可这次录入的签字。回执 {receipt}，由镇街主要领导或者区级监督岗查明处理。", "ok")
    return redirect(url_for("account.show"), 303)


@pages.post("/me/signed-again")
def sign_again() -> Response:
    """Sign by login the form whose paper signature was found not to be one's own."""
    signing_again.sign_again(current_office(), current_actor(), request.form.get("receipt", ""))
    flash("已补签，印有这个签字的文书已重新制作。", "ok")
    return redirect(url_for("account.show"), 303)


def draw(faults: dict[str, str]) -> str:
    """Render the page."""
    office, actor = current_office(), current_actor()
    return render_template(
        "account.html", actor=actor, signatures=signatures.recorded_for(office, actor), faults=faults
    )
