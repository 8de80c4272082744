"""Who somebody is: login, session, person, role at an organisation (decisions C2).

Passwords are kept as argon2id hashes, sessions as hashes of a random secret. Session times are machine time.
``actor`` None or the system may do everything here (command line, seed data); a person needs a role with
``administer``.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.instants import day_of
from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound
from jiuzhu.service import office_acts
from jiuzhu.service.office import Office, is_system
from jiuzhu.service.refusals import logged
from jiuzhu.service.staffing import require_may_decide
from jiuzhu.store import people
from jiuzhu.store.people import PersonRow

SHORTEST = 8
LONGEST_LOGIN = 64
LONGEST_NAME = 60
BEGINNING = date(2000, 1, 1)
SEEN_EVERY = timedelta(minutes=1)
"""How often the last use of a session is written."""

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_urlsafe())
"""Checked when a login does not exist, so that the answer takes as long."""


@dataclass(frozen=True, kw_only=True)
class DemoLogin:
    """One line of the demo's list of people."""

    login: str
    name: str
    title: str


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """A person as lists show one."""

    id: str
    login: str
    name: str
    active: bool
    groups: tuple[str, ...]


def authenticate(office: Office, login: str, password: str) -> Actor:
    """Return who this is. Raises Forbidden for a wrong login or password (the two are not told apart)."""
    try:
        with office.store.reading() as tx:
            row = people.by_login(tx, login, day_of(office.clock.now()))
    except NotFound:
        _matches(_NOBODY, password)
        raise Forbidden("用户名或密码不正确。") from None
    if not _matches(row.password_hash, password) or not row.active:
        raise Forbidden("用户名或密码不正确。")
    return _actor(row)


def actor_of(office: Office, login: str) -> Actor:
    """Return a person by login, with the groups in force now. Raises NotFound."""
    with office.store.reading() as tx:
        return _actor(people.by_login(tx, login, day_of(office.clock.now())))


def actors(office: Office, ids: Sequence[str]) -> Sequence[Actor]:
    """Return persons by id, with the groups in force now. Raises NotFound."""
    with office.store.reading() as tx:
        day = day_of(office.clock.now())
        return [_actor(people.by_id(tx, one, day)) for one in dict.fromkeys(ids)]


def open_session(office: Office, actor: Actor) -> str:
    """Open a session and return its secret; only the hash is kept."""
    secret = secrets.token_urlsafe(32)
    now = office.clock.machine()
    with office.store.transaction() as tx:
        people.open_session(
            tx,
            {
                "token_hash": _hash(secret),
                "person": actor.person_id,
                "opened_at": now,
                "seen_at": now,
                "expires_at": now + timedelta(hours=int(office.settings.get("session", "hours"))),
            },
        )
        office_acts.note(office, tx, actor, "login", f"{actor.name}登录")
    return secret


def actor_of_session(office: Office, secret: str) -> Actor:
    """Return whose session this is. Raises Forbidden when it has ended."""
    now = office.clock.machine()
    idle = timedelta(minutes=int(office.settings.get("session", "idle_minutes")))
    with office.store.reading() as tx:
        found = people.session_of(tx, _hash(secret))
        if found is None:
            raise Forbidden("请重新登录。")
        person_id, seen_at, expires_at = found
        row = people.by_id(tx, person_id, day_of(office.clock.now()))
    if now > expires_at or now - seen_at > idle or not row.active:
        close_session(office, secret)
        raise Forbidden("登录已过期，请重新登录。")
    if now - seen_at > SEEN_EVERY:
        with office.store.transaction() as tx:
            people.see_session(tx, _hash(secret), now)
    return _actor(row)


def close_session(office: Office, secret: str) -> None:
    """End a session; an unknown one is ended already."""
    with office.store.transaction() as tx:
        people.close_session(tx, _hash(secret))


