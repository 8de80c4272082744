"""A month of made-up cases in virtual time: staff take their usual time, and the dates that would be missed are told.

The usual times stand in ``config/demo/year/pace.toml``: by role, working days from the moment an item is open, with a
date from which they hold. What the law counts (obligations) and what an item's own date says are read afterwards.
"""

from __future__ import annotations

import heapq
import random
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from jiuzhu.domain.instants import day_of
from jiuzhu.errors import ConfigurationError
from jiuzhu.runner import Runner
from jiuzhu.service import due, simulating, tryout_office
from jiuzhu.service.simulating import Open
from jiuzhu.service.tryout_office import Root
from jiuzhu.simulate.tryout.hands import Hands
from jiuzhu.simulate.tryout.notes import Fault
from jiuzhu.simulate.tryout.place import Place

DAYS = 31
"""How long cases come in."""
LONGEST = 220
"""Days after which what is still open is left as it is."""
WORK = (9, 17)
RETRIES = 15
NO_LIMIT_YEAR = 9000


@dataclass(frozen=True, kw_only=True)
class Missed:
    """One date that was missed, of all cases together."""

    process_key: str
    element_id: str
    """Of an item; '' for a date that the law counts."""
    name: str
    source: str
    limit: str
    cases: int
    of: int
    median_days: float
    most_days: float
    still_open: int


@dataclass(kw_only=True)
class Month:
    """What a month has left behind."""

    first: date
    last: date
    begun: int = 0
    ended: int = 0
    items: int = 0
    limits: int = 0
    """Dates that were counted, kept ones included."""
    missed: list[Missed] = field(default_factory=list)
    troubles: dict[str, int] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """Return plain values."""
        return {**asdict(self), "first": self.first.isoformat(), "last": self.last.isoformat()}

    def faults(self) -> list[Fault]:
        """Return the missed dates as findings."""
        return [
            Fault(
                kind="limit",
                severity="warning",
                process_key=one.process_key,
                element_id=one.element_id,
                element_name=one.name,
                message=f"按通常用时，{one.of} 次中有 {one.cases} 次会超过期限，"
                f"一般超 {one.median_days:g} 天，最多 {one.most_days:g} 天。",
                remedy="请缩短前面的环节，或核对期限。",
            )
            for one in self.missed
        ]


def read_pace(folder: Path, day: date) -> Mapping[str, tuple[float, float]]:
    """Return role → least and most working days in force on a day; ``*`` is everybody else.

    Raises ConfigurationError.
    """
    path = folder / "pace.toml"
    found: dict[str, tuple[float, float]] = {}
    try:
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["pace"]:
            if row["from"] <= day:
                found |= {role: (float(row["days"][0]), float(row["days"][1])) for role in row["roles"]}
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise ConfigurationError(f"{path.name}: {error}") from error
    if "*" not in found:
        raise ConfigurationError(f"{path.name}: no pace for everybody else (*)")
    return found


def run_month(place: Place, root: Root, cases: int, draw: random.Random, say: Callable[[str], None]) -> Month:
    """Let cases come in for a month and be worked at the usual pace, until all have ended."""
    return _Month(place, root, cases, draw, say).run()


