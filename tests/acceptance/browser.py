"""People in front of a real browser: they log in, take work from the inbox, fill forms in by what the page shows.

Nothing here knows the diagrams or the database. Forms are filled in by the names of their controls, lists row by row
with the page's own buttons, files through the file chooser. Pictures go to the folder ``ACCEPTANCE_PICTURES``.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright

from tests.conftest import PASSWORD, ROOT

PICTURES = os.environ.get("ACCEPTANCE_PICTURES", "")
SHEET = ROOT / "config" / "demo" / "cases" / "sheet.png"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
WAIT_MILLISECONDS = 20_000
_WITH_SECONDS = re.compile(r"(T\d\d:\d\d).*")


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium, headless; it refuses its sandbox to root, and only to root."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((found for name in names if (found := shutil.which(name))), None)
    quiet = [
        "--disable-background-networking",
        "--no-first-run",
        "--disable-sync",
        "--disable-component-update",
        "--lang=zh-CN",
    ]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(
        executable_path=path, args=[*quiet, *sandbox], env={**os.environ, "LANGUAGE": "zh_CN"}
    )


class Clerk:
    """One person's browser."""

    def __init__(
        self, browser: Browser, url: str, login: str, *, screen: Mapping[str, int] = DESK, script: bool = True
    ) -> None:
        self.url = url
        self.login = login
        self.context: BrowserContext = browser.new_context(
            viewport=dict(screen),  # type: ignore[arg-type]
            locale="zh-CN",
            java_script_enabled=script,
        )
        self.context.set_default_timeout(WAIT_MILLISECONDS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._script = script
        self._counted = 0
        if login:
            self.go("/login")
            self.page.get_by_label("账号").fill(login)
            self.page.get_by_label("密码").fill(PASSWORD)
            self.press("登录")

    # going about

    def go(self, path: str) -> int:
        """Open a page; returns the status."""
        answer = self.page.goto(f"{self.url}{path}")
        assert answer is not None
        return answer.status

    def press(self, name: str) -> None:
        """Press a button and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        """Follow a link and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page, when pictures are wanted."""
        if not PICTURES:
            return
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        if self._script:
            self.page.wait_for_load_state("networkidle")
        self._counted += 1
        who = self.login or "public"
        self.page.screenshot(path=Path(PICTURES) / f"{name}-{who}.png", full_page=True)

    def words(self) -> str:
        """Return what the page says."""
        return self.page.locator("body").inner_text()

    def flash(self) -> str:
        """Return the sentence that tells what just happened."""
        return " ".join(self.page.get_by_role("status").all_inner_texts())

    @property
    def today(self) -> str:
        """Return the office's date as the demo line shows it."""
        found = re.search(r"(\d{4})年(\d{1,2})月(\d{1,2})日", self.page.locator(".demo").inner_text())
        assert found is not None
        return f"{int(found[1]):04d}-{int(found[2]):02d}-{int(found[3]):02d}"

    @property
    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the screen."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def close(self) -> None:
        """Close the browser."""
        self.context.close()

    def next_day(self) -> None:
        """Press the demo line's button."""
        before = self.today
        self.press("前进 1 天")
        assert self.today > before, self.words()

    # work

    def claim(self, case_no: str, name: str) -> None:
        """Take an item of a case out of the group's inbox, by its visible name."""
        for _ in range(WAIT_MILLISECONDS // 250):
            self.go(f"/inbox?view=group&q={case_no}")
            rows = self.page.locator("#items tbody tr").filter(has_text=name)
            if rows.count():
                break
            self.page.wait_for_timeout(250)  # an errand is still on its way
        else:
            raise AssertionError(f"{self.login}: no {name} of {case_no} in the inbox:\n{self.words()}")
        with self.page.expect_navigation():
            rows.first.get_by_role("button").click()

    def release(self, case_no: str) -> None:
        """Put this person's item of a case back for the group, by the inbox's button."""
        self.go(f"/inbox?view=mine&q={case_no}")
        with self.page.expect_navigation():
            self.page.locator("#items tbody tr").filter(has_text=case_no).get_by_role("button", name="退回").click()

    def may_claim(self, case_no: str, name: str) -> bool:
        """True when the group's inbox shows such an item now."""
        self.go(f"/inbox?view=group&q={case_no}")
        return self.page.locator("#items tbody tr").filter(has_text=name).count() > 0

    @property
    def form_id(self) -> str:
        """Return which form the page shows."""
        return str(self.page.locator("[data-form]").first.get_attribute("data-form"))

    def fill(self, answers: Mapping[str, Any]) -> None:
        """Fill the form in; what appears only after a choice is filled in afterwards."""
        left = self._fill(answers, "")
        if left:
            self._fill({key: answers[key] for key in left}, "")

    def submit(self) -> None:
        """Press the form's first button."""
        with self.page.expect_navigation():
            self.page.locator("#work .actions button[value=complete]").click()

    def submit_twice(self) -> None:
        """Press the form's first button with a double click and wait for the page that follows.

        The second click gives up the navigation of the first, so a single navigation must not be waited for.
        """
        before = self.page.url
        self.page.locator("#work .actions button[value=complete]").dblclick(no_wait_after=True)
        for _ in range(WAIT_MILLISECONDS // 100):
            if self.page.url != before:
                break
            self.page.wait_for_timeout(100)
        else:
            raise AssertionError(f"{self.login}: nothing follows {before}:\n{self.words()}")
        self.page.wait_for_load_state()

    def faults(self) -> list[str]:
        """Return what the page says is wrong."""
        return [text.strip() for text in self.page.locator(".error-text").all_inner_texts()]

    def finish(self) -> None:
        """Complete the item and see that it was accepted."""
        self.submit()
        assert not self.faults(), f"{self.login} {self.page.url}: {self.faults()}"

    def _fill(self, answers: Mapping[str, Any], prefix: str) -> list[str]:
        missing = []
        for key, value in answers.items():
            name = f"{prefix}{key}"
            if isinstance(value, Mapping):
                self._sign(name)
            elif isinstance(value, list) and value and isinstance(value[0], Mapping):
                if not self._fill_rows(name, value):
                    missing.append(key)
            elif value is None or value == []:
                continue
            elif not self._fill_field(name, value):
                missing.append(key)
        return missing

    def _fill_rows(self, name: str, rows: list[Mapping[str, Any]]) -> bool:
        section = self.page.locator(f"section.form-list:has(button[name=_add][value='{name}'])")
        drawn = self.page.locator(f"#work [name^='{name}[']")
        if not section.count() and not drawn.count():
            return False
        for number, row in enumerate(rows):
            if section.count() and not self.page.locator(f"#work [name='{name}[{number}]._row']").count():
                self._redrawing(section.locator("button[name=_add]"))
            self._fill(row, f"{name}[{number}].")
        return True

    def _fill_field(self, name: str, value: Any) -> bool:
        controls = self.page.locator(f"#work [name='{name}']:not([type=hidden])")
        if not controls.count():
            return False
        files = self.page.locator(f"#work input[type=file][name='{name}']")
        if files.count():
            if controls.count() == files.count():  # nothing is kept there yet
                files.set_input_files(SHEET)
            return True
        first = controls.first
        kind = str(first.evaluate("control => control.type"))
        if kind in {"radio", "checkbox"}:
            self._choose(name, controls, value)
        elif kind == "select-one":
            text = _text(value)
            if first.input_value() != text:
                self._changing(first, lambda: first.select_option(text))
        elif kind == "datetime-local":
            first.fill(_WITH_SECONDS.sub(r"\1", str(value)))
        else:
            self._changing(first, lambda: first.fill(_text(value)))
        return True

    def _choose(self, name: str, controls: Locator, value: Any) -> None:
        if controls.count() == 1 and isinstance(value, bool) and controls.first.get_attribute("value") == "on":
            controls.first.set_checked(value)
            return
        for each in value if isinstance(value, list) else [value]:
            control = self.page.locator(f"#work [name='{name}'][value='{_text(each)}']")
            if not control.is_checked():
                self._changing(control, control.check)

    def _sign(self, name: str) -> None:
        box = self.page.locator(f"#work [name='{name}.confirm']")
        if box.count():
            box.check()

    def _changing(self, control: Locator, act: Any) -> None:
        """Act; when the control has the form drawn anew, wait for that."""
        if control.get_attribute("data-refreshes") is None:
            act()
            return
        if not self._script:
            act()
            with self.page.expect_navigation():
                self.page.locator("#work button[name=_refresh]").last.click()
            return
        self._mark()
        before = control.input_value()
        act()
        control.evaluate("control => control.blur()")
        if (
            control.evaluate("control => ['radio', 'checkbox'].includes(control.type)")
            or control.input_value() != before
        ):
            self._wait_redrawn()

    def _redrawing(self, button: Locator) -> None:
        if not self._script:
            with self.page.expect_navigation():
                button.click()
            return
        self._mark()
        button.click()
        self._wait_redrawn()

    def _mark(self) -> None:
        self.page.evaluate("document.getElementById('form-body').dataset.old = '1'")

    def _wait_redrawn(self) -> None:
        self.page.locator("#form-body[data-old]").wait_for(state="detached")


class Staff:
    """Everybody's browsers."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._clerks: dict[str, Clerk] = {}

    def find(self, login: str) -> Clerk:
        """Return somebody's browser, logged in at the first question."""
        if login not in self._clerks:
            self._clerks[login] = Clerk(self._browser, self._url, login)
        return self._clerks[login]

    def complaints(self) -> dict[str, list[str]]:
        """Return what scripts threw, by login."""
        return {login: clerk.complaints for login, clerk in self._clerks.items() if clerk.complaints}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


__all__ = ["DESK", "PHONE", "WAIT_MILLISECONDS", "Clerk", "Staff", "launch"]
