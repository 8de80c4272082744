"""Which values each document needs: template -> fields, with types and Chinese labels.

``fields_of(template)`` is what whoever fills a document reads (``docs/documents.md`` is the same table as a page,
made by ``tools/make_documents.py``). Values are canonical: ISO dates and instants, money as decimal strings, codes
for enumerations (``workers.documents.words``), lists of dicts for tables. The words on the paper are made here, once,
for the Word file and for its HTML twin alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from workers.documents.words import Words

FieldType: TypeAlias = Literal[
    "text", "date", "instant", "money", "integer", "boolean", "month", "choice", "list", "table"
]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value of a document."""

    name: str
    type: FieldType
    label: str
    required: bool = False
    words: Words = field(default_factory=dict)
    """Codes of a choice and their words."""
    columns: tuple[Field, ...] = ()
    """Columns of a table."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """A document: its title, its values and the requirements it serves."""

    key: str
    title: str
    fields: tuple[Field, ...]
    sources: tuple[str, ...] = ()
    landscape: bool = False

    def field(self, name: str) -> Field:
        """Return one field; raises KeyError."""
        return next(each for each in self.fields if each.name == name)


def text(name: str, label: str, *, required: bool = False) -> Field:
    """A sentence or name, as typed."""
    return Field(name=name, type="text", label=label, required=required)


def day(name: str, label: str, *, required: bool = False) -> Field:
    """A date (ISO date or instant; the day in Asia/Shanghai is printed)."""
    return Field(name=name, type="date", label=label, required=required)


def instant(name: str, label: str, *, required: bool = False) -> Field:
    """A moment, printed with hour and minute in Asia/Shanghai."""
    return Field(name=name, type="instant", label=label, required=required)


def month(name: str, label: str, *, required: bool = False) -> Field:
    """A month, ``2026-10``."""
    return Field(name=name, type="month", label=label, required=required)


def money(name: str, label: str, *, required: bool = False) -> Field:
    """An amount in yuan, a decimal string with two places."""
    return Field(name=name, type="money", label=label, required=required)


def whole(name: str, label: str, *, required: bool = False) -> Field:
    """A count."""
    return Field(name=name, type="integer", label=label, required=required)


def yes_no(name: str, label: str, *, required: bool = False) -> Field:
    """A boolean, printed 是 or 否."""
    return Field(name=name, type="boolean", label=label, required=required)


def choice(name: str, label: str, words: Words, *, required: bool = False) -> Field:
    """A code with a word."""
    return Field(name=name, type="choice", label=label, required=required, words=words)


def lines(name: str, label: str, *, required: bool = False) -> Field:
    """A list of sentences."""
    return Field(name=name, type="list", label=label, required=required)


def table(name: str, label: str, *columns: Field, required: bool = False) -> Field:
    """A list of rows."""
    return Field(name=name, type="table", label=label, required=required, columns=columns)


def catalogue(*groups: tuple[Template, ...]) -> Mapping[str, Template]:
    """Return templates by key; raises ValueError when two have one key."""
    found: dict[str, Template] = {}
    for template in (each for group in groups for each in group):
        if template.key in found:
            raise ValueError(f"two templates are called {template.key}")
        found[template.key] = template
    return MappingProxyType(found)
