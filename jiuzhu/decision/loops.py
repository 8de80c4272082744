"""Running over lists and ranges: ``for``, ``some``, ``every``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiuzhu.decision.nodes import Node
from jiuzhu.decision.scope import Scope
from jiuzhu.decision.values import Feel, Range, kind


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
