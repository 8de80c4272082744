"""Camunda Forms: parsed, validated and made visible on the server. The door of the ``forms_*`` modules.

``parse_form`` reads a file, ``parse_post`` an HTML post, ``validate`` decides, ``view`` gives what the page draws,
``read_form_file`` what lint needs to know. What a designer may write in a form is told in ``docs/forms.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jiuzhu.engine.forms_check import validate
from jiuzhu.engine.forms_choices import places
from jiuzhu.engine.forms_parse import MOST_KEPT, parse_form
from jiuzhu.engine.forms_ports import Attachment, FieldPorts, Person
from jiuzhu.engine.forms_post import Rearrangement, parse_post, rearrange, rearrangement
from jiuzhu.engine.forms_schema import Component, Form, keyed
from jiuzhu.engine.forms_sheet import SURROUNDINGS
from jiuzhu.engine.forms_view import view


@dataclass(frozen=True, kw_only=True)
class FormFile:
    """What lint and deployment know of a form."""

    id: str
    resource: str
    sha256: str
    keys: Mapping[str, str]
    """Top-level key → string, integer, decimal, boolean, money, date, datetime, person, list or object."""
    certain: frozenset[str]
    """Keys that every completion sets: never hidden (inside no hidden group either) and not read-only."""
    choices: Mapping[str, tuple[str | int | bool, ...]]
    """Codes that a key with fixed options may have."""
    reads: frozenset[str]
    """Variables of the case that its conditions, texts and option lists read."""
    groups: frozenset[str]
    """Groups whose members its person fields offer, such as ``village_officer@${village}``."""


@lru_cache(maxsize=MOST_KEPT)
def read_form_file(data: bytes, resource: str) -> FormFile:
    """Read a ``.form`` file for lint and deployment. Raises Invalid as ``parse_form``."""
    form = parse_form(data)
    return FormFile(
        id=form.id,
        resource=resource,
        sha256=form.sha256,
        keys={component.key: key_type(component) for component in form.top()},
        certain=frozenset(_certain(form.components)),
        choices={
            component.key: tuple(option.value for option in component.choices.fixed)
            for component in form.top()
            if component.choices and component.choices.fixed
        },
        reads=_reads(form),
        groups=frozenset(
            component.properties["group"] for component in form.walk() if component.properties.get("group")
        ),
    )


def key_type(component: Component) -> str:
    """Name the type of a component's stored value."""
    if component.is_list or component.widget in {"people", "attachments"} or component.type in {"checklist", "taglist"}:
        return "list"
    if component.widget == "signature":
        return "object"
    if component.widget in {"money", "person"}:
        return component.widget
    if component.type == "checkbox":
        return "boolean"
    if component.type == "number":
        return "integer" if component.digits == 0 else "decimal"
    if component.type == "datetime":
        return component.subtype
    if component.choices and component.choices.fixed:
        return "boolean" if all(isinstance(option.value, bool) for option in component.choices.fixed) else "string"
    return "any" if component.type == "expression" else "string"


def _certain(components: tuple[Component, ...]) -> set[str]:
    found: set[str] = set()
    for component in components:
        if component.hide is not None or component.disabled or component.readonly is not False:
            continue
        if component.type == "group":
            found |= _certain(component.children)
        elif component.key:
            found.add(component.key)
    return found


def _reads(form: Form) -> frozenset[str]:
    """Collect what is read from outside: not the form's own keys, not a row's columns, not what every form has."""
    found: set[str] = set()

    def collect(components: tuple[Component, ...], bound: frozenset[str]) -> None:
        for component in components:
            inner = bound
            if component.is_list:
                inner = bound | {child.key for child in keyed(component.children)} | {"this", "parent", "i"}
                if component.rows_from:
                    found.add(component.rows_from)
            for expression in component.expressions():
                found.update(expression.names - bound)
            if component.choices and component.choices.key:
                found.update({component.choices.key} - bound)
            offered = component.properties.get("prefill", "").split(",")
            found.update({name.strip() for name in offered} - {""} - form.keys - bound)
            found.update(places(component.properties.get("group", "")) - bound)
            collect(component.children, inner)

    collect(form.components, frozenset(form.keys) | SURROUNDINGS)
    return frozenset(found)


__all__ = [
    "Attachment",
    "Component",
    "FieldPorts",
    "Form",
    "FormFile",
    "Person",
    "Rearrangement",
    "key_type",
    "parse_form",
    "parse_post",
    "read_form_file",
    "rearrange",
    "rearrangement",
    "validate",
    "view",
]
