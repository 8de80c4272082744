"""A department's list of families at risk: a CSV, checked row by row; a good row becomes an alert of its town (QJ-06).

A row that is wrong is named with its reason and the others go; the same row again starts nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Invalid, Refused
from jiuzhu.service import cases
from jiuzhu.service.office import Office

PROCESS = "shared_risk_alert"
COLUMNS = (
    "applicant_name",
    "risk_resident_id",
    "village",
    "household_marker",
    "risk_department",
    "risk_on",
    "risk_signal",
    "risk_signal_count",
    "found_situation",
)
"""Heading of the file: the keys of form ``risk_alert``."""
MOST = 2000


@dataclass(frozen=True, kw_only=True)
class AlertLine:
    """What became of one row; ``line`` counts from 2, as a spreadsheet shows it."""

    line: int
    number: str
    """Number of the alert, '' when the row was refused."""
    again: bool
    """True: the row had been taken in before."""
    fault: str


def import_alerts(office: Office, actor: Actor, text: str) -> Sequence[AlertLine]:
    """Start an alert for each good row. Raises Invalid (heading, too many rows)."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")))
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise Invalid("名单的表头不对。", {"file": f"缺少列：{'、'.join(missing)}"})
    rows = list(reader)
    if len(rows) > MOST:
        raise Invalid("名单太长。", {"file": f"一次最多 {MOST} 行。"})
    return [_take(office, actor, line, row) for line, row in enumerate(rows, start=2)]


def _take(office: Office, actor: Actor, line: int, row: dict[str, str | None]) -> AlertLine:
    data = {column: (row.get(column) or "").strip() for column in COLUMNS}
    once = hashlib.sha256("\n".join([PROCESS, *data.values()]).encode()).hexdigest()[:32]
    count = data["risk_signal_count"]
    given = {**data, "risk_signal_count": int(count) if count.isdecimal() else count}
    try:
        made = cases.start_case(office, actor, PROCESS, given, once=once)
    except Invalid as error:
        said = "；".join(f"{key} {sentence}" for key, sentence in error.faults.items())
        return AlertLine(line=line, number="", again=False, fault=said or error.sentence)
    except Refused as error:
        return AlertLine(line=line, number="", again=False, fault=error.sentence)
    return AlertLine(line=line, number=made.record_no, again=made.already_done, fault="")
