"""One row of a register in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jiuzhu.domain.registers import Column, Register
from jiuzhu.domain.rows import RegisterRow
from jiuzhu.service.desk import Desk
from jiuzhu.store import papers


@dataclass(frozen=True, kw_only=True)
class RowView:
    """One row in words."""

    row_no: str
    organisation: str
    organisation_name: str
    cells: Sequence[str]
    attachments: Sequence[tuple[str, str]]
    """Id and name of each file."""
    case_no: str
    entered_by_name: str
    entered_at: datetime
    corrects: str
    corrected_by: str
    """Number of the row that took its place, '' while it stands."""
    reason: str

    def holds(self, words: str) -> bool:
        """Return whether every one of the words stands somewhere in what is shown of the row."""
        shown = (self.row_no, self.organisation_name, *self.cells, self.case_no, self.entered_by_name, self.reason)
        text = "\n".join(shown).casefold()
        return all(word in text for word in words.casefold().split())


def views_of(
    desk: Desk, register: Register, rows: Sequence[RegisterRow], known: Sequence[RegisterRow]
) -> Sequence[RowView]:
    """Return rows in words; ``known`` are those among which a correction of them may be."""
    replaced = {row.corrects: row.row_no for row in known if row.corrects}
    ids = [one for row in rows for one in row.attachments]
    names = {one["id"]: str(one["name"]) for one in papers.attachments(desk.tx, ids)}
    return [
        RowView(
            row_no=row.row_no,
            organisation=row.organisation,
            organisation_name=desk.office.places.name(desk.tx, row.organisation),
            cells=[_cell(one, row) for one in register.columns],
            attachments=[(one, names.get(one, "附件")) for one in row.attachments],
            case_no=row.record_no or row.case_no,
            entered_by_name=row.entered_by_name or "系统",
            entered_at=row.entered_at,
            corrects=row.corrects,
            corrected_by=replaced.get(row.row_no, ""),
            reason=row.reason,
        )
        for row in rows
    ]


def _cell(column: Column, row: RegisterRow) -> str:
    if column.type == "files":
        return f"{len(row.attachments)} 个文件" if row.attachments else ""
    return column.shown((row.sealed if column.personal else row.values).get(column.key))
