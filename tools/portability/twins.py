"""Procedures that no walk of tests/data goes through: tried out in our own office, then done again on the other engine.

Both offices begin with the same database: the demo's people, a few households that are helped already. What is walked
is what the try-out finds (``jiuzhu simulate``): as people usually answer, then the ways that add most flows.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from jiuzhu.errors import Invalid, JiuzhuError
from jiuzhu.foreign.client import EngineClient
from jiuzhu.service import identity, simulating, tryout_drawing, tryout_office
from jiuzhu.service.tryout_office import Root
from jiuzhu.simulate.lists import Lists
from jiuzhu.simulate.tryout.place import DATABASE, Place, bare_office, with_stock
from jiuzhu.simulate.tryout.stand_ins import StandIns
from tests.conftest import ROOT, diagrams
from tools.portability import server, ways
from tools.portability.abroad import Abroad
from tools.portability.planned import PlannedHands
from tools.portability.recording import Act, Recorded, Recorder, as_usual, chosen, rested, schedule_of
from tools.portability.replaying import Replay
from tools.portability.report import Twin

DAY = date(2026, 9, 16)
DISTRICTS = ("jincheng", "ninghe", "qijiang", "xintai", "xixiu")
STEPS = 90
MOST_WAYS = 2
SEED = "1/portability"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a procedure is walked."""

    key: str
    district: str
    root: str
    """The process with which it begins: itself, or what leads to it."""
    stock: bool = False
    """True when some households are to be helped already; always, where something is about one or the calendar's."""
    before: Sequence[str] = ()
    """What is walked first, as usual."""
    arranged: Sequence[str] = ()
    """What the office has to have: names of ``ARRANGED``."""
    excused: str = ""
    """The ADR that names what the other engine cannot do the same way."""
    rest_days: int = 0
    """How long people then only do what is still open, before it begins."""
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Form → what is answered there before what is usual."""
    scope: str = ""
    """Where the calendar begins; at the first place when it is ''."""
    programme: str = ""
    """Of the household that it is about."""
    steps: int = STEPS
    """How long the try-out looks for ways."""
    calendar: bool = False
    """True when the calendar begins it, although people may, too."""
    day: date = DAY


class Twins:
    """Offices of both kinds on one prepared database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._prepared: dict[date, Path] = {}

    def run(self, plan: Plan, engine: EngineClient, url: str) -> list[Twin]:
        """Walk a procedure here, then there; return what came of each way."""
        start = self._folder / f"start-{plan.key}.db"
        try:
            found = chosen(self._record(plan, start), MOST_WAYS)
        except JiuzhuError as error:
            return [_nothing(plan, str(error))]
        if not found:
            return [_nothing(plan, "试走没有找到经过它的走法")]
        return [self._again(plan, place, one, start, engine, url) for place, one in enumerate(found, start=1)]

    def _record(self, plan: Plan, start: Path) -> Sequence[Recorded]:
        with opened(self.prepared(plan.day), plan) as place:
            first = _first(place, plan)
            if first.about or not first.starters or plan.stock or plan.before:
                with_stock(place)
            for name in plan.arranged:
                ARRANGED[name](place)
            hands = PlannedHands(place, random.Random(SEED), plan.answers, plan.programme)
            copied(place.office.settings.home / DATABASE, start)
            line = tryout_office.last_passage(place.office)
            before: tuple[Act, ...] = ()
            for key in plan.before:
                before = as_usual(place, hands, _first(place, replace(plan, root=key)), before)
            before = rested(place, hands, first, before, plan.rest_days)
            drawings = {}
            for key in dict.fromkeys((first.key, plan.key)):
                bundle = tryout_office.bundle_of(place.office, key, plan.district)
                drawings |= tryout_drawing.drawings_of(bundle)
            tables = tryout_drawing.read_by_tables(bundle)
            recorder = Recorder(
                place, first, drawings, tables, hands, budget=plan.steps, before=before, first=line, scope=plan.scope
            )
            recorder.run()
            faults = [f"{one.kind} {one.element_id}: {one.message}" for one in recorder.notes.faults.values()]
            if not recorder.recorded:
                raise Invalid(f"没有走到结束：{faults}；{sorted(set(recorder.notes.refused.values()))}")
            return recorder.recorded

    def _again(self, plan: Plan, number: int, recorded: Recorded, start: Path, engine: EngineClient, url: str) -> Twin:
        began = time.monotonic()
        server.clear(engine)
        with opened(start, plan, elsewhere=True) as place:
            abroad = Abroad(place.office, engine, url)
            try:
                reason = Replay(place, abroad).run(recorded.acts)
            except JiuzhuError as error:
                reason = str(error)
            there = ways.theirs(engine, abroad.instances())
        differences = ([reason] if reason else []) + ways.differences(recorded.way, there)
        return Twin(
            procedure=plan.key,
            number=number,
            title=recorded.title,
            district=plan.district,
            processes=sorted({process for _, process in recorded.way}),
            elements=ways.length(recorded.way),
            differences=differences,
            excused=plan.excused,
            seconds=round(time.monotonic() - began, 1),
        )

    def prepared(self, day: date) -> Path:
        """Return a database with everything deployed and everybody in it on a day."""
        if day not in self._prepared:
            path = self._folder / f"twins-{day}.db"
            with bare_office(diagrams(), root=ROOT, day=day) as (office, _):
                copied(office.settings.home / DATABASE, path)
            self._prepared[day] = path
        return self._prepared[day]


