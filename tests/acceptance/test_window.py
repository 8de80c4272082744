"""The window in a browser: an arrival counts down in minutes, breaches its fifteen, and shows it for good (XX-33)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.browser import PHONE, WAIT_MILLISECONDS, Clerk
from tests.acceptance.demo_server import DemoServer
from tests.acceptance.household import ClerkOf
from tests.forms_data import answers

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]


def waits(clerk: Clerk, words: str) -> str:
    """Load the page again until it says something; timers are worked by the server on its own."""
    for _ in range(60):
        clerk.page.reload()
        if re.search(words, clerk.words()):
            return clerk.words()
        clerk.page.wait_for_timeout(250)
    raise AssertionError(f"{clerk.page.url} never says {words}:\n{clerk.words()}")


@pytest.mark.req("XX-33", "XX-32", "XX-35")
def test_an_arrival_breaches_its_fifteen_minutes_and_shows_it(
    chromium: Browser, demo: DemoServer, clerk_of: ClerkOf
) -> None:
    clerk = clerk_of("xixiu-town_intake-1")
    clerk.go("/start/xixiu_window")
    clerk.picture("window-arrival-form")
    form = answers("window_arrival", district="xixiu", today=clerk.today)
    arrived = clerk.page.locator("#work [name=arrived_at]").input_value()  # the office's minute, filled in by the page
    clerk.fill({**form, "arrived_at": arrived, "applicant_name": "吴秀英"})
    clerk.submit()
    assert not clerk.faults()
    number = str(re.search(r"西秀-\d+-窗口-\d+", clerk.words())[0])  # type: ignore[index]

    clerk.go(f"/inbox?view=group&q={number}")
    before = clerk.page.locator("#items .clock b").inner_text()
    assert re.fullmatch(r"剩 1[45] 分钟", before), before
    left = int(clerk.page.locator("#items .clock").get_attribute("data-seconds") or 0)
    assert 780 < left <= 900
    clerk.picture("window-counting")

    demo.advance(f"{left - 62}s")
    clerk.page.reload()
    # It ticks. (Waiting for a function would evaluate in the page, which its policy forbids.)
    expect(clerk.page.locator("#items .clock b")).to_contain_text("秒", timeout=WAIT_MILLISECONDS)
    clerk.picture("window-last-minute")
    demo.advance("90s")
    assert "答复超时" in waits(clerk, r"超时 \d")
    clerk.picture("window-breached-inbox")

    overseer = clerk_of("xixiu-county_supervisor-1")
    overseer.go("/window")
    assert overseer.page.locator("[data-figure=breached]").inner_text() == "1"
    overseer.picture("window-breached-page")
    phone = Clerk(chromium, demo.url, "xixiu-town_head-1", screen=PHONE)
    phone.go("/window")
    assert phone.overflow <= 0
    phone.picture("window-phone")
    phone.close()

    clerk.claim(number, "接待并准确答复")
    clerk.picture("window-answer-form")
    clerk.fill(answers("window_answer", district="xixiu"))
    clerk.finish()
    clerk.go(f"/cases/{number}")
    assert re.search(r"答复超时，超过 \d", clerk.words()), clerk.words()
    clerk.picture("window-breached-case")

    clerk.go("/window")
    address = clerk.page.get_by_role("link", name="评价地址").get_attribute("href")
    citizen = Clerk(chromium, demo.url, "", screen=PHONE)
    citizen.go(str(address))
    citizen.picture("window-rating")
    citizen.page.get_by_label("不满意", exact=True).check()
    citizen.press("提交评价")
    assert "已经评价过" in citizen.words()
    citizen.close()

    overseer.go("/registers/window")
    assert re.search(r"吴秀英.*是", overseer.words().replace("\n", " "))
    overseer.picture("window-register")
    overseer.go("/window")
    assert overseer.page.locator("[data-figure=breached]").inner_text() == "1", (
        "answered and judged, and still a breach"
    )
