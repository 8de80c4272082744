"""Who speaks: credentials of a header, checked with the same count of wrong passwords as the login page."""

from __future__ import annotations

import base64
import binascii
from typing import Any, cast

from flask import current_app, request

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Refused
from jiuzhu.service import identity
from webui.throttle import Throttle, pair

WRONG = "用户名或密码不正确。"


def given() -> tuple[str, str] | None:
    """Return (login, password) of a Basic header; a Bearer token is (``''``, token)."""
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and rest.strip():
        return "", rest.strip()
    if scheme.lower() != "basic":
        return None
    try:
        login, found, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (login, password) if found else None


def throttle() -> Throttle:
    """Return this process's count of wrong passwords, shared with the login page."""
    return cast(Throttle, current_app.extensions["throttle"])


def checked(office: Any, login: str, secret: str) -> Actor:
    """Return who this is. Raises Refused: wrong, or tried too often."""
    tallies, address = throttle(), request.remote_addr or ""
    key = pair(login, address)
    minutes = max(tallies.account.minutes_to_wait(key) if login else 0, tallies.address.minutes_to_wait(address))
    if minutes:
        raise Refused(f"试错次数太多，请 {minutes} 分钟后再试。")
    try:
        actor = identity.authenticate(office, login, secret) if login else identity.actor_of_session(office, secret)
    except Refused as error:
        tallies.address.note(address)
        if login:
            tallies.account.note(key)
        raise Refused(WRONG) from error
    if login:
        tallies.account.forget(key)
    return actor
