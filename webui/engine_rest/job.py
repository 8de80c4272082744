"""Jobs over REST: the timers of running cases. They fire by the office's clock and by nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, g, request

from jiuzhu.errors import Invalid
from jiuzhu.service import timers
from jiuzhu.service.timers import Timer
from webui.engine_rest import query, wire
from webui.engine_rest.body import Body

EXACT: Mapping[str, Callable[[Timer], Any]] = {
    "jobId": lambda one: one.id,
    "processInstanceId": lambda one: one.instance.id,
    "processDefinitionId": lambda one: one.instance.definition,
    "processDefinitionKey": lambda one: one.instance.process_key,
    "activityId": lambda one: one.element_id,
}
BROKEN = {"withException": True, "noRetriesLeft": True, "withRetriesLeft": False}
"""Flag → whether the timers asked for are those whose firing failed."""
SORTS: Mapping[str, Callable[[Timer], Any]] = {
    "jobId": lambda one: one.id,
    "jobDueDate": lambda one: one.due,
    "processInstanceId": lambda one: one.instance.id,
    "processDefinitionKey": lambda one: one.instance.process_key,
}


def create_part(office: Any) -> Blueprint:
    """Return everything below ``/job``."""
    part = Blueprint("job", __name__, url_prefix="/job")

    def chosen(asked: Mapping[str, Any]) -> list[Timer]:
        query.require_known(asked, {*EXACT, *BROKEN, "timers", "active", "sorting", *query.SORTING})
        found = timers.list_timers(office, g.actor)
        wanted = {name: read for name, read in EXACT.items() if asked.get(name) is not None}
        for flag, broken in BROKEN.items():
            if str(asked.get(flag)).lower() == "true":
                found = [one for one in found if bool(one.incident) == broken]
        return [one for one in found if all(read(one) == asked[name] for name, read in wanted.items())]

    @part.get("")
    def listing() -> Response:
        asked = request.args
        found = query.ordered(chosen(asked), asked.get("sortBy"), asked.get("sortOrder"), SORTS)
        return wire.answer([_dto(one) for one in query.page(found)])

    @part.post("")
    def ask() -> Response:
        asked = Body.of(request).content
        found = chosen(asked)
        for line in reversed(asked.get("sorting") or []):
            found = list(query.ordered(found, line.get("sortBy"), line.get("sortOrder"), SORTS))
        return wire.answer([_dto(one) for one in query.page(found, {**request.args, **asked})])

    @part.route("/count", methods=["GET", "POST"])
    def count() -> Response:
        asked = Body.of(request).content if request.method == "POST" else request.args
        return wire.answer({"count": len(chosen(asked))})

    @part.get("/<number>")
    def one(number: str) -> Response:
        return wire.answer(_dto(timers.one_timer(office, g.actor, number)))

    @part.get("/<number>/stacktrace")
    def stacktrace(number: str) -> Response:
        return Response(timers.one_timer(office, g.actor, number).error, mimetype="text/plain")

    @part.put("/<number>/retries")
    def retries(number: str) -> Response:
        wanted = Body.of(request).whole("retries", default=None)
        if wanted is None:
            raise Invalid("The number of retries cannot be null.")
        timers.try_again(office, g.actor, number, wanted)
        return wire.nothing()

    return part


def _dto(one: Timer) -> dict[str, Any]:
    return {
        "id": one.id,
        "jobDefinitionId": None,
        "dueDate": wire.instant(one.due) if one.due else None,
        "processInstanceId": one.instance.id,
        "executionId": one.instance.id,
        "processDefinitionId": one.instance.definition,
        "processDefinitionKey": one.instance.process_key,
        "retries": 0 if one.incident else 1,
        "exceptionMessage": one.error or None,
        "failedActivityId": one.element_id if one.incident else None,
        "suspended": False,
        "priority": 0,
        "tenantId": one.instance.tenant,
        "createTime": wire.instant(one.armed_at),
        "batchId": None,
    }
