"""A Camunda Form as the house understands it: plain values, made once by ``forms_parse`` and never changed.

The words are those of form-js (types, ``key``, ``path``, ``validate``, ``conditional.hide``). What form-js does not
have stands in the component's custom ``properties``, which Camunda Modeler keeps: ``widget`` names a special text
field, ``check`` a FEEL rule with its sentence in ``checkText`` (docs/forms.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from jiuzhu.engine.forms_feel import Expression

Switch: TypeAlias = bool | Expression
"""A yes/no that a form may leave to a FEEL expression (``=...``)."""

Bound: TypeAlias = Decimal | int | Expression | None
"""A limit that a form may leave to a FEEL expression."""

INPUT_TYPES = frozenset(
    {"textfield", "textarea", "number", "checkbox", "checklist", "taglist", "radio", "select", "datetime"}
)
CONTAINER_TYPES = frozenset({"group", "dynamiclist"})
SHOWN_TYPES = frozenset({"text", "table", "separator", "spacer"})
SUPPORTED_TYPES = INPUT_TYPES | CONTAINER_TYPES | SHOWN_TYPES | {"expression"}

WIDGETS = frozenset({"attachments", "signature", "person", "people", "id18", "money", "phone", "bank"})
"""Values of the custom property ``widget`` of a text field."""

OPTION_TYPES = frozenset({"radio", "select", "checklist", "taglist"})
MANY_TYPES = frozenset({"checklist", "taglist"})


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice: the code that is stored and the Chinese word that is shown."""

    value: str | int | bool
    label: str


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Where a field's options come from: written in the form, a variable of the context, or a FEEL expression."""

    fixed: tuple[Option, ...] = ()
    key: str = ""
    expression: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class Template:
    """Text with ``{{expression}}`` in it: literal parts and expressions in order."""

    parts: tuple[str | Expression, ...]

    @property
    def names(self) -> frozenset[str]:
        """Return the variables that the text reads."""
        return frozenset(name for part in self.parts if isinstance(part, Expression) for name in part.names)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a shown table."""

    key: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Component:
    """One component of a form. Which fields mean something depends on ``type``."""

    type: str
    id: str
    key: str = ""
    """Key of the value (``path`` of a dynamic list); '' for what only shows."""
    label: Template = field(default_factory=lambda: Template(parts=()))
    hint: Template = field(default_factory=lambda: Template(parts=()))
    text: Template = field(default_factory=lambda: Template(parts=()))
    required: Switch = False
    readonly: Switch = False
    disabled: bool = False
    hide: Expression | None = None
    choices: Choices | None = None
    default: object = None
    min_length: Bound = None
    max_length: Bound = None
    pattern: str = ""
    pattern_text: str = ""
    validation_type: str = ""
    minimum: Bound = None
    maximum: Bound = None
    digits: int | None = None
    step: Decimal | None = None
    subtype: str = ""
    """Of ``datetime``: date, time or datetime."""
    widget: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    check: Expression | None = None
    check_text: str = ""
    expression: Expression | None = None
    """Of ``expression``: what computes the value."""
    source: Expression | None = None
    """Of ``table``: the rows."""
    columns: tuple[Column, ...] = ()
    children: tuple[Component, ...] = ()
    can_add: bool = True
    first_rows: int = 0
    layout_row: str = ""
    layout_columns: int | None = None

    @property
    def is_input(self) -> bool:
        """Tell whether a person gives this component a value."""
        return self.type in INPUT_TYPES

    @property
    def is_list(self) -> bool:
        """Tell whether the component is a dynamic list."""
        return self.type == "dynamiclist"

    @property
    def rows_from(self) -> str:
        """Return the context name whose rows a fixed list goes through ('' for a free list)."""
        return self.properties.get("rowsFrom", "")

    @property
    def row_key(self) -> str:
        """Return the column by which posted rows are matched to the rows of ``rows_from``."""
        return self.properties.get("rowKey", "")

    def expressions(self) -> Iterator[Expression]:
        """Yield every FEEL expression of this component, not of its children."""
        for candidate in (
            self.required,
            self.readonly,
            self.hide,
            self.min_length,
            self.max_length,
            self.minimum,
            self.maximum,
            self.check,
            self.expression,
            self.source,
            self.choices.expression if self.choices else None,
            *self.label.parts,
            *self.hint.parts,
            *self.text.parts,
        ):
            if isinstance(candidate, Expression):
                yield candidate


@dataclass(frozen=True, kw_only=True)
class Form:
    """A parsed form."""

    id: str
    components: tuple[Component, ...]
    sha256: str

    def walk(self) -> Iterator[Component]:
        """Yield all components, outer before inner."""
        stack = list(reversed(self.components))
        while stack:
            component = stack.pop()
            yield component
            stack.extend(reversed(component.children))

    def top(self) -> Iterator[Component]:
        """Return the components that own a top-level key, in order (groups are passed through)."""
        return iter(self._top)

    @cached_property
    def _top(self) -> tuple[Component, ...]:
        return tuple(keyed(self.components))

    @cached_property
    def keys(self) -> frozenset[str]:
        """Return the top-level keys that a completed form may set."""
        return frozenset(component.key for component in self.top())


def keyed(components: tuple[Component, ...]) -> Iterator[Component]:
    """Yield the components with a key at this level of values; groups add no level of their own."""
    for component in components:
        if component.type == "group":
            yield from keyed(component.children)
        elif component.key:
            yield component
