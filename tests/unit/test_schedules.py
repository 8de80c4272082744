"""Rhythms: periods, windows, names; the shipped file is read as it stands."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest

from jiuzhu.domain.calendar import WorkingCalendar
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.domain.schedules import Dated, Mark, Schedule, spoken, workable
from jiuzhu.errors import ConfigurationError
from jiuzhu.service.register_files import load_registers
from jiuzhu.service.roles import load_roles
from jiuzhu.service.schedule_files import load_schedules

CONFIG = Path(__file__).resolve().parents[2] / "config"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def made(**values: object) -> Schedule:
    given: dict[str, object] = {
        "id": "one",
        "label": "一项",
        "note": "",
        "requirements": (),
        "districts": frozenset(),
        "scope": "town",
        "every": "month",
        "process": "shared_x",
        **values,
    }
    return Schedule(**given)  # type: ignore[arg-type]


def names(schedule: Schedule, start: str, end: str) -> list[str]:
    return [one.name for one in schedule.periods(at(start), at(end))]


def test_monthly_report_opens_and_is_due_in_the_following_month() -> None:
    schedule = made(opens=Mark(month=2, day=1), due=Mark(month=2, day=5))
    found = schedule.periods(at("2026-12-31"), at("2027-02-01"))
    assert [(one.name, one.opens_at, one.due_at) for one in found] == [
        ("2026-12", at("2027-01-01"), at("2027-01-05T23:59:59")),
        ("2027-01", at("2027-02-01"), at("2027-02-05T23:59:59")),
    ]


@pytest.mark.parametrize(
    ("every", "month", "due"),
    [
        ("month", "2023-09", "2023-10-07T23:59:59"),  # 1 to 6 October 2023 are holidays, Saturday the 7th is worked
        ("month", "2023-12", "2024-01-05T23:59:59"),  # 1 January is a holiday, the 2nd is not: the date stays
        ("day", "2023-09", "2023-10-05T23:59:59"),
    ],
)
def test_a_window_in_which_nobody_works_lasts_until_the_next_working_day(every: str, month: str, due: str) -> None:
    schedule = made(opens=Mark(month=2, day=1), due=Mark(month=2, day=5))
    (period,) = [one for one in schedule.periods(at("2023-01-01"), at("2024-01-02")) if one.name == month]
    assert workable(every, period, WorkingCalendar().is_working_day).due_at == at(due)


def test_start_is_excluded_and_end_included() -> None:
    schedule = made(opens=Mark(month=1, day=15), due=Mark(month=1, day=20), at=time(8))
    assert names(schedule, "2026-09-15T08:00", "2026-10-15T08:00") == ["2026-10"]
    assert names(schedule, "2026-09-15T07:59", "2026-10-15T07:59") == ["2026-09"]
    assert names(schedule, "2026-10-15", "2026-09-15") == []


@pytest.mark.parametrize(
    ("month", "last"), [("2027-02", "2027-02-28"), ("2028-02", "2028-02-29"), ("2027-04", "2027-04-30")]
)
def test_a_missing_day_is_the_months_last(month: str, last: str) -> None:
    schedule = made(opens=Mark(month=1, day=1), due=Mark(month=1, day=31))
    (period,) = schedule.periods(at(f"{month}-01") - (at("2026-01-02") - at("2026-01-01")), at(f"{month}-02"))
    assert period.due_at == at(f"{last}T23:59:59")


def test_quarter_half_year_and_year_have_their_names() -> None:
    quarter = made(every="quarter", opens=Mark(month=4, day=1), due=Mark(month=4, day=10))
    assert names(quarter, "2026-01-02", "2027-01-01") == ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    half = made(every="half_year", opens=Mark(month=1, day=1), due=Mark(month=6, day=31))
    assert names(half, "2026-01-02", "2027-01-01") == ["2026H2", "2027H1"]
    year = made(every="year", opens=Mark(month=7, day=1), due=Mark(month=9, day=30))
    assert names(year, "2024-01-01", "2026-12-31") == ["2024", "2025", "2026"]
    assert [spoken(one) for one in ("2026-09", "2026Q3", "2026H1", "2026", "2026-09-16")] == [
        "2026年9月", "2026年第三季度", "2026年上半年", "2026年", "2026年9月16日",
    ]  # fmt: skip


def test_days_dates_and_limits() -> None:
    daily = made(every="day", at=time(8))
    assert names(daily, "2026-09-16T08:00", "2026-09-18T08:00") == ["2026-09-17", "2026-09-18"]
    plan = made(every="dates", dates=(Dated(name="动员", opens=date(2021, 7, 1), due=date(2021, 7, 30)),))
    assert names(plan, "2021-06-30", "2021-07-01") == ["动员"]
    assert names(plan, "2021-07-01", "2029-07-01") == []
    limited = made(
        opens=Mark(month=1, day=1), due=Mark(month=1, day=31), first=date(2019, 4, 1), last=date(2019, 5, 31)
    )
    assert names(limited, "2018-12-31", "2020-12-31") == ["2019-04", "2019-05"]


def test_open_windows_and_the_next() -> None:
    year = made(every="year", opens=Mark(month=7, day=1), due=Mark(month=9, day=30))
    assert [one.name for one in year.open_at(at("2026-06-30T23:59:59"))] == []
    assert [one.name for one in year.open_at(at("2026-07-01"))] == ["2026"]
    assert [one.name for one in year.open_at(at("2026-09-30T23:59:59"))] == ["2026"]
    assert [one.name for one in year.open_at(at("2026-10-01"))] == []
    following = year.next_after(at("2026-10-01"))
    assert following is not None
    assert following.opens_at == at("2027-07-01")


def test_the_shipped_file_is_read() -> None:
    roles = load_roles(CONFIG)
    assert load_schedules(CONFIG, roles, load_registers(CONFIG, roles))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('scope = "country"', "scope must be one of"),
        ('every = "week"', "every must be one of"),
        ('opens = "1.1"', "is not <month"),
        ('register = "none"', "exactly one of process and register"),
        ('colour = "red"', "unknown colour"),
        ('alert_role = "king"', "there is no role"),
        ("first = 2021", "is not a date"),
    ],
)
def test_a_mistake_names_entry_and_key(tmp_path: Path, line: str, said: str) -> None:
    good = {
        "label": '"一项"', "note": '""', "requirements": "[]", "districts": "[]", "scope": '"town"',
        "every": '"month"', "opens": '"1-1"', "due": '"1-5"', "process": '"shared_x"',
    }  # fmt: skip
    key, _, value = line.partition(" = ")
    entries = {**good, key: value}
    (tmp_path / "schedules.toml").write_text("[one]\n" + "\n".join(f"{k} = {v}" for k, v in entries.items()))
    with pytest.raises(ConfigurationError, match=f"schedules.toml: one.*{said}"):
        load_schedules(tmp_path, load_roles(CONFIG), {})
