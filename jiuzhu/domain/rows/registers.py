"""Rows of the registers that are data (``config/registers``): only added; a correction is a row of its own."""

# ruff: noqa: RUF009 (personal() returns a dataclass field)

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class RegisterRow(Row):
    """One line of one register (R-21): what, where, who, when, with which evidence."""

    table: ClassVar[str] = "register_row"
    key: ClassVar[tuple[str, ...]] = ("row_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("register", "district"), ("case_no",))
    append_only: ClassVar[bool] = True

    row_no: str
    register: str
    district: str
    organisation: str
    """District, town or village that the row belongs to."""
    values: dict[str, Any]
    sealed: dict[str, Any] = personal()
    """Columns that hold personal data."""
    attachments: list[str]
    case_no: str = ""
    record_no: str = ""
    """Process instance that wrote the row; '' when a person entered it."""
    corrects: str = ""
    """Number of the row that this one takes the place of."""
    reason: str = ""
    """Why it was corrected."""
    entered_by: str = ""
    """Person; '' for a timer."""
    entered_by_name: str = ""
    entered_at: datetime
    sha256: str
    """Over everything the row says."""
