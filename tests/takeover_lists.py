"""Lists of households to take over, as a district would send them: rows under the template's headings, CSV or XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from jiuzhu.domain.takeover_columns import COLUMNS
from jiuzhu.service.workbooks import write_workbook
from tests.forms_people import resident_id

TOWN, VILLAGE = "北石店镇", "示例一村"
HEADING = [one.label for one in COLUMNS]
SOUND: Mapping[str, str] = {
    "town": TOWN,
    "village": VILLAGE,
    "programme": "低保",
    "area": "农村",
    "amount_monthly": "480.00",
    "since": "2021-03",
    "paid_through": "2026-08",
    "bank_name": "示例农商行",
    "bank_account": "",
    "next_review": "2027-03-31",
    "paper_place": "镇档案室3柜5盒",
    "decision_no": "城救〔2021〕12号",
}


def account(serial: int) -> str:
    """Return an account number of nobody with its Luhn digit."""
    digits = f"999966{serial:09d}"
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def household(serial: int, members: int = 2, **values: str) -> list[dict[str, str]]:
    """Return the rows of a sound household; ``values`` go into the head's row."""
    head = {
        **SOUND,
        "household_key": str(serial),
        "relation": "本人",
        "name": f"存量{serial}",
        "resident_id": resident_id("19600101", serial),
        "bank_account": account(serial),
        **values,
    }
    rows = [head]
    for place in range(1, members):
        rows.append(
            {
                "household_key": head["household_key"],
                "relation": "子女",
                "name": f"存量{serial}之{place}",
                "resident_id": resident_id(f"199{place}0101", serial),
            }
        )
    return rows


def table(rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Return heading and cells."""
    return [HEADING, *([str(row.get(one.key, "")) for one in COLUMNS] for row in rows)]


def as_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the list as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows(table(rows))
    return out.getvalue().encode()


def as_xlsx(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the list as XLSX."""
    heading, *lines = table(rows)
    return write_workbook("存量名单", heading, ["text"] * len(heading), lines)