@logged("person", "login")
def create_person(office: Office, actor: Actor | None, *, login: str, name: str, password: str) -> str:
    """Add a person and return the id. Raises Invalid, Conflict (login taken), Forbidden."""
    _require_administrator(office, actor)
    if not login or len(login) > LONGEST_LOGIN or not login.isprintable() or " " in login:
        raise Invalid(f"用户名不能有空格，最多 {LONGEST_LOGIN} 个字。", {"login": "请改正用户名。"})
    if not name.strip() or len(name.strip()) > LONGEST_NAME or not name.isprintable():
        raise Invalid(f"请填写姓名，最多 {LONGEST_NAME} 个字。", {"name": "请改正姓名。"})
    with office.store.transaction() as tx:
        try:
            people.by_login(tx, login, BEGINNING)
        except NotFound:
            people.add_person(tx, person_id=login, login=login, name=name.strip(), password_hash=_hashed(password))
            office_acts.note(office, tx, actor, "person", f"新增人员 {name.strip()}（{login}）")
            return login
    raise Conflict(f"用户名 {login} 已经有人用了。")


@logged("person", "login")
def set_password(office: Office, actor: Actor | None, *, login: str, password: str) -> None:
    """Set a password; all sessions of the person end. Raises Invalid, NotFound, Forbidden."""
    if actor is not None and actor.login != login:
        _require_administrator(office, actor)
    with office.store.transaction() as tx:
        row = people.by_login(tx, login, BEGINNING)
        people.set_password_hash(tx, row.id, _hashed(password))
        people.close_sessions_of(tx, row.id)
        office_acts.note(office, tx, actor, "password", f"为 {login} 设置密码")


@logged("person", "login")
def add_membership(
    office: Office,
    actor: Actor | None,
    *,
    login: str,
    group: str,
    from_day: date = BEGINNING,
    to_day: date | None = None,
) -> None:
    """Give a role at an organisation (``role@organisation``).

    Raises Invalid, NotFound, Forbidden, Conflict (the person holds a role that excludes this one: who supervises does
    not decide, JC-01, XT-03).
    """
    _require_administrator(office, actor)
    role_id, _, place = group.partition("@")
    if role_id not in office.roles.by_id:
        raise Invalid(f"没有角色 {role_id}。", {"group": "请从 config/roles.toml 的角色中选。"})
    with office.store.transaction() as tx:
        row = people.by_login(tx, login, max(from_day, day_of(office.clock.now())))
        held = office.roles.conflicting(role_id, [one.partition("@")[0] for one in row.groups])
        if held:
            label = office.roles.label
            raise Conflict(f"“{label(held)}”和“{label(role_id)}”不能由同一人担任：审核确认和监督要分开。")
        kind = office.places.of(tx, place).kind
        level = office.roles.of(role_id).level
        if level not in {kind, "any"}:
            raise Invalid(f"角色“{office.roles.label(role_id)}”只能设在{level}一级。", {"group": "请核对单位。"})
        require_may_decide(office, tx, login, role_id, office.places.of(tx, place).district)
        people.add_membership(tx, person_id=row.id, role=role_id, place=place, from_day=from_day, to_day=to_day)
        office_acts.note(office, tx, actor, "membership", f"{login} 任 {group}")


def list_people(office: Office) -> Sequence[PersonView]:
    """Return everybody with the groups in force now."""
    with office.store.reading() as tx:
        day = day_of(office.clock.now())
        rows = people.everybody(tx, day)
    return [PersonView(id=row.id, login=row.login, name=row.name, active=row.active, groups=row.groups) for row in rows]


def demo_logins(office: Office) -> Sequence[DemoLogin]:
    """Return the demo's people with their posts. Raises Forbidden outside the demo."""
    if not office.settings.is_demo:
        raise Forbidden("只有演示环境有演示人员。")
    found = []
    with office.store.reading() as tx:
        for person in list_people(office):
            titles = []
            for group in person.groups:
                role, _, place = group.partition("@")
                titles.append(office.roles.post(office.places.name(tx, place), role))
            found.append(DemoLogin(login=person.login, name=person.name, title="、".join(titles)))
    return found


def _actor(row: PersonRow) -> Actor:
    return Actor(person_id=row.id, login=row.login, name=row.name, groups=row.groups)


def _require_administrator(office: Office, actor: Actor | None) -> None:
    if not is_system(actor) and actor is not None and not office.roles.may(actor.groups, "administer"):
        raise Forbidden("您的岗位不能管理人员。")


def _hashed(password: str) -> str:
    if len(password) < SHORTEST:
        raise Invalid(f"密码至少 {SHORTEST} 个字符。", {"password": f"至少 {SHORTEST} 个字符。"})
    return _HASHER.hash(password)


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
