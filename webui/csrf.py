"""One token per visitor on every form; a post without it changes nothing.

The token is a keyed hash of what only this browser holds: the session's secret when logged in, else a random visit
mark in the signed cookie. It needs no storage and dies with the session.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import current_app, request, session

from jiuzhu.errors import Forbidden
from webui import sessions

FIELD = "_csrf"
HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def issue() -> str:
    """Return the token for this visitor's forms."""
    holder = sessions.secret_of_request()
    if holder is None:
        holder = session.setdefault("visit", secrets.token_urlsafe(16))
    key = current_app.secret_key
    if not isinstance(key, (str, bytes)):
        raise RuntimeError("the application has no secret key")
    secret = key.encode() if isinstance(key, str) else key
    return hmac.new(secret, b"form:" + holder.encode(), hashlib.sha256).hexdigest()


def check() -> None:
    """Refuse an unsafe request without this visitor's token. Raises Forbidden."""
    if request.method in SAFE or sessions.OWN_GUARD.intersection(request.blueprints) or request.endpoint is None:
        return
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not hmac.compare_digest(sent.encode(), issue().encode()):
        raise Forbidden("这一页不是从本系统打开的，或者放得太久了，所以没有办理。请回到上一页刷新后再提交一次。")
