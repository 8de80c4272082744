"""What the calendar, a review or a sample begins and tells where another engine runs the diagrams.

In our own engine the scheduler opens a case and steps it in one transaction. Where the diagrams run elsewhere, the row,
its number and what is to be done over there are written in that transaction; the runner carries it out (ADR 0132).
"""

from __future__ import annotations

import uuid

from jiuzhu.domain.topics import Values
from jiuzhu.engine import ELSEWHERE, DeliverMessage, Event, Step
from jiuzhu.service.desk import Desk
from jiuzhu.service.foreign_steps import ForeignStepping, nothing_moved
from jiuzhu.service.office import Office
from jiuzhu.service.steps import Stepping
from jiuzhu.store import foreign, listening
from jiuzhu.store.cases import LiveCase


def is_elsewhere(office: Office) -> bool:
    """True when what begins without a person is to begin in another engine."""
    return bool(office.settings.get("engine", "elsewhere"))


def stepping_for(desk: Desk) -> Stepping:
    """Return what opens and wakes the cases of this installation."""
    return Orders(desk) if is_elsewhere(desk.office) else Stepping(desk)


class Orders(ForeignStepping):
    """Writes down what the runner is to begin and to tell over there."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, _Nobody())

    def advance(self, live: LiveCase, event: Event) -> Step:
        """Have a message sent to a case over there; one of our own engine goes on here."""
        if live.state_codec != ELSEWHERE:
            return Stepping.advance(self, live, event)
        row = listening.one(self.desk.tx, event.task_id) if isinstance(event, DeliverMessage) else None
        if row is None or not isinstance(event, DeliverMessage):
            return super().advance(live, event)
        self.acts.append(
            {
                "act": "message",
                "message": event.message,
                "correlation": {row["correlation_key"]: row["correlation_value"]},
                "payload": dict(event.variables),
            }
        )
        listening.forget(self.desk.tx, live, [event.task_id])
        return nothing_moved(live, {})

    def finish(self) -> None:
        """Keep what is to be done with all that was written."""
        super().finish()
        if self.acts:
            foreign.add_task(
                self.desk.tx,
                {
                    "id": str(uuid.uuid4()),
                    "case_id": "",
                    "topic": "order",
                    "at": self.desk.now,
                    "inputs": {},
                    "answer": {},
                    "acts": list(self.acts),
                    "answered_at": self.desk.now,
                    "settled_at": None,
                },
            )
            self.acts.clear()


class _Nobody:
    """Nobody is asked while a case is only written down: no task of it runs here."""

    def is_waiting(self, message: str, correlation: Values) -> bool:
        return False
