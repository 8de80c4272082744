"""Scores from facts, corrected with a reason, published in falling order; the year's award (XX-36, XX-59, XX-60)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.decision import read_decisions
from jiuzhu.domain.rankings import mean, out_of_order, ranked, score_of, weighed
from jiuzhu.domain.rows import AwardLine, KpiScore, MonthlyTransfer, Occurrence, Referral, UnitScore, WindowVisit
from jiuzhu.errors import Forbidden, Invalid, Refused
from jiuzhu.service import documents
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests.conftest import ROOT
from tests.matters import Matter
from tests.process.test_monthly_transfer import opened

DISTRICT = "xixiu"
OLD_TOWN, EAST = "520402109", "520402002"
DEPARTMENT = "xixiu.dept.medical_insurance"
KEY = "xixiu_ranking"


@pytest.mark.req("XX-36", "XX-59")
def test_falling_order_with_shared_places_and_full_marks_less_deductions() -> None:
    places = ranked({"a": 90, "b": 100, "c": 90, "d": 80})
    assert [(one.unit, one.rank, one.tied) for one in places] == [
        ("b", 1, False), ("a", 2, True), ("c", 2, True), ("d", 4, False),
    ]  # fmt: skip
    assert [score_of(off) for off in (0, 7, 100, 130)] == [100, 93, 0, 0]
    assert (mean([100, 99, 99]), mean([])) == (Decimal("99.33"), Decimal("0.00"))
    assert weighed(Decimal("90.00"), 50, Decimal("0.70")) == Decimal("78.00")
    totals = {"a": Decimal(90), "b": Decimal(80), "c": Decimal(80)}
    assert out_of_order(totals, {"a": Decimal(3), "b": Decimal(2), "c": Decimal(1)}) is None
    assert out_of_order(totals, {"a": Decimal(1), "b": Decimal(2), "c": Decimal(1)}) == ("b", "a")


@pytest.mark.req("XX-36", "XX-63")
@pytest.mark.parametrize(("value", "points"), [(0, 0), (1, 2), (9, 18), (10, 20), (11, 20), (500, 20)])
def test_deductions_are_counted_by_piece_up_to_the_most(value: int, points: int) -> None:
    table = read_decisions((ROOT / "bpmn" / "xixiu" / "deductions.dmn").read_bytes())
    found: Any = table.evaluate("deductions", {"value": value, "per_item": 2, "max_off": 20})
    assert int(found["points_off"] if isinstance(found, dict) else found) == points


@pytest.mark.walks
@pytest.mark.req("XX-16", "XX-36", "XX-59", "XX-63")
def test_a_month_is_scored_from_facts_corrected_and_published(office_on: Callable[[str], Office]) -> None:
    office = office_on("2026-09-16")
    facts(office)
    with pytest.raises(Refused, match="2019-04"):
        opened(office, KEY, DISTRICT, period="2019-03")
    with pytest.raises(Refused, match="还没有结束"):
        opened(office, KEY, DISTRICT, period="2026-09")
    matter = opened(office, KEY, DISTRICT, period="2026-08", due_schedule="2026-09-10T23:59:59+08:00")
    before = {row.unit: row for row in scores(matter)}
    # 1 breach of the window -2, data missed -10, papers late -5, one box of two -1: 82; the others have lost nothing.
    assert (before[OLD_TOWN].score, before[OLD_TOWN].rank, before[OLD_TOWN].tied) == (82, 24, False)
    assert (before[EAST].score, before[EAST].rank, before[EAST].tied) == (100, 1, True)
    assert before[DEPARTMENT].score == 95
    assert not any(row.published_at for row in before.values())
    with pytest.raises(Forbidden):
        matter.do("Task_CheckRanking", "county_office-1")
    correction = {"correct_unit": OLD_TOWN, "correct_indicator": "paper_late", "correct_points": 0}
    with pytest.raises(Invalid):
        matter.do(
            "Task_CheckRanking", "county_supervisor-1", ranking_corrections=[{**correction, "correct_reason": ""}]
        )
    reasoned = {**correction, "correct_reason": "道路中断，经核实属不可抗力。"}
    with pytest.raises(Refused, match="两次更正"):
        matter.do("Task_CheckRanking", "county_supervisor-1", ranking_corrections=[reasoned, reasoned])
    matter.do("Task_CheckRanking", "county_supervisor-1", ranking_corrections=[reasoned])
    after = {row.unit: row for row in scores(matter)}
    assert after[OLD_TOWN].score == 87
    assert all(row.published_at for row in after.values())
    with office.store.reading() as tx:
        kept = shelf_of(tx).find(KpiScore, {"ranking_no": matter.number, "unit": OLD_TOWN, "indicator": "paper_late"})
    assert [(row.points_off, row.corrected, row.reason) for row in kept] == [(5, 0, "道路中断，经核实属不可抗力。")]
    trail = matter.walker.rows("select sentence from audit where case_no = :case_no and act = 'score_corrected'")
    assert "由5分更正为0分" in trail[0]["sentence"]
    (paper,) = documents.list_documents(office, matter.actor("county_office-1"), matter.number)
    assert paper.template == "ranking_sheet"
    assert paper.html.index("东街街道") < paper.html.index("旧州镇")
    assert "1（并列）" in paper.html
    assert "纸质资料迟报1件扣0分（已更正）" in paper.html
    assert matter.ends() == ["End_RankingPublished"]


@pytest.mark.walks
@pytest.mark.req("XX-60", "XX-64")
def test_the_award_follows_the_months_and_its_money_has_sources(office_on: Callable[[str], Office]) -> None:
    office = office_on("2026-12-16")
    with pytest.raises(Refused, match="还没有公布过月度排序"):
        opened(office, "xixiu_award", DISTRICT, period="2026")
    published(office)
    matter = opened(office, "xixiu_award", DISTRICT, period="2026", due_schedule="2027-01-31T23:59:59+08:00")
    lines = {row.unit: row for row in awards(matter)}
    assert (lines[EAST].mean, lines[EAST].months) == (Decimal("97.50"), 2)
    assert (lines[OLD_TOWN].mean, lines[OLD_TOWN].months) == (Decimal("85.00"), 2)
    with pytest.raises(Forbidden):
        matter.do("Task_ProposeAward", "county_office-1", award_lines=proposal(lines))
    with pytest.raises(Refused, match="旧州镇的综合得分低于东街街道"):
        matter.do("Task_ProposeAward", "county_leader-1", award_lines=proposal(lines, {OLD_TOWN: "90000.00"}))
    matter.do(
        "Task_ProposeAward",
        "county_leader-1",
        award_lines=proposal(lines, {EAST: "150000.00", OLD_TOWN: "80000.00"}),
    )
    done = {row.unit: row for row in awards(matter)}
    assert (done[EAST].total, done[EAST].rank) == (Decimal("95.25"), 1)
    short = [{"fund_source": "superior", "fund_amount": "100.00", "fund_basis": "示例文号"}]
    with pytest.raises(Refused, match=r"少于奖补总额230000\.00元"):
        matter.do("Task_ConfirmFunds", "county_payment-1", fund_rows=short)
    matter.do("Task_ConfirmFunds", "county_payment-1")
    assert matter.ends() == ["End_Awarded"]
    sources = [(row.values["source"], row.values["amount"]) for row in matter.register("reward_sources")]
    assert sources == [("budget", "200000.00"), ("adjusted", "50000.00")]
    (paper,) = documents.list_documents(office, matter.actor("county_office-1"), matter.number)
    assert paper.template == "award_plan"
    assert all(word in paper.html for word in ("70%", "95.25", "230000.00", "年初预算"))


def scores(matter: Matter) -> list[UnitScore]:
    with matter.office.store.reading() as tx:
        return list(shelf_of(tx).find(UnitScore, {"ranking_no": matter.number}))


def awards(matter: Matter) -> list[AwardLine]:
    with matter.office.store.reading() as tx:
        return list(shelf_of(tx).find(AwardLine, {"award_no": matter.number}))


def proposal(lines: dict[str, AwardLine], amounts: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Everybody's year was worth 90; whoever is not named gets nothing."""
    given = amounts or {EAST: "1.00"}
    return [{"unit": unit, "work_score": 90, "award_amount": given.get(unit, "0.00")} for unit in sorted(lines)]


