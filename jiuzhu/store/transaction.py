"""One use case's unit of work: reads at once, writes gathered by table and sent together at the end.

Gathering is what keeps a step at a handful of statements (decisions B6): one DELETE and one multi-row INSERT a table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Table, bindparam, delete, insert
from sqlalchemy.sql.dml import Delete, Insert

from jiuzhu.store.sealing import Keyring
from jiuzhu.store.tables import metadata


class Transaction:
    """What ``Store.transaction()`` yields. Modules of ``store`` read and write through it; nothing here commits."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self.connection = connection
        self.keyring = keyring
        self.cache: dict[Any, Any] = {}
        """What this transaction has read and may ask for again (by the module that put it there)."""
        self._later: dict[Table, list[dict[str, Any]]] = {}
        self._gone: dict[tuple[Table, str], list[str]] = {}
        self._before: list[Callable[[], None]] = []
        self._after: list[Callable[[], None]] = []

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Send a statement now."""
        return self.connection.execute(statement, parameters)

    def later(self, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
        """Queue a row; rows of one table go out in one statement. Returns it; it may still be changed."""
        queued = dict(row)
        self._later.setdefault(table, []).append(queued)
        return queued

    def queued(self, table: Table) -> Sequence[dict[str, Any]]:
        """Return the rows of a table that are not written yet."""
        return self._later.get(table, ())

    def delete_later(self, table: Table, column: str, values: Sequence[str]) -> None:
        """Queue a delete by key; rows queued for insertion under these keys are dropped instead."""
        waiting = self._later.get(table)
        if waiting:
            gone = set(values)
            waiting[:] = [row for row in waiting if row[column] not in gone]
        self._gone.setdefault((table, column), []).extend(values)

    def before_writing(self, write: Callable[[], None]) -> None:
        """Call ``write`` after the deletes and before the inserts (for updates and parents of the inserted rows)."""
        self._before.append(write)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Call ``act`` when everything is stored (never after a rollback)."""
        self._after.append(act)

    def committed(self) -> None:
        """Run what waited for the commit; called by the store alone."""
        for act in self._after:
            act()

    def flush(self) -> None:
        """Send everything that is queued."""
        for (table, column), values in self._gone.items():
            self.execute(_delete_by(table, column), {"values": values})
        self._gone.clear()
        while self._before:
            writers, self._before = self._before, []
            for write in writers:
                write()
        order = _table_order()
        for table in sorted(self._later, key=lambda one: order[one.name]):
            rows = self._later[table]
            if rows:
                self.execute(_insert_into(table), rows)
        self._later.clear()


@cache
def _table_order() -> dict[str, int]:
    return {table.name: number for number, table in enumerate(metadata.sorted_tables)}


@cache
def _insert_into(table: Table) -> Insert:
    return insert(table)


@cache
def _delete_by(table: Table, column: str) -> Delete:
    return delete(table).where(table.c[column].in_(bindparam("values", expanding=True)))
