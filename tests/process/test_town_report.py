"""镇街报送: the system counts, the town checks and signs, the district takes in or returns, and rolls up."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.domain.rows import Document, RecipientChange, TownReport
from jiuzhu.domain.schedules import Dated
from jiuzhu.errors import Forbidden, Invalid, NotFound
from jiuzhu.service import identity, inbox, reports, schedules
from jiuzhu.service.clock import advance_clock
from jiuzhu.service.office import Office, system_actor
from jiuzhu.service.schedule_files import Schedules
from jiuzhu.store.shelf import shelf_of
from tests.fakes.household import recipient
from tests.matters import Matter

pytestmark = pytest.mark.walks
TOWN = "140502100"


def only(office: Office, name: str, **changes: Any) -> None:
    """Keep one shipped entry; a plan's date is moved to the tests' days."""
    entry = dataclasses.replace(office.schedules[name], **changes)
    if entry.dates:
        moved = tuple(Dated(name=one.name, opens=date(2026, 9, 16), due=date(2026, 9, 20)) for one in entry.dates)
        entry = dataclasses.replace(entry, dates=moved)
    office.schedules = Schedules({name: entry})


def receive(office: Office, number: str, town: str, *lines: tuple[str, str]) -> None:
    with office.store.transaction() as tx:
        shelf = shelf_of(tx)
        shelf.add(recipient(recipient_no=number, case_no=f"旧案{number}", town=town))
        for line, (kind, month) in enumerate(lines, start=1):
            shelf.add(
                RecipientChange(
                    recipient_no=number,
                    line=line,
                    case_no=f"旧案{number}",
                    district="jincheng",
                    kind=kind,
                    effective_month=month,
                    amount_monthly=Decimal("600.00"),
                    state="ended" if kind == "stop" else "active",
                    record_no="旧档",
                    changed_at=datetime(2026, 9, 1, tzinfo=SHANGHAI),
                )
            )


def turns(office: Office, district: str) -> dict[str, Matter]:
    """Return the matters that the calendar has started, by town."""
    found: dict[str, Matter] = {}
    finder = Matter(office, district)
    for row in finder.walker.rows(
        "select record_no, town from case_instance where process_key = 'shared_town_report' and district = :d",
        d=district,
    ):
        found[row["town"]] = Matter(office, district)
        found[row["town"]].walker.case_no = row["record_no"]
    return found


def report_of(office: Office, matter: Matter) -> TownReport:
    with office.store.reading() as tx:
        (row,) = shelf_of(tx).find(TownReport, {"case_no": matter.number})
    return row


def papers(office: Office, matter: Matter) -> list[Document]:
    with office.store.reading() as tx:
        return list(shelf_of(tx).find(Document, {"case_no": matter.number}))


@pytest.mark.req("NH-10", "NH-22", "JC-10")
def test_a_month_is_counted_checked_returned_counted_anew_and_rolled_up(office: Office) -> None:
    receive(office, "1", TOWN, ("grant", "2026-09"))
    receive(office, "2", TOWN, ("import", "2020-01"), ("stop", "2026-09"))
    only(office, "town_statistics", districts=frozenset({"jincheng"}))
    schedules.keep_schedules(office)
    assert turns(office, "jincheng") == {}, "September is reported in October"
    advance_clock(office, system_actor(), timedelta(days=15))
    schedules.keep_schedules(office)
    started = turns(office, "jincheng")
    assert len(started) >= 2
    matter = started.pop(TOWN)
    assert matter.open() == {"Task_CheckReport"}
    (line,) = report_of(office, matter).lines
    assert (line["new"], line["changed"], line["cancelled"], line["in_force"]) == ("1", "0", "1", "1")
    receive(office, "3", TOWN, ("grant", "2026-09"))
    assert report_of(office, matter).lines == [line], "what was counted stays as it was counted"
    (item,) = matter._items()
    with pytest.raises(Forbidden):
        inbox.claim(office, matter.actor("town_reviewer-2"), item["task_id"])
    matter.do("Task_CheckReport", "town_reviewer-1")
    with pytest.raises(Forbidden):
        matter.do("Task_ReceiveReport", "town_reviewer-1")
    matter.do("Task_ReceiveReport", "county_office-1", report_returned=True)
    assert matter.open() == {"Task_CheckReport"}
    again = report_of(office, matter)
    assert (again.state, again.built_times, again.lines[0]["new"]) == ("built", 2, "2")
    matter.do("Task_CheckReport", "town_reviewer-1")
    matter.do("Task_ReceiveReport", "county_office-1")
    assert matter.ends() == ["End_Reported"]
    assert not any("汇总" in one.title for one in papers(office, matter)), "other towns are missing"
    for town, other in started.items():
        (item,) = other._items()
        group = other.walker.rows("select group_name from work_item where task_id = :t", t=item["task_id"])
        assert {row["group_name"] for row in group} == {f"town_reviewer@{town}"}
        number = next(n for n in (1, 2) if town in other.actor(f"town_reviewer-{n}").organisations)
        other.do("Task_CheckReport", f"town_reviewer-{number}")
        other.do("Task_ReceiveReport", "county_office-1")
    last = papers(office, list(started.values())[-1])[-1]
    assert last.title == "2026年9月统计报表（全区汇总表）"
    assert last.values["unit"] == "晋城市城区"
    assert "新增（户） 2" in str(last.values["report_rows"])
    schedules.keep_schedules(office)
    done = matter.walker.rows("select state from schedule_occurrence")
    assert {row["state"] for row in done} == {"done"}


@pytest.mark.req("NH-42")
def test_the_plans_summary_is_words_of_four_kinds_and_late_opens_a_lead(office: Office) -> None:
    only(office, "town_summary")
    schedules.keep_schedules(office)
    matter = next(iter(turns(office, "ninghe").values()))
    number = next(n for n in (1, 2) if _sits(office, f"ninghe-town_reviewer-{n}", report_of(office, matter).town))
    with pytest.raises(Invalid) as missing:
        matter.do("Task_CheckReport", f"town_reviewer-{number}", lessons="", problems="")
    assert set(missing.value.faults) == {"lessons", "problems"}
    advance_clock(office, system_actor(), timedelta(days=5))
    schedules.keep_schedules(office)
    late = matter.walker.rows("select late_at, state from schedule_occurrence where record_no = :case_no")
    assert late[0]["late_at"] is not None
    matter.do("Task_CheckReport", f"town_reviewer-{number}")
    row = report_of(office, matter)
    assert row.is_late
    assert set(row.sections) == {"work_done", "lessons", "problems", "next_steps"}
    matter.do("Task_ReceiveReport", "county_office-1")
    page = reports.show_report(office, matter.actor("county_office-1"), "progress_reports", period="2026-09")
    (said,) = [line for line in page.rows if "分片包干" in line[3]]
    assert said[-1] == "逾期"


@pytest.mark.req("XX-77", "XX-31", "JC-31", "XT-17")
@pytest.mark.parametrize(
    ("name", "district", "days", "period"),
    [
        ("progress_report", "xixiu", 4, "2026-09"),
        ("window_month", "xixiu", 15, "2026-09"),
        ("quarter_archive", "jincheng", 15, "2026Q3"),
        ("takeup_report", "xintai", 107, "2026"),
    ],
)
def test_each_report_starts_on_its_day_with_its_own_table(
    office: Office, name: str, district: str, days: int, period: str
) -> None:
    only(office, name)
    advance_clock(office, system_actor(), timedelta(days=days - 1))
    schedules.keep_schedules(office)
    assert turns(office, district) == {}
    advance_clock(office, system_actor(), timedelta(days=1))
    schedules.keep_schedules(office)
    started = turns(office, district)
    assert started
    for matter in started.values():
        row = report_of(office, matter)
        assert row.period == period
        report = office.reports.get(row.report_kind)
        assert (report is None) == (name == "progress_report")
        if report is not None:
            assert all(set(line) == {one.key for one in report.columns} for line in row.lines)
    town, matter = next(iter(started.items()))
    number = next(n for n in (1, 2) if _sits(office, f"{district}-town_reviewer-{n}", town))
    matter.do("Task_CheckReport", f"town_reviewer-{number}")
    assert report_of(office, matter).attachments
    matter.do("Task_ReceiveReport", "county_office-1")
    assert matter.ends() == ["End_Reported"]
    page = reports.show_report(office, matter.actor("county_office-1"), "town_reports", period="2026")
    assert sum(line[-2] == "已审收" for line in page.rows) == 1


def _sits(office: Office, login: str, town: str) -> bool:
    try:
        return town in identity.actor_of(office, login).organisations
    except NotFound:
        return False
