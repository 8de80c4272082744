"""One use case's unit of work: reads at once, writes gathered and sent together in one statement at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Table

from jiuzhu.store.sealing import Keyring
from jiuzhu.store.writing import DELETED_BY, OLD, Entries, write


class Transaction:
    """What ``Store.transaction()`` yields. Modules of ``store`` read and write through it; nothing here commits."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self.connection = connection
        self.keyring = keyring
        self.cache: dict[Any, Any] = {}
        """What this transaction has read and may ask for again (by the module that put it there)."""
        self._entries = Entries()
        self._before: list[Callable[[], None]] = []
        self._after: list[Callable[[], None]] = []

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Send a statement now."""
        return self.connection.execute(statement, parameters)

    def later(self, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
        """Queue a new row with all its columns. Returns it; it may still be changed."""
        queued = dict(row)
        self._entries.inserts.setdefault(table, []).append(queued)
        return queued

    def change_later(self, table: Table, row: Mapping[str, Any], *, old: Any = None) -> None:
        """Queue a whole row that replaces the one with its key; ``old``: the guarded column's value as it was read."""
        queued = dict(row) if old is None else {**row, OLD: old}
        self._entries.updates.setdefault(table, []).append(queued)

    def queued(self, table: Table) -> Sequence[dict[str, Any]]:
        """Return the new rows of a table that are not written yet."""
        return self._entries.inserts.get(table, ())

    def delete_later(self, table: Table, values: Sequence[str]) -> None:
        """Queue deletes by key; rows queued for insertion under these keys are dropped instead."""
        fresh = self._entries.inserts.get(table)
        if fresh:
            gone, column = set(values), DELETED_BY[table]
            fresh[:] = [row for row in fresh if row[column] not in gone]
        self._entries.deletes.setdefault(table, []).extend(values)

    def before_writing(self, gather: Callable[[], None]) -> None:
        """Call ``gather`` when the use case ends, to queue what it has in hand."""
        self._before.append(gather)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Call ``act`` when everything is stored (never after a rollback)."""
        self._after.append(act)

    def committed(self) -> None:
        """Run what waited for the commit; called by the store alone."""
        for act in self._after:
            act()

    def flush(self) -> None:
        """Send everything that is queued."""
        while self._before:
            gatherers, self._before = self._before, []
            for gather in gatherers:
                gather()
        entries, self._entries = self._entries, Entries()
        write(self.connection, entries)
