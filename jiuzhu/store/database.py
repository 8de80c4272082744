"""The database connection: SQLite (WAL, FULL) or PostgreSQL, and the one place that commits.

``Store.transaction()`` is the only way to write. It commits when its block ends, or nothing is written.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, OperationalError

from jiuzhu.errors import ConfigurationError, Conflict, Invalid, Overtaken, StoreUnreachable
from jiuzhu.store.sealing import Keyring
from jiuzhu.store.transaction import Transaction
from jiuzhu.store.writing import OVERTAKEN, prepare_sqlite

WRITES = "jiuzhu_writes"
PREPARED_TO_WRITE = "jiuzhu_prepared"
COUNTED: ContextVar[list[str] | None] = ContextVar("counted_statements", default=None)

RACES = re.compile(r"[._](once|record_no|receipt_no|alert_no)\b")
"""Keys that two processes may take at the same moment: repeated, the use case finds what the other one stored."""
DEADLOCK = {"40P01", "40001"}
"""PostgreSQL: deadlock detected, could not serialise."""
PREPARED = 400
"""Statements that one PostgreSQL connection keeps prepared."""
URL_FORM = "sqlite:///<file> or postgresql+psycopg://<user>:<password>@<host>:<port>/<database>"


class Store:
    """One database with its keyring. Safe to share between threads."""

    def __init__(self, url: str, keyring: Keyring, *, pool_size: int = 8, busy_seconds: int = 15) -> None:
        self.keyring = keyring
        self.engine = _make_engine(url, pool_size, busy_seconds)
        self.engine.dialect.jiuzhu_keyring = keyring  # type: ignore[attr-defined]
        self.is_sqlite = self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open the transaction of one use case; everything queued is written, then committed, at the end.

        Raises Conflict when a key exists already, Overtaken when another click was faster (the use case is repeated),
        Invalid for text that the database cannot hold, StoreUnreachable.
        """
        with translated_errors(), self.connect(writes=True) as connection:
            with connection.begin():
                tx = Transaction(connection, self.keyring)
                yield tx
                tx.flush()
            tx.committed()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a transaction that only reads; PostgreSQL refuses writes in it."""
        # Ended like any other: after a rollback the driver forgets the statements that it has prepared.
        with translated_errors(), self.connect(writes=False) as connection, connection.begin():
            yield Transaction(connection, self.keyring)

    @contextmanager
    def connect(self, *, writes: bool) -> Iterator[Connection]:
        """Open a connection for this package. Raises StoreUnreachable when there is no database to connect to."""
        try:
            opened = self.engine.connect()
        except DBAPIError as error:
            if "database is locked" in str(error.orig):
                raise
            # The first line says it all; the address is printed without its password.
            reason = str(error.orig).strip().partition("\n")[0]
            raise StoreUnreachable(
                f"database {self.engine.url.render_as_string(hide_password=True)} cannot be opened: {reason}"
            ) from error
        with opened as connection:
            yield connection.execution_options(**{WRITES: writes, "postgresql_readonly": not writes})

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect the text of every statement that this thread executes (BEGIN excluded): decisions B6."""
    found: list[str] = []
    token = COUNTED.set(found)
    try:
        yield found
    finally:
        COUNTED.reset(token)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn the driver's errors into the tree of ``jiuzhu.errors``; what is a bug passes."""
    try:
        yield
    except IntegrityError as error:
        if str(error.orig) == OVERTAKEN or RACES.search(str(error.orig)):
            raise Overtaken from error
        raise Conflict("这项内容已经存在，没有重复登记。") from error
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) in DEADLOCK or "database is locked" in str(error.orig):
            raise Overtaken from error
        raise
    except (DataError, UnicodeEncodeError) as error:
        # The last net under the forms' own checks: NUL, half a surrogate pair, a number or text beyond its column.
        raise Invalid("内容里有不能保存的字符，或者太长、太大，没有办理。请改正后再试。") from error


def _make_engine(url: str, pool_size: int, busy_seconds: int) -> Engine:
    parsed = _parse_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)
        event.listen(engine, "connect", _prepare_postgresql)
    else:
        engine = create_engine(
            parsed, pool_size=pool_size, max_overflow=pool_size, connect_args={"timeout": busy_seconds}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "before_cursor_execute", _count)
    return engine


def _parse_url(url: str) -> URL:
    """Read a database address. Raises ConfigurationError; the address itself is not repeated (it holds a password)."""
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise ConfigurationError(f"JIUZHU_DATABASE_URL is no database address: write {URL_FORM}") from error
    if backend not in {"sqlite", "postgresql"}:
        raise ConfigurationError(f"JIUZHU_DATABASE_URL names {backend}, which is not supported: write {URL_FORM}")
    return parsed


def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Durable before fast: a commit that was answered survives a power cut (synchronous=FULL)."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        for attempt in range(20):
            try:
                connection.execute(f"PRAGMA {pragma}")
                break
            except Exception as error:  # changing to WAL needs the file for itself for a moment
                if "locked" not in str(error) or attempt == 19:
                    raise
                time.sleep(0.05)


def _prepare_postgresql(connection: Any, record: Any) -> None:
    """Let the server keep the plans of our statements: they are few in kind, but long."""
    connection.prepare_threshold = 2
    connection.prepared_max = PREPARED


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer later would be refused instead of waiting."""
    writes = connection.get_execution_options().get(WRITES, True)
    if writes and PREPARED_TO_WRITE not in connection.info:  # views and triggers take time, and readers need none
        prepare_sqlite(connection.connection.driver_connection)
        connection.info[PREPARED_TO_WRITE] = True
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _count(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
    found = COUNTED.get()
    if found is not None and not statement.startswith("BEGIN"):
        found.append(statement)


__all__ = ["DBAPIError", "Store", "counted_statements", "translated_errors"]
