"""``kill -9`` at the worst moments: the case goes on after the restart, and the outside saw each effect once.

Real processes on one database: the errand's worker dies while departments are being asked; a process dies before
and right after the commit of a completion.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jiuzhu.bootstrap import Office, build_office
from jiuzhu.service import audit, jobs, work
from tests.conftest import ROOT, settings_for
from tests.integration.people import WANG, answer_of, open_item, person, walker_at
from workers.exchange.server import ExchangeServer

CHECK, REPORT = "Task_CheckMaterials", "Task_IssueReport"
PATIENCE_SECONDS = 60

LETTERS = "select document_no from document where case_no = :case_no and template = 'acceptance_notice'"


class Gate:
    """Stands before the exchange: passes a few requests on, then holds them until it is opened."""

    def __init__(self, target: str, *, passing: int) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()
        self.came: Counter[str] = Counter()
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                key = self.headers["Idempotency-Key"]
                gate.came[key] += 1
                request = urllib.request.Request(
                    target + self.path, body, {"Idempotency-Key": key, "Content-Type": "application/json"}
                )
                with urllib.request.urlopen(request) as answer:
                    content = answer.read()
                if sum(gate.came.values()) > passing:
                    # The department has answered; the answer never reaches the worker that is killed now.
                    gate.reached.set()
                    gate.opened.wait(PATIENCE_SECONDS)
                try:
                    self.send_response(200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    pass

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self.opened.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def gate(exchange: ExchangeServer) -> Iterator[Gate]:
    made = Gate(exchange.url, passing=5)
    yield made
    made.close()


@pytest.fixture
def environment(tmp_path: Path, prepared_database: Path, gate: Gate) -> dict[str, str]:
    """A project folder whose demo asks the gate and gives errands short leases."""
    root = tmp_path / "root"
    shutil.copytree(ROOT / "config", root / "config")
    (root / "bpmn").symlink_to(ROOT / "bpmn")
    (root / "config" / "demo.toml").write_text(
        f'[jobs]\nretry = "R5/PT1S"\nlease_seconds = 3\npoll_seconds = 0.1\n[exchange]\nurl = "{gate.url}"\n'
        "timeout_seconds = 30.0\n",
        encoding="utf-8",
    )
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(prepared_database, home / "jiuzhu.db")
    ours = {name: value for name, value in os.environ.items() if not name.startswith("JIUZHU_")}
    return {**ours, "JIUZHU_ENV": "demo", "JIUZHU_HOME": str(home), "JIUZHU_ROOT": str(root)}


@pytest.fixture
def office(tmp_path: Path, environment: dict[str, str], exchange: ExchangeServer) -> Iterator[Office]:
    """The test's own process on the same database."""
    made = build_office(settings_for(Path(environment["JIUZHU_HOME"])))
    yield made
    made.close()


def start_worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    program = "from jiuzhu.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", program, "work", "--topic", "means_verification"],
        env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def wait_for(condition: object) -> None:
    assert callable(condition)
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def test_a_worker_killed_while_departments_are_asked(
    office: Office, environment: dict[str, str], gate: Gate, exchange: ExchangeServer
) -> None:
    walker = walker_at(office, CHECK, household=31)
    wang = person(office, WANG)
    work.complete(office, wang, open_item(walker, CHECK)["task_id"], answer_of(walker, CHECK, wang))
    asked_before = len(exchange.queries)
    first = start_worker(environment)
    assert gate.reached.wait(PATIENCE_SECONDS), "the worker never asked"
    first.send_signal(signal.SIGKILL)
    first.wait()
    gate.opened.set()
    assert walker.main_items() == [], "the case still waits"
    assert jobs.list_jobs(office)[0].owner is not None, "the dead worker's lease still stands"

    second = start_worker(environment)
    try:
        wait_for(lambda: REPORT in {row["element_id"] for row in walker.open_items()})
    finally:
        second.send_signal(signal.SIGTERM)
        assert second.wait(PATIENCE_SECONDS) == 0, "SIGTERM ends it in order"

    sources, members = 11, 3
    asked = exchange.queries[asked_before:]
    assert len(asked) == len({query["key"] for query in asked}) == sources * members
    assert max(gate.came.values()) == 2, "the question whose answer was lost came twice, with the same key"
    assert len(walker.rows("select query_no from means_query where case_no = :case_no")) == 1
    assert len(walker.rows("select line from means_result where case_no = :case_no")) == sources * members
    assert all(check.holds for check in audit.verify(office, walker.case_no))


DYING = """
import json, os, signal, sys
from jiuzhu.bootstrap import build_office
from jiuzhu.service import identity, work
from jiuzhu.settings import Settings
from jiuzhu.store.transaction import Transaction

moment, login, item, data = sys.argv[1:5]
office = build_office(Settings.load())
die = lambda self: os.kill(os.getpid(), signal.SIGKILL)
if moment == "before":
    flush = Transaction.flush
    Transaction.flush = lambda self: (flush(self), die(self))
else:
    Transaction.committed = die
work.complete(office, identity.actor_of(office, login), item, json.loads(data))
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_killed_around_the_commit_of_a_completion(
    office: Office, environment: dict[str, str], moment: str
) -> None:
    walker = walker_at(office, CHECK, household=32)
    wang = person(office, WANG)
    item, data = open_item(walker, CHECK)["task_id"], answer_of(walker, CHECK, wang)
    died = subprocess.run(
        [sys.executable, "-c", DYING, moment, WANG, item, json.dumps(data)], env=environment, cwd=ROOT, check=False
    )
    assert died.returncode == -signal.SIGKILL
    done = walker.rows("select id from submission where case_no = :case_no and task_id = :item", item=item)
    letters = walker.rows(LETTERS)
    parked = jobs.list_jobs(office)
    if moment == "before":
        assert (done, letters, list(parked)) == ([], [], [])
        assert open_item(walker, CHECK)
    else:
        assert (len(done), len(letters), len(parked)) == (1, 1, 1)
        assert walker.main_items() == []
    again = work.complete(office, wang, item, data)
    assert again.already_done == (moment == "after"), "the next click finds what was done"
    assert len(walker.rows(LETTERS)) == 1
    assert len(jobs.list_jobs(office)) == 1
    assert all(check.holds for check in audit.verify(office, walker.case_no))
