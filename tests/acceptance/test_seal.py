"""The chief representative of 新泰 seals in a browser, and the seal log shows it to whoever supervises."""

from __future__ import annotations

import pytest

from tests.acceptance.household import ClerkOf, Household

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]


@pytest.mark.req("XT-04", "XT-10", "XT-14", "XT-16", "XT-38")
def test_the_chief_representative_seals_and_the_log_shows_it(clerk_of: ClerkOf) -> None:
    family = Household(clerk_of, "X1", 61)
    family.apply("town_intake")
    family.follow(last="Task_ChiefRepReview")

    supervisor = family.clerk("county_supervisor")
    supervisor.go("/authority/seals")
    assert family.case_no not in supervisor.words()

    # Who holds the post but not the seal is told who keeps it, and nothing is written.
    other = family.fill_in("Task_ApplySeal chief_rep:3")
    other.submit()
    assert "只能由保管人本人加盖" in other.words()
    other.picture("seal-refused")
    other.release(family.case_no)
    other.go(f"/cases/{family.case_no}")
    assert "加盖新泰市民政局委托事项专用章" not in other.words()

    family.work("Task_ApplySeal chief_rep")
    for login in ("county_supervisor", "chief_rep"):
        page = family.clerk(login)
        page.go("/authority/seals")
        row = page.page.locator("tbody tr").filter(has_text=family.case_no)
        assert row.count() == 1
        told = row.inner_text()
        assert "DB-01 最低生活保障审批" in told
        assert "苗娟" in told
        assert "新民委〔2024〕1号" in told
        assert page.overflow <= 0
        page.picture("seal-log")

    supervisor.page.select_option("[name=item]", "DB-01")
    supervisor.press("查看")
    assert family.case_no in supervisor.words()
    supervisor.go("/authority/catalogue")
    assert "12大项20小项" in supervisor.words()
    supervisor.picture("seal-catalogue")

    page = family.page("chief_rep")
    panel = page.page.locator("#authority").inner_text()
    assert "已经作出决定" in panel
    assert "新民委〔2024〕1号" in panel
    page.picture("seal-case")
    page.go("/authority")
    assert "苗娟（首席代表）" in page.words()
    assert page.overflow <= 0
    page.picture("authority-town")
