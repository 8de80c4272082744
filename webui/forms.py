"""Forms on a page: draw a ``FormView``, read what was posted, store the files that came with it.

Everything about a form is decided by ``jiuzhu.service.forms``; here it only becomes HTML and comes back from HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import render_template, url_for
from markupsafe import Markup
from werkzeug.datastructures import FileStorage, MultiDict

from jiuzhu.domain.formview import FormView
from jiuzhu.errors import Invalid
from jiuzhu.service.forms import Form, Rearrangement, parse_post, rearrange, rearrangement
from webui.assets import own

TEMPLATES = Path(__file__).parent / "templates"

StoreFile = Callable[[str, str, bytes], str]
"""Name, MIME type, content → id of the stored file. May raise Refused (too large, wrong kind)."""

_PART = re.compile(r"([a-z][a-z0-9_]*)(?:\[(\d{1,3})\])?\Z")


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What a page sent: the values, and whether only the page is to be drawn anew."""

    data: dict[str, Any]
    change: Rearrangement | None
    """None: a real submission or a draft; else ``data`` is already rearranged and nothing is to be validated."""


def render_form(view: FormView) -> Markup:
    """Return the HTML of a form: to fill in, or to read and print."""
    template = "form/edit.html" if view.mode == "edit" else "form/read.html"
    return Markup(render_template(template, view=view, attachment_url=_attachment_url))


def form_css() -> Markup:
    """Return the link to the style of forms, for the head of a page."""
    return Markup('<link rel="stylesheet" href="{}">').format(own("css/form.css"))


def form_js() -> Markup:
    """Return the script that redraws lists and conditional fields without a page load."""
    return Markup('<script src="{}" type="module"></script>').format(own("js/form.js"))


def fault_lines(view: FormView) -> list[tuple[str, str]]:
    """Return the error summary: anchor and sentence, in reading order."""
    return [(line.anchor, line.sentence) for line in view.faults]


def read_post(form: Form, fields: MultiDict[str, str], files: MultiDict[str, FileStorage], store: StoreFile) -> Posted:
    """Return the values of a posted form, its new files stored and entered by their ids.

    Files are stored whatever button was pressed, so that they survive a row that is added or a fault elsewhere. Raises
    Invalid (absurd row numbers) and what ``store`` raises.
    """
    lists = list(fields.lists())
    data = parse_post(form, dict(lists))
    for name, uploads in files.lists():
        ids = [_stored(upload, store) for upload in uploads if upload.filename]
        if ids:
            _enter(data, name, ids)
    change = rearrangement(dict(lists))
    return Posted(data=rearrange(form, data, change) if change else data, change=change)


def _stored(upload: FileStorage, store: StoreFile) -> str:
    return store(upload.filename or "", upload.mimetype or "application/octet-stream", upload.read())


def _enter(data: dict[str, Any], name: str, ids: list[str]) -> None:
    """Append file ids at a path such as ``photos``, ``sign.scan`` or ``rows[1].papers``."""
    here: Any = data
    parts = name.split(".")
    for position, part in enumerate(parts):
        found = _PART.match(part)
        if found is None or not isinstance(here, dict):
            raise Invalid("上传的文件不属于这张表单。", {name: "上传的文件不属于这张表单"})
        key, index = found.group(1), found.group(2)
        if position == len(parts) - 1 and index is None:
            before = here.get(key)
            here[key] = [*(before if isinstance(before, list) else []), *ids]
            return
        here = here.setdefault(key, {} if index is None else [])
        if index is not None:
            if not isinstance(here, list) or int(index) >= len(here):
                raise Invalid("上传的文件不属于这张表单。", {name: "上传的文件不属于这张表单"})
            here = here[int(index)]
    raise Invalid("上传的文件不属于这张表单。", {name: "上传的文件不属于这张表单"})


def _attachment_url(attachment_id: str) -> str:
    return url_for("documents.attachment", attachment_id=attachment_id)
