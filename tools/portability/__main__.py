"""``python -m tools.portability [WALK ...]``: deploy ``bpmn/`` on Operaton, walk, compare, write the table."""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

from jiuzhu.bootstrap import build_office
from jiuzhu.errors import JiuzhuError
from jiuzhu.foreign.client import EngineClient, EngineRefused
from jiuzhu.logs import configure_logs
from jiuzhu.service.office import Office
from tests.conftest import DAY, ROOT, diagrams, prepare, settings_for, with_values
from tests.quick_databases import quick_databases
from tests.walks import Walker, load_walks
from tools.portability import report, server, ways
from tools.portability.report import Result
from tools.portability.theirs import TheirWalker
from workers.exchange.server import serve_exchange

PORT = 8790
VAR = ROOT / "var" / "portability"


class Offices:
    """Fresh offices on prepared databases, one for each walk and engine."""

    def __init__(self, folder: Path, exchange_url: str) -> None:
        self._folder = folder
        self._exchange = exchange_url
        self._count = 0

    @contextmanager
    def on(self, day: str) -> Iterator[Office]:
        """Open an office whose date begins on a day."""
        prepared = self._folder / f"prepared-{day}"
        if not prepared.exists():
            prepared.mkdir()
            first = build_office(settings_for(prepared, JIUZHU_NOW=day))
            prepare(first)
            first.close()
            with closing(sqlite3.connect(prepared / "jiuzhu.db")) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._count += 1
        home = self._folder / f"office-{self._count}"
        home.mkdir()
        shutil.copy(prepared / "jiuzhu.db", home / "jiuzhu.db")
        quick = {"jobs": {"retry": "R3/PT0S"}, "exchange": {"url": self._exchange}}
        office = build_office(with_values(settings_for(home, JIUZHU_NOW=day), **quick))
        try:
            yield office
        finally:
            office.close()


def refused_files(port: int) -> dict[str, str]:
    """Deploy every file of ``bpmn/`` alone; return what the other engine says against some, by path."""
    refused = {}
    for path, content in diagrams().items():
        try:
            server.deploy(port, path, {path: content})
        except EngineRefused as error:
            refused[path] = error.message
    return refused


def clear(engine: EngineClient) -> None:
    """End and forget what an earlier walk left: the next one's record knows nothing of it and uses the same numbers."""
    for one in engine.get("/process-instance", rootProcessInstances="true"):
        _forget(engine, f"/process-instance/{one['id']}?skipCustomListeners=true&skipIoMappings=true")
    for one in engine.get("/history/process-instance", finished="true"):
        _forget(engine, f"/history/process-instance/{one['id']}")


def _forget(engine: EngineClient, path: str) -> None:
    try:
        engine.call("DELETE", path)
    except EngineRefused as error:
        if error.status != 404:
            raise


def walk(offices: Offices, engine: EngineClient, port: int, name: str) -> Result:
    """Walk a path on both engines and compare."""
    began = time.monotonic()
    path = load_walks()[name]
    clear(engine)
    with offices.on(path.get("now", DAY)) as office:
        mine = Walker(office, path)
        mine.arrange()
        mine.run()
        here = ways.ours(mine)
    with offices.on(path.get("now", DAY)) as office:
        other = TheirWalker(office, path, engine, server.address(port))
        other.arrange()
        reason = ""
        try:
            other.run()
        except (AssertionError, JiuzhuError) as error:
            reason = str(error)
        there = ways.theirs(other)
    found = ([reason] if reason else []) + ways.differences(here, there)
    return Result(
        walk=name,
        processes=sorted({process for _, process in here}),
        elements=ways.length(here),
        differences=found,
        seconds=round(time.monotonic() - began, 1),
    )


def main() -> int:
    """Run; 0 when every walk took the same path."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("walks", nargs="*", help="ids of tests/data/order*.toml; all when none is given")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--running", action="store_true", help="use the server that runs on the port already")
    parser.add_argument("--no-deploy", action="store_true", help="everything is deployed already")
    options = parser.parse_args()
    configure_logs()
    VAR.mkdir(parents=True, exist_ok=True)
    known = report.load(VAR)
    names = options.walks or list(load_walks())
    client = EngineClient(server.address(options.port), server.ADMIN, server.ADMIN)
    log = VAR / "server.log"
    serving = nullcontext(client) if options.running else server.served(options.port, log)
    with serving as engine, tempfile.TemporaryDirectory() as folder, quick_databases():
        known.engine = str(engine.get("/version")["version"])
        if not options.no_deploy:
            known.refused = refused_files(options.port)
            good = {path: data for path, data in diagrams().items() if path not in known.refused}
            known.deployed = len(good)
            server.deploy(options.port, "bpmn", good)
        with serve_exchange(ROOT / "config" / "demo" / "exchange", port=0) as exchange:
            offices = Offices(Path(folder), exchange.url)
            for name in names:
                result = walk(offices, engine, options.port, name)
                known.results[name] = result
                print(
                    f"{name:6} {'same' if result.same else 'OTHER'} {result.elements:4} {result.seconds:6}s", flush=True
                )
                for line in result.differences:
                    print(f"       {line[:300]}", flush=True)
                report.save(VAR, known)
                report.write(ROOT / "docs" / "portability.md", known)
    return 0 if all(known.results[name].same for name in names) and not known.refused else 1


if __name__ == "__main__":
    raise SystemExit(main())
