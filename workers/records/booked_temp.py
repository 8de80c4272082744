"""The chief representative decides temporary assistance and seals it in one act (XT-08, XT-16)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.records import Submission
from jiuzhu.domain.topics import RecordCall, Values
from workers.records.booked_decisions import book_decision, use_seal


def book_sealed_decision(call: RecordCall, submission: Submission) -> Values:
    """Write the decision; what was granted is sealed at once, as an item of the catalogue (XT-04, XT-14)."""
    values = book_decision(call, submission)
    if not values or submission.data.get("decision") != "granted":
        return values
    sealed = use_seal(call, submission)
    return {**values, "seal_use_id": sealed["seal_use_id"]} if sealed else values


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {"temp_confirm": book_sealed_decision}
