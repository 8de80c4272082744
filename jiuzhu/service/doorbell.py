"""The doorbell: whoever parks an errand rings, so that whoever waits in this process need not wait for its next look.

Only a convenience. The row is the truth: a lost ring costs one look, a needless one finds nothing.
"""

from __future__ import annotations

import threading


class Doorbell:
    """Wakes every waiting thread at once."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rung = 0

    @property
    def rung(self) -> int:
        """How often it has rung: read before a look, so that a ring between look and wait is not missed."""
        return self._rung

    def ring(self) -> None:
        """Wake whoever waits now."""
        with self._changed:
            self._rung += 1
            self._changed.notify_all()

    def wait(self, seconds: float, *, since: int | None = None) -> None:
        """Wait for a ring after ``since``, but no longer than so many seconds; None: for one from now on."""
        with self._changed:
            heard = self._rung if since is None else since
            self._changed.wait_for(lambda: self._rung != heard, seconds)
