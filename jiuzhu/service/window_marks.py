"""Which cases are visits that the window did not answer in time: a mark that nothing takes away (XX-33)."""

from __future__ import annotations

from collections.abc import Iterable

from jiuzhu.domain.rows import WindowVisit
from jiuzhu.domain.window_clock import in_words, seconds_between
from jiuzhu.service.desk import Desk
from jiuzhu.store.shelf import shelf_of


def breached_among(desk: Desk, case_nos: Iterable[str]) -> frozenset[str]:
    """Return those of the cases whose visit was breached; one question for a whole list."""
    asked = tuple(dict.fromkeys(case_nos))
    if not asked:
        return frozenset()
    rows = shelf_of(desk.tx).find(WindowVisit, {"case_no": asked})
    return frozenset(row.case_no for row in rows if row.breached)


def breach_sentence(desk: Desk, case_no: str) -> str:
    """Return by how much a visit was answered too late, or is late by now; '' when it was in time or is no visit."""
    rows = [row for row in shelf_of(desk.tx).find(WindowVisit, {"case_no": case_no}) if row.breached]
    if not rows:
        return ""
    row = rows[0]
    if row.answered_at is None:
        return f"答复超时，已过 {in_words(seconds_between(row.due_at, desk.now))}"
    return f"答复超时，超过 {in_words(seconds_between(row.due_at, row.answered_at))}"
