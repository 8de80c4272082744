"""Messages, signals and incidents over REST: what is reported about a case or to all, and what could not go on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request

from jiuzhu.domain import typed
from jiuzhu.errors import Invalid, NotFound
from jiuzhu.service import incidents, messages, process_instances, signals
from jiuzhu.service.incidents import IncidentView
from webui.engine_rest import query, wire
from webui.engine_rest.body import Body
from webui.engine_rest.process_instance import instance_dto

KINDS = {"job": "failedExternalTask"}
"""Kind of an incident → Camunda's; everything else is ``failedJob``: clients know these two only."""

FILTERS = {
    "incidentId": "id",
    "incidentType": "incidentType",
    "configuration": "configuration",
    "activityId": "activityId",
    "processInstanceId": "processInstanceId",
}
"""Parameter → key of the answer that it narrows."""


def create_part(office: Any) -> Blueprint:
    """Return ``/message``, ``/signal`` and ``/incident``."""
    part = Blueprint("message", __name__)

    @part.post("/message")
    def correlate() -> Response:
        body = Body.of(request)
        name, number = body.text("messageName"), body.text("businessKey")
        if not name:
            raise Invalid("No message name supplied")
        if not number:
            raise Invalid("businessKey is missing: a message is about one case（请写明案号）")
        given = typed.values(body.get("processVariables"), office.files.put)
        try:
            receipt = messages.send_message(office, g.actor, number, name, given)
        except NotFound:
            return wire.problem(
                400,
                "RestException",
                f"Cannot correlate message '{name}': No process definition or execution matches the parameters",
            )
        except Invalid as error:
            raise Invalid(f"Cannot correlate message '{name}': {error.with_faults}", error.faults) from error
        if not body.flag("resultEnabled"):
            return wire.nothing()
        return wire.answer(_results(office, receipt.case_no))

    @part.post("/signal")
    def signal() -> Response:
        body = Body.of(request)
        if body.get("variables"):
            raise Invalid("Cannot throw signal with variables: 信号不带变量，要告诉别人的事写进登记。")
        if body.text("executionId"):
            return wire.problem(501, "RestException", "不提供：信号发给所有等它的案件，不能只发给一件。")
        signals.throw_signal(office, g.actor, body.text("name"))
        return wire.nothing()

    def found() -> list[dict[str, Any]]:
        query.require_known(request.args, FILTERS)
        lines = [_incident(one) for one in incidents.list_incidents(office, g.actor)]
        wanted = {key: request.args[name] for name, key in FILTERS.items() if name in request.args}
        return [one for one in lines if all(one[key] == value for key, value in wanted.items())]

    @part.get("/incident")
    def listing() -> Response:
        return wire.answer(query.page(found()))

    @part.get("/incident/count")
    def count() -> Response:
        return wire.answer({"count": len(found())})

    return part


def _results(office: Any, case_no: str) -> list[dict[str, Any]]:
    """Return the case that the message is about; nothing when it has ended meanwhile."""
    running = process_instances.list_instances(office, g.actor, business_key=case_no)
    return [
        {
            "resultType": "Execution",
            "processInstance": instance_dto(one),
            "execution": {"id": one.id, "processInstanceId": one.id, "ended": False, "tenantId": one.tenant},
        }
        for one in running
        if one.record_no == case_no
    ]


def _incident(one: IncidentView) -> dict[str, Any]:
    return {
        "id": one.id,
        "processDefinitionId": None,
        "processInstanceId": one.case_id,
        "executionId": one.case_id,
        "incidentTimestamp": wire.instant(one.opened_at),
        "incidentType": KINDS.get(one.kind, "failedJob"),
        "activityId": one.element_id,
        "failedActivityId": one.element_id,
        "causeIncidentId": one.id,
        "rootCauseIncidentId": one.id,
        "configuration": one.task_id,
        "incidentMessage": one.message,
        "tenantId": None,
        "jobDefinitionId": None,
        "annotation": None,
    }
