"""Evaluates a decision table: which rules match, and what the hit policy makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from jiuzhu.decision.arithmetic import add
from jiuzhu.decision.functions_convert import text_of_value
from jiuzhu.decision.model import HitPolicy, Rule, Table
from jiuzhu.decision.scope import Scope
from jiuzhu.decision.values import Feel, compare, same
from jiuzhu.errors import DecisionError

Row = tuple[Feel, ...]


def hits(table: Table, scope: Scope) -> list[Rule]:
    """Return the rules that match, in the table's order.

    Raises DecisionError when an input is none of the column's allowed values.
    """
    values = [column.expression.within(scope) for column in table.inputs]
    for column, value in zip(table.inputs, values, strict=True):
        if column.allowed is not None and column.allowed.within(value, scope) is not True:
            raise DecisionError(f"决策表 {table.id}：“{column.label}”的值 {text_of_value(value)} 不在允许范围内")
    return [
        rule
        for rule in table.rules
        if all(test.within(value, scope) is True for test, value in zip(rule.tests, values, strict=True))
    ]


def evaluate_table(table: Table, scope: Scope) -> Feel:
    """Return the value: of one output column its value, of several a context; a list of them where rules are many.

    Raises DecisionError for two hits of UNIQUE, different outputs of ANY, an output outside the priority list, and for
    what an aggregation cannot add or compare.
    """
    rules = hits(table, scope)
    if not rules:
        return _without_hit(table, scope)
    policy = table.hit_policy
    if policy is HitPolicy.UNIQUE and len(rules) > 1:
        raise DecisionError(f"决策表 {table.id}（UNIQUE）有 {len(rules)} 条规则同时命中：{_named(rules)}")
    if policy is HitPolicy.FIRST:
        rules = rules[:1]
    rows = [tuple(result.within(scope) for result in rule.results) for rule in rules]
    if policy is HitPolicy.ANY:
        for rule, row in zip(rules[1:], rows[1:], strict=True):
            if not all(_same(a, b) for a, b in zip(rows[0], row, strict=True)):
                raise DecisionError(f"决策表 {table.id}（ANY）的规则结论不一致：{_named([rules[0], rule])}")
    elif policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
        ranks = [_rank(table, row, scope) for row in rows]
        rows = [rows[index] for index in sorted(range(len(rows)), key=lambda index: ranks[index])]
    if table.aggregation:
        return _aggregate(table, [row[0] for row in rows])
    made = [_shape(table, row) for row in rows]
    return made if policy.many else made[0]


def _without_hit(table: Table, scope: Scope) -> Feel:
    if any(output.default is not None for output in table.outputs):
        row = tuple(output.default.within(scope) if output.default else None for output in table.outputs)
        return _shape(table, row)
    if table.aggregation == "COUNT":
        return Decimal(0)
    return [] if table.hit_policy.many and not table.aggregation else None


def _shape(table: Table, row: Row) -> Feel:
    if len(table.outputs) == 1:
        return row[0]
    return {output.name: value for output, value in zip(table.outputs, row, strict=True)}


def _same(left: Feel, right: Feel) -> bool:
    return (left is None and right is None) or same(left, right)


def _named(rules: Sequence[Rule]) -> str:
    return "、".join(f"第 {rule.number} 条（{rule.id}）" for rule in rules)


def _rank(table: Table, row: Row, scope: Scope) -> tuple[int, ...]:
    """Return the places of a row's outputs in their priority lists; a column without a list does not count."""
    places: list[int] = []
    for output, value in zip(table.outputs, row, strict=True):
        if not output.order:
            continue
        found = [place for place, allowed in enumerate(output.order) if _same(allowed.within(scope), value)]
        if not found:
            raise DecisionError(f"决策表 {table.id}：“{output.name}”的结论 {text_of_value(value)} 不在输出值列表内")
        places.append(found[0])
    return tuple(places)


def _aggregate(table: Table, values: list[Feel]) -> Feel:
    if table.aggregation == "COUNT":
        return Decimal(len(values))
    best = values[0]
    for value in values[1:]:
        if table.aggregation == "SUM":
            best = add(best, value)
        else:
            order = compare(value, best)
            wanted = 1 if table.aggregation == "MAX" else -1
            best = None if order is None else value if order == wanted else best
        if best is None:
            raise DecisionError(f"决策表 {table.id}：{table.aggregation} 无法汇总各条规则的结论")
    return best
