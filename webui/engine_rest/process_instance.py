"""Process instances over REST: running cases, their variables and what is open in them.

A case is moved by its steps only: what Camunda offers beside them is in ``not_offered``.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request

from jiuzhu.domain import typed
from jiuzhu.errors import NotFound
from jiuzhu.service import external_tasks
from jiuzhu.service import process_instances as service
from jiuzhu.service.process_instances import Activity, Instance
from webui.engine_rest import query, wire


def create_part(office: Any) -> Blueprint:
    """Return everything below ``/process-instance``, and the files of ``/execution``."""
    part = Blueprint("process_instance", __name__)

    @part.get("/process-instance")
    def listing() -> Response:
        return wire.answer([instance_dto(one) for one in query.page(_asked(office))])

    @part.get("/process-instance/count")
    def count() -> Response:
        return wire.answer({"count": len(_asked(office))})

    @part.get("/process-instance/<number>")
    def one(number: str) -> Response:
        return wire.answer(instance_dto(service.one_instance(office, g.actor, number)))

    @part.get("/process-instance/<number>/variables")
    def variables(number: str) -> Response:
        return wire.answer(typed.dtos(service.variables_of(office, g.actor, number)))

    @part.get("/process-instance/<number>/variables/<name>")
    def variable(number: str, name: str) -> Response:
        return wire.answer(typed.dto(_value(office, number, name)))

    @part.get("/process-instance/<number>/variables/<name>/data")
    @part.get("/execution/<number>/localVariables/<name>/data", endpoint="execution_data")
    def data(number: str, name: str) -> Response:
        value = external_tasks.input_of(office, g.actor, number, name) or _value(office, number, name)
        if not isinstance(value, dict) or typed.FILE not in value:
            raise NotFound(f"Process variable with name {name} is no file")
        mime = value.get("mimetype") or "application/octet-stream"
        return wire.attachment(office.files.read(value[typed.FILE]), value["filename"], mime)

    @part.get("/process-instance/<number>/activity-instances")
    def activity_instances(number: str) -> Response:
        found = service.one_instance(office, g.actor, number)
        return wire.answer(_tree(found, service.activities_of(office, g.actor, number)))

    return part


def instance_dto(one: Instance) -> dict[str, Any]:
    """Return a ProcessInstanceDto."""
    return {
        "links": [],
        "id": one.id,
        "definitionId": one.definition,
        "definitionKey": one.process_key,
        "businessKey": one.business_key,
        "caseInstanceId": None,
        "ended": False,
        "suspended": False,
        "tenantId": one.tenant,
    }


def _asked(office: Any) -> list[Instance]:
    args = request.args
    query.require_known(args, {"processDefinitionKey", "processDefinitionId", "businessKey", "processInstanceIds"})
    found = service.list_instances(
        office, g.actor, process_key=args.get("processDefinitionKey"), business_key=args.get("businessKey")
    )
    wanted = args.get("processInstanceIds")
    chosen = [one for one in found if wanted is None or one.id in wanted.split(",")]
    definition = args.get("processDefinitionId")
    return [one for one in chosen if definition is None or one.definition == definition]


def _value(office: Any, number: str, name: str) -> Any:
    known = service.variables_of(office, g.actor, number)
    if name not in known:
        raise NotFound(f"process instance variable with name {name} does not exist")
    return known[name]


def _tree(one: Instance, open_ones: Any) -> dict[str, Any]:
    children = [_node(one, activity) for activity in open_ones]
    return {
        "id": one.id,
        "parentActivityInstanceId": None,
        "activityId": one.definition,
        "activityName": one.process_name,
        "name": one.process_name,
        "activityType": "processDefinition",
        "processInstanceId": one.id,
        "processDefinitionId": one.definition,
        "childActivityInstances": children,
        "childTransitionInstances": [],
        "executionIds": [one.id],
        "incidentIds": [],
        "incidents": [],
    }


def _node(one: Instance, activity: Activity) -> dict[str, Any]:
    return {
        "id": f"{activity.element_id}:{activity.id}",
        "parentActivityInstanceId": one.id,
        "activityId": activity.element_id,
        "activityName": activity.name,
        "name": activity.name,
        "activityType": activity.type,
        "processInstanceId": one.id,
        "processDefinitionId": one.definition,
        "childActivityInstances": [],
        "childTransitionInstances": [],
        "executionIds": [one.id],
        "incidentIds": list(activity.incidents),
        "incidents": [{"id": number, "activityId": activity.element_id} for number in activity.incidents],
    }
