"""Staff of towns by the register: how many, who is the window's one person, and who may not decide (NH-44, QJ-35)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain import staffing
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.instants import day_of
from jiuzhu.domain.rows import RegisterRow
from jiuzhu.domain.staffing import PURCHASED, Staffing, StaffMember
from jiuzhu.errors import Conflict
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.store import Transaction, people
from jiuzhu.store.shelf import shelf_of

REGISTER = "staff"
MINIMUM = "staff.minimum"


@dataclass(frozen=True, kw_only=True)
class TownStaff:
    """One town's line of the check."""

    town: str
    town_name: str
    staffing: Staffing
    source: str
    """Requirement that asks for the number."""


def staffing_of(desk: Desk, town: str) -> Staffing:
    """Return how a town is staffed today by the register."""
    district = desk.office.places.of(desk.tx, town).district
    policy = desk.office.policies.of(district)
    rows = shelf_of(desk.tx).find(RegisterRow, {"register": REGISTER, "district": district})
    return staffing.check_staffing(rows, town, desk.today, int(policy.value(MINIMUM, desk.today)))


def window_persons(desk: Desk, town: str) -> Sequence[StaffMember]:
    """Return who is named today for the window of a town; only people with a login can be told apart."""
    district = desk.office.places.of(desk.tx, town).district
    rows = shelf_of(desk.tx).find(RegisterRow, {"register": REGISTER, "district": district})
    return [one for one in staffing.members_on(rows, town, desk.today) if one.is_window_person and one.login]


def towns_staffed(office: Office, actor: Actor) -> Sequence[TownStaff]:
    """Return the check for every town within a person's own organisations and below."""
    with reading_desk(office, actor) as desk:
        places = desk.office.places
        towns: dict[str, None] = {}
        for place in actor.organisations:
            row = places.of(desk.tx, place)
            below = [one.id for one in places.below(desk.tx, place) if one.kind == "town"]
            towns |= dict.fromkeys(below if row.kind == "district" else filter(None, [places.town_of(desk.tx, place)]))
        return [
            TownStaff(
                town=town,
                town_name=places.name(desk.tx, town),
                staffing=staffing_of(desk, town),
                source=desk.office.policies.of(places.of(desk.tx, town).district).source(MINIMUM, desk.today),
            )
            for town in sorted(towns)
        ]


def require_fitting(desk: Desk, values: Mapping[str, Any]) -> None:
    """Refuse to enter somebody who decides as purchased staff. Raises Conflict."""
    login = str(values.get("login") or "")
    if values.get("kind") != PURCHASED or not login:
        return
    person = people.by_login(desk.tx, login, desk.today)
    if desk.office.roles.may(person.groups, "confirm"):
        raise Conflict(f"{person.name}担任审核确认岗位，不能登记为政府购买服务人员。")


def require_may_decide(office: Office, tx: Transaction, login: str, role: str, district: str) -> None:
    """Refuse to give a deciding role to purchased staff (QJ-35). Raises Conflict."""
    if not office.roles.of(role).may("confirm"):
        return
    rows = shelf_of(tx).find(RegisterRow, {"register": REGISTER, "district": district})
    day = day_of(office.clock.now())
    for place in sorted({row.organisation for row in rows}):
        for member in staffing.members_on(rows, place, day):
            if member.login == login and member.kind == PURCHASED:
                raise Conflict("政府购买服务人员只协助办理，不能担任审核确认岗位。")
