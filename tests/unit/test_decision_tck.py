"""The public DMN Technology Compatibility Kit (a part of it: tests/data/dmn-tck) as yardstick.

Right, refused by name, or listed below with the reason: nothing is answered wrongly in silence.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from jiuzhu.errors import DecisionError
from tools.conformance.tck import WRONG, agrees, cases, decide, decoded, examine, express


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
