"""The parts of a FEEL expression, each able to evaluate itself. What has no meaning is null, never an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Protocol

from jiuzhu.decision.scope import Scope
from jiuzhu.decision.temporal import part
from jiuzhu.decision.values import Feel, Function, Months, Range, compare, equal, kind, same

INPUT = "?"
TEMPORAL = (date, time, timedelta, Months)


class Node(Protocol):
    """An expression."""

    def evaluate(self, scope: Scope) -> Feel: ...

    def children(self) -> Iterable[Node]:
        """Sub-expressions that read the same names."""
        ...


@dataclass(frozen=True)
class Literal:
    """A constant."""

    value: Feel

    def evaluate(self, scope: Scope) -> Feel:
        del scope
        return self.value

    def children(self) -> Iterable[Node]:
        return ()


@dataclass(frozen=True)
class Name:
    """A variable; unknown is null."""

    name: str

    def evaluate(self, scope: Scope) -> Feel:
        return scope.find(self.name)[1]

    def children(self) -> Iterable[Node]:
        return ()


@dataclass(frozen=True)
class Operation:
    """An operation on evaluated operands."""

    symbol: str
    apply: Callable[..., Feel]
    operands: tuple[Node, ...]

    def evaluate(self, scope: Scope) -> Feel:
        return self.apply(*(operand.evaluate(scope) for operand in self.operands))

    def children(self) -> Iterable[Node]:
        return self.operands


@dataclass(frozen=True)
class Logic:
    """``and`` / ``or`` in three values: what is no boolean counts as unknown."""

    decisive: bool
    """False for ``and``, True for ``or``."""
    operands: tuple[Node, ...]

    def evaluate(self, scope: Scope) -> Feel:
        unknown = False
        for operand in self.operands:
            value = operand.evaluate(scope)
            if value is self.decisive:
                return self.decisive
            unknown = unknown or not isinstance(value, bool)
        return None if unknown else not self.decisive

    def children(self) -> Iterable[Node]:
        return self.operands


@dataclass(frozen=True)
class Between:
    """``x between a and b``, ends included."""

    value: Node
    low: Node
    high: Node

    def evaluate(self, scope: Scope) -> Feel:
        value = self.value.evaluate(scope)
        low, high = compare(value, self.low.evaluate(scope)), compare(value, self.high.evaluate(scope))
        return None if low is None or high is None else low >= 0 and high <= 0

    def children(self) -> Iterable[Node]:
        return (self.value, self.low, self.high)


@dataclass(frozen=True)
class If:
    """``if c then a else b``: only true takes the first way."""

    condition: Node
    then: Node
    otherwise: Node

    def evaluate(self, scope: Scope) -> Feel:
        return (self.then if self.condition.evaluate(scope) is True else self.otherwise).evaluate(scope)

    def children(self) -> Iterable[Node]:
        return (self.condition, self.then, self.otherwise)


@dataclass(frozen=True)
class ListOf:
    """``[a, b]``."""

    items: tuple[Node, ...]

    def evaluate(self, scope: Scope) -> Feel:
        return [item.evaluate(scope) for item in self.items]

    def children(self) -> Iterable[Node]:
        return self.items


@dataclass(frozen=True)
class ContextOf:
    """``{a: 1, b: a + 1}``: an entry sees those before it."""

    entries: tuple[tuple[str, Node], ...]

    def evaluate(self, scope: Scope) -> Feel:
        result: dict[str, Feel] = {}
        inner = scope.inner(result)
        for key, node in self.entries:
            if key in result:
                return None
            result[key] = node.evaluate(inner)
        return result

    def children(self) -> Iterable[Node]:
        return (node for _, node in self.entries)


@dataclass(frozen=True)
class RangeOf:
    """``[a..b]``, ``(a..b)``, and the half-open ones."""

    low: Node | None
    high: Node | None
    low_included: bool
    high_included: bool

    def evaluate(self, scope: Scope) -> Feel:
        low = self.low.evaluate(scope) if self.low else None
        high = self.high.evaluate(scope) if self.high else None
        if (self.low and low is None) or (self.high and high is None):
            return None
        if self.low and self.high and ((order := compare(low, high)) is None or order > 0):
            return None
        return Range(low, high, self.low_included, self.high_included)

    def children(self) -> Iterable[Node]:
        return (end for end in (self.low, self.high) if end)


@dataclass(frozen=True)
class Path:
    """``value.name``; over a list, of each element."""

    value: Node
    name: str

    def evaluate(self, scope: Scope) -> Feel:
        return member(self.value.evaluate(scope), self.name)

    def children(self) -> Iterable[Node]:
        return (self.value,)


def member(value: Feel, name: str) -> Feel:
    """Return the entry of a context, the part of a temporal value or an interval, or a list of each element's."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list):
        return [member(item, name) for item in value]
    if isinstance(value, Range):
        parts = {
            "start": value.low,
            "end": value.high,
            "start included": value.low_included,
            "end included": value.high_included,
        }
        return parts.get(name)
    return part(value, name) if isinstance(value, TEMPORAL) else None


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
    """One test of a value: a comparison with it, an expression that reads ``?``, or a value, interval or list to meet."""

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


def unary_test(node: Node) -> UnaryTest:
    """Return the test that an expression stands for."""
    return UnaryTest(node, INPUT in free_names(node))


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


