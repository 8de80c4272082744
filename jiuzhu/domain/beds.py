"""Free beds and the order of who waits: a pure reading of register rows and requests (XX-55)."""

from __future__ import annotations

from collections.abc import Iterable

from jiuzhu.domain.rows import BedRequest, RegisterRow


def free_beds(rows: Iterable[RegisterRow], requests: Iterable[BedRequest]) -> dict[str, int]:
    """Return place → free beds: by its latest line in the register, less what has been allocated since."""
    latest: dict[str, RegisterRow] = {}
    for row in rows:
        place = str(row.values.get("place", ""))
        if place not in latest or row.entered_at >= latest[place].entered_at:
            latest[place] = row
    free = {place: int(row.values["total"]) - int(row.values["used"]) for place, row in latest.items()}
    for one in requests:
        line = latest.get(one.place)
        if one.state == "allocated" and line is not None and one.decided_at and one.decided_at > line.entered_at:
            free[one.place] -= 1
    return free


def ahead_of(request: BedRequest, requests: Iterable[BedRequest]) -> list[BedRequest]:
    """Return who goes before somebody: a better order, or the same order and asked earlier."""
    own = (request.priority, request.requested_at, request.request_no)
    found = [one for one in requests if one.state == "waiting" and one.request_no != request.request_no]
    return [one for one in found if (one.priority, one.requested_at, one.request_no) < own]
