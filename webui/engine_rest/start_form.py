"""Start forms over REST, for clients that draw them by themselves."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, g

from jiuzhu.service import cases, deployed, form_files
from jiuzhu.service.cases import StartPage
from webui.engine_rest import form_values, query, wire


def create_part(office: Any) -> Blueprint:
    """Return what asks for the start form of a process definition."""
    part = Blueprint("start_form", __name__, url_prefix="/process-definition")

    def page_of(number: str) -> StartPage:
        found = query.by_address(deployed.list_definitions(office, g.actor, "process"), number, "process")
        return cases.start_form(office, g.actor, found.key, definition=found.id)

    def key_of(number: str) -> str:
        return query.by_address(deployed.list_definitions(office, g.actor, "process"), number, "process").key

    @part.get("/<path:number>/startForm")
    def form(number: str) -> Response:
        process = page_of(number).process
        return wire.answer({"key": None, "camundaFormRef": wire.form_reference(process.form), "contextPath": None})

    @part.get("/<path:number>/deployed-start-form")
    def deployed_form(number: str) -> Response:
        return wire.answer(json.loads(form_files.of_start(office, g.actor, key_of(number))))

    @part.get("/<path:number>/form-variables")
    def form_variables(number: str) -> Response:
        return wire.answer(form_values.form_dtos(page_of(number).sheet))

    return part