class _Month:
    def __init__(self, place: Place, root: Root, cases: int, draw: random.Random, say: Callable[[str], None]) -> None:
        self._place, self._office, self._root, self._cases, self._draw = place, place.office, root, cases, draw
        self._say = say
        self._hands = Hands(place, draw)
        self._runner = Runner(place.office)
        self._pace = read_pace(place.office.settings.root / "config" / "demo" / "year", place.now.date())
        self._queue: list[tuple[datetime, int, str, Any]] = []
        self._known: set[str] = set()
        self._tries: dict[str, int] = {}
        self._serial = 0
        self._records: list[str] = []
        first = place.now.date()
        self._month = Month(first=first, last=first + timedelta(days=DAYS - 1))

    def run(self) -> Month:
        start, stop = self._place.now, self._place.now + timedelta(days=LONGEST)
        days = [start + timedelta(days=number) for number in range(DAYS)]
        days = [one for one in days if self._office.calendar.is_working_day(one.date())]
        for _ in range(self._cases):
            self._push(self._draw.choice(days) + timedelta(minutes=self._draw.randrange(0, 420)), "begin", None)
        while True:
            self._look()
            timers = [
                one.due
                for one in tryout_office.waits(self._office, self._place.district)
                if one.kind == "timer" and one.due is not None
            ]
            soonest = min(timers, default=None)
            if self._queue and (soonest is None or self._queue[0][0] <= soonest):
                moment, _, kind, item = heapq.heappop(self._queue)
            elif soonest is not None and self._open():
                moment, kind, item = soonest, "timer", None
            else:
                break
            if moment > stop:
                break
            self._turn(moment)
            if kind == "begin":
                self._begin()
            elif kind == "item":
                self._do(item)
            self._settle()
        self._count()
        return self._month

    def _begin(self) -> None:
        logins = self._hands.places(self._root)
        deed = self._hands.begin(self._root, None, self._draw.choice(logins) if logins else "")
        if deed.done:
            self._month.begun += 1
            self._records.append(deed.record_no)
        else:
            self._trouble(f"发起：{deed.said}")
        self._say(f"一个月：{self._month.begun} 件，办了 {self._month.items} 个环节")

    def _do(self, item: Open) -> None:
        deed = self._hands.complete(item)
        if deed.done:
            self._month.items += 1
            return
        if any(one.id == item.id for one in self._items()):
            self._tries[item.id] = self._tries.get(item.id, 0) + 1
            if self._tries[item.id] <= RETRIES:
                self._push(self._after(self._place.now, 1.0), "item", item)
            else:
                self._trouble(f"{item.name}（{item.element_id}）：{deed.said}")

    def _look(self) -> None:
        """Let everybody plan when they will do what is newly open."""
        for item in self._items():
            if item.id not in self._known:
                self._known.add(item.id)
                role = (item.groups[0] if item.groups else "").partition("@")[0]
                least, most = self._pace.get(role, self._pace["*"])
                self._push(self._after(self._place.now, self._draw.uniform(least, most)), "item", item)

    def _after(self, moment: datetime, days: float) -> datetime:
        """Return the moment so many working days later, at a working hour."""
        hours = days * (WORK[1] - WORK[0])
        now = moment
        while True:
            if not self._office.calendar.is_working_day(now.date()) or now.hour >= WORK[1]:
                now = datetime.combine(now.date() + timedelta(days=1), time(WORK[0]), now.tzinfo)
                continue
            now = max(now, datetime.combine(now.date(), time(WORK[0]), now.tzinfo))
            left = (datetime.combine(now.date(), time(WORK[1]), now.tzinfo) - now) / timedelta(hours=1)
            if hours <= left:
                return now + timedelta(hours=hours)
            hours -= left
            now = datetime.combine(now.date() + timedelta(days=1), time(WORK[0]), now.tzinfo)

    def _items(self) -> list[Open]:
        return list(simulating.open_items(self._office, self._place.district))

    def _open(self) -> bool:
        return any(number in self._records for _, number, _ in self._running())

    def _running(self) -> Any:
        return tryout_office.running(self._office, self._place.district)

    def _settle(self) -> None:
        for _ in range(20):
            if not self._runner.drain() + due.fire_due(self._office):
                return

    def _turn(self, moment: datetime) -> None:
        delta = moment - self._office.clock.now()
        if delta > timedelta():
            self._place.machine.advance(delta)

    def _push(self, moment: datetime, kind: str, item: Any) -> None:
        self._serial += 1
        heapq.heappush(self._queue, (moment, self._serial, kind, item))

    def _trouble(self, said: str) -> None:
        self._month.troubles[said] = self._month.troubles.get(said, 0) + 1

    def _count(self) -> None:
        """Read which dates were missed, and by how much."""
        now = self._office.clock.now()
        late: dict[tuple[str, str, str, str, str], list[tuple[float, bool]]] = {}
        of: dict[tuple[str, str, str, str, str], int] = {}

        def note(place: tuple[str, str, str, str, str], due_at: datetime, done_at: datetime | None) -> None:
            if due_at.year >= NO_LIMIT_YEAR or (done_at is None and due_at > now):
                return
            self._month.limits += 1
            of[place] = of.get(place, 0) + 1
            days = (day_of(done_at or now) - day_of(due_at)).days
            if days > 0:
                late.setdefault(place, []).append((float(days), done_at is None))

        for row in tryout_office.obligations(self._office, self._place.district):
            if row.state in {"standby", "void"}:
                continue
            unit = "个工作日" if row.unit == "wd" else "日"
            place = ("", row.due_name, row.label, row.source, f"{row.count} {unit}")
            note(place, row.due_at, row.met_at)
        for one in tryout_office.dated_items(self._office, self._place.district):
            place = (one["process_key"], one["element_id"], one["name"], "", "环节期限")
            note(place, one["due"], one["done_at"])
        running = {number for _, number, _ in self._running()}
        self._month.ended = sum(1 for one in self._records if one not in running)
        for place in sorted(late):
            key, element, name, source, limit = place
            days = sorted(one for one, _ in late[place])
            self._month.missed.append(
                Missed(
                    process_key=key,
                    element_id=element,
                    name=name,
                    source=source,
                    limit=limit,
                    cases=len(days),
                    of=of[place],
                    median_days=days[len(days) // 2],
                    most_days=days[-1],
                    still_open=sum(1 for _, still in late[place] if still),
                )
            )
