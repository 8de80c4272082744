"""Which sequence flows the walks take: read off the history of an office whose outcome a test has checked.

``Walker.outcome`` calls ``note``; a test that drives an office by hand calls it after its last assertion, or its module
carries the mark ``walks`` when all its tests assert ends, people, papers and rows. The plugin ``tests.flow_results``
keeps what was noted when the test passes. Flows of diagrams spoilt on purpose never count (mark ``spoilt``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sqlalchemy import text

from jiuzhu.service.office import Office
from tests.process.diagram_files import Diagram, load

UNTAKEN = Path(__file__).parent / "data" / "untaken.toml"
"""Flows that no walk takes, with the reason: ``[process] Flow_Id = "reason"``."""
Flow = tuple[str, str]
"""Process key and id of the flow."""


@dataclass
class Noted:
    """What the running test has noted, and what all tests that passed have taken."""

    running: set[Flow] = field(default_factory=set)
    offices: list[Office] = field(default_factory=list)
    """The offices of the running test, as the fixtures made them."""
    taken: dict[Flow, set[str]] = field(default_factory=dict)

    def close(self, test: str, *, passed: bool) -> None:
        """End a test: keep what it noted when it passed."""
        if passed:
            for flow in self.running:
                self.taken.setdefault(flow, set()).add(test)
        self.running.clear()
        self.offices.clear()


NOTED = Noted()


def note(office: Office) -> None:
    """Note every flow that a token took in this office."""
    with office.store.engine.connect() as connection:
        found = connection.execute(text("select distinct process_key, flow from passage where flow <> ''"))
        NOTED.running |= {(row.process_key, row.flow) for row in found}


@cache
def drawn() -> Mapping[str, tuple[str, ...]]:
    """Return the flows of every diagram, in the file's order."""
    return {key: tuple(_flows(diagram)) for key, diagram in load().items()}


def _flows(diagram: Diagram) -> list[str]:
    return [flow.get("id", "") for flow in diagram.elements("sequenceFlow")]


def excused() -> dict[Flow, str]:
    """Return the flows that need no walk, with the reason."""
    content = tomllib.loads(UNTAKEN.read_text(encoding="utf-8"))
    return {(key, flow): reason for key, flows in content.items() for flow, reason in flows.items()}


@dataclass(frozen=True)
class Coverage:
    """How far the walks cover the diagrams."""

    taken: frozenset[Flow]

    def missing(self) -> list[Flow]:
        """Return what is neither taken nor excused."""
        known = self.taken | set(excused())
        return [(key, flow) for key, flows in drawn().items() for flow in flows if (key, flow) not in known]

    def taken_all_the_same(self) -> list[Flow]:
        """Return what is excused although a walk takes it: the reason is no longer true."""
        return sorted(set(excused()) & self.taken)

    def lines(self) -> list[str]:
        """Return one line a diagram: taken of drawn, excused, and the names of what is missing."""
        without = excused()
        found = []
        for key, flows in drawn().items():
            taken = sum((key, flow) in self.taken for flow in flows)
            spared = sum((key, flow) in without for flow in flows)
            missing = [flow for place, flow in self.missing() if place == key]
            more = f", {spared} excused" if spared else ""
            found.append(f"{taken:4} of {len(flows):3}  {key}{more}{''.join(f' -{flow}' for flow in missing)}")
        return found
