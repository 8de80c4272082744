"""Users and groups over REST, as far as a client needs them to show its own person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request

from jiuzhu.errors import NotFound, Refused
from webui.engine_rest import credentials, wire
from webui.engine_rest.body import Body


def create_part(office: Any) -> Blueprint:
    """Return ``/identity`` and ``/user``: of whoever asks, of nobody else."""
    part = Blueprint("people", __name__)

    def require_self(user: str) -> None:
        if user not in (g.actor.person_id, g.actor.login):
            raise NotFound(f"User with id {user} does not exist")

    @part.post("/identity/verify")
    def verify() -> Response:
        body = Body.of(request)
        name = body.text("username")
        try:
            credentials.checked(office, name or "?", body.text("password"))
        except Refused:
            return wire.answer({"authenticatedUser": name, "authenticated": False})
        return wire.answer({"authenticatedUser": name, "authenticated": True})

    @part.get("/identity/groups")
    def groups() -> Response:
        require_self(request.args.get("userId", g.actor.login))
        found = [{"id": group, "name": office.roles.label(group.partition("@")[0])} for group in g.actor.groups]
        me = {"id": g.actor.login, "firstName": "", "lastName": g.actor.name, "displayName": g.actor.name}
        return wire.answer({"groups": found, "groupUsers": [me]})

    @part.get("/user/<user>/profile")
    def profile(user: str) -> Response:
        require_self(user)
        return wire.answer({"id": g.actor.login, "firstName": "", "lastName": g.actor.name, "email": None})

    return part
