"""What people answer along the measured walk: ``walk.json`` with places for the household's own numbers.

A text ``{name}`` is replaced by a value of the same name (a variable of the case, or one of ``numbers``);
``{id:19680512:1}`` becomes the resident id of somebody born then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jiuzhu.domain.identity import luhn_holds, synthetic_id

FILE = Path(__file__).with_name("walk.json")
_PLACE = re.compile(r"\{([a-z_]+)((?::[0-9]+)*)\}")
_ACCOUNT = "999966"
_AUTHORIZED_FOR = timedelta(days=700)


@dataclass(frozen=True, kw_only=True)
class WalkStep:
    """One item that a person completes; ``days`` > 0 instead moves the office's clock."""

    element: str = ""
    login: str = ""
    answers: Mapping[str, Any]
    days: int = 0


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Who starts what, and what follows."""

    process: str
    prefix: str
    """First six digits of the invented people's numbers."""
    starter: str
    application: Mapping[str, Any]
    steps: tuple[WalkStep, ...]


def load_walk(path: Path = FILE) -> Walk:
    """Read the walk."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return Walk(
        process=content["process"],
        prefix=content["prefix"],
        starter=content["starter"],
        application=content["application"],
        steps=tuple(WalkStep(**{"answers": {}, **step}) for step in content["steps"]),
    )


def numbers(household: int, now: datetime, attachment: str) -> dict[str, str]:
    """Return the values that differ from household to household."""
    return {
        "today": now.date().isoformat(),
        "now": now.isoformat(timespec="minutes"),
        "later": (now + _AUTHORIZED_FOR).date().isoformat(),
        "attachment": attachment,
        "phone": f"100{household:08d}",
        "account": _account(household),
    }


def fill(template: Any, values: Mapping[str, Any], *, prefix: str, household: int) -> Any:
    """Return a copy of an answer with its places filled. Raises KeyError for a place that has no value."""
    if isinstance(template, Mapping):
        return {key: fill(one, values, prefix=prefix, household=household) for key, one in template.items()}
    if isinstance(template, list):
        return [fill(one, values, prefix=prefix, household=household) for one in template]
    found = _PLACE.fullmatch(template) if isinstance(template, str) else None
    if found is None:
        return template
    if found[1] == "id":
        born, place = found[2][1:].split(":")
        return _resident_id(prefix, born, household * 10 + int(place))
    return values[found[1]]


def _resident_id(prefix: str, born: str, sequence: int) -> str:
    # Beyond a hundred households the sequence runs over: the day of birth moves on instead.
    turns, rest = divmod(sequence, 1000)
    day = datetime.strptime(born, "%Y%m%d") + timedelta(days=turns)  # noqa: DTZ007
    return synthetic_id(prefix, day, rest)


def _account(household: int) -> str:
    digits = f"{_ACCOUNT}{household:012d}"
    return next(digits + last for last in "0123456789" if luhn_holds(digits + last))
