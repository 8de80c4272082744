"""A running demo and the browsers of its people, shared by the walks of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.acceptance.browser import Staff, launch
from tests.acceptance.demo_server import DemoServer
from tests.acceptance.household import ClerkOf
from tests.acceptance.year_office import year_server


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """``jiuzhu demo`` with its first cases, on free ports."""
    yield from _running(DemoServer(tmp_path_factory.mktemp("demo")))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def staff(chromium: Browser, demo: DemoServer) -> Staff:
    """Everybody's browsers, opened and logged in once."""
    return Staff(chromium, demo.url)


@pytest.fixture
def clerk_of(staff: Staff) -> Iterator[ClerkOf]:
    """Return somebody's browser by login. No page of a test may throw in it."""
    yield staff.find
    assert staff.complaints() == {}


@pytest.fixture(scope="package")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """An office for the walks of the year: no cases, three villages in its first town."""
    yield from _running(year_server(tmp_path_factory.mktemp("year")))


def _running(server: DemoServer) -> Iterator[DemoServer]:
    """Serve while tests use it; its end must be clean."""
    server.start()
    yield server
    assert server.stop() == 0, server.said
