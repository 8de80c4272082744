"""What a report of a change says of a household, before anybody has decided it: who joined, who left, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jiuzhu.domain.household import apply_changes
from jiuzhu.domain.records import Submission

REPORT = "change_report"
JOINED = "member_added"


def reported_changes(submissions: Iterable[Submission], record_no: str) -> list[dict[str, Any]]:
    """Return the changes that the report of this process instance names; none for any other process."""
    own = [one for one in submissions if one.form == REPORT and one.record_no == record_no]
    return [dict(row) for one in own for row in one.data.get("change_rows") or ()]


def as_reported(record: Mapping[str, Any], submissions: Iterable[Submission], record_no: str) -> dict[str, Any]:
    """Return the household with the reported changes: whose means are asked for, and who must have authorised it.

    Nothing is written; the household's record changes when the change takes effect.
    """
    changes = reported_changes(submissions, record_no)
    return apply_changes(record, changes, record_no)[0] if changes else dict(record)


def has_joined(changes: Iterable[Mapping[str, Any]]) -> bool:
    """True when somebody is reported to have joined the household."""
    return any(change.get("change_kind") == JOINED for change in changes)
