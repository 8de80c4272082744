"""Reports about the service window: how many came, who was answered in time, what they thought of it (XX-31, XX-33)."""

from __future__ import annotations

from collections.abc import Sequence

from jiuzhu.domain.report_source import ReportSource
from jiuzhu.domain.reports import Asked, Line, mean, share
from jiuzhu.domain.rows import Referral, WindowVisit

OPEN = ("sent", "rejected")
"""States of a referral in which its department still owes the answer."""


def window_month(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Close a town's window for the month: arrivals, answers, what is still open, replies that are missing (XX-31)."""
    lines = []
    for town in asked.towns:
        visits = visits_of(source, asked, town)
        handed_on = [
            row
            for row in source.find(Referral, district=asked.district, sent_at=asked.span)
            if row.town == town and row.state != "replied"
        ]
        lines.append(
            {
                "town": source.name(town),
                "arrived": len(visits),
                "answered": sum(one.answered_at is not None for one in visits),
                "breached": sum(one.breached for one in visits),
                "open": sum(one.state == "waiting" for one in visits),
                "days": len({one.arrived_on for one in visits}),
                "days_not_cleared": len({one.arrived_on for one in visits if one.state == "waiting"}),
                "referrals_open": sum(row.state in OPEN for row in handed_on),
                "replies_missing": sum(row.state == "handled" for row in handed_on),
            }
        )
    return lines


def answered_in_time(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Count who got an accurate answer within the window's minutes (XX-33); who still waits is not in time."""
    lines = []
    for town in asked.towns:
        visits = visits_of(source, asked, town)
        kept = [one for one in visits if one.answered_at is not None and one.answered_at <= one.due_at]
        seconds = [one.seconds for one in visits if one.seconds is not None]
        lines.append(
            {
                "town": source.name(town),
                "arrived": len(visits),
                "in_time": len(kept),
                "in_time_share": share(len(kept), len(visits)),
                "breached": sum(one.breached for one in visits),
                "mean_seconds": mean(seconds),
            }
        )
    return lines


def satisfaction(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Count how those who came judged the service, and how many judged at all (XX-35, JC-53)."""
    lines = []
    for town in asked.towns:
        visits = visits_of(source, asked, town)
        scores = [one.score for one in visits if one.score is not None]
        lines.append(
            {
                "town": source.name(town),
                "arrived": len(visits),
                "rated": len(scores),
                "rated_share": share(len(scores), len(visits)),
                "mean_score": mean(scores),
                "bad": sum(one <= 2 for one in scores),
            }
        )
    return lines


def visits_of(source: ReportSource, asked: Asked, town: str) -> Sequence[WindowVisit]:
    """Return the arrivals of a town in the period."""
    return source.find(WindowVisit, district=asked.district, town=town, arrived_at=asked.span)
