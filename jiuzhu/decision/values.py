"""FEEL values in Python: what the kinds are, how they compare, how they enter and leave.

null None, boolean bool, number Decimal (34 digits), string str, date ``date``, date and time ``datetime`` (naive =
local), time ``time``, days and time duration ``timedelta``, years and months duration ``Months``, list, context dict,
range ``Range``, function ``Function``.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

Feel: TypeAlias = Any

ARITHMETIC = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""IEEE 754 decimal128, as the standard asks for; an operation that has no result there is null."""


@dataclass(frozen=True, order=True)
class Months:
    """A years and months duration."""

    count: int


@dataclass(frozen=True)
class Range:
    """An interval; an end that is None is open to infinity (``> 5``)."""

    low: Feel
    high: Feel
    low_included: bool
    high_included: bool

    def contains(self, value: Feel) -> bool | None:
        """Return whether the value lies inside; None when it cannot be compared."""
        above: bool | None = True
        below: bool | None = True
        if self.low is not None:
            order = compare(value, self.low)
            above = None if order is None else order > 0 or (order == 0 and self.low_included)
        if self.high is not None:
            order = compare(value, self.high)
            below = None if order is None else order < 0 or (order == 0 and self.high_included)
        if above is None or below is None:
            return None
        return above and below


@dataclass(frozen=True)
class Function:
    """A function value: built in, or defined in the text."""

    name: str
    call: Callable[[Sequence[Feel], Mapping[str, Feel]], Feel]
    """Positional and named arguments."""
    parameters: tuple[str, ...] = ()


def kind(value: Feel) -> str:
    """Return the FEEL kind of a value; kinds that are equal may be compared."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    for name, python in KIND_TYPES:
        if isinstance(value, python):
            return name
    raise TypeError(f"no FEEL value: {type(value).__name__}")


KIND_TYPES: tuple[tuple[str, type], ...] = (
    ("number", Decimal),
    ("string", str),
    ("date and time", datetime),
    ("date", date),
    ("time", time),
    ("days and time duration", timedelta),
    ("years and months duration", Months),
    ("list", list),
    ("context", dict),
    ("range", Range),
    ("function", Function),
)

ORDERED = {
    "number", "string", "date", "date and time", "time", "days and time duration", "years and months duration"
}  # fmt: skip


def compare(left: Feel, right: Feel) -> int | None:
    """Return -1, 0 or 1; None when the two have no order (other kinds, null, a local beside a zoned time)."""
    name = kind(left)
    if name != kind(right) or name not in ORDERED:
        return None
    if isinstance(left, datetime | time) and (left.utcoffset() is None) != (right.utcoffset() is None):
        return None
    if left == right:
        return 0
    return -1 if left < right else 1


def equal(left: Feel, right: Feel) -> bool | None:
    """Return whether two values are equal; null equals only null, values of two kinds have no answer (None)."""
    if left is None or right is None:
        return left is None and right is None
    name = kind(left)
    if name != kind(right):
        return None
    if name == "list":
        if len(left) != len(right):
            return False
        return all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if name == "context":
        return set(left) == set(right) and all(equal(left[key], right[key]) is True for key in left)
    if name in ("date and time", "time") and (left.utcoffset() is None) != (right.utcoffset() is None):
        return False
    return bool(left == right)


def same(left: Feel, right: Feel) -> bool:
    """Return whether two values are equal, counting 'no answer' as different (for lists and ``in``)."""
    return equal(left, right) is True


def to_feel(value: Any) -> Feel:
    """Return a Python value as FEEL sees it: int and float become decimals, tuples lists, mappings contexts.

    Raises TypeError for a type that FEEL does not have.
    """
    if value is None or isinstance(value, bool | str | Decimal | Months | Range | Function | timedelta | datetime):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return ARITHMETIC.create_decimal(repr(value))
    if isinstance(value, date | time):
        return value
    if isinstance(value, Mapping):
        return {str(key): to_feel(item) for key, item in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return [to_feel(item) for item in value]
    raise TypeError(f"no FEEL value: {type(value).__name__}")
