"""Dates and clocks as the office writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from webui import dates
from webui.clocks import Clock, clock, grouped

TODAY = date(2026, 9, 16)


@dataclass(frozen=True, kw_only=True)
class Thing:
    due: datetime | None
    days_left: int | None
    late: bool = False
    provisional: bool = False


def due(month: int, day: int, hour: int = 23) -> datetime:
    return datetime(2026, month, day, hour, 59, tzinfo=dates.ZONE)


def show(thing: Thing) -> Clock:
    return clock(thing, TODAY, lambda day: day == date(2026, 9, 20))


def test_a_date_names_its_weekday_and_another_year_only() -> None:
    assert dates.day(date(2026, 9, 18), TODAY) == "9月18日 周五"
    assert dates.day(date(2027, 1, 8), TODAY) == "2027年1月8日 周五"
    assert dates.full_day("2026-09-16") == "2026年9月16日 周三"
    assert dates.day("9999-12-31T00:00:00+08:00") == "无期限"


def test_an_instant_is_shown_in_the_offices_zone() -> None:
    assert dates.instant(datetime(2026, 9, 15, 20, 30, tzinfo=UTC)) == "9月16日 04:30"


def test_an_amount_has_two_places_and_groups() -> None:
    assert dates.money("1196") == "1,196.00"
    assert dates.money("") == ""


@pytest.mark.parametrize(
    ("thing", "state", "text", "sub"),
    [
        (Thing(due=due(9, 24), days_left=6), "ok", "剩 6 个工作日", "9月24日 周四"),
        (Thing(due=due(9, 18), days_left=2), "soon", "剩 2 个工作日", "9月18日 周五"),
        (Thing(due=due(9, 20), days_left=3), "soon", "剩 3 个工作日", "9月20日 周日（调休上班）"),
        (Thing(due=due(9, 16, 17), days_left=0), "today", "今天到期", "9月16日 周三 17:59"),
        (Thing(due=due(9, 15), days_left=-1, late=True), "late", "逾期 1 个工作日", "应于 9月15日 周二"),
        (Thing(due=None, days_left=None), "ok", "无期限", ""),
    ],
)
def test_a_clock_says_what_remains_and_until_when(thing: Thing, state: str, text: str, sub: str) -> None:
    assert show(thing) == Clock(state=state, text=text, sub=sub)  # type: ignore[arg-type]


def test_a_provisional_date_says_so_and_why() -> None:
    shown = clock(Thing(due=due(9, 16) + timedelta(days=114), days_left=70, provisional=True), TODAY, lambda _: False)
    assert shown.text == "暂定 2027年1月8日 周五"
    assert shown.sub == "2027 年放假通知未公布"


def test_rows_are_grouped_by_due_class_and_empty_groups_left_out() -> None:
    things = [
        Thing(due=due(9, 15), days_left=-1, late=True),
        Thing(due=due(9, 18), days_left=2),
        Thing(due=due(9, 30), days_left=9),
    ]
    assert [(key, len(rows)) for key, _, rows in grouped(things, show)] == [("late", 1), ("soon", 1), ("later", 1)]
