"""What the simulator asks of the office about its people: who could do what is open, and where nobody holds a post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.instants import day_of
from jiuzhu.service import identity
from jiuzhu.service.desk import reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.simulating import Open
from jiuzhu.store import people


class Colleagues:
    """Who holds which post today, asked once a day: nobody is appointed while the simulated staff are at work."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._day: date | None = None
        self._actors: dict[str, Actor] = {}
        self._holders: dict[str, Sequence[str]] = {}
        self._unstaffed: frozenset[str] | None = None

    def of(self, item: Open) -> Sequence[Actor]:
        """Return who could do an item: its holder, the named persons, else everybody of its groups."""
        self._turn()
        if item.assignee:
            return self._people([item.assignee])
        return self._people(item.users or [one for group in item.groups for one in self._holding(group)])

    @property
    def unstaffed(self) -> frozenset[str]:
        """The towns and villages where nobody holds a post: what is begun there stays where it is."""
        self._turn()
        if self._unstaffed is None:
            with reading_desk(self._office, None) as desk:
                staffed = people.places_with_members(desk.tx, desk.today)
                places = desk.office.places.all(desk.tx)
            self._unstaffed = frozenset(
                row.id for row in places if row.kind in {"town", "village"} and row.id not in staffed
            )
        return self._unstaffed

    def _turn(self) -> None:
        today = day_of(self._office.clock.now())
        if today != self._day:
            self._day, self._unstaffed = today, None
            self._actors.clear()
            self._holders.clear()

    def _people(self, ids: Sequence[str]) -> Sequence[Actor]:
        missing = [one for one in ids if one not in self._actors]
        if missing:
            self._actors |= {actor.person_id: actor for actor in identity.actors(self._office, missing)}
        return [self._actors[one] for one in dict.fromkeys(ids)]

    def _holding(self, group: str) -> Sequence[str]:
        if group not in self._holders:
            with reading_desk(self._office, None) as desk:
                self._holders[group] = [one for one, _, _ in people.holders(desk.tx, group, desk.today)]
        return self._holders[group]
