"""Until when a piece of work without a limit of its own is due."""

from __future__ import annotations

from jiuzhu.domain.instants import end_of, iso
from jiuzhu.domain.topics import RecordCall


def due_simple(call: RecordCall) -> str:
    """Return until when a piece of work without a limit of its own is due: ``tasks.wd`` working days from today."""
    day, _ = call.calendar.add_working_days(call.today, int(call.policy.value("tasks.wd", call.today)))
    return iso(end_of(day))
