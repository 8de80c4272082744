"""FEEL expressions and unary tests, compiled once and evaluated often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from jiuzhu.decision import loops, matching
from jiuzhu.decision import nodes as n
from jiuzhu.decision.functions import FUNCTIONS
from jiuzhu.decision.grammar import parse_expression, parse_tests
from jiuzhu.decision.names import every_name, free_names, unary_test
from jiuzhu.decision.scope import Scope
from jiuzhu.decision.values import Feel, to_feel
from jiuzhu.errors import DecisionError


@dataclass(frozen=True)
class Expression:
    """A compiled FEEL expression."""

    text: str
    node: n.Node
    names: frozenset[str]
    """Variables that it surely reads (the first part of a path)."""
    reach: frozenset[str]
    """Every name it may look up, also those that may be entries of a filtered list."""

    def evaluate(self, context: Mapping[str, Any], *, now: datetime | None = None) -> Feel:
        """Return the value: Decimal, str, bool, date …, list, dict or None (see ``values``).

        Args: the variables (plain Python values); ``now`` the instant that today() and now() answer.
        Raises DecisionError when it reads a clock that was not given or loops too long; what has no meaning is None.
        """
        return self.within(Scope(_taken(self.reach, context), now=now))

    def within(self, scope: Scope) -> Feel:
        """Return the value in a scope of FEEL values."""
        try:
            return self.node.evaluate(scope)
        except RecursionError:
            raise DecisionError(f"FEEL: {self.text!r} 递归过深") from None


@dataclass(frozen=True)
class UnaryTests:
    """Compiled unary tests, such as a cell of a decision table."""

    text: str
    tests: tuple[matching.UnaryTest, ...]
    """None at all stands for ``-``."""
    negated: bool
    names: frozenset[str]
    reach: frozenset[str]

    def matches(self, value: Any, context: Mapping[str, Any] | None = None, *, now: datetime | None = None) -> bool:
        """Return whether the value meets the tests; unknown is no."""
        return self.within(to_feel(value), Scope(_taken(self.reach, context or {}), now=now)) is True

    def within(self, value: Feel, scope: Scope) -> bool | None:
        """Return the three-valued answer in a scope of FEEL values."""
        if not self.tests:
            return True
        answer = matching.any_true(test.answer(value, scope) for test in self.tests)
        return answer if answer is None or not self.negated else not answer


def _taken(reach: frozenset[str], context: Mapping[str, Any]) -> dict[str, Feel]:
    """Convert what an expression may look up, and nothing else of a large context."""
    return {name: to_feel(context[name]) for name in reach if name in context}


@lru_cache(maxsize=4096)
def _compiled(text: str, names: frozenset[str]) -> Expression:
    node = parse_expression(text, names)
    free = free_names(node)
    _check_functions(text, node, names)
    return Expression(text, node, frozenset(free), frozenset(every_name(node)))


def feel(text: str, names: Iterable[str] = ()) -> Expression:
    """Compile a FEEL expression (without a leading ``=``).

    Args: the text; ``names`` the known variable names that hold spaces or signs.
    Raises DecisionError naming what is not understood, or a function that does not exist.
    """
    return _compiled(text, frozenset(names))


@lru_cache(maxsize=4096)
def _compiled_tests(text: str, names: frozenset[str]) -> UnaryTests:
    if text.strip() in ("", "-"):
        return UnaryTests(text, (), False, frozenset(), frozenset())
    negated, inner = parse_tests(text, names)
    for node in inner:
        _check_functions(text, node, names)
    free = {name for node in inner for name in free_names(node)} - {matching.INPUT}
    reach = {name for node in inner for name in every_name(node)}
    tests = tuple(unary_test(node) for node in inner)
    return UnaryTests(text, tests, negated, frozenset(free), frozenset(reach))


def unary_tests(text: str, names: Iterable[str] = ()) -> UnaryTests:
    """Compile unary tests: values, comparisons, intervals, lists of them, ``-``, ``not(…)``, expressions with ``?``.

    Raises DecisionError as ``feel`` does.
    """
    return _compiled_tests(text, frozenset(names))


def _check_functions(text: str, node: n.Node, names: frozenset[str]) -> None:
    """Refuse a call of a name that is no function: it would be null in silence."""
    pending = [node]
    defined: set[str] = set()
    calls: list[n.Call] = []
    while pending:
        current = pending.pop()
        if isinstance(current, n.Call):
            calls.append(current)
        elif isinstance(current, n.ContextOf):
            defined |= {key for key, _ in current.entries}
        elif isinstance(current, n.Define):
            defined |= set(current.parameters)
        elif isinstance(current, loops.For | loops.Quantified):
            defined |= {loop.name for loop in current.loops}
        pending.extend(current.children())
    for call in calls:
        if isinstance(call.function, n.Name) and call.function.name not in defined | names:
            raise DecisionError(
                f"FEEL 没有函数 {call.function.name!r}（{text!r}）；可用：{', '.join(sorted(FUNCTIONS))}"
            )
