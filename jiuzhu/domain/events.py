"""What was reported about a running case and is not settled yet."""

from __future__ import annotations

from jiuzhu.domain.records import Records
from jiuzhu.domain.rows import CaseEvent

DECISION_FORMS = frozenset(
    {
        "confirmation",
        "chief_rep_review",
        "seal_use",
        "redecision",
        "objection_decision",
        "panel_minutes",
        "party_opinion",
        "temp_decision",
        "temp_confirm",
    }
)
"""Forms by which a case is decided: none may be completed while a death report is open."""


def blocking_event(records: Records, case_no: str) -> CaseEvent | None:
    """Return an unverified death report of the case: nobody may decide until it is settled."""
    found = records.find(CaseEvent, case_no=case_no)
    return next((event for event in found if event.state == "reported" and event.kind in ("death", "died")), None)
