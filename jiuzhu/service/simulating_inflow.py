"""What the simulator asks of the office about what comes in: which messages cases wait for, who takes lists over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiuzhu.domain.rows import Recipient
from jiuzhu.service import identity
from jiuzhu.service.desk import reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.waiting import action_of
from jiuzhu.store import people, simulation
from jiuzhu.store.shelf import shelf_of


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A message that people may bring in, with the logins of those who may enter it."""

    task_id: str
    message: str
    case_no: str
    record_no: str
    logins: Sequence[str]


def messages(office: Office, district: str) -> Sequence[Waiting]:
    """Return what cases of a district wait for and people may enter, longest waiting first."""
    found: list[Waiting] = []
    with reading_desk(office, None) as desk:
        for row in simulation.messages(desk.tx, district):
            action = action_of(row)
            if action is None:
                continue
            ids = [one for group in action.groups for one, _, _ in people.holders(desk.tx, group, desk.today)]
            logins = [people.by_id(desk.tx, one, desk.today).login for one in dict.fromkeys(ids)]
            found.append(
                Waiting(
                    task_id=row["task_id"],
                    message=row["message"],
                    case_no=row["case_no"],
                    record_no=row["record_no"],
                    logins=logins,
                )
            )
    return found


def holding(office: Office, district: str, permission: str) -> Sequence[str]:
    """Return the logins of a district's demo people who have a permission, in order."""
    own = [one.login for one in identity.demo_logins(office) if one.login.startswith(f"{district}-")]
    return [one for one in own if office.roles.may(identity.actor_of(office, one).groups, permission)]


def helped(office: Office, district: str) -> Sequence[tuple[str, str, str]]:
    """Return name, id and village of everybody in a district's register who is helped now, in its order."""
    with reading_desk(office, None) as desk:
        rows = shelf_of(desk.tx).find(Recipient, {"district": district})
        return [
            (row.name, row.resident_id, row.village)
            for row in sorted(rows, key=lambda one: one.recipient_no)
            if row.state != "ended"
        ]
