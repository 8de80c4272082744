"""A list that somebody sends as a spreadsheet: CSV or XLSX in, rows of texts out, bounded before anything is believed.

Only the first sheet is read, and of a cell what it shows: no formula is computed, nothing outside the file is opened.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lxml import etree

from jiuzhu.engine.xml import stream_xml
from jiuzhu.errors import DeploymentRefused, Invalid

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5000
MOST_COLUMNS = 60
LONGEST_CELL = 2000
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})\Z")
_DAY_ZERO = date(1899, 12, 30)
"""Day 0 of a spreadsheet's calendar, as far as days after February 1900 are concerned."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of a file is taken in: its bytes, those of its parts when unpacked, its rows."""

    packed: int = MOST_BYTES
    unpacked: int = MOST_BYTES
    rows: int = MOST_ROWS


LIST = Limits()
"""A list that somebody waits for."""


def read_rows(data: bytes, limits: Limits = LIST) -> Sequence[Sequence[str]]:
    """Return the rows of a file, the first of them its heading. Raises Invalid with what to do."""
    if not data.strip():
        raise _wrong("文件是空的，请选择要上传的名单。")
    if len(data) > limits.packed:
        raise _wrong(f"文件超过 {limits.packed // 1024 // 1024} MB，请分成几份上传。")
    if data.startswith(_OLE):
        raise _wrong("这是旧式的 XLS 文件或者加了密码的文件，请另存为 XLSX 或 CSV 再上传。")
    rows = list(_of_workbook(data, limits) if data.startswith(_ZIP) else _of_text(data, limits))
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def letter_of(column: int) -> str:
    """Return the letters by which a spreadsheet names a column, counted from 0."""
    found, rest = "", column + 1
    while rest:
        rest, step = divmod(rest - 1, 26)
        found = chr(ord("A") + step) + found
    return found


def day_text(cell: str) -> str:
    """Return a date as text: what a workbook keeps as a number of days, and 2026/9/1, become 2026-09-01."""
    if re.fullmatch(r"\d{5}(\.0+)?", cell):
        return (_DAY_ZERO + timedelta(days=int(cell[:5]))).isoformat()
    parts = re.fullmatch(r"(\d{4})[/.年-](\d{1,2})[/.月-](\d{1,2})日?", cell)
    return f"{parts[1]}-{int(parts[2]):02d}-{int(parts[3]):02d}" if parts else cell


def _of_text(data: bytes, limits: Limits) -> Iterator[list[str]]:
    """Yield the rows of a CSV: UTF-8, or GB 18030, in which Chinese spreadsheets save it."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise _wrong("文件不是 CSV 或 XLSX，请另存为 XLSX 再上传。") from None
    if "\x00" in text:
        raise _wrong("文件不是 CSV 或 XLSX，请另存为 XLSX 再上传。")
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
            _require_few(number, len(row), limits)
            yield [_cell(one) for one in row]
    except csv.Error:
        raise _wrong("文件的某一行不成表格，请另存为 XLSX 再上传。") from None


def _of_workbook(data: bytes, limits: Limits) -> Iterator[list[str]]:
    """Yield the rows of the first sheet of an XLSX."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parcel:
            sheet, strings = _part(parcel, SHEET, limits), _part(parcel, STRINGS, limits, needed=False)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError, OSError):
        raise _wrong("XLSX 文件打不开，请重新保存后再上传。") from None
    known = [_words(one) for one in _elements(strings, STRINGS, "{*}si", limits)] if strings else []
    following = 1
    for row in _elements(sheet, SHEET, "{*}row", limits):
        number = int(row.get("r", "")) if row.get("r", "").isdecimal() else following
        _require_few(number, 0, limits)
        while following < number:
            following += 1
            yield []
        following += 1
        yield _cells(row, known, limits)


def _elements(content: bytes, name: str, tag: str, limits: Limits) -> Iterator[etree._Element]:
    try:
        yield from stream_xml(content, name, tag, limits.unpacked)
    except DeploymentRefused as error:
        said = getattr(error.findings[0], "message", "")
        raise _wrong(f"XLSX 文件读不了：{said}") from None


def _cells(row: etree._Element, known: Sequence[str], limits: Limits) -> list[str]:
    found: dict[int, str] = {}
    for place, cell in enumerate(row.iterchildren("{*}c")):
        named = _PLACE.match(cell.get("r", ""))
        column = _column(named[1]) if named else place
        _require_few(1, column + 1, limits)
        found[column] = _shown(cell, known)
    return [found.get(column, "") for column in range(max(found, default=-1) + 1)]


def _shown(cell: etree._Element, known: Sequence[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _cell(_words(cell))
    value = next((one.text or "" for one in cell.iterchildren("{*}v")), "")
    if kind == "s":
        return _cell(known[int(value)]) if value.isdecimal() and int(value) < len(known) else ""
    return _cell(value.removesuffix(".0"))


def _words(element: etree._Element) -> str:
    """Return the text of a string, its formatted pieces put together, without the reading aids of East Asia."""
    spoken = {text for aid in element.iter("{*}rPh") for text in aid.iter("{*}t")}
    pieces = (one for one in element.iter("{*}t") if one not in spoken)
    return "".join(one.text or "" for one in pieces)


def _part(parcel: zipfile.ZipFile, name: str, limits: Limits, *, needed: bool = True) -> bytes:
    """Return a part of a workbook; what it would unpack to is measured first."""
    sizes: Mapping[str, int] = {one.filename: one.file_size for one in parcel.infolist()}
    if name not in sizes:
        if needed:
            raise _wrong("XLSX 文件里没有第一张工作表，请把名单放在第一张工作表。")
        return b""
    if sizes[name] > limits.unpacked:
        raise _wrong("名单太长，请分成几份上传。")
    with parcel.open(name) as part:
        return part.read(limits.unpacked + 1)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _cell(text: str) -> str:
    stripped = text.strip()
    if len(stripped) > LONGEST_CELL:
        raise _wrong(f"有一格超过 {LONGEST_CELL} 个字，请改短。")
    return stripped


def _require_few(rows: int, columns: int, limits: Limits) -> None:
    if rows > limits.rows or columns > MOST_COLUMNS:
        raise _wrong(f"名单太大，最多 {limits.rows} 行、{MOST_COLUMNS} 列，请分成几份上传。")


def _wrong(sentence: str) -> Invalid:
    return Invalid("名单读不了。", {"file": sentence})
