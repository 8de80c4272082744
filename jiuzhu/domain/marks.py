"""Types of Camunda's wire that a case does not tell apart: a value that a foreign worker brought remembers its own.

A case holds text, whole numbers, yes/no, lists and objects (decisions C1); what reads it sees just these. A Double is
decimal text all the same and a Long a whole number, and each is a subclass that says so where it goes out again. A
value that is computed, or that a form writes, has no mark. In stored JSON a mark is an object with the one key that no
variable may have (``$…``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

KEY = "$mark"


class Marked:
    """What all marked values have in common."""

    kind = ""
    """Type on the wire."""


class ShortNumber(Marked, int):
    """A Short."""

    kind = "Short"


class LongNumber(Marked, int):
    """A Long, however small."""

    kind = "Long"


class DoubleText(Marked, str):
    """A Double: decimal text."""

    kind = "Double"


class InstantText(Marked, str):
    """A Date: ISO 8601 text with an offset."""

    kind = "Date"


class ObjectFields(Marked, dict[str, Any]):
    """An Object that was sent as JSON fields."""

    kind = "Object"
    of = ""
    """Name of the sender's class."""


class ObjectItems(Marked, list[Any]):
    """An Object that was sent as a JSON list."""

    kind = "Object"
    of = ""


KINDS = (ShortNumber, LongNumber, DoubleText, InstantText, ObjectFields, ObjectItems)
BASES: tuple[type[Any], ...] = (int, str, dict, list)
BY_NAME: Mapping[str, type[Any]] = {one.__name__: one for one in KINDS}


def like(model: Any, value: Any) -> Any:
    """Return a plain value with the mark of a model, itself when that has none."""
    if not isinstance(model, Marked):
        return value
    made: Any = BY_NAME[type(model).__name__](value)
    if isinstance(model, ObjectFields | ObjectItems):
        made.of = model.of
    return made


def dumps(document: Any, option: int = 0, default: Callable[[Any], Any] | None = None) -> bytes:
    """Return JSON with the marks in it; ``default`` is asked about what JSON does not know."""

    def folded(value: Any) -> Any:
        base = next((one for one in BASES if isinstance(value, one)), None)
        if base is None:
            if default is None:
                raise TypeError(f"{type(value).__name__} has no JSON form")
            return default(value)
        plain = base(value)
        return (
            {KEY: type(value).__name__, "value": plain, "of": getattr(value, "of", "")}
            if isinstance(value, Marked)
            else plain
        )

    return orjson.dumps(document, option=option | orjson.OPT_PASSTHROUGH_SUBCLASS, default=folded)


def loads(text: bytes) -> Any:
    """Return what ``dumps`` wrote."""
    document = orjson.loads(text)
    return _unfolded(document) if f'"{KEY}"'.encode() in text else document


def _unfolded(value: Any) -> Any:
    if isinstance(value, list):
        return [_unfolded(one) for one in value]
    if not isinstance(value, dict):
        return value
    if KEY not in value:
        return {name: _unfolded(one) for name, one in value.items()}
    made: Any = BY_NAME[value[KEY]](_unfolded(value["value"]))
    if value["of"]:
        made.of = value["of"]
    return made
