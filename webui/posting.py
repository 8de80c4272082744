"""What a page posted for a form, its files stored; a refused file is a fault beside the others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from jiuzhu.errors import Invalid
from jiuzhu.service import documents
from jiuzhu.service.forms import Form
from webui import forms
from webui.office import current_actor, current_office

LONGEST_ONCE = 120


@dataclass(frozen=True, kw_only=True)
class Post:
    """The posted values; ``redraw``: only the page is to be drawn anew (a row was added, a condition changed)."""

    data: Mapping[str, Any]
    redraw: bool
    faults: Mapping[str, str]
    """Files that were not taken; everything else is kept."""
    once: str | None


def read(form: Form) -> Post:
    """Read the running request's post for a form."""
    once = once_of_form()
    try:
        posted = forms.read_post(form, request.form, request.files, store_file)
    except Invalid as error:
        kept = forms.read_post(form, request.form, MultiDict(), store_file)
        faults = {path: f"{error.sentence}{sentence}" for path, sentence in error.faults.items()}
        return Post(data=kept.data, redraw=False, faults=faults or {"file": error.sentence}, once=once)
    return Post(data=posted.data, redraw=posted.change is not None, faults={}, once=once)


def store_file(name: str, mime: str, data: bytes) -> str:
    """Store an uploaded file and return its id."""
    return documents.store_attachment(current_office(), current_actor(), name, mime, data)


def once_of_form() -> str | None:
    """Return the page's token by which a second click is known; one that no page of ours made is kept by its hash,
    so that no length and no character of it reaches a column.
    """
    once = request.form.get("_once") or None
    if once is None or (len(once) <= LONGEST_ONCE and once.isascii() and once.isprintable()):
        return once
    return hashlib.sha256(once.encode("utf-8", "surrogatepass")).hexdigest()
