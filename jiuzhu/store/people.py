"""Organisations, persons, memberships, sessions, recusals (decisions C2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, or_, select, update

from jiuzhu.errors import NotFound
from jiuzhu.store.tables import membership, organisation, person, recusal, session
from jiuzhu.store.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A member of staff with the groups held on a day."""

    id: str
    login: str
    name: str
    password_hash: str
    active: bool
    groups: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OrganisationRow:
    """A district, town, village or department."""

    id: str
    parent: str | None
    kind: str
    name: str
    district: str


_IN_FORCE = (
    membership.c.from_day <= bindparam("day"),
    or_(membership.c.to_day.is_(None), membership.c.to_day >= bindparam("day")),
)
_PERSON = (
    select(person, membership.c.role, membership.c.organisation)
    .outerjoin(membership, (membership.c.person == person.c.id) & _IN_FORCE[0] & _IN_FORCE[1])
    .order_by(membership.c.id)
)
_BY_ID = _PERSON.where(person.c.id == bindparam("value"))
_BY_LOGIN = _PERSON.where(person.c.login == bindparam("value"))
_BY_GROUP = (
    select(person.c.id, person.c.login, person.c.name)
    .join(membership, membership.c.person == person.c.id)
    .where(
        membership.c.role == bindparam("role"),
        membership.c.organisation == bindparam("organisation"),
        *_IN_FORCE,
        person.c.active,
    )
    .order_by(person.c.login)
    .distinct()
)


def _one(tx: Transaction, statement: Any, value: str, day: date) -> PersonRow:
    rows = tx.execute(statement, {"value": value, "day": day}).all()
    if not rows:
        raise NotFound("没有这个人员。")
    first = rows[0]
    groups = tuple(dict.fromkeys(f"{row.role}@{row.organisation}" for row in rows if row.role))
    return PersonRow(
        id=first.id, login=first.login, name=first.name, password_hash=first.password_hash, active=first.active,
        groups=groups,
    )  # fmt: skip


def by_id(tx: Transaction, person_id: str, day: date) -> PersonRow:
    """Return a person with groups in force on a day. Raises NotFound."""
    return _one(tx, _BY_ID, person_id, day)


def by_login(tx: Transaction, login: str, day: date) -> PersonRow:
    """Return a person with groups in force on a day. Raises NotFound."""
    return _one(tx, _BY_LOGIN, login, day)


def holders(tx: Transaction, group: str, day: date) -> Sequence[tuple[str, str, str]]:
    """Return (id, login, name) of whoever holds ``role@organisation`` on a day."""
    role, _, place = group.partition("@")
    rows = tx.execute(_BY_GROUP, {"role": role, "organisation": place, "day": day})
    return [(row.id, row.login, row.name) for row in rows]


def members_of(tx: Transaction, places: Sequence[str], day: date) -> Sequence[PersonRow]:
    """Return the active people with a role at one of these organisations on a day, by login."""
    statement = _PERSON.where(membership.c.organisation.in_(list(places)), person.c.active)
    found: dict[str, PersonRow] = {}
    for row in tx.execute(statement.order_by(None).order_by(person.c.login, membership.c.id), {"day": day}):
        known = found.get(row.id)
        groups = (*(known.groups if known else ()), f"{row.role}@{row.organisation}")
        found[row.id] = PersonRow(
            id=row.id, login=row.login, name=row.name, password_hash="", active=row.active, groups=groups
        )
    return list(found.values())


