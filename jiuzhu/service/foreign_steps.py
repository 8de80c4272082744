"""Steps of a case that another engine runs: nothing is advanced here, what is asked of other cases is written down.

A record task may start a process or send a message. In our own engine that happens after the step, in the same
transaction; here it becomes an *act*, stored with the task's answer and carried out over there after the commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import orjson

from jiuzhu.domain.topics import Values
from jiuzhu.engine import ELSEWHERE, Event, Step, StoredState
from jiuzhu.errors import ProcessError
from jiuzhu.service.desk import Desk
from jiuzhu.service.exchange import CaseSwitchboard, Exchange
from jiuzhu.service.steps import Stepping
from jiuzhu.store import cases, foreign
from jiuzhu.store.cases import LiveCase


class ForeignEngine(Protocol):
    """What a use case asks of the other engine while it works; everything else is the runner's."""

    def is_waiting(self, message: str, correlation: Values) -> bool:
        """True while a process instance over there waits for the message."""
        ...


def read_mirror(live: LiveCase) -> dict[str, dict[str, Any]]:
    """Return what the row knows of the case over there: ``variables`` as last seen, ``unsent`` what it lacks yet."""
    found: dict[str, dict[str, Any]] = orjson.loads(live.state)
    return found


def write_mirror(desk: Desk, live: LiveCase, variables: Values, unsent: Values) -> None:
    """Keep what is known of the case over there in its row."""
    state = {"variables": dict(variables), "unsent": dict(unsent)}
    live.state_codec, live.state = ELSEWHERE, orjson.dumps(state)
    cases.keep(desk.tx, live)


def nothing_moved(live: LiveCase, variables: Values) -> Step:
    """Return the step of a case that moves over there."""
    return Step(
        state=StoredState(codec=live.state_codec, blob=live.state),
        items=(),
        waiting=(),
        log=(),
        variables=variables,
        ended=False,
        end_events=(),
    )


class ForeignStepping(Stepping):
    """Opens rows for what runs over there."""

    def __init__(self, desk: Desk, engine: ForeignEngine, *, adopted: str = "") -> None:
        super().__init__(desk)
        self.exchange = ForeignExchange(desk, self, engine)
        self.acts: list[dict[str, Any]] = []
        """What is to be done over there: ``start`` a process or send a ``message``, in order."""
        self._adopted = adopted

    def start(self, live: LiveCase, variables: Values) -> Step:
        """Take a row as that of an instance: of the adopted one, which runs already, else of one to be started."""
        if self._adopted:
            foreign.add_instance(self.desk.tx, self._adopted, live.id, self.desk.now)
            write_mirror(self.desk, live, variables, variables)
            self._adopted = ""
        else:
            write_mirror(self.desk, live, variables, {})
            self.acts.append(
                {
                    "act": "start",
                    "process_key": live.process_key,
                    "record_no": live.record_no,
                    "variables": dict(variables),
                }
            )
        return nothing_moved(live, variables)

    def advance(self, live: LiveCase, event: Event) -> Step:
        """Refuse: the other engine advances its cases itself."""
        raise ProcessError(f"{live.record_no} is run by another engine", process_key=live.process_key)


class ForeignExchange(Exchange):
    """Hands out switchboards that ask the other engine who waits."""

    def __init__(self, desk: Desk, stepping: ForeignStepping, engine: ForeignEngine) -> None:
        super().__init__(desk, stepping)
        self.acts_of = stepping
        self.engine = engine

    def of(self, live: LiveCase) -> CaseSwitchboard:
        """Return the switchboard that a record task of this instance gets."""
        return _ForeignSwitchboard(self, live)


class _ForeignSwitchboard(CaseSwitchboard):
    """Starts become rows here and instances there; messages go to whoever waits over there."""

    def __init__(self, exchange: ForeignExchange, live: LiveCase) -> None:
        super().__init__(exchange, live)
        self._foreign = exchange

    def send(self, message: str, correlation: Values, payload: Values) -> bool:
        """Have a message sent to everybody over there who waits for it now; False when nobody does."""
        if not self._foreign.engine.is_waiting(message, correlation):
            return False
        act: Mapping[str, Any] = {
            "act": "message",
            "message": message,
            "correlation": {key: str(value) for key, value in correlation.items()},
            "payload": dict(payload),
        }
        self._foreign.later(lambda: self._foreign.acts_of.acts.append(dict(act)))
        return True
