"""The demo's first cases: read from ``config/demo/cases``, started and worked by the demo's people, safe to repeat.

A file is one case: ``process``, ``by``, ``at``, ``[application]``, then one ``[[step]]`` after the other, of the kinds
of ``seed_acts``: an ``item`` to complete, a ``message`` to enter, … ``application`` and ``answers`` stand over those of
``answers.toml`` (one table a form, that with which the process starts among them; how a value is written says
``written_answers``). ``at`` is ``<days before the demo's date> <hour>:<minute>``. ``since`` and ``until`` are the first
and last date of the demo at which the case can be played (left out: any), because authority, posts and letters have
dates.

A file of a ``calendar`` is a stretch of one district's year: what its schedules bring, its reviews and its samples are
started as its days pass. Its first step may be the ``import`` of a list instead of an application; it names an item's
household by ``about``, or takes ``every`` open one.

Everything goes through the use cases that people's pages call, on a clock that stands at the step's hour.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from jiuzhu.clock import Clock
from jiuzhu.errors import ConfigurationError, Forbidden, JiuzhuError
from jiuzhu.service import campaigns, due, identity, jobs, sample_work, schedules
from jiuzhu.service.office import Office
from jiuzhu.service.seed_acts import STEP_KEYS, Acts, kind_of

ANSWERS = "answers.toml"
WORKER = "demo-cases"
LISTS = ("import", "release")
FILE_KEYS = {"title", "process", "by", "at", "since", "until", "application", "calendar", "step"}


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A case that stopped on its way: the diagrams that were deployed are not those it was written for."""

    title: str
    step: str
    sentence: str


class _StillClock:
    """Office time stands at a step's hour; machine time stays true."""

    def __init__(self, true: Clock) -> None:
        self._true = true
        self.moment = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def machine(self) -> datetime:
        return self._true.machine()

    def forget(self) -> None:
        self._true.forget()


def load_cases(office: Office) -> Sequence[Trouble]:
    """Start and work the cases of ``config/demo/cases`` that are not there yet; returns those that stopped early.

    Cases of another time than the demo's date (``since``, ``until``) are left out.
    Each step is a transaction of its own, as it is for people. Errands are worked in between, so the exchange must be
    up. Raises Forbidden outside the demo, ConfigurationError for a faulty file.
    """
    if not office.settings.is_demo:
        raise Forbidden("只有演示环境可以装入演示案件。")
    folder = office.settings.root / "config" / "demo" / "cases"
    if not (folder / ANSWERS).is_file():
        raise ConfigurationError(f"{folder / ANSWERS} not found")
    common = _read(folder / ANSWERS)
    files = [path for path in sorted(folder.glob("*.toml")) if path.name != ANSWERS]
    made = [_Play(office, path, common).run() for path in files]
    return [trouble for trouble in made if trouble is not None]


class _Play:
    """One case being worked along its file."""

    def __init__(self, office: Office, path: Path, common: Mapping[str, Any]) -> None:
        self._clock = _StillClock(office.clock)
        self._path = path
        self._script = _read(path)
        self._calendar = str(self._script.get("calendar", ""))
        # Without a calendar nobody keeps the schedules.
        own = office.schedules.of_district(self._calendar) if self._calendar else office.schedules
        self._office = dataclasses.replace(office, clock=self._clock, schedules=own)
        self._today = office.clock.now().astimezone(office.settings.zone).date()
        self._latest = office.clock.now()
        self._kept_on = date.min
        self._errands = [name for name, topic in office.topics.items() if topic.errand is not None]
        self._acts = Acts(self._office, path, common, self._calendar)

    def run(self) -> Trouble | None:
        script = self._script
        self._know(script, FILE_KEYS, "file")
        at = "start"
        try:
            if not self._is_of_this_time() or not self._begin():
                return None
            for step in script.get("step", ()):
                kind = kind_of(step)
                self._know(step, {kind, "by", "at"} | STEP_KEYS.get(kind, frozenset()), "step")
                at = str(step[kind])
                self._turn_to(step["at"])
                # A list is written as a whole before the calendar looks: what it brings finds the households.
                settling = kind not in LISTS
                if settling:
                    self._settle()
                self._acts.do(identity.actor_of(self._office, step["by"]), step)
                if settling:
                    self._settle()
        except KeyError as error:
            raise ConfigurationError(f"{self._path.name}: {at}: {error} is missing") from error
        except ConfigurationError:
            raise
        except JiuzhuError as error:
            return Trouble(title=script["title"], step=at, sentence=_sentence(error))
        return None

    def _begin(self) -> bool:
        """Start the file's case; False when the file was played before."""
        script = self._script
        if "process" not in script:
            return not self._acts.is_taken_over(script["step"][0]["import"])
        self._turn_to(script["at"])
        self._settle()
        actor = identity.actor_of(self._office, script["by"])
        begun = self._acts.begin(actor, script["process"], script["application"], once=f"demo-case:{self._path.stem}")
        if begun:
            self._settle()
        return begun

    def _is_of_this_time(self) -> bool:
        since, until = self._script.get("since", date.min), self._script.get("until", date.max)
        if not (isinstance(since, date) and isinstance(until, date)):
            raise ConfigurationError(f"{self._path.name}: since and until are dates like 2021-12-15")
        return since <= self._today <= until

    def _settle(self) -> None:
        """Work the errands that wait and fire what is due at the step's hour, and in a calendar what its day brings."""
        while True:
            moved = self._keep() if self._calendar else 0
            while taken := jobs.take_jobs(self._office, WORKER, self._errands, 1):
                jobs.work_job(self._office, taken[0])
            if not due.fire_due(self._office) and not moved:
                return

    def _keep(self) -> int:
        """Start what the day brings, once a day, and let reviews and samples go on."""
        office, day = self._office, self._clock.moment.date()
        if day != self._kept_on:
            schedules.keep_schedules(office)
            self._kept_on = day
        return campaigns.keep_campaigns(office) + sample_work.keep_samples(office)

    def _turn_to(self, at: str) -> None:
        days, _, hour = at.partition(" ")
        try:
            wanted = datetime.combine(
                self._today - timedelta(days=int(days)), time.fromisoformat(hour), self._office.settings.zone
            )
        except ValueError as error:
            raise ConfigurationError(f"{self._path.name}: {at!r} is not '<days before> <hour>:<minute>'") from error
        if not self._clock.moment <= wanted.astimezone(UTC) <= self._latest:
            raise ConfigurationError(f"{self._path.name}: {at!r} is not in order")
        self._clock.moment = wanted.astimezone(UTC)

    def _know(self, table: Mapping[str, Any], keys: set[str], where: str) -> None:
        unknown = sorted(set(table) - keys)
        if unknown:
            raise ConfigurationError(f"{self._path.name}: {where}: unknown key {unknown[0]}")


def _sentence(error: JiuzhuError) -> str:
    faults = getattr(error, "faults", None) or {}
    return "；".join([str(error), *(f"{path} {fault}" for path, fault in faults.items())])


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path.name}: {error}") from error
