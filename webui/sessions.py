"""Who is at the door: a random secret in a cookie, the session itself in the database.

Every page needs a person unless its blueprint is listed in ``OPEN``. Session times are machine time: the demo clock
never logs anybody out.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Refused
from jiuzhu.service import identity
from webui.office import current_office

COOKIE = "jiuzhu_session"
OPEN = frozenset({"login", "petitions", "notices", "checks", "rankings", "rating", "recipients", "webapps"})
"""Blueprints that need nobody: they show nothing that is not public."""
OWN_GUARD = frozenset({"engine_rest"})
"""Doors that check credentials themselves and never look at a cookie."""


def secret_of_request() -> str | None:
    """Return the session secret that the browser sent."""
    return request.cookies.get(COOKIE) or None


def load() -> None:
    """Find out who is at the door; an ended session is nobody."""
    g.actor = None
    secret = secret_of_request()
    if secret is None or request.endpoint == "static" or OWN_GUARD.intersection(request.blueprints):
        return
    try:
        g.actor = identity.actor_of_session(current_office(), secret)
    except Refused:
        g.session_ended = True


def require() -> Response | None:
    """Send whoever is nobody to the login page, and back afterwards."""
    if g.actor is not None or request.endpoint in (None, "static"):
        return None
    if request.blueprint in OPEN or OWN_GUARD.intersection(request.blueprints):
        return None
    back = request.full_path.rstrip("?") if request.method == "GET" else urlsplit(request.referrer or "").path
    if request.method != "GET":
        flash("登录已过期，请重新登录；自动保存的草稿还在。", "soon")
    return redirect(url_for("login.show", next=safe_next(back)), 303)


def actor() -> Actor | None:
    """Return who is logged in, or None."""
    found: Actor | None = g.get("actor")
    return found


def open_for(person: Actor, response: Response) -> None:
    """Open a session and hand its secret to the browser. A new secret at every login: nothing to fixate."""
    secret = identity.open_session(current_office(), person)
    response.set_cookie(
        COOKIE,
        secret,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        path="/",
    )


def close(response: Response) -> None:
    """End the session in the database and in the browser."""
    secret = secret_of_request()
    if secret is not None:
        identity.close_session(current_office(), secret)
    response.delete_cookie(COOKIE, path="/")


def safe_next(target: str) -> str:
    """Return a path of this site to go on to; anything else becomes the inbox."""
    parts = urlsplit(target)
    if (
        parts.scheme
        or parts.netloc
        or not target.startswith("/")
        or target.startswith(("//", "/\\", "/login", "/logout"))
    ):
        return url_for("inbox.show")
    return target
