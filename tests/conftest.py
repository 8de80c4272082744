"""Fixtures that everybody uses: an office with the demo's people and all deployed diagrams, and a PostgreSQL cluster.

``office`` is fresh for each test: the prepared database is copied, not prepared again. Its machine time is true, its
office date begins on 2026-09-16 (a Wednesday); tests move it with ``service.clock.advance_clock``.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from jiuzhu.bootstrap import Office, build_office
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.records import Submission
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.logs import configure_logs
from jiuzhu.service import deployment, identity, seed
from jiuzhu.service.clock import set_demo_clock
from jiuzhu.service.office import system_actor
from jiuzhu.settings import Settings
from tests.flows import NOTED
from tests.prepared import Prepared
from tests.quick_databases import quick_databases
from workers.exchange.server import ExchangeServer, serve_exchange
from workers.records import booking
from workers.records.submissions import BOOKED

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-09-16"
PASSWORD = "demo-2026"
SUFFIXES = (".bpmn", ".dmn", ".form")

# Test lanes share two cores: a property that holds is not refuted by the other lane's work.
hypothesis.settings.register_profile("house", parent=hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("house")

OfficeMaker = Callable[..., Office]


def diagrams() -> dict[str, bytes]:
    """Return every file of ``bpmn/`` that is deployed, by its path."""
    folder = ROOT / "bpmn"
    paths = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)
    visible = [path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    return {str(path.relative_to(folder)): path.read_bytes() for path in visible}


def settings_for(home: Path, *, url: str = "", **environment: str) -> Settings:
    """Return demo settings with a folder of their own."""
    env = {"JIUZHU_ENV": "demo", "JIUZHU_NOW": DAY, "JIUZHU_HOME": str(home), **environment}
    if url:
        env["JIUZHU_DATABASE_URL"] = url
    return Settings.load(env, root=ROOT)


def with_values(settings: Settings, **tables: Mapping[str, Any]) -> Settings:
    """Return settings with some keys replaced: ``with_values(s, jobs={"retry": "R2/PT0S"})``."""
    return settings.with_values(**tables)


def prepare(office: Office) -> None:
    """Migrate, deploy everything, load the demo's people and papers."""
    deployment.migrate(office)
    set_demo_clock(office)
    seed.load_demo(office, password=PASSWORD)
    deployment.deploy(office, system_actor(), "bpmn", diagrams(), "tests")


def prepare_home(home: Path, day: str) -> None:
    """Make the prepared database of a day in a folder (``tests.prepared``)."""
    office = build_office(settings_for(home, JIUZHU_NOW=day))
    prepare(office)
    office.close()


@pytest.fixture(autouse=True, scope="session")
def booked_as_declared() -> Iterator[None]:
    """Hold every completed form to the variables that its contract declares: the linter believes it (ADR 135)."""
    plain = booking.EFFECTS

    def held(form: str, effect: booking.Effect) -> booking.Effect:
        def booked(call: RecordCall, submission: Submission) -> Values:
            found = effect(call, submission)
            assert set(found) <= set(BOOKED.get(form, ())), f"{form} brings about {sorted(found)}"
            return found

        return booked

    booking.EFFECTS = {form: held(form, effect) for form, effect in plain.items()}
    yield
    booking.EFFECTS = plain


@pytest.fixture(autouse=True, scope="session")
def logs() -> None:
    """Log as the program does: without local variables, which would be slow and tell everything."""
    configure_logs()


@pytest.fixture(autouse=True, scope="session")
def databases() -> Iterator[None]:
    """No test of this process asks what a power cut leaves behind."""
    with quick_databases():
        yield


@pytest.fixture(scope="session")
def exchange() -> Iterator[ExchangeServer]:
    """The simulated data exchange of the departments, served over HTTP for the whole run."""
    with serve_exchange(ROOT / "config" / "demo" / "exchange", port=0) as server:
        yield server


