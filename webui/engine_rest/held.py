"""Long polls: a worker's question is held until there is an errand for it, and no lock is taken for one who has gone.

Nothing is open while a poll waits: no transaction, no connection. It is woken by the doorbell of this process, by the
end of a lock or pause that it knows of, and looks again by itself for what another process has parked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import timedelta

from flask import request

from jiuzhu.domain.actor import Actor
from jiuzhu.service import external_tasks
from jiuzhu.service.external_tasks import ExternalTask, Fetch
from jiuzhu.service.office import Office

LOOK_AGAIN = 5.0
"""Seconds until a poll looks by itself."""


class Held:
    """The polls that this process holds: no more than leave threads for everybody else."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._room = threading.BoundedSemaphore(int(office.settings.get("web", "held_polls")))

    def fetch(self, actor: Actor, asked: Fetch, wait: int) -> Sequence[ExternalTask]:
        """Lock and return errands, waiting up to so many milliseconds for the first. Raises Forbidden.

        With too many polls held already it answers at once, and the worker asks again.
        """
        found = external_tasks.fetch(self._office, actor, asked)
        if found or not wait or not self._room.acquire(blocking=False):
            return found
        try:
            return self._wait(actor, asked, time.monotonic() + wait / 1000)
        finally:
            self._room.release()

    def _wait(self, actor: Actor, asked: Fetch, until: float) -> Sequence[ExternalTask]:
        bell = self._office.doorbell
        while True:
            heard = bell.rung
            if _gone():
                return []
            found = external_tasks.fetch(self._office, actor, asked)
            left = until - time.monotonic()
            if found or left <= 0:
                return found
            bell.wait(min(left, self._pause(asked)), since=heard)

    def _pause(self, asked: Fetch) -> float:
        moment = external_tasks.next_look(self._office, asked)
        if moment is None:
            return LOOK_AGAIN
        left = (moment - self._office.clock.machine()) / timedelta(seconds=1)
        return min(LOOK_AGAIN, max(left, 0.0) + 0.01)


def _gone() -> bool:
    """True when whoever asked has hung up (waitress tells by a function in the environment)."""
    asked = request.environ.get("waitress.client_disconnected")
    return bool(asked is not None and asked())
