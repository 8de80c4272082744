"""External tasks over REST: what workers in JavaScript, Python and Java fetch, complete, fail and report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec

from flask import Blueprint, Response, g, request

from jiuzhu.domain import typed
from jiuzhu.errors import Conflict, Failed, Invalid, NotFound
from jiuzhu.service import external_tasks as service
from jiuzhu.service.external_tasks import ExternalTask, Fetch, Filter, Wanted
from webui.engine_rest import query, wire
from webui.engine_rest.body import Body
from webui.engine_rest.held import Held

Given = ParamSpec("Given")
FILTERS = frozenset(
    {
        "externalTaskId", "topicName", "workerId", "processInstanceId", "processDefinitionKey", "activityId", "locked",
        "notLocked", "noRetriesLeft", "withRetriesLeft",
    }
)  # fmt: skip
LONGEST_POLL = 1_800_000
"""Milliseconds; more is refused, as Camunda does."""


def create_part(office: Any) -> Blueprint:
    """Return everything below ``/external-task``."""
    door = Blueprint("external_task", __name__, url_prefix="/external-task")
    held = Held(office)
    read = office.files.read

    @door.post("/fetchAndLock")
    @_in_their_words
    def fetch_and_lock() -> Response:
        body = Body.of(request)
        asked, wanted = _fetch(body)
        wait = body.whole("asyncResponseTimeout", default=None)
        if wait is not None and not 0 <= wait <= LONGEST_POLL:
            raise Invalid(f"The asynchronous response timeout cannot be set to a value greater than {LONGEST_POLL}.")
        found = held.fetch(g.actor, asked, wait or 0)
        return wire.answer([_locked(one, wanted[one.topic], read) for one in found])

    @door.post("/<number>/complete")
    @_in_their_words
    def complete(number: str) -> Response:
        body = Body.of(request)
        given, local = (typed.values(body.get(name), office.files.put) for name in ("variables", "localVariables"))
        service.complete(office, g.actor, number, body.text("workerId"), given, local)
        return wire.nothing()

    @door.post("/<number>/failure")
    @_in_their_words
    def failure(number: str) -> Response:
        body = Body.of(request)
        service.fail(
            office,
            g.actor,
            number,
            body.text("workerId"),
            message=body.text("errorMessage"),
            details=body.text("errorDetails"),
            retries=body.whole("retries", default=0) or 0,
            pause=timedelta(milliseconds=body.whole("retryTimeout", default=0) or 0),
        )
        return wire.nothing()

    @door.post("/<number>/bpmnError")
    @_in_their_words
    def bpmn_error(number: str) -> Response:
        body = Body.of(request)
        given = typed.values(body.get("variables"), office.files.put)
        code, message = body.text("errorCode"), body.text("errorMessage")
        service.throw(office, g.actor, number, body.text("workerId"), code, message, given)
        return wire.nothing()

    @door.post("/<number>/extendLock")
    @_in_their_words
    def extend_lock(number: str) -> Response:
        body = Body.of(request)
        span = timedelta(milliseconds=body.whole("newDuration", default=0) or 0)
        service.extend(office, g.actor, number, body.text("workerId"), span)
        return wire.nothing()

    @door.post("/<number>/lock")
    @_in_their_words
    def lock(number: str) -> Response:
        body = Body.of(request)
        span = timedelta(milliseconds=body.whole("lockDuration", default=0) or 0)
        service.lock(office, g.actor, number, body.text("workerId"), span)
        return wire.nothing()

    @door.post("/<number>/unlock")
    @_in_their_words
    def unlock(number: str) -> Response:
        service.unlock(office, g.actor, number)
        return wire.nothing()

    @door.put("/<number>/retries")
    @_in_their_words
    def retries(number: str) -> Response:
        wanted = Body.of(request).whole("retries", default=None)
        if wanted is None:
            raise Invalid("The number of retries cannot be null.")
        service.set_retries(office, g.actor, number, wanted)
        return wire.nothing()

    @door.put("/<number>/priority")
    @_in_their_words
    def priority(number: str) -> Response:
        service.set_priority(office, g.actor, number, Body.of(request).whole("priority", default=0) or 0)
        return wire.nothing()

    @door.get("")
    @_in_their_words
    def listing() -> Response:
        found = service.list_tasks(office, g.actor, _filter(request.args), *query.bounds())
        return wire.answer([_plain(one) for one in found])

    @door.get("/count")
    @_in_their_words
    def count() -> Response:
        return wire.answer({"count": service.count_tasks(office, g.actor, _filter(request.args))})

    @door.get("/<number>")
    @_in_their_words
    def one(number: str) -> Response:
        return wire.answer(_plain(service.one_task(office, g.actor, number)))

    @door.get("/<number>/errorDetails")
    @_in_their_words
    def error_details(number: str) -> Response:
        details = service.one_task(office, g.actor, number).error_details
        return Response(details, mimetype="text/plain") if details else wire.nothing()

    return door


def _in_their_words(act: Callable[Given, Response]) -> Callable[Given, Response]:
    """Answer as Camunda does for external tasks: an unknown one is 404, somebody else's lock 400, RestException."""

    @wraps(act)
    def answered(*args: Given.args, **kwargs: Given.kwargs) -> Response:
        try:
            return act(*args, **kwargs)
        except NotFound as error:
            return wire.problem(404, "RestException", error.sentence)
        except Conflict as error:
            return wire.problem(400, "RestException", error.sentence)
        except Failed as error:
            return wire.problem(500, "RestException", str(error))

    return answered


