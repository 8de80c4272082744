"""Two clocks: office time is what the law counts, machine time is what locks, leases and sessions count.

Office time = machine time + offset. The offset lives in one row of the database that all processes read; it is zero
outside the demo and only ever moves forward.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

FRESH_SECONDS = 0.5
"""How long a process may use an offset that it has read: another process's ``clock advance`` is seen after this."""


class Clock(Protocol):
    """What the service asks for the time."""

    def now(self) -> datetime:
        """Office time, aware UTC: dates, dues, timers, notices."""
        ...

    def machine(self) -> datetime:
        """Machine time, aware UTC: locks, leases, sessions, back-off. Never moved."""
        ...

    def forget(self) -> None:
        """Read the offset anew at the next question."""
        ...


class OfficeClock:
    """The pair of clocks; ``read_offset`` is None where the offset is always zero (outside the demo)."""

    def __init__(
        self, machine: Callable[[], datetime] | None = None, read_offset: Callable[[], timedelta] | None = None
    ) -> None:
        self._machine = machine or machine_time
        self._read_offset = read_offset
        self._offset = timedelta()
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    def machine(self) -> datetime:
        """Return the machine's time."""
        return self._machine()

    def now(self) -> datetime:
        """Return the office's time."""
        return self.machine() + self._current_offset()

    def forget(self) -> None:
        """Read the offset row at the next question."""
        with self._lock:
            self._read_at = float("-inf")

    def _current_offset(self) -> timedelta:
        if self._read_offset is None:
            return self._offset
        with self._lock:
            if time.monotonic() - self._read_at > FRESH_SECONDS:
                self._offset = self._read_offset()
                self._read_at = time.monotonic()
            return self._offset


class StillMachine:
    """Machine time that stands still until it is told to move: for the simulator and for tests."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC)

    def __call__(self) -> datetime:
        """Return the set moment."""
        return self._moment

    def advance(self, delta: timedelta) -> None:
        """Move forward."""
        self._moment += delta


def machine_time() -> datetime:
    """Return the machine's time, aware UTC."""
    return datetime.now(UTC)
