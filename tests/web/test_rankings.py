"""The public page of the ranking, and the page of the poverty list: who sees what, wrong files told row by row."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal

import pytest

from jiuzhu.domain.rows import AwardLine, UnitScore
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]
OLD_TOWN, EAST = "520402109", "520402002"


def published(office: Office) -> None:
    with open_desk(office, None) as desk:
        shelf = shelf_of(desk.tx)
        for number, unit, score, rank, shown in (
            ("r1", OLD_TOWN, 88, 2, True),
            ("r1", EAST, 97, 1, True),
            ("r2", EAST, 11, 1, False),
        ):
            shelf.add(
                UnitScore(
                    ranking_no=number, district="xixiu", period="2026-08", unit=unit, unit_kind="town", score=score,
                    rank=rank, published_at=desk.now if shown else None,
                )
            )  # fmt: skip
        shelf.add(
            AwardLine(
                award_no="a", district="xixiu", year="2025", unit=EAST, months=9, mean=Decimal("97.00"), work_score=90,
                total=Decimal("94.90"), rank=1, amount=Decimal("150000.00"), published_at=desk.now,
            )
        )  # fmt: skip


@pytest.mark.req("XX-59", "XX-60")
def test_everybody_reads_what_was_published_and_nothing_else(office: Office, browser: Open) -> None:
    assert "还没有公布的月度排序" in text_of(browser().get("/public/rankings"))
    published(office)
    words = text_of(browser().get("/public/rankings?period=2026-08"))
    assert words.index("东街街道") < words.index("旧州镇")
    assert all(word in words for word in ("97 分", "88 分", "2025年以奖代补", "150,000.00"))
    assert "11 分" not in words


@pytest.mark.req("XX-52")
def test_the_poverty_list_is_handed_in_by_the_districts_office_only(browser: Open) -> None:
    clerk = browser("xixiu-county_office-1")
    page = clerk.get("/poverty-list")
    assert "还没有上传过名单" in text_of(page)
    wrong = "姓名,身份证号,村（社区）\n示例甲,123,旧州镇示例一村\n".encode()
    given = {"period": "2026Q3", "list": (io.BytesIO(wrong), "list.csv")}
    answer = clerk.post("/poverty-list", given, page=page)
    assert answer.status_code == 422
    assert "第 2 行：身份证号不对" in text_of(answer)
    other = browser("xixiu-town_reviewer-1")
    other.get("/poverty-list", status=403)
    assert "扶贫名单" not in text_of(other.get("/"))
