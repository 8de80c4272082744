"""What the simulated sources know: one CSV file a source, one row a person.

Columns: ``resident_id,name,outcome,amount,detail``. ``outcome`` scripts the source:

- ``record`` an entry with amount and detail; ``none`` no entry (as for anybody without a row);
- ``doubt``, ``mismatch`` the source itself says so;
- ``wrong_id`` number and name do not belong together (also without a row, when the number's check digit is wrong);
- ``timeout`` the source stays silent; ``busy`` it answers 503; ``refuse`` it answers 403;
- ``timeout_once``, ``busy_once`` silent or busy at the first question about the person, then as ``record``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from jiuzhu.domain.identity import check_character
from jiuzhu.domain.words import LIFE_SOURCES, MEANS_SOURCES
from jiuzhu.errors import ConfigurationError

SOURCES = {**MEANS_SOURCES, **LIFE_SOURCES}
"""The eleven sources of 57 art 17, and who knows whether a person is alive, with their Chinese names."""

COLUMNS = ("resident_id", "name", "outcome", "amount", "detail")
OUTCOMES = frozenset(
    {"record", "none", "doubt", "mismatch", "wrong_id", "timeout", "timeout_once", "busy", "busy_once", "refuse"}
)
LABEL = "模拟数据"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row."""

    name: str
    outcome: str
    amount: str
    detail: str


class Answers:
    """What all sources know, read once."""

    def __init__(self, rows: Mapping[str, Mapping[str, Entry]]) -> None:
        self._rows = rows

    @classmethod
    def read(cls, folder: Path) -> Answers:
        """Read ``<source>.csv`` of a folder; a source without a file knows nobody.

        Raises:
            ConfigurationError: a file of an unknown source, a missing column, an unknown outcome, a bad amount.
        """
        if not folder.is_dir():
            raise ConfigurationError(f"exchange data folder not found: {folder}")
        rows: dict[str, dict[str, Entry]] = {}
        for path in sorted(folder.glob("*.csv")):
            if path.stem not in SOURCES:
                raise ConfigurationError(f"{path.name}: not one of the sources {', '.join(SOURCES)}")
            rows[path.stem] = _read(path)
        return cls(rows)

    def entry(self, source: str, resident_id: str) -> Entry | None:
        """Return what a source has about a person; None when it has nothing."""
        return self._rows.get(source, {}).get(resident_id.strip().upper())


def _read(path: Path) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ConfigurationError(f"{path.name}: columns must be {','.join(COLUMNS)}")
        for row in reader:
            where = f"{path.name}, line {reader.line_num}"
            if None in row or None in row.values():
                raise ConfigurationError(f"{where}: {len(COLUMNS)} columns are needed")
            if row["outcome"] not in OUTCOMES:
                raise ConfigurationError(f"{where}: unknown outcome {row['outcome']!r}")
            number = row["resident_id"].strip().upper()
            if number in found:
                raise ConfigurationError(f"{where}: {number} stands twice")
            found[number] = Entry(
                name=row["name"].strip(),
                outcome=row["outcome"],
                amount=_amount(where, row["amount"]),
                detail=row["detail"],
            )
    return found


def _amount(where: str, text: str) -> str:
    if not text.strip():
        return ""
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise ConfigurationError(f"{where}: {text!r} is no amount") from None
    return f"{amount:.2f}"


def answer(source: str, entry: Entry | None, resident_id: str, name: str) -> dict[str, Any]:
    """Return the JSON answer about one person (outcomes that are no answers are the server's affair)."""
    made: dict[str, Any] = {"label": LABEL, "source": SOURCES[source], "found": entry is not None, "flag": ""}
    if not is_valid_number(resident_id):
        return {**made, "found": False, "flag": "mismatch", "detail": "身份证号校验码不正确，查无此人"}
    if entry is None or entry.outcome == "none":
        return {**made, "found": False, "detail": entry.detail if entry else ""}
    if entry.outcome == "wrong_id" or (entry.name and entry.name != name):
        return {**made, "found": False, "flag": "mismatch", "detail": entry.detail or "姓名与身份证号不一致"}
    flag = entry.outcome if entry.outcome in ("doubt", "mismatch") else ""
    return {**made, "flag": flag, "amount": entry.amount or None, "detail": entry.detail}


def is_valid_number(resident_id: str) -> bool:
    """True when the number has 18 characters and the right check digit (GB 11643)."""
    number = resident_id.strip().upper()
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit():
        return False
    return number[17] == check_character(number[:17])
