"""``kill -9`` of the whole demo while people work: after the restart the case goes on where it was.

Beside ``test_kill``, which kills single processes around a commit: here a person sits in front of a browser, and the
outside effects are counted by key at the party that received them.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from tests.acceptance.browser import Clerk, Staff
from tests.acceptance.demo_server import DemoServer
from tests.acceptance.household import Household

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATIENCE_SECONDS = 60
SOURCES, MEMBERS = 11, 3


class SlowDepartment:
    """Receives every query of the case and counts it by key; after a few it is slow until told to go on."""

    def __init__(self, *, quick: int) -> None:
        self.came: Counter[str] = Counter()
        self.effects: dict[str, dict[str, Any]] = {}
        self.busy = threading.Event()
        self.go_on = threading.Event()
        department = self
        lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                key = self.headers["Idempotency-Key"]
                with lock:
                    department.came[key] += 1
                    department.effects.setdefault(key, {**body, "path": self.path})
                    slow = sum(department.came.values()) > quick
                if slow:
                    department.busy.set()
                    department.go_on.wait(PATIENCE_SECONDS)
                content = json.dumps({"label": "模拟数据", "found": False, "flag": "", "detail": ""}).encode()
                try:
                    self.send_response(200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    pass  # whoever asked was killed

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Hang up."""
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def department() -> Iterator[SlowDepartment]:
    made = SlowDepartment(quick=SOURCES)
    yield made
    made.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoServer]:
    made = DemoServer(tmp_path, cases=False, lease_seconds=2)
    yield made
    made.stop()


def test_killed_while_departments_are_asked_and_before_the_next_page(
    chromium: Browser, server: DemoServer, department: SlowDepartment
) -> None:
    server.ask(department.url)
    server.start()
    staff = Staff(chromium, server.url)
    family = Household(staff.find, "J1", 71)
    family.apply("town_intake")

    # A completion is committed, but its answer never reaches the person: the process is killed in between.
    clerk = family.fill_in(family.line("Task_CheckMaterials"))
    press_and_kill(clerk, server)
    server.start()
    clerk.page.unroute_all()
    assert clerk.go(f"/cases/{family.case_no}") == 200
    assert clerk.page.locator(".timeline").inner_text().count("完成“审核申请材料”") == 1, "the completion holds, once"
    assert clerk.words().count("《受理通知书》") == 1, "so does its letter"

    # The errand runs: a third of the questions are answered, the next hangs. Kill it there.
    assert department.busy.wait(PATIENCE_SECONDS), "the departments were never asked"
    server.kill()
    department.go_on.set()
    server.start()

    # The case goes on: the verifier finds the report to issue, and the way ends as always.
    family.work(family.line("Task_IssueReport"))
    keys = [key for key, body in department.effects.items() if family.case_no in json.dumps(body, ensure_ascii=False)]
    assert len(keys) == len(department.effects) == SOURCES * MEMBERS, "each question has one key, however often it came"
    asked = {(body["path"], body["resident_id"]) for body in department.effects.values()}
    assert len(asked) == SOURCES * MEMBERS, "nobody was asked about under two keys"
    assert max(department.came.values()) > 1, "some questions came again after a kill"
    page = family.page("town_intake")
    assert page.words().count(f"{MEMBERS}人，{SOURCES}个来源") == 1, "the answers were entered once"
    assert "存证链校验无误" in page.words()
    assert staff.complaints() == {}


def press_and_kill(clerk: Clerk, server: DemoServer) -> None:
    """Press 完成; when the server has answered, kill it instead of handing the answer to the browser."""
    answered = threading.Event()

    def hand_over(route: Route) -> None:
        if route.request.method != "POST" or answered.is_set():
            route.abort()
            return
        answer = route.fetch(max_redirects=0)
        assert answer.status == 303
        server.kill()
        answered.set()
        route.abort()

    clerk.page.route("**/items/*", hand_over)
    clerk.page.locator("#work button[value=complete]").click(no_wait_after=True)
    for _ in range(PATIENCE_SECONDS * 10):
        if answered.is_set():
            return
        clerk.page.wait_for_timeout(100)
    raise AssertionError("the completion was never answered")
