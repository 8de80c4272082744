"""Make a form visible: the schema, the answers so far and their faults become a ``FormView``.

What was typed stands in the controls as it was typed, also when it cannot be read; words and masks are for reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from jiuzhu.domain.formview import (
    FaultLine,
    FieldView,
    FormView,
    GroupView,
    Item,
    KeptView,
    LineView,
    ListView,
    RowView,
    TableView,
    TextView,
)
from jiuzhu.domain.topics import Values
from jiuzhu.engine.forms_feel import Expression
from jiuzhu.engine.forms_field import Place, anchor_of, field_view, kept_views
from jiuzhu.engine.forms_ports import FieldPorts
from jiuzhu.engine.forms_prefill import prefilled
from jiuzhu.engine.forms_schema import Component, Form
from jiuzhu.engine.forms_sheet import Row, Scope, Sheet, on, row_scope, spoken, spoken_template

Mode = Literal["edit", "read"]


def view(
    form: Form,
    values: Mapping[str, Any],
    faults: Mapping[str, str],
    context: Values,
    mode: Mode = "edit",
    *,
    ports: FieldPorts,
) -> FormView:
    """Return what a page draws.

    Args: ``values`` stored, drafted or just posted ({} for a fresh form: then defaults and prefilled values appear);
    ``faults`` by path as ``validate`` gave them; ``context`` the variables and facts that texts and conditions read.
    """
    return _Drawer(
        form, prefilled(form, values, context, ports) if mode == "edit" else values, faults, context, mode, ports
    ).draw()


class _Drawer:
    def __init__(
        self,
        form: Form,
        raw: Mapping[str, Any],
        faults: Mapping[str, str],
        context: Values,
        mode: Mode,
        ports: FieldPorts,
    ) -> None:
        self._form = form
        self._raw = raw
        self._faults = faults
        self._mode: Mode = mode
        self._ports = ports
        self._sheet = Sheet(form, raw, context, ports, keep_blank_rows=True)
        self._drawn: list[str] = []
        self._has_files = False
        self._triggers = _triggers(form)
        self._places: list[tuple[str, str]] = []
        """Path and anchor of everything drawn, in reading order."""

    def draw(self) -> FormView:
        items = self._items(self._form.components, self._raw, self._sheet.scope, "", None, level=2)
        return FormView(
            form_id=self._form.id,
            mode=self._mode,
            items=items,
            faults=tuple(self._fault_lines()),
            drawn=tuple(self._drawn),
            has_files=self._has_files,
        )

    def _items(
        self,
        components: Sequence[Component],
        raw: Mapping[str, Any],
        scope: Scope,
        prefix: str,
        row: Row | None,
        level: int,
    ) -> tuple[Item, ...]:
        items: list[Item] = []
        line: list[FieldView] = []
        line_row = ""

        def close_line() -> None:
            if len(line) == 1:
                items.append(line[0])
            elif line:
                items.append(LineView(fields=tuple(line)))
            line.clear()

        for component in components:
            if component.hide is not None and component.hide.value(scope) is True:
                if self._mode == "edit":
                    items.extend(self._kept(component, raw, prefix))
                continue
            if component.type == "expression" and self._mode == "edit":
                # Computed on the server when the form comes back: while it is being filled in it would be out of date.
                continue
            if component.is_input or component.type == "expression":
                if line and component.layout_row != line_row:
                    close_line()
                line_row = component.layout_row
                line.append(self._field(component, raw, scope, prefix, row))
                continue
            close_line()
            items.extend(self._other(component, raw, scope, prefix, row, level))
        close_line()
        return tuple(items)

    def _field(
        self, component: Component, raw: Mapping[str, Any], scope: Scope, prefix: str, row: Row | None
    ) -> FieldView:
        path = prefix + component.key
        self._places.append((path, anchor_of(path)))
        readonly = component.disabled or on(component.readonly, scope)
        given = scope.get(component.key) if readonly or component.type == "expression" else raw.get(component.key)
        if readonly and row is not None and component.key in row.base:
            given = row.base[component.key]
        place = Place(
            component=component,
            path=path,
            given=given,
            scope=scope,
            fault=self._faults.get(path, ""),
            readonly=readonly or self._mode == "read",
            refreshes=component.id in self._triggers,
        )
        drawn = field_view(place, self._ports)
        if not place.readonly and drawn.kind in {"check", "checks", "files"}:
            self._drawn.append(path)
        self._has_files = self._has_files or (not place.readonly and drawn.kind in {"files", "signature"})
        return drawn

    def _other(
        self,
        component: Component,
        raw: Mapping[str, Any],
        scope: Scope,
        prefix: str,
        row: Row | None,
        level: int,
    ) -> Iterator[Item]:
        path = prefix + (component.key or component.id)
        anchor = anchor_of(path)
        if component.type == "group":
            self._places.append((path, anchor))
            yield GroupView(
                label=spoken_template(component.label, scope),
                anchor=anchor,
                fault=self._faults.get(path, ""),
                items=self._items(component.children, raw, scope, prefix, row, level + 1),
                level=level,
            )
        elif component.is_list:
            yield self._list(component, raw, scope, path, anchor, level)
        elif component.type == "text":
            yield TextView(text=spoken_template(component.text, scope), anchor=anchor)
        elif component.type == "table":
            yield _table(component, scope, anchor)

    def _list(
        self, component: Component, raw: Mapping[str, Any], scope: Scope, path: str, anchor: str, level: int
    ) -> ListView:
        self._places.append((path, anchor))
        label = spoken_template(component.label, scope)
        posted = raw.get(component.key)
        given: Sequence[Any] = posted if isinstance(posted, list) else []
        rows: list[RowView] = []
        for number, row in enumerate(self._sheet.rows(path), start=1):
            place = f"{path}[{row.index}]"
            self._places.append((place, anchor_of(place)))
            typed = given[row.index] if row.index < len(given) and isinstance(given[row.index], Mapping) else {}
            items = self._items(
                component.children, typed, row_scope(scope, row.values, number), place + ".", row, level + 1
            )
            if component.rows_from and self._mode == "edit":
                kept = KeptView(name=f"{place}.{component.row_key}", value=str(row.base.get(component.row_key, "")))
                items = (kept, *items)
            rows.append(
                RowView(
                    path=place,
                    title=_row_title(component, label, number, typed or row.values),
                    items=items,
                    fault=self._faults.get(place, ""),
                    anchor=anchor_of(place),
                )
            )
        can_add = component.can_add and self._mode == "edit"
        return ListView(
            name=path,
            anchor=anchor,
            label=label,
            hint=spoken_template(component.hint, scope) if self._mode == "edit" else "",
            fault=self._faults.get(path, ""),
            rows=tuple(rows),
            add=(component.properties.get("addText") or "再加一行") if can_add else "",
        )

    def _kept(self, component: Component, raw: Mapping[str, Any], prefix: str) -> Iterator[KeptView]:
        if component.type == "group":
            for child in component.children:
                yield from self._kept(child, raw, prefix)
        elif component.key and not component.rows_from and component.widget != "signature":
            yield from kept_views(prefix + component.key, raw.get(component.key))

    def _fault_lines(self) -> Iterator[FaultLine]:
        left = dict(self._faults)
        for path, anchor in self._places:
            sentence = left.pop(path, "")
            if sentence:
                yield FaultLine(anchor=anchor, sentence=sentence)
        for sentence in left.values():
            yield FaultLine(anchor="main", sentence=sentence)


def _row_title(component: Component, label: str, number: int, values: Mapping[str, Any]) -> str:
    name = values.get(component.properties.get("rowName", ""))
    return f"{label} {number} · {name}" if isinstance(name, str) and name.strip() else f"{label} {number}"


def _triggers(form: Form) -> frozenset[str]:
    """Return the ids of the components on whose answer depends whether others are shown, required or read-only."""
    read: set[str] = set()
    for component in form.walk():
        for switch in (component.hide, component.required, component.readonly):
            if isinstance(switch, Expression):
                read |= switch.names
    return frozenset(component.id for component in form.walk() if component.key in read)


def _table(component: Component, scope: Scope, anchor: str) -> TableView:
    source = component.source.value(scope) if component.source is not None else None
    rows = [row for row in source if isinstance(row, Mapping)] if isinstance(source, list | tuple) else []
    return TableView(
        label=spoken_template(component.label, scope),
        anchor=anchor,
        columns=tuple(column.label for column in component.columns),
        rows=tuple(tuple(spoken(row.get(column.key)) for column in component.columns) for row in rows),
    )
