"""The decisions of one DMN file, ready to evaluate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jiuzhu.decision.expressions import Expression
from jiuzhu.decision.functions_convert import number_text, text_of_value
from jiuzhu.decision.logic import bind, evaluate_logic, names_of, reach_of
from jiuzhu.decision.model import Decision, Definitions, InputData, Knowledge, Table
from jiuzhu.decision.reading import read_definitions
from jiuzhu.decision.scope import Scope
from jiuzhu.decision.temporal import parse_date, parse_date_time, parse_duration, parse_time
from jiuzhu.decision.values import Feel, Function, Months, Range, kind, to_feel
from jiuzhu.errors import DecisionError

MOST_KEPT = 256
"""Files kept as they were read, by their content."""

TEXT_TYPES = {
    "date": parse_date,
    "time": parse_time,
    "dateTime": parse_date_time,
    "date and time": parse_date_time,
    "dayTimeDuration": parse_duration,
    "days and time duration": parse_duration,
    "yearMonthDuration": parse_duration,
    "years and months duration": parse_duration,
}


class Decisions:
    """Evaluates the decisions of one file. Immutable; safe to share between threads."""

    def __init__(self, definitions: Definitions) -> None:
        self._made = definitions
        self._reach = {key: self._reach_of(key) for key in definitions.decisions}

    @property
    def ids(self) -> tuple[str, ...]:
        """Decision ids, in the file's order."""
        return tuple(self._made.decisions)

    def name(self, decision_id: str) -> str:
        """Return the label of a decision."""
        return self._decision(decision_id).name

    def hit_policy(self, decision_id: str) -> str:
        """Return the hit policy with aggregation (``COLLECT SUM``); '' for anything but a table."""
        logic = self._decision(decision_id).logic
        return f"{logic.hit_policy.value} {logic.aggregation}".strip() if isinstance(logic, Table) else ""

    def inputs(self, decision_id: str) -> tuple[str, ...]:
        """Return the names of the variables that a decision and those it requires read."""
        found: dict[str, None] = {}
        for decision in self._required(decision_id):
            known = {self._made.inputs[item].name: None for item in decision.inputs if item in self._made.inputs}
            found |= known
            bound = {self._made.decisions[item].variable for item in decision.decisions}
            bound |= {self._made.knowledge[item].name for item in decision.knowledge}
            found |= dict.fromkeys(sorted(names_of(decision.logic) - bound))
        return tuple(found)

    def outputs(self, decision_id: str) -> tuple[str, ...]:
        """Return the names of the outputs: the table's columns, or the variable of a literal expression."""
        decision = self._decision(decision_id)
        if isinstance(decision.logic, Table):
            return tuple(output.name for output in decision.logic.outputs)
        return (decision.variable,)

    def evaluate(
        self, decision_id: str, inputs: Mapping[str, Any], *, now: datetime | None = None
    ) -> dict[str, Any] | list[dict[str, Any]] | None:
        """Return one row, a list of rows (COLLECT, RULE ORDER, OUTPUT ORDER), or None without a hit.

        Values are what process variables hold: whole numbers int, others decimal text, dates and durations ISO text.
        Raises DecisionError when a declared input is missing or of another type, and as ``evaluate_table`` does.
        """
        decision = self._decision(decision_id)
        value = self.value(decision_id, inputs, now=now)
        names = self.outputs(decision_id)
        logic = decision.logic
        if isinstance(logic, Table) and logic.hit_policy.many and not logic.aggregation:
            return [_row(names, item) for item in value] if isinstance(value, list) else [_row(names, value)]
        return None if value is None else _row(names, value)

    def value(self, decision_id: str, inputs: Mapping[str, Any], *, now: datetime | None = None) -> Feel:
        """Return the decision's value as FEEL has it (one output column: the value itself); raises as ``evaluate``."""
        decision = self._decision(decision_id)
        given = {name: to_feel(inputs[name]) for name in self._reach[decision_id] if name in inputs}
        return self._value(decision, given, {}, now)

    def _reach_of(self, decision_id: str) -> set[str]:
        """Return every name that a decision and those it requires may look up."""
        found: set[str] = set()
        for decision in self._required(decision_id):
            found |= {self._made.inputs[item].name for item in decision.inputs if item in self._made.inputs}
            found |= reach_of(decision.logic)
        return found

    def table(self, decision_id: str) -> Table | None:
        """Return a decision's table as it was read; None for anything else."""
        logic = self._decision(decision_id).logic
        return logic if isinstance(logic, Table) else None

    def _decision(self, decision_id: str) -> Decision:
        if decision_id not in self._made.decisions:
            raise DecisionError(f"没有决策 {decision_id!r}")
        return self._made.decisions[decision_id]

    def _required(self, decision_id: str) -> list[Decision]:
        found: dict[str, Decision] = {}
        pending = [decision_id]
        while pending:
            current = pending.pop(0)
            if current not in found:
                found[current] = self._decision(current)
                pending.extend(found[current].decisions)
        return list(found.values())

    def _value(
        self, decision: Decision, given: Mapping[str, Feel], made: dict[str, Feel], now: datetime | None
    ) -> Feel:
        if decision.id in made:
            return made[decision.id]
        names = dict(given)
        for reference in decision.inputs:
            data = self._made.inputs[reference]
            names[data.name] = _checked(decision, data, given)
        for reference in decision.decisions:
            required = self._made.decisions[reference]
            names[required.variable] = self._value(required, given, made, now)
        functions = self._functions(decision.knowledge, now)
        scope = Scope({**names, **functions}, now=now)
        value = evaluate_logic(decision.logic, scope)
        if decision.scalar and isinstance(decision.logic, Expression) and isinstance(value, list) and len(value) == 1:
            value = value[0]
        made[decision.id] = value
        return value

    def _functions(self, references: tuple[str, ...], now: datetime | None) -> dict[str, Feel]:
        made: dict[str, Feel] = {}
        for reference in references:
            knowledge = self._made.knowledge[reference]
            made[knowledge.name] = self._function(knowledge, now)
        return made

    def _function(self, knowledge: Knowledge, now: datetime | None) -> Function:
        def call(positional: Any, named: Mapping[str, Feel]) -> Feel:
            bound = bind(knowledge.parameters, positional, named)
            if bound is None:
                return None
            return evaluate_logic(
                knowledge.logic, Scope({**self._functions(knowledge.knowledge, now), **bound}, now=now)
            )

        return Function(knowledge.name, call, knowledge.parameters)


