"""The blueprint: credentials, errors in Camunda's shape, and the endpoints of ``deployment.py``."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from jiuzhu.errors import Forbidden, Invalid, NotFound, Refused
from webui.engine_rest import (
    credentials,
    decision_definition,
    deployment,
    external_task,
    job,
    message,
    not_offered,
    people,
    process_definition,
    process_instance,
    start_form,
    task,
    wire,
)

PARTS = (
    decision_definition, external_task, job, message, people, process_definition, process_instance, start_form, task
)  # fmt: skip
log = structlog.get_logger(__name__)

TOO_LARGE = "这次部署太大或文件太多，没有收下任何文件；请分几次部署。"


def _unauthorized(sentence: str = credentials.WRONG) -> Response:
    response = wire.problem(401, "AuthorizationException", sentence)
    response.headers["WWW-Authenticate"] = 'Basic realm="default"'
    return response


def create_door(office: Any) -> Blueprint:
    """Return the ``/engine-rest`` blueprint; it holds no state beside the office."""
    door = Blueprint("engine_rest", __name__, url_prefix="/engine-rest")

    @door.before_request
    def _authenticate() -> Response | None:
        if request.method == "OPTIONS":
            return Response(status=204)
        given = credentials.given()
        if given is None:
            return _unauthorized()
        try:
            g.actor = credentials.checked(office, *given)
        except Refused as error:
            return _unauthorized(error.sentence)
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
    door.register_blueprint(not_offered.create_part())
    for part in PARTS:
        door.register_blueprint(part.create_part(office))

    @door.route("/<path:anything>", methods=["GET", "POST", "PUT", "DELETE"])
    def _unknown(anything: str) -> Response:
        return wire.problem(404, "RestException", f"没有这个接口：{request.method} /{anything}")

    return door
