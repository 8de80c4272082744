"""What moving a case to another version gives: the case as it is there, or why it cannot go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from jiuzhu.domain.topics import Value
from jiuzhu.engine.values import Step

Needs = Mapping[str, Mapping[str, frozenset[str]]]
"""Process key → element → variables that are read behind it in the new version, and were not in the old one."""


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One sentence about one element: why a case cannot move, or what moving it means."""

    element_id: str
    name: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class MoveOrder:
    """How a case is to be moved."""

    renames: Mapping[str, str] = field(default_factory=dict)
    """Old element id → new one, where they differ."""
    armed: Mapping[str, datetime] = field(default_factory=dict)
    """Task → instant since which it waits: a timer whose definition changed is reckoned from there."""
    needs: Needs = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Move:
    """A move that was worked out. ``step`` is None when something stands in its way."""

    step: Step | None
    obstacles: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    given: Mapping[str, Value] = field(default_factory=dict)
    """Initial values of the new version that the case did not have."""
    ahead: frozenset[str] = frozenset()
    """Elements that the case may still come to on the new version, in all levels and called processes."""
    regrouped: frozenset[str] = frozenset()
    """Open work items whose groups or users the new version says otherwise."""
