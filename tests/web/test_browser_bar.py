"""The bar of a phone: what has no room in it is one step away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.web.test_browser import SCREENS, address, chromium, log_in

__all__ = ["address", "chromium"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("login", ["jincheng-county_admin-1", "ninghe-town_head-1", "xixiu-county_supervisor-1"])
def test_on_a_phone_every_entry_of_the_bar_can_be_reached(chromium: Browser, address: str, login: str) -> None:
    context = chromium.new_context(viewport=SCREENS["narrow"], locale="zh-CN")  # type: ignore[arg-type]
    page = log_in(context, address, login)
    bar = page.locator(".mainnav a")
    wanted = {entry.get_attribute("href") for entry in bar.all()}
    assert len([entry for entry in bar.all() if entry.is_visible()]) == 5
    seen = {entry.get_attribute("href") for entry in bar.all() if entry.is_visible()}
    page.locator(".mainnav").get_by_role("link", name="更多").click()
    page.wait_for_url("**/me")
    seen |= {entry.get_attribute("href") for entry in page.locator(".more-list a").all() if entry.is_visible()}
    assert seen == wanted
    context.close()
