"""The designers' reference: a kit for Camunda Modeler, topics with their contracts, forms and tables to look at."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from jiuzhu.service import design_book, modeler_kit
from webui.downloads import named
from webui.headers import WITH_STYLE_ATTRIBUTES
from webui.office import current_actor, current_office

pages = Blueprint("designing", __name__, url_prefix="/designing")
KINDS = {"forms": "form", "tables": "decision"}
TYPES = {"forms": "application/json", "tables": "application/xml"}
TYPE_WORDS = {
    "string": "文字", "integer": "整数", "boolean": "是否", "money": "金额", "date": "日期", "json": "结构化数据"
}  # fmt: skip


@pages.get("")
def show() -> str:
    """Show what a diagram may name, and the kit."""
    text = request.args.get("text", "").strip()
    found = design_book.contents(current_office(), current_actor(), text)
    return render_template("designing.html", contents=found, text=text)


@pages.get("/kit.zip")
def kit() -> Response:
    """Hand out element templates and linter for Camunda Modeler."""
    response = Response(modeler_kit.kit(current_office(), current_actor()), mimetype="application/zip")
    response.headers["Content-Disposition"] = named("救助规程设计工具.zip")
    return response


@pages.get("/topics/<topic>")
def topic(topic: str) -> str:
    """Show one topic's contract and where it is drawn."""
    sheet = design_book.topic_sheet(current_office(), current_actor(), topic)
    return render_template("topic.html", sheet=sheet, one=sheet.contract, words=TYPE_WORDS)


@pages.get("/<any(forms, tables):kind>/<key>")
def file(kind: str, key: str) -> Response:
    """Show a form as form-js draws it, or a table as dmn-js does, and where it is named."""
    sheet = design_book.file_sheet(current_office(), current_actor(), KINDS[kind], key)
    page = Response(render_template("design_file.html", sheet=sheet, one=sheet.definition, kind=kind))
    if kind == "tables":
        page.headers["Content-Security-Policy"] = WITH_STYLE_ATTRIBUTES
    return page


@pages.get("/<any(forms, tables):kind>/<key>/file")
def download(kind: str, key: str) -> Response:
    """Hand out the file."""
    sheet = design_book.file_sheet(current_office(), current_actor(), KINDS[kind], key)
    response = Response(sheet.data, mimetype=TYPES[kind])
    response.headers["Content-Disposition"] = named(sheet.definition.resource.rpartition("/")[2])
    return response
