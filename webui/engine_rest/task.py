"""User tasks over REST: lists, claiming, forms and completion for clients that stand in for the inbox.

Everything a page may do, and nothing more: a person sees their own tasks and those of their groups, and a completion
is checked by the form like one that comes from the page (decisions C1).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, request

from jiuzhu.domain import typed
from jiuzhu.errors import Conflict, Failed, Forbidden, Invalid, NotFound
from jiuzhu.service import form_files, inbox, process_instances, task_list, work
from jiuzhu.service.task_list import Task
from webui.engine_rest import form_values, query, wire
from webui.engine_rest.body import Body

SORTS: Mapping[str, Callable[[Task], Any]] = {
    "id": lambda one: one.item.id,
    "name": lambda one: one.item.name,
    "created": lambda one: one.item.opened_at,
    "dueDate": lambda one: one.item.due or datetime.max.replace(tzinfo=one.item.opened_at.tzinfo),
    "assignee": lambda one: one.item.assignee or "",
    "priority": lambda one: one.item.priority,
    "taskDefinitionKey": lambda one: one.item.element_id,
    "instanceId": lambda one: one.process_instance,
}
EXACT: Mapping[str, Callable[[Task], Any]] = {
    "taskId": lambda one: one.item.id,
    "assignee": lambda one: one.item.assignee,
    "processInstanceId": lambda one: one.process_instance,
    "processInstanceBusinessKey": lambda one: one.item.case_no,
    "processDefinitionId": lambda one: one.definition,
    "processDefinitionKey": lambda one: one.item.process_key,
    "taskDefinitionKey": lambda one: one.item.element_id,
    "name": lambda one: one.item.name,
}
FILTERS = frozenset(
    {
        *EXACT, *(f"{name}In" for name in EXACT), "candidateGroup", "candidateUser", "assigned", "unassigned", "active",
        "dueBefore", "dueAfter", "sorting", "withCommentAttachmentInfo", *query.SORTING,
    }
)  # fmt: skip


def create_part(office: Any) -> Blueprint:
    """Return everything below ``/task``."""
    part = Blueprint("task", __name__, url_prefix="/task")

    def chosen(asked: Mapping[str, Any]) -> list[Task]:
        return _chosen(task_list.list_tasks(office, g.actor), asked)

    @part.get("")
    def listing() -> Response:
        return wire.answer(_page(chosen(request.args), request.args))

    @part.post("")
    def query() -> Response:
        asked = Body.of(request).content
        return wire.answer(_page(chosen(asked), {**request.args, **asked}))

    @part.route("/count", methods=["GET", "POST"])
    def count() -> Response:
        asked = Body.of(request).content if request.method == "POST" else request.args
        return wire.answer({"count": len(chosen(asked))})

    @part.get("/<number>")
    def one(number: str) -> Response:
        return wire.answer(_dto(_task(office, number)))

    @part.post("/<number>/claim")
    def claim(number: str) -> Response:
        _require_self(Body.of(request).text("userId"))
        try:
            inbox.claim(office, g.actor, number)
        except Conflict as error:
            return wire.problem(500, "TaskAlreadyClaimedException", error.sentence)
        return wire.nothing()

    @part.post("/<number>/unclaim")
    def unclaim(number: str) -> Response:
        inbox.release(office, g.actor, number)
        return wire.nothing()

    @part.post("/<number>/assignee")
    def assignee(number: str) -> Response:
        wanted = Body.of(request).text("userId")
        if not wanted:
            inbox.release(office, g.actor, number)
            return wire.nothing()
        return claim(number)

    @part.post("/<number>/complete")
    def complete(number: str) -> Response:
        return _complete(office, number, "complete task")

    @part.post("/<number>/submit-form")
    def submit_form(number: str) -> Response:
        return _complete(office, number, "submit task form")

    @part.get("/<number>/form")
    def form(number: str) -> Response:
        reference = wire.form_reference(_task(office, number).item.form)
        return wire.answer({"key": None, "camundaFormRef": reference, "contextPath": None})

    @part.get("/<number>/deployed-form")
    def deployed_form(number: str) -> Response:
        return wire.answer(json.loads(form_files.of_task(office, g.actor, number)))

    @part.get("/<number>/form-variables")
    def form_variables(number: str) -> Response:
        return wire.answer(form_values.form_dtos(work.open_item(office, g.actor, number).sheet))

    @part.get("/<number>/variables")
    def variables(number: str) -> Response:
        return wire.answer(typed.dtos(_variables(office, number)))

    @part.get("/<number>/variables/<name>")
    def variable(number: str, name: str) -> Response:
        known = _variables(office, number)
        if name not in known:
            raise NotFound(f"task variable with name {name} does not exist")
        return wire.answer(typed.dto(known[name]))

    @part.get("/<number>/localVariables")
    def local_variables(number: str) -> Response:
        _task(office, number)
        return wire.answer({})

    @part.get("/<number>/identity-links")
    def identity_links(number: str) -> Response:
        item = _task(office, number).item
        links = [{"userId": None, "groupId": group, "type": "candidate"} for group in item.groups]
        if item.assignee:
            links.append({"userId": item.assignee, "groupId": None, "type": "assignee"})
        return wire.answer(links)

    return part


def _task(office: Any, number: str) -> Task:
    try:
        return task_list.one_task(office, g.actor, number)
    except (NotFound, Conflict) as error:
        raise NotFound(f"No matching task with id {number}") from error


def _variables(office: Any, number: str) -> Mapping[str, Any]:
    """Return what the case of a task knows: who may do the work may read the case."""
    return process_instances.variables_of(office, g.actor, _task(office, number).process_instance)


def _complete(office: Any, number: str, act: str) -> Response:
    body = Body.of(request)
    given = typed.values(body.get("variables"), office.files.put)
    try:
        work.complete(office, g.actor, number, given)
    except Invalid as error:
        raise Invalid(f"Cannot {act} {number}: {error.with_faults}", error.faults) from error
    except (NotFound, Conflict) as error:
        return wire.problem(500, "RestException", f"Cannot {act} {number}: {error.sentence}")
    except Failed as error:
        return wire.problem(500, "RestException", f"Cannot {act} {number}: {error}")
    return wire.answer({}) if body.flag("withVariablesInReturn") else wire.nothing()


def _require_self(user: str) -> None:
    if user and user not in (g.actor.person_id, g.actor.login):
        raise Forbidden("只能为自己领取工作：由谁办理，由本人登录领取。")


def _chosen(found: Sequence[Task], asked: Mapping[str, Any]) -> list[Task]:
    query.require_known(asked, FILTERS)
    chosen = list(found)
    for name, value in asked.items():
        if value is None:
            continue
        if name in EXACT:
            chosen = [one for one in chosen if EXACT[name](one) == value]
        elif name.removesuffix("In") in EXACT and name.endswith("In"):
            several = value.split(",") if isinstance(value, str) else value
            chosen = [one for one in chosen if EXACT[name.removesuffix("In")](one) in several]
        elif name == "candidateGroup":
            chosen = [one for one in chosen if value in one.item.groups and not one.item.assignee]
        elif name == "candidateUser":
            _require_self(value)
            chosen = [one for one in chosen if not one.item.assignee]
        elif name in ("assigned", "unassigned"):
            held = (name == "assigned") == (str(value).lower() == "true")
            chosen = [one for one in chosen if bool(one.item.assignee) == held]
        elif name in ("dueBefore", "dueAfter"):
            limit = _moment(name, value)
            before = name == "dueBefore"
            chosen = [one for one in chosen if one.item.due and (one.item.due < limit) == before]
    return chosen


def _moment(name: str, value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Invalid(f"{name}: a date like 2026-01-31T13:37:00.000+0000 is expected.") from error
    if moment.tzinfo is None:
        raise Invalid(f"{name}: the offset is missing.")
    return moment


def _page(found: Sequence[Task], asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    sorting = asked.get("sorting") or ([asked] if asked.get("sortBy") or asked.get("sortOrder") else [])
    for line in reversed(sorting):
        found = query.ordered(found, line.get("sortBy"), line.get("sortOrder"), SORTS)
    return [_dto(one) for one in query.page(found, asked)]


def _dto(one: Task) -> dict[str, Any]:
    item = one.item
    return {
        "id": item.id,
        "name": item.name,
        "assignee": item.assignee,
        "owner": None,
        "created": wire.instant(item.opened_at),
        "lastUpdated": None,
        "due": wire.instant(item.due) if item.due else None,
        "followUp": None,
        "delegationState": None,
        "description": None,
        "executionId": one.process_instance,
        "parentTaskId": None,
        "priority": item.priority,
        "processDefinitionId": one.definition,
        "processInstanceId": one.process_instance,
        "caseExecutionId": None,
        "caseDefinitionId": None,
        "caseInstanceId": None,
        "taskDefinitionKey": item.element_id,
        "suspended": False,
        "formKey": None,
        "camundaFormRef": wire.form_reference(item.form),
        "tenantId": one.tenant,
        "taskState": "Created",
    }
