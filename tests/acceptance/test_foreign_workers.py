"""Workers that others wrote, unchanged, as processes of their own: each completes, fails, tries again and reports a
BPMN error at our door, beside our own runner.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from jiuzhu.runner import Runner
from tests.camunda_door import served
from tests.conftest import PASSWORD, ROOT, OfficeMaker
from tests.foreign import TOPIC, Try

CLIENTS = ROOT / "tests" / "clients"
WORKER = "jincheng-external_worker-1"
COMMANDS: Mapping[str, list[str]] = {
    "camunda-external-task-client-js": ["node", "worker.mjs"],
    "camunda-external-task-client-python3": [sys.executable, "py3_worker.py"],
    "operaton-tasks": [sys.executable, "operaton_worker.py"],
    "pycamunda": [sys.executable, "pycamunda_worker.py"],
}
SECONDS = 60.0


@contextmanager
def at_work(client: str, url: str, plan: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a foreign worker."""
    given = {"ENGINE_REST": url, "WORKER": WORKER, "PASSWORD": PASSWORD, "TOPIC": TOPIC, "PLAN": json.dumps(plan)}
    with log.open("wb") as out:
        worker = subprocess.Popen(
            COMMANDS[client], cwd=CLIENTS, env={**os.environ, **given}, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            yield worker
        finally:
            worker.terminate()
            worker.wait(20)


@pytest.mark.parametrize("client", list(COMMANDS))
def test_a_foreign_worker_does_all_that_workers_do(make_office: OfficeMaker, client: str, tmp_path: Path) -> None:
    office = make_office()
    attempt = Try(office)
    assert Runner(office).drain() == 0, "our own runner has no hands for this topic and leaves it alone"
    plan = {number: what for what, number in attempt.cases.items()}
    log = tmp_path / "worker.log"
    with (
        served(office, threads=4) as (host, port),
        at_work(client, f"http://{host}:{port}/engine-rest", plan, log) as worker,
    ):
        until = time.monotonic() + SECONDS
        while not attempt.done:
            said = log.read_text("utf-8", "replace")[-3000:]
            assert time.monotonic() < until, said
            assert worker.poll() is None, said
            time.sleep(0.2)
    mark = "没有应答"
    assert [mark in one and attempt.cases["fail"] in one for one in attempt.incidents] == [True]
    brought = attempt.brought[attempt.cases["complete"]]
    assert (brought["typed_whole"], brought["typed_yes"], brought["typed_json"]) == (42, True, {"a": [1, 2]})
    assert brought["typed_text"]
    assert set(attempt.brought) == {attempt.cases["complete"], attempt.cases["retry"]}
