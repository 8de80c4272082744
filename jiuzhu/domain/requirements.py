"""Requirements of the five seeds and how each one stands: a place in the project, a test that proves it, or owed.

Pure: files are read by ``jiuzhu.service.trace``. A requirement is *met* when it names at least one place, every place
is there, and a test that carries its id passed in the last run while none that carries it failed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

PARTS = ("before_decision", "year")
"""Lies at or before the decision (and the payment it starts), or in the year after it."""
ID = re.compile(r"\b[A-Z]{2}-\d{2}\b")
"""A requirement id in a text, such as XT-24."""
MET, UNPROVEN, FAILED, GONE, OWED = "met", "unproven", "failed", "gone", "owed"
LABELS = {MET: "已落实", UNPROVEN: "有去处、无通过的测试", FAILED: "测试未通过", GONE: "去处已不存在", OWED: "待建"}


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One clause of a seed and the places in which the project keeps it."""

    id: str
    district: str
    clause: str
    """As the seed has it."""
    kind: str
    part: str
    homes: tuple[str, ...]
    """``path#fragment`` or ``rule R-nn``; empty while nothing is built."""


@dataclass(frozen=True, kw_only=True)
class TestRun:
    """What the last test run said: id -> names of tests that carry it."""

    __test__ = False

    passed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    failed: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one requirement stands."""

    requirement: Requirement
    state: str
    gone: tuple[str, ...]
    passed: tuple[str, ...]
    failed: tuple[str, ...]

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return LABELS[self.state]


def stand(requirement: Requirement, gone: Iterable[str], run: TestRun) -> Standing:
    """Return how a requirement stands, given those of its homes that are gone and the last test run."""
    lost = tuple(home for home in requirement.homes if home in set(gone))
    passed = tuple(sorted(run.passed.get(requirement.id, ())))
    failed = tuple(sorted(run.failed.get(requirement.id, ())))
    if not requirement.homes:
        state = OWED
    elif lost:
        state = GONE
    elif failed:
        state = FAILED
    else:
        state = MET if passed else UNPROVEN
    return Standing(requirement=requirement, state=state, gone=lost, passed=passed, failed=failed)


def count(standings: Iterable[Standing]) -> dict[str, dict[str, int]]:
    """Return district -> state -> number, districts in the order of the list; state ``later`` is owed by the year."""
    table: dict[str, dict[str, int]] = {}
    for standing in standings:
        row = table.setdefault(standing.requirement.district, dict.fromkeys((*LABELS, "later"), 0))
        later = standing.state == OWED and standing.requirement.part == "year"
        row["later" if later else standing.state] += 1
    return table


def complaints(standings: Iterable[Standing]) -> list[Standing]:
    """Return those that a release may not have: a place gone, a failed test, and what stands before the decision
    without a place or without a test that passed. What the year owes is no complaint."""
    return [
        standing
        for standing in standings
        if standing.state in (GONE, FAILED)
        or (standing.state in (OWED, UNPROVEN) and standing.requirement.part == "before_decision")
    ]
