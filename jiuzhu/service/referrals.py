"""Matters handed on, in words: of one household for its case page, and those still without a reply (XX-32, XX-84)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jiuzhu.domain import words
from jiuzhu.domain.rows import Referral
from jiuzhu.service.desk import Desk
from jiuzhu.service.visibility import Reach
from jiuzhu.store import listing
from jiuzhu.store.cases import Head
from jiuzhu.store.shelf import shelf_of

OPEN = ("sent", "rejected", "handled")


@dataclass(frozen=True, kw_only=True)
class ReferralLine:
    """One matter with one department."""

    referral_no: str
    case_no: str
    name: str
    town_name: str
    item: str
    department: str
    state: str
    result: str
    due_at: datetime
    late: bool
    """The department was, or is, too late."""
    replied_at: datetime | None


def of_household(desk: Desk, case_no: str) -> list[ReferralLine]:
    """Return every matter of a household that was handed on, by whatever procedure: one view over the departments."""
    rows = shelf_of(desk.tx).find(Referral, {"case_no": case_no})
    heads = heads_of(desk, [row.record_no for row in rows])
    return [_line(desk, row, heads.get(row.record_no)) for row in rows]


def without_reply(desk: Desk, reach: Reach, districts: Sequence[str]) -> list[ReferralLine]:
    """Return the matters within reach that wait for a department or for the reply, the most urgent first."""
    rows = [
        row
        for district in districts
        for state in OPEN
        for row in shelf_of(desk.tx).find(Referral, {"district": district, "state": state})
        if reach.covers(district=row.district, town=row.town, village="")
    ]
    heads = heads_of(desk, [row.record_no for row in rows])
    running = [row for row in rows if (head := heads.get(row.record_no)) is not None and head.ended_at is None]
    return [
        _line(desk, row, heads[row.record_no]) for row in sorted(running, key=lambda one: (one.due_at, one.referral_no))
    ]


def heads_of(desk: Desk, numbers: Sequence[str]) -> dict[str, Head]:
    """Return heads by record number."""
    found = (listing.by_record(desk.tx, number) for number in dict.fromkeys(numbers))
    return {head.record_no: head for head in found if head is not None}


def _line(desk: Desk, row: Referral, head: Head | None) -> ReferralLine:
    stopped = row.state != "replied" and head is not None and head.ended_at is not None
    return ReferralLine(
        referral_no=row.referral_no,
        case_no=row.case_no,
        name=head.applicant_name if head else "",
        town_name=desk.office.places.name(desk.tx, row.town),
        item=words.REFERRAL_ITEMS.get(row.item, row.item),
        department=desk.office.places.name(desk.tx, row.department),
        state=words.REFERRAL_STATES["stopped" if stopped else row.state],
        result=words.REFERRAL_RESULTS.get(row.result, ""),
        due_at=row.due_at,
        late=row.late_at is not None or (row.state == "sent" and not stopped and row.due_at < desk.now),
        replied_at=row.replied_at,
    )