def published(office: Office) -> None:
    """Two months that were published, and one that was not."""
    with open_desk(office, None) as desk:
        for period, east, old, shown in (
            ("2026-08", 100, 80, True),
            ("2026-09", 95, 90, True),
            ("2026-10", 1, 1, False),
        ):
            for unit, score in ((EAST, east), (OLD_TOWN, old)):
                shelf_of(desk.tx).add(
                    UnitScore(
                        ranking_no=f"R-{period}",
                        district=DISTRICT,
                        period=period,
                        unit=unit,
                        unit_kind="town",
                        score=score,
                        rank=1,
                        published_at=desk.now if shown else None,
                    )
                )


def facts(office: Office) -> None:
    """August of 旧州镇: a late answer, data missed, papers late, a box not opened; a department late once."""
    with open_desk(office, None) as desk:
        shelf = shelf_of(desk.tx)
        august = desk.now - timedelta(days=25)
        for number, breached in enumerate((True, False), start=1):
            shelf.add(
                WindowVisit(
                    case_no=f"W-{number}", district=DISTRICT, town=OLD_TOWN, item="other", channel="window",
                    arrived_on="2026-08-22", arrived_at=august, due_at=august, breached=breached,
                )
            )  # fmt: skip
        shelf.add(
            MonthlyTransfer(
                transfer_no="T-1", case_no="T-1", district=DISTRICT, town=OLD_TOWN, period="2026-08", lines=[],
                built_at=august, window_from=august.date(), window_until=august.date(), paper_until=august.date(),
                state="missed", paper_late=True, paper_rounds=1,
            )
        )  # fmt: skip
        for village, late in (("001", True), ("002", False)):
            shelf.add(
                Occurrence(
                    occurrence_no=f"info_box/2026-08/{OLD_TOWN}{village}", schedule="info_box", district=DISTRICT,
                    scope=f"{OLD_TOWN}{village}", period="2026-08", opens_at=august, due_at=august, planned_at=august,
                    state="done", late_at=august if late else None,
                )
            )  # fmt: skip
        shelf.add(
            Referral(
                referral_no="Z-1", case_no="Z-1", record_no="Z-1", district=DISTRICT, town=OLD_TOWN, item="medical",
                department=DEPARTMENT, handler_group=f"dept_handler@{DEPARTMENT}", sent_at=august, sent_by="p",
                due_at=august, late_at=august,
            )
        )  # fmt: skip
