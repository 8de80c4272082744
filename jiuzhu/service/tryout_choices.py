"""What somebody could answer otherwise at a form: one choice at a time, those that decide something first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain.topics import Values
from jiuzhu.engine.forms import Form
from jiuzhu.engine.forms_choices import options_of
from jiuzhu.engine.forms_schema import Component

MOST_OPTIONS = 12
"""Options of one field that are tried; a list of villages is none that a diagram decides by."""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One field answered on purpose."""

    key: str
    value: Any
    shown: str
    """Label of the field and of the answer, in the form's words."""
    list_key: str = ""
    """The list in whose rows the field stands."""

    @property
    def answers(self) -> Mapping[str, Any]:
        """What goes before the usual answers; for a list as ``written_answers`` writes it."""
        return {self.list_key: {"each": {self.key: self.value}}} if self.list_key else {self.key: self.value}


def variants(form: Form, context: Values, constants: Mapping[str, frozenset[str]]) -> Iterator[Variant]:
    """Yield every other answer of a form's choices, and of the numbers that a condition compares with something."""
    for component in form.top():
        if component.is_list:
            for child in component.children:
                if component.rows_from and child.key:
                    for value, shown in _values(child, context, constants):
                        yield Variant(key=child.key, value=value, shown=shown, list_key=component.key)
            if not component.rows_from and component.can_add:
                yield Variant(key=component.key, value=[], shown=f"{_label(component)}：没有")
            continue
        for value, shown in _values(component, context, constants):
            yield Variant(key=component.key, value=value, shown=shown)


def _values(
    component: Component, context: Values, constants: Mapping[str, frozenset[str]]
) -> Iterator[tuple[Any, str]]:
    if component.disabled:
        return
    label = _label(component)
    if component.type == "checkbox":
        yield True, f"{label}：是"
        yield False, f"{label}：否"
    elif component.type in ("radio", "select") and component.choices is not None:
        found = options_of(component, dict(context))
        for option in found if len(found) <= MOST_OPTIONS else ():
            yield option.value, f"{label}：{option.label}"
    elif component.type == "number" or component.widget == "money":
        for text in sorted(constants.get(component.key, ())):
            if not text.lstrip("-").isdigit():
                continue
            for number in (int(text) - 1, int(text), int(text) + 1):
                yield (f"{number}.00" if component.widget == "money" else number), f"{label}：{number}"


def _label(component: Component) -> str:
    return "".join(part for part in component.label.parts if isinstance(part, str)) or component.key
