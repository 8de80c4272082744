"""Working days: make-up days, New Year, years without a notice, imported notices."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.domain.calendar import WorkingCalendar, read_notice
from jiuzhu.errors import ConfigurationError
from jiuzhu.policy import load_calendar

CALENDAR = WorkingCalendar()
DAYS = st.dates(date(2004, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize("day", [date(2019, 9, 29), date(2019, 10, 12), date(2021, 9, 26)])
def test_make_up_days_are_working_days(day: date) -> None:
    assert day.weekday() >= 5
    assert CALENDAR.is_working_day(day)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        # 2019-09-29 is a Sunday that was worked, 2019-10-01..07 were off, 2019-10-12 a Saturday that was worked
        (date(2019, 9, 27), 1, date(2019, 9, 29)),
        (date(2019, 9, 27), 3, date(2019, 10, 8)),
        (date(2019, 9, 27), 7, date(2019, 10, 12)),
        (date(2019, 9, 27), 8, date(2019, 10, 14)),
        # Mid-autumn 2021-09-19..21 off, Saturday 09-18 and Sunday 09-26 worked
        (date(2021, 9, 17), 1, date(2021, 9, 18)),
        (date(2021, 9, 17), 4, date(2021, 9, 24)),
        (date(2021, 9, 17), 5, date(2021, 9, 26)),
        # New Year 2023: 2022-12-31..2023-01-02 off; Spring Festival 2023-01-21..27 off, 28 and 29 worked
        (date(2022, 12, 30), 1, date(2023, 1, 3)),
        (date(2023, 1, 20), 2, date(2023, 1, 29)),
        # New Year 2024: 2024-01-01 off (a Monday)
        (date(2023, 12, 29), 3, date(2024, 1, 4)),
        # the event on a day off: counting begins with the next working day
        (date(2021, 10, 2), 1, date(2021, 10, 8)),
        (date(2021, 10, 2), 0, date(2021, 10, 2)),
    ],
)
@pytest.mark.req("XT-18", "QJ-25")
def test_working_days_are_counted(start: date, count: int, end: date) -> None:
    assert CALENDAR.add_working_days(start, count) == (end, False)


def test_fifteen_and_twenty_working_days() -> None:
    assert CALENDAR.add_working_days(date(2019, 9, 20), 15) == (date(2019, 10, 16), False)
    assert CALENDAR.add_working_days(date(2021, 9, 13), 20) == (date(2021, 10, 15), False)


def test_a_year_without_a_notice_is_provisional() -> None:
    assert CALENDAR.knows(2026)
    assert not CALENDAR.knows(2027)
    assert CALENDAR.add_working_days(date(2026, 12, 29), 2) == (date(2026, 12, 31), False)
    end, provisional = CALENDAR.add_working_days(date(2026, 12, 31), 1)
    assert (end, provisional) == (date(2027, 1, 4), True)  # 1 January is off by law, 2 and 3 are a weekend
    assert CALENDAR.add_working_days(date(1999, 5, 3), 1)[1]


def test_an_imported_notice_settles_a_year() -> None:
    text = (
        "\ufeffdate,kind,name\n2026-12-31,休,元旦\n2027-01-01,休,元旦\n2027-01-02,班,元旦调休\n2027-02-20,班,春节调休\n"
    )
    known = WorkingCalendar([read_notice(2027, text)])
    assert known.knows(2027)
    assert known.add_working_days(date(2026, 12, 30), 1) == (date(2027, 1, 2), False)
    assert known.is_working_day(date(2027, 2, 20))
    assert known.is_working_day(date(2027, 5, 3)), "the notice does not name it: a Monday"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("day,kind\n2027-01-01,休\n", "columns"),
        ("date,kind,name\n2027-13-01,休,x\n", "line 2"),
        ("date,kind,name\n2027-01-01,off,x\n", "neither"),
        ("date,kind,name\n2035-01-01,休,x\n", "does not belong"),
        ("date,kind,name\n2027-01-01,休,x\n2027-01-01,班,x\n", "both"),
        ("date,kind,name\n", "no day"),
        ("", "columns"),
    ],
)
def test_a_wrong_notice_is_refused(text: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        read_notice(2027, text, name="2027.csv")


@pytest.mark.parametrize("count", [-1, 100_000])
def test_absurd_limits_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="working days"):
        CALENDAR.add_working_days(date(2021, 1, 1), count)


@given(DAYS, st.integers(0, 80))
def test_adding_and_counting_agree(start: date, count: int) -> None:
    end, _ = CALENDAR.add_working_days(start, count)
    assert CALENDAR.working_days_between(start, end) == count
    assert CALENDAR.working_days_between(end, start) == -count
    assert count == 0 or CALENDAR.is_working_day(end)


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_adding_in_two_steps_is_adding_at_once(start: date, first: int, second: int) -> None:
    middle, guessed = CALENDAR.add_working_days(start, first)
    end, guessed_too = CALENDAR.add_working_days(middle, second)
    assert CALENDAR.add_working_days(start, first + second) == (end, guessed or guessed_too)


@given(DAYS)
def test_the_next_working_day_is_the_first(day: date) -> None:
    following = CALENDAR.next_working_day(day)
    skipped = [day + timedelta(days=n) for n in range(1, (following - day).days)]
    assert not any(CALENDAR.is_working_day(each) for each in skipped)


def test_notices_are_read_at_start(tmp_path: Path) -> None:
    assert not load_calendar(tmp_path).knows(2027)
    (tmp_path / "calendar").mkdir()
    (tmp_path / "calendar" / "2027.csv").write_text("date,kind,name\n2027-01-01,休,元旦\n", "utf-8")
    assert load_calendar(tmp_path).knows(2027)
    (tmp_path / "calendar" / "next.csv").write_text("date,kind,name\n", "utf-8")
    with pytest.raises(ConfigurationError, match=r"next\.csv"):
        load_calendar(tmp_path)


def test_shipped_notices_can_be_read() -> None:
    load_calendar(Path(__file__).parents[2] / "config")
