"""Formats of the Camunda 7 REST interface: dates, error bodies, data transfer objects.

Every key of a data transfer object is present even when it is null: clients index them directly.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask import Response, request

from jiuzhu.domain import typed
from webui.downloads import named

VERSION = "7.24.0"
"""The Camunda 7 whose interface this is; the Modeler shows and checks it."""
MODELER_ORIGINS = frozenset({"file://", "null"})


def answer(body: Any, status: int = 200) -> Response:
    """Return JSON with exactly ``application/json`` (clients compare the content type to the letter)."""
    response = Response(json.dumps(body, ensure_ascii=False), status=status)
    response.headers["Content-Type"] = "application/json"
    return response


def nothing() -> Response:
    """Return 204 without a body: clients raise on anything else."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def attachment(data: bytes, name: str, mime: str) -> Response:
    """Return bytes to be kept as a file; its name may be Chinese."""
    response = Response(data, mimetype=mime)
    response.headers["Content-Disposition"] = named(name, plain=True)
    return response


def problem(status: int, kind: str, message: str, details: dict[str, Any] | None = None) -> Response:
    """Return an error in Camunda's shape."""
    body: dict[str, Any] = {"type": kind, "message": message, "code": 0}
    if details is not None:
        body["details"] = details
    return answer(body, status)


def instant(value: datetime) -> str:
    """Return ``2026-01-31T13:37:00.123+0000``."""
    return typed.wire_instant(value)


def allow_modeler(response: Response) -> None:
    """Let Camunda Modeler read an answer: its window is a ``file://`` page, its credentials a header of its own."""
    origin = request.headers.get("Origin")
    if origin in MODELER_ORIGINS:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Accept"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE, OPTIONS"
        response.headers["Vary"] = "Origin"


def form_reference(form: str) -> dict[str, Any] | None:
    """Return a CamundaFormRef: forms come from the deployment of their diagram."""
    return {"key": form, "binding": "deployment", "version": None} if form else None


def decision_dto(definition: Any, deployment_id: str) -> dict[str, Any]:
    """Return a DecisionDefinitionDto of a deployed decision."""
    return {
        "id": definition.id,
        "key": definition.key,
        "category": None,
        "name": definition.name,
        "version": definition.version,
        "resource": definition.resource,
        "deploymentId": deployment_id,
        "tenantId": definition.tenant,
        "decisionRequirementsDefinitionId": None,
        "decisionRequirementsDefinitionKey": None,
        "historyTimeToLive": None,
        "versionTag": definition.version_tag or None,
    }


def definition_dto(definition: Any, deployment_id: str) -> dict[str, Any]:
    """Return a ProcessDefinitionDto of a deployed process (``jiuzhu.service.deployment`` definition)."""
    return {
        "id": definition.id,
        "key": definition.key,
        "category": "http://bpmn.io/schema/bpmn",
        "description": None,
        "name": definition.name,
        "version": definition.version,
        "resource": definition.resource,
        "deploymentId": deployment_id,
        "diagram": None,
        "suspended": False,
        "tenantId": definition.tenant,
        "versionTag": definition.version_tag or None,
        "historyTimeToLive": None,
        "startableInTasklist": True,
    }
