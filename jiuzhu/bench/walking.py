"""Lets people work cases on an office and notes what every durable step took.

All cases go abreast, as in an office: everybody's first step, then everybody's second. Only the use case itself is
timed (start, complete, finish an errand, fire a timer), not pages, errands or the making of answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from jiuzhu.bench.walk import Walk, WalkStep, fill, numbers
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.topics import ErrandCall, Values
from jiuzhu.engine import Bundle, Engine, Event, Step, StoredState
from jiuzhu.engine.values import Host
from jiuzhu.errors import Failed
from jiuzhu.service import cases, identity, inbox, jobs, work
from jiuzhu.service import clock as office_clock
from jiuzhu.service import documents as papers
from jiuzhu.service.bundles import BundleShelf
from jiuzhu.service.office import Office
from jiuzhu.store import counted_statements

T = TypeVar("T")
OWNER = "bench"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@dataclass(frozen=True)
class Act:
    """One timed use case. ``steps`` > 1 where one call moved several cases (timers)."""

    kind: str
    element: str
    seconds: float
    statements: tuple[str, ...]
    steps: int = 1


@dataclass
class Notes:
    """What was measured on one office."""

    acts: list[Act] = field(default_factory=list)
    state_bytes: list[int] = field(default_factory=list)

    @property
    def steps(self) -> int:
        """Durable steps."""
        return sum(act.steps for act in self.acts)

    @property
    def seconds(self) -> float:
        """Time of all steps."""
        return sum(act.seconds for act in self.acts)

    def of(self, kind: str) -> list[Act]:
        """Return the acts of one kind."""
        return [act for act in self.acts if act.kind == kind]


class NotedEngine(Engine):
    """The engine; notes how large the states are."""

    def __init__(self, inner: Engine, notes: Notes) -> None:
        super().__init__()
        self._inner = inner
        self._notes = notes

    def prepare(self, bundle: Bundle) -> None:
        """Parse a bundle."""
        self._inner.prepare(bundle)

    def start(self, bundle: Bundle, variables: Values, host: Host) -> Step:
        """Start a case."""
        return self._noted(self._inner.start(bundle, variables, host))

    def advance(self, bundle: Bundle, state: StoredState, event: Event, host: Host) -> Step:
        """Advance a case."""
        return self._noted(self._inner.advance(bundle, state, event, host))

    def read_variables(self, bundle: Bundle, state: StoredState, task_id: str | None = None) -> Values:
        """Read a case's variables."""
        return self._inner.read_variables(bundle, state, task_id)

    def _noted(self, step: Step) -> Step:
        self._notes.state_bytes.append(len(step.state.blob))
        return step


class Walkers:
    """Households on one office, worked abreast."""

    def __init__(self, office: Office, walk: Walk, engine: Engine | None = None) -> None:
        self.office = office
        self.walk = walk
        self.notes = Notes()
        self._case_nos: dict[int, str] = {}
        self._attachments: dict[tuple[str, int], str] = {}
        office.engine = NotedEngine(engine or office.engine, self.notes)
        office.bundles = BundleShelf(office.engine, office.topics)

    def run(self, households: range) -> Notes:
        """Work these households from the application to the end; returns what was measured.

        Raises Failed when a case does not go where the walk says.
        """
        for household in households:
            self._start(household)
        self._settle()
        for step in self.walk.steps:
            if step.days:
                self._wait(step.days, len(households))
            else:
                for household in households:
                    self._complete(household, step)
            self._settle()
        return self.notes

    def forget(self) -> None:
        """Begin the notes anew (after warming up)."""
        self.notes.acts.clear()
        self.notes.state_bytes.clear()

    def _start(self, household: int) -> None:
        actor = self._actor(self.walk.starter)
        data = fill(
            self.walk.application, self._numbers(household, actor), prefix=self.walk.prefix, household=household
        )
        made = self._timed("start", "", lambda: cases.start_case(self.office, actor, self.walk.process, data))
        self._case_nos[household] = made.case_no

    def _complete(self, household: int, step: WalkStep) -> None:
        actor = self._actor(step.login)
        case_no = self._case_nos[household]
        found = inbox.list_items(self.office, actor, view="group", element=step.element, text=case_no).items
        if len(found) != 1:
            raise Failed(f"{case_no}: expected {step.element}, found {len(found)} open items for {step.login}")
        item = found[0].id
        page = work.open_item(self.office, actor, item)
        values = {**page.context, **self._numbers(household, actor)}
        data = fill(step.answers, values, prefix=self.walk.prefix, household=household)
        self._timed("complete", step.element, lambda: work.complete(self.office, actor, item, data))

    def _wait(self, days: int, households: int) -> None:
        span = timedelta(days=days)
        self._timed("timer", "", lambda: office_clock.advance_clock(self.office, None, span), steps=households)

    def _settle(self) -> None:
        """Work the errands that wait."""
        topics = [name for name, topic in self.office.topics.items() if topic.errand is not None]
        while taken := jobs.take_jobs(self.office, OWNER, topics, 1):
            self._finish(taken[0])

    def _finish(self, job: jobs.Job) -> None:
        errand = self.office.topics[job.topic].errand
        if errand is None:
            raise Failed(f"topic {job.topic} has no errand")
        outputs = errand(
            ErrandCall(
                topic=job.topic,
                case_no=job.case_no,
                record_no=job.record_no,
                process_key=job.process_key,
                district=job.district,
                element_id=job.element_id,
                task_id=job.id,
                inputs=job.inputs,
                attempt=job.attempt,
                now=self._now,
            )
        )
        self._timed("finish", job.element_id, lambda: jobs.finish_job(self.office, OWNER, job.id, outputs))

    def _timed(self, kind: str, element: str, act: Callable[[], T], *, steps: int = 1) -> T:
        with counted_statements() as statements:
            began = time.perf_counter()
            answer = act()
            seconds = time.perf_counter() - began
        self.notes.acts.append(Act(kind, element, seconds, tuple(statements), steps))
        return answer

    @property
    def _now(self) -> datetime:
        return office_clock.office_now(self.office).astimezone(self.office.settings.zone)

    def _actor(self, login: str) -> Actor:
        return identity.actor_of(self.office, login)

    def _numbers(self, household: int, actor: Actor) -> dict[str, str]:
        place = (actor.login, household)
        if place not in self._attachments:
            self._attachments[place] = papers.store_attachment(self.office, actor, "sheet.png", "image/png", PNG)
        return numbers(household, self._now, self._attachments[place])
