"""What the simulator asks of the office: everything that is open, who could do it, forms filled in by their rules."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Appointment, AuthorityGrant, EntrustmentLetter
from jiuzhu.domain.topics import Value, Values
from jiuzhu.engine.forms import Form
from jiuzhu.engine.forms_example import CannotFill, Filler
from jiuzhu.errors import ConfigurationError
from jiuzhu.policy import DistrictPolicy
from jiuzhu.service.desk import open_desk, reading_desk
from jiuzhu.service.forms import ports_of
from jiuzhu.service.office import Office
from jiuzhu.service.schedule_files import Schedules
from jiuzhu.store import people, simulation
from jiuzhu.store.shelf import shelf_of

__all__ = [
    "CannotFill",
    "Open",
    "answers",
    "choices_of",
    "has_villages",
    "only",
    "open_items",
    "process_counts",
    "turning",
    "villages_of",
]


AUTHORITY, BEGUN = "authority", "devolution_from"
"""Table of who may grant, and the column that says since when a town may."""


@dataclass(frozen=True, kw_only=True)
class Open:
    """One open item with the groups that may do it."""

    id: str
    element_id: str
    process_key: str
    case_no: str
    record_no: str
    form: str
    due: datetime
    opened_at: datetime
    assignee: str
    groups: Sequence[str]
    users: Sequence[str]
    name: str = ""


def only(office: Office, district: str, day: date) -> Office:
    """Return the office as one district has it, its authority switched on from a day on: the calendar of the others
    brings nothing, and before the date of its own order no town could grant what the diagrams let it grant.
    """
    policies = {**office.policies.districts, district: _held_from(office.policies.of(district), day)}
    return dataclasses.replace(
        office,
        schedules=office.schedules.of_district(district),
        policies=dataclasses.replace(office.policies, districts=policies),
    )


def turning(office: Office, schedules: Sequence[str]) -> Office:
    """Return the office with some of its schedules only. Raises ConfigurationError for a name that is none of them."""
    unknown = [name for name in schedules if name not in office.schedules]
    if unknown:
        raise ConfigurationError(f"prologue: there is no schedule {unknown[0]!r}")
    return dataclasses.replace(office, schedules=Schedules({name: office.schedules[name] for name in schedules}))


def _held_from(policy: DistrictPolicy, day: date) -> DistrictPolicy:
    """Return the policy with the rows of its authority's table that begin later in that year begun on the day."""
    rows = [
        dataclasses.replace(row, first=day, columns={**row.columns, BEGUN: _as(row.columns.get(BEGUN), day)})
        if day < row.first and row.first.year == day.year
        else row
        for row in policy.dated_rows.get(AUTHORITY, ())
    ]
    return dataclasses.replace(policy, dated_rows={**policy.dated_rows, AUTHORITY: rows})


def _as(value: Value, day: date) -> Value:
    return day.isoformat() if isinstance(value, str) else value


def hold_posts(office: Office, district: str, day: date) -> int:
    """Let whoever is appointed by a district hold the post from a day on: the made-up year has no time before them."""
    moved = 0
    with open_desk(office, None) as desk:
        shelf = shelf_of(desk.tx)
        for row in shelf.find(Appointment, {"district": district}):
            if row.valid_from > day:
                shelf.change(row, {"valid_from": day})
                moved += 1
    return moved


def before_grants(office: Office, district: str, towns: Sequence[str], day: date) -> int:
    """Let the demo's grants and letters of these towns have ended the day before: their authority is yet to be
    switched on.
    """
    ended = 0
    with open_desk(office, None) as desk:
        shelf = shelf_of(desk.tx)
        for town in towns:
            for row in shelf.find(AuthorityGrant, {"district": district, "town": town}):
                shelf.change(row, {"devolution_until": day - timedelta(days=1)})
                ended += 1
            for letter in shelf.find(EntrustmentLetter, {"district": district, "town": town}):
                shelf.change(letter, {"valid_to": day - timedelta(days=1)})
    return ended


