"""The blueprint: credentials, errors in Camunda's shape, and the endpoints of ``deployment.py``."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import structlog
from flask import Blueprint, Response, g, request

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Forbidden, Invalid, NotFound, Refused
from jiuzhu.service import identity
from webui.engine_rest import deployment, wire

log = structlog.get_logger(__name__)


def _credentials() -> tuple[str, str] | None:
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


def _unauthorized() -> Response:
    response = wire.problem(401, "AuthorizationException", "用户名或密码不正确。")
    response.headers["WWW-Authenticate"] = 'Basic realm="default"'
    return response


def create_door(office: Any) -> Blueprint:
    """Return the ``/engine-rest`` blueprint; it holds no state beside the office."""
    door = Blueprint("engine_rest", __name__, url_prefix="/engine-rest")

    @door.before_request
    def _authenticate() -> Response | None:
        if request.method == "OPTIONS":
            return Response(status=204)
        given = _credentials()
        if given is None:
            return _unauthorized()
        try:
            login, secret = given
            actor: Actor = (
                identity.authenticate(office, login, secret) if login else identity.actor_of_session(office, secret)
            )
        except Refused:
            return _unauthorized()
        g.actor = actor
        return None

    @door.after_request
    def _cross_origin(response: Response) -> Response:
        # Camunda Modeler's window is a file:// page; credentials are a header it sets itself, so nothing leaks.
        origin = request.headers.get("Origin")
        if origin in {"file://", "null"}:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Accept"
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE, OPTIONS"
        return response

    @door.errorhandler(Refused)
    def _refused(error: Refused) -> Response:
        if isinstance(error, NotFound):
            return wire.problem(404, "InvalidRequestException", error.sentence)
        if isinstance(error, Forbidden):
            return wire.problem(403, "AuthorizationException", error.sentence)
        if isinstance(error, Invalid):
            return wire.problem(400, "InvalidRequestException", error.sentence)
        return wire.problem(500, "RestException", error.sentence)

    @door.errorhandler(Exception)
    def _failed(error: Exception) -> Response:
        log.exception("engine_rest failed", path=request.path)
        return wire.problem(500, "RestException", "系统内部错误，已记录。")

    deployment.add_endpoints(door, office)

    @door.route("/<path:anything>", methods=["GET", "POST", "PUT", "DELETE"])
    def _unknown(anything: str) -> Response:
        return wire.problem(404, "RestException", f"没有这个接口：{request.method} /{anything}")

    return door
