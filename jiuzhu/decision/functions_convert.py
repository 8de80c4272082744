"""Conversions, booleans and intervals of FEEL."""

from __future__ import annotations

import decimal
import json
import re
from datetime import date, time, timedelta
from decimal import Decimal

from jiuzhu.decision.functions import builtin
from jiuzhu.decision.temporal import temporal_text
from jiuzhu.decision.values import ARITHMETIC, Feel, Function, Months, Range, compare, equal, kind

NUMBER_TEXT = re.compile(r"-?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


@builtin("number", "from: string|number")
def number(value: str | Decimal) -> Feel:
    return value if isinstance(value, Decimal) else _number(value)


@builtin("number", "from: string, grouping separator: string?, decimal separator: string?")
def number_grouped(text: str, grouping: str | None, point: str | None) -> Feel:
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (grouping and grouping == point):
        return None
    plain = text.replace(grouping, "") if grouping else text
    return _number(plain.replace(point, ".") if point else plain)


def _number(text: str) -> Feel:
    if not NUMBER_TEXT.fullmatch(text):
        return None
    try:
        return ARITHMETIC.create_decimal(text)
    except decimal.DecimalException:
        return None


@builtin("string", "from: any")
def string(value: Feel) -> Feel:
    return None if value is None else value if isinstance(value, str) else text_of_value(value)


def text_of_value(value: Feel) -> str:
    """Return a value as FEEL writes it; text inside lists and contexts in quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, date | time | timedelta | Months):
        return temporal_text(value)
    if isinstance(value, list):
        return "[" + ", ".join(text_of_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {text_of_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Range):
        low, high = ("[" if value.low_included else "("), ("]" if value.high_included else ")")
        ends = ["" if end is None else text_of_value(end) for end in (value.low, value.high)]
        return f"{low}{ends[0]}..{ends[1]}{high}"
    return f"function {value.name}" if isinstance(value, Function) else str(value)


def number_text(value: Decimal) -> str:
    """Return a number without exponent and without trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@builtin("not", "negand: any")
def negated(value: Feel) -> Feel:
    return not value if isinstance(value, bool) else None


@builtin("abs", "n: number|days and time duration|years and months duration")
def absolute(value: Feel) -> Feel:
    return Months(abs(value.count)) if isinstance(value, Months) else abs(value)


@builtin("is", "value1: any, value2: any")
def identical(left: Feel, right: Feel) -> Feel:
    if kind(left) != kind(right):
        return False
    if isinstance(left, time) and left.tzinfo != right.tzinfo:
        return False
    return equal(left, right) is True


@builtin("before", "point1: any, point2: any")
def before(left: Feel, right: Feel) -> Feel:
    """Points and intervals; an end that is open still lies before the point it touches."""
    end, included = (left.high, left.high_included) if isinstance(left, Range) else (left, True)
    start, start_included = (right.low, right.low_included) if isinstance(right, Range) else (right, True)
    order = compare(end, start)
    return None if order is None else order < 0 or (order == 0 and not (included and start_included))


@builtin("after", "point1: any, point2: any")
def after(left: Feel, right: Feel) -> Feel:
    return before(right, left)
