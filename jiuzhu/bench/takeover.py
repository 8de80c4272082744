"""``jiuzhu bench import``: a district's whole stock comes in from one XLSX: dry run, release, undo, timed."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from jiuzhu.bench.places import fresh_database, private_postgres, temporary_office
from jiuzhu.bench.steps import machine
from jiuzhu.domain.identity import luhn_holds, synthetic_id
from jiuzhu.domain.takeover_columns import COLUMNS
from jiuzhu.errors import Failed
from jiuzhu.service import identity, takeover, takeover_release
from jiuzhu.service.office import Office
from jiuzhu.service.workbooks import write_workbook

PERSONS = 3
"""People of a household."""
MAKE, RELEASE = "county_office", "county_leader"
WITHIN_SECONDS = 300


def run(
    households: int = 20_000, postgres: bool = False, progress: Callable[[str], None] = lambda line: None
) -> dict[str, Any]:
    """Measure one import on SQLite, or on a private PostgreSQL. Raises Failed when the list is not taken over."""
    if not postgres:
        return _measured("sqlite", "", households, progress)
    with private_postgres() as server:
        if not server:
            raise Failed("PostgreSQL is not installed")
        return _measured("postgresql", fresh_database(server, "import"), households, progress)


def _measured(database: str, url: str, households: int, progress: Callable[[str], None]) -> dict[str, Any]:
    with temporary_office(url) as office:
        makers = _login(office, MAKE), _login(office, RELEASE)
        progress("making the list …")
        data = _list(office, makers[0], households)
        return {"database": database, **machine(), **_times(office, makers, data, households, progress)}


def _times(
    office: Office, makers: Sequence[str], data: bytes, households: int, progress: Callable[[str], None]
) -> dict[str, Any]:
    maker, leader = (identity.actor_of(office, login) for login in makers)
    seconds: dict[str, float] = {}
    began = time.perf_counter()
    view = takeover.check(office, maker, data, "bench.xlsx")
    seconds["check"] = time.perf_counter() - began
    if view.fault_count or view.households != households:
        raise Failed(f"the list has faults: {list(view.faults)[:3]}")
    progress(f"checked in {seconds['check']:.1f} s; releasing …")
    takeover.submit(office, maker, view.import_no)
    began = time.perf_counter()
    takeover.release(office, leader, view.import_no)
    state = takeover_release.carry_on(office, view.import_no)
    seconds["release"] = time.perf_counter() - began
    if state != "released":
        raise Failed(f"the list was not released: {state}")
    progress(f"released in {seconds['release']:.1f} s; undoing …")
    began = time.perf_counter()
    takeover.undo(office, leader, view.import_no, "bench")
    seconds["undo"] = time.perf_counter() - began
    total = seconds["check"] + seconds["release"]
    return {
        "households": households,
        "persons": view.persons,
        "kilobytes": len(data) // 1024,
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        "total_seconds": round(total, 1),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "within": total <= WITHIN_SECONDS,
    }


def _login(office: Office, role: str) -> str:
    """Return somebody of the demo who holds a district's role, of the first district by name."""
    found = sorted(one.login for one in identity.list_people(office) if f"-{role}-" in one.login)
    if not found:
        raise Failed(f"nobody holds {role}")
    return found[0]


def _list(office: Office, login: str, households: int) -> bytes:
    """Return a list of made-up households, spread over the villages of the maker's district."""
    with office.store.reading() as tx:
        district = login.partition("-")[0]
        every = [one for one in office.places.all(tx) if one.district == district]
    names = {one.id: one.name for one in every}
    places = [(names[str(one.parent)], one.id) for one in every if one.kind == "village"]
    rows = list(_rows(households, places, office.clock.now().year))
    return write_workbook("存量名单", [one.label for one in COLUMNS], ["text"] * len(COLUMNS), rows)


def _rows(households: int, places: Sequence[tuple[str, str]], year: int) -> Iterator[list[str]]:
    for serial in range(1, households + 1):
        town, village = places[serial % len(places)]
        for place in range(PERSONS):
            told = {
                "household_key": str(serial),
                "relation": "子女" if place else "本人",
                "name": f"存量{serial}{'甲乙丙丁'[place]}",
                "resident_id": _number(serial, place),
            }
            if not place:
                told |= {
                    "town": town,
                    "village": village,
                    "programme": "低保",
                    "area": "农村",
                    "amount_monthly": "600.00",
                    "since": f"{year - 3}-03",
                    "paid_through": f"{year}-08",
                    "bank_name": "示例银行",
                    "bank_account": _account(serial),
                    "next_review": f"{year + 1}-03-31",
                    "paper_place": f"{serial % 40 + 1}柜",
                }
            yield [told.get(one.key, "") for one in COLUMNS]


def _number(serial: int, place: int) -> str:
    month, day = serial // 1000 % 12 + 1, serial // 12_000 % 28 + 1
    return synthetic_id(f"66050{place}", date(1950 + serial // 300_000, month, day), serial)


def _account(serial: int) -> str:
    stem = f"999966{serial:09d}"
    return next(stem + digit for digit in "0123456789" if luhn_holds(stem + digit))
