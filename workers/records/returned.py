"""A case that comes back for another visit: what was due for the first one is long over, and the visit is new work."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, RecordCall, Values
from workers.records.simple_due import due_simple

VISIT_AGAIN = (
    Name(name="due_investigation_start", type="date", label="启动调查期限", required=False),
    Name(name="due_home_visit", type="date", label="入户调查期限", required=False),
)
"""What a topic sets that may send a case back; the case's own limits (due_total) stay as they are."""


def visit_again(call: RecordCall) -> Values:
    """Return until when the visit is planned and made anew: as long as any piece of work has."""
    due = due_simple(call)
    return {"due_investigation_start": due, "due_home_visit": due}
