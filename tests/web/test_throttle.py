"""Tries from outside are counted per key in a sliding window."""

from __future__ import annotations

from webui.throttle import WINDOW_SECONDS, Tally


class Seconds:
    """A clock that stands still until moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_key_waits_after_its_tries_and_may_try_again_later() -> None:
    seconds = Seconds()
    tally = Tally(5, seconds)
    assert [tally.note("wang") for _ in range(5)] == [4, 3, 2, 1, 0]
    assert tally.minutes_to_wait("wang") == 15
    assert tally.minutes_to_wait("zhao") == 0
    seconds.now += WINDOW_SECONDS + 1
    assert tally.minutes_to_wait("wang") == 0


def test_tries_leave_the_window_one_by_one() -> None:
    seconds = Seconds()
    tally = Tally(2, seconds)
    tally.note("wang")
    seconds.now += WINDOW_SECONDS - 60
    tally.note("wang")
    assert tally.minutes_to_wait("wang") == 1
    seconds.now += 61
    assert tally.minutes_to_wait("wang") == 0
    assert tally.note("wang") == 0


def test_success_forgives() -> None:
    tally = Tally(5, Seconds())
    for _ in range(4):
        tally.note("wang")
    tally.forget("wang")
    assert tally.note("wang") == 4