@pytest.fixture(scope="session")
def prepare_database(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Make a SQLite file with everything deployed and everybody in it on a day; tests copy it. Once a day and run."""

    return Prepared(tmp_path_factory.mktemp("prepared"), prepare_home).on


@pytest.fixture(scope="session")
def prepared_database(prepare_database: Callable[[str], Path]) -> Path:
    """The prepared SQLite file of the usual day."""
    return prepare_database(DAY)


@pytest.fixture
def office_on(
    tmp_path: Path, prepare_database: Callable[[str], Path], exchange: ExchangeServer
) -> Iterator[Callable[[str], Office]]:
    """Make an office whose date begins on a day of your choice: what was in force then decides."""
    made: list[Office] = []

    def make(day: str) -> Office:
        home = tmp_path / f"home-{len(made)}"
        home.mkdir()
        shutil.copy(prepare_database(day), home / "jiuzhu.db")
        quick = {"jobs": {"retry": "R3/PT0S"}, "exchange": {"url": exchange.url}}
        made.append(build_office(with_values(settings_for(home, JIUZHU_NOW=day), **quick)))
        NOTED.offices.append(made[-1])
        return made[-1]

    yield make
    for office in made:
        office.close()


@pytest.fixture
def make_office(tmp_path: Path, prepared_database: Path, exchange: ExchangeServer) -> Iterator[OfficeMaker]:
    """Make offices on one copy of the prepared database: call it twice for two processes on one database."""
    made: list[Office] = []
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(prepared_database, home / "jiuzhu.db")

    def make(
        *, topics: Mapping[str, Any] | None = None, adapters: Mapping[str, Any] | None = None, **tables: Any
    ) -> Office:
        quick: dict[str, Any] = {"jobs": {"retry": "R3/PT0S"}, "exchange": {"url": exchange.url}}
        for name, table in tables.items():
            quick[name] = {**quick.get(name, {}), **table}
        office = build_office(with_values(settings_for(home), **quick), adapters=adapters)
        if topics:
            office.topics = {**office.topics, **topics}
        made.append(office)
        NOTED.offices.append(office)
        return office

    yield make
    for office in made:
        office.close()


@pytest.fixture
def office(make_office: OfficeMaker) -> Office:
    """One office on SQLite."""
    return make_office()


@pytest.fixture
def actor_of(office: Office) -> Callable[[str], Actor]:
    """Return a demo person by login."""
    return lambda login: identity.actor_of(office, login)


# --- PostgreSQL: a private cluster in a temporary folder, on a free port ---

BINARIES = (Path("/usr/lib/postgresql"), Path("/usr/local/pgsql/bin"))


def _find_binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    for place in BINARIES:
        for initdb in sorted(place.rglob("initdb"), reverse=True):
            return initdb.parent
    return None


def _as_other_user(command: list[str]) -> list[str]:
    """initdb refuses root: run as ``nobody`` then."""
    if os.geteuid() != 0:
        return command
    if shutil.which("setpriv"):
        return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    return ["runuser", "-u", "nobody", "--", *command]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a PostgreSQL cluster for this run and return its address without a database name."""
    binaries = _find_binaries()
    assert binaries is not None, "PostgreSQL is not installed (apt-get install postgresql)"
    # Not below pytest's folders: those are closed to other users, and a socket's path must be short.
    folder = Path(
        subprocess.run(
            ["mktemp", "-d", "/tmp/jiuzhu-pg.XXXXXX"], check=True, capture_output=True, text=True
        ).stdout.strip()
    )
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
    data, port = folder / "data", _free_port()
    environment = {**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"}

    def run(*command: str) -> None:
        subprocess.run(_as_other_user(list(command)), check=True, capture_output=True, cwd=folder, env=environment)

    run(str(binaries / "initdb"), "-D", str(data), "-U", "jiuzhu", "--auth=trust", "--encoding=UTF8", "--no-sync")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=60 -c fsync=off"
    run(str(binaries / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql://jiuzhu@127.0.0.1:{port}"
    finally:
        run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def prepared_postgres(postgres_server: str, tmp_path_factory: pytest.TempPathFactory, exchange: ExchangeServer) -> str:
    """A PostgreSQL database with everything deployed; tests make theirs from it as a template."""
    _create_database(postgres_server, "prepared")
    office = build_office(settings_for(tmp_path_factory.mktemp("pg"), url=f"{postgres_server}/prepared"))
    prepare(office)
    office.close()
    return postgres_server


@pytest.fixture
def postgres_url(prepared_postgres: str) -> str:
    """A fresh PostgreSQL database with everything deployed."""
    name = f"t{time.time_ns()}"
    _create_database(prepared_postgres, name, template="prepared")
    return f"{prepared_postgres}/{name}"


def _create_database(server: str, name: str, template: str = "template0") -> None:
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


@pytest.fixture
def make_postgres_office(tmp_path: Path, postgres_url: str, exchange: ExchangeServer) -> Iterator[OfficeMaker]:
    """Like ``make_office``, on PostgreSQL."""
    made: list[Office] = []

    def make(*, topics: Mapping[str, Any] | None = None, **tables: Any) -> Office:
        quick: dict[str, Any] = {"jobs": {"retry": "R3/PT0S"}, "exchange": {"url": exchange.url}, **tables}
        office = build_office(with_values(settings_for(tmp_path / "home", url=postgres_url), **quick))
        if topics:
            office.topics = {**office.topics, **topics}
        made.append(office)
        return office

    yield make
    for office in made:
        office.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_office_maker(request: pytest.FixtureRequest) -> OfficeMaker:
    """An office maker on each of the two databases."""
    name = "make_office" if request.param == "sqlite" else "make_postgres_office"
    maker: OfficeMaker = request.getfixturevalue(name)
    return maker


@pytest.fixture
def any_office(any_office_maker: OfficeMaker) -> Office:
    """One office on each of the two databases."""
    return any_office_maker()
