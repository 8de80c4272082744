"""Every code that a form offers has a word on paper, so no document can print a raw code or fail for want of one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workers.documents import TEMPLATES
from workers.documents.fields import Field

BPMN = Path(__file__).resolve().parents[2] / "bpmn"


def choices_of_forms() -> dict[str, set[str]]:
    """Key of a choice -> every code that any form offers under it."""
    found: dict[str, set[str]] = {}
    for path in sorted(BPMN.rglob("*.form")):
        for component in _components(json.loads(path.read_text(encoding="utf-8"))):
            codes = {str(each["value"]) for each in component.get("values", ()) if isinstance(each["value"], str)}
            if codes and component.get("key"):
                found.setdefault(component["key"], set()).update(codes)
    return found


def tables_of_forms() -> dict[tuple[str, str], set[str]]:
    """(table, column) -> codes."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in sorted(BPMN.rglob("*.form")):
        for component in _components(json.loads(path.read_text(encoding="utf-8"))):
            for column in component.get("components", ()) if component.get("type") == "dynamiclist" else ():
                codes = {str(each["value"]) for each in column.get("values", ()) if isinstance(each["value"], str)}
                if codes:
                    found.setdefault((component["path"], column["key"]), set()).update(codes)
    return found


def test_forms_and_tables_are_found() -> None:
    """The checks below would pass on nothing."""
    assert "verification_result" in choices_of_forms()
    assert ("assets_found", "type") in tables_of_forms()


def _components(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for component in node.get("components", ()):
        yield component
        yield from _components(component)


def choice_fields() -> list[tuple[str, str, Field]]:
    """(template, table or '', field) of every choice."""
    return [
        (template.key, "" if field is column else field.name, column)
        for template in TEMPLATES.values()
        for field in template.fields
        for column in (field.columns or (field,))
        if column.type == "choice"
    ]


@pytest.mark.parametrize(
    ("template", "table", "field"),
    choice_fields(),
    ids=lambda value: value.name if isinstance(value, Field) else value or "-",
)
def test_every_code_of_a_form_has_a_word(template: str, table: str, field: Field) -> None:
    offered = tables_of_forms().get((table, field.name), set()) if table else choices_of_forms().get(field.name, set())
    missing = offered - set(field.words)
    assert not missing, f"{template}.{table}.{field.name}: {sorted(missing)}"
