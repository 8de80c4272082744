"""The audit chain: each line's hash covers the line and the hash before it: no change and no gap goes unseen.

Requirements XT-13, XT-35: who did what, when, and that it stands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

GENESIS = "0" * 64
"""The hash before the first line of a chain."""


@dataclass(frozen=True)
class ChainedLine:
    """A stored line with the hashes that stand beside it."""

    fields: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True)
class BrokenLink:
    """Where a chain does not hold: the place of the line from 0 on, and why."""

    place: int
    reason: str


def canonical_json(value: Any) -> bytes:
    """Return the one JSON text of a value: keys sorted, no blanks, UTF-8; instants in UTC, decimals as text.

    Raises TypeError for what has no JSON form and ValueError for a naive instant, a float that is no number.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain)
    return text.encode("utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant without zone has no canonical form")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | frozenset | set):
        return sorted(value) if isinstance(value, set | frozenset) else list(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def sha256_of(value: Any) -> str:
    """Return the SHA-256 (hexadecimal) of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def line_hash(previous: str, fields: Mapping[str, Any]) -> str:
    """Return the hash of a line: SHA-256 over the hash before it, a line feed, and the fields' canonical JSON."""
    digest = hashlib.sha256(previous.encode("ascii"))
    digest.update(b"\n")
    digest.update(canonical_json(dict(fields)))
    return digest.hexdigest()


def verify_chain(lines: Iterable[ChainedLine], *, first: str = GENESIS, last: str | None = None) -> BrokenLink | None:
    """Return where a chain breaks, None when it holds.

    Args: the lines in order; ``first`` the hash before them; ``last`` the hash kept elsewhere (the case row) that the
    chain must end with, so that cutting its tail is seen, too.
    """
    previous, place = first, 0
    for line in lines:
        if line.previous != previous:
            return BrokenLink(place, "与上一条不衔接")
        if line_hash(previous, line.fields) != line.hash:
            return BrokenLink(place, "内容与校验值不符")
        previous = line.hash
        place += 1
    if last is not None and previous != last:
        return BrokenLink(place, "末尾缺少记录")
    return None
