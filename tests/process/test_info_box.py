"""The information box of a village: opened every month, empty or not; each letter is a matter of its own (XX-45)."""

from __future__ import annotations

from typing import Any

import pytest

from jiuzhu.errors import Forbidden, Invalid, NotFound, Refused
from jiuzhu.service import cases
from jiuzhu.service.office import Office
from tests.matters import Matter
from tests.process.test_monthly_transfer import opened

pytestmark = pytest.mark.walks

KEY = "xixiu_info_box"
VILLAGE = "520402109001"
MONTH = {"period": "2026-09", "due_schedule": "2026-09-30T23:59:59+08:00"}


def box(office: Office) -> Matter:
    return opened(office, KEY, VILLAGE, **MONTH)


@pytest.mark.req("XX-45")
def test_an_empty_box_is_a_record_with_a_photograph(office: Office) -> None:
    matter = box(office)
    with pytest.raises(Invalid):
        matter.do("Task_CollectBox", "info_officer-1", box_photos=[])
    with pytest.raises(Forbidden):
        matter.do("Task_CollectBox", "info_officer-2")
    matter.do("Task_CollectBox", "info_officer-1")
    assert matter.ends() == ["End_BoxRecorded"]
    (row,) = matter.register("info_box")
    assert (row.values["items"], row.values["opened_on"], row.organisation) == (0, "2026-09-16", VILLAGE)
    assert row.attachments


@pytest.mark.req("XX-45", "XX-32")
def test_each_letter_becomes_a_petition_or_a_discovery(office: Office) -> None:
    matter = box(office)
    matter.do("Task_CollectBox", "info_officer-1", item_count=3)
    with pytest.raises(Refused, match="开箱登记3件，这里登记了2件"):
        matter.do("Task_SortItems", "town_reviewer-1")
    assert children(matter) == []
    letters = [letter("report"), letter("hardship", item_name="罗困难"), letter("petition", item_name="吴来信")]
    with pytest.raises(Forbidden):
        matter.do("Task_SortItems", "info_officer-1", box_items=letters)
    matter.do("Task_SortItems", "town_reviewer-1", box_items=letters)
    assert matter.ends() == ["End_BoxRecorded"]
    made = children(matter)
    kinds = {row["case_no"]: row["process_key"] for row in made}
    assert {row["town"] for row in made} == {"520402109"}
    (row,) = matter.register("info_box")
    numbers = row.values["outcome"].split("、")
    assert [kinds[one] for one in numbers] == ["shared_petition", "shared_discovery", "shared_petition"]
    report, hardship, petition = (at(matter, one) for one in numbers)
    assert report.open() == {"Task_Investigate"}
    # Whoever opened the box never sees what was reported.
    for number in (report.number, matter.number):
        with pytest.raises(NotFound):
            cases.show_case(office, matter.actor("info_officer-1"), number)
    assert hardship.open() == {"Task_CheckDiscovery"}
    petition.do("Task_Investigate", "town_reviewer-1")
    petition.do("Task_Reply", "town_intake-1")
    assert petition.ends() == ["End_Replied"]
    (noted,) = matter.register("petitions")
    assert noted.values["channel"] == "info_box"


@pytest.mark.req("XX-45")
def test_a_box_that_was_not_opened_in_its_month_is_late_and_still_owed(office: Office) -> None:
    matter = box(office)
    matter.advance(15)
    assert matter.open() == {"Task_CollectBox"}
    alerts = matter.walker.rows("select alert_group from alert where case_no = :case_no")
    assert [row["alert_group"] for row in alerts] == ["town_head@520402109"]
    matter.do("Task_CollectBox", "village_officer-1")
    assert "End_BoxRecorded" in matter.ends()


def letter(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "item_kind": kind,
        "item_name": "",
        "item_phone": "",
        "item_content": "信里写的情况，请核实处理。",
        "item_about": "",
        **more,
    }


def at(matter: Matter, number: str) -> Matter:
    found = Matter(matter.office, matter.district)
    found.walker.case_no = number
    return found


def children(matter: Matter) -> list[dict[str, Any]]:
    return [
        row
        for row in matter.walker.rows(
            "select case_no, process_key, town from case_instance where case_no <> :case_no order by opened_at, case_no"
        )
        if row["process_key"] in {"shared_petition", "shared_discovery"}
    ]
