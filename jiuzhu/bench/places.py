"""Where is measured: offices of their own on temporary databases, SQLite and PostgreSQL; nothing is left behind."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from jiuzhu.bench.exchange import KnownExchange
from jiuzhu.bootstrap import build_office
from jiuzhu.errors import ConfigurationError
from jiuzhu.service import deployment, seed
from jiuzhu.service.clock import set_demo_clock
from jiuzhu.service.office import Office, system_actor
from jiuzhu.settings import Settings

FIRST_DAY = "2026-09-16"
SUFFIXES = (".bpmn", ".dmn", ".form")
_FOLDERS = ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt")
_SERVER_USERS = ("postgres", "nobody")
"""Accounts under which a server may run when we are root: initdb refuses root."""


@contextmanager
def temporary_office(database_url: str, root: Path | None = None) -> Iterator[Office]:
    """Open a demo office with diagrams and people on an empty database (``''`` = SQLite in a temporary folder).

    Raises DeploymentRefused when the project's own diagrams have an error.
    """
    with tempfile.TemporaryDirectory(prefix="jiuzhu-bench-") as home:
        env = {"JIUZHU_ENV": "demo", "JIUZHU_HOME": home, "JIUZHU_NOW": FIRST_DAY}
        if database_url:
            env["JIUZHU_DATABASE_URL"] = database_url
        settings = Settings.load(env, root=root)
        office = build_office(settings, adapters={"exchange": KnownExchange(settings.root)})
        try:
            deployment.migrate(office)
            office.clock.forget()
            prepare(office)
            yield office
        finally:
            office.close()


def prepare(office: Office) -> None:
    """Deploy the project's diagrams and load the demo's people; sets the office's date."""
    set_demo_clock(office)
    folder = office.settings.root / "bpmn"
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in SUFFIXES and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }
    deployment.deploy(office, system_actor(), name=folder.name, resources=files, source="jiuzhu bench")
    seed.load_demo(office, password="demo-2026")


def fresh_database(url: str, name: str) -> str:
    """Create an empty database beside the one that a PostgreSQL URL names; returns its URL.

    Raises ConfigurationError for a URL of another kind.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        raise ConfigurationError(f"not a PostgreSQL address: {url}")
    engine = create_engine(parsed.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return parsed.set(database=name).render_as_string(hide_password=False)


@contextmanager
def private_postgres() -> Iterator[str]:
    """Start a PostgreSQL cluster in a temporary folder and yield its address; '' when no binaries are installed."""
    binaries = _binaries()
    if binaries is None:
        yield ""
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jiuzhu-pg-", ignore_cleanup_errors=True)))
        way = _as_server_user(folder)
        data, port = folder / "data", _free_port()
        _run(
            [*way, str(binaries / "initdb"), "-D", str(data), "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C"]
        )
        control = [*way, str(binaries / "pg_ctl"), "-D", str(data)]
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        _run([*control, "-w", "-l", str(folder / "log"), "-o", options, "start"])
        stack.callback(_run, [*control, "-m", "immediate", "stop"])
        yield f"postgresql+psycopg://bench@127.0.0.1:{port}/postgres"


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    places = [path.parent for folder in _FOLDERS for path in sorted(Path(folder).glob("*/bin/initdb"))]
    return places[-1] if places else None


def _as_server_user(folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in _SERVER_USERS if name in known)
    shutil.chown(folder, user)
    folder.chmod(0o755)
    return ["runuser", "-u", user, "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", stdin=subprocess.DEVNULL)
    if done.returncode:
        raise ConfigurationError(f"{Path(command[-1]).name}: {done.stderr.strip() or done.stdout.strip()}")
