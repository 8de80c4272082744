"""Choosing by condition: filters of lists, and the unary tests of ``in`` and of table cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiuzhu.decision.nodes import Node, RangeOf
from jiuzhu.decision.scope import Scope
from jiuzhu.decision.values import Feel, Range, equal, same

INPUT = "?"
"""The name under which a test reads the value it is about."""


@dataclass(frozen=True)
class Filter:
    """``list[2]`` picks by place (from 1; negative from the end), ``list[condition]`` by condition."""

    value: Node
    condition: Node

    def evaluate(self, scope: Scope) -> Feel:
        value = self.value.evaluate(scope)
        if value is None:
            return []
        items = value if isinstance(value, list) else [value]
        if not items and isinstance(self.condition.evaluate(scope), Decimal):
            return None
        found: list[Feel] = []
        for item in items:
            scope.budget.spend()
            names = {"item": item, **item} if isinstance(item, dict) else {"item": item}
            answer = self.condition.evaluate(scope.inner(names))
            if isinstance(answer, Decimal):
                return pick(items, answer)
            if answer is True:
                found.append(item)
        return found

    def children(self) -> Iterable[Node]:
        return (self.value, self.condition)


def pick(items: Sequence[Feel], place: Decimal) -> Feel:
    """Return the element at a place from 1 on, negative from the end; None outside."""
    if place != place.to_integral_value() or not place or abs(place) > len(items):
        return None
    index = int(place)
    return items[index - 1 if index > 0 else index]


@dataclass(frozen=True)
class UnaryTest:
    """One test of a value: a comparison with it, an expression over ``?``, or a value, interval or list to meet."""

    node: Node
    about_input: bool

    def answer(self, value: Feel, scope: Scope) -> bool | None:
        """Return whether the value meets the test, None when unknown."""
        result = self.node.evaluate(scope.inner({INPUT: value}))
        if self.about_input:
            return result if isinstance(result, bool) else None
        if result is None and isinstance(self.node, RangeOf):
            return None
        return meets(value, result)


def any_true(answers: Iterable[bool | None]) -> bool | None:
    """Return True when one is true, else None when one is unknown, else False."""
    unknown = False
    for answer in answers:
        if answer is True:
            return True
        unknown = unknown or answer is None
    return None if unknown else False


@dataclass(frozen=True)
class Test:
    """``value in test`` and ``value in (test, test)``."""

    value: Node
    tests: tuple[UnaryTest, ...]

    def evaluate(self, scope: Scope) -> Feel:
        value = self.value.evaluate(scope)
        return any_true(test.answer(value, scope) for test in self.tests)

    def children(self) -> Iterable[Node]:
        return (self.value, *(test.node for test in self.tests))


def meets(value: Feel, test: Feel) -> bool | None:
    """Return whether a value is equal to a test value, lies in its interval or stands in its list."""
    if isinstance(test, Range):
        return same(value, test) if isinstance(value, Range) else test.contains(value)
    if isinstance(test, list):
        if isinstance(value, list) and same(value, test):
            return True
        return any(meets(value, item) is True for item in test)
    return equal(value, test)
