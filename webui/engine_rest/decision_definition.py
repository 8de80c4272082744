"""Decisions over REST: what is deployed, the tables themselves, and trying one with given inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, g, request

from jiuzhu.domain import typed
from jiuzhu.service import decision_trials, deployed
from jiuzhu.service.deployed import Definition
from webui.engine_rest import query, wire
from webui.engine_rest.body import Body

EXACT: Mapping[str, Callable[[Definition], Any]] = {
    "decisionDefinitionId": lambda one: one.id,
    "key": lambda one: one.key,
    "name": lambda one: one.name,
    "deploymentId": lambda one: one.deployment,
    "resourceName": lambda one: one.resource,
    "version": lambda one: str(one.version),
}
SORTS = {name: EXACT[key] for name, key in (("id", "decisionDefinitionId"), ("key", "key"), ("name", "name"))}


def create_part(office: Any) -> Blueprint:
    """Return everything below ``/decision-definition``."""
    part = Blueprint("decision_definition", __name__, url_prefix="/decision-definition")

    def every() -> Sequence[Definition]:
        return deployed.list_definitions(office, g.actor, "decision")

    def chosen() -> list[Definition]:
        args = request.args
        query.require_known(args, {*EXACT, "latestVersion", "withoutTenantId", *query.SORTING})
        found = deployed.latest_of(every()) if args.get("latestVersion") == "true" else list(every())
        if args.get("withoutTenantId") == "true":
            found = [one for one in found if one.tenant is None]
        return [one for one in found if all(read(one) == args[name] for name, read in EXACT.items() if name in args)]

    @part.get("")
    def listing() -> Response:
        found = query.ordered(chosen(), request.args.get("sortBy"), request.args.get("sortOrder"), SORTS)
        return wire.answer([wire.decision_dto(one, one.deployment) for one in query.page(found)])

    @part.get("/count")
    def count() -> Response:
        return wire.answer({"count": len(chosen())})

    @part.get("/<path:number>/xml")
    def xml(number: str) -> Response:
        one = query.by_address(every(), number, "decision")
        _, data = deployed.read_resource(office, g.actor, one.id)
        return wire.answer({"id": one.id, "dmnXml": data.decode("utf-8")})

    @part.post("/<path:number>/evaluate")
    def evaluate(number: str) -> Response:
        one = query.by_address(every(), number, "decision")
        given = typed.values(Body.of(request).get("variables"), office.files.put)
        return wire.answer([typed.dtos(row) for row in decision_trials.evaluate(office, g.actor, one.id, given)])

    @part.get("/<path:number>")
    def one(number: str) -> Response:
        found = query.by_address(every(), number, "decision")
        return wire.answer(wire.decision_dto(found, found.deployment))

    return part
