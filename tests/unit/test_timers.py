"""Timer texts of diagrams."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jiuzhu.engine.timers import add_duration, alarm_from, instant
from jiuzhu.errors import ExpressionError

NOW = datetime(2026, 1, 31, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-09-16T09:00:00+08:00", datetime(2026, 9, 16, 1, tzinfo=UTC)),
        ("2026-09-16T01:00:00Z", datetime(2026, 9, 16, 1, tzinfo=UTC)),
        ("2026-09-16T09:00:00", datetime(2026, 9, 16, 1, tzinfo=UTC)),
        ("2026-09-16", datetime(2026, 9, 15, 16, tzinfo=UTC)),
        ("9999-12-31T00:00:00+08:00", datetime(9999, 12, 30, 16, tzinfo=UTC)),
        ("9999-12-31T23:00:00-08:00", datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_instants(text: str, moment: datetime) -> None:
    assert instant(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("P7D", NOW + timedelta(days=7)),
        ("P1W", NOW + timedelta(days=7)),
        ("PT15M", NOW + timedelta(minutes=15)),
        ("P1DT2H3M4S", NOW + timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("P1M", datetime(2026, 2, 28, 1, 30, tzinfo=UTC)),
        ("P2Y1M", datetime(2028, 2, 29, 1, 30, tzinfo=UTC)),
        ("PT0S", NOW),
        ("P9999Y", datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_durations(text: str, moment: datetime) -> None:
    assert add_duration(NOW, text) == moment


@pytest.mark.parametrize("text", ["", "P", "PT", "P1", "7D", "P-1D", "P1.5D", "PD", "1 day", "P1H", "P1DT", "PT1D"])
def test_wrong_durations(text: str) -> None:
    with pytest.raises(ExpressionError):
        add_duration(NOW, text)


def test_a_cycle_counts_down_and_skips_what_was_missed() -> None:
    first = alarm_from("cycle", "R2/P1D", NOW)
    assert first.due == NOW + timedelta(days=1)
    second = first.following(NOW + timedelta(days=5, hours=1))
    assert second is not None
    assert second.due == NOW + timedelta(days=6)
    assert second.following(second.due) is None
    seconds = alarm_from("cycle", "R/PT1S", NOW).following(NOW + timedelta(days=4000, milliseconds=500))
    assert seconds is not None
    assert seconds.due == NOW + timedelta(days=4000, seconds=1)
    months = alarm_from("cycle", "R/P1M", NOW).following(datetime(2036, 1, 1, tzinfo=UTC))
    assert months is not None
    assert months.due == datetime(2036, 1, 28, 1, 30, tzinfo=UTC)
    for_ever = alarm_from("cycle", "R/2026-09-16T09:00:00+08:00/P1M", NOW)
    assert for_ever.due == datetime(2026, 9, 16, 1, tzinfo=UTC)
    assert for_ever.left == -1


@pytest.mark.parametrize("text", ["P1D", "R0/P1D", "R3/PT0S", "R3/", "R-1/P1D", "R3/P1D/2026-01-01", "R99999/P1D"])
def test_wrong_cycles(text: str) -> None:
    with pytest.raises(ExpressionError):
        alarm_from("cycle", text, NOW)


@pytest.mark.parametrize("text", ["P3D", "tomorrow", "2026-13-01", "2026/09/16", ""])
def test_wrong_dates(text: str) -> None:
    with pytest.raises(ExpressionError):
        alarm_from("date", text, NOW)
