"""The timeline of a case: who did what when, newest first, with the hash of what was handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import url_for

from jiuzhu.service.cases import CaseView

ROUTINE = frozenset({"claim", "release", "message"})
"""Acts that tell nothing new: shown only on demand."""
TROUBLE = frozenset({"incident", "contest"})
HANDED_IN = frozenset({"start", "complete", "report"})
"""Acts that leave a completed form behind."""
PEOPLES = ROUTINE | {"retry"}
"""Acts of a person that leave no form; everything else a record task did with somebody's click."""
SHORT_HASH = 12


@dataclass(frozen=True, kw_only=True)
class Event:
    """One entry."""

    title: str
    at: datetime
    true_at: datetime
    """Machine time: differs from the office's where the demo clock was moved."""
    record_no: str
    """'' for the application itself."""
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
        paper = handed_in.get((line.at, line.record_no, line.person)) if line.act in HANDED_IN else None
        found.append(
            Event(
                title=line.sentence,
                at=line.at,
                true_at=line.true_at,
                record_no=line.record_no if line.record_no != case.head.record_no else "",
                state=_state(line.act, paper is not None),
                hash=paper.sha256[:SHORT_HASH] if paper else "",
                href=url_for("documents.submission", submission_id=paper.id) if paper else "",
            )
        )
    return found[::-1]


def _state(act: str, is_handed_in: bool) -> Literal["", "system", "late"]:
    if act in TROUBLE:
        return "late"
    return "" if is_handed_in or act in PEOPLES else "system"
