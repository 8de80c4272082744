"""Answers that a trial gives in a worker's place, once, at one element: an error that it may report, a result of it.

What follows is walked with an assumed answer, and is told apart from what the simulations answered by themselves.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.domain.topics import ErrandCall, RecordCall, Topic, Values
from jiuzhu.errors import BpmnError

ASSUMED = "试走中假定的结果"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Assumed:
    """What one element is to answer."""

    process_key: str
    element_id: str
    error: str = ""
    results: Values = dataclasses.field(default_factory=dict)
    shown: str = ""


class StandIns:
    """The topics of an office, each asking first whether something is assumed of it."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        self._waiting: Assumed | None = None
        self.topics: dict[str, Topic] = {name: self._wrapped(topic) for name, topic in topics.items()}

    def assume(self, what: Assumed | None) -> None:
        """Answer so at the next call of that element; None: nothing is assumed any more."""
        self._waiting = what

    def _taken(self, call: RecordCall | ErrandCall) -> Assumed | None:
        waiting = self._waiting
        if waiting is None or (call.process_key, call.element_id) != (waiting.process_key, waiting.element_id):
            return None
        self._waiting = None
        if waiting.error:
            raise BpmnError(waiting.error, ASSUMED)
        return waiting

    def _wrapped(self, topic: Topic) -> Topic:
        record, errand = topic.record, topic.errand
        return dataclasses.replace(
            topic,
            record=self._asking(record) if record is not None else None,
            errand=self._asking(errand) if errand is not None else None,
        )

    def _asking(self, handler: Callable[[Any], Values]) -> Callable[[Any], Values]:
        def answer(call: Any) -> Values:
            assumed = self._taken(call)
            found = handler(call)
            return {**found, **assumed.results} if assumed is not None else found

        return answer
