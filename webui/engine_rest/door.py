"""The blueprint: credentials, errors in Camunda's shape, and the endpoints of ``deployment.py``."""

from __future__ import annotations

import base64
import binascii
from typing import Any, cast

import structlog
from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Forbidden, Invalid, NotFound, Refused
from jiuzhu.service import identity
from webui.engine_rest import deployment, external_task, message, process_definition, process_instance, task, wire
from webui.throttle import Throttle, pair

log = structlog.get_logger(__name__)

TOO_LARGE = "这次部署太大或文件太多，没有收下任何文件；请分几次部署。"


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


def _unauthorized(sentence: str = "用户名或密码不正确。") -> Response:
    response = wire.problem(401, "AuthorizationException", sentence)
    response.headers["WWW-Authenticate"] = 'Basic realm="default"'
    return response


def throttle() -> Throttle:
    """Return this process's count of wrong passwords, shared with the login page."""
    return cast(Throttle, current_app.extensions["throttle"])


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
        login, secret = given
        tallies, address = throttle(), request.remote_addr or ""
        key = pair(login, address)
        minutes = max(tallies.account.minutes_to_wait(key) if login else 0, tallies.address.minutes_to_wait(address))
        if minutes:
            return _unauthorized(f"试错次数太多，请 {minutes} 分钟后再试。")
        try:
            actor: Actor = (
                identity.authenticate(office, login, secret) if login else identity.actor_of_session(office, secret)
            )
        except Refused:
            tallies.address.note(address)
            if login:
                tallies.account.note(key)
            return _unauthorized()
        if login:
            tallies.account.forget(key)
        g.actor = actor
        return None

    @door.after_request
    def _cross_origin(response: Response) -> Response:
        wire.allow_modeler(response)
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

    @door.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        sentence = TOO_LARGE if error.code == 413 else error.description or error.name
        return wire.problem(error.code or 400, "InvalidRequestException", sentence)

    @door.errorhandler(Exception)
    def _failed(error: Exception) -> Response:
        log.exception("engine_rest failed", path=request.path)
        return wire.problem(500, "RestException", "系统内部错误，已记录。")

    deployment.add_endpoints(door, office)
    for part in (external_task, message, process_definition, process_instance, task):
        door.register_blueprint(part.create_part(office))

    @door.route("/<path:anything>", methods=["GET", "POST", "PUT", "DELETE"])
    def _unknown(anything: str) -> Response:
        return wire.problem(404, "RestException", f"没有这个接口：{request.method} /{anything}")

    return door
