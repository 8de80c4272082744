"""``jiuzhu demo`` as a process of its own: free ports, own folder, killed and started again on the same data."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.conftest import DAY, ROOT

PATIENCE_SECONDS = 240
"""A guard against waiting for ever: preparing the demo and playing its cases takes half a minute alone."""
PROGRAM = "from jiuzhu.cli import main; main()"


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class DemoServer:
    """One demo: its configuration is the project's, but for the ports and quicker retries."""

    def __init__(self, folder: Path, *, cases: bool = True, lease_seconds: int = 60, schedule: str = "") -> None:
        self.root = folder / "root"
        self.home = folder / "home"
        self.port = free_port()
        self.exchange_url = f"http://127.0.0.1:{free_port()}"
        self._lease_seconds = lease_seconds
        self._schedule = schedule
        self._arguments = ["demo", "--port", str(self.port), *([] if cases else ["--no-cases"])]
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "server.log"
        self._write_configuration(self.exchange_url)

    @property
    def url(self) -> str:
        """Address of the pages."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "jiuzhu.db"

    @property
    def said(self) -> str:
        """Everything the processes printed."""
        return self._log.read_text(encoding="utf-8")

    def ask(self, url: str) -> None:
        """Prepare the demo, then let ``jiuzhu all`` ask another exchange from the next start on."""
        subprocess.run(
            [sys.executable, "-c", PROGRAM, "demo", "--prepare-only", "--no-cases"],
            env=self._environment(), cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self._arguments = ["all", "--port", str(self.port)]
        self._write_configuration(url, timeout_seconds=30.0)

    def start(self) -> None:
        """Start and wait until the pages answer."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *self._arguments],
                env=self._environment(), cwd=ROOT, stdout=log, stderr=log,
            )  # fmt: skip
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert self._process.poll() is None, f"the demo ended:\n{self.said}"
            assert time.monotonic() < until, f"the demo does not answer:\n{self.said}"
            time.sleep(0.1)

    def advance(self, span: str) -> None:
        """Move the office's clock by the command line; the running server follows within a second."""
        subprocess.run(
            [sys.executable, "-c", PROGRAM, "clock", "advance", span],
            env=self._environment(), cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def kill(self) -> None:
        """``kill -9``."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(number)
        code = self._process.wait(PATIENCE_SECONDS)
        self._process = None
        return code

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/login", timeout=5) as answer:
                return int(answer.status) == 200
        except (urllib.error.URLError, OSError):
            return False

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JIUZHU_")}
        ours = {"JIUZHU_ENV": "demo", "JIUZHU_ROOT": str(self.root), "JIUZHU_HOME": str(self.home)}
        return {**kept, **ours, "JIUZHU_NOW": DAY}

    def _write_configuration(self, asked: str, timeout_seconds: float = 5.0) -> None:
        if not self.root.is_dir():
            self.home.mkdir(parents=True)
            shutil.copytree(ROOT / "config", self.root / "config")
            (self.root / "bpmn").symlink_to(ROOT / "bpmn")
        (self.root / "config" / "demo.toml").write_text(
            f'[jobs]\nretry = "R5/PT1S"\nlease_seconds = {self._lease_seconds}\npoll_seconds = 0.1\n'
            f"[schedule]\ntimers_seconds = 0.3\n{self._schedule}"
            f'[exchange]\nurl = "{asked}"\ntimeout_seconds = {timeout_seconds}\n',
            encoding="utf-8",
        )
