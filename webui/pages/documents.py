"""Papers of a case: documents with preview and Word file, attachments, completed forms as they were."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from jiuzhu.service import documents
from webui import forms
from webui.downloads import named
from webui.office import current_actor, current_office

pages = Blueprint("documents", __name__)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHOWN_IN_PLACE = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf", "text/plain"})
"""Kinds that a browser shows without running anything; everything else is only saved."""


@pages.get("/documents/<path:document_id>")
def show(document_id: str) -> str:
    """Show the HTML twin as an A4 sheet, to read and to print."""
    document = documents.document_html(current_office(), current_actor(), document_id)
    # The twin is made by our own templates, which escape every value; it was frozen and hashed when it was made.
    return render_template("document.html", document=document, html=Markup(document.html))


@pages.get("/word/<path:document_id>")
def download(document_id: str) -> Response:
    """Hand out the Word file, rendered from the frozen values."""
    name, data = documents.document_docx(current_office(), current_actor(), document_id)
    return _file(data, name, WORD, in_place=False)


@pages.get("/attachments/<attachment_id>")
def attachment(attachment_id: str) -> Response:
    """Hand out an attachment."""
    found, data = documents.read_attachment(current_office(), current_actor(), attachment_id)
    return _file(data, found.name, found.mime, in_place=found.mime in SHOWN_IN_PLACE)


@pages.get("/submissions/<submission_id>")
def submission(submission_id: str) -> str:
    """Show a completed form as it was handed in."""
    page = documents.show_submission(current_office(), current_actor(), submission_id)
    return render_template("submission.html", page=page, form_html=forms.render_form(page.sheet.view(mode="read")))


def _file(data: bytes, name: str, mime: str, *, in_place: bool) -> Response:
    response = Response(data, mimetype=mime if in_place or mime == WORD else "application/octet-stream")
    way = "inline" if in_place else "attachment"
    response.headers["Content-Disposition"] = named(name, way)
    # A file that somebody uploaded must never act as a page of this site.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
