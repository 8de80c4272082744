"""Writes tables as XLSX: a heading row each, numbers as numbers, every text as text.

A text is never a formula, whatever it begins with: it stands as an inline string, and one that a spreadsheet might
take for a formula when somebody edits the cell also carries the mark that it is text.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from jiuzhu.service.spreadsheets import letter_of

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"percent": 2, "money": 3, "number": 3}
"""Kind of a column → style of its numbers."""
PLAIN, QUOTED, BOLD = 0, 1, 4
FORMULA = frozenset("=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}") | {
    "\N{FULLWIDTH COMMERCIAL AT}"
}
"""What a spreadsheet may take for the beginning of a formula, also in the wide letters of a Chinese keyboard."""
_CONTROL = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
_SHORT, _LONG = 8, 60

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" xfId="0"/>'
    '<xf numFmtId="49" xfId="0" applyNumberFormat="1" quotePrefix="1"/>'
    '<xf numFmtId="10" xfId="0" applyNumberFormat="1"/><xf numFmtId="4" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" xfId="0" applyFont="1"/></cellXfs></styleSheet>'
)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: its name, heading, what the numbers of each column are, and its rows."""

    title: str
    headings: Sequence[str]
    kinds: Sequence[str]
    rows: Sequence[Sequence[Any]]
    typed: bool = False
    """True: to be filled in; a number of 18 digits that somebody types stays the text that it is."""


def looks_like_formula(text: str) -> bool:
    """Return whether a spreadsheet might take a text for a formula."""
    return text.lstrip(" \N{IDEOGRAPHIC SPACE}")[:1] in FORMULA and bool(text)


def write_workbook(title: str, headings: Sequence[str], kinds: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return an XLSX with one sheet; ``kinds`` says of each column what its numbers are."""
    return write_sheets([Sheet(title=title, headings=headings, kinds=kinds, rows=rows)])


def write_sheets(sheets: Sequence[Sheet]) -> bytes:
    """Return an XLSX with these sheets."""
    numbers = range(1, len(sheets) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{one}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for one in numbers
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{kinds}'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
        + "".join(
            f'<sheet name="{_sheet_name(sheet.title)}" sheetId="{one}" r:id="rId{one}"/>'
            for one, sheet in zip(numbers, sheets, strict=True)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [*(("worksheet", f"worksheets/sheet{one}.xml") for one in numbers), ("styles", "styles.xml")]
        ),
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{one}.xml": _sheet(sheet) for one, sheet in zip(numbers, sheets, strict=True)},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parcel:
        for name, content in parts.items():
            parcel.writestr(name, _HEAD + content)
    return out.getvalue()


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{one}" Type="{_REL}/{kind}" Target="{target}"/>'
        for one, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _sheet(sheet: Sheet) -> str:
    lines = [_line(1, [(heading, "text") for heading in sheet.headings], BOLD)]
    lines += [_line(at, list(zip(row, sheet.kinds, strict=True)), PLAIN) for at, row in enumerate(sheet.rows, start=2)]
    style = f' style="{QUOTED}"' if sheet.typed else ""
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{_width(heading, [row[at - 1] for row in sheet.rows])}"{style} '
        'customWidth="1"/>'
        for at, heading in enumerate(sheet.headings, start=1)
    )
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>{''.join(lines)}</sheetData></worksheet>"
    )


def _line(number: int, cells: Sequence[tuple[Any, str]], style: int) -> str:
    places = [f"{letter_of(place)}{number}" for place in range(len(cells))]
    made = "".join(_cell(place, value, kind, style) for place, (value, kind) in zip(places, cells, strict=True))
    return f'<row r="{number}">{made}</row>'


def _cell(place: str, value: Any, kind: str, style: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return f'<c r="{place}" s="{FORMATS.get(kind, style)}"><v>{value}</v></c>'
    text = str(value).translate(_CONTROL)
    chosen = QUOTED if looks_like_formula(text) else style
    return f'<c r="{place}" s="{chosen}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _width(heading: str, values: Sequence[Any]) -> int:
    longest = max((len(str(one)) for one in (heading, *values) if one is not None), default=0)
    return min(max(longest * 2, _SHORT), _LONG)


def _sheet_name(title: str) -> str:
    """Return a title as a sheet may be named: at most 31 letters, none of those that a reference uses."""
    return escape("".join(one for one in title if one not in "[]:*?/\\'")[:31], {'"': "&quot;"}) or "Sheet1"
