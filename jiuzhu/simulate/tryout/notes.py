"""What a trial has seen: flows with counts, ways to an end, faults that were walked into."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

FaultKind = Literal["dead-end", "deadlock", "loop", "stop", "stuck", "unreached", "limit", "check"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault of the diagram: where, what, how it was come to."""

    kind: FaultKind
    severity: Literal["error", "warning"]
    process_key: str
    element_id: str
    element_name: str
    message: str
    """Chinese, a whole sentence."""
    remedy: str = ""
    trail: tuple[str, ...] = ()
    """What was done otherwise than usual on the way."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """One walk from the beginning to an end."""

    trail: tuple[str, ...]
    end_id: str
    end_name: str
    assumed: bool


@dataclass(kw_only=True)
class Notes:
    """Gathers while the trial runs."""

    flows: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(process, flow) → how often it was walked."""
    natural: set[tuple[str, str]] = field(default_factory=set)
    """Flows that were walked without anything assumed."""
    elements: Counter[tuple[str, str]] = field(default_factory=Counter)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    ways: dict[tuple[tuple[str, ...], str], Way] = field(default_factory=dict)
    faults: dict[tuple[str, str, str], Fault] = field(default_factory=dict)
    refused: dict[tuple[str, ...], str] = field(default_factory=dict)
    """Move → why it could not be done."""
    answers: dict[str, set[str]] = field(default_factory=dict)
    """Variable → values that it had where something was decided."""
    steps: int = 0

    def fault(self, found: Fault) -> None:
        """Keep a fault; the first way to it is told."""
        self.faults.setdefault((found.kind, found.process_key, found.element_id), found)

    def way(self, found: Way) -> None:
        """Keep a walk; one that comes to the same end by the same answers is told once."""
        self.ways.setdefault((found.trail, found.end_id), found)
