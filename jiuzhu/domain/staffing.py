"""Who works at a town by register ``staff``: at least two, one named for the window (NH-44, XX-41, XX-29).

A correction takes the place of the row it names; who has left has a last day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jiuzhu.domain.rows import RegisterRow

PURCHASED = "purchased"
"""Staff bought as a service: they help, and never decide (QJ-35)."""
COUNTED = frozenset({"civil_servant", "full_time", "part_time", PURCHASED})
"""Kinds that count as staff of a town; villages' people and agents assist only."""


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    """Somebody at work on a day."""

    name: str
    login: str
    kind: str
    organisation: str
    is_window_person: bool


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """A town's staff against what is asked."""

    count: int
    minimum: int
    window_persons: tuple[str, ...]
    faults: tuple[str, ...]
    """Chinese sentences; empty when everything is in order."""

    @property
    def complete(self) -> bool:
        """True when nothing is missing."""
        return not self.faults


def members_on(rows: Iterable[RegisterRow], organisation: str, day: date) -> list[StaffMember]:
    """Return who works at an organisation on a day; one person counts once."""
    given = [row for row in rows if row.organisation == organisation]
    replaced = {row.corrects for row in given if row.corrects}
    found: dict[str, StaffMember] = {}
    for row in given:
        since, until = str(row.values.get("from_day", "")), str(row.values.get("to_day") or "9999-12-31")
        if row.row_no in replaced or not since <= day.isoformat() <= until:
            continue
        name, login = str(row.values.get("person", "")), str(row.values.get("login", ""))
        found[login or name] = StaffMember(
            name=name,
            login=login,
            kind=str(row.values.get("kind", "")),
            organisation=organisation,
            is_window_person=row.values.get("window_person") is True,
        )
    return list(found.values())


def check_staffing(rows: Iterable[RegisterRow], town: str, day: date, minimum: int) -> Staffing:
    """Return how a town is staffed on a day, with a sentence for each thing that is missing."""
    members = [one for one in members_on(rows, town, day) if one.kind in COUNTED]
    window = tuple(one.name for one in members if one.is_window_person)
    faults = []
    if len(members) < minimum:
        faults.append(f"社会救助工作人员 {len(members)} 人，应不少于 {minimum} 人")
    if not window:
        faults.append("没有明确一名窗口专人")
    elif len(window) > 1:
        faults.append(f"窗口专人应当只有一名，现登记{'、'.join(window)}")
    return Staffing(count=len(members), minimum=minimum, window_persons=window, faults=tuple(faults))
