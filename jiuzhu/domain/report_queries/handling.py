"""How cases are handled: in how many working days, what became of each item handed over, how many trips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiuzhu.domain import words
from jiuzhu.domain.instants import day_of
from jiuzhu.domain.records import CaseHead
from jiuzhu.domain.report_queries.recipients import in_parts
from jiuzhu.domain.report_source import ReportSource
from jiuzhu.domain.reports import Asked, Line, mean, share
from jiuzhu.domain.rows import CaseDecision, Document, Obligation

TOTAL = "due_total"
"""The date by which a case must be decided; it begins with the acceptance."""
EXTENDED = "extended"
CORRECTION = "correction_notice"


@dataclass(frozen=True, kw_only=True)
class Handled:
    """One case that was decided in the period."""

    head: CaseHead
    decision: CaseDecision
    accepted_at: datetime | None
    due_at: datetime | None
    extensions: int

    @property
    def in_time(self) -> bool:
        """True when it was decided within its limit; a case without a limit is never late."""
        return self.due_at is None or self.decision.decided_at <= self.due_at


def timeliness(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Count the cases decided, how many within the limit and in how many working days (NH-53, QJ-04, XT-35)."""
    lines = []
    for (town, programme), cases in _by_place(decided(source, asked)).items():
        days = [
            source.calendar.working_days_between(day_of(one.accepted_at), day_of(one.decision.decided_at))
            for one in cases
            if one.accepted_at is not None
        ]
        kept = sum(one.in_time for one in cases)
        lines.append(
            {
                "town": source.name(town),
                "programme": words.PROGRAMMES.get(programme, programme),
                "decided": len(cases),
                "in_time": kept,
                "in_time_share": share(kept, len(cases)),
                "mean_days": mean(days),
                "longest_days": max(days, default=None),
                "extended": sum(one.extensions > 0 for one in cases),
            }
        )
    return lines


def take_up(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Say of every item that was handed over what each town accepted, closed and closed in time (XT-17).

    An item with no case stands there, too: what a town does not take up is what the report is for.
    """
    done = _by_place(decided(source, asked))
    open_cases = _open(source, asked)
    lines = []
    for row in source.policy.rows("delegated_items", asked.last):
        programme = str(row.get("programme") or "")
        for town in asked.towns:
            cases = done.get((town, programme), []) if programme else []
            waiting = open_cases[town, programme] if programme else 0
            lines.append(
                {
                    "item": f"{row['item_code']} {row['label']}",
                    "town": source.name(town),
                    "accepted": len(cases) + waiting,
                    "closed": len(cases),
                    "in_time": sum(one.in_time for one in cases),
                    "in_time_share": share(sum(one.in_time for one in cases), len(cases)),
                }
            )
    return lines


def trips(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Count the applicants who had to come once only: nothing was sent back to be supplied (XT-30)."""
    lines = []
    for (town, programme), cases in _by_place(decided(source, asked)).items():
        again = _corrected(source, [one.head.case_no for one in cases])
        once = sum(one.head.case_no not in again for one in cases)
        lines.append(
            {
                "town": source.name(town),
                "programme": words.PROGRAMMES.get(programme, programme),
                "decided": len(cases),
                "once": once,
                "once_share": share(once, len(cases)),
            }
        )
    return lines


def decided(source: ReportSource, asked: Asked) -> Sequence[Handled]:
    """Return the cases that were last decided in the period, of the towns asked for."""
    found: dict[str, CaseDecision] = {}
    for row in source.find(CaseDecision, decided_at=asked.span):
        if row.case_no not in found or row.round > found[row.case_no].round:
            found[row.case_no] = row
    heads = source.heads(found)
    numbers = [one for one in found if one in heads and heads[one].town in asked.towns]
    dues = _limits(source, numbers)
    return [_handled(heads[one], found[one], dues.get(one, ())) for one in numbers]


def _handled(head: CaseHead, decision: CaseDecision, limits: Sequence[Obligation]) -> Handled:
    return Handled(
        head=head,
        decision=decision,
        accepted_at=min((row.started_at for row in limits if row.milestone != EXTENDED), default=None),
        due_at=max((row.due_at for row in limits), default=None),
        extensions=sum(row.milestone == EXTENDED for row in limits),
    )


def _limits(source: ReportSource, numbers: Sequence[str]) -> Mapping[str, Sequence[Obligation]]:
    found: dict[str, list[Obligation]] = {}
    for part in in_parts(numbers):
        for row in source.find(Obligation, case_no=part, due_name=TOTAL):
            found.setdefault(row.case_no, []).append(row)
    return found


def _open(source: ReportSource, asked: Asked) -> Counter[tuple[str, str]]:
    """Count the cases accepted by the end of the period that were not decided then, by town and programme."""
    counted: Counter[tuple[str, str]] = Counter()
    started = source.find(Obligation, district=asked.district, due_name=TOTAL)
    accepted = {row.case_no for row in started if row.started_at < asked.span.end}
    decisions = {
        row.case_no
        for part in in_parts(sorted(accepted))
        for row in source.find(CaseDecision, case_no=part)
        if row.decided_at < asked.span.end
    }
    for head in source.heads(sorted(accepted - decisions)).values():
        counted[head.town, head.programme] += 1
    return counted


def _corrected(source: ReportSource, numbers: Sequence[str]) -> frozenset[str]:
    return frozenset(
        row.case_no for part in in_parts(numbers) for row in source.find(Document, case_no=part, template=CORRECTION)
    )


def _by_place(cases: Iterable[Handled]) -> dict[tuple[str, str], list[Handled]]:
    found: dict[tuple[str, str], list[Handled]] = {}
    for one in sorted(cases, key=lambda each: (each.head.town, each.head.programme)):
        found.setdefault((one.head.town, one.head.programme), []).append(one)
    return found
