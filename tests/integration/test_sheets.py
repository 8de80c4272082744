"""Several households on one sheet: a village's notices, a town's filings sent with one click (A6, JC-25)."""

from __future__ import annotations

import pytest

from jiuzhu.errors import NotFound
from jiuzhu.service import sheets
from jiuzhu.service.office import Office
from tests.integration.people import WANG, ZHAO, person, walker_at
from tests.web.conftest import Browser, text_of
from webui import create_app

REVIEWER = "jincheng-town_reviewer-1"


@pytest.fixture
def two_decided(office: Office) -> list[str]:
    """Two households of one village, confirmed on one day: one sheet to post, two filings to send."""
    return [walker_at(office, "Task_PostNotice", household=number).case_no for number in (1, 2)]


@pytest.mark.req("JC-06", "XT-24")
def test_a_village_has_one_notice_sheet_a_day(office: Office, two_decided: list[str]) -> None:
    seen = sheets.list_sheets(office, person(office, "jincheng-village_officer-1"))
    assert [line.households for line in seen.notices] == [2]
    view = sheets.notice_sheet(office, person(office, WANG), seen.notices[0].number)
    assert view.html.count("最低生活保障") >= 2
    with pytest.raises(NotFound):
        sheets.notice_sheet(office, person(office, ZHAO), seen.notices[0].number)


@pytest.mark.req("JC-25")
def test_one_click_sends_all_filings_of_the_town(office: Office, two_decided: list[str]) -> None:
    reviewer = person(office, REVIEWER)
    waiting = sheets.list_sheets(office, reviewer).waiting
    assert {line.case_no for line in waiting} == set(two_decided)
    sent = sheets.send_filings(office, reviewer, ["electronic", "paper"])
    assert (set(sent.case_nos), sent.refused) == (set(two_decided), [])
    after = sheets.list_sheets(office, reviewer)
    assert after.waiting == []
    assert [line.households for line in after.filings] == [2]
    view = sheets.filing_sheet(office, person(office, "jincheng-county_office-1"), after.filings[0].number)
    assert all(case_no in view.html for case_no in two_decided)
    assert "2户" in view.html
    with pytest.raises(NotFound):
        sheets.filing_sheet(office, person(office, ZHAO), after.filings[0].number)
    assert sheets.send_filings(office, reviewer, ["electronic"]).case_nos == []


def test_what_another_holds_is_not_sent(office: Office, two_decided: list[str]) -> None:
    assert sheets.send_filings(office, person(office, ZHAO), ["electronic"]).case_nos == []
    assert len(sheets.list_sheets(office, person(office, REVIEWER)).waiting) == 2


def test_the_pages(office: Office, two_decided: list[str]) -> None:
    browser = Browser(create_app(office), REVIEWER)
    page = browser.get("/sheets")
    assert all(case_no in text_of(page) for case_no in two_decided)
    answer = browser.post("/sheets/filings", [("filing_ways", "electronic")], page=page)
    assert answer.status_code == 303
    after = text_of(browser.get("/sheets"))
    assert "已报送2户备案" in after
    assert "备案汇总" in after
