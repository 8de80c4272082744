"""晋城's annual review in browsers: tried, started, paused, resumed and finished over three villages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from jiuzhu.bench.households import add_households
from tests.acceptance.browser import Clerk, Staff
from tests.acceptance.demo_server import DemoServer
from tests.acceptance.year_office import (
    CAMPAIGN_SECONDS,
    OFFICERS,
    ServedReview,
    both,
    calendar_tried,
    office_of,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]

SHEETS = ("Task_VerifyList", "Task_PlanRound", "Task_VisitRound", "Task_ConfirmSheet")
MOST_ITEMS = 4
REASON = "按计划组织年度复核"
UNCHANGED = 4
ALL = UNCHANGED + 1


def figures(clerk: Clerk, caption: str) -> dict[str, list[int]]:
    """Return what a table of progress says: place → its numbers."""
    table = clerk.page.locator("table", has=clerk.page.locator("caption", has_text=caption))
    found = {}
    for row in table.locator("tbody tr").all():
        name = row.locator(".card-main").inner_text().strip()
        found[name] = [int(text) for text in row.locator("td.num").all_inner_texts()]
    return found


@pytest.mark.req("JC-08", "JC-33", "JC-34", "JC-45")
def test_the_scheduler_leads_a_review_of_three_villages(chromium: Browser, year: DemoServer) -> None:
    office = office_of(year)
    review, staff = ServedReview(office), Staff(chromium, year.url)
    calendar_tried(office)
    add_households(office, review.villages, ALL)

    # The district's scheduler tries, and starts with a reason.
    scheduler = staff.find("jincheng-county_office-1")
    scheduler.go("/campaigns")
    plan = scheduler.page.locator("#plans")
    row = plan.locator("tbody tr", has_text="北石店镇")
    assert row.locator("td.num").inner_text() == str(ALL)
    for village, count in (("示例一村", 2), ("示例二村", 2), ("示例三村", 1)):
        assert f"{village} {count} 户（1 份名单）" in row.inner_text()
    assert review.rows("select 1 from campaign_item") == [], "a dry run writes nothing"
    both(scheduler, "campaign-dry-run")
    plan.get_by_label("理由").fill(REASON)
    with scheduler.page.expect_navigation():
        plan.get_by_role("button", name="启动复核").click()
    assert "名单已锁定" in scheduler.flash()
    page = scheduler.page.url.removeprefix(year.url)
    number = str(scheduler.page.locator("a[href^='/cases/']").first.inner_text())
    assert review.rows("select 1 from work_item where element_id = 'Task_VerifyList'") == [], "nothing before the plan"

    head = staff.find("jincheng-town_head-1")
    head.claim(number, "安排复核工作")
    head.fill({"throttle": 1, "plan_text": "分村包干，九月底前完成入户。", "sign": {"confirm": True}})
    both(head, "campaign-plan")
    head.finish()

    # Paused between two households: no more are started, however often the server looks.
    scheduler.go(page)
    scheduler.page.get_by_label("暂停的理由").fill("系统检修")
    scheduler.press("暂停启动")
    assert "已暂停" in scheduler.flash()
    scheduler.page.wait_for_timeout(1.5 * 1000 * CAMPAIGN_SECONDS)  # what was being started is started
    scheduler.go(page)
    left = waiting(scheduler)
    assert 0 < left <= ALL
    scheduler.page.wait_for_timeout(2.5 * 1000 * CAMPAIGN_SECONDS)
    scheduler.go(page)
    assert waiting(scheduler) == left
    assert "系统检修" in scheduler.words()
    both(scheduler, "campaign-paused")
    scheduler.page.get_by_label("每次启动几户").fill("20")
    scheduler.press("调整")
    scheduler.press("恢复启动")
    assert "已恢复" in scheduler.flash()

    until(lambda: scheduler.go(page) == 200 and waiting(scheduler) == 0, "every household started")
    both(scheduler, "campaign-started")
    work_in_browsers(review, staff)
    work_at_desks(review)
    changed(review, staff)

    # Every village, the town and the district have arrived.
    until(lambda: review.items("Task_CloseCampaign"), "the report")
    scheduler.go("/campaigns")
    for caption in ("按镇（街道）的进度", "全区的进度"):
        ((name, counts),) = figures(scheduler, caption).items()
        assert counts == [ALL, ALL, 1], name
    both(scheduler, "campaign-progress")
    scheduler.go(page)
    villages = figures(scheduler, "各村（社区）的进度和结果")
    assert {name: counts[0] for name, counts in villages.items()} == {"示例一村": 2, "示例二村": 2, "示例三村": 1}
    assert waiting(scheduler) == 0
    assert "没有遗漏" in scheduler.words()
    scheduler.follow("示例三村")
    assert "减发" in scheduler.words()
    both(scheduler, "campaign-village")
    head.claim(number, "形成复核报告")
    head.fill({"report_text": "名单内家庭全部复核，调整的已经告知。", "sign": {"confirm": True}})
    head.picture("campaign-report")
    head.finish()
    scheduler.go(page)
    assert "已完成" in scheduler.page.locator(".page-head").inner_text()
    both(scheduler, "campaign-closed")

    started = review.rows(
        "select case_no, count(*) as times from case_instance where process_key = 'shared_review_household' "
        "group by case_no"
    )
    assert [row["times"] for row in started] == [1] * ALL, "every household exactly once"
    assert sorted(review.state()) == ["done"] * ALL
    assert sorted(review.state("result")) == ["decrease", *["keep"] * UNCHANGED]
    assert review.ends("shared_review_campaign").count("End_Reviewed") == 1
    human = review.rows("select element_id, case_no from submission where element_id is not null")
    single = {row["case_no"] for row in started} & {row["case_no"] for row in human if row["element_id"] not in SHEETS}
    assert len(single) == 1, "an unchanged household has no item of its own"
    for village in review.villages[:2]:
        done = review.rows(
            "select s.element_id from submission s join review_sheet r on r.record_no = s.record_no "
            "where r.village = :village",
            village=village,
        )
        assert sorted(row["element_id"] for row in done) == sorted(SHEETS)
        assert len(done) <= MOST_ITEMS, "the items that an unchanged household has a part in"
    assert staff.complaints() == {}


def waiting(clerk: Clerk) -> int:
    """Return how many households the page says are not started."""
    return sum(int(cell) for cell in clerk.page.locator("td[data-label='待启动']").all_inner_texts())


def work_in_browsers(review: ServedReview, staff: Staff) -> None:
    """Let the first village be worked by its people, one item of each kind."""

    def take(login: str, element: str, name: str) -> Clerk:
        clerk = staff.find(f"jincheng-{login}")
        clerk.claim(review.item_of(element, 1)["case_no"], name)
        return clerk

    officer = take(OFFICERS[1], "Task_VerifyList", "核对本村名单并摸排变化")
    officer.fill({"list_rows": [{"line_changed": False}] * 2, "sign": {"confirm": True}})
    both(officer, "review-list")
    officer.finish()
    planner = take("town_investigator-2", "Task_PlanRound", "安排入户")
    team = [f"jincheng-town_investigator-{number}" for number in (1, 2)]
    planner.fill(
        {
            "team": team,
            "leader": team[0],
            "round_day": planner.today,
            "village_assistants": [f"jincheng-{OFFICERS[1]}"],
            "round_rows": [{"line_go": True}] * 2,
        }
    )
    both(planner, "review-round")
    planner.finish()
    visitor = take("town_investigator-1", "Task_VisitRound", "入户核查并签字")
    met = {"line_outcome": "met", "line_changed": False}
    visitor.fill({"visit_rows": [met] * 2, "photos": ["-"], "round_scan": ["-"], "sign": {"confirm": True}})
    both(visitor, "review-visit")
    visitor.finish()
    confirmer = take("town_confirmer-1", "Task_ConfirmSheet", "确认无变化家庭")
    confirmer.fill({"sheet_rows": [{"line_decision": "confirmed"}] * 2, "sign": {"confirm": True}})
    both(confirmer, "review-sheet")
    confirmer.finish()


def work_at_desks(review: ServedReview) -> None:
    """Work the second and the third village through the service."""
    for village in (2, 3):
        place = review.villages[village - 1]
        lines = [{"item_no": one, "line_changed": village == 3, "line_note": "儿子务工"} for one in review.of(place)]
        review.do("Task_VerifyList", OFFICERS[village], at=review.at("Task_VerifyList", village), list_rows=lines)
        going = [{"item_no": one["item_no"], "line_go": True} for one in lines]
        review.do(
            "Task_PlanRound",
            "town_investigator-2",
            at=review.at("Task_PlanRound", village),
            round_rows=going,
            village_assistants=[f"jincheng-{OFFICERS[village]}"],
        )
        met = [
            {"item_no": one["item_no"], "line_outcome": "met", "line_changed": False, "line_note": ""} for one in lines
        ]
        review.do("Task_VisitRound", "town_investigator-1", at=review.at("Task_VisitRound", village), visit_rows=met)
    review.confirm(at=review.at("Task_ConfirmSheet", 2))


def changed(review: ServedReview, staff: Staff) -> None:
    """Let the changed household's aid be lowered: opinion, confirmation, letter, and only then in force."""
    (item,) = review.wait("Task_ReviewHousehold")
    reviewer = staff.find("jincheng-town_reviewer-1")
    reviewer.claim(item["record_no"], "提出复核意见")
    lowered = {"change_result": "decrease", "new_amount": "100.00", "change_reason": "儿子务工，收入增加。"}
    reviewer.fill({**lowered, "sign": {"confirm": True}})
    both(reviewer, "review-opinion")
    reviewer.finish()
    confirmer = staff.find("jincheng-town_confirmer-1")
    confirmer.claim(item["record_no"], "确认复核结果")
    agreed = {"review_decision": "agree", "confirm_opinion": "同意审核意见。"}
    confirmer.fill({**agreed, "sign": {"confirm": True}})
    confirmer.picture("review-confirm")
    confirmer.finish()
    letter = review.wait("Task_DeliverLetter")[0]

    def paid() -> str:
        sql = "select amount_monthly from recipient where case_no = :n"
        return str(review.rows(sql, n=item["case_no"])[0]["amount_monthly"])

    before = paid()
    assert len(review.rows("select 1 from document where template = 'adjustment_notice'")) == 1
    review.do("Task_DeliverLetter", "town_intake-1")
    until(lambda: paid() != before, "the lowered amount, after the letter")
    assert letter["case_no"] == item["case_no"]
