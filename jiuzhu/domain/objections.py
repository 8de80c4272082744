"""异议: read from its entry, and counted within its window (XT-25, A15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jiuzhu.domain.records import Records, Submission
from jiuzhu.domain.rows import Notice, Objection

ENTRY = "objection_entry"


def from_entry(submission: Submission, serial: int, notices: Sequence[Notice]) -> Objection:
    """Return the objection row of the case's ``serial``-th entry form (from 1).

    It belongs to the notice that it names, else to the one that was up when it came, else to the latest.
    ``in_time`` is false when it came after the end of that notice: it is kept with its receipt but does not count
    (A15).
    """
    data = submission.data
    named = next((notice for notice in notices if notice.notice_no == data.get("notice_no")), None)
    up = [notice for notice in notices if notice.prepared_at <= submission.submitted_at]
    notice = named or max(up or notices, key=lambda each: each.round)
    return Objection(
        objection_no=f"{submission.case_no}-异议{serial}",
        notice_no=notice.notice_no,
        case_no=submission.case_no,
        received_at=submission.submitted_at,
        real_name=bool(_first(data, "real_name", default=False)),
        objector=str(_first(data, "objector_name", "objector", default="")),
        content=str(_first(data, "objection_content", "content", default="")),
        channel=str(_first(data, "objection_channel", "channel", default="window")),
        entered_by=submission.person,
        in_time=is_in_time(submission.submitted_at, notice),
    )


def is_in_time(received: datetime, notice: Notice) -> bool:
    """True when an objection came before the notice's end and before it was taken down; not yet posted, it has no end.

    A sheet that was taken down early (revoked, stopped) is examined by nobody any more: what comes then is kept only.
    """
    taken_down = notice.state == "closed" and notice.closed_at is not None and received >= notice.closed_at
    return not taken_down and (notice.ends_at is None or received < notice.ends_at)


def waiting(records: Records, case_no: str, notice_no: str) -> list[Objection]:
    """Return the objections of a notice that came in time and have no answer, oldest first.

    Entries that no record task has booked yet are among them, so that no click of a citizen is overlooked.
    """
    rows = [*records.find(Objection, case_no=case_no), *unbooked(records, case_no)]
    return [row for row in rows if row.notice_no == notice_no and row.in_time and row.state != "answered"]


def unbooked(records: Records, case_no: str) -> list[Objection]:
    """Return the objections whose entries have no row yet: the n-th entry of a case is its n-th objection."""
    entries = records.submissions(ENTRY, case_no=case_no)
    booked = len(records.find(Objection, case_no=case_no)) if entries else 0
    if len(entries) == booked:
        return []
    notices = list(records.find(Notice, case_no=case_no))
    if not notices:
        return []
    return [from_entry(each, serial, notices) for serial, each in enumerate(entries, start=1) if serial > booked]


def _first(data: Any, *names: str, default: Any) -> Any:
    return next((data[name] for name in names if data.get(name) not in (None, "")), default)
