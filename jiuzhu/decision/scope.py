"""Where an expression finds its names, and how much work it may do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jiuzhu.decision.values import Feel
from jiuzhu.errors import DecisionError

MOST_STEPS = 200_000
"""Loop turns of one evaluation: a table that needs more is a mistake or an attack."""


class Budget:
    """Counts the loop turns of one evaluation."""

    __slots__ = ("left",)

    def __init__(self, left: int = MOST_STEPS) -> None:
        self.left = left

    def spend(self, turns: int = 1) -> None:
        """Raises DecisionError when the evaluation did too much."""
        self.left -= turns
        if self.left < 0:
            raise DecisionError(f"FEEL: 一次计算的循环超过 {MOST_STEPS} 次")


class Scope:
    """Names of one level; unknown ones are looked up outside."""

    __slots__ = ("budget", "names", "now", "outer")

    def __init__(
        self,
        names: Mapping[str, Feel],
        outer: Scope | None = None,
        *,
        now: datetime | None = None,
    ) -> None:
        self.names = names
        self.outer = outer
        self.now: datetime | None = outer.now if outer else now
        self.budget: Budget = outer.budget if outer else Budget()

    def find(self, name: str) -> tuple[bool, Feel]:
        """Return whether the name exists, and its value."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True, scope.names[name]
            scope = scope.outer
        return False, None

    def inner(self, names: Mapping[str, Any]) -> Scope:
        """Return a scope inside this one."""
        return Scope(names, self)

    def clock(self) -> datetime:
        """Return the evaluation's instant; raises DecisionError when the caller gave none."""
        if self.now is None:
            raise DecisionError("FEEL: 此处没有时钟，不能使用 today() 和 now()")
        return self.now
