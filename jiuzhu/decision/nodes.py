"""The parts of a FEEL expression, each able to evaluate itself. What has no meaning is null, never an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from jiuzhu.decision.scope import Scope
from jiuzhu.decision.temporal import part
from jiuzhu.decision.values import Feel, Function, Months, Range, compare, kind

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
