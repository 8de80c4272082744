"""The public DMN Technology Compatibility Kit (a part of it: tests/data/dmn-tck) as yardstick.

Right, refused by name, or listed below with the reason: nothing is answered wrongly in silence.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.decision import Decisions, feel, read_decisions, unary_tests
from jiuzhu.decision.functions_convert import text_of_value
from jiuzhu.decision.scope import Scope
from jiuzhu.decision.temporal import parse_date, parse_date_time, parse_duration, parse_time
from jiuzhu.decision.values import Feel, to_feel
from jiuzhu.errors import DecisionError

KIT = Path(__file__).parents[1] / "data" / "dmn-tck"
NOW = datetime(2026, 9, 16, 9, 0, tzinfo=UTC)
READ = {"date": parse_date, "time": parse_time, "dateTime": parse_date_time, "duration": parse_duration}

ONLY_TYPED = "of expressions: the single value comes from the type that the decision declares"
WRONG = {
    "L3/0021-singleton-list/001/decision2": ONLY_TYPED,
    "L3/0021-singleton-list/001/decision4": ONLY_TYPED,
}


def decoded(value: Any) -> Feel:
    """Turn the kit's JSON into FEEL values (``{"@": "date", "v": "…"}`` is a date)."""
    if isinstance(value, dict):
        if "@" in value:
            try:
                return READ[value["@"]](value["v"])
            except DecisionError:
                return value["v"]  # beyond Python's dates: refused when evaluated, too
        return {key: decoded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decoded(item) for item in value]
    return to_feel(value)


def agrees(got: Feel, wanted: Feel) -> bool:
    """Numbers within 1e-8; a boolean is no number; ``[x]`` is not ``x``."""
    if type(got) is not type(wanted):
        return False
    if isinstance(wanted, Decimal):
        return abs(got - wanted) <= Decimal("1e-8") * max(1, abs(wanted))
    if isinstance(wanted, list):
        return len(got) == len(wanted) and all(agrees(a, b) for a, b in zip(got, wanted, strict=True))
    if isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(agrees(got[key], wanted[key]) for key in wanted)
    return bool(text_of_value(got) == text_of_value(wanted))


def names_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(names_in(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(names_in(item) for item in value))
    return set()


def cases(name: str) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = json.loads((KIT / name).read_text("utf-8"))["cases"]
    return content


@cache
def model(path: str) -> Decisions:
    return read_decisions((KIT / path).read_bytes())


def decide(case: dict[str, Any]) -> Feel:
    decisions = model(case["dmn"])
    found = [key for key in decisions.ids if decisions.name(key) == case["decision"]]
    return decisions.value(found[0], decoded(case["inputs"]), now=NOW)


def express(case: dict[str, Any]) -> Feel:
    return feel(case["expression"], names_in(case["context"])).evaluate(decoded(case["context"]), now=NOW)


def examine(case: dict[str, Any]) -> Feel:
    return unary_tests(case["test"]).within(feel(case["value"]).evaluate({}), Scope({}))


def outcomes(name: str, answer: Any) -> tuple[Counter[str], list[str]]:
    """Return how many cases are right, right with null, refused; and the wrong ones with both answers."""
    count: Counter[str] = Counter()
    wrong: list[str] = []
    for case in cases(name):
        wanted = decoded(case["expected"])
        try:
            got = answer(case)
        except DecisionError:
            count["refused, null wanted" if wanted is None else "refused"] += 1
            continue
        if agrees(got, wanted):
            count["right, null" if wanted is None else "right"] += 1
        elif name == "cases.json" or case["id"] not in WRONG:
            wrong.append(f"{case['id']}: wanted {wanted!r}, got {got!r}")
    print(name, dict(count))
    return count, wrong


@pytest.mark.parametrize(
    ("name", "answer", "refused"),
    [("cases.json", decide, 85), ("feel.json", express, 24), ("unary.json", examine, 0)],
    ids=["decisions", "expressions", "unary tests"],
)
def test_no_case_of_the_kit_is_answered_wrongly(name: str, answer: Any, refused: int) -> None:
    count, wrong = outcomes(name, answer)
    assert not wrong, "\n".join(wrong)
    assert count["refused"] <= refused, "more is refused than when this was written"


@pytest.mark.parametrize(
    ("name", "answer"), [("cases.json", decide), ("feel.json", express), ("unary.json", examine)], ids=str
)
def test_hit_policies_logic_and_comparisons_are_answered_whole(name: str, answer: Any) -> None:
    """Every informative case of these groups; the unary tests are comparisons all of them."""
    missed = []
    for case in cases(name):
        wanted = decoded(case["expected"])
        if wanted is None or case.get("area", "logic") not in ("hit-policy", "logic", "if-in-between"):
            continue
        try:
            right = agrees(answer(case), wanted)
        except DecisionError:
            right = False
        if not right:
            missed.append(case["id"])
    assert not missed


def test_level_two_is_answered_whole() -> None:
    missed = []
    for case in cases("cases.json"):
        if case["level"] != 2:
            continue
        try:
            right = agrees(decide(case), decoded(case["expected"]))
        except DecisionError:
            right = bool(case.get("error")) or case["expected"] is None
        if not right:
            missed.append(case["id"])
    assert not missed
