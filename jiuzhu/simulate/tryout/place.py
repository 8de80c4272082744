"""The throw-away office of a trial: a database of its own, the deployed rest, the files under trial, made-up people.

Nothing of the real office is read but its diagrams, tables, forms and settings; departments, mail and payment are the
simulations that the demo has.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from jiuzhu.bootstrap import build_office
from jiuzhu.clock import StillMachine
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.service import deployment, identity, seed, simulating, tryout_deployment
from jiuzhu.service.clock import set_demo_clock
from jiuzhu.service.office import Office
from jiuzhu.settings import DEMO, Settings
from jiuzhu.simulate.plans import Stock
from jiuzhu.simulate.stock import take_over
from jiuzhu.simulate.tryout.stand_ins import StandIns

FAST = Path("/dev/shm")
DATABASE = "jiuzhu.db"
PASSWORD = "trial"
OPENING = time(9)
STOCK = (
    Stock(programme="低保", households=4, amounts=("standard",), members=2),
    Stock(
        programme="特困", households=2, amounts=("standard",), care_level="具备生活自理能力", support_mode="分散供养"
    ),
)
"""Households that are helped already: what is tried may be about one."""


@dataclass(kw_only=True)
class Place:
    """A throw-away office with its clock."""

    office: Office
    machine: StillMachine
    district: str
    key: str
    """The process under trial."""
    findings: Sequence[Any]
    """What the checker says of the files under trial."""
    logins: Sequence[str]
    stand_ins: StandIns

    @property
    def now(self) -> datetime:
        """Office time in the office's zone."""
        return self.office.clock.now().astimezone(self.office.settings.zone)


@contextmanager
def bare_office(rest: Mapping[str, bytes] | Path, *, root: Path, day: date) -> Iterator[tuple[Office, StillMachine]]:
    """Open an office in memory with files (or a copy of a SQLite file in which they are) and the demo's people.

    Raises DeploymentRefused for a file that cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="jiuzhu-trial-", dir=FAST if FAST.is_dir() else None) as home:
        machine = StillMachine(datetime.combine(day, OPENING, SHANGHAI))
        settings = Settings.load({"JIUZHU_ENV": DEMO, "JIUZHU_NOW": day.isoformat(), "JIUZHU_HOME": home}, root=root)
        settings = settings.with_values(jobs={"retry": "R1/PT0S"})
        if isinstance(rest, Path):
            shutil.copy(rest, Path(home) / DATABASE)
        with _exchange(root) as url:
            office = build_office(settings.with_values(exchange={"url": url}), clock=machine)
            try:
                deployment.migrate(office)
                set_demo_clock(office)
                if not isinstance(rest, Path):
                    tryout_deployment.lay_out(office, rest)
                    seed.load_demo(office, password=PASSWORD)
                yield office, machine
            finally:
                office.close()


@contextmanager
def throw_away(
    rest: Mapping[str, bytes] | Path, tried: Mapping[str, bytes], *, root: Path, district: str, day: date
) -> Iterator[Place]:
    """Open an office in memory with ``tried`` over ``rest`` and the made-up people of a district; gone at the end.

    ``rest`` may also be a SQLite file in which the rest and the people are already; it is copied.
    Raises DeploymentRefused when what is tried cannot run at all.
    """
    key = tryout_deployment.process_key(tried)
    with bare_office(rest, root=root, day=day) as (office, machine):
        yield _furnish(office, machine, tried, key, district, day)


def _furnish(
    office: Office,
    machine: StillMachine,
    tried: Mapping[str, bytes],
    key: str,
    district: str,
    day: date,
) -> Place:
    findings = tryout_deployment.lay_on_top(office, tried)
    office = simulating.only(office, district, day)
    simulating.hold_posts(office, district, day)
    stand_ins = StandIns(office.topics)
    office.topics = stand_ins.topics
    logins = [one.login for one in identity.demo_logins(office) if one.login.startswith(f"{district}-")]
    return Place(
        office=office,
        machine=machine,
        district=district,
        key=key,
        findings=findings,
        logins=logins,
        stand_ins=stand_ins,
    )


def with_stock(place: Place) -> int:
    """Take a few households over, so that something may begin about one; returns how many.

    The list is of the year's first day, like that of a simulated year.
    """
    office, now = place.office, place.now
    place.machine.advance(datetime.combine(date(now.year, 1, 1), OPENING, now.tzinfo) - now)
    villages: list[str] = []
    for login in place.logins:
        if "-town_intake-" in login:
            villages += simulating.villages_of(office, identity.actor_of(office, login))
    taken = take_over(office, place.district, STOCK, list(dict.fromkeys(villages)), now.year)
    place.machine.advance(now - place.now)
    return taken


@contextmanager
def _exchange(root: Path) -> Iterator[str]:
    from workers.exchange import serve_exchange

    with serve_exchange(root / "config" / "demo" / "exchange", 0, host="127.0.0.1") as server:
        yield server.url
