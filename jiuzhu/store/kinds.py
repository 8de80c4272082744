"""Tables of the record kinds, made from their dataclasses: same name, same columns, nothing to write twice.

Each table has a counted ``seq`` (insertion order) beside the kind's own key, which is unique. Personal fields
are sealed.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Table, Text, UniqueConstraint
from sqlalchemy.types import TypeEngine

from jiuzhu.domain.records import Span
from jiuzhu.domain.rows import KINDS, Row, personal_fields
from jiuzhu.store.tables import Counted, metadata
from jiuzhu.store.types import Instant, Json, Money, SealedDate, SealedJson, SealedMoney, SealedText

R = TypeVar("R", bound=Row)

PLAIN: dict[type, type[TypeEngine[Any]]] = {
    str: Text,
    int: BigInteger,
    bool: Boolean,
    Decimal: Money,
    datetime: Instant,
    date: Date,
}
SEALED: dict[type, type[TypeEngine[Any]]] = {str: SealedText, date: SealedDate, Decimal: SealedMoney}
SEQ = "seq"


def _column_type(hint: Any, *, is_personal: bool) -> tuple[TypeEngine[Any], bool]:
    """Return column type and whether it may be empty."""
    optional = False
    if get_origin(hint) in (Union, types.UnionType):
        rest = [one for one in get_args(hint) if one is not type(None)]
        optional = len(rest) < len(get_args(hint))
        hint = rest[0] if len(rest) == 1 else Any
    if is_personal:
        return SEALED.get(hint, SealedJson)(), optional
    return PLAIN.get(hint, Json)(), optional


def build_table(kind: type[Row]) -> Table:
    """Add a kind's table to the metadata."""
    hints = get_type_hints(kind)
    sealed = personal_fields(kind)
    columns: list[Column[Any]] = [Column(SEQ, Counted, primary_key=True, autoincrement=True)]
    for field in fields(kind):
        column_type, optional = _column_type(hints[field.name], is_personal=field.name in sealed)
        columns.append(Column(field.name, column_type, nullable=optional))
    rules: list[Any] = [UniqueConstraint(*kind.key)]
    rules += [UniqueConstraint(*names) for names in kind.unique]
    rules += [Index(None, *names) for names in kind.indexes]
    return Table(kind.table, metadata, *columns, *rules)


TABLES: Mapping[type[Row], Table] = {kind: build_table(kind) for kind in KINDS}


_NAMES: Mapping[type[Row], tuple[str, ...]] = {kind: tuple(field.name for field in fields(kind)) for kind in KINDS}


def names_of(kind: type[Row]) -> tuple[str, ...]:
    """Return the field names of a kind in order."""
    return _NAMES[kind]


def row_from(kind: type[R], record: Any) -> R:
    """Make the dataclass out of a database row that has all columns."""
    return kind(**{name: getattr(record, name) for name in names_of(kind)})


def key_of(row: Row) -> tuple[Any, ...]:
    """Return the primary key values of a row."""
    return tuple(getattr(row, name) for name in row.key)


def matches(row: Row, equals: Iterable[tuple[str, Any]]) -> bool:
    """True when every named field equals the value, is one of a tuple of values, or lies in a span."""
    return all(_fits(getattr(row, name), value) for name, value in equals)


def _fits(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Span):
        return wanted.holds(value)
    return bool(value in wanted if isinstance(wanted, tuple) else value == wanted)
