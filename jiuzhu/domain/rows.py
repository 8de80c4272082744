"""Rows of the record: one frozen dataclass per table that record tasks read and write.

``store`` has a table for each (same name, same columns); every row class is listed in ``KINDS``.
Personal data stand in fields marked with ``personal()``: their columns are encrypted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar


def personal(**options: Any) -> Any:
    """Mark a field as personal data: its column is encrypted."""
    return field(metadata={"personal": True}, **options)


@dataclass(frozen=True, kw_only=True)
class Row:
    """Base of all row kinds. ``key`` names the primary key fields; ``table`` the table."""

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
