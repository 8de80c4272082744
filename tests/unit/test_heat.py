"""Counts, medians and shades of a heat map."""

from __future__ import annotations

import pytest

from jiuzhu.domain.heat import Visit, median_of, shades, sum_up


def test_numbers_of_a_step() -> None:
    days = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 30.0]
    visits = [Visit(element="a", days=one) for one in days] + [Visit(element="a", days=None)] * 2
    found = sum_up([*visits, Visit(element="b", days=None), Visit(element="c", days=2.0)])
    one = found["a"]
    assert (one.visits, one.running, one.median, one.most, one.is_thin) == (12, 2, 5.5, 9.0, False)
    assert (found["b"].visits, found["b"].running, found["b"].median, found["b"].most) == (1, 1, None, None)
    assert (found["c"].median, found["c"].most, found["c"].is_thin) == (2.0, 2.0, True)
    assert sum_up([]) == {}


@pytest.mark.parametrize(("days", "middle"), [([], None), ([3.0], 3.0), ([1.0, 2.0], 1.5), ([1.0, 2.0, 9.0], 2.0)])
def test_median(days: list[float], middle: float | None) -> None:
    assert median_of(days) == middle


def test_shades_go_by_rank_and_nothing_has_none() -> None:
    assert shades({"a": 0.0, "b": 1.0, "c": 2.0, "d": 3.0, "e": 400.0}) == {"b": 1, "c": 2, "d": 3, "e": 4}
    assert shades({"a": 1.0, "b": 1.0}) == {"a": 1, "b": 1}
    assert shades({}) == {}
