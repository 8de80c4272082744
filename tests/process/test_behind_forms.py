"""Directly behind a form only its own answers are read (ADR 0132): what booking it gives comes later elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator

from jiuzhu.engine.catalogue import read_process
from jiuzhu.engine.diagram import Level
from tests.conftest import diagrams
from workers.records.submissions import FORM_BOOK

BOOKED = frozenset(output.name for output in FORM_BOOK.outputs)
SET_BEFORE = frozenset({"visit_round", "recovery_cause", "town"})
"""Booking repeats what an earlier task of the same round has set."""


def levels(level: Level) -> Iterator[Level]:
    """Yield a level and those inside."""
    yield level
    for node in level.nodes.values():
        if node.level is not None:
            yield from levels(node.level)


def keys(form: bytes) -> set[str]:
    """Return what a form hands in."""
    found: set[str] = set()
    pending = list(json.loads(form)["components"])
    while pending:
        one = pending.pop()
        found |= {one[name] for name in ("key", "path") if one.get(name)}
        pending += one.get("components", [])
    return found


def test_no_gateway_directly_behind_a_form_reads_what_booking_gives() -> None:
    files = diagrams()
    forms = {json.loads(data)["id"]: keys(data) for path, data in files.items() if path.endswith(".form")}
    found = []
    for path, data in files.items():
        if not path.endswith(".bpmn"):
            continue
        for level in levels(read_process(data, path).diagram.level):
            for node in level.nodes.values():
                if node.type == "userTask" and node.work is not None:
                    own = forms.get(node.work.form, set()) | SET_BEFORE
                    found += [
                        f"{path} {node.id} {flow}: {name}"
                        for flow, name in read_behind(level, node.id)
                        if name not in own
                    ]
    assert found == []


def read_behind(level: Level, node: str) -> Iterator[tuple[str, str]]:
    """Yield (flow, name) of what booking gives and conditions directly behind a node read."""
    pending, seen = list(level.nodes[node].outgoing), set()
    while pending:
        flow = level.flows[pending.pop()]
        if flow.condition is not None:
            yield from ((flow.id, name) for name in sorted(flow.condition.names & BOOKED))
        target = level.nodes[flow.target]
        if target.type.endswith("Gateway") and target.id not in seen:
            seen.add(target.id)
            pending += target.outgoing
