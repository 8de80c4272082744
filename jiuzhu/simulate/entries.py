"""What a schedule wants entered in a register: whoever may write there enters it before its date."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.instants import day_of
from jiuzhu.errors import Refused
from jiuzhu.service import identity, registers, schedule_view
from jiuzhu.service.office import Office, system_actor
from jiuzhu.simulate.staff import TRIES, Staff, words_of

EAGER = 0.3
"""How often a turn is kept on a day on which somebody looks at it, long before its date."""
SOON = timedelta(days=10)


class Entries:
    """Keeps the turns of schedules that wait for a register."""

    def __init__(self, office: Office, district: str, logins: Sequence[str], staff: Staff, draw: random.Random) -> None:
        self._office = office
        self._district = district
        self._people = {login: identity.actor_of(office, login) for login in logins}
        self._staff = staff
        self._draw = draw
        self._wanted = {name: one for name, one in office.schedules.items() if one.register}
        self.made: Counter[str] = Counter()
        self.troubles: Counter[str] = Counter()

    def keep(self, today: date) -> None:
        """Enter what is due soon, and some of what has time."""
        for name, schedule in self._wanted.items():
            for turn in schedule_view.list_turns(
                self._office, system_actor(), schedule=name, state="due", district=self._district, limit=1000
            ):
                soon = day_of(turn.due_at) - today <= SOON
                if not turn.late and (soon or self._draw.random() < EAGER):
                    self._enter(schedule.register, turn.scope, schedule.register_values)

    def _enter(self, name: str, place: str, values: Mapping[str, str]) -> None:
        register = self._office.registers[name]
        writers = [
            actor
            for actor in self._people.values()
            if any(place in actor.organisations_of(role) for role in register.write)
        ]
        if not writers:
            self.troubles[f"登记“{register.label}”：{place}没有人可以登记"] += 1
            return
        actor = self._draw.choice(writers)
        refused: Refused | None = None
        for _ in range(TRIES):
            try:
                self._add(actor, name, place, values)
            except Refused as error:
                refused = error
            else:
                return
        assert refused is not None
        self.troubles[f"登记“{register.label}”：{words_of(refused)}"] += 1

    def _add(self, actor: Actor, name: str, place: str, values: Mapping[str, str]) -> None:
        page = registers.entry_form(self._office, actor, name)
        given = {**self._staff.usual(actor, page.sheet.form, f"register_{name}"), **values}
        data = self._staff.filled(actor, page.sheet.form, {}, given)
        registers.add_row(self._office, actor, name, data, organisation=place)
        self.made[name] += 1
