"""Process definitions over REST: lists, one by id or by its key's latest version, and the diagram itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, g, request

from jiuzhu.domain import typed
from jiuzhu.errors import Failed, Invalid
from jiuzhu.service import deployed, trial_desk
from jiuzhu.service.deployed import Definition
from webui.engine_rest import query, wire
from webui.engine_rest.body import Body

SORTS: dict[str, Callable[[Definition], Any]] = {
    "id": lambda one: one.id,
    "key": lambda one: one.key,
    "name": lambda one: one.name,
    "version": lambda one: one.version,
    "deploymentId": lambda one: one.deployment,
    "tenantId": lambda one: one.tenant or "",
    "versionTag": lambda one: one.version_tag,
}


EXACT: dict[str, Callable[[Definition], Any]] = {
    "processDefinitionId": lambda one: one.id,
    "key": lambda one: one.key,
    "name": lambda one: one.name,
    "deploymentId": lambda one: one.deployment,
    "resourceName": lambda one: one.resource,
    "versionTag": lambda one: one.version_tag,
    "version": lambda one: str(one.version),
}
AMONG: dict[str, Callable[[Definition], Any]] = {"keysIn": EXACT["key"], "tenantIdIn": lambda one: one.tenant}
ALIKE = {"keyLike": EXACT["key"], "nameLike": EXACT["name"], "versionTagLike": EXACT["versionTag"]}


def create_part(office: Any) -> Blueprint:
    """Return everything below ``/process-definition``."""
    part = Blueprint("process_definition", __name__, url_prefix="/process-definition")

    def every() -> Sequence[Definition]:
        return deployed.list_definitions(office, g.actor, "process")

    @part.get("")
    def listing() -> Response:
        found = query.ordered(_chosen(every()), request.args.get("sortBy"), request.args.get("sortOrder"), SORTS)
        return wire.answer([wire.definition_dto(one, one.deployment) for one in query.page(found)])

    @part.get("/count")
    def count() -> Response:
        return wire.answer({"count": len(_chosen(every()))})

    @part.post("/<path:number>/start")
    def start(number: str) -> Response:
        return _start(office, query.by_address(every(), number, "process"))

    @part.post("/<path:number>/submit-form")
    def submit_form(number: str) -> Response:
        return _start(office, query.by_address(every(), number, "process"))

    @part.get("/<path:number>/xml")
    def xml(number: str) -> Response:
        one = query.by_address(every(), number, "process")
        _, data = deployed.read_resource(office, g.actor, one.id)
        return wire.answer({"id": one.id, "bpmn20Xml": data.decode("utf-8")})

    @part.get("/<path:number>")
    def one(number: str) -> Response:
        found = query.by_address(every(), number, "process")
        return wire.answer(wire.definition_dto(found, found.deployment))

    return part


def _start(office: Any, chosen: Definition) -> Response:
    """Start a process with its form's answers as variables.

    The number of a case is given by the office, not by the client: a business key that is sent is not kept.
    """
    body = Body.of(request)
    given = typed.values(body.get("variables"), office.files.put)
    try:
        started = trial_desk.start(office, g.actor, chosen.id, given)
    except Invalid as error:
        raise Invalid(f"Cannot start process {chosen.key}: {error.with_faults}", error.faults) from error
    except Failed as error:
        return wire.problem(500, "RestException", f"Cannot instantiate process definition {chosen.id}: {error}")
    return wire.answer(
        {
            "links": [],
            "id": started.id,
            "definitionId": chosen.id,
            "definitionKey": chosen.key,
            "businessKey": started.case_no,
            "caseInstanceId": None,
            "ended": False,
            "suspended": False,
            "tenantId": chosen.tenant,
            **({"variables": {}} if body.flag("withVariablesInReturn") else {}),
        }
    )


def _chosen(found: Sequence[Definition]) -> list[Definition]:
    args = request.args
    query.require_known(args, {*EXACT, *AMONG, *ALIKE, "latestVersion", "withoutTenantId", *query.SORTING})
    chosen = list(found)
    if args.get("latestVersion") == "true":
        chosen = deployed.latest_of(chosen)
    if args.get("withoutTenantId") == "true":
        chosen = [one for one in chosen if one.tenant is None]
    for name, value in args.items():
        if name in EXACT:
            chosen = [one for one in chosen if EXACT[name](one) == value]
        elif name in AMONG:
            chosen = [one for one in chosen if AMONG[name](one) in value.split(",")]
        elif name in ALIKE:
            chosen = [one for one in chosen if _like(ALIKE[name](one), value)]
    return chosen


def _like(value: str, pattern: str) -> bool:
    """Return SQL's LIKE with ``%`` at the ends, as clients use it."""
    middle = pattern.strip("%")
    before, after = pattern.startswith("%"), pattern.endswith("%")
    if before and after:
        return middle in value
    return value.endswith(middle) if before else value.startswith(middle) if after else value == middle
