"""What Camunda's interface has and this office does not offer: answered 501 with the reason, never 404 or HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response

from webui.engine_rest import wire

STEPS = "不提供：案件只按流程图的步骤推进，变量只由表单和任务写入，不能从接口改动、删除或者跳转。"
KEPT = "不提供：已经部署的版本要留给在办案件和查证，不能删除；新版本放行后，旧版本不再受理。"
OWN_WORK = "不提供：工作由本人领取、办理、退回，不能从接口委派、改派或者改写。"
CLOCK = "不提供：定时只按单位的日期到点触发，不能提前、改期或者删除。"
NO_NOTES = "不提供：意见和附件写在表单里，随这一步存档；工作上没有另外的批注和附件。"
OWN_FORM = "不提供：表单由 deployed-form 原样给出，按 .form 绘制；没有 formData 表单。"

REASONS: Mapping[str, Mapping[str, str]] = {
    STEPS: {
        "/process-instance/{id}": "DELETE",
        "/process-instance/{id}/modification": "POST",
        "/process-instance/{id}/suspended": "PUT",
        "/process-instance/{id}/variables": "POST",
        "/process-instance/{id}/variables/{name}": "PUT DELETE",
        "/process-instance/{id}/variables/{name}/data": "POST",
        "/execution/{id}/localVariables": "GET POST",
        "/execution/{id}/localVariables/{name}": "GET PUT DELETE",
        "/task/{id}/variables": "POST",
        "/task/{id}/variables/{name}": "PUT DELETE",
        "/task/{id}/localVariables": "POST",
        "/task/{id}/localVariables/{name}": "PUT DELETE",
        "/task/{id}/bpmnError": "POST",
        "/task/{id}/bpmnEscalation": "POST",
    },
    KEPT: {
        "/deployment/{id}": "DELETE",
        "/deployment/{id}/redeploy": "POST",
        "/process-definition/{id}": "DELETE",
        "/process-definition/{id}/suspended": "PUT",
        "/process-definition/{id}/history-time-to-live": "PUT",
        "/process-definition/{id}/restart": "POST",
        "/decision-definition/{id}/history-time-to-live": "PUT",
    },
    OWN_WORK: {
        "/task/{id}": "PUT DELETE",
        "/task/create": "POST",
        "/task/{id}/delegate": "POST",
        "/task/{id}/resolve": "POST",
        "/task/{id}/identity-links": "POST",
        "/task/{id}/identity-links/delete": "POST",
    },
    CLOCK: {
        "/job/{id}": "DELETE",
        "/job/{id}/execute": "POST",
        "/job/{id}/duedate": "PUT",
        "/job/{id}/duedate/recalculate": "POST",
        "/job/{id}/priority": "PUT",
        "/job/{id}/suspended": "PUT",
        "/job/retries": "POST",
    },
    NO_NOTES: {
        "/task/{id}/comment": "PUT DELETE",
        "/task/{id}/comment/create": "POST",
        "/task/{id}/attachment/create": "POST",
    },
    OWN_FORM: {"/task/{id}/rendered-form": "GET", "/process-definition/{id}/rendered-form": "GET"},
}
"""Reason → path → methods."""
EMPTY = ("/task/{id}/comment", "/task/{id}/attachment")
"""Lists that have nothing in them here."""


def create_part() -> Blueprint:
    """Return the endpoints that are not offered, and the lists that are always empty."""
    part = Blueprint("not_offered", __name__)
    for reason, paths in REASONS.items():
        for path, methods in paths.items():
            part.add_url_rule(_rule(path), _name(path, methods), _saying(reason), methods=methods.split())
    for path in EMPTY:
        part.add_url_rule(_rule(path), _name(path, "GET"), _nothing, methods=["GET"])
    return part


def _rule(path: str) -> str:
    """Return Flask's rule; ids of definitions hold colons, addresses by key hold slashes."""
    kind = "path:" if "definition" in path else ""
    return path.replace("{id}", f"<{kind}number>").replace("{name}", "<name>")


def _name(path: str, methods: str) -> str:
    letters = "".join(letter if letter.isalnum() else "_" for letter in path)
    return f"{methods.replace(' ', '_').lower()}{letters}"


def _saying(reason: str) -> Callable[..., Response]:
    def answered(**_place: str) -> Response:
        return wire.problem(501, "RestException", reason)

    return answered


def _nothing(**_place: str) -> Response:
    return wire.answer([])