def open_items(office: Office, district: str) -> Sequence[Open]:
    """Return every open item of a district, earliest due first."""
    with office.store.reading() as tx:
        found = simulation.open_items(tx, district)
    merged: dict[str, Open] = {}
    for row in found:
        known = merged.get(row["task_id"])
        groups = [*(known.groups if known else ()), *([row["group_name"]] if row["group_name"] else [])]
        merged[row["task_id"]] = Open(
            id=row["task_id"],
            element_id=row["element_id"],
            process_key=row["process_key"],
            case_no=row["case_no"],
            record_no=row["record_no"],
            form=row["form"],
            due=row["due"],
            opened_at=row["opened_at"],
            assignee=row["assignee"] or "",
            groups=groups,
            users=row["users"] or (),
            name=row["name"],
        )
    return list(merged.values())


def answers(
    office: Office,
    actor: Actor,
    form: Form,
    context: Values,
    given: Mapping[str, Any],
    draw: random.Random,
    upload: Callable[[], str],
    case_no: str = "",
    shunned: frozenset[str] = frozenset(),
    avoided: Mapping[str, frozenset[Any]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return answers that the form accepts, ``given`` first, ``avoided`` choices (field → values) last and no
    ``shunned`` place. Raises CannotFill.
    """
    ports = ports_of(office, actor, case_no)
    filler = Filler(ports=ports, draw=draw, upload=upload, shunned=shunned, avoided=avoided)
    return filler.fill(form, context, given)


def choices_of(form: Form, key: str) -> Sequence[Any]:
    """Return the fixed options of one of a form's fields."""
    for component in form.top():
        if component.key == key and component.choices is not None:
            return [option.value for option in component.choices.fixed]
    return ()


def villages_of(office: Office, actor: Actor) -> Sequence[str]:
    """Return the villages of a person's towns where somebody holds a post, all of them where nobody does."""
    with reading_desk(office, actor) as desk:
        staffed = people.places_with_members(desk.tx, desk.today)
        towns = {desk.office.places.town_of(desk.tx, place) for place in actor.organisations}
        rows = desk.office.places.all(desk.tx)
        found = sorted(row.id for row in rows if row.kind == "village" and row.parent in towns)
        return [place for place in found if place in staffed] or found


def has_villages(office: Office, actor: Actor) -> bool:
    """Return False for people of a town of which no village is known: nobody lives there about whom to begin."""
    with reading_desk(office, actor) as desk:
        places = desk.office.places
        parents = {row.parent for row in places.all(desk.tx) if row.kind == "village"}
        own = [places.of(desk.tx, one) for one in actor.organisations]
        return any(one.kind != "town" or one.id in parents for one in own)


def process_counts(office: Office, district: str) -> Mapping[str, int]:
    """Return process key → in how many records of a district it ran; what the district could run and never did is 0."""
    with office.store.reading() as tx:
        own = [
            row
            for (kind, _), row in office.bundles.released(tx, district).items()
            if kind == "process" and row.facts.get("district", "") in {"", district} and row.facts.get("starters")
        ]
        known = {key for row in own for key in office.bundles.peek(tx, row, district).processes}
        counts = simulation.process_counts(tx, district)
    return {key: counts.get(key, 0) for key in sorted(known | set(counts))}


@dataclass(frozen=True, kw_only=True)
class Left:
    """What a year has left behind in the tables."""

    ends: Mapping[str, Mapping[str, int]]
    """Process → end event → records; '' for those that still run."""
    incidents: Sequence[str]
    late: Mapping[str, int]
    """Form → items that were completed after their date."""


def left_behind(office: Office, district: str) -> Left:
    """Return how processes ended, what failed and what was done late."""
    with office.store.reading() as tx:
        return Left(
            ends=simulation.ends(tx, district),
            incidents=simulation.incidents(tx, district),
            late=simulation.late_items(tx, district),
        )
