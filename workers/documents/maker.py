"""Makes documents: the HTML twin at once, the Word file from the same values whenever it is asked for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from jiuzhu.errors import ConfigurationError, WorkerError
from workers.documents import TEMPLATES
from workers.documents.fields import Template
from workers.documents.present import present

EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time stamp of every part of a Word file: equal values give equal bytes, so a hash proves a document."""


class Documents:
    """The ``DocumentMaker`` of record tasks and of the document pages (decisions C9).

    Templates are data that an office may edit: they run in Jinja's sandbox, an unknown name in them is an error.
    Objects are safe to share between threads.
    """

    def __init__(self, folder: Path, templates: Mapping[str, Template] = TEMPLATES) -> None:
        """Check that every template has both its files in the folder (``bpmn/documents``).

        Raises:
            ConfigurationError: files are missing.
        """
        missing = [
            f"{key}{end}" for key in templates for end in (".docx", ".html") if not (folder / (key + end)).is_file()
        ]
        if missing:
            raise ConfigurationError(f"document templates are missing in {folder}: {', '.join(missing)}")
        self._folder = folder
        self._templates = templates
        self._twins = _twins(folder)

    def title(self, template: str) -> str:
        """Return the Chinese name of a template; raises WorkerError when there is none."""
        return self._template(template).title

    def twin(self, template: str, values: Mapping[str, Any]) -> str:
        """Return the HTML fragment (one ``article.sheet``) of a document.

        Raises:
            WorkerError: permanent; unknown template, missing or wrong values (named), or a faulty template file.
        """
        shown = present(self._template(template), values)
        try:
            return self._twins.get_template(f"{template}.html").render(shown)
        except TemplateError as error:
            raise WorkerError(f"文书模板{template}.html有错误：{error}", permanent=True) from error

    def docx(self, template: str, values: Mapping[str, Any]) -> bytes:
        """Return the Word file of a document; equal values give equal bytes.

        Raises:
            WorkerError: as ``twin``.
        """
        shown = present(self._template(template), values)
        # docxtpl sets autoescape on the environment it is given: each rendering gets one of its own.
        environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
        word = DocxTemplate(self._folder / f"{template}.docx")
        try:
            word.render(shown, environment, autoescape=True)
        except TemplateError as error:
            raise WorkerError(f"文书模板{template}.docx有错误：{error}", permanent=True) from error
        made = io.BytesIO()
        word.save(made)
        return _stamped(made.getvalue())

    def _template(self, key: str) -> Template:
        try:
            return self._templates[key]
        except KeyError:
            raise WorkerError(f"没有名为{key}的文书模板", permanent=True) from None


@cache
def _twins(folder: Path) -> ImmutableSandboxedEnvironment:
    """The environment of a folder: a template is compiled once a process, and again when its file was edited."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _stamped(data: bytes) -> bytes:
    """Return the same zip file with every part dated ``EPOCH``."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as stamped:
        for name in parts.namelist():
            stamped.writestr(zipfile.ZipInfo(name, EPOCH), parts.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
