"""The form of an end of tekun support: the ground is found, or it is not (QJ-16, XT-33)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.records import Submission
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.errors import Refused
from workers.records.booked_changes import propose
from workers.records.recipient_rows import recipient_of


def book_ground(call: RecordCall, submission: Submission) -> Values:
    """Propose the end when one of the grounds was found. Raises Refused where no support is running any more."""
    if submission.data["termination_ground"] == "none":
        return {}
    if recipient_of(call).state == "ended":
        raise Refused("供养已经终止，不再办理；请选情形不成立并说明。")
    return propose(call, submission, "terminate_tekun")


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "termination_check": book_ground,
}