@contextmanager
def opened(database: Path, plan: Plan, *, elsewhere: bool = False) -> Iterator[Place]:
    """Open an office of a district on a copy of a database; its cases may be run by another engine."""
    with bare_office(database, root=ROOT, day=plan.day) as (whole, machine):
        office = simulating.only(whole, plan.district, plan.day)
        office.settings = office.settings.with_values(engine={"elsewhere": elsewhere})
        simulating.hold_posts(office, plan.district, plan.day)
        stand_ins = StandIns(office.topics)
        office.topics = stand_ins.topics
        logins = [one.login for one in identity.demo_logins(office) if one.login.startswith(f"{plan.district}-")]
        yield Place(
            office=office,
            machine=machine,
            district=plan.district,
            key=plan.key,
            findings=(),
            logins=logins,
            stand_ins=stand_ins,
        )


def _bring_list(place: Place) -> None:
    """Let the quarter's list of poor households be uploaded."""
    lists = Lists(place.office, place.district, place.logins, random.Random(SEED))
    lists.bring()
    if lists.troubles:
        raise Invalid("；".join(lists.troubles))


def _end_grants(place: Place) -> None:
    """Let no town of the district hold the authority yet."""
    with place.office.store.reading() as tx:
        towns = [row.id for row in place.office.places.all(tx) if (row.district, row.kind) == (place.district, "town")]
    simulating.before_grants(place.office, place.district, towns, place.now.date())


ARRANGED: Mapping[str, Callable[[Place], None]] = {"list": _bring_list, "no_grants": _end_grants}


def _first(place: Place, plan: Plan) -> Root:
    """Return what people or the calendar begin. Raises Invalid."""
    if schedule_of(place.office, plan.root):
        found = tryout_office.root_of(place.office, plan.root, plan.district)
        if plan.calendar or found is None or found.key != plan.root:
            return Root(key=plan.root, name=plan.root, about="", form="", starters=())
        return found
    found = tryout_office.root_of(place.office, plan.root, plan.district)
    if found is None:
        raise Invalid(f"“{plan.root}”没有人能发起。")
    return found


def copied(database: Path, to: Path) -> None:
    """Copy a database that is in use."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(database, to)


def _nothing(plan: Plan, reason: str) -> Twin:
    """Return what is said of a procedure that could not be walked in our own office."""
    return Twin(
        procedure=plan.key,
        number=0,
        title="",
        district=plan.district,
        processes=[],
        elements=0,
        differences=[reason],
        seconds=0,
    )


def plans() -> dict[str, Plan]:
    """Return how the procedures without a walk are walked, by key."""
    found = tomllib.loads((Path(__file__).parent / "twins.toml").read_text("utf-8"))
    return {key: _plan(key, one) for key, one in found.items()}


def _plan(key: str, given: Mapping[str, Any]) -> Plan:
    own = key.partition("_")[0]
    district = own if own in DISTRICTS else DISTRICTS[0]
    return Plan(**{"key": key, "district": district, "root": key, **given})
