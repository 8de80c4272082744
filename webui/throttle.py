"""How often something may be tried from outside: passwords, objections, petitions, receipts.

Kept in this process's memory and counted in machine time: a restart forgives, several web processes each count for
themselves (the argon2 cost bounds the rest).
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 15 * 60
MOST_KEYS = 10_000


class Tally:
    """Counts per key in a sliding quarter of an hour."""

    def __init__(self, most: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._seconds = seconds
        self._times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def minutes_to_wait(self, key: str) -> int:
        """Return 0 when another try is allowed, else the whole minutes to wait."""
        with self._lock:
            times = self._fresh(key)
            if len(times) < self.most:
                return 0
            return max(1, math.ceil((times[-self.most] + WINDOW_SECONDS - self._seconds()) / 60))

    def note(self, key: str) -> int:
        """Count a try and return how many are left."""
        with self._lock:
            if len(self._times) > MOST_KEYS:
                self._times.clear()
            self._times.setdefault(key, deque(maxlen=self.most)).append(self._seconds())
            return self.most - len(self._fresh(key))

    def forget(self, key: str) -> None:
        """Start anew for a key."""
        with self._lock:
            self._times.pop(key, None)

    def _fresh(self, key: str) -> deque[float]:
        times = self._times.get(key, deque())
        while times and times[0] < self._seconds() - WINDOW_SECONDS:
            times.popleft()
        return times


def pair(login: str, address: str) -> str:
    """Return the key of an account as somebody tries it from an address."""
    return f"{login}\n{address}"


class Throttle:
    """The tallies of one application."""

    def __init__(self) -> None:
        self.account = Tally(5)
        """Wrong passwords of an account from one address (``pair``): nobody can lock the owner out from elsewhere."""
        self.address = Tally(200)
        """Wrong passwords from an address; behind a proxy that is everybody's, so it only stops a flood."""
        self.objections = Tally(60)
        """Objections from an address, likewise."""
        self.petitions = Tally(60)
        """Petitions from an address: a flood of them leaves the way to an objection, which has a last day, open."""
        self.receipts = Tally(60)
        """Wrong receipts from an address: guessing stops neither petitions nor objections."""
