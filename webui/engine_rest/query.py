"""What the lists share: pages, sorting, and filters that are refused by name rather than passed over in silence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from flask import request

from jiuzhu.errors import Invalid, NotFound
from jiuzhu.service.deployed import Definition

Line = TypeVar("Line")
PAGING = frozenset({"firstResult", "maxResults"})
SORTING = frozenset({"sortBy", "sortOrder"})


def require_known(asked: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse a filter that is not offered: a list that ignores it is a wrong answer. Raises Invalid."""
    for name, value in asked.items():
        if value is not None and name not in known and name not in PAGING:
            raise Invalid(f"{name}: this filter is not offered here.")


def bounds(asked: Mapping[str, Any] | None = None) -> tuple[int, int | None]:
    """Return the first line and how many are asked for (None: all). Raises Invalid."""
    found = request.args if asked is None else asked
    try:
        first = int(found.get("firstResult") or 0)
        most = None if found.get("maxResults") in (None, "") else int(found["maxResults"])
    except (TypeError, ValueError) as error:
        raise Invalid("firstResult and maxResults are whole numbers.") from error
    if first < 0 or (most is not None and most < 0):
        raise Invalid("firstResult and maxResults cannot be negative.")
    return first, most


def page(found: Sequence[Line], asked: Mapping[str, Any] | None = None) -> Sequence[Line]:
    """Return the part of a list that is asked for. Raises Invalid."""
    first, most = bounds(asked)
    return found[first:] if most is None else found[first : first + most]


def ordered(
    found: Sequence[Line], by: str | None, order: str | None, keys: Mapping[str, Callable[[Line], Any]]
) -> Sequence[Line]:
    """Return a list in the order asked for, as it is when none is. Raises Invalid."""
    if (by is None) != (order is None):
        raise Invalid("Only a single sorting parameter specified. sortBy and sortOrder required")
    if by is None:
        return found
    if by not in keys or order not in ("asc", "desc"):
        raise Invalid(f"sortBy parameter has invalid value: {by} {order}")
    return sorted(found, key=keys[by], reverse=order == "desc")


def by_address(found: Sequence[Definition], address: str, kind: str) -> Definition:
    """Return the definition of ``<id>``, ``key/<key>`` or ``key/<key>/tenant-id/<tenant>``. Raises NotFound.

    A key means what is in use: the latest version that is released, and only without one the latest that waits.
    """
    if not address.startswith("key/"):
        chosen = [one for one in found if one.id == address]
        if not chosen:
            raise NotFound(f"No matching definition with id {address}")
        return chosen[0]
    key, _, tenant = address.removeprefix("key/").partition("/tenant-id/")
    same = [one for one in found if one.key == key and one.tenant == (tenant or None)]
    if not same:
        whose = f"tenant-id: {tenant}" if tenant else "no tenant-id"
        raise NotFound(f"No matching {kind} definition with key: {key} and {whose}")
    return next((one for one in same if one.released), same[0])