def names(tx: Transaction, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of persons by id."""
    if not ids:
        return {}
    rows = tx.execute(select(person.c.id, person.c.name).where(person.c.id.in_(list(ids))))
    return {row.id: row.name for row in rows}


def ever_in(districts: Sequence[str]) -> Select[Any]:
    """Return the question for the ids of everybody who ever held a role in these districts."""
    joined = membership.join(organisation, organisation.c.id == membership.c.organisation)
    return select(membership.c.person).select_from(joined).where(organisation.c.district.in_(list(districts)))


def places_with_members(tx: Transaction, day: date) -> frozenset[str]:
    """Return the organisations in which somebody holds a role on a day."""
    return frozenset(tx.execute(select(membership.c.organisation).where(*_IN_FORCE), {"day": day}).scalars())


def everybody(tx: Transaction, day: date) -> Sequence[PersonRow]:
    """Return everybody with the groups in force on a day, by login."""
    found: dict[str, PersonRow] = {}
    for row in tx.execute(_PERSON.order_by(None).order_by(person.c.login, membership.c.id), {"day": day}):
        known = found.get(row.id)
        group = (f"{row.role}@{row.organisation}",) if row.role else ()
        groups = (*(known.groups if known else ()), *group)
        found[row.id] = PersonRow(
            id=row.id, login=row.login, name=row.name, password_hash="", active=row.active, groups=groups
        )
    return list(found.values())


def logins(tx: Transaction) -> Sequence[PersonRow]:
    """Return everybody, without groups, by login."""
    return [
        PersonRow(id=row.id, login=row.login, name=row.name, password_hash="", active=row.active, groups=())
        for row in tx.execute(select(person).order_by(person.c.login))
    ]


def add_person(tx: Transaction, *, person_id: str, login: str, name: str, password_hash: str) -> None:
    """Insert a person. A taken login is a Conflict."""
    row = {"id": person_id, "login": login, "name": name, "password_hash": password_hash, "active": True}
    tx.execute(insert(person), row)


def set_password_hash(tx: Transaction, person_id: str, password_hash: str) -> None:
    """Replace a password."""
    tx.execute(update(person).where(person.c.id == person_id).values(password_hash=password_hash))


def add_membership(
    tx: Transaction, *, person_id: str, role: str, place: str, from_day: date, to_day: date | None
) -> None:
    """Give a role at an organisation."""
    row = {"person": person_id, "role": role, "organisation": place, "from_day": from_day, "to_day": to_day}
    tx.execute(insert(membership), row)


def add_organisation(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Insert an organisation (id, parent, kind, name, district, from_day)."""
    tx.execute(insert(organisation), {"to_day": None, **row})


def organisations(tx: Transaction) -> Sequence[OrganisationRow]:
    """Return all organisations, parents first by id."""
    return [
        OrganisationRow(id=row.id, parent=row.parent, kind=row.kind, name=row.name, district=row.district)
        for row in tx.execute(select(organisation).order_by(organisation.c.id))
    ]


def open_session(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Insert a session (token_hash, person, opened_at, seen_at, expires_at)."""
    tx.execute(insert(session), dict(row))


def session_of(tx: Transaction, token_hash: str) -> tuple[str, datetime, datetime] | None:
    """Return person, last seen and end of a session."""
    row = tx.execute(select(session).where(session.c.token_hash == token_hash)).one_or_none()
    return None if row is None else (row.person, row.seen_at, row.expires_at)


def see_session(tx: Transaction, token_hash: str, now: datetime) -> None:
    """Note that the session was used."""
    tx.execute(update(session).where(session.c.token_hash == token_hash).values(seen_at=now))


def close_session(tx: Transaction, token_hash: str) -> None:
    """Delete a session."""
    tx.execute(delete(session).where(session.c.token_hash == token_hash))


def close_sessions_of(tx: Transaction, person_id: str) -> None:
    """Delete all sessions of a person (after a change of password)."""
    tx.execute(delete(session).where(session.c.person == person_id))


def drop_old_sessions(tx: Transaction, now: datetime) -> None:
    """Delete what has expired."""
    tx.execute(delete(session).where(session.c.expires_at < now))


def recuse(tx: Transaction, person_id: str, case_no: str, reason: str, now: datetime) -> None:
    """Note that a person keeps out of a case."""
    tx.execute(insert(recusal), {"person": person_id, "case_no": case_no, "reason": reason, "at": now})


def recusals(tx: Transaction, case_no: str) -> dict[str, str]:
    """Return person → reason of those who keep out of a case."""
    rows = tx.execute(select(recusal.c.person, recusal.c.reason).where(recusal.c.case_no == case_no))
    return {row.person: row.reason for row in rows}
