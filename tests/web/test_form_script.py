"""Lists and conditional fields in a browser: with the script no page load, without any script the same by buttons."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from jiuzhu.engine.forms import view
from tests.forms_data import answers
from tests.unit.form_desk import CONTEXT, Desk, form_of
from webui import assets, forms

pytestmark = pytest.mark.browser
STYLES = ("css/tokens.css", "css/base.css", "css/work.css", "css/form.css")
HEAD = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>表单</title>'


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve one page: the application form, drawn anew by every post."""
    app = Flask("form-script", template_folder=str(forms.TEMPLATES), static_folder=str(assets.STATIC))
    app.add_url_rule("/files/<attachment_id>", "documents.attachment", lambda attachment_id: "")

    @app.route("/", methods=["GET", "POST"])
    def show() -> str:
        form = form_of("application")
        values = dict(answers("application"))
        if request.method == "POST":
            values = forms.read_post(form, request.form, request.files, lambda name, mime, data: "attachment-2").data
        shown = view(form, values, {}, CONTEXT, ports=Desk())
        body = f'<form method="post" action="/" enctype="multipart/form-data">{forms.render_form(shown)}</form>'
        sheets = [assets.vendor("bootstrap", "bootstrap.min.css"), *map(assets.own, STYLES)]
        links = "".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in sheets)
        return f'{HEAD}{links}{forms.form_js()}<main class="page">{body}</main>'

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to root, and only to root.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        found = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield found
        found.close()


def opened(browser: Browser, address: str, *, script: bool) -> Page:
    page = browser.new_context(java_script_enabled=script, locale="zh-CN").new_page()
    page.set_default_timeout(10_000)
    page.goto(address)
    return page


@pytest.mark.parametrize("script", [True, False])
def test_a_row_is_added_and_removed_and_nothing_typed_is_lost(browser: Browser, address: str, script: bool) -> None:
    page = opened(browser, address, script=script)
    page.fill("[name='reason']", "改过的理由，要留着。")
    page.click("button[name=_add][value=members]")
    page.wait_for_selector("[name='members[3].name']")
    page.fill("[name='members[3].name']", "新来的人")
    page.click("button[name=_remove][value='members[1]']")
    page.wait_for_selector("[name='members[3].name']", state="detached")
    assert page.input_value("[name='members[2].name']") == "新来的人"
    assert page.input_value("[name='reason']") == "改过的理由，要留着。"
    assert page.input_value("[name='members[1].name']") == answers("application")["members"][2]["name"]


def test_with_the_script_a_choice_shows_its_fields_at_once(browser: Browser, address: str) -> None:
    page = opened(browser, address, script=True)
    assert page.locator("[name='agency_letter']").count() == 0
    page.select_option("[name='channel']", "agent")
    page.wait_for_selector("[name='agent_name']")
    page.fill("[name='agent_name']", "代办人甲")
    page.select_option("[name='channel']", "window")
    page.wait_for_selector("input[type=text][name='agent_name']", state="detached")
    page.select_option("[name='channel']", "agent")
    page.wait_for_selector("input[type=text][name='agent_name']")
    assert page.input_value("[name='agent_name']") == "代办人甲"


def test_without_any_script_a_button_shows_them(browser: Browser, address: str) -> None:
    page = opened(browser, address, script=False)
    page.select_option("[name='channel']", "agent")
    with page.expect_navigation():
        page.locator("button[name=_refresh]:not(.visually-hidden)").first.click()
    assert page.locator("input[name='agent_name']").is_visible()


def test_enter_in_a_field_changes_nothing(browser: Browser, address: str) -> None:
    page = opened(browser, address, script=False)
    page.press("[name='applicant_name']", "Enter")
    assert page.locator("[name='members[2].name']").count() == 1


def test_a_chosen_file_is_kept_when_a_row_is_added(browser: Browser, address: str) -> None:
    page = opened(browser, address, script=True)
    page.set_input_files(
        "input[type=file][name='materials']", {"name": "证明.jpg", "mimeType": "image/jpeg", "buffer": b"abc"}
    )
    page.click("button[name=_add][value=assets]")
    page.wait_for_selector("[name='assets[1].owner']")
    assert page.locator("input[type=checkbox][name='materials'][value='attachment-2']").is_checked()


def test_a_phone_scrolls_down_only(browser: Browser, address: str) -> None:
    page = browser.new_context(viewport={"width": 320, "height": 700}, locale="zh-CN").new_page()
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
