"""The timeline of a case: who did what when, newest first, with the hash of what was handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import url_for

from jiuzhu.service.cases import CaseView

ROUTINE = frozenset({"claim", "release"})
"""Acts that move nothing: shown only on demand."""
TROUBLE = frozenset({"incident", "contest"})
SHORT_HASH = 12


@dataclass(frozen=True, kw_only=True)
class Event:
    """One entry."""

    title: str
    at: datetime
    true_at: datetime | None
    """When it differs from the office's time: the demo clock was moved."""
    who: str
    record_no: str
    state: Literal["", "system", "late"]
    hash: str
    href: str


def events_of(case: CaseView, *, everything: bool = False) -> Sequence[Event]:
    """Return the entries, newest first."""
    handed_in = {(paper.at, paper.record_no, paper.person): paper for paper in case.submissions}
    found = []
    for line in case.timeline:
        if line.act in ROUTINE and not everything:
            continue
        paper = (
            handed_in.get((line.at, line.record_no, line.person))
            if line.act in {"complete", "start", "report"}
            else None
        )
        found.append(
            Event(
                title=line.sentence,
                at=line.at,
                true_at=line.true_at if abs((line.true_at - line.at).total_seconds()) > 60 else None,
                who=line.person or "系统",
                record_no=line.record_no if line.record_no != case.head.record_no else "",
                state="late" if line.act in TROUBLE else ("" if line.person and line.person != "系统" else "system"),
                hash=paper.sha256[:SHORT_HASH] if paper else "",
                href=url_for("documents.submission", submission_id=paper.id) if paper else "",
            )
        )
    return found[::-1]
