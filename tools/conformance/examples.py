"""Camunda's own diagrams on our engine, on the stock one, and on Operaton as it was asked last."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tools.conformance.miwg import Pool, drawings
from tools.conformance.pool_rows import as_drawn, table, taken
from tools.conformance.walking import Result

EXAMPLES = Path(__file__).resolve().parents[2] / "tests" / "data" / "camunda-examples"
VERDICTS = EXAMPLES / "operaton.json"

HEAD = """## Camunda's diagrams

`tests/data/camunda-examples`: {count} of the diagrams by which Camunda 7.24 shows what its engine does, from the
artifact that its tests are published in; chosen for what a designer may draw. Most of them are short; they call Java
classes, assign tasks to one person and start by messages, so that as drawn only some deploy here.
"""

TAKEN = """**Taken over** by the same rules as the drawings of the MIWG and walked in the same way. Operaton
{engine}, the engine of Camunda 7, was then asked to do the same acts: **same** means that after each of them
the same was open there, and that the case ended where ours did. What it said is kept beside the diagrams with
a hash of our walks (`operaton.json`, made by `python -m tools.conformance.judge`, needs Java): it has to be
asked again as soon as our engine does anything else.
"""


def paths() -> Sequence[Path]:
    """Return the files, by name."""
    return sorted(path for path in EXAMPLES.iterdir() if path.name.endswith((".bpmn", ".bpmn20.xml")))


def digest(result: Result) -> str:
    """Return a short hash of all that was done and seen."""
    return sha256("\n".join(str(walk) for walk in result.walks).encode()).hexdigest()[:16]


def verdicts() -> Mapping[str, Any]:
    """Return what Operaton said: its version, and by diagram the hash of the walks and the answer."""
    found: Mapping[str, Any] = json.loads(VERDICTS.read_text(encoding="utf-8"))
    return found


def examples() -> Iterator[str]:
    """Yield the parts of the page."""
    known = verdicts()
    found = list(drawings(paths()))
    pools = [(drawing, pool) for drawing, each in found for pool in each]
    yield HEAD.format(count=len(found))
    yield table(
        ("diagram", "processes", "ours", "SpiffWorkflow: processes read"), [as_drawn(drawing) for drawing, _ in found]
    )
    yield TAKEN.format(engine=known["engine"])
    said = {(drawing.name, pool.name): _verdict(known["diagrams"], drawing.name, pool) for drawing, pool in pools}
    walked = [pool for _, pool in pools if pool.result is not None]
    whole = sum(pool.result is not None and pool.result.nodes <= pool.result.visited for pool in walked)
    stock = Counter(pool.stock for _, pool in pools if pool.result is not None)
    judged = Counter(each.partition(":")[0] for each in said.values())
    name = f"SpiffWorkflow {version('SpiffWorkflow')}"
    refused = len(pools) - len(walked)
    yield table(
        ("", "processes", "executed", "refused"),
        [
            ("ours", str(len(pools)), f"{len(walked)}, {whole} of them whole", str(refused)),
            (f"Operaton {known['engine']}", str(len(walked)), f"{judged['same']} as ours", str(judged["refused"])),
            (name, str(len(walked)), f"{stock['same']} as ours, {stock['other']} otherwise", str(stock["refused"])),
        ],
    )
    yield table(
        ("diagram", "filled in", "ours", f"Operaton {known['engine']}", name),
        [
            (*row[:3], said[drawing.name, pool.name], row[3])
            for drawing, pool in pools
            for row in [taken(drawing, pool)]
        ],
    )


def _verdict(known: Mapping[str, Any], name: str, pool: Pool) -> str:
    if pool.result is None:
        return "–"
    one = known.get(f"{name}, {pool.name}")
    if one is None or one["walks"] != digest(pool.result):
        return "not asked: run python -m tools.conformance.judge"
    return str(one["says"])
