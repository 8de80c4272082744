"""How a row of a register is made: its number, its parts, the hash over what it says. Pages and diagrams share it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from jiuzhu.domain.audit import sha256_of
from jiuzhu.domain.instants import day_of, iso
from jiuzhu.domain.registers import Register
from jiuzhu.domain.rows import RegisterRow


def series_of(register: Register, district: str, today: date) -> str:
    """Return the series that numbers a register's rows of a year."""
    return f"register:{register.name}:{district}:{today.year}"


def make_row(
    register: Register,
    values: Mapping[str, Any],
    *,
    number: int,
    short: str,
    district: str,
    organisation: str,
    now: datetime,
    entered_by: str,
    entered_by_name: str,
    case_no: str = "",
    record_no: str = "",
) -> RegisterRow:
    """Return a row with its number ``<district>-<register>-<year>-<serial>``; unknown keys are left out."""
    plain, sealed, files = register.split(values)
    row_no = f"{short}-{register.label}-{day_of(now).year}-{number:04d}"
    said = {"row_no": row_no, "organisation": organisation, "values": plain, "sealed": sealed, "files": files}
    return RegisterRow(
        row_no=row_no,
        register=register.name,
        district=district,
        organisation=organisation,
        values=plain,
        sealed=sealed,
        attachments=files,
        case_no=case_no,
        record_no=record_no,
        entered_by=entered_by,
        entered_by_name=entered_by_name,
        entered_at=now,
        sha256=sha256_of({**said, "case_no": case_no, "by": entered_by, "at": iso(now)}),
    )
