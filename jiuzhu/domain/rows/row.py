"""The words in which rows are written: base class, personal fields, indexes."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar


def personal(**options: Any) -> Any:
    """Mark a field as personal data: its column is encrypted, so it can be read but never searched."""
    return field(metadata={"personal": True}, **options)


@dataclass(frozen=True, kw_only=True)
class Row:
    """Base of all row kinds. ``key`` names the primary key fields; ``table`` the table.

    Fields are str, int, bool, Decimal, date, datetime (aware UTC), one of these or None, and JSON (``list[Any]``,
    ``dict[str, Any]``).
    A tuple in ``indexes`` names columns that are looked up together; ``unique`` those that occur once.
    """

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = ()
    unique: ClassVar[tuple[tuple[str, ...], ...]] = ()
    append_only: ClassVar[bool] = False
    """True: a row is never changed, what was wrong is corrected by another row."""


def personal_fields(kind: type[Row]) -> frozenset[str]:
    """Return the names of the fields whose columns are encrypted."""
    return frozenset(f.name for f in fields(kind) if f.metadata.get("personal"))
