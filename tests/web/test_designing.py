"""The designers' reference: topics, forms and tables, and the kit for Camunda Modeler."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser as Chromium

from tests.web.conftest import Browser, text_of
from tests.web.test_browser import address, chromium, log_in

__all__ = ["address", "chromium"]
Open = Callable[..., Browser]
DESIGNER = "jincheng-process_designer-1"


def test_what_a_diagram_may_name_is_found_by_a_word(browser: Open) -> None:
    designer = browser(DESIGNER)
    assert "设计工具" in designer.get("/processes").text
    found = designer.get("/designing?text=deadlines").text
    assert '/designing/topics/deadlines"' in found
    assert '/designing/tables/deadlines"' in found
    assert '/designing/topics/case_open"' not in found
    contract = text_of(designer.get("/designing/topics/authorization_check"))
    for words in ("AUTH_MISSING", "错误边界事件", "programme", "shared_verification_town", "XT-19"):
        assert words in contract
    assert "起算办理期限" in text_of(designer.get("/designing/tables/deadlines"))
    for gone in ("topics/nothing", "forms/nothing", "tables/nothing", "topics/form_book", "tables/%2e%2e"):
        designer.get(f"/designing/{gone}", status=404)


def test_the_kit_and_the_files_are_handed_out_to_readers_only(browser: Open) -> None:
    designer = browser(DESIGNER)
    with ZipFile(BytesIO(designer.get("/designing/kit.zip").data)) as archive:
        assert "resources/plugins/jiuzhu-linter/client.js" in archive.namelist()
    saved = designer.get("/designing/forms/home_visit/file")
    assert (saved.json["id"], "home_visit.form" in saved.headers["Content-Disposition"]) == ("home_visit", True)
    browser("jincheng-external_worker-1").get("/designing/kit.zip", status=404)


@pytest.mark.browser
def test_forms_and_tables_are_drawn_by_their_viewers_without_a_warning(chromium: Chromium, address: str) -> None:
    context = chromium.new_context()
    page = log_in(context, address, DESIGNER)
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
    for path, mark in (("forms/home_visit", "是否见到住户"), ("tables/deadlines", "里程碑")):
        page.goto(f"{address}/designing/{path}")
        page.wait_for_selector("[data-preview][data-warnings='0']")
        assert mark in page.inner_text("[data-preview]")
        assert page.locator("[data-preview] >> css=.fjs-powered-by, .powered-by, .dmn-js-parent a").count() > 0
    # The published build of dmn-js carries Inferno's development warnings.
    assert [one for one in said if "development build of Inferno" not in one] == []
    context.close()
