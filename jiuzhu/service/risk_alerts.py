"""A department's list of families at risk: a CSV or XLSX, checked row by row; a good row becomes an alert of its town
(QJ-06).

A row that is wrong is named with each of its faults by column, and the others go; the same row again starts nothing.
The heading is the form's: its keys or its Chinese labels; choices by code or label, a village by code or name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.engine.forms import Form
from jiuzhu.errors import Forbidden, Invalid, NotFound, Refused
from jiuzhu.service import cases, spreadsheets
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
DAYS, COUNTS, NUMBERS = frozenset({"risk_on"}), frozenset({"risk_signal_count"}), frozenset({"risk_resident_id"})
MOST = 2000
MOST_AT_ONCE = 300
"""Rows that a page takes in while somebody waits for the answer."""
LOST = "号码是按数字保存的，末几位已经丢失；请把这一列设成文本格式，重新填写"


@dataclass(frozen=True, kw_only=True)
class AlertLine:
    """What became of one row; ``line`` counts as a spreadsheet shows it."""

    line: int
    number: str
    """Number of the alert, '' when the row was refused."""
    again: bool
    """True: the row had been taken in before."""
    faults: Sequence[tuple[str, str]]
    """Place (``C 所在村（社区）``; '' for the row as a whole) and sentence of each fault."""

    @property
    def fault(self) -> str:
        """Return all faults in one sentence."""
        return "；".join(f"{place} {sentence}".strip() for place, sentence in self.faults)


@dataclass(frozen=True, kw_only=True)
class Heading:
    """Where each column stands in the file, how it is called, and which words stand for its codes."""

    places: Mapping[str, int]
    labels: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]

    def place(self, key: str) -> str:
        """Return a column as people find it: its letter and its label."""
        column = key.partition("[")[0].partition(".")[0]
        if column not in self.places:
            return self.labels.get(column, column)
        return f"{spreadsheets.letter_of(self.places[column])}列“{self.labels.get(column, column)}”"


def may_import(office: Office, actor: Actor) -> bool:
    """True for whoever may start an alert."""
    return any(one.key == PROCESS for one in cases.startable(office, actor))


def import_alerts(office: Office, actor: Actor, data: bytes | str, *, most: int = MOST) -> Sequence[AlertLine]:
    """Start an alert for each good row. Raises Forbidden, Invalid (no table, heading, too many rows)."""
    page = cases.start_form(office, actor, PROCESS)
    rows = spreadsheets.read_rows(data.encode() if isinstance(data, str) else data)
    heading = _heading(rows[0] if rows else (), page.sheet.form, page.sheet.context)
    wanted = [(line, row) for line, row in enumerate(rows[1:], start=2) if any(row)]
    if not wanted:
        raise Invalid("名单是空的。", {"file": "表头下面没有一行内容。"})
    if len(wanted) > most:
        raise Invalid("名单太长。", {"file": f"一次最多 {most} 行，这份有 {len(wanted)} 行，请分成几份上传。"})
    return [_take(office, actor, heading, line, row) for line, row in wanted]


def template(office: Office, actor: Actor) -> str:
    """Return the heading of a list as one line of CSV, in the form's own words. Raises Forbidden."""
    page = cases.start_form(office, actor, PROCESS)
    labels = _labels(page.sheet.form)
    return ",".join(labels.get(column, column) for column in COLUMNS) + "\r\n"


def _heading(row: Sequence[str], form: Form, context: Mapping[str, Any]) -> Heading:
    labels = _labels(form)
    names = {**{labels.get(column, column): column for column in COLUMNS}, **{column: column for column in COLUMNS}}
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        column = names.get(cell)
        if column in found:
            raise Invalid("名单的表头不对。", {"file": f"列“{cell}”出现了两次。"})
        if column is not None:
            found[column] = place
    missing = [labels.get(column, column) for column in COLUMNS if column not in found]
    if missing:
        raise Invalid("名单的表头不对。", {"file": f"缺少列：{'、'.join(missing)}"})
    return Heading(places=found, labels=labels, codes=_codes(form, context))


def _labels(form: Form) -> dict[str, str]:
    words = {one.key: "".join(part for part in one.label.parts if isinstance(part, str)) for one in form.walk()}
    return {column: words[column] for column in COLUMNS if words.get(column)}


def _codes(form: Form, context: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return column → label → code, of the form's own options and of the villages that the person may choose."""
    found: dict[str, dict[str, str]] = {}
    for one in form.walk():
        if one.key in COLUMNS and one.choices is not None:
            found[one.key] = {option.label: str(option.value) for option in one.choices.fixed}
    villages = context.get("own_village_choices") or ()
    found["village"] = {str(one["label"]): str(one["value"]) for one in villages}
    return found


def _take(office: Office, actor: Actor, heading: Heading, line: int, row: Sequence[str]) -> AlertLine:
    cells = {column: row[place] if place < len(row) else "" for column, place in heading.places.items()}
    data = {column: _value(heading, column, cells[column]) for column in COLUMNS}
    lost = [column for column in NUMBERS if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", cells[column])]
    if lost:
        return _refused(line, [(heading.place(column), LOST) for column in lost])
    once = hashlib.sha256("\n".join([PROCESS, *data.values()]).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    given: dict[str, Any] = dict(data)
    for column in COUNTS:
        given[column] = int(data[column]) if re.fullmatch(r"[0-9]{1,6}", data[column]) else data[column]
    try:
        made = cases.start_case(office, actor, PROCESS, given, once=once)
    except Invalid as error:
        faults = [(heading.place(key), sentence) for key, sentence in error.faults.items()]
        return _refused(line, faults or [("", error.sentence)])
    except (Refused, Forbidden, NotFound) as error:
        return _refused(line, [("", error.sentence)])
    return AlertLine(line=line, number=made.record_no, again=made.already_done, faults=())


def _value(heading: Heading, column: str, cell: str) -> str:
    if column in DAYS:
        return spreadsheets.day_text(cell)
    return heading.codes.get(column, {}).get(cell, cell)


def _refused(line: int, faults: Sequence[tuple[str, str]]) -> AlertLine:
    return AlertLine(line=line, number="", again=False, faults=tuple(faults))
