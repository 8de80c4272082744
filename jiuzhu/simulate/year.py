"""A year passes: applications come in, staff work, the calendar brings its turns; then the ledger is read.

Time is virtual: machine and office time stand at the hour of each office day. The same seed gives the same year.
"""

from __future__ import annotations

import random
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from jiuzhu.clock import StillMachine
from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Failed, Refused
from jiuzhu.runner import Runner
from jiuzhu.service import cases, due, identity, recipient_book, schedule_view, schedules, simulating
from jiuzhu.service.office import Office, system_actor
from jiuzhu.service.simulating import CannotFill
from jiuzhu.service.simulating_limits import Limits
from jiuzhu.simulate.households import Families, programmes_of
from jiuzhu.simulate.staff import Staff, _words

HOURS = (time(9), time(15))
"""When staff go through what is open."""
DILIGENCE = 0.7
"""How much of what is not urgent gets done at each of these hours."""
MATTERS = 3
"""How often each other procedure that somebody may start is started in the year."""
AGAIN = 10
"""Days until a start that was refused is tried again, by somebody else or about another household."""


@dataclass(kw_only=True)
class YearReport:
    """What a simulated year has left behind."""

    district: str
    year: int
    applications: int = 0
    started: Counter[str] = field(default_factory=Counter)
    items: int = 0
    processes: Mapping[str, int] = field(default_factory=dict)
    ledger: Mapping[str, Counter[str]] = field(default_factory=dict)
    gaps: Sequence[str] = ()
    """Turns that are past their date, neither done nor marked late, nor explained."""
    troubles: Counter[str] = field(default_factory=Counter)
    open_items: int = 0
    ends: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    incidents: Sequence[str] = ()
    late: Mapping[str, int] = field(default_factory=dict)
    """Form → items that were completed after their date."""
    limits: Limits | None = None

    @property
    def never_ran(self) -> Sequence[str]:
        """Return the procedures of the district that did not run."""
        return [key for key, count in self.processes.items() if not count]


