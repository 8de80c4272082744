"""``jiuzhu bench deploy``: one diagram changed and deployed on the whole of ``bpmn/``, timed: by a program that has
just been started, and by one that has deployed before.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from jiuzhu.bench.places import FIRST_DAY, fresh_database, private_postgres, temporary_office
from jiuzhu.bench.steps import machine
from jiuzhu.bootstrap import build_office
from jiuzhu.errors import Failed
from jiuzhu.service import deployment, identity
from jiuzhu.service.office import Office
from jiuzhu.settings import Settings

DIAGRAMS = ("jincheng/jincheng_application.bpmn", "shared/shared_notice.bpmn")
"""A district's own procedure, and one that all districts call."""
LOGIN = "jincheng-process_designer-1"
WITHIN_SECONDS = 5.0
TIMES = 3
_NAME = re.compile(r'(<bpmn:(?:user|service)Task id="[^"]+" name="[^"]+)"')


def run(postgres: bool = False, progress: Callable[[str], None] = lambda line: None) -> dict[str, Any]:
    """Measure on SQLite, or on a private PostgreSQL. Raises Failed without one."""
    if not postgres:
        return _measured("sqlite", "", progress)
    with private_postgres() as server:
        if not server:
            raise Failed("PostgreSQL is not installed")
        return _measured("postgresql", fresh_database(server, "deploy"), progress)


def _measured(database: str, url: str, progress: Callable[[str], None]) -> dict[str, Any]:
    result: dict[str, Any] = {"database": database, **machine()}
    slowest = 0.0
    with temporary_office(url) as office:
        for path in DIAGRAMS:
            # A program of its own has read nothing yet.
            with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
                times = fresh.submit(_times, str(office.settings.home), url, str(office.settings.root), path).result()
            progress(f"{path}: {times}")
            slowest = max(slowest, *(wall for wall, _ in times))
            result[path] = {"first": _row(times[0]), "then": _row(min(times[1:]))}
    return {**result, "slowest": round(slowest, 2), "within": slowest < WITHIN_SECONDS}


def _times(home: str, url: str, root: str, path: str) -> list[tuple[float, float]]:
    env = {"JIUZHU_ENV": "demo", "JIUZHU_HOME": home, "JIUZHU_NOW": FIRST_DAY}
    office = build_office(Settings.load({**env, **({"JIUZHU_DATABASE_URL": url} if url else {})}, root=Path(root)))
    try:
        return [_deploy(office, path, number) for number in range(TIMES)]
    finally:
        office.close()


def _deploy(office: Office, path: str, number: int) -> tuple[float, float]:
    text = (office.settings.root / "bpmn" / path).read_text(encoding="utf-8")
    changed = _NAME.sub(rf'\1（{number}）"', text, count=1)
    designer = identity.actor_of(office, LOGIN)
    wall, processor = time.perf_counter(), time.process_time()
    deployment.deploy(office, designer, "bench", {path: changed.encode()}, "jiuzhu bench")
    return time.perf_counter() - wall, time.process_time() - processor


def _row(times: tuple[float, float]) -> str:
    return f"{times[0]:.2f} s, {times[1]:.2f} s of processor time"
