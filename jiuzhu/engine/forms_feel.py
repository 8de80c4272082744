"""FEEL in forms: ``=expression`` texts, compiled at parse, evaluated over a form's values.

Evaluation never raises: what has no value is None, as in form-js, so that a condition can be asked of a form that is
half filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jiuzhu.decision import expressions, nodes
from jiuzhu.errors import DecisionError


class FeelFault(Exception):
    """A text that is no FEEL expression; the message says why."""


@dataclass(frozen=True)
class Expression:
    """A compiled FEEL expression of a form."""

    text: str
    names: frozenset[str]
    """Variables that it surely reads (for lint)."""
    _compiled: expressions.Expression = field(repr=False, compare=False)
    _reach: frozenset[str] = field(repr=False, compare=False)
    """Every name in it, also those that may be columns of a filtered list: what must be handed over."""

    def value(self, scope: Mapping[str, Any]) -> Any:
        """Return the value over a form's scope, None when it has none. ``scope['now']`` is the office's instant."""
        known = {name: scope[name] for name in self._reach if name in scope}
        try:
            return self._compiled.evaluate(known, now=_instant(scope.get("now")))
        except DecisionError:
            return None


def expression(text: str) -> Expression:
    """Compile ``=...`` (the sign may be missing where form-js allows that). Raises FeelFault."""
    bare = text.strip().removeprefix("=").strip()
    try:
        compiled = expressions.feel(bare)
    except DecisionError as exc:
        raise FeelFault(str(exc)) from exc
    return Expression(bare, compiled.names, compiled, _every_name(compiled.node))


def _every_name(root: nodes.Node) -> frozenset[str]:
    found: set[str] = set()
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, nodes.Name):
            found.add(node.name)
        pending.extend(node.children())
    return frozenset(found)


def _instant(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
