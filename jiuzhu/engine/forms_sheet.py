"""A form being filled in: which fields are visible, what the computed fields say, what each value is.

How it is settled, for validation and for the screen alike:

1. every posted value is read (``shape``); what cannot be read counts as not given and keeps its sentence;
2. hidden fields are found with the values so far, their values are taken away, computed fields are computed;
3. step 2 is repeated until nothing changes (conditions may depend on fields that are themselves hidden).

Conditions see the variables of the case, except that a key of the form always means the form's own value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from jiuzhu.domain.topics import Values
from jiuzhu.engine.forms_feel import Expression
from jiuzhu.engine.forms_ports import FieldPorts
from jiuzhu.engine.forms_schema import Component, Form, Switch, Template, keyed
from jiuzhu.engine.forms_values import ZONE, Wrong, is_unset, read_value, unset

Scope: TypeAlias = dict[str, Any]

_ROUNDS = 8
_AMOUNT = re.compile(r"-?[0-9]{4,10}\.[0-9]{2}\Z")


@dataclass(kw_only=True)
class Row:
    """One row of a dynamic list: its place in what was posted, and its values."""

    index: int
    values: dict[str, Any]
    base: Mapping[str, Any] = field(default_factory=dict)
    """The row of the context that a fixed list goes through."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One component at one place of the filled form."""

    component: Component
    path: str
    """Path of the value, such as ``members[1].name``; for what has no value, of the component's id."""
    value: Any
    scope: Scope
    row: Row | None
    container: Component | None
    """The dynamic list that the component stands in."""
    hidden: bool


def on(switch: Switch, scope: Scope) -> bool:
    """Evaluate a yes/no that may be an expression; only true is yes."""
    return switch.value(scope) is True if isinstance(switch, Expression) else switch


def spoken_template(template: Template, scope: Scope) -> str:
    """Fill in a text's expressions as words for people."""
    return "".join(part if isinstance(part, str) else spoken(part.value(scope)) for part in template.parts)