class Year:
    """One district's year."""

    def __init__(
        self,
        office: Office,
        machine: StillMachine,
        district: str,
        year: int,
        *,
        applications: int,
        seed: int,
        months: int = 12,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._office = office
        self._machine = machine
        self._draw = random.Random(seed)
        self._families = Families(self._draw)
        self._staff = Staff(office, self._draw)
        self._runner = Runner(office)
        self._say = say
        self._days = [
            day
            for day in (date(year, 1, 1) + timedelta(days=number) for number in range(366))
            if day.year == year and day.month <= months and office.calendar.is_working_day(day)
        ]
        self._last = date(year, months, monthrange(year, months)[1])
        self._arrivals = Counter(
            self._draw.choices(self._days[: -30 if months > 3 else len(self._days) // 2], k=applications)
        )
        self.report = YearReport(district=district, year=year)
        self._people = [one for one in identity.demo_logins(office) if one.login.startswith(f"{district}-")]
        takers = [one.login for one in self._people if "-town_intake-" in one.login]
        self._villages = {login: simulating.villages_of(office, identity.actor_of(office, login)) for login in takers}
        self._takers = [login for login in takers if self._villages[login]]
        self._others: dict[date, list[tuple[str, bool]]] = {}
        self._starters: dict[str, list[str]] = {}

    def run(self) -> YearReport:
        """Let the year pass and return what it left behind."""
        self._plan_others()
        day, last = date(self.report.year, 1, 1), self._last
        working = set(self._days)
        while day <= last:
            self._turn_to(day, time(8))
            self._settle()
            if day in working:
                self._work_day(day)
            if day.day == 1:
                self._say(f"{day:%Y-%m}  办件 {self.report.applications}  已办环节 {sum(self._staff.done.values())}")
            day += timedelta(days=1)
        self._turn_to(last, time(23, 59, 59))
        self._settle()
        return self._finished()

    def _work_day(self, day: date) -> None:
        for _ in range(self._arrivals[day]):
            self._apply(day)
        for key, about in self._others.get(day, ()):
            if not self._start_other(key, about):
                later = next((one for one in self._days if one >= day + timedelta(days=AGAIN)), None)
                if later is not None:
                    self._others.setdefault(later, []).append((key, about))
        for hour in HOURS:
            self._turn_to(day, hour)
            self._settle()
            soon = self._office.clock.now() + timedelta(days=1)
            for item in simulating.open_items(self._office, self.report.district):
                if item.due <= soon or self._draw.random() < DILIGENCE:
                    self._staff.do(item)
            self._settle()

    def _plan_others(self) -> None:
        """Spread what else somebody may start over the year: reports about cases, petitions, discoveries …"""
        for about in (False, True):
            by_key: dict[str, list[str]] = {}
            for one in self._people:
                actor = identity.actor_of(self._office, one.login)
                for process in cases.startable(self._office, actor, about=about):
                    # Agents only hand in what they have a letter for.
                    if not process.is_application and "-agent-" not in one.login:
                        by_key.setdefault(process.key, []).append(one.login)
            self._starters.update(by_key)
            for key in sorted(by_key):
                for _ in range(MATTERS):
                    day = self._draw.choice(self._days[40:-40] or self._days[10:])
                    self._others.setdefault(day, []).append((key, about))

    def _apply(self, day: date) -> None:
        actor = identity.actor_of(self._office, self._draw.choice(self._takers))
        found = [one for one in cases.startable(self._office, actor) if one.is_application]
        process = self._draw.choice([one for one in found for _ in range(1 if "temp" in one.key else 4)])

        def given(form: object) -> Mapping[str, object]:
            programmes = simulating.choices_of(form, "programme")  # type: ignore[arg-type]
            village = self._draw.choice(self._villages[actor.login])
            return self._families.application(village, programmes_of(programmes or ["dibao"], self._draw), day)

        if self._start(actor, process.key, None, given):
            self.report.applications += 1

    def _start_other(self, key: str, about: bool) -> bool:
        actor = identity.actor_of(self._office, self._draw.choice(self._starters[key]))
        if not about:
            return self._start(actor, key, None, lambda _: {})
        known = [one.recipient_no for one in recipient_book.list_recipients(self._office, actor)]
        known += [one.case_no for one in cases.list_cases(self._office, actor, limit=200).cases]
        self._draw.shuffle(known)
        for number in known:
            if any(one.key == key for one in cases.startable(self._office, actor, about=True, number=number)):
                return self._start(actor, key, number, lambda _: {})
        return False

    def _start(
        self, actor: Actor, key: str, about: str | None, given: Callable[[object], Mapping[str, object]]
    ) -> bool:
        try:
            page = cases.start_form(self._office, actor, key, about)
            data = self._staff.answer(actor, page.sheet.form, page.sheet.context, about or "", given(page.sheet.form))
            cases.start_case(self._office, actor, key, data, about=about)
        except CannotFill as error:
            self.report.troubles[f"启动{key}：{_words(error)}"] += 1
            return False
        except Refused as error:
            self.report.troubles[f"启动{key}：{error.sentence}"] += 1
            return False
        except Failed as error:
            self.report.troubles[f"启动{key}：{type(error).__name__} {error}"] += 1
            return False
        self.report.started[key] += 1
        return True

    def _turn_to(self, day: date, hour: time) -> None:
        wanted = datetime.combine(day, hour, self._office.settings.zone)
        delta = wanted - self._office.clock.now()
        if delta > timedelta():
            self._machine.advance(delta)

    def _settle(self) -> None:
        """Let the calendar, the timers and the errands do what is due now."""
        for _ in range(20):
            moved = schedules.keep_schedules(self._office) + due.fire_due(self._office) + self._runner.drain()
            if not moved:
                return

    def _finished(self) -> YearReport:
        report, office = self.report, self._office
        turns = schedule_view.list_turns(office, system_actor(), district=report.district, limit=100_000)
        ledger: dict[str, Counter[str]] = {}
        for one in turns:
            ledger.setdefault(one.schedule, Counter())[one.words] += 1
        report.ledger = ledger
        now = office.clock.now()
        report.gaps = [
            f"{one.occurrence_no}：{one.fault or one.words}"
            for one in turns
            if one.due_at < now and one.state in {"due", "started"} and not one.late
        ]
        report.processes = simulating.process_counts(office, report.district)
        left = simulating.left_behind(office, report.district)
        report.ends, report.incidents, report.late = left.ends, left.incidents, left.late
        report.items = sum(self._staff.done.values())
        report.troubles += self._staff.troubles
        report.open_items = len(simulating.open_items(office, report.district))
        return report
