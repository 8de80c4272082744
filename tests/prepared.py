"""Databases with everything deployed and everybody in them, one for each day; tests copy them.

The groups of one run share them: whoever comes first makes one, the others wait for it.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

SHARED = "PREPARED_DATABASES"
"""Names the folder of a run in the environment; without it each process makes its own."""


class Prepared:
    """The prepared SQLite files of a run."""

    def __init__(self, folder: Path, make: Callable[[Path, str], None]) -> None:
        self._folder = Path(os.environ.get(SHARED) or folder)
        self._make = make

    def on(self, day: str) -> Path:
        """Return the file of a day; make it first when nobody has."""
        home = self._folder / day
        ready = home / "ready"
        home.mkdir(parents=True, exist_ok=True)
        with (home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            database = home / "jiuzhu.db"
            if not ready.exists():
                database.unlink(missing_ok=True)  # its maker was killed
                self._make(home, day)
                with closing(sqlite3.connect(database)) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                ready.touch()
        return database
