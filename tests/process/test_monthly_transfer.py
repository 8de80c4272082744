"""A town's month: data between the 15th and the 20th, papers by the 25th, both days included (XX-39, XX-40)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.domain.rows import MonthlyTransfer, Occurrence, Recipient, RecipientChange, Transmission
from jiuzhu.domain.transfers import days_of
from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.runner import Runner
from jiuzhu.service import opening, schedules, work
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.store import office as clock_rows
from jiuzhu.store.shelf import shelf_of
from tests.fakes.receivers import http_receiver
from tests.matters import Matter

pytestmark = pytest.mark.walks

KEY = "xixiu_monthly_transfer"
TOWN = "520402109"
DISTRICT = "xixiu"


def opened(office: Office, key: str, place: str, **variables: Any) -> Matter:
    """Open a matter as the calendar does, at a place and for a period."""
    matter = Matter(office, DISTRICT)
    with open_desk(office, None) as desk:
        definition = office.bundles.latest(desk.tx, key, DISTRICT)
        live = opening.open_matter(desk, definition, opening.place_of(desk, place), variables, "到期启动")
    matter.walker.case_no = live.case_no
    matter.settle()
    return matter


def transfer_of(matter: Matter) -> MonthlyTransfer:
    with matter.office.store.reading() as tx:
        (row,) = shelf_of(tx).find(MonthlyTransfer, {"case_no": matter.number})
    return row


def sent(matter: Matter) -> list[Transmission]:
    with matter.office.store.reading() as tx:
        return list(shelf_of(tx).find(Transmission, {"case_no": matter.number}))


@pytest.mark.req("XX-39", "XX-40")
def test_both_ends_of_the_window_count() -> None:
    days = days_of("2026-09", 15, 20, 25)
    assert [day for day in range(1, 31) if days.is_open(date(2026, 9, day))] == [15, 16, 17, 18, 19, 20]
    assert days_of("2026-02", 15, 20, 31).paper == date(2026, 2, 28)


@pytest.mark.req("XX-39", "XX-40")
def test_day_14_is_refused_day_15_and_the_25th_are_in_time(office_on: Callable[[str], Office]) -> None:
    office = office_on("2026-09-14")
    recipient(office)
    matter = opened(office, KEY, TOWN, period="2026-09")
    with pytest.raises(Forbidden, match=r"9月15日至20日.*9月14日.*WINDOW_CLOSED") as refused:
        matter.do("Task_CheckTransfer", "town_reviewer-1")
    assert refused.value.rule == "R-13"
    assert not sent(matter)
    matter.advance(1)
    with pytest.raises(Forbidden):
        matter.do("Task_CheckTransfer", "town_reviewer-2")
    matter.do("Task_CheckTransfer", "town_reviewer-1")
    (passed,) = sent(matter)
    assert (passed.target, passed.state) == ("province", "simulated")
    row = transfer_of(matter)
    assert (row.state, row.sync_status, row.period) == ("sent", "simulated", "2026-09")
    assert [(one["kind"], one["amount"]) for one in row.lines] == [("grant", "520.00")]
    assert "示例" not in str(row.lines)
    matter.advance(10)
    matter.do("Task_SendPaper", "town_reviewer-1")
    assert not transfer_of(matter).paper_late
    with pytest.raises(Forbidden):
        matter.do("Task_ReceivePaper", "town_reviewer-1")
    matter.do("Task_ReceivePaper", "county_office-1", paper_complete=False)
    assert matter.open() == {"Task_SendPaper"}
    matter.advance(2)
    matter.do("Task_SendPaper", "town_reviewer-1", paper_late_reason="退回后补齐。")
    matter.do("Task_ReceivePaper", "county_office-1")
    row = transfer_of(matter)
    assert (row.paper_late, row.paper_rounds, row.paper_received_on) == (False, 2, date(2026, 9, 27))
    assert matter.ends() == ["End_Transferred"]


@pytest.mark.req("XX-39", "XX-40")
def test_day_20_is_in_time_and_papers_on_the_26th_are_late_with_a_reason(office_on: Callable[[str], Office]) -> None:
    matter = opened(office_on("2026-09-20"), KEY, TOWN, period="2026-09")
    matter.do("Task_CheckTransfer", "town_reviewer-1")
    assert transfer_of(matter).state == "sent"
    matter.advance(6)
    alerts = matter.walker.rows("select kind from alert where case_no = :case_no")
    assert [row["kind"] for row in alerts] == ["due_paper"]
    with pytest.raises(Invalid):
        matter.do("Task_SendPaper", "town_reviewer-1")
    matter.do("Task_SendPaper", "town_reviewer-1", paper_late_reason="等村里的材料。")
    matter.do("Task_ReceivePaper", "county_office-1")
    row = transfer_of(matter)
    assert (row.paper_late, row.paper_reason) == (True, "等村里的材料。")


@pytest.mark.req("XX-39")
def test_on_day_21_nothing_is_sent_any_more_and_the_reason_is_registered(office_on: Callable[[str], Office]) -> None:
    office = office_on("2026-09-20")
    matter = opened(office, KEY, TOWN, period="2026-09")
    overnight(office)
    # The alarm clock has not rung yet: the click itself is too late.
    (item,) = matter._items()
    actor = matter.actor("town_reviewer-1")
    with pytest.raises(Forbidden, match=r"9月21日.*WINDOW_CLOSED"):
        work.complete(office, actor, item["task_id"], matter.walker.answers("transfer_check", actor))
    matter.settle()
    assert matter.open() == {"Task_ExplainMiss"}
    matter.do("Task_ExplainMiss", "town_reviewer-1")
    assert matter.open() == {"Task_SendPaper"}
    row = transfer_of(matter)
    assert (row.state, row.missed_reason) == ("missed", "网络故障，没有及时发现。")
    assert not sent(matter)
    owed = matter.walker.rows("select due_name, state from obligation where case_no = :case_no")
    assert {one["due_name"]: one["state"] for one in owed} == {"due_transfer": "void", "due_paper": "open"}


@pytest.mark.req("XX-39")
def test_what_could_not_leave_until_the_21st_is_not_sent(office_on: Callable[[str], Office]) -> None:
    office = office_on("2026-09-20")
    matter = opened(office, KEY, TOWN, period="2026-09")
    (item,) = matter._items()
    actor = matter.actor("town_reviewer-1")
    work.complete(office, actor, item["task_id"], matter.walker.answers("transfer_check", actor))
    overnight(office)
    Runner(office).drain()
    assert matter.open() == {"Task_ExplainMiss"}
    assert not sent(matter)
    matter.do("Task_ExplainMiss", "town_reviewer-1")
    assert transfer_of(matter).state == "missed"


@pytest.mark.req("XX-39", "XX-48")
def test_the_data_reach_a_real_server_once(make_office: Callable[..., Office]) -> None:
    with http_receiver() as province:
        office = make_office(sync={"province_url": province.url})
        matter = opened(office, KEY, TOWN, period="2026-09")
        matter.do("Task_CheckTransfer", "town_reviewer-1")
        (key,) = province.effects
        (passed,) = sent(matter)
        assert (passed.state, passed.transmission_no) == ("sent", key)
    assert transfer_of(matter).sync_status == "sent"


@pytest.mark.req("XX-39", "XX-40", "XX-45")
def test_the_calendar_starts_it_for_every_town_and_a_miss_has_no_second_chance(
    office_on: Callable[[str], Office],
) -> None:
    office = office_on("2026-09-15")
    schedules.keep_schedules(office)
    turns = turns_of(office, "monthly_transfer")
    assert {row.scope for row in turns} == {"520402109", "520402002"}
    assert {row.state for row in turns} == {"started"}
    assert {row.scope[:9] for row in turns_of(office, "info_box")} == {"520402109", "520402002"}
    matter = Matter(office, DISTRICT)
    matter.walker.case_no = turns[0].record_no
    reviewer = "town_reviewer-1" if turns[0].scope == TOWN else "town_reviewer-2"
    matter.do("Task_CheckTransfer", reviewer)
    matter.advance(6)
    schedules.keep_schedules(office)
    after = {row.scope: row for row in turns_of(office, "monthly_transfer")}
    assert after[turns[0].scope].state == "done"
    assert after[turns[0].scope].late_at is None
    assert after[turns[1].scope].late_at is not None


def overnight(office: Office) -> None:
    """Let a day pass without an alarm clock."""
    with office.store.transaction() as tx:
        offset = (clock_rows.clock_offset(tx) or timedelta()) + timedelta(days=1)
        clock_rows.set_clock_offset(tx, offset, office.clock.machine(), "")
    office.clock.forget()


def turns_of(office: Office, schedule: str) -> list[Occurrence]:
    with office.store.reading() as tx:
        return list(shelf_of(tx).find(Occurrence, {"schedule": schedule, "district": DISTRICT}))


def recipient(office: Office) -> None:
    """Somebody of the town who began to receive aid this month."""
    with open_desk(office, None) as desk:
        made: dict[str, Any] = {field.name: "" for field in dataclasses.fields(Recipient)}
        given: dict[str, Any] = {
            **made,
            "recipient_no": "西秀-对象-0001",
            "case_no": "西秀-2026-低保-9001",
            "district": DISTRICT,
            "town": TOWN,
            "village": "520402109001",
            "programme": "dibao",
            "name": "示例甲",
            "resident_id": "660402195603120017",
            "members": 1,
            "amount_monthly": Decimal("520.00"),
            "since": "2026-09",
            "review_months": 12,
            "next_review": date(2027, 9, 1),
            "state": "active",
            "ended_on": None,
            "version": 1,
        }
        row = Recipient(**given)
        shelf_of(desk.tx).add(row)
        shelf_of(desk.tx).add(
            RecipientChange(
                recipient_no=row.recipient_no,
                line=1,
                case_no=row.case_no,
                district=DISTRICT,
                kind="grant",
                effective_month="2026-09",
                amount_monthly=Decimal("520.00"),
                state="active",
                record_no=row.case_no,
                changed_at=desk.now - timedelta(days=2),
            )
        )
