"""What the reports about an office's year count, against rows that were counted by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.domain.report_queries import QUERIES, office_year
from jiuzhu.domain.reports import asked_of
from jiuzhu.domain.rows import AwardLine, KpiScore, ListDifference, MonthlyTransfer, UnitScore
from tests.unit.test_report_queries import EAST, WEST, Source, at

DISTRICT = "here"
TOWNS = (EAST, WEST)


def score(number: str, unit: str, points: int, rank: int, *, day: str = "", kind: str = "town") -> UnitScore:
    return UnitScore(
        ranking_no=number, district=DISTRICT, period="2026-08", unit=unit, unit_kind=kind, score=points, rank=rank,
        published_at=at(day) if day else None,
    )  # fmt: skip


@pytest.mark.req("XX-16", "XX-36", "XX-59", "XX-63")
def test_the_latest_published_ranking_counts_in_falling_order() -> None:
    rows: list[Any] = [
        score("r1", EAST, 50, 1, day="2026-09-05T10:00:00"),
        score("r2", EAST, 90, 2, day="2026-09-09T10:00:00"),
        score("r2", WEST, 95, 1, day="2026-09-09T10:00:00"),
        score("r2", "edu", 100, 1, day="2026-09-09T10:00:00", kind="department"),
        score("r3", EAST, 1, 1),
        KpiScore(ranking_no="r2", district=DISTRICT, period="2026-08", unit=EAST, indicator="a", value=3, points_off=6),
        KpiScore(
            ranking_no="r2", district=DISTRICT, period="2026-08", unit=EAST, indicator="b", value=1, points_off=10,
            corrected=4, reason="误算",
        ),
    ]  # fmt: skip
    asked = asked_of(DISTRICT, TOWNS, "2026-08")
    found = office_year.ranking_month(Source(rows), asked)
    assert [(row["unit"], row["rank"], row["score"], row["points_off"]) for row in found] == [
        ("西镇", 1, 95, 0),
        ("东镇", 2, 90, 10),
    ]
    assert found[1]["corrected"] == 1
    assert [row["unit"] for row in office_year.kpi_departments(Source(rows), asked)] == ["教育局"]
    one_town = asked_of(DISTRICT, (EAST,), "2026-08")
    assert [row["unit"] for row in office_year.ranking_month(Source(rows), one_town)] == ["东镇"]


@pytest.mark.req("XX-39", "XX-40")
def test_the_log_says_when_data_and_papers_went_up() -> None:
    row = MonthlyTransfer(
        transfer_no="t", case_no="t", district=DISTRICT, town=EAST, period="2026-08", lines=[{}, {}],
        built_at=at("2026-08-15T00:00:00"), window_from=date(2026, 8, 15), window_until=date(2026, 8, 20),
        paper_until=date(2026, 8, 25), state="sent", sent_at=at("2026-08-20T23:59:00"), sync_status="simulated",
        paper_sent_on=date(2026, 8, 26), paper_late=True, paper_reason="等材料", paper_rounds=1,
    )  # fmt: skip
    (found,) = office_year.transfer_log(Source([row]), asked_of(DISTRICT, TOWNS, "2026-08"))
    assert (found["sent_on"], found["sent"], found["lines"]) == (date(2026, 8, 20), "按时传送（模拟）", 2)
    assert (found["paper_late"], found["reason"]) == (1, "等材料")


@pytest.mark.req("XX-60")
def test_only_published_awards_are_shown() -> None:
    def line(number: str, unit: str, rank: int, day: str = "") -> AwardLine:
        return AwardLine(
            award_no=number, district=DISTRICT, year="2026", unit=unit, months=9, mean=Decimal("90.00"), work_score=80,
            total=Decimal("87.00"), rank=rank, amount=Decimal("100.00"), published_at=at(day) if day else None,
        )  # fmt: skip

    rows = [line("a", EAST, 2, "2027-01-10T10:00:00"), line("a", WEST, 1, "2027-01-10T10:00:00"), line("b", EAST, 1)]
    found = office_year.award_year(Source(rows), asked_of(DISTRICT, TOWNS, "2026"))
    assert [(row["unit"], row["rank"]) for row in found] == [("西镇", 1), ("东镇", 2)]


@pytest.mark.req("XX-52", "XX-53")
def test_differences_are_counted_by_town_and_system() -> None:
    def line(number: int, town: str, side: str, conclusion: str, started: str = "") -> ListDifference:
        return ListDifference(
            compare_no="c", line=number, district=DISTRICT, period="2026Q3", side=side, name="某", town=town,
            village="", conclusion=conclusion, started_no=started,
        )  # fmt: skip

    rows = [
        line(1, EAST, "only_dibao", "none"),
        line(2, EAST, "only_poverty", "visit", "发现-1"),
        line(3, EAST, "only_poverty", ""),
    ]
    found = office_year.two_systems_diff(Source(rows), asked_of(DISTRICT, TOWNS, "2026Q3"))
    assert [(row["side"], row["count"], row["visits"], row["unchecked"], row["started"]) for row in found] == [
        ("仅在低保", 1, 0, 0, 0),
        ("仅在扶贫", 2, 1, 1, 1),
    ]


def test_every_query_is_known_by_its_name() -> None:
    names = {"transfer_log", "ranking_month", "kpi_departments", "award_year", "two_systems_diff"}
    assert names <= set(QUERIES)