def spoken(value: object) -> str:
    """Say a value in words: dates Chinese, amounts with separators, yes and no as words, nothing as a dash."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(spoken(item) for item in value)
    text = str(value)
    if _AMOUNT.match(text):
        return f"{Decimal(text):,.2f}"
    if len(text) >= 10 and text[4:5] == text[7:8] == "-" and text[:4].isdigit():
        if text.startswith("9999-"):
            return "无期限"
        day = (
            f"{int(text[:4])}年{int(text[5:7])}月{int(text[8:10])}日"
            if text[5:7].isdigit() and text[8:10].isdigit()
            else text
        )
        clock = text[11:16]
        return f"{day} {clock}" if clock and clock != "00:00" else day
    return text


def surroundings(context: Values, ports: FieldPorts) -> Scope:
    """Return the names that every form may read: the office's day, who fills in, and ``case``.

    ``case`` holds the variables as they were before the form, also those that the form sets anew.
    """
    local = ports.now.astimezone(ZONE)
    return {
        "today": local.date().isoformat(),
        "now": local.isoformat(timespec="minutes"),
        "actor_id": ports.actor.id,
        "actor_name": ports.actor.name,
        "case": dict(context),
    }


SURROUNDINGS = frozenset({"today", "now", "actor_id", "actor_name", "case"})


class Sheet:
    """A form with answers, settled. ``faults`` holds what could not be read, by path."""

    def __init__(
        self,
        form: Form,
        raw: Mapping[str, Any],
        context: Values,
        ports: FieldPorts,
        *,
        keep_blank_rows: bool = False,
    ) -> None:
        self.form = form
        self.faults: dict[str, str] = {}
        self._ports = ports
        self._keep_blank_rows = keep_blank_rows
        self._context = context
        self._rows: dict[str, list[Row]] = {}
        self._shaped = self._shape(form.components, raw, "", context)
        self._base: Scope = {
            **{name: value for name, value in context.items() if name not in form.keys},
            **surroundings(context, ports),
            **dict.fromkeys(form.keys),
        }
        self.values = self._settle()

    @property
    def scope(self) -> Scope:
        """Return what an expression at the top of the form sees."""
        return {**self._base, **self.values}

    def nodes(self) -> Iterator[Node]:
        """Yield every component at every place, hidden ones too, outer before inner."""
        yield from self._nodes(self.form.components, self.values, self.scope, "", None, None, False)

    def rows(self, path: str) -> Sequence[Row]:
        """Return the rows of the dynamic list at this path."""
        return self._rows.get(path, [])

    # -- reading ---------------------------------------------------------------------------------------------------

    def _shape(
        self, components: Sequence[Component], raw: Mapping[str, Any], prefix: str, base: Values
    ) -> dict[str, Any]:
        shaped: dict[str, Any] = {}
        for component in keyed(tuple(components)):
            path = prefix + component.key
            given = raw.get(component.key)
            if component.is_list:
                shaped[component.key] = self._shape_list(component, given, path)
            elif component.type == "expression":
                shaped[component.key] = None
            elif component.readonly is True or component.disabled:
                shaped[component.key] = base.get(component.key)
            else:
                try:
                    shaped[component.key] = read_value(component, given, self._ports)
                except Wrong as wrong:
                    shaped[component.key] = unset(component)
                    self.faults[path] = wrong.sentence
        return shaped

    def _shape_list(self, component: Component, given: object, path: str) -> list[Row]:
        rows: list[Row] = []
        if given is not None and given != "" and not isinstance(given, list):
            self.faults[path] = "应是列表"
            given = []
        bases = self._bases(component)
        for index, item in enumerate(given if isinstance(given, list) else []):
            place = f"{path}[{index}]"
            if not isinstance(item, Mapping):
                self.faults[place] = "这一行应是一组栏目"
                continue
            base: Mapping[str, Any] = {}
            if component.rows_from:
                found = bases.get(str(item.get(component.row_key, "")))
                if found is None:
                    self.faults[place] = "这一行已不在名单上，请刷新页面"
                    continue
                base = found
            values = self._shape(component.children, item, place + ".", base)
            blank = all(is_unset(inner, values.get(inner.key)) for inner in keyed(component.children))
            if component.can_add and not self._keep_blank_rows and blank:
                self._forget(place + ".")
                continue
            rows.append(Row(index=index, values=values, base=base))
        self._rows[path] = rows
        return rows

    def _bases(self, component: Component) -> dict[str, Mapping[str, Any]]:
        offered = self._context.get(component.rows_from) if component.rows_from else None
        if not isinstance(offered, list | tuple):
            return {}
        return {str(row.get(component.row_key, "")): row for row in offered if isinstance(row, Mapping)}

    def _forget(self, prefix: str) -> None:
        for path in [path for path in self.faults if path.startswith(prefix)]:
            del self.faults[path]

    # -- settling --------------------------------------------------------------------------------------------------

    def _settle(self) -> dict[str, Any]:
        values = self._plain(self._shaped)
        for _ in range(_ROUNDS):
            scope = {**self._base, **values}
            settled = self._visible(self.form.components, self._shaped, scope)
            if settled == values:
                break
            values = settled
        return values

    def _plain(self, shaped: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key: [self._plain(row.values) for row in value] if _is_rows(value) else value
            for key, value in shaped.items()
        }

    def _visible(self, components: Sequence[Component], shaped: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
        visible: dict[str, Any] = {}
        for component in components:
            if component.hide is not None and component.hide.value(scope) is True:
                continue
            if component.type == "group":
                visible.update(self._visible(component.children, shaped, {**scope, **visible}))
            elif component.is_list:
                rows: list[Row] = shaped.get(component.key) or []
                visible[component.key] = [
                    self._visible(component.children, row.values, row_scope(scope, row.values, number))
                    for number, row in enumerate(rows, start=1)
                ]
            elif component.type == "expression" and component.expression is not None:
                visible[component.key] = storable(component.expression.value({**scope, **visible}))
            elif component.key:
                visible[component.key] = shaped.get(component.key)
        return visible

    def _nodes(
        self,
        components: Sequence[Component],
        values: Mapping[str, Any],
        scope: Scope,
        prefix: str,
        row: Row | None,
        container: Component | None,
        hidden: bool,
    ) -> Iterator[Node]:
        for component in components:
            gone = hidden or (component.hide is not None and component.hide.value(scope) is True)
            path = prefix + (component.key or component.id)
            yield Node(
                component=component,
                path=path,
                value=values.get(component.key) if component.key else None,
                scope=scope,
                row=row,
                container=container,
                hidden=gone,
            )
            if component.type == "group":
                yield from self._nodes(component.children, values, scope, prefix, row, container, gone)
            elif component.is_list and not gone:
                filled: Sequence[Mapping[str, Any]] = values.get(component.key) or []
                for number, (inner, data) in enumerate(zip(self.rows(path), filled, strict=False), start=1):
                    inside = row_scope(scope, data, number)
                    place = f"{path}[{inner.index}]."
                    yield from self._nodes(component.children, data, inside, place, inner, component, False)


def row_scope(scope: Scope, row: Mapping[str, Any], number: int) -> Scope:
    """Return what an expression inside a row sees: the row's own keys, and ``this``, ``parent`` and ``i``."""
    return {**scope, **row, "this": dict(row), "parent": scope, "i": number}


def storable(value: object) -> object:
    """Turn a computed value into what may be stored: whole numbers as int, others as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): storable(item) for key, item in value.items()}
    return str(value)


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Row)
