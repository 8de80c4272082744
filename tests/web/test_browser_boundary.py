"""A boundary in a real browser: the reviewed amount of 新泰 temporary assistance, one fen above the cap and at it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from jiuzhu.service.office import Office
from tests.walks import Line, Walker, load_walks
from tests.web.test_browser import address, chromium, log_in

pytestmark = pytest.mark.browser
WALK = {**load_walks()["XL1"], "application": {"amount": "8000.00"}}
__all__ = ["address", "chromium"]


@pytest.mark.req("XT-06", "XT-08")
def test_one_fen_above_the_cap_is_refused_and_the_cap_goes_to_the_city(
    chromium: Browser, address: str, office: Office
) -> None:
    walker = Walker(office, WALK)
    walker.arrange()
    walker.start()
    for text in WALK["order"][:6]:
        walker.complete(Line.parse(text))
    (item,) = walker.main_items()
    assert item["element_id"] == "Task_ReviewTemp"
    page = log_in(chromium.new_context(locale="zh-CN"), address, "xintai-town_reviewer-1")
    page.goto(f"{address}/items/{item['task_id']}")
    page.get_by_role("button", name="领取").first.click()
    page.locator("[name='review_result'][value='agree']").check()
    page.locator("select[name='hardship_type']").select_option("illness")
    page.locator("[name='review_opinion']").fill("住院票据和入户情况属实，按自付部分核定。")
    page.locator("[name='sign.confirm']").check()
    page.locator("[name='amount']").fill("8000.01")
    page.locator("button.btn-primary").last.click()
    page.get_by_role("alert").wait_for()
    faults = page.get_by_role("alert").inner_text()
    assert "最高限额" in faults
    assert len(page.get_by_role("alert").locator("li").all()) == 1, faults
    assert walker.rows("select item_no from batch_item where case_no = :case_no") == []
    page.locator("[name='amount']").fill("8000.00")
    page.locator("[name='sign.confirm']").check()
    with page.expect_navigation():
        page.locator("button.btn-primary").last.click()
    walker.settle()
    assert [row["state"] for row in walker.rows("select state from batch_item where case_no = :case_no")] == ["queued"]
