"""What can be done next in a trial, where from, and in which order it is tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from jiuzhu.service.simulating import Open
from jiuzhu.service.tryout_choices import Variant
from jiuzhu.service.tryout_drawing import Drawing
from jiuzhu.service.tryout_office import Picture, Wait
from jiuzhu.simulate.tryout.stand_ins import Assumed

Kind = Literal["begin", "item", "timer", "message", "deliver"]
AGAIN = 20
"""Added to the rank of what was done before, elsewhere."""
AGAIN_WANTED = 5
"""Rank of what was done before, elsewhere, when a flow is missing that it could lead to."""


@dataclass(kw_only=True)
class State:
    """A moment to which the trial can go back."""

    picture: Picture
    moment: datetime
    last: int
    """Latest line of the history."""
    record_no: str
    case_id: str
    trail: tuple[str, ...]
    """What was done otherwise than usual on the way here."""
    assumed: bool
    """True when something on the way was assumed."""
    said: Mapping[str, str] = field(default_factory=dict)
    """What was answered last to each field that something decides by."""
    place: int = -1
    """Number of the state's signature."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """One thing that can be done at a state."""

    kind: Kind
    process_key: str
    element_id: str
    name: str
    item: Open | None = None
    wait: Wait | None = None
    variant: Variant | None = None
    login: str = ""
    assumed: Assumed | None = None

    @property
    def sign(self) -> tuple[str, ...]:
        """What makes it the same as one at another state."""
        what = (self.variant.list_key, self.variant.key, repr(self.variant.value)) if self.variant else ("", "", "")
        more = (self.assumed.element_id, self.assumed.error, repr(self.assumed.results)) if self.assumed else ()
        return (self.kind, self.process_key, self.element_id, self.login, *what, *more)

    @property
    def shown(self) -> str:
        """What is done, for the list of walks."""
        if self.assumed is not None:
            return self.assumed.shown
        if self.kind == "timer":
            return f"等到“{self.name}”到期"
        if self.kind in ("message", "deliver"):
            return f"收到“{self.name}”"
        if self.login:
            return f"由{self.login}发起"
        return f"“{self.name}”{self.variant.shown}" if self.variant else ""

    def assuming(self, what: Assumed) -> Move:
        """Return the same with something assumed of an element behind it."""
        return replace(self, assumed=what)


@dataclass(kw_only=True)
class Wishes:
    """What the trial still wants to see."""

    key: str
    """The process under trial."""
    drawing: Drawing
    deciding: frozenset[str]
    """Names that any condition or table on the way reads."""
    missing: set[str] = field(default_factory=set)
    """Flows that were not walked."""
    done: set[tuple[str, ...]] = field(default_factory=set)
    leads: dict[tuple[str, ...], set[str]] = field(default_factory=dict)
    """What was done → names that a worker behind it has a result for."""
    seen: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)
    """Element → what was answered there: field and value."""

    def wanted(self) -> frozenset[str]:
        """Return the names that the conditions of missing flows read, and of those beside them."""
        names: set[str] = set()
        for one in self.missing:
            line = self.drawing.lines[one]
            names |= line.names
            if line.is_default:
                for other in self.drawing.boxes[line.source].outgoing:
                    names |= self.drawing.lines[other].names
        return frozenset(names)

    def rank(self, move: Move, wanted: frozenset[str]) -> int:
        """Return how soon a move is tried: smaller is sooner."""
        rank = self._interest(move, wanted)
        if not self.was_done(move):
            return rank
        return AGAIN_WANTED if rank == 0 or wanted & self.leads.get(move.sign, set()) else rank + AGAIN

    def was_done(self, move: Move) -> bool:
        """True when the same was done before, at any state."""
        if move.sign in self.done:
            return True
        if move.variant is None or move.assumed is not None or move.variant.list_key:
            return False
        answered = self.seen.get((move.process_key, move.element_id), set())
        return (move.variant.key, repr(move.variant.value)) in answered

    def note(self, move: Move, data: Mapping[str, Any]) -> None:
        """Note what was done and answered."""
        self.done.add(move.sign)
        kept = self.seen.setdefault((move.process_key, move.element_id), set())
        kept |= {(key, repr(value)) for key, value in data.items() if isinstance(value, str | bool | int)}

    def _interest(self, move: Move, wanted: frozenset[str]) -> int:
        if move.kind == "begin" and move.variant is None and not move.login:
            return -1
        own = move.process_key == self.key
        if move.assumed is not None:
            if move.assumed.error:
                return 3 if move.assumed.process_key == self.key else 7
            return 0 if wanted & set(move.assumed.results) else 9
        if move.variant is not None:
            if move.variant.key in wanted:
                return 0
            if move.variant.key in self.deciding:
                return 2 if own else 4
            return 6 if own else 8
        return 1 if own else 4
