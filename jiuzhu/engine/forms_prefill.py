"""What stands in a form before anybody has typed: defaults, prefilled values, first rows, the rows of fixed lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jiuzhu.domain.topics import Values
from jiuzhu.engine.forms_ports import FieldPorts
from jiuzhu.engine.forms_schema import Component, Form, keyed
from jiuzhu.engine.forms_sheet import Scope, surroundings


def prefilled(form: Form, values: Mapping[str, Any], context: Values, ports: FieldPorts) -> dict[str, Any]:
    """Return the values with everything added that the form offers by itself; what is given is never changed.

    A custom property ``prefill`` names where a value comes from: variables of the context, divided by commas, of which
    the first that has a value counts. Without it a variable of the same name is *not* offered: the answer of an earlier
    round must not look like today's.
    """
    scope: Scope = {**context, **surroundings(context, ports)}
    filled = _level(form.components, values, scope)
    for component in form.top():
        if component.is_list and component.rows_from:
            filled[component.key] = _fixed_rows(component, filled.get(component.key), context)
    return filled


def _level(components: Sequence[Component], values: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    filled = dict(values)
    for component in keyed(tuple(components)):
        if component.key in filled or component.type == "expression":
            continue
        if component.is_list:
            if not component.rows_from:
                filled[component.key] = _first_rows(component, scope)
            continue
        offered = _offered(component, scope)
        if offered is not None:
            filled[component.key] = offered
    return filled


def _first_rows(component: Component, scope: Scope) -> list[dict[str, Any]]:
    """Return the rows that a fact offers, as far as the list has their columns; else as many empty ones as drawn."""
    columns = {inner.key for inner in keyed(component.children)}
    for name in component.properties.get("prefill", "").split(","):
        offered = scope.get(name.strip())
        if isinstance(offered, list | tuple) and offered:
            rows = [{key: row[key] for key in columns if key in row} for row in offered if isinstance(row, Mapping)]
            return [_level(component.children, row, scope) for row in rows]
    return [_level(component.children, {}, scope) for _ in range(component.first_rows)]


def _offered(component: Component, scope: Scope) -> object:
    for name in component.properties.get("prefill", "").split(","):
        value = scope.get(name.strip())
        if value not in (None, "", []):
            return str(value)[:10] if component.subtype == "date" else value
    return component.default


def _fixed_rows(component: Component, posted: object, context: Values) -> list[dict[str, Any]]:
    """Go through the rows of the context, each with what was already answered for it."""
    answered = {
        str(row.get(component.row_key, "")): row
        for row in (posted if isinstance(posted, list) else [])
        if isinstance(row, Mapping)
    }
    offered = context.get(component.rows_from)
    rows = []
    for base in offered if isinstance(offered, list | tuple) else []:
        if isinstance(base, Mapping):
            key = str(base.get(component.row_key, ""))
            rows.append({**answered.get(key, {}), component.row_key: key})
    return rows
