"""``python -m tools.portability [WALK ...]``: deploy ``bpmn/`` on Operaton, walk, compare, write the table.

Without arguments every walk of tests/data is gone, and every way of ``twins.toml``; ``--procedure KEY`` goes those of
one procedure only.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from jiuzhu.bootstrap import build_office
from jiuzhu.errors import JiuzhuError
from jiuzhu.foreign.client import EngineClient, EngineRefused
from jiuzhu.logs import configure_logs
from jiuzhu.service.office import Office
from jiuzhu.simulate.tryout.place import FAST
from tests.conftest import DAY, ROOT, diagrams, prepare_home, settings_for, with_values
from tests.prepared import Prepared
from tests.quick_databases import quick_databases
from tests.walks import Walker, load_walks
from tools.portability import report, server, twins, ways
from tools.portability.report import Result, Twin
from tools.portability.theirs import TheirWalker
from workers.exchange.server import serve_exchange

PORT = 8790
VAR = ROOT / "var" / "portability"


class Offices:
    """Fresh offices on prepared databases, one for each walk and engine."""

    def __init__(self, folder: Path, exchange_url: str) -> None:
        self._folder = folder
        self._prepared = Prepared(folder / "prepared", prepare_home)
        self._exchange = exchange_url
        self._count = 0

    @contextmanager
    def on(self, day: str) -> Iterator[Office]:
        """Open an office whose date begins on a day."""
        self._count += 1
        home = self._folder / f"office-{self._count}"
        home.mkdir()
        shutil.copy(self._prepared.on(day), home / "jiuzhu.db")
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


def walk(offices: Offices, engine: EngineClient, port: int, name: str) -> Result:
    """Walk a path on both engines and compare."""
    began = time.monotonic()
    path = load_walks()[name]
    server.clear(engine)
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
        there = ways.theirs(engine, other.instances())
    found = ([reason] if reason else []) + ways.differences(here, there)
    return Result(
        walk=name,
        processes=sorted({process for _, process in here}),
        elements=ways.length(here),
        differences=found,
        seconds=round(time.monotonic() - began, 1),
    )


def main() -> int:
    """Run; 0 when everything took the same path, or an ADR names what the other engine cannot do."""
    options = _options()
    configure_logs()
    VAR.mkdir(parents=True, exist_ok=True)
    known = report.load(VAR)
    plans = twins.plans()
    known.twins = {key: found for key, found in known.twins.items() if key in plans}
    names = options.walks or ([] if options.procedure else list(load_walks()))
    keys = options.procedure or ([] if options.walks else list(plans))
    client = EngineClient(server.address(options.port), server.ADMIN, server.ADMIN)
    serving = nullcontext(client) if options.running else server.served(options.port, VAR / "server.log")
    with serving as engine, tempfile.TemporaryDirectory(dir=_fast()) as folder, quick_databases():
        known.engine = str(engine.get("/version")["version"])
        if not options.no_deploy:
            known.refused = refused_files(options.port)
            good = {path: data for path, data in diagrams().items() if path not in known.refused}
            known.deployed = len(good)
            server.deploy(options.port, "bpmn", good)
        with serve_exchange(ROOT / "config" / "demo" / "exchange", port=0) as exchange:
            offices = Offices(Path(folder), exchange.url)
            for name in names:
                known.results[name] = result = walk(offices, engine, options.port, name)
                _told(f"{name:6}", result)
                _keep(known)
        prepared = twins.Twins(Path(folder))
        for key in keys:
            known.twins[key] = found = prepared.run(plans[key], engine, server.address(options.port))
            for one in found:
                _told(f"{key} {one.number} {one.title[:60]}", one)
            _keep(known)
    failed = [name for name in names if not known.results[name].same]
    failed += [key for key in keys if not report.holds(known.twins[key])]
    return 1 if failed or known.refused else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("walks", nargs="*", help="ids of tests/data/order*.toml; all when none is given")
    parser.add_argument("--procedure", nargs="*", metavar="KEY", help="procedures of twins.toml, and no walks")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--running", action="store_true", help="use the server that runs on the port already")
    parser.add_argument("--no-deploy", action="store_true", help="everything is deployed already")
    options = parser.parse_args()
    known = {"walk": (options.walks, load_walks()), "procedure": (options.procedure or [], twins.plans())}
    for kind, (asked, there) in known.items():
        for one in asked:
            if one not in there:
                parser.error(f"there is no {kind} {one!r}")
    return options


def _fast() -> str | None:
    return str(FAST) if FAST.is_dir() else None


def _told(name: str, result: Result | Twin) -> None:
    said = "same" if result.same else "OTHER"
    print(f"{name} {said} {result.elements:4} {result.seconds:6}s", flush=True)
    for line in result.differences:
        print(f"       {line[:300]}", flush=True)


def _keep(known: report.Known) -> None:
    report.save(VAR, known)
    report.write(ROOT / "docs" / "portability.md", known)


if __name__ == "__main__":
    raise SystemExit(main())
