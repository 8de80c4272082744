"""Facts of towns' reports and of the public list: what was counted, what was written, what would go up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.domain import words
from jiuzhu.domain.reports import figures
from jiuzhu.domain.rows import Publication, PublishedRecipient, TownReport
from jiuzhu.domain.schedules import spoken
from jiuzhu.service.desk import Desk
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of

SECTIONS = (("work_done", "工作情况"), ("lessons", "经验做法"), ("problems", "困难问题"), ("next_steps", "下步打算"))
SHOWN = 50


def report_title(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return what is handed in, for which period, by which town."""
    row = _own(desk, live)
    town = desk.office.places.name(desk.tx, live.town) if live.town else ""
    return f"{town}{spoken(row.period)}{row.label}" if row else None


def report_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the counted rows."""
    row = _own(desk, live)
    report = desk.office.reports.get(row.report_kind) if row else None
    return [figures(report, line) for line in row.lines] or None if row and report else None


def report_return_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return why the report came back."""
    row = _own(desk, live)
    return [{"label": "区（市）退回", "value": row.return_reason}] if row and row.return_reason else None


def report_text_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return what the town wrote."""
    row = _own(desk, live)
    if row is None:
        return None
    found = [{"label": label, "value": str(row.sections[key])} for key, label in SECTIONS if row.sections.get(key)]
    found += [{"label": "说明", "value": row.note}] if row.note else []
    found += [{"label": "附件", "value": f"{len(row.attachments)} 个文件"}] if row.attachments else []
    return found or None


def publication_title(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return how many lines go up and come down."""
    for row in shelf_of(desk.tx).find(Publication, {"case_no": live.case_no}):
        return f"{spoken(row.period)}：新增或变动{row.added}户，撤下{row.removed}户，公开后共{row.total}户"
    return None


def publication_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the first lines that would go up or come down."""
    rows = shelf_of(desk.tx).find(PublishedRecipient, {"publication_no": live.case_no})
    changes = {"waiting": "新增", "public": "变动", "down": "恢复"}
    return [
        {
            "change": changes[row.state] if row.coming else "撤下",
            "place": desk.office.places.name(desk.tx, row.village),
            "shown": line_of(row.coming or row.shown),
        }
        for row in rows[:SHOWN]
    ] or None


def line_of(shown: Mapping[str, Any]) -> str:
    """Return a public line in words."""
    parts = [str(shown.get("name", "")), words.PROGRAMMES.get(str(shown.get("programme")), "")]
    parts.append(f"{shown.get('members')}人")
    if shown.get("amount"):
        parts.append(f"每月{shown['amount']}元")
    return "，".join(one for one in parts if one)


def _own(desk: Desk, live: LiveCase) -> TownReport | None:
    found = shelf_of(desk.tx).find(TownReport, {"case_no": live.case_no})
    return found[0] if found else None


REPORTING: Mapping[str, Callable[[Desk, LiveCase, Mapping[str, Any]], Any]] = {
    "report_title": report_title,
    "report_rows": report_rows,
    "report_return_rows": report_return_rows,
    "report_text_rows": report_text_rows,
    "publication_title": publication_title,
    "publication_rows": publication_rows,
}
"""Name → how it is found (``jiuzhu.domain.facts``)."""
