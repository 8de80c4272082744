"""The chief representative and the seal: exactly one in office in a town, and who keeps the seal (R-23, XT-14)."""

from __future__ import annotations

from datetime import timedelta

from jiuzhu.domain.rows import Appointment, Seal, SealCustody
from jiuzhu.domain.standing import in_force
from jiuzhu.domain.topics import RecordCall
from jiuzhu.errors import Refused
from workers.records.standing import town_of

POST = "chief_rep"


def name_chief_rep(call: RecordCall, person: str, document_no: str) -> None:
    """Put a person into the post from today on; whoever held it before leaves it (R-23).

    Raises Refused for somebody who is not a chief representative of this town in the user directory.
    """
    town = town_of(call)
    if all(one.id != person for one in call.records.people(f"{POST}@{town}")):
        raise Refused(f"{call.records.person(person).name}不是本镇街的首席代表岗位人员。")
    posts = list(call.records.find(Appointment, town=town, post=POST))
    standing = [post for post in posts if in_force(post.valid_from, post.valid_to, call.today)]
    for post in standing:
        if post.person != person:
            call.records.change(post, valid_to=call.today - timedelta(days=1))  # never two on one day
    if any(post.person == person for post in standing):
        return
    call.records.add(
        Appointment(
            appointment_no=f"{town}-{POST}-{len(posts) + 1}",
            district=call.district,
            town=town,
            person=person,
            post=POST,
            document_no=document_no,
            valid_from=call.today,
        )
    )
    call.records.audit("chief_rep", f"{call.records.person(person).name}任首席代表（{document_no}）", person=person)


def leave_seal(call: RecordCall, seal: Seal) -> None:
    """End whoever keeps a seal: until it is handed on nobody does."""
    for each in call.records.find(SealCustody, seal_no=seal.seal_no):
        if each.valid_to is None or each.valid_to > call.today:
            call.records.change(each, valid_to=call.today)


def hand_seal_to(call: RecordCall, seal: Seal, person: str, *, handed_by: str) -> None:
    """Write who keeps a seal from today on (the hand-over log)."""
    leave_seal(call, seal)
    held = list(call.records.find(SealCustody, seal_no=seal.seal_no))
    call.records.add(
        SealCustody(
            custody_no=f"{seal.seal_no}-保管-{len(held) + 1}",
            seal_no=seal.seal_no,
            holder=person,
            handed_by=handed_by,
            valid_from=call.today,
        )
    )
