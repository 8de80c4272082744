"""List functions of FEEL."""

from __future__ import annotations

import functools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from jiuzhu.decision.arithmetic import add, divide, multiply, subtract
from jiuzhu.decision.functions import builtin
from jiuzhu.decision.functions_number import sqrt
from jiuzhu.decision.values import Feel, Function, compare, same


def _both(name: str, body: Callable[[list[Feel]], Feel]) -> None:
    """Register ``f(list)`` and ``f(a, b, c)``."""
    builtin(name, "list: list")(body)
    builtin(name, "*items: any")(lambda *items: body(list(items)))


def _extreme(items: list[Feel], wanted: int) -> Feel:
    if not items or items[0] is None:
        return None
    best = items[0]
    for item in items[1:]:
        order = compare(item, best)
        if order is None:
            return None
        best = item if order == wanted else best
    return best if compare(best, best) is not None else None


def _folded(items: list[Feel], operation: Callable[[Feel, Feel], Feel]) -> Feel:
    if not items:
        return None
    total = items[0]
    for item in items[1:]:
        total = operation(total, item)
        if total is None:
            return None
    return total


def _summable(items: list[Feel]) -> bool:
    return bool(items) and not any(item is None or isinstance(item, str | bool | list | dict) for item in items)


def _sum(items: list[Feel]) -> Feel:
    return _folded(items, add) if _summable(items) else None


def _mean(items: list[Feel]) -> Feel:
    return divide(_sum(items), Decimal(len(items))) if items else None


def _all_numbers(items: list[Feel]) -> bool:
    return all(isinstance(item, Decimal) for item in items)


def _median(items: list[Feel]) -> Feel:
    if not items or not _all_numbers(items):
        return None
    ordered = sorted(items)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else divide(ordered[middle - 1] + ordered[middle], Decimal(2))


def _mode(items: list[Feel]) -> Feel:
    if not _all_numbers(items):
        return None
    most = max((items.count(item) for item in items), default=0)
    return sorted({item for item in items if items.count(item) == most})


def _product(items: list[Feel]) -> Feel:
    return _folded(items, multiply) if _all_numbers(items) else None


def _stddev(items: list[Feel]) -> Feel:
    if len(items) < 2 or not _all_numbers(items):
        return None
    mean = _mean(items)
    squares = [multiply(subtract(item, mean), subtract(item, mean)) for item in items]
    return sqrt(divide(_sum(squares), Decimal(len(items) - 1)))


def _all(items: list[Feel]) -> Feel:
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


def _any(items: list[Feel]) -> Feel:
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


_both("min", lambda items: _extreme(items, -1))
_both("max", lambda items: _extreme(items, 1))
_both("sum", _sum)
_both("mean", _mean)
_both("median", _median)
_both("mode", _mode)
_both("product", _product)
_both("stddev", _stddev)
_both("all", _all)
_both("any", _any)


@builtin("count", "list: list")
def count(items: list[Feel]) -> Feel:
    return Decimal(len(items))


@builtin("list contains", "list: list, element: any")
def list_contains(items: list[Feel], element: Feel) -> Feel:
    return any(same(item, element) for item in items)


def _index(items: list[Feel], place: Decimal, *, ends: int = 0) -> int | None:
    """Return the Python index of a place (from 1, negative from the end), or None outside."""
    if place != place.to_integral_value() or not place or abs(place) > len(items) + ends:
        return None
    return int(place) - 1 if place > 0 else len(items) + int(place)


@builtin("sublist", "list: list, start position: number, length: number?")
def sublist(items: list[Feel], start: Decimal, length: Decimal | None) -> Feel:
    index = _index(items, start)
    if index is None or (length is not None and (length < 0 or index + length > len(items))):
        return None
    return items[index:] if length is None else items[index : index + int(length)]


@builtin("append", "list: list, *item: any")
def append(items: list[Feel], *more: Feel) -> Feel:
    return [*items, *more]


@builtin("concatenate", "*list: list")
def concatenate(*lists: list[Feel]) -> Feel:
    return [item for one in lists for item in one]


@builtin("insert before", "list: list, position: number, newItem: any")
def insert_before(items: list[Feel], position: Decimal, item: Feel) -> Feel:
    index = _index(items, position)
    return None if index is None else [*items[:index], item, *items[index:]]


@builtin("remove", "list: list, position: number")
def remove(items: list[Feel], position: Decimal) -> Feel:
    index = _index(items, position)
    return None if index is None else [*items[:index], *items[index + 1 :]]


@builtin("list replace", "list: list, position: number, newItem: any")
def list_replace(items: list[Feel], position: Decimal, item: Feel) -> Feel:
    index = _index(items, Decimal(int(position)))
    return None if index is None else [*items[:index], item, *items[index + 1 :]]


@builtin("list replace", "list: list, match: function, newItem: any")
def list_replace_matching(items: list[Feel], match: Function, new: Feel) -> Feel:
    made: list[Feel] = []
    for item in items:
        answer = match.call([item, new], {})
        if not isinstance(answer, bool):
            return None
        made.append(new if answer else item)
    return made


@builtin("reverse", "list: list")
def reverse(items: list[Feel]) -> Feel:
    return items[::-1]


@builtin("index of", "list: list, match: any")
def index_of(items: list[Feel], match: Feel) -> Feel:
    return [Decimal(place) for place, item in enumerate(items, 1) if same(item, match)]


def _distinct(items: list[Feel]) -> list[Feel]:
    found: list[Feel] = []
    for item in items:
        if not any(same(item, other) for other in found):
            found.append(item)
    return found


@builtin("union", "*list: list")
def union(*lists: list[Feel]) -> Feel:
    return _distinct([item for one in lists for item in one])


@builtin("distinct values", "list: list")
def distinct_values(items: list[Feel]) -> Feel:
    return _distinct(items)


@builtin("flatten", "list: list")
def flatten(items: list[Feel]) -> Feel:
    made: list[Feel] = []
    stack: list[Any] = list(reversed(items))
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        else:
            made.append(item)
    return made


@builtin("sort", "list: list, precedes: function")
def sort(items: list[Feel], precedes: Function) -> Feel:
    def order(left: Feel, right: Feel) -> int:
        if precedes.call([left, right], {}) is True:
            return -1
        return 1 if precedes.call([right, left], {}) is True else 0

    return sorted(items, key=functools.cmp_to_key(order))
