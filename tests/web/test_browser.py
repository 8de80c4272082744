"""The pages in a real browser, on a desk's screen and on a phone: readable by everybody, nothing cut off."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from jiuzhu.service.office import Office
from tests.conftest import PASSWORD
from tests.web.conftest import Browser as Client
from tests.web.test_other_desks import walked
from tests.web.test_pages import WANG, only_item, start

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[2] / "webui" / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = {
    "desk": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
    "narrow": {"width": 320, "height": 640},
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((found for name in names if (found := shutil.which(name))), None)
    # Chromium refuses its sandbox to root, and only to root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The pages over a socket."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def log_in(context: BrowserContext, address: str, login: str) -> Page:
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto(f"{address}/login")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="登录", exact=True).click()
    return page


def violations(page: Page) -> list[str]:
    # The pale mark across a demo paper is decoration; the same words stand readable at its foot.
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run({exclude: [['.paper-mark']]}, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]


def paths(office: Office, app: Flask) -> list[str]:
    client = Client(app, WANG)
    moved = walked(office, 1)
    case_no = start(office, client, household=2)
    item = only_item(office, WANG, case_no)
    client.post(f"/items/{item}/claim", {})
    start(office, client, household=3)
    page = client.get(f"/cases/{moved.case_no}").text
    papers = re.findall(r'href="(/(?:documents|submissions)/[^"]+)"', page)
    return [
        "/login",
        "/",
        "/inbox?view=group",
        "/inbox?view=group&programme=tekun",
        "/inbox?view=done",
        "/start/jincheng_application",
        f"/items/{item}",
        "/cases",
        f"/cases/{moved.case_no}",
        f"/start/shared_case_report?about={moved.case_no}",
        *{address.split("/")[1]: address for address in papers}.values(),
        "/public",
        "/public/petitions",
        "/public/petitions/state",
        "/alerts",
        "/authority",
        "/authority/catalogue",
        "/authority/seals",
        "/registers",
        "/sheets",
        "/window",
        "/me",
        "/processes",
        "/processes/jincheng_application",
        "/incidents",
        "/demo",
        "/nowhere",
    ]


def test_pages_stay_light(address: str, app: Flask, office: Office) -> None:
    """Page, own styles, Bootstrap, htmx and icons together: 100 kB compressed, without the diagram viewer."""
    client = Client(app, WANG)
    case_no = start(office, client)
    for path in ("/", f"/cases/{case_no}", "/start/jincheng_application"):
        page = client.get(path)
        files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text)) - {""}
        total = len(gzip.compress(page.data))
        for file in files:
            if "bpmn-js" not in file:
                with client.client.get(file) as answer:
                    total += len(gzip.compress(answer.data))
        assert total < 100_000, f"{path}: {total}"


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_is_accessible_fits_and_runs_without_complaint(
    chromium: Browser, address: str, app: Flask, office: Office, screen: str
) -> None:
    wanted = paths(office, app)
    context = chromium.new_context(viewport=SCREENS[screen], locale="zh-CN")  # type: ignore[arg-type]
    page = log_in(context, address, WANG)
    complaints: list[str] = []
    faults: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in wanted:
        answer = page.goto(f"{address}{path}")
        assert answer is not None
        if page.locator("[data-diagram]:visible").count():
            page.wait_for_selector("[data-ready]")
        if screen != "narrow":
            faults += [f"{path}: {one}" for one in violations(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        faults += [f"{path} is {wide} px too wide"] if wide > 0 else []
    page.goto(f"{address}/start/jincheng_application")
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_selector(".error-summary")
    faults += violations(page)
    assert faults == []
    assert page.evaluate("document.activeElement.className") == "error-summary"
    # A page that is not there says so in the console, too.
    assert [line for line in complaints if "404" not in line and "422" not in line] == []
    context.close()


def test_the_viewers_mark_is_whole_and_on_top(chromium: Browser, address: str, app: Flask, office: Office) -> None:
    """The licence of bpmn-js wants its mark fully visible and not overlapped."""
    case_no = start(office, Client(app, WANG))
    context = chromium.new_context(viewport=SCREENS["desk"], locale="zh-CN")  # type: ignore[arg-type]
    page = log_in(context, address, WANG)
    page.goto(f"{address}/cases/{case_no}")
    page.wait_for_selector("[data-ready]")
    mark = page.locator(".bjs-powered-by")
    mark.scroll_into_view_if_needed()
    seen = page.evaluate(
        """() => {
          const mark = document.querySelector('.bjs-powered-by'), box = mark.getBoundingClientRect();
          const frame = mark.closest('.diagram').getBoundingClientRect();
          const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return {top: mark.contains(top), opacity: getComputedStyle(mark).opacity, wide: box.width,
                  inside: box.left >= frame.left && box.right <= frame.right && box.bottom <= frame.bottom};
        }"""
    )
    assert seen == {"top": True, "opacity": "1", "wide": 53, "inside": True}
    assert page.locator(".token", has_text="在此").count() >= 1
    context.close()


def test_everything_works_without_javascript(chromium: Browser, address: str, app: Flask, office: Office) -> None:
    case_no = start(office, Client(app, WANG))
    context = chromium.new_context(viewport=SCREENS["desk"], locale="zh-CN", java_script_enabled=False)  # type: ignore[arg-type]
    page = log_in(context, address, WANG)
    page.goto(f"{address}/inbox?view=group")
    page.get_by_role("button", name="领取").first.click()
    page.wait_for_url("**/items/*")
    assert page.locator("h1").count() == 1
    with page.expect_navigation():
        page.get_by_role("button", name="保存草稿").click()
    assert page.get_by_text("草稿已保存").count() >= 1
    page.goto(f"{address}/cases?q={case_no}")
    with page.expect_navigation():
        page.get_by_role("link", name="周永安").or_(page.locator("a.row-link")).first.click()
    assert case_no in page.content()
    context.close()
