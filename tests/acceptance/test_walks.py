"""The main job in browsers: one application from the window to the payment order, by the people's own logins.

A running ``jiuzhu demo`` and headless Chromium; only what pages show is used. The clock moves by the demo's button.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.acceptance.browser import PHONE, Clerk, Staff
from tests.acceptance.demo_server import DemoServer
from tests.acceptance.household import ClerkOf, Household

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]

NOTICE_DAYS = 7
ORDER = re.compile(r"开具(\d{4}-\d{2})发放指令")


def months_ordered(clerk: Clerk) -> list[str]:
    return ORDER.findall(clerk.words())


@pytest.mark.req("JC-21", "JC-25", "JC-44")
def test_jincheng_from_the_village_to_the_payment_order(chromium: Browser, demo: DemoServer, clerk_of: ClerkOf) -> None:
    family = Household(clerk_of, "J1", 51)
    family.apply("village_officer")

    # One whole item without JavaScript, its button pressed twice as fast as a mouse can: done once.
    plain = Clerk(chromium, demo.url, "jincheng-town_intake-1", script=False)
    family.fill_in(family.line("Task_CheckMaterials"), clerk=plain)
    plain.submit_twice()
    plain.go(f"/cases/{family.case_no}")
    assert plain.words().count("完成“审核申请材料”") == 1
    plain.close()

    family.follow("Task_IssueReport", "Task_PlanVisit")

    # The home visit on a phone, at the applicant's door.
    phone = Clerk(chromium, demo.url, "jincheng-town_investigator-1", screen=PHONE)
    family.fill_in(family.line("Task_HomeVisit"), clerk=phone)
    assert phone.overflow <= 0
    phone.finish()
    assert phone.overflow <= 0
    phone.picture("J1-phone-case")
    phone.close()

    # The second investigator signs with a double click.
    second = family.fill_in(family.line("Task_CoSign"))
    second.submit_twice()
    second.go(f"/cases/{family.case_no}")
    assert second.words().count("完成“调查人员签名”") == 1

    family.follow("Task_Review", "Task_PostNotice")
    family.work("Task_SubmitFiling town_reviewer")
    family.work("Task_ReceiveFiling county_office filing_returned=false")
    posted = family.page("village_officer")
    assert "公示中" in posted.words()
    assert months_ordered(posted) == [], "no money while the notice hangs"

    days = family.days_until("Task_RemoveNotice", "village_officer")
    assert days == NOTICE_DAYS + 1, "seven whole days, the day of posting not counted"
    assert months_ordered(family.page("town_confirmer")) == []
    family.work(family.line("Task_RemoveNotice"))

    done = family.page_when("town_confirmer", "已列入发放")
    done.picture("J1-end")
    assert months_ordered(done) == [family.first_month], done.words()
    assert amount_paid(done) == family.amount
    for paper in ("受理通知书", "家庭经济状况核对报告", "入户调查表", "审核确认表", "公示单", "社会救助备案表"):
        assert paper in done.words(), paper
    assert "存证链校验无误" in done.words()


@pytest.mark.req("XT-24", "XT-25", "XT-26")
def test_xintai_objection_upheld(clerk_of: ClerkOf) -> None:
    family = Household(clerk_of, "X6", 56)
    family.apply("town_intake")
    family.follow(last="Task_DecideObjection")
    first = family.amount
    assert family.days_until("Task_RemoveNotice", "village_officer") == NOTICE_DAYS + 1
    family.follow("Task_RemoveNotice")
    done = family.page_when("town_reviewer", ORDER.pattern)
    done.picture("X6-end")
    assert months_ordered(done) == [family.first_month]
    assert done.words().count("制作《公示单》") == 1, "exactly one public notice"
    assert done.words().count("制作《异议答复书》") == 1
    assert amount_paid(done) == first


@pytest.mark.req("XT-16", "XT-24", "XT-25")
def test_xintai_objection_changes_the_amount(clerk_of: ClerkOf) -> None:
    family = Household(clerk_of, "X7", 57)
    family.apply("town_intake")
    family.follow(last="Task_DecideObjection")
    assert family.amount != "100.00"
    family.work("Task_ApplySeal chief_rep")
    assert family.days_until("Task_RemoveNotice", "village_officer") == NOTICE_DAYS + 1
    family.follow("Task_RemoveNotice")
    done = family.page_when("town_reviewer", ORDER.pattern)
    done.picture("X7-end")
    assert months_ordered(done) == [family.first_month]
    assert done.words().count("加盖新泰市民政局委托事项专用章") == 2
    assert amount_paid(done) == "100.00"


@pytest.mark.req("XT-25")
def test_xintai_objection_revokes_the_decision(clerk_of: ClerkOf) -> None:
    family = Household(clerk_of, "X8", 58)
    family.apply("town_intake")
    family.follow()
    done = family.page_when("town_reviewer", "已撤销")
    done.picture("X8-end")
    assert months_ordered(done) == [], "no order is written"
    assert "撤销决定告知书" in done.words()
    assert "送达回证" in done.words()
    officer = family.clerk("village_officer")
    for _ in range(NOTICE_DAYS + 2):
        officer.next_day()
    assert months_ordered(family.page("town_reviewer")) == [], "nor after the notice would have ended"


def amount_paid(clerk: Clerk) -> str:
    """Return the monthly amount of the payment order on the case page."""
    found = re.search(r"每月\s*([\d,.]+)\s*元", clerk.page.locator("#payment").inner_text())
    assert found is not None, clerk.words()
    return found[1].replace(",", "")


def test_somebody_of_another_town_sees_nothing(clerk_of: ClerkOf) -> None:
    family = Household(clerk_of, "J1", 59)
    family.apply("town_intake")
    here, there = family.clerk("town_intake"), family.clerk("town_intake", 2)
    here.claim(family.case_no, "审核申请材料")
    item = here.page.url.removeprefix(here.url)
    for path in (item, f"/cases/{family.case_no}"):
        assert here.go(path) == 200
        assert there.go(path) == 404
        assert family.name not in there.words()
    there.picture("other-town-404")
    for path in ("/inbox?view=group", "/cases"):
        assert there.go(f"{path}{'&' if '?' in path else '?'}q={family.case_no}") == 200
        assert family.name not in there.words()


def test_a_first_visitor_finds_the_demo_alive(chromium: Browser, tmp_path: Path) -> None:
    """In a demo of its own: tests run in any order, and in the shared one the days pass."""
    server = DemoServer(tmp_path)
    server.start()
    staff = Staff(chromium, server.url)
    try:
        look_around(Clerk(chromium, server.url, ""), staff)
    finally:
        assert server.stop() == 0
    assert staff.complaints() == {}


def look_around(visitor: Clerk, staff: Staff) -> None:
    visitor.go("/login")
    visitor.picture("login")
    visitor.go("/public")
    visitor.picture("public")
    assert "东街街道" in visitor.words()
    assert "东都镇" in visitor.words()
    assert not re.search("宋保田|窦明礼", visitor.words()), "names are masked"
    for login, path, name in (
        ("jincheng-town_intake-1", "/inbox?view=group", "inbox-group"),
        ("jincheng-town_investigator-1", "/inbox?view=group", "inbox-group"),
        ("jincheng-town_reviewer-2", "/inbox?view=group", "inbox-group"),
        ("jincheng-town_confirmer-1", "/inbox?view=done", "inbox-done"),
        ("xintai-chief_rep-1", "/inbox?view=group", "inbox-group"),
        ("jincheng-county_office-1", "/cases", "cases"),
        ("xintai-county_office-1", "/cases", "cases"),
    ):
        clerk = staff.find(login)
        assert clerk.go(path) == 200
        clerk.picture(name)
        assert clerk.page.locator("tbody tr").count() >= 1, login
    office = staff.find("jincheng-county_office-1")
    for number in range(1, 7):
        assert office.go(f"/cases/晋城城区-2026-低保-{number:04d}") == 200
        office.page.wait_for_selector("[data-ready]")
        office.picture(f"case-{number}")
    assert office.go("/demo") == 200
    office.picture("clock")
    reviewer = staff.find("jincheng-town_reviewer-2")
    reviewer.go("/cases/晋城城区-2026-低保-0003")
    reviewer.picture("case-with-objection")
    reviewer.go("/inbox?view=group")
    reviewer.page.locator("#items a.row-link").first.click()
    reviewer.page.wait_for_selector("[data-form]")
    reviewer.picture("item-to-take")
