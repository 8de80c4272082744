"""记录成测试: a case that a designer worked in the demo or on trial, as a file to replay with ``jiuzhu test``."""

from __future__ import annotations

from flask import Blueprint, Response, request

from jiuzhu.service import walk_record
from webui.downloads import named
from webui.office import current_actor, current_office

pages = Blueprint("walks", __name__)


@pages.get("/walks/<path:number>.toml")
def download(number: str) -> Response:
    """Hand out the walk that a case has gone so far; ``name`` stands in the file's name."""
    name = request.args.get("name", "recorded")
    file, text = walk_record.record(current_office(), current_actor(), number, name)
    response = Response(text, mimetype="application/toml; charset=utf-8")
    response.headers["Content-Disposition"] = named(file)
    return response
