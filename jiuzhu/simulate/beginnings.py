"""What begins in a simulated year: applications, what the plan names, and more of what people may start."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Failed, Refused
from jiuzhu.service import cases, identity, recipient_book, simulating
from jiuzhu.service.office import Office
from jiuzhu.simulate.hearing import Hearing
from jiuzhu.simulate.households import Families, programmes_of
from jiuzhu.simulate.memory import Memory
from jiuzhu.simulate.plans import Begin
from jiuzhu.simulate.report import YearReport
from jiuzhu.simulate.staff import TRIES, Staff, words_of

MATTERS = 3
"""How often each other procedure that somebody may start is started in the year."""
AGAIN = 10
"""Days until a start that was refused is tried again, by somebody else or about another household."""
ANY, CASE = "any", "case"
HEAD = "{head}"
"""In a plan's answers: the name of the family's head."""


class Beginnings:
    """Begins cases and records through the start forms of people's pages."""

    def __init__(
        self,
        office: Office,
        staff: Staff,
        memory: Memory,
        hearing: Hearing,
        draw: random.Random,
        report: YearReport,
        logins: Sequence[str],
    ) -> None:
        self._office = office
        self._staff = staff
        self._memory = memory
        self._hearing = hearing
        self._draw = draw
        self._report = report
        self._families = Families(draw)
        actors = {login: identity.actor_of(office, login) for login in logins}
        self._logins = [login for login, actor in actors.items() if simulating.has_villages(office, actor)]
        self._villages: dict[str, Sequence[str]] = {}
        self._starters: dict[tuple[str, bool], list[str]] = {}
        self._due: dict[date, list[Begin]] = {}
        self._named: set[str] = set()

    def plan(self, begin: Sequence[Begin], days: Sequence[date]) -> None:
        """Spread what the plan names over the days, and beside it what else somebody may start."""
        self._named |= {one.process for one in begin if not one.about}
        for one in begin:
            wanted = date.fromisoformat(one.day if len(one.day) > 5 else f"{self._report.year}-{one.day}")
            for number in range(one.times):
                self._postpone(one, wanted + timedelta(days=number), days)

    def plan_others(self, days: Sequence[date]) -> None:
        """Spread what somebody may start over the year: reports about cases, petitions, discoveries …

        What the district's own plan names (a reform in phases) is begun as often as the plan says, and what the
        calendar brings in its own window is not begun beside it.
        """
        first, last = (datetime.combine(day, time(0), self._office.settings.zone) for day in (days[0], days[-1]))
        turns = {one.process for one in self._office.schedules.values() if one.process and one.periods(first, last)}
        for about in (False, True):
            for key in self._startable(about):
                if key in turns or (not about and key in self._named):
                    continue
                for _ in range(MATTERS):
                    day = self._draw.choice(days[40:-40] or days[10:])
                    begin = Begin(day=day.isoformat(), process=key, about=ANY if about else "")
                    self._due.setdefault(day, []).append(begin)

    def begin(self, day: date, days: Sequence[date]) -> None:
        """Begin what is due on a day; what nobody could begin is tried again later."""
        for one in self._due.pop(day, ()):
            if not self._begin(one, day):
                self._postpone(one, day + timedelta(days=AGAIN), days)

    def begin_now(self, one: Begin, day: date) -> bool:
        """Let somebody begin something today; False when nobody could."""
        return self._begin(one, day)

    def pending(self) -> Sequence[str]:
        """Return what the plan named and nobody could begin."""
        return [one.process for found in self._due.values() for one in found]

    def apply(self, day: date) -> None:
        """Let a family apply at one of the windows; who is refused there hands in what was wrong once more."""
        actor = identity.actor_of(self._office, self._draw.choice(self._takers()))
        found = [one for one in cases.startable(self._office, actor) if one.is_application]
        process = self._draw.choice([one for one in found for _ in range(1 if "temp" in one.key else 4)])
        for _ in range(TRIES):
            if self._start(actor, process.key, None, self._family(actor, day, {})) is not None:
                self._report.applications += 1
                return

    def villages(self) -> Sequence[str]:
        """Return the villages that the windows serve."""
        return list(dict.fromkeys(one for login in self._takers() for one in self._villages[login]))

    def _begin(self, one: Begin, day: date) -> bool:
        logins = [login for login in self._logins if not one.by or f"-{one.by}-" in login]
        known = self._starters.get((one.process, bool(one.about)))
        logins = [login for login in logins if known is None or login in known]
        self._draw.shuffle(logins)
        for login in logins:
            actor = identity.actor_of(self._office, login)
            if one.place and one.place not in actor.organisations:
                continue
            about = bool(one.about)
            if known is None and not any(found.key == one.process for found in self._may(actor, about)):
                continue
            number = self._number(actor, one) if about else None
            if about and number is None:
                continue
            record_no = self._start(actor, one.process, number, self._given(actor, day, one))
            if record_no is not None:
                self._memory.tell(record_no, one.forms, one.late)
                self._hearing.expect(record_no, one.messages)
                return True
        return False

    def _given(self, actor: Actor, day: date, one: Begin) -> Callable[[Any], Mapping[str, Any]]:
        if one.process in self._applications(actor):
            return self._family(actor, day, one.answers)
        return lambda _: one.answers

    def _family(self, actor: Actor, day: date, answers: Mapping[str, Any]) -> Callable[[Any], Mapping[str, Any]]:
        def given(form: Any) -> Mapping[str, Any]:
            programmes = simulating.choices_of(form, "programme")
            programme = str(answers.get("programme") or programmes_of(programmes or ["dibao"], self._draw))
            village = self._draw.choice(self._villages_of(actor))
            family = self._families.application(village, programme, day)
            return {**family, **_named(answers, str(family["applicant_name"]))}

        return given

    def _number(self, actor: Actor, one: Begin) -> str | None:
        """Return about which household or case this person may begin it: the first that the draw brings."""
        known: list[str] = []
        if one.about != CASE:
            programme = one.about if one.about != ANY else ""
            rows = recipient_book.list_recipients(self._office, actor, programme=programme)
            known = [row.recipient_no for row in rows]
        if one.about in (ANY, CASE):
            heads = cases.list_cases(self._office, actor, limit=200).cases
            known += [row.case_no for row in heads if one.about == ANY or row.ended_at is None]
        self._draw.shuffle(known)
        return next((one_no for one_no in known if one.process in self._about(actor, one_no)), None)

    def _start(
        self, actor: Actor, key: str, about: str | None, given: Callable[[Any], Mapping[str, Any]]
    ) -> str | None:
        try:
            page = cases.start_form(self._office, actor, key, about)
            data = self._staff.answer(actor, page.sheet.form, page.sheet.context, about or "", given(page.sheet.form))
            started = cases.start_case(self._office, actor, key, data, about=about)
        except (Refused, Failed) as error:
            self._report.troubles[f"启动{key}：{words_of(error)}"] += 1
            return None
        self._report.started[key] += 1
        return started.record_no

    def _startable(self, about: bool) -> Sequence[str]:
        """Return what beside applications somebody may start, and note who."""
        found: dict[str, list[str]] = {}
        for login in self._logins:
            for one in self._may(identity.actor_of(self._office, login), about):
                # Agents only hand in what they have a letter for.
                if not one.is_application and "-agent-" not in login:
                    found.setdefault(one.key, []).append(login)
        self._starters |= {(key, about): logins for key, logins in found.items()}
        return sorted(found)

    def _may(self, actor: Actor, about: bool) -> Sequence[cases.Startable]:
        return cases.startable(self._office, actor, about=about)

    def _about(self, actor: Actor, number: str) -> set[str]:
        return {found.key for found in cases.startable(self._office, actor, about=True, number=number)}

    def _applications(self, actor: Actor) -> set[str]:
        return {one.key for one in self._may(actor, False) if one.is_application}

    def _takers(self) -> Sequence[str]:
        takers = [one for one in self._logins if "-town_intake-" in one]
        return [one for one in takers if self._villages_of(identity.actor_of(self._office, one))]

    def _villages_of(self, actor: Actor) -> Sequence[str]:
        if actor.login not in self._villages:
            self._villages[actor.login] = simulating.villages_of(self._office, actor)
        return self._villages[actor.login]

    def _postpone(self, one: Begin, wanted: date, days: Sequence[date]) -> None:
        later = next((day for day in days if day >= wanted), None)
        if later is not None:
            self._due.setdefault(later, []).append(one)


def _named(value: Any, name: str) -> Any:
    """Put a family's head where the plan's answers name it."""
    if isinstance(value, Mapping):
        return {key: _named(one, name) for key, one in value.items()}
    if isinstance(value, list):
        return [_named(one, name) for one in value]
    return name if value == HEAD else value
