"""Types that a case does not tell apart: kept in stored JSON, of no effect on what reads the value."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import orjson
import pytest

from jiuzhu.domain.marks import (
    DoubleText,
    InstantText,
    LongNumber,
    ObjectFields,
    ObjectItems,
    ShortNumber,
    dumps,
    loads,
)
from jiuzhu.engine.expressions import parse
from jiuzhu.engine.spiff.scopes import storable


def _object() -> ObjectFields:
    made = ObjectFields({"area": DoubleText("3.5"), "ages": ObjectItems([LongNumber(7)])})
    made.of = "some.Household"
    return made


MARKED = [ShortNumber(1), LongNumber(-(2**40)), DoubleText("3.25"), InstantText("2026-01-31T00:00:00+00:00"), _object()]


@pytest.mark.parametrize("value", MARKED, ids=lambda one: type(one).__name__)
def test_a_mark_outlives_storing_and_copying(value: Any) -> None:
    for kept in (loads(dumps([value]))[0], storable("x", value), copy.deepcopy(value)):
        assert (type(kept), kept) == (type(value), value)
    found = loads(dumps({"x": storable("x", {"in": [_object()]})}))["x"]["in"][0]
    assert (found.of, type(found["area"]), type(found["ages"]), type(found["ages"][0])) == (
        "some.Household", DoubleText, ObjectItems, LongNumber,
    )  # fmt: skip


@pytest.mark.parametrize("value", MARKED, ids=lambda one: type(one).__name__)
def test_who_does_not_ask_sees_the_plain_value(value: Any) -> None:
    plain = json.loads(json.dumps(value))
    assert value == plain
    assert orjson.loads(orjson.dumps(value)) == plain


def test_marks_are_of_no_effect_in_expressions_and_do_not_spread() -> None:
    seen = {"share": DoubleText("3.25"), "count": LongNumber(4)}
    assert parse("${share > 3.2 and share < count}").evaluate(seen) is True
    assert parse("${share == '3.25' and count == 4}").evaluate(seen) is True
    assert type(storable("x", parse("${share * 2}").evaluate(seen))) is str
    assert type(storable("x", parse("${count + 1}").evaluate(seen))) is int
    assert type(storable("x", parse("${share}").evaluate(seen))) is DoubleText, "only handed on: it is what it was"


def test_what_has_no_mark_is_stored_as_before() -> None:
    document = {"a": [1, "x", None, True, {"of": 2, "value": 3}], "b": {"$": 1}}
    assert dumps(document) == orjson.dumps(document)
    assert loads(dumps(document)) == document
    with pytest.raises(TypeError):
        dumps({"a": Decimal(1)})
