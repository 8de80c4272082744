"""What ``make portability`` does with a recorded way: which ways are kept, what is translated, what holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.flows import drawn
from tools.portability import report, twins, ways
from tools.portability.recording import Act, Recorded, chosen
from tools.portability.replaying import translated

NOW = datetime(2026, 9, 16, 1, tzinfo=UTC)


def recorded(title: str, *flows: str, assumed: bool = False) -> Recorded:
    """Return a way that went through these flows."""
    return Recorded(title=title, acts=(), flows=frozenset(flows), way={}, assumed=assumed)


def test_the_usual_way_is_kept_and_then_what_adds_most() -> None:
    found = [
        recorded("usual", "a", "b"),
        recorded("one more", "a", "c"),
        recorded("two more", "a", "c", "d"),
        recorded("assumed", "e", "f", "g", assumed=True),
        recorded("passes by"),
    ]
    assert [one.title for one in chosen(found, 3)] == ["usual", "two more"]


def test_a_way_that_passes_the_procedure_by_is_not_the_usual_one() -> None:
    assert [one.title for one in chosen([recorded("passes by"), recorded("usual", "a")], 2)] == ["usual"]


def test_what_each_office_draws_for_itself_is_translated_by_its_place_in_the_form() -> None:
    here: dict[str, Any] = {"lines": [{"id": "0a1b2c3d-here", "name": "张某"}], "day": "2026-09-16"}
    there: dict[str, Any] = {"lines": [{"id": "9f8e7d6c-there", "name": "张某"}], "day": "2026-09-16"}
    data = {"answers": [{"id": "0a1b2c3d-here", "ok": True}], "note": "张某", "count": 2}
    act = Act(kind="item", at=NOW, settled_at=NOW, data=data, context=here)
    assert translated(act, there) == {
        "answers": [{"id": "9f8e7d6c-there", "ok": True}],
        "note": "张某",
        "count": 2,
    }


def test_the_same_elements_in_another_order_are_the_same_way_and_a_cancelled_one_is_another() -> None:
    key = ("shared_petition", "shared_petition")
    assert ways.differences({key: ["a", "b"]}, {key: ["b", "a"]}) == []
    assert ways.differences({key: ["a", "b"]}, {key: ["a", "b✗"]}) != []
    assert ways.differences({key: ["a"]}, {}) != []


@pytest.mark.parametrize(
    ("differences", "excused", "holds"), [([], "", True), (["x"], "", False), (["x"], "ADR 133", True)]
)
def test_a_difference_holds_only_with_an_adr(differences: list[str], excused: str, *, holds: bool) -> None:
    one = report.Twin(
        procedure="p",
        number=1,
        title="",
        district="jincheng",
        processes=[],
        elements=1,
        differences=differences,
        seconds=1,
        excused=excused,
    )
    assert report.holds([one]) is holds
    assert not report.holds([])


def test_every_plan_names_what_is_drawn() -> None:
    plans = twins.plans()
    assert plans
    for plan in plans.values():
        assert {plan.key, plan.root, *plan.before} <= set(drawn())
        assert plan.district in twins.DISTRICTS
        assert set(plan.arranged) <= set(twins.ARRANGED)
