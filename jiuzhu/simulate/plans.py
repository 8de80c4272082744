"""What is meant to happen in a simulated year, as data: ``config/demo/year/plan.toml`` (every district) and
``<district>.toml``.

``[[stock]]`` households that are helped already when the year begins; ``[[begin]]`` something that somebody begins on
a day, with what is said of it later; ``[[said]]`` what the first who fills in a form says; ``[[hear]]`` messages that
people bring in while a case waits; ``[prologue]`` procedures of an earlier year that the district's year stands on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from jiuzhu.errors import ConfigurationError

Kind = TypeVar("Kind")
FOLDER = "year"


@dataclass(frozen=True, kw_only=True)
class Stock:
    """Households of one programme that are taken over."""

    programme: str
    households: int
    amounts: Sequence[str]
    """Yuan a month of the whole household, one after the other; ``standard``: what the standards give."""
    members: int = 1
    areas: Sequence[str] = ("农村",)
    care_level: str = ""
    support_mode: str = ""
    staff_relatives: int = 0
    """How many of them are near relatives of staff."""


@dataclass(frozen=True, kw_only=True)
class Begin:
    """One thing that somebody begins."""

    day: str
    """``MM-DD``, or ``YYYY-MM-DD`` in a prologue; the next day on which people work."""
    process: str
    """``{district}`` stands for the district's id."""
    by: str = ""
    """Role of who begins it; '': anybody who may."""
    place: str = ""
    """Organisation of who begins it; '': any."""
    about: str = ""
    """Programme of the recipient whom it is about; ``case``: an open case; ``any``: either, of any programme."""
    times: int = 1
    answers: Mapping[str, Any] = field(default_factory=dict)
    """Of the form with which it begins."""
    forms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Form → answers when it is filled in for this record the first time."""
    messages: Sequence[str] = ()
    """Messages that are brought in, once each, as soon as the record waits for them."""
    late: Sequence[str] = ()
    """Forms that are left lying until their date has passed."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the first who fill in a form say, whichever record it belongs to."""

    form: str
    answers: Mapping[str, Any]
    times: int = 1
    after: str = "01-01"
    process: str = ""
    """Only in this process; '': in any."""


@dataclass(frozen=True, kw_only=True)
class Hear:
    """A message that people bring in while a case waits for it."""

    message: str
    share: float
    """In which part of the cases somebody comes."""


@dataclass(frozen=True, kw_only=True)
class Prologue:
    """What ran before the year: from its first day on only what begins here, until all of it has ended."""

    first: date
    last: date
    reason: str
    towns: Sequence[str] = ()
    """Towns whose authority the demo's data have switched on already: here what runs before the year does it."""
    stand_in: Sequence[str] = ()
    """Roles: where nobody of a town holds one, somebody of another town stands in while this runs."""
    schedules: Sequence[str] = ()
    """What of the calendar turns meanwhile: dates of the plan itself."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A district's year."""

    stock: Sequence[Stock] = ()
    begin: Sequence[Begin] = ()
    said: Sequence[Said] = ()
    hear: Sequence[Hear] = ()
    prologue: Prologue | None = None


SECTIONS: Mapping[str, type[Any]] = {"stock": Stock, "begin": Begin, "said": Said, "hear": Hear}


def read_plan(folder: Path, district: str) -> Plan:
    """Return a district's plan: what every district has, then its own. Raises ConfigurationError."""
    found: dict[str, Any] = {}
    for path in (folder / FOLDER / "plan.toml", folder / FOLDER / f"{district}.toml"):
        if not path.is_file():
            continue
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ConfigurationError(f"{path.name}: {error}") from error
        for section, entries in content.items():
            if section == "prologue":
                found[section] = _made(path, section, Prologue, entries)
            elif section in SECTIONS:
                made = [_made(path, section, SECTIONS[section], _spoken(one, district)) for one in entries]
                found[section] = [*found.get(section, ()), *made]
            else:
                raise ConfigurationError(f"{path.name}: there is no section {section!r}")
    return Plan(**found)


def _made(path: Path, section: str, kind: type[Kind], entry: Mapping[str, Any]) -> Kind:
    unknown = set(entry) - {one.name for one in fields(kind)}  # type: ignore[arg-type]
    if unknown:
        raise ConfigurationError(f"{path.name}: {section}: unknown key {sorted(unknown)[0]}")
    try:
        return kind(**entry)
    except TypeError as error:
        raise ConfigurationError(f"{path.name}: {section}: {error}") from error


def _spoken(value: Any, district: str) -> Any:
    if isinstance(value, str):
        return value.replace("{district}", district)
    if isinstance(value, Mapping):
        return {key: _spoken(one, district) for key, one in value.items()}
    return [_spoken(one, district) for one in value] if isinstance(value, list) else value