def _fetch(body: Body) -> tuple[Fetch, Mapping[str, Body]]:
    topics = {one.text("topicName"): one for one in body.bodies("topics")}
    sorting = body.bodies("sorting")
    if any(one.text("sortBy") != "createTime" for one in sorting):
        raise Invalid("sortBy: only createTime is known here.")
    most = body.whole("maxTasks", default=None)
    worker = body.text("workerId")
    if most is None or not worker:
        raise Invalid("workerId and maxTasks must be given.")
    asked = Fetch(
        worker=worker,
        most=most,
        wanted=[_wanted(one) for one in topics.values()],
        by_priority=body.flag("usePriority"),
        newest_first=any(one.text("sortOrder") == "desc" for one in sorting),
        equals={name: one.get("processVariables") or {} for name, one in topics.items()},
    )
    return asked, topics


def _wanted(one: Body) -> Wanted:
    lease = one.whole("lockDuration", default=None)
    if not one.text("topicName") or lease is None or lease <= 0:
        raise Invalid("topicName and a lockDuration greater than 0 must be given for every topic.")
    return Wanted(
        topic=one.text("topicName"),
        lease=timedelta(milliseconds=lease),
        business_key=one.text("businessKey") or None,
        process_keys=_several(one, "processDefinitionKey"),
        definitions=_several(one, "processDefinitionId"),
        version_tag=one.text("processDefinitionVersionTag") or None,
        tenants=tuple(one.texts("tenantIdIn")),
        no_tenant=one.flag("withoutTenantId"),
    )


def _several(one: Body, name: str) -> tuple[str, ...]:
    single = [one.text(name)] if one.text(name) else []
    return (*single, *one.texts(f"{name}In"))


def _filter(args: Mapping[str, str]) -> Filter:
    query.require_known(args, FILTERS)
    if args.get("locked") == args.get("notLocked") == "true":
        raise Invalid("locked and notLocked cannot both be true.")
    locked = True if args.get("locked") == "true" else False if args.get("notLocked") == "true" else None
    left = False if args.get("noRetriesLeft") == "true" else True if args.get("withRetriesLeft") == "true" else None
    return Filter(
        id=args.get("externalTaskId"),
        topic=args.get("topicName"),
        worker=args.get("workerId"),
        process_instance=args.get("processInstanceId"),
        process_key=args.get("processDefinitionKey"),
        activity=args.get("activityId"),
        locked=locked,
        retries_left=left,
    )


def _plain(one: ExternalTask) -> dict[str, Any]:
    return {
        "activityId": one.element_id,
        "activityInstanceId": f"{one.element_id}:{one.id}",
        "createTime": wire.instant(one.created_at),
        "errorMessage": one.error or None,
        "executionId": one.process_instance,
        "id": one.id,
        "lockExpirationTime": wire.instant(one.locked_until) if one.locked_until else None,
        "processDefinitionId": one.definition_id,
        "processDefinitionKey": one.process_key,
        "processDefinitionVersionTag": one.version_tag or None,
        "processInstanceId": one.process_instance,
        "retries": one.retries,
        "suspended": False,
        "workerId": one.worker,
        "topicName": one.topic,
        "tenantId": one.tenant,
        "priority": one.priority,
        "businessKey": one.business_key,
        "extensionProperties": {},
    }


def _locked(one: ExternalTask, asked: Body, read: Callable[[str], bytes]) -> dict[str, Any]:
    names: Sequence[str] | None = asked.texts("variables") if asked.get("variables") is not None else None
    shown = {name: value for name, value in one.inputs.items() if names is None or name in names}
    return {
        **_plain(one),
        "errorDetails": one.error_details or None,
        "variables": typed.dtos(shown, read),
        "extensionProperties": dict(one.properties) if asked.flag("includeExtensionProperties") else {},
    }
