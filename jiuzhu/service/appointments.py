"""Appointments to the posts that decide: without one in force nobody grants anything (R-09, JC-01, JC-02)."""

from __future__ import annotations

from datetime import date, timedelta

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Appointment
from jiuzhu.domain.standing import COUNTY_POSTS, DECIDING_POSTS, in_force
from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.service import identity, office_acts
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.office import Office, is_system
from jiuzhu.store.shelf import shelf_of

KEEPS_A_SEAL = "chief_rep"


def appoint(
    office: Office, actor: Actor | None, *, login: str, group: str, document_no: str, first: date | None = None
) -> str:
    """Register that somebody holds a deciding post (``role@organisation``) from a day on; returns the number.

    Raises Forbidden, Invalid: the person must have the role there, and a chief representative changes with the seal.
    """
    _require_administrator(office, actor)
    post, _, place = group.partition("@")
    if post not in DECIDING_POSTS | COUNTY_POSTS:
        raise Invalid(f"{office.roles.label(post)}不是审核确认岗位，不用登记任职。", {"group": "请核对岗位。"})
    if post == KEEPS_A_SEAL:
        raise Invalid("首席代表随印章保管，由放权委托或印章交接明确。", {"group": "请在流程中办理。"})
    if not document_no.strip():
        raise Invalid("任职要有文号。", {"document_no": "请填写任命文号。"})
    person = identity.actor_of(office, login)
    if not person.holds(group):
        raise Invalid(f"{person.name}没有这个岗位，请先设置角色。", {"login": "请核对人员。"})
    with open_desk(office, actor) as desk:
        held = shelf_of(desk.tx).find(Appointment, {"town": place})
        same = [row for row in held if row.person == person.person_id and row.post == post]
        if any(in_force(row.valid_from, row.valid_to, desk.today) for row in same):
            raise Invalid(f"{person.name}已经在任。", {"login": "不用再登记。"})
        number = f"{place}-{post}-{len(held) + 1}"
        shelf_of(desk.tx).add(
            Appointment(
                appointment_no=number,
                district=desk.office.places.of(desk.tx, place).district,
                town=place,
                person=person.person_id,
                post=post,
                document_no=document_no.strip(),
                valid_from=first or desk.today,
            )
        )
        office_acts.note(office, desk.tx, actor, "appoint", f"{login} 任 {group}（{document_no.strip()}）")
        return number


def end_appointments(office: Office, actor: Actor | None, *, login: str, group: str) -> int:
    """Let somebody's appointments to a post end yesterday; returns how many ended. Raises Forbidden, Invalid."""
    _require_administrator(office, actor)
    post, _, place = group.partition("@")
    person = identity.actor_of(office, login)
    with open_desk(office, actor) as desk:
        standing = _held(desk, place, post, person.person_id)
        if not standing:
            raise Invalid(f"{person.name}没有在任的这个职务。", {"login": "请核对人员和岗位。"})
        for row in standing:
            shelf_of(desk.tx).change(row, {"valid_to": desk.today - timedelta(days=1)})
        office_acts.note(office, desk.tx, actor, "dismiss", f"{login} 不再任 {group}")
        return len(standing)


def _held(desk: Desk, place: str, post: str, person: str) -> list[Appointment]:
    found = shelf_of(desk.tx).find(Appointment, {"town": place})
    return [
        row
        for row in found
        if row.post == post and row.person == person and in_force(row.valid_from, row.valid_to, desk.today)
    ]


def _require_administrator(office: Office, actor: Actor | None) -> None:
    if actor is not None and not is_system(actor) and not office.roles.may(actor.groups, "administer"):
        raise Forbidden("任职登记由区（市）系统管理员办理。")
