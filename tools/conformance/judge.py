"""``python -m tools.conformance.judge``: ask Operaton about our walks over Camunda's diagrams, and write it down.

Needs Java and Maven, as ``make portability`` does.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from jiuzhu.engine.findings import Finding
from jiuzhu.foreign.client import EngineClient
from tools.conformance.asking import ask
from tools.conformance.examples import VERDICTS, digest, paths
from tools.conformance.miwg import findings_of
from tools.conformance.taking_over import CALLED, called_process, take_over
from tools.conformance.walking import walk_process
from tools.portability import server

PORT = 8791
LOG = Path(__file__).resolve().parents[2] / "var" / "judge.log"


def main() -> int:
    """Run; 0 when Operaton does the same wherever it takes the diagram."""
    parser = argparse.ArgumentParser(prog="python -m tools.conformance.judge", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--running", action="store_true", help="use the server that runs on the port already")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    LOG.parent.mkdir(parents=True, exist_ok=True)
    client = EngineClient(server.address(options.port), server.ADMIN, server.ADMIN)
    serving = nullcontext(client) if options.running else server.served(options.port, LOG)
    with serving as engine:
        deploy = partial(server.deploy, options.port)
        said = {name: one for path in paths() for name, one in _judged(path, engine, deploy)}
        found = {"engine": engine.get("/version")["version"], "diagrams": said}
    VERDICTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    others = {name: one["says"] for name, one in said.items() if not one["says"].startswith(("same", "refused"))}
    for name, words in others.items():
        print(f"{name}: {words}")
    print(f"{len(said)} asked, {len(others)} otherwise; {VERDICTS}")
    return 1 if others else 0


def _judged(path: Path, engine: EngineClient, deploy: partial[dict[str, object]]) -> list[tuple[str, dict[str, str]]]:
    made = []
    for number, taken in enumerate(take_over(path.read_bytes()), 1):
        found: tuple[Finding, ...] = findings_of(taken.data, path.name)
        if found:
            continue
        files = {taken.key: taken.data, CALLED: called_process()}
        result = walk_process(taken.key, files)
        says = ask(engine, deploy, taken.key, files, result.walks)
        made.append((f"{path.name.rpartition('.bpmn')[0]}, pool {number}", {"walks": digest(result), "says": says}))
    return made


if __name__ == "__main__":
    sys.exit(main())
