"""How often and how far apart an errand is tried again: ``R3/PT5M`` from the diagram or from config."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from jiuzhu.errors import ConfigurationError

_CYCLE = re.compile(r"R(\d{1,3})/P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@dataclass(frozen=True, kw_only=True)
class Retry:
    """How many tries in all, and the pause between two."""

    times: int
    pause: timedelta


def parse_retry(text: str) -> Retry:
    """Read ``R<times>/<ISO 8601 duration>``. Raises ConfigurationError."""
    found = _CYCLE.fullmatch(text.strip())
    if found is None or int(found[1]) < 1:
        raise ConfigurationError(f"retry cycle {text!r}: write for example R3/PT5M")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    return Retry(times=int(found[1]), pause=timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))
