"""How often an errand is tried again is written as Camunda writes it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiuzhu.errors import ConfigurationError
from jiuzhu.service.retries import parse_retry


@pytest.mark.parametrize(
    ("text", "times", "pause"),
    [
        ("R3/PT5M", 3, timedelta(minutes=5)),
        ("R10/P1DT2H", 10, timedelta(days=1, hours=2)),
        ("R1/PT0S", 1, timedelta()),
    ],
)
def test_a_cycle_is_read(text: str, times: int, pause: timedelta) -> None:
    retry = parse_retry(text)
    assert (retry.times, retry.pause) == (times, pause)


@pytest.mark.parametrize("text", ["", "R0/PT5M", "PT5M", "R3", "R3/5M", "R-1/PT5M"])
def test_what_is_no_cycle_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        parse_retry(text)
