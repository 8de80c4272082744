"""What reports count, against rows that were counted by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.domain.calendar import WorkingCalendar
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.domain.records import CaseHead, Span
from jiuzhu.domain.report_queries import QUERIES, checks, handing_in, handling, offices, recipients, windows
from jiuzhu.domain.reports import Report, ReportColumn, asked_of, mean, recent_periods, share, total_of
from jiuzhu.domain.rows import (
    Campaign,
    CampaignItem,
    CaseDecision,
    Document,
    DossierItem,
    Draw,
    Household,
    Obligation,
    Occurrence,
    Publication,
    Recipient,
    RecipientChange,
    Referral,
    RegisterRow,
    SampleItem,
    TownReport,
    WindowVisit,
)
from jiuzhu.errors import ConfigurationError
from jiuzhu.service.report_files import load_reports
from jiuzhu.service.roles import load_roles
from tests.fakes.household import recipient as make_recipient

CONFIG = Path(__file__).resolve().parents[2] / "config"
EAST, WEST = "east", "west"
NAMES = {EAST: "东镇", WEST: "西镇", "edu": "教育局"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class Rules:
    """The parameters that reports ask for."""

    def value(self, key: str, on: date) -> Any:
        return {"staff.minimum": 2}[key]

    def rows(self, key: str, on: date) -> list[dict[str, Any]]:
        return {
            "urban_areas": [{"area": "e1"}],
            "delegated_items": [
                {"item_code": "A1", "label": "低保审批", "programme": "dibao"},
                {"item_code": "B2", "label": "殡葬管理", "programme": ""},
            ],
        }[key]


class Source:
    """Rows in a list."""

    def __init__(self, rows: Iterable[Any], heads: Iterable[CaseHead] = (), today: str = "2026-10-02") -> None:
        self.kept = list(rows)
        self.known = {one.case_no: one for one in heads}
        self.today = date.fromisoformat(today)
        self.policy: Any = Rules()
        self.calendar = WorkingCalendar()

    def find(self, kind: Any, **equals: Any) -> Sequence[Any]:
        return [
            row
            for row in self.kept
            if isinstance(row, kind) and all(_fits(getattr(row, name), value) for name, value in equals.items())
        ]

    def name(self, organisation: str) -> str:
        return NAMES.get(organisation, organisation)

    def heads(self, case_nos: Iterable[str]) -> Mapping[str, CaseHead]:
        return {one: self.known[one] for one in case_nos if one in self.known}


def _fits(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Span):
        return wanted.holds(value)
    return value in wanted if isinstance(wanted, tuple) else bool(value == wanted)


def recipient(number: str, town: str = EAST, programme: str = "dibao", **more: Any) -> Recipient:
    return make_recipient(
        recipient_no=number, case_no=f"案{number}", district="d", town=town, programme=programme, **more
    )


def change(number: str, line: int, kind: str, month: str, amount: str = "300.00", state: str = "active") -> Any:
    return RecipientChange(
        recipient_no=number,
        line=line,
        case_no=f"案{number}",
        district="d",
        kind=kind,
        effective_month=month,
        amount_monthly=Decimal(amount),
        state=state,
        record_no=f"案{number}",
        changed_at=at(f"{month}-03T09:00"),
    )


def register() -> list[Any]:
    """Return five households: in September one came, two changed, one left, one has been there all along."""
    return [
        recipient("1"),
        change("1", 1, "grant", "2026-09"),
        recipient("2"),
        change("2", 1, "import", "2020-01"),
        change("2", 2, "increase", "2026-09", "350.00"),
        recipient("3"),
        change("3", 1, "grant", "2026-08"),
        change("3", 2, "stop", "2026-09", "0.00", "ended"),
        recipient("4", programme="tekun"),
        change("4", 1, "grant", "2026-05", "900.00"),
        change("4", 2, "keep", "2026-09", "900.00"),
        recipient("5", town=WEST),
        change("5", 1, "grant", "2026-06"),
        change("5", 2, "suspend", "2026-09", "300.00", "suspended"),
        change("5", 3, "increase", "2026-10", "400.00"),
    ]


@pytest.mark.req("NH-10", "NH-22", "JC-10")
def test_new_changed_and_cancelled_by_town_and_programme() -> None:
    asked = asked_of("d", (EAST, WEST), "2026-09")
    rows = recipients.rollup_changes(Source(register()), asked)
    assert [tuple(row.values()) for row in rows] == [
        ("东镇", "最低生活保障", 1, 1, 1, 2, Decimal("650.00")),
        ("东镇", "特困人员救助供养", 0, 0, 0, 1, Decimal("900.00")),
        ("西镇", "最低生活保障", 0, 1, 0, 1, Decimal("0.00")),
    ]
    before = recipients.rollup_changes(Source(register()), asked_of("d", (EAST,), "2026-08"))
    assert [tuple(row.values())[2:] for row in before] == [
        (1, 0, 0, 2, Decimal("600.00")),
        (0, 0, 0, 1, Decimal("900.00")),
    ]
    quarter = recipients.rollup_changes(Source(register()), asked_of("d", (EAST,), "2026Q3"))
    assert [tuple(row.values())[2:5] for row in quarter] == [(2, 1, 1), (0, 0, 0)]


def household(number: str, **applicant: str) -> Household:
    return Household(
        case_no=f"案{number}",
        record={"applicant": applicant},
        member_count=1,
        version=1,
        folded=[],
        updated_at=at("2026-09-01T09:00"),
    )


@pytest.mark.req("XX-86")
def test_households_by_where_they_live_and_their_registration() -> None:
    rows = [
        recipient("1", village="e1", members=3),
        change("1", 1, "grant", "2026-09"),
        household("1", hukou_type="rural"),
        recipient("2", village="e1", members=2),
        change("2", 1, "grant", "2026-09"),
        household("2", hukou_type="rural"),
        recipient("3", village="e2", members=1),
        change("3", 1, "import", "2020-01"),
        recipient("4", village="e1"),
        change("4", 1, "grant", "2026-07"),
        change("4", 2, "stop", "2026-09", "0.00", "ended"),
    ]
    found = recipients.urban_statistics(Source(rows), asked_of("d", (EAST,), "2026Q3"))
    assert [tuple(row.values()) for row in found] == [
        ("东镇", "农村", "没有登记", "最低生活保障", 1, 1),
        ("东镇", "城镇", "农村", "最低生活保障", 2, 5),
    ]


@pytest.mark.req("QJ-06")
def test_former_poverty_by_programme_and_change() -> None:
    marked = [household("1", household_marker="formerly_registered_poor"), household("3", household_marker="monitored")]
    found = recipients.poor_marker_crosstab(Source([*register(), *marked]), asked_of("d", (EAST,), "2026Q3"))
    assert {(row["marker"], row["programme"]): tuple(row.values())[2:] for row in found} == {
        ("脱贫户", "最低生活保障"): (1, 0, 0, 1),
        ("监测对象", "最低生活保障"): (1, 0, 1, 0),
        ("没有登记", "最低生活保障"): (0, 1, 0, 1),
        ("没有登记", "特困人员救助供养"): (0, 0, 0, 1),
    }


def head(number: str, town: str = EAST, programme: str = "dibao") -> CaseHead:
    texts = dict.fromkeys(("process_key", "village", "status", "applicant_name"), "")
    return CaseHead(
        case_no=number,
        record_no=number,
        district="d",
        town=town,
        intake_town=town,
        programme=programme,
        opened_at=at("2026-09-01T09:00"),
        **texts,
    )


def limit(number: str, accepted: str, due: str, line: int = 1, milestone: str = "accepted", **more: Any) -> Obligation:
    given: dict[str, Any] = {
        "obligation_no": f"{number}/due_total/{line}",
        "case_no": number,
        "record_no": number,
        "district": "d",
        "town": EAST,
        "due_name": "due_total",
        "label": "办结期限",
        "milestone": milestone,
        "started_at": at(accepted),
        "due_at": at(due),
        "count": 20,
        "unit": "wd",
        "provisional": False,
        "source": "",
        "alert_group": "",
        "state": "met",
        **more,
    }
    return Obligation(**given)


def decision(number: str, day: str, round: int = 1) -> CaseDecision:
    return CaseDecision(
        decision_no=f"{number}-{round}",
        case_no=number,
        round=round,
        decision="granted",
        amount_monthly=Decimal("300.00"),
        submission="",
        person="p",
        decided_at=at(day),
        org="",
        level="town",
    )


def cases() -> Source:
    """Return four cases: in time on the last second, a day late, extended and in time, of another town."""
    return Source(
        [
            limit("a", "2026-09-01T09:00", "2026-09-11T23:59:59"),
            decision("a", "2026-09-11T23:59:59"),
            limit("b", "2026-09-01T09:00", "2026-09-11T23:59:59"),
            decision("b", "2026-09-12T00:00:00"),
            limit("c", "2026-09-01T09:00", "2026-09-11T23:59:59", state="void"),
            limit("c", "2026-09-01T09:00", "2026-09-30T23:59:59", 2, "extended"),
            decision("c", "2026-09-02T10:00"),
            decision("c", "2026-09-14T10:00", 2),
            limit("w", "2026-09-01T09:00", "2026-09-30T23:59:59", town=WEST),
            decision("w", "2026-09-30T10:00"),
            limit("open", "2026-09-01T09:00", "2026-09-30T23:59:59", state="open"),
            limit("old", "2026-07-01T09:00", "2026-07-30T23:59:59"),
            decision("old", "2026-08-31T23:59:59"),
            Document(
                document_no="b-01",
                case_no="b",
                record_no="b",
                district="d",
                template="correction_notice",
                title="",
                round=1,
                values={},
                html="",
                sha256="",
                element_id="",
                made_at=at("2026-09-01T09:00"),
                made_by="",
            ),
        ],
        [head("a"), head("b"), head("c"), head("w", WEST), head("open"), head("old")],
    )


@pytest.mark.req("NH-53", "QJ-04", "XT-35")
def test_working_days_from_acceptance_and_the_share_within_the_limit() -> None:
    found = handling.timeliness(cases(), asked_of("d", (EAST, WEST), "2026-09"))
    assert [tuple(row.values()) for row in found] == [
        # 9-01 to 9-11, 9-12 and 9-14 are 8, 8 (a Saturday) and 9 working days.
        ("东镇", "最低生活保障", 3, 2, Decimal("0.6667"), Decimal("8.33"), 9, 1),
        (
            "西镇",
            "最低生活保障",
            1,
            1,
            Decimal("1.0000"),
            mean([found[1]["longest_days"]]),
            found[1]["longest_days"],
            0,
        ),
    ]
    assert handling.timeliness(cases(), asked_of("d", (EAST,), "2026-07")) == []


@pytest.mark.req("XT-17")
def test_every_item_handed_over_stands_in_the_report_also_one_that_nobody_takes_up() -> None:
    found = handling.take_up(cases(), asked_of("d", (EAST, WEST), "2026"))
    assert [tuple(row.values()) for row in found] == [
        ("A1 低保审批", "东镇", 5, 4, 2, Decimal("0.5000")),
        ("A1 低保审批", "西镇", 1, 1, 1, Decimal("1.0000")),
        ("B2 殡葬管理", "东镇", 0, 0, 0, None),
        ("B2 殡葬管理", "西镇", 0, 0, 0, None),
    ]


@pytest.mark.req("XT-30")
def test_who_had_to_supply_papers_came_twice() -> None:
    found = handling.trips(cases(), asked_of("d", (EAST,), "2026-09"))
    assert [tuple(row.values()) for row in found] == [("东镇", "最低生活保障", 3, 2, Decimal("0.6667"))]


def visit(number: str, day: str, seconds: int | None, score: int | None = None, **more: Any) -> WindowVisit:
    arrived = at(f"{day}T09:00:00")
    answered = None if seconds is None else arrived + timedelta(seconds=seconds)
    given: dict[str, Any] = {
        "case_no": number,
        "district": "d",
        "town": EAST,
        "item": "dibao",
        "channel": "window",
        "arrived_on": day,
        "arrived_at": arrived,
        "due_at": arrived + timedelta(minutes=15),
        "state": "waiting" if seconds is None else "closed",
        "answered_at": answered,
        "seconds": seconds,
        "breached": seconds is None or seconds > 900,
        "score": score,
        **more,
    }
    return WindowVisit(**given)


def referral(number: str, state: str, day: str = "2026-09-02", **more: Any) -> Referral:
    given: dict[str, Any] = {
        "referral_no": number,
        "case_no": number,
        "record_no": number,
        "district": "d",
        "town": EAST,
        "item": "education",
        "department": "edu",
        "handler_group": "",
        "state": state,
        "sent_at": at(f"{day}T09:00"),
        "sent_by": "",
        "due_at": at("2026-09-20T09:00"),
        **more,
    }
    return Referral(**given)


def window() -> Source:
    return Source(
        [
            visit("1", "2026-09-01", 900, 5),
            visit("2", "2026-09-01", 901, 2),
            visit("3", "2026-09-02", None),
            visit("4", "2026-09-02", 300, 4),
            visit("5", "2026-08-31", 300, 5),
            referral("r1", "sent", late_at=at("2026-09-21T09:00")),
            referral("r2", "handled"),
            referral("r3", "replied"),
            referral("r4", "sent", "2026-08-31"),
        ]
    )


@pytest.mark.req("XX-31")
def test_the_windows_month_says_what_is_not_cleared() -> None:
    (row, other) = windows.window_month(window(), asked_of("d", (EAST, WEST), "2026-09"))
    assert tuple(row.values()) == ("东镇", 4, 3, 2, 1, 2, 1, 1, 1)
    assert set(list(other.values())[1:]) == {0}


@pytest.mark.req("XX-33")
def test_the_fifteenth_minute_is_in_time_and_the_next_second_is_not() -> None:
    (row,) = windows.answered_in_time(window(), asked_of("d", (EAST,), "2026-09"))
    assert tuple(row.values()) == ("东镇", 4, 2, Decimal("0.5000"), 2, Decimal("700.33"))


@pytest.mark.req("JC-53", "XX-35")
def test_satisfaction_says_how_many_judged_and_how() -> None:
    (row,) = windows.satisfaction(window(), asked_of("d", (EAST,), "2026-09"))
    assert tuple(row.values()) == ("东镇", 4, 3, Decimal("0.7500"), Decimal("3.67"), 1)


def staff(number: str, person: str, since: str, until: str = "", **more: Any) -> RegisterRow:
    values = {"person": person, "from_day": since, "kind": "civil_servant", "window_person": person == "甲", **more}
    return RegisterRow(
        row_no=number,
        register="staff",
        district="d",
        organisation=EAST,
        values=values | ({"to_day": until} if until else {}),
        sealed={},
        attachments=[],
        entered_at=at("2026-09-05T09:00"),
        sha256="",
    )


@pytest.mark.req("NH-44", "NH-47", "XX-41")
def test_staff_counts_from_the_first_to_the_last_day_of_its_post() -> None:
    rows = [
        staff("1", "甲", "2026-01-01"),
        staff("2", "乙", "2026-01-01", "2026-08-31"),
        staff("3", "丙", "2026-09-30"),
    ]
    september = offices.staffing(Source(rows), asked_of("d", (EAST, WEST), "2026-09"))
    assert [tuple(row.values())[1:5] for row in september] == [(2, 2, "甲", 3), (0, 2, "", 0)]
    assert september[0]["said"] == "符合"
    june = offices.staffing(Source(rows), asked_of("d", (EAST,), "2026-06"))
    assert june[0]["staff"] == 2
    later = offices.staffing(Source(rows[:2]), asked_of("d", (EAST,), "2026-09"))
    assert "应不少于 2 人" in later[0]["said"]


@pytest.mark.req("XX-16")
def test_towns_and_departments_stand_side_by_side_with_what_they_owed() -> None:
    source = window()
    source.kept += [
        *cases().kept,
        Occurrence(
            occurrence_no="o1",
            schedule="s",
            district="d",
            scope=EAST,
            period="2026-08",
            opens_at=at("2026-09-01T00:00"),
            due_at=at("2026-09-05T23:59:59"),
            planned_at=at("2026-09-01T00:00"),
            late_at=at("2026-09-06T00:00"),
        ),
    ]
    source.known = cases().known
    rows = {row["unit"]: row for row in offices.unit_performance(source, asked_of("d", (EAST, WEST), "2026"))}
    # Dates of a, b, c (extended), open and old, one turn of the calendar, which came late.
    assert (rows["东镇"]["owed"], rows["东镇"]["kept"]) == (6, 5)
    assert (rows["东镇"]["decided"], rows["东镇"]["decided_late"], rows["东镇"]["window_breaches"]) == (4, 2, 2)
    assert (rows["教育局"]["owed"], rows["教育局"]["kept"], rows["教育局"]["kept_share"]) == (4, 3, Decimal("0.7500"))


def report_of(town: str, period: str, **more: Any) -> TownReport:
    given: dict[str, Any] = {
        "case_no": f"{town}-{period}",
        "district": "d",
        "town": town,
        "report_kind": "archive_handin",
        "label": "季度档案",
        "period": period,
        "due_at": at("2026-10-10T23:59:59"),
        "lines": [],
        "built_at": at("2026-10-01T00:00"),
        **more,
    }
    return TownReport(**given)


@pytest.mark.req("JC-31")
def test_a_new_household_without_its_file_is_named() -> None:
    filed = DossierItem(
        case_no="案1", line=1, kind="document", ref="", title="", sha256="", filed_at=at("2026-09-03T09:00"), version=1
    )
    handed = report_of(EAST, "2026Q3", submitted_at=at("2026-10-02T09:00"), attachments=["x", "y"])
    found = handing_in.archive_handin(Source([*register(), filed, handed]), asked_of("d", (EAST, WEST), "2026Q3"))
    # New in the quarter: 1 and 3; 4 and 5 came before it.
    assert [tuple(row.values()) for row in found] == [
        ("东镇", 2, 1, 1, "案3", 2, "2026-10-02"),
        ("西镇", 0, 0, 0, "", 0, ""),
    ]


@pytest.mark.req("XX-77", "NH-42")
def test_reports_of_towns_are_listed_with_what_is_late_and_what_they_say() -> None:
    sections = {"work_done": "一", "lessons": "二", "problems": "三", "next_steps": "四"}
    rows = [
        report_of(EAST, "2026-09", submitted_at=at("2026-10-10T23:59:59"), state="received", sections=sections),
        report_of(WEST, "2026-09", submitted_at=at("2026-10-11T00:00:00"), state="submitted", sections=sections),
        report_of(WEST, "2026-08", due_at=at("2026-10-01T23:59:59"), state="built"),
    ]
    found = handing_in.town_reports(Source(rows), asked_of("d", (EAST, WEST), "2026"))
    assert [(row["town"], row["late"], row["state"]) for row in found] == [
        ("西镇", "逾期", "待报送"),
        ("东镇", "", "已审收"),
        ("西镇", "逾期", "待审收"),
    ]
    said = handing_in.progress_reports(Source(rows), asked_of("d", (EAST, WEST), "2026-09"))
    assert [(row["town"], row["work_done"], row["next_steps"], row["late"]) for row in said] == [
        ("东镇", "一", "四", ""),
        ("西镇", "一", "四", "逾期"),
    ]


@pytest.mark.req("XT-31", "JC-35")
def test_each_turn_of_the_public_list_is_logged() -> None:
    row = Publication(
        case_no="p1",
        district="d",
        period="2026-09-16",
        added=3,
        removed=1,
        total=7,
        check="none",
        built_at=at("2026-09-16T00:00"),
        published_at=at("2026-09-16T00:00"),
    )
    (found,) = handing_in.publication_log(Source([row]), asked_of("d", (EAST,), "2026Q3"))
    assert tuple(found.values()) == ("2026-09-16", 3, 1, 7, "当日增减，随周核对", "p1")


@pytest.mark.req("JC-34")
def test_who_is_missing_from_a_review_is_counted_by_village() -> None:
    campaign = Campaign(
        campaign_no="c1",
        district="d",
        town=EAST,
        kind="annual",
        label="年度复核",
        period="2026",
        round=0,
        cut_off=date(2026, 6, 30),
        opens_at=at("2026-07-01T00:00"),
        closes_at=at("2026-09-30T23:59:59"),
        started_at=at("2026-07-01T00:00"),
        started_by="",
    )
    items = [
        CampaignItem(
            item_no=f"c1/{number}",
            campaign_no="c1",
            recipient_no=str(number),
            district="d",
            town=EAST,
            village=village,
            sheet_no="s",
            programme="dibao",
            household_no=str(number),
            amount_before=Decimal("300.00"),
            state=state,
        )
        for number, (village, state) in enumerate(
            [
                ("v1", "done"),
                ("v1", "confirmed"),
                ("v1", "visited"),
                ("v1", "cancelled"),
                ("v2", "frozen"),
                ("v2", "done"),
            ]
        )
    ]
    found = checks.campaign_coverage(Source([campaign, *items]), asked_of("d", (EAST,), "2026"))
    assert [tuple(row.values()) for row in found] == [
        ("东镇", "2026年年度复核", "v1", 4, 2, 1, 1),
        ("东镇", "2026年年度复核", "v2", 2, 1, 0, 1),
    ]
    assert checks.campaign_coverage(Source([campaign, *items]), asked_of("d", (EAST,), "2025")) == []


def drawn(**more: Any) -> Draw:
    """Return a draw from a pool of ten."""
    given: dict[str, Any] = {
        "draw_no": "q1",
        "process_key": "p",
        "district": "d",
        "ratio": "0.30",
        "method": "visit",
        "population_text": "",
        "population_hash": "",
        "pool_count": 10,
        "all_count": 0,
        "frozen_at": at("2026-10-01T09:00"),
    }
    return Draw(**given, **more)


@pytest.mark.req("NH-18")
def test_right_of_those_checked_and_checked_of_those_new_stand_beside_each_other() -> None:
    draw = drawn(town=EAST, period="2026-09", sample_count=3)
    items = [
        SampleItem(
            draw_no="q1", member=str(number), district="d", town=EAST, reason="drawn", state=state, conclusion=said
        )
        for number, (state, said) in enumerate([("checked", "ok"), ("closed", "inaccurate"), ("checking", "")])
    ]
    (found,) = checks.recheck_rate(Source([draw, *items]), asked_of("d", (EAST, WEST), "2026Q3"))
    assert tuple(found.values())[3:9] == (10, 3, 2, 1, Decimal("0.5000"), Decimal("0.2000"))
    assert checks.recheck_rate(Source([draw, *items]), asked_of("d", (WEST,), "2026Q3")) == []


@pytest.mark.req("XT-34", "XT-36")
def test_who_checked_how_many_what_they_found_and_since_when_anybody_may_read_it() -> None:
    draw = drawn(town="", period="2026Q3", published_at=at("2026-10-20T09:00"))
    said = [
        ("checked", "ok", ["a", "b"]),
        ("checked", "irregular", ["b", "c"]),
        ("closed", "both", ["a", "c"]),
        ("checking", "", ["a", "b"]),
    ]
    items = [
        SampleItem(
            draw_no="q1",
            member=str(number),
            district="d",
            town=EAST,
            reason="drawn",
            state=state,
            conclusion=found,
            inspectors=people,
            checked_by=people[0],
        )
        for number, (state, found, people) in enumerate(said)
    ]
    asked = asked_of("d", (EAST, WEST), "2026Q3")
    (line,) = checks.inspection_results(Source([draw, *items]), asked)
    assert tuple(line.values())[3:] == ("双随机抽查", 3, 3, 1, 0, 1, 1, 1, date(2026, 10, 20))
    for one in items:
        one.inspectors.clear()
    (line,) = checks.inspection_results(Source([draw, *items]), asked)
    assert (line["kind"], line["inspectors"]) == ("抽查", 2), "nobody was drawn: who signed is counted"
    assert checks.inspection_results(Source([draw, *items]), asked_of("d", (EAST,), "2026Q2")) == []


def test_shares_and_means_of_nothing_are_nothing_and_are_never_added_up() -> None:
    assert share(0, 0) is None
    assert mean([]) is None
    columns = (
        ReportColumn(key="n", label="件", type="integer"),
        ReportColumn(key="p", label="率", type="percent"),
    )
    report = Report(
        name="x", label="", note="", requirements=(), districts=frozenset(), period="month", query="", read=frozenset(),
        columns=columns,
    )  # fmt: skip
    assert total_of(report, [{"n": 1, "p": Decimal(1)}, {"n": 2, "p": None}]) == {"n": 3}
    assert total_of(report, [{"n": 1, "p": Decimal(1)}]) == {}
    assert columns[1].shown(Decimal("0.6667")) == "66.7%"


def test_periods_are_named_by_their_kind_and_others_are_refused() -> None:
    assert recent_periods("month", date(2026, 1, 31), 3) == ["2026-01", "2025-12", "2025-11"]
    assert recent_periods("quarter", date(2026, 2, 1), 2) == ["2026Q1", "2025Q4"]
    assert recent_periods("year", date(2026, 12, 31), 2) == ["2026", "2025"]
    reports = load_reports(CONFIG, load_roles(CONFIG))
    assert reports["rollup_changes"].fits("2026-09")
    assert not any(reports["rollup_changes"].fits(one) for one in ("2026Q3", "2026-13", "2026-09-01", "", "今年"))


def test_every_query_has_a_report_and_a_wrong_file_is_named(tmp_path: Path) -> None:
    roles = load_roles(CONFIG)
    assert {one.query for one in load_reports(CONFIG, roles).values()} == set(QUERIES)
    (tmp_path / "reports").mkdir()
    text = (CONFIG / "reports" / "timeliness.toml").read_text(encoding="utf-8")
    for wrong, said in (
        (text.replace('query = "timeliness"', 'query = "gossip"'), "no query"),
        (text.replace('period = "month"', 'period = "week"'), "period"),
        (text.replace('"county_office"', '"baron"'), "unknown role"),
        (text.replace('type = "percent"', 'type = "smell"'), "unknown type"),
        (text.replace('key = "decided"', 'key = "town"'), "twice"),
    ):
        (tmp_path / "reports" / "x.toml").write_text(wrong, encoding="utf-8")
        with pytest.raises(ConfigurationError, match=said):
            load_reports(tmp_path, roles)
