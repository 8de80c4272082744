"""信访、投诉、举报 by the public page: handed in with a receipt, anonymously if wanted, and followed by the receipt.

The receipt is the record's number with a keyed check code: whoever guesses numbers learns nothing. The page shows how
far a petition is and the reply, never who looks into it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import NotFound
from jiuzhu.service import cases
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.store import listing, papers

PROCESS = "shared_petition"
PUBLIC = "public"
CODE = 10
"""Hexadecimal digits of the check code: 40 bits."""
STEPS = (
    ("petition_reply", "已答复"),
    ("petition_finding", "已查实，正在答复"),
    ("petition_transfer", "已转办，正在查办"),
)


@dataclass(frozen=True, kw_only=True)
class PetitionState:
    """What whoever holds a receipt may see."""

    receipt: str
    received_at: datetime
    state: str
    reply: str
    replied_at: datetime | None


def districts(office: Office) -> Sequence[tuple[str, str]]:
    """Return id and name of the districts that take petitions."""
    found = office.policies.districts
    return [(one, found[one].name) for one in sorted(found)]


def towns(office: Office, district: str) -> Sequence[tuple[str, str]]:
    """Return id and name of a district's towns."""
    with reading_desk(office, None) as desk:
        rows = desk.office.places.all(desk.tx)
        return [(row.id, row.name) for row in sorted(rows, key=lambda one: one.id)
                if row.kind == "town" and row.district == district]  # fmt: skip


def hand_in(office: Office, district: str, data: Mapping[str, object], *, once: str | None = None) -> str:
    """Take a petition in and return its receipt; the same ``once`` again returns the first one.

    Raises Invalid (the form's faults), NotFound (no such district).
    """
    if district not in office.policies.districts:
        raise NotFound("没有这个区（市）。")
    # The public holds no role: for this one form it stands where the diagram lets a petition come in.
    citizen = Actor(person_id=PUBLIC, login=PUBLIC, name="群众（网上）", groups=(f"county_office@{district}",))
    given = {"petition_channel": "online", "petition_files": [], **data}
    made = cases.start_case(office, citizen, PROCESS, given, once=once)
    return f"{made.record_no}-{_code(office, made.record_no)}"


def state_of(office: Office, receipt: str) -> PetitionState:
    """Return how far the petition of a receipt is. Raises NotFound for a wrong one, whatever is wrong with it."""
    number, _, code = receipt.strip().rpartition("-")
    with reading_desk(office, None) as desk:
        head = (
            listing.by_record(desk.tx, number)
            if number and hmac.compare_digest(code.encode(), _code(office, number).encode())
            else None
        )
        if head is None or head.process_key != PROCESS:
            raise NotFound("没有这个回执号，请核对后再查。")
        return _state(desk, receipt.strip(), number, head.opened_at)


def _state(desk: Desk, receipt: str, number: str, received_at: datetime) -> PetitionState:
    done = {one.form: one for one in papers.submissions(desk.tx, number)}
    words = next((said for form, said in STEPS if form in done), "已收到，正在办理")
    reply = done.get("petition_reply")
    return PetitionState(
        receipt=receipt,
        received_at=received_at,
        state=words,
        reply=str(reply.data.get("reply_text", "")) if reply else "",
        replied_at=reply.submitted_at if reply else None,
    )


def _code(office: Office, number: str) -> str:
    key = hashlib.sha256(b"petition:" + office.settings.secret).digest()
    return hashlib.blake2s(number.encode(), key=key, digest_size=CODE // 2).hexdigest()
