"""What is handed in and made public: towns' reports, archives of a quarter, public lists (JC-31, JC-35)."""

from __future__ import annotations

from collections.abc import Sequence

from jiuzhu.domain.instants import day_of
from jiuzhu.domain.report_queries.recipients import NEW, changes_of, in_parts
from jiuzhu.domain.report_source import ReportSource
from jiuzhu.domain.reports import Asked, Line
from jiuzhu.domain.rows import DossierItem, Publication, Recipient, TownReport
from jiuzhu.domain.schedules import days_of, spoken

STATES = {"built": "待报送", "submitted": "待审收", "returned": "已退回", "received": "已审收"}
SECTIONS = ("work_done", "lessons", "problems", "next_steps")
ARCHIVE = "archive_handin"
MISSING_SHOWN = 5


def archive_handin(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Say which new households of the period have their electronic file, and whether the town has handed in (JC-31)."""
    lines = []
    for town in asked.towns:
        recipients = source.find(Recipient, district=asked.district, town=town)
        history = changes_of(source, recipients)
        fresh = [
            one.case_no
            for one in recipients
            if any(line.kind in NEW and asked.span.holds(line.changed_at) for line in history[one.recipient_no])
        ]
        filed = {row.case_no for part in in_parts(fresh) for row in source.find(DossierItem, case_no=part)}
        missing = [number for number in fresh if number not in filed]
        handed = [row for row in _reports(source, asked, ARCHIVE) if row.town == town and row.submitted_at is not None]
        lines.append(
            {
                "town": source.name(town),
                "new_households": len(fresh),
                "filed": len(fresh) - len(missing),
                "missing": len(missing),
                "missing_cases": "、".join(missing[:MISSING_SHOWN]) + ("等" if len(missing) > MISSING_SHOWN else ""),
                "review_papers": sum(len(row.attachments) for row in handed),
                "handed_in": day_of(handed[-1].submitted_at).isoformat() if handed and handed[-1].submitted_at else "",
            }
        )
    return lines


def town_reports(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """List what the towns have handed in of the period, and what is late."""
    return [
        {
            "label": row.label,
            "period": spoken(row.period),
            "town": source.name(row.town),
            "due": day_of(row.due_at).isoformat(),
            "submitted": day_of(row.submitted_at).isoformat() if row.submitted_at else "",
            "late": "逾期" if row.is_late or (row.submitted_at is None and day_of(row.due_at) < source.today) else "",
            "state": STATES[row.state],
            "record": row.case_no,
        }
        for row in _reports(source, asked)
    ]


def progress_reports(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Put what the towns wrote side by side: work, lessons, problems, next steps (XX-77, NH-42)."""
    return [
        {
            "town": source.name(row.town),
            "label": f"{spoken(row.period)}{row.label}",
            **{key: str(row.sections.get(key, "")) for key in SECTIONS},
            "late": "逾期" if row.is_late else "",
        }
        for row in _reports(source, asked)
        if row.sections and row.submitted_at is not None
    ]


def publication_log(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """List the turns of the public list: what went up, what came down, who looked (XT-31, JC-35)."""
    rows = source.find(Publication, district=asked.district, published_at=asked.span)
    return [
        {
            "published": day_of(row.published_at).isoformat() if row.published_at else "",
            "added": row.added,
            "removed": row.removed,
            "total": row.total,
            "check": row.checked_by_name or "当日增减，随周核对",
            "record": row.case_no,
        }
        for row in rows
    ]


def _reports(source: ReportSource, asked: Asked, kind: str | None = None) -> Sequence[TownReport]:
    wanted = {"district": asked.district} | ({"report_kind": kind} if kind is not None else {})
    found = [row for row in source.find(TownReport, **wanted) if row.town in asked.towns and _within(row, asked)]
    return sorted(found, key=lambda row: (row.label, row.period, row.town))


def _within(row: TownReport, asked: Asked) -> bool:
    """True for a report whose own period lies in the one asked for; a plan's date counts by its due date."""
    try:
        first, last = days_of(row.period)
    except ValueError:
        first = last = day_of(row.due_at)
    return asked.first <= first and last <= asked.last
