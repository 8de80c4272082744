"""Decision tables of a case's bundle, for record tasks that evaluate per row (``RecordCall.decide``)."""

from __future__ import annotations

from typing import Any

from jiuzhu.decision import read_decisions
from jiuzhu.domain.topics import Values
from jiuzhu.engine import Bundle
from jiuzhu.errors import DecisionError


class Decider:
    """``jiuzhu.domain.topics.Decide`` over one bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    def __call__(self, decision: str, inputs: Values) -> dict[str, Any] | list[dict[str, Any]] | None:
        """Evaluate a decision that was frozen at the case's start. Raises DecisionError."""
        xml = self._bundle.decisions.get(decision)
        if xml is None:
            raise DecisionError(f"decision {decision} is not in the case's bundle")
        return read_decisions(xml).evaluate(decision, inputs)
