"""The doorbell: whoever parks an errand rings, so that an idle runner of this process need not wait for its next look.

Only a convenience. The row is the truth: a lost ring costs one look, a needless one finds nothing.
"""

from __future__ import annotations

import threading


class Doorbell:
    """Wakes every waiting thread at once."""

    def __init__(self) -> None:
        self._changed = threading.Condition()

    def ring(self) -> None:
        """Wake whoever waits now."""
        with self._changed:
            self._changed.notify_all()

    def wait(self, seconds: float) -> None:
        """Wait for a ring, but no longer than so many seconds."""
        with self._changed:
            self._changed.wait(seconds)
