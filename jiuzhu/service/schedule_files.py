"""Reads ``config/schedules.toml``: what falls due by the calendar, in every district that has it.

Example::

    [statistics]
    label = "镇街统计报表"
    note = "每月底统计新增、变更、注销，次月5日前报送"
    requirements = ["NH-22", "JC-10"]
    districts = []                       # empty: all
    scope = "town"                       # district, town or village: one turn for each
    every = "month"                      # day, month, quarter, half_year, year or dates
    opens = "2-1"                        # month of the period (1 = its first) and day; 31 is the month's last
    due = "2-5"
    process = "shared_town_report"       # started at each place …
    variables = { report_kind = "statistics" }   # in texts: {place}, {district}, {period}, {due} of the turn
    kept_by = "town_report"              # … and kept by this form (default: the end of the process …
    not_kept = ["End_NotStarted"]        # … but for these ends: then the turn was missed)
    late = "alert"                       # alert, violation or miss
    alert_role = "county_office"

Instead of a process: ``register`` (with ``register_values``), in which a row of the period is expected.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

from jiuzhu.domain.by_name import ByName
from jiuzhu.domain.registers import Register
from jiuzhu.domain.schedules import EVERY, LATE, SCOPES, Dated, Mark, Schedule
from jiuzhu.errors import ConfigurationError
from jiuzhu.service.roles import Roles

FILE = "schedules.toml"
KEYS = {
    "label", "note", "requirements", "districts", "scope", "every", "opens", "due", "at", "dates", "first", "last",
    "programmes", "process", "variables", "kept_by", "not_kept", "register", "register_values", "late", "alert_role",
}  # fmt: skip
NEEDED = ("label", "note", "requirements", "districts", "scope", "every")
_MARK = re.compile(r"(\d{1,2})-(\d{1,2})\Z")


class Schedules(ByName[Schedule]):
    """All schedules by id, in the file's order."""

    def of_district(self, district: str) -> Schedules:
        """Return those that a district has, for it alone: whoever keeps them moves no other district's year."""
        own = frozenset({district})
        return Schedules({name: replace(one, districts=own) for name, one in self.items() if one.applies(district)})


def load_schedules(config: Path, roles: Roles, registers: Mapping[str, Register]) -> Schedules:
    """Read all schedules; a missing file means none. Raises ConfigurationError that names the entry and the key."""
    path = config / FILE
    if not path.exists():
        return Schedules({})
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{FILE}: {error}") from error
    return Schedules({name: _schedule(name, entry, roles, registers) for name, entry in content.items()})


def _schedule(name: str, entry: Any, roles: Roles, registers: Mapping[str, Register]) -> Schedule:
    where = f"{FILE}: {name}"
    if not isinstance(entry, dict):
        raise ConfigurationError(f"{where}: a table is expected")
    missing = [key for key in NEEDED if key not in entry]
    unknown = set(entry) - KEYS
    if missing or unknown:
        raise ConfigurationError(f"{where}: missing {', '.join(missing)}; unknown {', '.join(sorted(unknown))}")
    every, dates = str(entry["every"]), tuple(_dated(where, one) for one in entry.get("dates", ()))
    _one_of(where, "scope", entry["scope"], SCOPES)
    _one_of(where, "every", every, ("day", "dates", *EVERY))
    _one_of(where, "late", entry.get("late", "alert"), LATE)
    if bool(dates) != (every == "dates") or (every in EVERY and not {"opens", "due"} <= set(entry)):
        raise ConfigurationError(f"{where}: a rhythm needs opens and due, dates need dates")
    if bool(entry.get("process")) == bool(entry.get("register")):
        raise ConfigurationError(f"{where}: exactly one of process and register")
    if entry.get("register") and entry["register"] not in registers:
        raise ConfigurationError(f"{where}: there is no register {entry['register']!r}")
    role = str(entry.get("alert_role", "county_office"))
    if role not in roles.by_id:
        raise ConfigurationError(f"{where}: there is no role {role!r}")
    return Schedule(
        id=name,
        label=str(entry["label"]),
        note=str(entry["note"]),
        requirements=tuple(entry["requirements"]),
        districts=frozenset(entry["districts"]),
        scope=str(entry["scope"]),
        every=every,
        opens=_mark(where, entry.get("opens")),
        due=_mark(where, entry.get("due")),
        at=time.fromisoformat(str(entry.get("at", "00:00"))),
        dates=dates,
        first=_day(where, entry.get("first")),
        last=_day(where, entry.get("last")),
        programmes=tuple(entry.get("programmes", ())),
        process=str(entry.get("process", "")),
        variables=dict(entry.get("variables", {})),
        kept_by=str(entry.get("kept_by", "")),
        not_kept=tuple(entry.get("not_kept", ())),
        register=str(entry.get("register", "")),
        register_values={key: str(value) for key, value in entry.get("register_values", {}).items()},
        late=str(entry.get("late", "alert")),
        alert_role=role,
    )


def _one_of(where: str, key: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ConfigurationError(f"{where}: {key} must be one of {', '.join(allowed)}")


def _mark(where: str, value: Any) -> Mark | None:
    if value is None:
        return None
    found = _MARK.match(str(value))
    if found is None or not 1 <= int(found[2]) <= 31:
        raise ConfigurationError(f"{where}: {value!r} is not <month of the period>-<day>")
    return Mark(month=int(found[1]), day=int(found[2]))


def _day(where: str, value: Any) -> date | None:
    if value is None:
        return None
    if not isinstance(value, date):
        raise ConfigurationError(f"{where}: {value!r} is not a date")
    return value


def _dated(where: str, entry: Any) -> Dated:
    try:
        return Dated(name=str(entry["name"]), opens=entry["opens"], due=entry["due"])
    except (KeyError, TypeError) as error:
        raise ConfigurationError(f"{where}: each of dates needs name, opens and due") from error