@lru_cache(maxsize=MOST_KEPT)
def read_decisions(xml: bytes) -> Decisions:
    """Read a DMN file; raises DecisionsRefused (a DecisionError with ``findings``) naming element and line."""
    return Decisions(read_definitions(xml))


def plain(value: Feel) -> Any:
    """Return a FEEL value as a process variable holds it: int or decimal text, ISO text, lists and dicts of them."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else number_text(value)
    if isinstance(value, date | time | timedelta | Months):
        return text_of_value(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Range):
        return text_of_value(value)
    raise DecisionError(f"决策结果是 {kind(value)}，不能作为流程变量")


def _row(names: tuple[str, ...], value: Feel) -> dict[str, Any]:
    if len(names) == 1:
        return {names[0]: plain(value)}
    row: dict[str, Any] = plain(value)
    return row


def _checked(decision: Decision, data: InputData, given: Mapping[str, Feel]) -> Feel:
    """Return an input in its declared type; ISO text becomes a date where a date is declared."""
    if data.name not in given:
        raise DecisionError(f"决策 {decision.id} 缺少输入“{data.name}”")
    value = given[data.name]
    if data.collection:
        return [_typed(decision, data, data.type, item) for item in value] if isinstance(value, list) else value
    if data.components and isinstance(value, dict):
        return {key: _typed(decision, data, data.components.get(key, ""), item) for key, item in value.items()}
    value = _typed(decision, data, data.type, value)
    if value is not None and data.allowed is not None and not data.allowed.matches(value):
        raise DecisionError(f"决策 {decision.id} 的输入“{data.name}”不在允许范围内：{text_of_value(value)}")
    return value


def _typed(decision: Decision, data: InputData, wanted: str, value: Feel) -> Feel:
    if value is None or not wanted:
        return value
    if wanted in TEXT_TYPES and isinstance(value, str):
        read = TEXT_TYPES[wanted](value)
        if read is not None:
            return read
    elif wanted in TEXT_TYPES or kind(value) == wanted:
        return value
    raise DecisionError(
        f"决策 {decision.id} 的输入“{data.name}”应为 {wanted}，现为 {kind(value)}：{text_of_value(value)}"
    )
