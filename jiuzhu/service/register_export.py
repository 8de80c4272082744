"""A register's rows for the spreadsheet: what the page shows, as XLSX or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.registers import show_register
from jiuzhu.service.workbooks import looks_like_formula, write_workbook


@logged("register", "name")
def register_xlsx(
    office: Office, actor: Actor, name: str, *, organisation: str = "", month: str = "", words: str = ""
) -> bytes:
    """Return the rows that ``show_register`` shows as a workbook; every cell is a text. Raises NotFound."""
    headings, rows = _table(office, actor, name, organisation, month, words)
    return write_workbook(office.registers[name].label, headings, ["text"] * len(headings), rows)


@logged("register", "name")
def register_csv(
    office: Office, actor: Actor, name: str, *, organisation: str = "", month: str = "", words: str = ""
) -> str:
    """Return the rows that ``show_register`` shows as CSV; no cell is taken for a formula. Raises NotFound."""
    headings, rows = _table(office, actor, name, organisation, month, words)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([[f"'{cell}" if looks_like_formula(cell) else cell for cell in row] for row in rows])
    return out.getvalue()


def _table(
    office: Office, actor: Actor, name: str, organisation: str, month: str, words: str
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    page = show_register(office, actor, name, organisation=organisation, month=month, words=words)
    labels = [one.label for one in page.columns]
    headings = ["登记号", "单位", *labels, "登记人", "登记时间", "案号", "更正", "更正原因"]
    rows = []
    for row in page.rows:
        at = row.entered_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        correction = f"更正{row.corrects}" if row.corrects else ""
        correction += f"已由{row.corrected_by}更正" if row.corrected_by else ""
        who = [row.row_no, row.organisation_name]
        rows.append([*who, *row.cells, row.entered_by_name, at, row.case_no, correction, row.reason])
    return headings, rows
