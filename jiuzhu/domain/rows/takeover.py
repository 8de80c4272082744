"""存量: a list of households that are already helped, taken over without inventing a case for them."""

# ruff: noqa: RUF009 (personal() returns a dataclass field)

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class Takeover(Row):
    """One list that was checked, handed over, released, undone. The list itself lies with the files under its hash."""

    table: ClassVar[str] = "takeover"
    key: ClassVar[tuple[str, ...]] = ("import_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "state"),)

    import_no: str
    district: str
    state: str
    """faulty, checked, submitted, releasing (batches are being written), released, returned, undoing or undone."""
    file_name: str
    sha256: str
    households: int
    persons: int
    amount_monthly: Decimal
    """What the households get a month, together."""
    fault_count: int
    faults: list[Any] = personal()
    """The first faults as {row, place, sentence}: they name people."""
    checked_by: str
    checked_at: datetime
    submitted_at: datetime | None = None
    released_by: str = ""
    released_at: datetime | None = None
    undone_by: str = ""
    undone_at: datetime | None = None
    reason: str = ""
    """Why it was returned or undone."""
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class TakeoverLine(Row):
    """One household of a released list: what it became, and the opening balance that the first payment reconciles.

    Its dossier number is the household's case number; the column is named otherwise, because a list is no household.
    """

    table: ClassVar[str] = "takeover_line"
    key: ClassVar[tuple[str, ...]] = ("import_no", "line")
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("import_no", "recipient_no"),)

    import_no: str
    line: int
    """Row of the household's head in the file, as a spreadsheet counts it."""
    recipient_no: str
    dossier_no: str
    town: str
    village: str
    programme: str
    payer: str
    amount_monthly: Decimal
    state: str
    """active or suspended, as it was taken over."""
    paid_through: str
    """Last month that was paid before the list was taken over, YYYY-MM."""
    first_month: str
    """First month that is paid from here, YYYY-MM."""
