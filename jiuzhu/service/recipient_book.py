"""救助对象台账 for staff: who receives what within reach, his history, what may be started about him (JC-29)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from jiuzhu.domain import words
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.identity import mask_resident_id
from jiuzhu.domain.rows import Recipient, RecipientChange
from jiuzhu.errors import OutOfReach
from jiuzhu.service import cases, subjects, visibility
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.store import cases as case_rows
from jiuzhu.store import recipients
from jiuzhu.store.shelf import shelf_of

MOST = 200
"""Lines of a list; who looks for more narrows it."""

ID_LENGTH = 18


@dataclass(frozen=True, kw_only=True)
class Line:
    """One recipient in a list."""

    recipient_no: str
    case_no: str
    name: str
    id_masked: str
    programme: str
    town: str
    village: str
    members: int
    amount: str
    state: str
    since: str
    next_review: date
    ended_on: date | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of a recipient's history."""

    month: str
    kind: str
    amount: str
    state: str
    reason: str
    decision_no: str
    record_no: str


@dataclass(frozen=True, kw_only=True)
class Act:
    """A process that this person may start about the recipient."""

    key: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A recipient with his history and what may be started."""

    line: Line
    has_case: bool
    changes: Sequence[Change]
    acts: Sequence[Act]


def concerns(office: Office, actor: Actor) -> bool:
    """True for who may read some place's cases."""
    with reading_desk(office, actor) as desk:
        scope = visibility.reach_of(desk, actor).scope
        return bool(scope.districts or scope.towns or scope.villages)


def list_recipients(
    office: Office, actor: Actor, *, text: str = "", programme: str = "", state: str = ""
) -> Sequence[Line]:
    """Return recipients within reach by number, name or resident number; cases that the person keeps out of are not
    among them.
    """
    wanted = text.strip()
    whole_id = resident_ref(wanted) if len(wanted) == ID_LENGTH else ""
    with reading_desk(office, actor) as desk:
        scope = visibility.reach_of(desk, actor).scope
        out = set(case_rows.recused_from(desk.tx, actor.person_id))
        rows = recipients.within(desk.tx, scope, programme=programme, state=state, resident_ref=whole_id)
        fitting = (row for row in rows if row.case_no not in out and (whole_id or _fits(row, wanted)))
        return [_line(desk, row) for row in islice(fitting, MOST)]


def show(office: Office, actor: Actor, number: str) -> Sheet:
    """Return a recipient by his number or that of his case or file. Raises NotFound out of reach, Forbidden."""
    with reading_desk(office, actor) as desk:
        row = subjects.find_recipient(desk, number)
        if row is None:
            raise OutOfReach("没有这个救助对象，或者不在您的管辖范围内。")
        subjects.require_reach(desk, actor, row)
        history = [
            one
            for one in shelf_of(desk.tx).find(RecipientChange, {"case_no": row.case_no})
            if one.recipient_no == row.recipient_no
        ]
        changes = [_change(one) for one in sorted(history, key=lambda one: one.line, reverse=True)]
        line = _line(desk, row)
        has_case = visibility.find_head(desk, row.case_no) is not None
    started = cases.startable(office, actor, about=True, number=row.recipient_no)
    return Sheet(
        line=line, has_case=has_case, changes=changes, acts=[Act(key=one.key, name=one.name) for one in started]
    )


def _fits(row: Recipient, text: str) -> bool:
    return not text or text in row.recipient_no or text in row.case_no or text == row.name


def _line(desk: Desk, row: Recipient) -> Line:
    programmes: Mapping[str, Any] = desk.office.settings.values["programmes"]
    return Line(
        recipient_no=row.recipient_no,
        case_no=row.case_no,
        name=row.name,
        id_masked=mask_resident_id(row.resident_id) if row.resident_id else "",
        programme=str(programmes.get(row.programme, row.programme)),
        town=desk.office.places.name(desk.tx, row.town),
        village=desk.office.places.name(desk.tx, row.village),
        members=row.members,
        amount=f"{row.amount_monthly:.2f}",
        state=words.RECIPIENT_STATES.get(row.state, row.state),
        since=row.since,
        next_review=row.next_review,
        ended_on=row.ended_on,
    )


def _change(row: RecipientChange) -> Change:
    return Change(
        month=row.effective_month,
        kind=words.RECIPIENT_CHANGES.get(row.kind, row.kind),
        amount=f"{row.amount_monthly:.2f}",
        state=words.RECIPIENT_STATES.get(row.state, row.state),
        reason=row.reason,
        decision_no=row.decision_no,
        record_no=row.record_no,
    )
