"""公示 as the public sees it, and the objection that anybody may make to it (57 art 24, XT-24, XT-25, JC-21).

A notice says masked name, number of members, category and amount, where it hangs and until when: nothing else leaves
this module. Its address is a keyed hash, because its number contains the household's case number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jiuzhu.domain import words
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Notice
from jiuzhu.errors import Conflict, NotFound
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.messages import Receipt, send_message
from jiuzhu.service.office import Office
from jiuzhu.service.standing import standing_actions
from jiuzhu.service.waiting import action_of
from jiuzhu.store import waits
from jiuzhu.store.shelf import shelf_of

OBJECTION = "notice.objection"
"""The message that diagrams catch while a notice hangs."""

HANGING = ("running", "suspended")
PUBLIC = "public"
"""Who hands in what comes by the public page."""


@dataclass(frozen=True, kw_only=True)
class PublicNotice:
    """One household's notice, as it may be read by everybody."""

    reference: str
    masked_name: str
    member_count: int
    programme: str
    programme_label: str
    amount_monthly: str
    village: str
    village_name: str
    town_name: str
    district_name: str
    hotline: str
    posted_on: date | None
    ends_on: date | None
    days: int
    under_review: bool
    """An objection is being looked into; the notice stays up."""
    corrected: bool
    ending: bool
    """The support is to end: no aid is about to be given."""


def hanging_notices(office: Office) -> Sequence[PublicNotice]:
    """Return the notices that hang today, latest first."""
    with reading_desk(office, None) as desk:
        return [_public(desk, row) for row in _hanging(desk)]


def notice_of(office: Office, reference: str) -> PublicNotice:
    """Return a hanging notice by the address that the page gave out. Raises NotFound."""
    with reading_desk(office, None) as desk:
        return _public(desk, _find(desk, reference))


def object_to(office: Office, reference: str, data: Mapping[str, object], *, once: str | None = None) -> Receipt:
    """Hand in an objection to a hanging notice: kept with its receipt first, then told to the case.

    The same ``once`` again returns the first receipt. Raises NotFound, Invalid (the entry form's faults), Conflict
    (the case takes no objections any more).
    """
    with reading_desk(office, None) as desk:
        notice = _find(desk, reference)
        groups = _entry_groups(desk, notice.case_no)
    if not groups:
        raise Conflict("这次公示已经不再接受异议，请到街镇窗口反映。")
    # The public holds no role: for this one message it stands where the diagram lets an objection come in.
    citizen = Actor(person_id=PUBLIC, login=PUBLIC, name="群众（公示页）", groups=groups)
    return send_message(office, citizen, notice.case_no, OBJECTION, data, once=once)


def _hanging(desk: Desk) -> Sequence[Notice]:
    rows = [row for state in HANGING for row in shelf_of(desk.tx).find(Notice, {"state": state})]
    up = [row for row in rows if row.ends_at is None or row.ends_at > desk.now or row.state == "suspended"]
    return sorted(up, key=lambda row: (row.posted_on or date.min, row.notice_no), reverse=True)


def _find(desk: Desk, reference: str) -> Notice:
    for row in _hanging(desk):
        if _reference(desk, row.notice_no) == reference:
            return row
    raise NotFound("这份公示已经撤下，或者没有这份公示。")


def _reference(desk: Desk, notice_no: str) -> str:
    key = hashlib.sha256(b"notice:" + desk.office.settings.secret).digest()
    return hashlib.blake2s(notice_no.encode(), key=key, digest_size=12).hexdigest()


def _public(desk: Desk, row: Notice) -> PublicNotice:
    policy = desk.office.policies.of(row.district)
    programme = str(row.shown.get("programme", ""))
    return PublicNotice(
        reference=_reference(desk, row.notice_no),
        masked_name=str(row.shown.get("applicant_name_masked", "")),
        member_count=int(row.shown.get("member_count") or 1),
        programme=programme,
        programme_label=words.PROGRAMMES.get(programme, programme),
        amount_monthly=str(row.shown.get("amount_monthly", "")),
        village=row.village,
        village_name=desk.office.places.name(desk.tx, row.village),
        town_name=desk.office.places.name(desk.tx, row.town),
        district_name=policy.name,
        hotline=policy.hotline,
        posted_on=row.posted_on,
        ends_on=row.ends_on,
        days=row.days,
        under_review=row.state == "suspended",
        corrected=row.corrected > 0,
        ending=row.stage == "termination",
    )


def _entry_groups(desk: Desk, case_no: str) -> tuple[str, ...]:
    """Return the groups that the diagram lets enter an objection, whether one is waited for at this moment or not."""
    for row in waits.of_household(desk.tx, case_no):
        action = action_of(row) if row["kind"] == "message" and row["message"] == OBJECTION else None
        if action is not None and action.groups:
            return action.groups
    return next((action.groups for action, _ in standing_actions(desk, case_no, OBJECTION) if action.groups), ())
