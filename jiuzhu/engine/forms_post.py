"""From the field names of an HTML page to nested values: ``members[0].name`` and back.

The page and this module share one spelling. A check box that is drawn but not ticked sends nothing, so the page sends
``_drawn`` with its path; a row sends ``members[0]._row`` so that a row without any ticked box or text is not lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from jiuzhu.engine.forms_schema import MANY_TYPES, Component, Form, keyed
from jiuzhu.errors import Invalid

_ROW = re.compile(r"\[(\d{1,3})\](?:\.(.+))?\Z")
_CONTROL = re.compile(r"_[a-z]+\Z")
MOST_ROWS = 200


@dataclass(frozen=True, kw_only=True)
class Rearrangement:
    """A button that only changes the page: add a row, remove one, or show what the choices call for."""

    act: Literal["add", "remove", "refresh"]
    path: str = ""
    """Path of the list (add) or of the row (remove)."""


def parse_post(form: Form, fields: Mapping[str, Sequence[str]] | Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the nested values that an HTML post carries, as text; names that the form does not have are kept.

    ``fields`` maps names to all their values (a werkzeug ``MultiDict`` goes through ``.lists()``), or is a list of
    pairs. Names that begin with ``_`` belong to the page (csrf, buttons) and are left out. Raises Invalid when a row
    number is absurd.
    """
    flat: dict[str, list[str]] = {}
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    for name, value in pairs:
        flat.setdefault(name, []).extend([value] if isinstance(value, str) else list(value))
    drawn = set(flat.pop("_drawn", []))
    page_names = [name for name in flat if _CONTROL.match(name)]
    for name in page_names:
        del flat[name]
    return _level(form.components, flat, "", drawn)


def rearrangement(fields: Mapping[str, Sequence[str]] | Iterable[tuple[str, str]]) -> Rearrangement | None:
    """Return which page button was pressed (``_add``, ``_remove``, ``_refresh``), or None for a real submission."""
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    for name, value in pairs:
        text = value if isinstance(value, str) else next(iter(value), "")
        if name == "_add":
            return Rearrangement(act="add", path=text)
        if name == "_remove":
            return Rearrangement(act="remove", path=text)
        if name == "_refresh":
            return Rearrangement(act="refresh")
    return None


def rearrange(form: Form, values: Mapping[str, Any], change: Rearrangement) -> dict[str, Any]:
    """Return the values with a row added or removed; an unknown path changes nothing."""
    changed = dict(values)
    path, _, place = change.path.partition("[")
    lists = {component.key: component for component in form.top() if component.is_list}
    component = lists.get(path)
    if component is None or not component.can_add:
        return changed
    rows = list(changed.get(path) or [])
    if change.act == "add":
        rows.append({})
    elif change.act == "remove" and place.rstrip("]").isdigit() and int(place.rstrip("]")) < len(rows):
        del rows[int(place.rstrip("]"))]
    changed[path] = rows
    return changed


def _level(
    components: Sequence[Component], flat: Mapping[str, list[str]], prefix: str, drawn: set[str]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    known = {component.key: component for component in keyed(tuple(components))}
    for name, texts in flat.items():
        if not name.startswith(prefix):
            continue
        rest = name[len(prefix) :]
        key = re.split(r"[.\[]", rest, maxsplit=1)[0]
        if key.startswith("_") or key in values:
            continue
        component = known.get(key)
        if component is None:
            values[key] = texts[-1]
        elif component.is_list:
            values[key] = _rows(component, flat, prefix + key, drawn)
        elif component.widget == "signature":
            values[key] = _signature(flat, prefix + key)
        elif component.type in MANY_TYPES or component.widget in {"people", "attachments"}:
            values[key] = [text for text in texts if text]
        elif component.type == "radio" or component.type == "select":
            values[key] = _code(component, texts[-1])
        else:
            values[key] = texts[-1]
    for component in known.values():
        if component.key not in values and prefix + component.key in drawn:
            values[component.key] = False if component.type == "checkbox" else []
    return values


def _rows(component: Component, flat: Mapping[str, list[str]], path: str, drawn: set[str]) -> list[dict[str, Any]]:
    indexes: set[int] = set()
    for name in flat:
        if name.startswith(path):
            found = _ROW.match(name[len(path) :])
            if found:
                indexes.add(int(found.group(1)))
    if len(indexes) > MOST_ROWS:
        raise Invalid(f"一张表最多 {MOST_ROWS} 行。", {path: f"最多 {MOST_ROWS} 行"})
    return [_level(component.children, flat, f"{path}[{index}].", drawn) for index in sorted(indexes)]


def _signature(flat: Mapping[str, list[str]], path: str) -> dict[str, Any]:
    parts = {name: flat.get(f"{path}.{name}", [""]) for name in ("way", "confirm", "signer", "scan")}
    return {
        "way": parts["way"][-1] or "login",
        "confirm": parts["confirm"][-1] == "on",
        "signer": parts["signer"][-1],
        "scan": [text for text in parts["scan"] if text],
    }


def _code(component: Component, text: str) -> str | bool | int:
    """Return an option's code in its own type: a page only sends text."""
    for option in component.choices.fixed if component.choices else ():
        if not isinstance(option.value, str) and text == post_text(option.value):
            return option.value
    return text


def post_text(value: object) -> str:
    """Spell a stored value as the page sends it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
