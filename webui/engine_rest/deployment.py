"""Deployments over REST: the connection check, the version, and the Deploy button of Camunda Modeler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, g, request, url_for

from jiuzhu.errors import DeploymentRefused, Forbidden, Invalid
from jiuzhu.service import deployed, deployment
from jiuzhu.service.deployed import Deployment
from webui.engine_rest import query, wire

_RESERVED = {
    "deployment-name",
    "enable-duplicate-filtering",
    "deploy-changed-only",
    "deployment-source",
    "tenant-id",
    "deployment-activation-time",
}


FILTERS: Mapping[str, Callable[[Deployment], Any]] = {
    "id": lambda one: one.id,
    "name": lambda one: one.name,
    "source": lambda one: one.source,
}
SORTS: Mapping[str, Callable[[Deployment], Any]] = {
    "id": lambda one: one.id,
    "name": lambda one: one.name,
    "deploymentTime": lambda one: one.deployed_at,
}


def _dto(made: Any, *, with_definitions: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "links": [{"method": "GET", "href": url_for("engine_rest.one", number=made.id, _external=True), "rel": "self"}],
        "id": made.id,
        "name": made.name,
        "source": made.source,
        "deploymentTime": wire.instant(made.deployed_at),
        "tenantId": made.tenant,
    }
    if with_definitions:
        # null when nothing is new: the Modeler then starts the definition that it remembers
        fresh = () if made.duplicate else made.definitions
        processes = {one.id: wire.definition_dto(one, made.id) for one in fresh if one.kind == "process"}
        decisions = {one.id: wire.decision_dto(one, made.id) for one in fresh if one.kind == "decision"}
        body |= {
            "deployedProcessDefinitions": processes or None,
            "deployedCaseDefinitions": None,
            "deployedDecisionDefinitions": decisions or None,
            "deployedDecisionRequirementsDefinitions": None,
        }
    return body


def _resources() -> dict[str, bytes]:
    """Return file name -> bytes of every part with a file name, in the order they were sent.

    Raises Invalid for a name that comes twice: one of the two files would be lost in silence.
    """
    found: dict[str, bytes] = {}
    for key in request.files:
        if key in _RESERVED:
            continue
        for part in request.files.getlist(key):
            if not part.filename:
                continue
            if part.filename in found:
                raise Invalid(f"文件 {part.filename[:60]} 在一次部署中出现了两次；请改名，或只留一个。")
            found[part.filename] = part.read()
    return found


def parse_problem(error: DeploymentRefused) -> Response:
    """Return the ParseException body: the Modeler shows ``message`` and nothing else, so the element id is in it."""
    lines: list[str] = []
    details: dict[str, Any] = {}
    for finding in error.findings:
        one: Any = finding
        where = f"（{one.element_name or '未命名'}，id {one.element_id}）" if one.element_id else ""
        text = f"{one.message}{where}{one.remedy}"
        place = f"line {one.line} | column {one.column}" if one.line else ""
        if one.severity == "error":
            lines.append(" | ".join(part for part in (f"* {text}", f"resource {one.resource}", place) if part))
        shelf = details.setdefault(one.resource, {"errors": [], "warnings": []})
        shelf["errors" if one.severity == "error" else "warnings"].append(
            {
                "message": text,
                "line": one.line,
                "column": one.column,
                "mainElementId": one.element_id or None,
                "elementIds": [one.element_id] if one.element_id else [],
            }
        )
    message = "ENGINE-09005 Could not parse BPMN process. Errors: \n" + "\n".join(lines)
    return wire.problem(400, "ParseException", message, details)


def add_endpoints(door: Blueprint, office: Any) -> None:
    """Add ``/version``, ``/engine``, and what is below ``/deployment``."""

    @door.get("/version")
    def version() -> Response:
        return wire.answer({"version": wire.VERSION})

    @door.get("/engine")
    def engines() -> Response:
        return wire.answer([{"name": "default"}])

    def chosen() -> list[Deployment]:
        args = request.args
        query.require_known(args, {*FILTERS, *query.SORTING})
        made = deployed.list_deployments(office, g.actor)
        return [one for one in made if all(read(one) == args[name] for name, read in FILTERS.items() if name in args)]

    @door.get("/deployment")
    def deployments() -> Response:
        made = query.ordered(chosen(), request.args.get("sortBy"), request.args.get("sortOrder"), SORTS)
        return wire.answer([_dto(one, with_definitions=False) for one in query.page(made)])

    @door.get("/deployment/count")
    def count() -> Response:
        return wire.answer({"count": len(chosen())})

    @door.get("/deployment/<number>")
    def one(number: str) -> Response:
        return wire.answer(_dto(deployed.one_deployment(office, g.actor, number), with_definitions=False))

    @door.get("/deployment/<number>/resources")
    def resources(number: str) -> Response:
        made = deployed.one_deployment(office, g.actor, number)
        return wire.answer([{"id": one.id, "name": one.name, "deploymentId": made.id} for one in made.resources])

    @door.get("/deployment/<number>/resources/<resource>/data")
    def resource_data(number: str, resource: str) -> Response:
        file, data = deployed.resource_data(office, g.actor, number, resource)
        return wire.attachment(data, file.name, "application/octet-stream")

    @door.post("/deployment/create")
    def create() -> Response:
        resources = _resources()
        if not resources:
            return wire.problem(400, "InvalidRequestException", "No deployment resources contained in the form upload.")
        try:
            made = deployment.deploy(
                office,
                g.actor,
                name=request.form.get("deployment-name") or next(iter(resources)),
                resources=resources,
                source=request.form.get("deployment-source", ""),
                tenant=request.form.get("tenant-id") or None,
                duplicate_filtering=request.form.get("enable-duplicate-filtering", "").lower() == "true",
            )
        except DeploymentRefused as error:
            return parse_problem(error)
        except Forbidden as error:
            return wire.problem(403, "AuthorizationException", error.sentence)
        return wire.answer(_dto(made, with_definitions=True))
