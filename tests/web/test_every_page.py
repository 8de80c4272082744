"""Every page that exists, opened by somebody who may, on three screens: readable and nothing cut off."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from jiuzhu.service import seed_cases, seed_registers
from jiuzhu.service.office import Office
from tests.sittings import open_over, waiting_cases
from tests.web.test_browser import AXE, SCREENS, address, chromium, log_in, violations

__all__ = ["address", "chromium"]
pytestmark = pytest.mark.browser

PAGES = {
    "": [
        "/login",
        "/public",
        "/public/checks",
        "/public > /public/notices/",
        "/public/received",
        "/public/petitions",
        "/public/rankings",
        "/public/petitions/state",
        "/public/petitions/received",
        "/public/recipients",
    ],
    "jincheng-county_office-1": [
        "/cases",
        "/cases > /cases/",
        "/sheets",
        "/sheets > /sheets/notices/",
        "/sheets > /sheets/filings/",
        "/registers",
        "/registers/staff",
        "/registers/staff/new",
        "/authority",
        "/imports",
        "/dossiers",
        "/dossiers > /dossiers/",
        "/recipients",
        "/recipients > /recipients/",
        "/payments",
        "/reports",
        "/reports > /reports/",
        "/campaigns",
    ],
    "jincheng-county_supervisor-1": ["/alerts", "/contests", "/samples"],
    "jincheng-county_leader-1": ["/schedules", "/schedules > /schedules/"],
    "jincheng-county_admin-1": ["/policy", "/refusals", "/incidents", "/me", "/demo"],
    "jincheng-process_designer-1": [
        "/processes",
        "/processes/jincheng_application",
        "/processes/jincheng_application/compare",
        "/processes/jincheng_application/heat",
        "/processes > /deployments/",
        "/designing?text=deadlines",
        "/designing/topics/deadlines",
        "/designing/forms/home_visit",
        "/designing/tables/deadlines",
        "/processes/jincheng_application/moves",
        "/tryouts",
    ],
    "jincheng-town_investigator-1": ["/", "/inbox?view=group > /items/"],
    "xintai-county_office-1": ["/authority/catalogue", "/authority/seals", "/authority > /authority/letters/"],
    "xixiu-town_intake-1": ["/", "/window", "/start/shared_referral_window"],
    "xixiu-county_office-1": ["/transfers", "/poverty-list"],
    "ninghe-town_head-1": ["/sittings", "/sittings/new", "/sittings > /sittings/(?!new)"],
}
"""Who opens what; after ``>`` the first link of that page to such an address."""
ELSEWHERE = {
    "campaigns.show", "cases.trace", "imports.show", "moves.show", "payments.show", "recipients.show", "samples.show",
    "tryouts.show",
    "documents.show", "documents.submission", "messages.form", "rating.judge", "sittings.minutes"
}  # fmt: skip
"""Pages that only exist after acts which other tests do; test_browser opens the papers."""
NO_PAGES = re.compile(
    r"static|engine_rest|download|template|attachment|drawing|save|draft|health|doorbell|by_instance|webapps"
    r"|events|kit|tryouts\.(progress|diagram|report)"
)


def follow(page: Page, address: str, path: str) -> str:
    """Open a page, or the first link of a page to an address; returns the address."""
    start, _, wanted = path.partition(" > ")
    answer = page.goto(f"{address}{start}")
    assert answer is not None
    assert answer.status == 200, start
    if not wanted:
        return start
    links = page.eval_on_selector_all("main a[href]", "all => all.map(one => one.getAttribute('href'))")
    found = next((link for link in links if re.match(wanted, link)), "")
    assert found, f"{start} has no link to {wanted}"
    answer = page.goto(f"{address}{found}")
    assert answer is not None
    assert answer.status == 200, found
    return found


def faults_of(page: Page, here: str) -> list[str]:
    """What is wrong with an open page on each screen."""
    found: list[str] = []
    for screen, size in SCREENS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{here} is {wide} px too wide ({screen})"] if wide > 0 else []
        thin = page.evaluate(
            "[...document.querySelectorAll('main td')].filter(one => one.offsetWidth && one.offsetWidth < 20"
            " && one.innerText.trim().length > 4).map(one => one.innerText.slice(0, 40))"
        )
        found += [f"{here}: squeezed to a column of single letters: {thin} ({screen}) "] if thin else []
        if screen != "narrow":
            found += [f"{here} ({screen}): {one}" for one in violations(page)]
    return found


@pytest.mark.soak
def test_every_page_of_every_desk_fits(chromium: Browser, address: str, app: Flask, office: Office) -> None:
    assert list(seed_cases.load_cases(office)) == []
    seed_registers.load_rows(office)
    faults: list[str] = []
    opened: set[str] = set()
    routes = app.url_map.bind("127.0.0.1")
    for login, paths in PAGES.items():
        if "/sittings" in paths:
            open_over(waiting_cases(office, 1, first=7))  # last: the clock moves on past the notices
        context = chromium.new_context(viewport=SCREENS["desk"], locale="zh-CN")  # type: ignore[arg-type]
        if login:
            page = log_in(context, address, login)
        else:
            context.add_init_script(path=AXE)
            page = context.new_page()
        for path in paths:
            page.set_viewport_size(SCREENS["desk"])  # type: ignore[arg-type]
            here = follow(page, address, path)
            opened.add(routes.match(unquote(urlsplit(here).path))[0])
            faults += faults_of(page, here)
        context.close()
    assert not faults, "\n".join(faults)
    every = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert sorted(one for one in every - opened - ELSEWHERE if not NO_PAGES.search(one)) == []
