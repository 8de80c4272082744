"""救助对象公开: masked, checked, put up, taken down; the page forgets at once who is stopped."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.domain.rows import Publication, PublishedRecipient, Recipient
from jiuzhu.errors import Forbidden, NotFound
from jiuzhu.service import public_recipients, reports, schedules
from jiuzhu.service.clock import advance_clock
from jiuzhu.service.office import Office, system_actor
from jiuzhu.service.schedule_files import Schedules
from jiuzhu.store.shelf import shelf_of
from tests.fakes.household import recipient
from tests.matters import Matter

pytestmark = pytest.mark.walks
VILLAGE = "140502100001"


def receive(office: Office, number: str, **changes: Any) -> None:
    with office.store.transaction() as tx:
        shelf_of(tx).add(recipient(recipient_no=number, case_no=f"旧案{number}", **changes))


def change(office: Office, number: str, **changes: Any) -> None:
    with office.store.transaction() as tx:
        (row,) = shelf_of(tx).find(Recipient, {"recipient_no": number})
        shelf_of(tx).change(row, changes)


def turn(office: Office, district: str = "jincheng") -> Matter:
    """Let the calendar start what is due and return the latest turn."""
    schedules.keep_schedules(office)
    matter = Matter(office, district)
    rows = matter.walker.rows(
        "select record_no from case_instance where process_key = 'shared_publication' order by opened_at, record_no"
    )
    matter.walker.case_no = rows[-1]["record_no"]
    matter.settle()
    return matter


def only(office: Office, name: str) -> None:
    office.schedules = Schedules({name: dataclasses.replace(office.schedules[name])})


def log(office: Office, matter: Matter) -> Publication:
    with office.store.reading() as tx:
        (row,) = shelf_of(tx).find(Publication, {"case_no": matter.number})
    return row


def names(office: Office) -> list[str]:
    return [one.masked_name for one in public_recipients.public_list(office, VILLAGE).lines]


@pytest.mark.req("JC-35")
def test_the_weeks_first_turn_is_checked_the_days_change_goes_up_by_itself(office: Office) -> None:
    only(office, "publication_daily")
    receive(office, "1", name="周永安")
    receive(office, "2", name="吴秀兰", state="suspended")
    receive(office, "3", name="郑大山", state="ended")
    first = turn(office)
    assert first.open() == {"Task_CheckList"}
    with pytest.raises(NotFound):
        public_recipients.public_list(office, VILLAGE)
    with pytest.raises(Forbidden):
        first.do("Task_CheckList", "county_office-1")
    receive(office, "4", name="王小二")
    first.do("Task_CheckList", "county_supervisor-1", publish_ok=False)
    assert log(office, first).added == 2, "what was sent back is made anew"
    assert first.open() == {"Task_CheckList"}
    first.do("Task_CheckList", "county_supervisor-1")
    assert first.ends() == ["End_Published"]
    assert sorted(names(office)) == ["周*安", "王*二"]
    advance_clock(office, system_actor(), timedelta(days=1))
    change(office, "1", state="ended")
    assert names(office) == ["王*二"], "who is stopped leaves the page at once"
    change(office, "2", state="active")
    second = turn(office)
    assert second.ends() == ["End_Published"], "a day's change waits for nobody"
    said = log(office, second)
    assert (said.added, said.removed, said.total, said.checked_by) == (1, 1, 2, "")
    assert sorted(names(office)) == ["吴*兰", "王*二"]
    with office.store.reading() as tx:
        (down,) = shelf_of(tx).find(PublishedRecipient, {"recipient_no": "1"})
    assert (down.state, str(down.taken_down_on)) == ("down", "2026-09-17")
    for _ in range(3):
        advance_clock(office, system_actor(), timedelta(days=1))
        assert turn(office).ends() == ["End_Published"]
    change(office, "4", amount_monthly=Decimal("1000.00"))
    change(office, "1", state="active")
    advance_clock(office, system_actor(), timedelta(days=1))
    monday = turn(office)
    assert monday.open() == {"Task_CheckList"}, "a new week begins with a check"
    assert log(office, monday).added == 2
    receive(office, "5", name="李四海")
    change(office, "2", state="ended")
    advance_clock(office, system_actor(), timedelta(days=1))
    tuesday = turn(office)
    assert tuesday.ends() == ["End_Published"]
    assert (log(office, tuesday).added, log(office, tuesday).removed) == (0, 1), "what is new waits for the check"
    monday.do("Task_CheckList", "county_supervisor-1")
    assert sorted(names(office)) == ["周*安", "王*二"]
    amounts = {one.masked_name: one.amount_monthly for one in public_recipients.public_list(office, VILLAGE).lines}
    assert amounts["王*二"] == "1000.00"
    advance_clock(office, system_actor(), timedelta(days=1))
    assert turn(office).ends() == ["End_Published"]
    assert sorted(names(office)) == ["周*安", "李*海", "王*二"]
    page = reports.show_report(office, second.actor("county_office-1"), "publication_log", period="2026Q3")
    assert [row[1:4] for row in page.rows][:2] == [["2", "0", "2"], ["1", "1", "2"]]
    assert page.rows[0][4] == second.actor("county_supervisor-1").name


@pytest.mark.req("JC-35")
def test_a_week_that_begins_with_holidays_is_checked_on_its_first_working_day(office: Office) -> None:
    only(office, "publication_daily")
    receive(office, "1", name="周永安")
    turn(office).do("Task_CheckList", "county_supervisor-1")
    for day in (5, 6, 7):
        monday = date(2026, 10, day) - office.clock.now().astimezone(office.settings.zone).date()
        advance_clock(office, system_actor(), monday)
        assert turn(office).ends() == ["End_Published"], f"nobody works on 2026-10-0{day}"
    advance_clock(office, system_actor(), timedelta(days=1))
    thursday = turn(office)
    assert thursday.open() == {"Task_CheckList"}
    (row,) = thursday.walker.rows("select due from work_item where element_id = 'Task_CheckList'")
    assert str(row["due"]).startswith("2026-10-08 15:59:59"), "the check is due with its turn"


@pytest.mark.req("JC-35", "XT-31")
def test_nothing_but_the_masked_line_is_ever_written_for_the_public(office: Office) -> None:
    only(office, "publication_daily")
    receive(office, "1", name="周永安")
    matter = turn(office)
    matter.do("Task_CheckList", "county_supervisor-1")
    with office.store.reading() as tx:
        (row,) = shelf_of(tx).find(PublishedRecipient, {"recipient_no": "1"})
    assert set(row.shown) == {"name", "members", "programme", "since", "amount"}
    assert "周永安" not in str(row.shown)
    (village,) = public_recipients.public_villages(office)
    assert (village.village, village.count) == (VILLAGE, 1)


@pytest.mark.req("XT-31")
def test_the_monthly_list_is_checked_each_time(office: Office) -> None:
    only(office, "publication_month")
    advance_clock(office, system_actor(), timedelta(days=15))
    matter = turn(office, "xintai")
    assert matter.open() == {"Task_CheckList"}
    matter.do("Task_CheckList", "county_supervisor-1")
    assert matter.ends() == ["End_Published"]
    assert log(office, matter).period == "2026-10"
