"""Evaluates what a decision or knowledge model holds: a table, an expression, or boxes of them in one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jiuzhu.decision.expressions import Expression
from jiuzhu.decision.model import Context, FunctionBox, Invocation, Items, Logic, Relation, Table
from jiuzhu.decision.scope import Scope
from jiuzhu.decision.tables import evaluate_table
from jiuzhu.decision.values import Feel, Function


def evaluate_logic(logic: Logic, scope: Scope) -> Feel:
    """Return the value of a piece of logic; raises DecisionError as ``evaluate_table`` and ``Expression`` do."""
    match logic:
        case Expression():
            return logic.within(scope)
        case Table():
            return evaluate_table(logic, scope)
        case Context():
            return _context(logic, scope)
        case Invocation():
            return _invoke(logic, scope)
        case Items():
            return [evaluate_logic(item, scope) for item in logic.items]
        case Relation():
            return [
                {name: evaluate_logic(cell, scope) for name, cell in zip(logic.columns, row, strict=True)}
                for row in logic.rows
            ]
        case FunctionBox():
            return _function(logic, scope)


def names_of(logic: Logic) -> set[str]:
    """Return the variables that a piece of logic surely reads."""
    match logic:
        case Expression():
            return set(logic.names)
        case Table():
            found = {name for column in logic.inputs for name in column.expression.names}
            for rule in logic.rules:
                found = found.union(*(test.names for test in rule.tests), *(result.names for result in rule.results))
            return found
        case Context():
            found, known = set(), set[str]()
            for name, entry in logic.entries:
                found |= names_of(entry) - known
                known.add(name)
            return found | (names_of(logic.result) - known if logic.result is not None else set())
        case FunctionBox():
            return names_of(logic.body) - set(logic.parameters)
        case _:
            return {name for part in _parts(logic) for name in names_of(part)}


def reach_of(logic: Logic) -> set[str]:
    """Return every name that a piece of logic may look up."""
    match logic:
        case Expression():
            return set(logic.reach)
        case Table():
            found = {name for column in logic.inputs for name in column.expression.reach}
            for rule in logic.rules:
                found = found.union(*(test.reach for test in rule.tests), *(result.reach for result in rule.results))
            return found
        case _:
            return {name for part in _parts(logic) for name in reach_of(part)}


def _parts(logic: Context | Invocation | Items | Relation | FunctionBox) -> Sequence[Logic]:
    match logic:
        case Context():
            entries = [entry for _, entry in logic.entries]
            return entries if logic.result is None else [*entries, logic.result]
        case Invocation():
            return [logic.function, *(value for _, value in logic.bindings)]
        case Items():
            return logic.items
        case Relation():
            return [cell for row in logic.rows for cell in row]
        case FunctionBox():
            return [logic.body]


def _context(logic: Context, scope: Scope) -> Feel:
    """Entries read the ones above them; the last box without a name, if there is one, is the answer."""
    made: dict[str, Feel] = {}
    inner = scope.inner(made)
    for name, entry in logic.entries:
        made[name] = evaluate_logic(entry, inner)
    return made if logic.result is None else evaluate_logic(logic.result, inner)


def _invoke(logic: Invocation, scope: Scope) -> Feel:
    function = logic.function.within(scope)
    arguments = {name: evaluate_logic(value, scope) for name, value in logic.bindings}
    return function.call((), arguments) if isinstance(function, Function) else None


def _function(logic: FunctionBox, scope: Scope) -> Function:
    def call(positional: Sequence[Feel], named: Mapping[str, Feel]) -> Feel:
        bound = bind(logic.parameters, positional, named)
        return None if bound is None else evaluate_logic(logic.body, scope.inner(bound))

    return Function("function", call, logic.parameters)


def bind(parameters: Sequence[str], positional: Sequence[Feel], named: Mapping[str, Feel]) -> dict[str, Feel] | None:
    """Return the arguments by parameter; None when they do not fit."""
    if named:
        return dict(named) if not positional and set(named) == set(parameters) else None
    return dict(zip(parameters, positional, strict=True)) if len(positional) == len(parameters) else None
