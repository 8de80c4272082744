"""A year passes: applications come in, staff work, the calendar brings its turns; then the ledger is read.

Time is virtual: machine and office time stand at the hour of each office day. The same seed gives the same year.
"""

from __future__ import annotations

import random
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from jiuzhu.clock import StillMachine
from jiuzhu.runner import Runner
from jiuzhu.service import campaigns, due, identity, sample_work, schedules, simulating, simulating_posts
from jiuzhu.service.office import Office
from jiuzhu.simulate.archive import ask_for_disposal
from jiuzhu.simulate.bank import Bank
from jiuzhu.simulate.beginnings import Beginnings
from jiuzhu.simulate.entries import Entries
from jiuzhu.simulate.hearing import Hearing
from jiuzhu.simulate.leads import Leads
from jiuzhu.simulate.lists import Lists
from jiuzhu.simulate.memory import Memory
from jiuzhu.simulate.plans import Plan, Prologue
from jiuzhu.simulate.report import YearReport, finish
from jiuzhu.simulate.staff import Staff
from jiuzhu.simulate.stock import take_over

OPENING = time(8)
"""When the windows open: what cannot wait for the first round is done at once."""
HOURS = (time(9), time(15))
"""When staff go through what is open."""
URGENT = timedelta(days=5)
"""What is due within this time is done at the next look; several steps, and a bank, may follow before the date."""
DILIGENCE = 0.7
"""How much of what is not urgent gets done at each of these hours."""
ROUNDS = 4
"""How often at such an hour they look for what has become urgent by what they did."""
LOOKS = (0, 3)
"""Days of the week on which somebody looks at what a register still lacks."""
LEAD_DAY = 4
"""Day of the week on which a supervisor goes through the limits that were missed."""


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
        plan: Plan | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._office = office
        self._calendar = office
        """The office with the schedules that turn."""
        self._machine = machine
        self._plan = plan or Plan()
        self._draw = random.Random(seed)
        self._runner = Runner(office)
        self._say = say
        self._days = self._working(date(year, 1, 1), date(year, months, monthrange(year, months)[1]))
        self._last = date(year, months, monthrange(year, months)[1])
        self._arrivals = Counter(
            self._draw.choices(self._days[: -30 if months > 3 else len(self._days) // 2], k=applications)
        )
        self.report = YearReport(district=district, year=year)
        logins = [one.login for one in identity.demo_logins(office) if one.login.startswith(f"{district}-")]
        self._memory = Memory(self._plan.said, year)
        self._staff = Staff(office, self._draw, self._memory)
        self._hearing = Hearing(office, district, self._plan.hear, self._staff, self._draw)
        self._entries = Entries(office, district, logins, self._staff, self._draw)
        self._bank = Bank(office, district, logins, self._draw)
        self._lists = Lists(office, district, logins, self._draw)
        self._beginnings = Beginnings(office, self._staff, self._memory, self._hearing, self._draw, self.report, logins)
        self._leads = Leads(office, district, self._beginnings)

    def run(self) -> YearReport:
        """Let the year pass and return what it left behind."""
        first = date(self.report.year, 1, 1)
        if self._plan.prologue is not None and self._plan.prologue.first < first:
            self._before(self._plan.prologue)
        self._turn_to(first, time(0))
        villages = self._beginnings.villages()
        self.report.taken_over = take_over(
            self._office, self.report.district, self._plan.stock, villages, self.report.year
        )
        self._beginnings.plan([one for one in self._plan.begin if len(one.day) == 5], self._days)
        self._beginnings.plan_others(self._days)
        self._pass(first, self._last, self._days)
        self._turn_to(self._last, time(23, 59, 59))
        self._settle()
        return self._finished()

    def _before(self, prologue: Prologue) -> None:
        """Let what began in an earlier year run, of the calendar only what belongs to it: the year stands on it."""
        simulating.before_grants(self._office, self.report.district, prologue.towns, prologue.first)
        simulating_posts.stand_in(self._office, self.report.district, prologue.stand_in, prologue.first, prologue.last)
        days = self._working(prologue.first, prologue.last)
        self._beginnings.plan([one for one in self._plan.begin if len(one.day) > 5], days)
        self._calendar = simulating.turning(self._office, prologue.schedules)
        self._pass(prologue.first, prologue.last, days, scheduled=bool(prologue.schedules))
        self._calendar = self._office

    def _pass(self, first: date, last: date, days: Sequence[date], *, scheduled: bool = True) -> None:
        day, working = first, set(days)
        while day <= last:
            self._turn_to(day, OPENING)
            self._settle(scheduled=scheduled)
            if day in working:
                self._work_day(day, days, scheduled=scheduled)
            if day.day == 1:
                self._say(f"{day:%Y-%m}  办件 {self.report.applications}  已办环节 {sum(self._staff.done.values())}")
            day += timedelta(days=1)

    def _work_day(self, day: date, days: Sequence[date], *, scheduled: bool) -> None:
        for _ in range(self._arrivals[day]):
            self._beginnings.apply(day)
        self._beginnings.begin(day, days)
        self._bank.answer(day)
        if scheduled and day.weekday() in LOOKS:
            self._entries.keep(day)
            self._lists.bring()
        self._work(self._at(day, HOURS[0]), 0.0)
        for hour in HOURS:
            self._turn_to(day, hour)
            self._settle(scheduled=scheduled)
            self._work(max(self._office.clock.now() + URGENT, self._next_look(day, hour)), DILIGENCE)
            self._settle(scheduled=scheduled)
        self._hearing.listen()
        if scheduled and (day.weekday() == LEAD_DAY or day == days[-1]):
            self._leads.open(day)

    def _work(self, soon: datetime, share: float) -> None:
        """Do what is open: all that is due soon, also when it comes of what was just done; a share of the rest."""
        seen: set[str] = set()
        for round in range(ROUNDS):
            found = [one for one in simulating.open_items(self._office, self.report.district) if one.id not in seen]
            for item in found:
                seen.add(item.id)
                if item.due <= soon or (not round and share and self._draw.random() < share):
                    self._staff.do(item)
            if not found:
                return
            self._runner.drain()

    def _next_look(self, day: date, hour: time) -> datetime:
        """Return when staff look again: what is due before must not wait for it."""
        later = [one for one in HOURS if one > hour]
        if not later:
            following = (day + timedelta(days=number) for number in range(1, 30))
            day = next(one for one in following if self._office.calendar.is_working_day(one))
        return self._at(day, later[0] if later else HOURS[0])

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self._office.settings.zone)

    def _working(self, first: date, last: date) -> list[date]:
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [day for day in days if self._office.calendar.is_working_day(day)]

    def _turn_to(self, day: date, hour: time) -> None:
        delta = self._at(day, hour) - self._office.clock.now()
        if delta > timedelta():
            self._machine.advance(delta)

    def _settle(self, *, scheduled: bool = True) -> None:
        """Let the calendar, the timers and the errands do what is due now."""
        for _ in range(20):
            moved = due.fire_due(self._office) + self._runner.drain()
            moved += schedules.keep_schedules(self._calendar) if scheduled else 0
            moved += campaigns.keep_campaigns(self._office) + sample_work.keep_samples(self._office)
            if not moved:
                return

    def _finished(self) -> YearReport:
        report = self.report
        report.items = sum(self._staff.done.values())
        report.entries, report.messages = dict(self._entries.made), dict(self._hearing.made)
        for one in (self._staff, self._entries, self._hearing, self._bank, self._lists):
            report.troubles += one.troubles
        report.undone = [*self._beginnings.pending(), *self._hearing.pending(), *self._memory.pending()]
        report.dossiers = ask_for_disposal(self._office, report.district)
        finish(report, self._office)
        return report