@dataclass(frozen=True)
class Loop:
    """One ``name in domain`` of for, some, every."""

    name: str
    domain: Node
    end: Node | None

    def values(self, scope: Scope) -> Iterable[Feel] | None:
        """Return what the name runs over; None when that is no list and no range of numbers or dates."""
        start = self.domain.evaluate(scope)
        if self.end is not None:
            return _steps(start, self.end.evaluate(scope))
        if isinstance(start, list):
            return start
        if isinstance(start, Range):
            return _steps(start.low, start.high) if start.low_included and start.high_included else None
        return None if start is None else [start]


def _steps(start: Feel, end: Feel) -> Iterable[Feel] | None:
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        step = 1 if end >= start else -1
        return (Decimal(number) for number in range(int(start), int(end) + step, step))
    if kind(start) == kind(end) == "date":
        step = 1 if end >= start else -1
        return (date.fromordinal(day) for day in range(start.toordinal(), end.toordinal() + step, step))
    return None


def _turns(scope: Scope, loops: Sequence[Loop]) -> Iterator[Scope | None]:
    """Yield the scope of each turn; None once when a domain is no list."""
    if not loops:
        yield scope
        return
    values = loops[0].values(scope)
    if values is None:
        yield None
        return
    for value in values:
        scope.budget.spend()
        yield from _turns(scope.inner({loops[0].name: value}), loops[1:])


@dataclass(frozen=True)
class For:
    """``for x in list return expression``; ``partial`` is what was made so far."""

    loops: tuple[Loop, ...]
    result: Node

    def evaluate(self, scope: Scope) -> Feel:
        made: list[Feel] = []
        for turn in _turns(scope.inner({"partial": made}), self.loops):
            if turn is None:
                return None
            made.append(self.result.evaluate(turn))
        return made

    def children(self) -> Iterable[Node]:
        ends = [loop.end for loop in self.loops if loop.end]
        return (*(loop.domain for loop in self.loops), *ends, self.result)


@dataclass(frozen=True)
class Quantified:
    """``some x in list satisfies c`` (decisive True) and ``every`` (decisive False)."""

    decisive: bool
    loops: tuple[Loop, ...]
    condition: Node

    def evaluate(self, scope: Scope) -> Feel:
        unknown = False
        for turn in _turns(scope, self.loops):
            if turn is None:
                return None
            answer = self.condition.evaluate(turn)
            if answer is self.decisive:
                return self.decisive
            unknown = unknown or not isinstance(answer, bool)
        return None if unknown else not self.decisive

    def children(self) -> Iterable[Node]:
        return (*(loop.domain for loop in self.loops), self.condition)


@dataclass(frozen=True)
class Call:
    """``f(a, b)`` or ``f(name: a)``."""

    function: Node
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]

    def evaluate(self, scope: Scope) -> Feel:
        function = self.function.evaluate(scope)
        if not isinstance(function, Function):
            return None
        named: Mapping[str, Feel] = {name: node.evaluate(scope) for name, node in self.named}
        return function.call([node.evaluate(scope) for node in self.arguments], named)

    def children(self) -> Iterable[Node]:
        return (self.function, *self.arguments, *(node for _, node in self.named))


@dataclass(frozen=True)
class Clock:
    """``today()`` and ``now()``: they read the evaluation's clock."""

    day_only: bool

    def evaluate(self, scope: Scope) -> Feel:
        instant: datetime = scope.clock()
        return instant.date() if self.day_only else instant

    def children(self) -> Iterable[Node]:
        return ()


@dataclass(frozen=True)
class Define:
    """``function(a, b) expression``."""

    parameters: tuple[str, ...]
    body: Node

    def evaluate(self, scope: Scope) -> Feel:
        def call(positional: Sequence[Feel], named: Mapping[str, Feel]) -> Feel:
            scope.budget.spend()
            if named:
                if positional or set(named) != set(self.parameters):
                    return None
                return self.body.evaluate(scope.inner(named))
            if len(positional) != len(self.parameters):
                return None
            return self.body.evaluate(scope.inner(dict(zip(self.parameters, positional, strict=True))))

        return Function("function", call)

    def children(self) -> Iterable[Node]:
        return (self.body,)


@dataclass(frozen=True)
class InstanceOf:
    """``value instance of type``."""

    value: Node
    type: str

    def evaluate(self, scope: Scope) -> Feel:
        value = self.value.evaluate(scope)
        if self.type == "Any":
            return value is not None
        return False if value is None else kind(value) == self.type

    def children(self) -> Iterable[Node]:
        return (self.value,)


def free_names(node: Node, bound: frozenset[str] = frozenset()) -> set[str]:
    """Return the variables an expression reads from outside (not those of a filter: they may be entries of the list)."""
    if isinstance(node, Name):
        return set() if node.name in bound else {node.name}
    if isinstance(node, Filter):
        return free_names(node.value, bound)
    if isinstance(node, For | Quantified):
        found: set[str] = set()
        for loop in node.loops:
            for end in (loop.domain, loop.end):
                found |= free_names(end, bound) if end else set()
            bound |= {loop.name, "partial"}
        return found | free_names(node.result if isinstance(node, For) else node.condition, bound)
    if isinstance(node, Define):
        return free_names(node.body, bound | set(node.parameters))
    if isinstance(node, Test):
        found = free_names(node.value, bound)
        return found.union(*(free_names(test.node, bound | {INPUT}) for test in node.tests))
    if isinstance(node, ContextOf):
        found = set()
        for key, entry in node.entries:
            found |= free_names(entry, bound)
            bound |= {key}
        return found
    return set().union(*(free_names(child, bound) for child in node.children()))
