"""Trials beside a server: each in a process of its own, with a bound on time and memory, one at a time per person.

A trial is a folder in ``JIUZHU_HOME/tryouts/<person>``: the files under trial, what was asked, how far it is, the
report. The rest as it is deployed is written there only for as long as the trial runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Conflict, NotFound
from jiuzhu.service import deployment_rules, tryout_deployment, tryout_office
from jiuzhu.service.office import Office
from jiuzhu.simulate.tryout.trying import Wanted

FOLDER = "tryouts"
KEPT = 10
"""Trials that are kept for a person."""
MOST_AT_ONCE = 2
"""Trials that run beside a server at the same time."""
SECONDS = 900
"""After so long the process is ended, whatever it has come to."""
WANTED, REPORT, REFUSED, PROGRESS, PROCESS, REST, TRIED = (
    "wanted.json", "report.json", "refused.json", "progress.txt", "process", "rest", "tried",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Run:
    """A trial as its page shows it."""

    number: str
    key: str
    name: str
    district: str
    begun_at: datetime
    state: str
    """running, done, refused, broken."""
    progress: str
    report: Mapping[str, Any] | None
    refused: Mapping[str, Any] | None
    """Sentence and findings when the files cannot run at all."""
    options: Mapping[str, Any]


def begin(office: Office, actor: Actor, files: Mapping[str, bytes], wanted: Wanted) -> str:
    """Begin a trial and return its number.

    Raises Forbidden (no designer), Invalid and DeploymentRefused for the files, Conflict while another one runs.
    """
    deployment_rules.require_designer(office, actor)
    deployment_rules.require_parcel(office, name="试走", source="", tenant=None, resources=files)
    key = tryout_deployment.process_key(files)
    own = _own(office, actor)
    _require_room(own)
    number = f"{office.clock.machine():%Y%m%d%H%M%S}-{uuid4().hex[:6]}"
    folder = own / number
    _write(folder / TRIED, files)
    _write(folder / REST, tryout_office.resources(office, wanted.district))
    asked = {**asdict(wanted), "day": wanted.day.isoformat(), "key": key, "root": str(office.settings.root)}
    asked["begun_at"] = office.clock.now().isoformat()
    asked["files"] = list(files)
    (folder / WANTED).write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
    _start(folder)
    _drop_old(own)
    return number


def runs(office: Office, actor: Actor) -> Sequence[Run]:
    """Return a person's trials, latest first. Raises Forbidden."""
    deployment_rules.require_designer(office, actor)
    own = _own(office, actor)
    return [_run(folder) for folder in sorted(own.glob("*-*"), reverse=True) if (folder / WANTED).is_file()]


def run_of(office: Office, actor: Actor, number: str) -> Run:
    """Return one of a person's trials. Raises Forbidden, NotFound."""
    return _run(_folder(office, actor, number))


def diagram_of(office: Office, actor: Actor, number: str) -> bytes:
    """Return the diagram under trial. Raises Forbidden, NotFound."""
    folder = _folder(office, actor, number) / TRIED
    return next(path for path in sorted(folder.iterdir()) if path.suffix == ".bpmn").read_bytes()


def _folder(office: Office, actor: Actor, number: str) -> Path:
    deployment_rules.require_designer(office, actor)
    found = next((one for one in _own(office, actor).glob("*-*") if one.name == number), None)
    if found is None or not (found / WANTED).is_file():
        raise NotFound("没有这次试走。")
    return found


def _own(office: Office, actor: Actor) -> Path:
    place = office.settings.home / FOLDER / actor.person_id
    place.mkdir(parents=True, exist_ok=True)
    return place


def _require_room(own: Path) -> None:
    if any(_is_running(folder) for folder in own.glob("*-*")):
        raise Conflict("您有一次试走正在进行，请等它结束再开始下一次。")
    if sum(1 for folder in own.parent.glob("*/*-*") if _is_running(folder)) >= MOST_AT_ONCE:
        raise Conflict("现在有别人在试走，服务器一次只做两份，请过几分钟再试。")


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for place, (name, data) in enumerate(files.items()):
        # The number keeps the order; the name may be anything that a designer calls a file.
        (folder / f"{place:04d}{Path(name).suffix}").write_bytes(data)


def _start(folder: Path) -> None:
    command = [sys.executable, "-m", "jiuzhu.simulate.tryout.child", str(folder)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JIUZHU_")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
        )
    (folder / PROCESS).write_text(str(process.pid), encoding="utf-8")
    threading.Thread(target=_watch, args=(process, folder), name=f"trial-{folder.name}", daemon=True).start()


def _watch(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait for the end, at most so long, and take the rest away again."""
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    (folder / PROCESS).unlink(missing_ok=True)
    shutil.rmtree(folder / REST, ignore_errors=True)


def _is_running(folder: Path) -> bool:
    try:
        number = int((folder / PROCESS).read_text(encoding="utf-8"))
        os.kill(number, 0)
    except (OSError, ValueError):
        return False
    return not (folder / REPORT).is_file() and not (folder / REFUSED).is_file()


def _run(folder: Path) -> Run:
    asked = _read(folder / WANTED) or {}
    report, refused = _read(folder / REPORT), _read(folder / REFUSED)
    running = _is_running(folder)
    state = "done" if report else "refused" if refused else "running" if running else "broken"
    try:
        progress = (folder / PROGRESS).read_text(encoding="utf-8")
    except OSError:
        progress = ""
    return Run(
        number=folder.name,
        key=asked["key"],
        name=str((report or {}).get("name", "")) or asked["key"],
        district=asked["district"],
        begun_at=datetime.fromisoformat(asked["begun_at"]),
        state=state,
        progress=progress,
        report=report,
        refused=refused,
        options=asked,
    )


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _drop_old(own: Path) -> None:
    for folder in sorted(own.glob("*-*"), reverse=True)[KEPT:]:
        if not _is_running(folder):
            shutil.rmtree(folder, ignore_errors=True)
