"""Our own REST door as the *other* engine of ``jiuzhu work --engine-rest``: all tasks wait there for whoever fetches.

An office without topics parks every task as an errand. What a Camunda 7 has besides (history, executions, variables
of a running instance) is answered here from that office's rows, with Camunda's names.
"""

from __future__ import annotations

from json import dumps
from typing import Any

from flask import Flask, Response, jsonify, request
from sqlalchemy import text

from jiuzhu.domain import typed
from jiuzhu.service.office import Office
from webui import create_app
from webui.engine_rest import wire

STARTED = "started-"
"""Before the number of what was started from outside: it was heard of, and does not run."""


def create_other(office: Office) -> Flask:
    """Return the app of an office that knows no topics, with the questions of history answered beside the door."""
    office.topics = {}
    app = create_app(office)
    told: list[dict[str, Any]] = []
    sent: dict[str, Any] = {}
    app.extensions["told"], app.extensions["sent"] = told, sent

    def rows(sql: str, **values: Any) -> list[dict[str, Any]]:
        with office.store.engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(text(sql), values)]

    def submissions(where: str, **values: Any) -> list[Any]:
        from jiuzhu.store import papers

        ids = rows(f"select id from submission where {where} order by sequence", **values)
        with office.store.reading() as tx:
            found = [papers.submission_row(tx, row["id"]) for row in ids]
        return [one for one in found if one is not None]

    base = "/engine-rest"

    @app.before_request
    def _before() -> Response | None:
        """Answer before the door does: it would say 404 or 501."""
        path, method = request.path.removeprefix(base), request.method
        if path.startswith("/history/process-instance/count"):
            return jsonify({"count": 0})
        if path.startswith("/history/process-instance/"):
            return jsonify(instance(path.rpartition("/")[2]))
        if path == "/history/task":
            return jsonify([task(one) for one in submissions("case_id = :id and task_id <> :id", id=_root())])
        if path == "/history/detail":
            return jsonify(details())
        if path in ("/history/activity-instance", "/history/user-operation", "/history/variable-instance"):
            return jsonify([])
        if path in ("/history/process-instance", "/process-instance"):
            return jsonify([])
        if path == "/execution/count":
            return jsonify({"count": 1})
        if path == "/task":
            sql = (
                "select distinct task_id as id, case_id || '|' || process_key as processInstanceId, "
                "element_id as taskDefinitionKey from work_item"
            )
            return jsonify(rows(sql))
        if path.startswith("/task/") and path.endswith("/variables"):
            return jsonify({})
        told_of = ("/message", "/start", "/variables", "/localVariables")
        if method == "POST" and path.endswith(told_of):
            told.append({"path": path, **request.get_json()})
            return jsonify({"id": f"{STARTED}{len(told)}"}) if path.endswith("/start") else wire.nothing()
        return None

    @app.after_request
    def _after(response: Response) -> Response:
        """Name the process in which a task stands: here what a case calls has no instance of its own."""
        if request.path.endswith("/fetchAndLock") and response.status_code == 200:
            found = response.get_json()
            for one in found:
                row = rows("select process_key from waiting where task_id = :id", id=one["id"])
                one["processDefinitionKey"] = row[0]["process_key"]
            response.set_data(dumps(found))
        return response

    def _root() -> str:
        return request.args["rootProcessInstanceId"]

    def instance(number: str) -> dict[str, Any]:
        if number.startswith(STARTED):
            return {"id": number, "rootProcessInstanceId": number, "processDefinitionKey": "", "endTime": None}
        number, _, called = number.partition("|")  # what a case calls is an instance of its own over there
        row = rows("select id, process_key, ended_at, opened_by from case_instance where id = :id", id=number)[0]
        login = rows("select login from person where id = :id", id=row["opened_by"])
        return {
            "id": row["id"],
            "rootProcessInstanceId": row["id"],
            "processDefinitionKey": called or row["process_key"],
            "businessKey": None,
            "startUserId": login[0]["login"] if login else None,
            "endTime": row["ended_at"],
        }

    def task(one: Any) -> dict[str, Any]:
        login = rows("select login from person where id = :id", id=one["person"])
        moment = wire.instant(one["at"])
        return {
            "id": one["task_id"],
            "activityInstanceId": one["task_id"],
            "processInstanceId": one["case_id"],
            "processDefinitionKey": one["process_key"],
            "taskDefinitionKey": one["element_id"],
            "assignee": login[0]["login"],
            "startTime": moment,
            "due": None,
            "deleteReason": "completed",
        }

    def details() -> list[dict[str, Any]]:
        """Return what was sent, as it was sent: a record keeps signatures otherwise than a form has them."""
        one = request.args.get("activityInstanceId") or request.args["processInstanceId"]
        return [
            {
                "variableName": name,
                "variableType": made["type"],
                "value": made["value"],
                "valueInfo": made["valueInfo"],
                "time": "2026-09-16T08:00:00.000+0000",
                "revision": 0,
            }
            for name, made in typed.dtos(sent[one]).items()
        ]

    return app
