"""Forms that bring another visit: what was due for the one before it is over, so it has a date of its own (ADR 117)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.records import Submission
from jiuzhu.domain.topics import RecordCall, Values
from workers.records.returned import visit_again

BACK = ("reinvestigate", "recheck")


def book_review(call: RecordCall, submission: Submission) -> Values:
    """The reviewer asks for more facts: the household is visited once more."""
    return visit_again(call) if submission.data.get("review_result") in BACK else {}


def book_objection_plan(call: RecordCall, submission: Submission) -> Values:
    """An objection is looked into at the household's home."""
    return visit_again(call) if submission.data.get("visit_needed") else {}


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "review_opinion": book_review,
    "objection_plan": book_objection_plan,
}
