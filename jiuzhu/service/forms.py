"""Forms for the doors: read once, filled in with what the office knows of people, files and signatures.

Doors get the form functions from here (``parse_post``, ``rearrangement`` …): they never import the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.formview import FormView
from jiuzhu.domain.instants import day_of
from jiuzhu.engine import Bundle
from jiuzhu.engine.forms import (
    Attachment,
    Form,
    Person,
    Rearrangement,
    parse_form,
    parse_post,
    rearrange,
    rearrangement,
    validate,
    view,
)
from jiuzhu.errors import NotFound
from jiuzhu.service.office import Office
from jiuzhu.store import Transaction, papers, people
from jiuzhu.store.people import PersonRow

__all__ = [
    "Form", "FormSheet", "OfficePorts", "Rearrangement", "form_of", "parse_post", "ports_of", "rearrange",
    "rearrangement", "validate",
]  # fmt: skip


def form_of(bundle: Bundle, form_id: str) -> Form:
    """Return a form of a bundle; a step without a form gets an empty one. Raises NotFound."""
    if not form_id:
        return parse_form(b'{"type": "default", "id": "empty", "components": []}')
    data = bundle.forms.get(form_id)
    if data is None:
        raise NotFound(f"流程包里没有表单 {form_id}。")
    return parse_form(data)


class OfficePorts:
    """``jiuzhu.engine.forms_ports.FieldPorts`` for one person, one case, one moment."""

    def __init__(
        self, office: Office, actor: Actor, case_no: str, now: datetime, tx: Transaction | None = None
    ) -> None:
        self._office = office
        self._person = actor
        self._case_no = case_no
        self._now = now
        self._tx = tx
        self._people: dict[str, Person | None] = {}
        self._posts: dict[tuple[str, ...], str] = {}

    @property
    def now(self) -> datetime:
        """Office time."""
        return self._now

    @property
    def actor(self) -> Person:
        """Who fills in the form."""
        return Person(id=self._person.person_id, name=self._person.name, post=self._post(self._person.groups))

    @property
    def allow_synthetic(self) -> bool:
        """Made-up identity numbers are accepted in the demo only."""
        return self._office.settings.is_demo

    def person(self, text: str) -> Person | None:
        """Return a colleague of the actor's district by id or login."""
        if text not in self._people:
            self._people[text] = self._look_up(text)
        return self._people[text]

    def people(self, group: str) -> Sequence[Person]:
        """Return who holds a group now."""
        with self._reading() as tx:
            found = people.holders(tx, group, day_of(self._now))
        return [Person(id=one, name=name, post=self._post((group,))) for one, _, name in found]

    def signers(self) -> Sequence[Person]:
        """Return colleagues at the actor's organisations and below: their paper signatures may be recorded."""
        with self._reading() as tx:
            places = {
                row.id
                for place in self._person.organisations
                for row in (self._office.places.of(tx, place), *self._office.places.below(tx, place))
            }
            found = people.members_of(tx, sorted(places), day_of(self._now))
        return [Person(id=row.id, name=row.name, post=self._post(row.groups)) for row in found]

    def attachment(self, attachment_id: str) -> Attachment | None:
        """Return a file that the actor uploaded or that belongs to this case."""
        with self._reading() as tx:
            rows = papers.attachments(tx, [attachment_id])
        for row in rows:
            if row["person"] == self._person.person_id or (row["case_no"] and row["case_no"] == self._case_no):
                return Attachment(id=row["id"], name=row["name"], mime=row["mime"], size=row["size"])
        return None

    def _look_up(self, text: str) -> Person | None:
        day = day_of(self._now)
        with self._reading() as tx:
            found: PersonRow | None = None
            ways: tuple[Callable[..., PersonRow], ...] = (people.by_id, people.by_login)
            for way in ways:
                try:
                    found = way(tx, text, day)
                    break
                except NotFound:
                    continue
            if found is None or not found.active:
                return None
            own = {self._office.places.of(tx, place).district for place in self._person.organisations}
            theirs = {self._office.places.of(tx, group.partition("@")[2]).district for group in found.groups}
        if own and not own & theirs:
            return None
        return Person(id=found.id, name=found.name, post=self._post(found.groups))

    def _post(self, groups: Sequence[str]) -> str:
        if not groups:
            return ""
        asked = tuple(groups[:1])
        if asked not in self._posts:
            role, _, place = groups[0].partition("@")
            with self._reading() as tx:
                self._posts[asked] = self._office.roles.post(self._office.places.name(tx, place), role)
        return self._posts[asked]

    @contextmanager
    def _reading(self) -> Iterator[Transaction]:
        if self._tx is not None:
            yield self._tx
            return
        with self._office.store.reading() as tx:
            yield tx


def ports_of(
    office: Office, actor: Actor, case_no: str = "", *, now: datetime | None = None, tx: Transaction | None = None
) -> OfficePorts:
    """Return the ports for a form; without a transaction they read by themselves whenever they are asked."""
    return OfficePorts(office, actor, case_no, now or office.clock.now(), tx)


@dataclass(frozen=True, kw_only=True)
class FormSheet:
    """A form before a person: schema, what stands in it, and what its conditions and texts may read."""

    form: Form
    values: Mapping[str, Any]
    """Draft, or nothing."""
    context: Mapping[str, Any]
    ports: OfficePorts

    def view(
        self,
        values: Mapping[str, Any] | None = None,
        faults: Mapping[str, str] | None = None,
        mode: Literal["edit", "read"] = "edit",
    ) -> FormView:
        """Return what a page draws; default is the draft without faults."""
        shown = self.values if values is None else values
        return view(self.form, shown, faults or {}, self.context, mode, ports=self.ports)
