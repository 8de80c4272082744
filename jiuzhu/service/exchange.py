"""The switchboard: what record tasks of one case ask of other cases, done after the step in the same transaction."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from jiuzhu.domain.topics import Values
from jiuzhu.engine import DeliverMessage
from jiuzhu.errors import ProcessError
from jiuzhu.store import cases, listing, waits
from jiuzhu.store.cases import LiveCase

if TYPE_CHECKING:
    from jiuzhu.service.desk import Desk
    from jiuzhu.service.steps import Stepping

MOST = 50
"""Cases that one click may start or wake; more is a loop between diagrams."""


class Exchange:
    """All switchboards of one use case share one queue."""

    def __init__(self, desk: Desk, stepping: Stepping) -> None:
        self.desk = desk
        self.stepping = stepping
        self._queue: deque[Callable[[], object]] = deque()
        self._promised: set[str] = set()
        self._done = 0

    def of(self, live: LiveCase) -> CaseSwitchboard:
        """Return the switchboard that a record task of this instance gets."""
        return CaseSwitchboard(self, live)

    def later(self, act: Callable[[], object]) -> None:
        """Queue something for after the step."""
        self._queue.append(act)

    def settle(self) -> None:
        """Do what was queued, and what that queues."""
        while self._queue:
            self._done += 1
            if self._done > MOST:
                raise ProcessError(f"one click may start or wake {MOST} cases at most", code="EXCHANGE_LOOP")
            self._queue.popleft()()

    def is_open(self, case_id: str, task_id: str) -> bool:
        """True when a stored subscription is still open, also after what this use case has done so far."""
        if task_id in self._promised:
            return False
        for live in self.desk.tx.cache.get(cases.LIVE, {}).values():
            if live.id == case_id:
                return f"message:{task_id}" in live.open_waiting
        return True

    def promise(self, task_id: str) -> None:
        """Reserve a subscription for a message that is queued."""
        self._promised.add(task_id)


class CaseSwitchboard:
    """``jiuzhu.domain.topics.Switchboard`` for one process instance."""

    def __init__(self, exchange: Exchange, live: LiveCase) -> None:
        self._exchange = exchange
        self._live = live

    def start(self, process_key: str, variables: Values) -> str:
        """Start another process of the same household after this step; returns its record number now."""
        from jiuzhu.service import opening

        plan = opening.plan_beside(self._exchange.desk, self._live, process_key)

        def open_it() -> None:
            opening.open_beside(self._exchange.stepping, self._live, plan, variables)

        self._exchange.later(open_it)
        return plan.record_no

    def hand_in(self, process_key: str, answers: Values, *, town: str, village: str) -> str:
        """Open a matter of its own after this step, with its start form filled in by whoever acts now.

        Raises Invalid when the answers do not fit the form.
        """
        from jiuzhu.service import handing_in

        plan, open_it = handing_in.prepare(
            self._exchange.desk, self._exchange.stepping, self._live, process_key, answers, town=town, village=village
        )
        self._exchange.later(open_it)
        return plan.record_no

    def about_household(self, recipient_no: str, process_key: str, variables: Values) -> str:
        """Start a process about a recipient's household after this step; return its record number now."""
        from jiuzhu.service import handing_in

        number, open_it = handing_in.about_household(
            self._exchange.desk, self._exchange.stepping, self._live, recipient_no, process_key, variables
        )
        self._exchange.later(open_it)
        return number

    def is_running(self, record_no: str) -> bool:
        """True while a process instance has not ended."""
        head = listing.by_record(self._exchange.desk.tx, record_no)
        return head is not None and head.ended_at is None

    def send(self, message: str, correlation: Values, payload: Values) -> bool:
        """Deliver a message after this step to every case that waits for it now; False when none does."""
        values = {key: str(value) for key, value in correlation.items()}
        found = [
            row
            for row in waits.subscriptions(self._exchange.desk.tx, message, values)
            if self._exchange.is_open(row["case_id"], row["task_id"])
        ]
        for row in found:
            self._exchange.promise(row["task_id"])
            self._exchange.later(self._delivery(row["case_id"], row["task_id"], message, payload))
        return bool(found)

    def _delivery(self, case_id: str, task_id: str, message: str, payload: Values) -> Callable[[], None]:
        def deliver() -> None:
            desk = self._exchange.desk
            live = cases.lock(desk.tx, case_id)
            if f"message:{task_id}" not in live.open_waiting:
                return
            desk.audit(live, "message", f"收到消息 {message}", {"message": message, "from": self._live.record_no})
            self._exchange.stepping.advance(
                live, DeliverMessage(task_id=task_id, message=message, variables=dict(payload))
            )

        return deliver
