"""All writes of a use case in one statement: inserts, updates by key and deletes of any number of tables.

Between a click and its answer stand the statements that cross the wire; a step writes a dozen tables, so they go
together:

* PostgreSQL: one data-modifying ``WITH``; each table's rows travel as one JSON document (``jsonb_populate_recordset``);
* SQLite: one ``executemany`` into a temporary view whose triggers put each row where it belongs.

Rows are guarded where somebody else may have been faster: a case by its version, a number series by its value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Column, Connection, Table, text

from jiuzhu.errors import Overtaken
from jiuzhu.store.kinds import SEQ, TABLES
from jiuzhu.store.tables import case_instance, metadata, passage, series, waiting, work_item

OVERTAKEN = "overtaken"
WIDTH = 40
"""Columns that the SQLite view can carry; the widest table has fewer."""
DELETED_BY: Mapping[Table, str] = {work_item: "task_id", waiting: "task_id"}
GUARDS: Mapping[Table, str] = {case_instance: "version", series: "value"}
"""Column whose stored value must still be the old one."""
GROUP = 14
"""Ops behind one trigger of the SQLite view: about the root of their number."""
OFTEN = (
    "i:passage", "i:audit", "i:waiting", "d:waiting", "i:work_item", "d:work_item", "u:case_instance",
    "i:submission", "i:case_instance", "u:series", "i:document", "u:campaign_item",
)  # fmt: skip
"""What nearly every click writes; an order of speed, not of meaning."""
OLD = "_old"
"""Key of the old guarded value in a row to be updated."""


@dataclass
class Entries:
    """What one use case writes, by table."""

    inserts: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    updates: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    """Whole rows, found by their key; guarded tables carry the old value under ``OLD``."""
    deletes: dict[Table, list[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(rows for part in (self.inserts, self.updates, self.deletes) for rows in part.values())


def write(connection: Connection, entries: Entries) -> None:
    """Send everything in one statement. Raises Overtaken when a guarded row has moved on."""
    if not entries:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_into_view(), _view_rows(connection, entries))
    else:
        _write_with(connection, entries)


def _ordered(tables: Mapping[Table, Any]) -> list[Table]:
    places = _places()
    return sorted((table for table, rows in tables.items() if rows), key=lambda table: places[table.name])


@cache
def _places() -> dict[str, int]:
    return {table.name: number for number, table in enumerate(metadata.sorted_tables)}


@cache
def columns_of(table: Table) -> tuple[Column[Any], ...]:
    """Return the columns that we write: all but those that the database counts."""
    counted = {SEQ} if table in set(TABLES.values()) else {"id"} if table is passage else set()
    return tuple(column for column in table.c if column.name not in counted)


@cache
def key_of_table(table: Table) -> tuple[str, ...]:
    """Return the columns by which a row is found for an update."""
    for kind, own in TABLES.items():
        if own is table:
            return kind.key
    return tuple(column.name for column in table.primary_key.columns)


# --- SQLite: a temporary view with triggers ---


def prepare_sqlite(connection: Any) -> None:
    """Create view and triggers on a fresh connection; they are temporary and belong to it alone."""
    for statement in _view_and_triggers():
        connection.execute(statement)


@cache
def _view_and_triggers() -> tuple[str, ...]:
    """Return the view, and a view a group of ops behind it.

    SQLite asks every trigger of a view for every row, the youngest first, until one says that the row is done. So the
    view has one trigger a group, a group is a view with one trigger an op, and the ops of every click come first.
    """
    acts = _acts()
    groups = [acts[start : start + GROUP] for start in range(0, len(acts), GROUP)]
    found = [f"CREATE TEMP VIEW entry AS SELECT {_CELLS} WHERE 0"]
    for number, group in reversed(list(enumerate(groups))):
        found.append(f"CREATE TEMP VIEW entry_{number} AS SELECT {_CELLS} WHERE 0")
        found += [_trigger(f"entry_{number}", f"= '{op}'", act) for op, act in reversed(group)]
        ops = ", ".join(f"'{op}'" for op, _ in group)
        values = ", ".join(f"NEW.v{place}" for place in range(WIDTH))
        found.append(_trigger("entry", f"IN ({ops})", f"INSERT INTO entry_{number} VALUES (NEW.op, {values})"))
    return tuple(found)


_CELLS = ", ".join(["NULL AS op", *(f"NULL AS v{number}" for number in range(WIDTH))])


def _trigger(view: str, op: str, act: str) -> str:
    name = hashlib.sha256(f"{view} {op}".encode()).hexdigest()[:12]
    return (
        f"CREATE TEMP TRIGGER entry_t_{name} INSTEAD OF INSERT ON {view} WHEN NEW.op {op} "
        f"BEGIN {act}; SELECT RAISE(IGNORE); END"
    )


def _acts() -> list[tuple[str, str]]:
    """Return (op, what it does), those of every click first."""
    found: list[tuple[str, str]] = []
    for table in metadata.sorted_tables:
        found.append((f"i:{table.name}", _insert_act(table)))
        if table in set(TABLES.values()) or table in GUARDS:
            found.append((f"u:{table.name}", _update_act(table)))
        if table in DELETED_BY:
            act = f'DELETE FROM "{table.name}" WHERE {DELETED_BY[table]} = NEW.v0'
            found.append((f"d:{table.name}", act))
    often = {op: place for place, op in enumerate(OFTEN)}
    return sorted(found, key=lambda one: often.get(one[0], len(often)))


def _insert_act(table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in columns_of(table))
    values = ", ".join(f"NEW.v{number}" for number in range(len(columns_of(table))))
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({values})'


def _update_act(table: Table) -> str:
    places = {column.name: number for number, column in enumerate(columns_of(table))}
    key = key_of_table(table)
    here = " AND ".join(f'"{name}" = NEW.v{places[name]}' for name in key)
    changes = ", ".join(f'"{name}" = NEW.v{number}' for name, number in places.items() if name not in key)
    guard = ""
    if table in GUARDS:
        still = f'{here} AND "{GUARDS[table]}" = NEW.v{len(places)}'
        guard = f"SELECT RAISE(ABORT, '{OVERTAKEN}') WHERE NOT EXISTS (SELECT 1 FROM \"{table.name}\" WHERE {still}); "
    return f'{guard}UPDATE "{table.name}" SET {changes} WHERE {here}'


@cache
def _into_view() -> str:
    return f"INSERT INTO entry VALUES ({', '.join('?' * (WIDTH + 1))})"


def _view_rows(connection: Connection, entries: Entries) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for table in _ordered(entries.deletes):
        rows += [_padded([f"d:{table.name}", value]) for value in entries.deletes[table]]
    for mark, part in (("u", entries.updates), ("i", entries.inserts)):
        for table in _ordered(part):
            binders = _sqlite_binders(connection, table)
            for row in part[table]:
                cells = [bind(row[column.name]) for column, bind in zip(columns_of(table), binders, strict=True)]
                rows.append(_padded([f"{mark}:{table.name}", *cells, *([row[OLD]] if OLD in row else [])]))
    return rows


def _padded(cells: list[Any]) -> tuple[Any, ...]:
    return (*cells, *([None] * (WIDTH + 1 - len(cells))))


def _sqlite_binders(connection: Connection, table: Table) -> Sequence[Callable[[Any], Any]]:
    known: dict[Table, list[Callable[[Any], Any]]] = connection.dialect.__dict__.setdefault("jiuzhu_binders", {})
    if table not in known:
        # By way of the dialect: its DateTime always writes microseconds, and SQLite compares instants as text.
        dialect = connection.dialect
        found = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns_of(table)]
        known[table] = [bind or _as_is for bind in found]
    return known[table]


def _as_is(value: Any) -> Any:
    return value


# --- PostgreSQL: one WITH ---


def _write_with(connection: Connection, entries: Entries) -> None:
    parts: list[str] = []
    values: dict[str, Any] = {}
    guarded: list[tuple[str, int]] = []
    for table in _ordered(entries.deletes):
        mark = f"d_{table.name}"
        parts.append(f'{mark} AS (DELETE FROM "{table.name}" WHERE {DELETED_BY[table]} = ANY(:{mark}))')
        values[mark] = entries.deletes[table]
    for table in _ordered(entries.updates):
        mark, rows = f"u_{table.name}", entries.updates[table]
        parts.append(f"{mark} AS ({_update_from(table, mark)})")
        values[mark] = _document(connection, table, rows)
        if table in GUARDS:
            guarded.append((mark, len(rows)))
    for table in _ordered(entries.inserts):
        mark = f"i_{table.name}"
        parts.append(f"{mark} AS ({_insert_from(table, mark)})")
        values[mark] = _document(connection, table, entries.inserts[table])
    counts = ", ".join(f"(SELECT count(*) FROM {mark}) AS {mark}" for mark, _ in guarded) or "1"
    answer = connection.execute(text(f"WITH {', '.join(parts)} SELECT {counts}"), values).one()
    if any(getattr(answer, mark) != expected for mark, expected in guarded):
        raise Overtaken


@cache
def _insert_from(table: Table, mark: str) -> str:
    names = ", ".join(f'"{column.name}"' for column in columns_of(table))
    return (
        f'INSERT INTO "{table.name}" ({names}) '
        f'SELECT {names} FROM jsonb_populate_recordset(NULL::"{table.name}", CAST(:{mark} AS jsonb))'
    )


@cache
def _update_from(table: Table, mark: str) -> str:
    key = key_of_table(table)
    names = [column.name for column in columns_of(table) if column.name not in key]
    changes = ", ".join(f'"{name}" = r."{name}"' for name in names)
    here = " AND ".join(f't."{name}" = r."{name}"' for name in key)
    if table not in GUARDS:
        source = f'jsonb_populate_recordset(NULL::"{table.name}", CAST(:{mark} AS jsonb)) r'
        return f'UPDATE "{table.name}" t SET {changes} FROM {source} WHERE {here}'
    source = f'jsonb_array_elements(CAST(:{mark} AS jsonb)) e, LATERAL jsonb_populate_record(NULL::"{table.name}", e) r'
    still = f"t.\"{GUARDS[table]}\" = CAST(e->>'{OLD}' AS bigint)"
    return f'UPDATE "{table.name}" t SET {changes} FROM {source} WHERE {here} AND {still} RETURNING 1'


def _document(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> str:
    dialect = connection.dialect
    binders = {str(column.name): getattr(column.type, "process_bind_param", None) for column in columns_of(table)}
    ready = []
    for row in rows:
        cells = {
            name: _plain(row[name] if bind is None else bind(row[name], dialect)) for name, bind in binders.items()
        }
        if OLD in row:
            cells[OLD] = row[OLD]
        ready.append(cells)
    return orjson.dumps(ready).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
