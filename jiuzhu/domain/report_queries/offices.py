"""Reports about offices: do towns have the people they need, how does each unit do against what it owes (XX-16)."""

from __future__ import annotations

from collections.abc import Sequence

from jiuzhu.domain.report_queries.handling import decided
from jiuzhu.domain.report_queries.windows import visits_of
from jiuzhu.domain.report_source import ReportSource
from jiuzhu.domain.reports import Asked, Line, share
from jiuzhu.domain.rows import Obligation, Occurrence, Referral, RegisterRow
from jiuzhu.domain.staffing import check_staffing

STAFF = "staff"


def staffing(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Say for each town whether it has the staff that is asked for, at the period's end or today (NH-44, XX-41)."""
    day = min(asked.last, source.today)
    minimum = int(source.policy.value("staff.minimum", day))
    rows = source.find(RegisterRow, register=STAFF, district=asked.district)
    changed = [row for row in rows if asked.span.holds(row.entered_at)]
    lines = []
    for town in asked.towns:
        found = check_staffing(rows, town, day, minimum)
        lines.append(
            {
                "town": source.name(town),
                "staff": found.count,
                "minimum": minimum,
                "window_person": "、".join(found.window_persons),
                "changes": sum(row.organisation == town for row in changed),
                "said": "；".join(found.faults) or "符合",
            }
        )
    return lines


def unit_performance(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Put side by side what each unit owed in the period and what it kept, for the year's appraisal (XX-16).

    Towns by their dates, their turns of the calendar, their window and their decisions; departments by what was handed
    on to them.
    """
    lines = [_town(source, asked, town) for town in asked.towns]
    referrals = source.find(Referral, district=asked.district, sent_at=asked.span)
    for department in sorted({row.department for row in referrals}):
        own = [row for row in referrals if row.department == department]
        late = sum(row.late_at is not None for row in own)
        lines.append(_line(source, department, owed=len(own), late=late))
    return lines


def _town(source: ReportSource, asked: Asked, town: str) -> Line:
    owed = [
        row
        for row in source.find(Obligation, district=asked.district, due_at=asked.span)
        if row.town == town and row.state not in {"void", "standby"}
    ]
    turns = [
        row
        for row in source.find(Occurrence, district=asked.district, due_at=asked.span)
        if row.scope.partition("/")[0] == town and row.state != "void"
    ]
    late = sum(row.late_at is not None or row.state in {"late", "met_late"} for row in owed)
    late += sum(row.late_at is not None for row in turns)
    breaches = sum(one.breached for one in visits_of(source, asked, town))
    cases = [one for one in decided(source, asked) if one.head.town == town]
    slow = sum(not one.in_time for one in cases)
    line = _line(source, town, owed=len(owed) + len(turns), late=late)
    return {**line, "decided": len(cases), "decided_late": slow, "window_breaches": breaches}


def _line(source: ReportSource, unit: str, *, owed: int, late: int) -> dict[str, object]:
    return {
        "unit": source.name(unit),
        "owed": owed,
        "kept": owed - late,
        "kept_share": share(owed - late, owed),
    }
