"""The list of dishonesty: evidence, written notice, appeal, decision, an end; never a refusal (XX-25, R-19)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.rows import BlacklistEntry
from jiuzhu.errors import Forbidden, Invalid, NotFound, Refused
from jiuzhu.service import cases, documents, messages, simulating
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests.forms_people import Setting
from tests.matters import Matter

pytestmark = pytest.mark.walks

DISTRICT = "xixiu"


def proposed(office: Office) -> Matter:
    """Up to the wait for an appeal: evidence, notice, delivery."""
    matter = Matter(office, DISTRICT)
    matter.start("xixiu_blacklist", "blacklist_entry", "county_supervisor-1")
    with pytest.raises(Invalid):
        matter.do("Task_CollectEvidence", "county_supervisor-1", blacklist_files=[])
    matter.do("Task_CollectEvidence", "county_supervisor-1")
    assert matter.documents() == ["blacklist_notice"]
    matter.do("Task_DeliverLetter", "town_intake-1")
    return matter


def listed(office: Office) -> list[BlacklistEntry]:
    with office.store.reading() as tx:
        return list(shelf_of(tx).find(BlacklistEntry, {"district": DISTRICT}))


@pytest.mark.req("XX-25")
def test_whoever_does_not_answer_is_listed_for_a_time_and_told_where_to_turn(office: Office) -> None:
    matter = proposed(office)
    assert matter.open() == set()
    matter.advance(10)
    assert matter.open() == set()
    matter.advance(1)
    assert matter.open() == {"Task_DecideBlacklist"}
    (item,) = simulating.open_items(office, DISTRICT)
    assert item.due > office.clock.now(), "who decides has time from the end of the appeal on"
    with pytest.raises(Forbidden):
        matter.do("Task_DecideBlacklist", "county_supervisor-1")
    with pytest.raises(Invalid):
        matter.do("Task_DecideBlacklist", "county_leader-1", blacklist_months=None)
    with pytest.raises(Refused, match="最长24个月"):
        matter.do("Task_DecideBlacklist", "county_leader-1", blacklist_months=25)
    assert not listed(office)
    matter.do("Task_DecideBlacklist", "county_leader-1")
    (entry,) = listed(office)
    first = date(2026, 9, 27)
    assert (entry.valid_from, entry.valid_to) == (first, date(2027, 9, 26))
    at = Setting(DISTRICT, "2026-09-16", "", 1)
    assert entry.resident_ref == resident_ref(at.id("19680512", 1))
    matter.do("Task_DeliverLetter", "town_intake-1")
    assert "End_Listed" in matter.ends()
    papers = {one.template: one.html for one in documents.list_documents(office, leader(matter), matter.number)}
    assert all(word in papers["blacklist_notice"] for word in ("10日内", "不会仅因列入名单"))
    assert all(word in papers["blacklist_decision"] for word in ("没有申辩", "行政复议", "列入失信名单"))
    (row,) = matter.register("blacklist")
    assert (row.values["from_day"], row.values["to_day"]) == ("2026-09-27", "2027-09-26")
    assert "示例失信" not in str(row.values)


@pytest.mark.req("XX-25")
def test_an_answer_ends_the_wait_and_may_change_the_decision(office: Office) -> None:
    matter = proposed(office)
    clerk = matter.actor("town_intake-1")
    answer: dict[str, Any] = matter.walker.answers("blacklist_appeal", clerk)
    with pytest.raises((Forbidden, NotFound)):
        messages.send_message(office, matter.actor("town_verifier-1"), matter.number, "blacklist.appeal", answer)
    receipt = messages.send_message(office, clerk, matter.number, "blacklist.appeal", answer)
    assert receipt.delivered
    matter.settle()
    assert matter.open() == {"Task_DecideBlacklist"}
    matter.do("Task_DecideBlacklist", "county_leader-1", blacklisted=False, blacklist_months=None)
    matter.do("Task_DeliverLetter", "town_intake-1")
    assert "End_NotListed" in matter.ends()
    assert not listed(office)
    assert not matter.register("blacklist")
    papers = {one.template: one.html for one in documents.list_documents(office, leader(matter), matter.number)}
    assert "车是儿子的" in papers["blacklist_decision"]
    assert "不列入失信名单" in papers["blacklist_decision"]


@pytest.mark.req("XX-25")
def test_only_who_handles_it_may_open_it(office: Office) -> None:
    matter = proposed(office)
    for login in ("town_verifier-1", "village_officer-1", "auditor-1"):
        with pytest.raises(NotFound):
            cases.show_case(office, matter.actor(login), matter.number)
    assert cases.show_case(office, leader(matter), matter.number).head.case_no == matter.number


def leader(matter: Matter) -> Any:
    return matter.actor("county_leader-1")
