"""The pages and the command line of registers: list, add with faults kept, correct, filter, CSV, who is kept out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from jiuzhu.service.office import Office
from jiuzhu.service.spreadsheets import read_rows
from tests.web.conftest import Browser, fields_of, text_of

Open = Callable[..., Browser]
OFFICER, REVIEWER = "jincheng-village_officer-1", "jincheng-town_reviewer-1"
FOUND: dict[str, Any] = {
    "person": "周永安",
    "situation": "独居老人摔伤，三天没有生火。",
    "source": "visit",
    "finder": "周晓梅",
    "outcome": "declined",
}
NEW = "/registers/discovery/new"


@pytest.mark.req("NH-33", "JC-07")
def test_a_village_officer_adds_a_row_and_the_town_reads_it(office: Office, browser: Open) -> None:
    officer = browser(OFFICER)
    assert "主动发现登记" in text_of(officer.get("/registers"))
    page = officer.get(NEW)
    wrong = officer.post(NEW, fields_of({**FOUND, "finder": ""}), page=page)
    assert wrong.status_code == 422
    assert "独居老人摔伤" in wrong.text
    sent = officer.post(NEW, fields_of(FOUND), page=page)
    assert sent.status_code == 303, text_of(sent)
    assert "本人不愿申请" in text_of(officer.get(sent.location))
    town = browser(REVIEWER)
    words = text_of(town.get("/registers/discovery?month=2026-09"))
    assert "周永安" in words
    assert "2026-0001" in words
    saved = town.get("/registers/discovery/csv")
    assert saved.mimetype == "text/csv"
    assert "周永安" in saved.text
    found = town.get("/registers/discovery?q=独居 周永安")
    assert "2026-0001" in text_of(found)
    assert "没有符合条件的登记" in text_of(town.get("/registers/discovery?q=没有的字"))
    book = town.get("/registers/discovery/xlsx?q=独居")
    assert "主动发现登记.xlsx" in unquote(book.headers["Content-Disposition"])
    assert [row[2] for row in read_rows(book.data)] == ["困难人员", "周永安"]
    assert "周永安" not in text_of(browser("jincheng-town_reviewer-2").get("/registers/discovery"))


@pytest.mark.req("XX-18")
def test_a_correction_keeps_the_old_row_and_asks_why(office: Office, browser: Open) -> None:
    officer = browser(OFFICER)
    officer.post(NEW, fields_of(FOUND), page=officer.get(NEW))
    number = "城区-主动发现登记-2026-0001"
    address = f"{NEW}?corrects={number}"
    better = fields_of({**FOUND, "outcome": "applied"})
    asked = officer.post(address, better, page=officer.get(address))
    assert asked.status_code == 422
    assert "更正原因" in text_of(asked)
    sent = officer.post(address, [*better, ("_reason", "本人后来同意申请")], page=officer.get(address))
    assert sent.status_code == 303
    words = text_of(officer.get("/registers/discovery"))
    assert "本人不愿申请" in words
    assert "已由城区-主动发现登记-2026-0002更正" in words


def test_pages_refuse_whoever_has_no_part_in_a_register(browser: Open) -> None:
    finance = browser("jincheng-town_finance-1")
    finance.get("/registers/discovery", 404)
    finance.get(NEW, 404)
    browser("jincheng-county_office-1").get(NEW, 403)


@pytest.mark.req("NH-44", "XX-41")
def test_the_page_says_which_town_lacks_staff(browser: Open) -> None:
    words = text_of(browser("jincheng-county_office-1").get("/registers"))
    assert "应不少于 2 人" in words
    assert "没有明确一名窗口专人" in words
