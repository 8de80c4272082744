"""Rows of the installation itself: number series and the office clock's offset."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.exc import OperationalError, ProgrammingError

from jiuzhu.store.casefile import file_of
from jiuzhu.store.database import Store
from jiuzhu.store.tables import office_clock, series
from jiuzhu.store.transaction import Transaction

_NEXT = text(
    "INSERT INTO series (name, value) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = series.value + 1 RETURNING value"
)
_OFFSET = select(office_clock.c.offset_microseconds).where(office_clock.c.id == 1)
_SERIES = select(series.c.value).where(series.c.name == bindparam("name"))


_MANY = text(
    "INSERT INTO series (name, value) VALUES (:name, :many) "
    "ON CONFLICT (name) DO UPDATE SET value = series.value + :many RETURNING value"
)
NUMBERS = "numbers"


def next_number(tx: Transaction, name: str) -> int:
    """Return the next number of a series, gap-free.

    A series of the household's district or town came with its file: it is counted on in memory and written in the
    end, on the condition that nobody counted meanwhile (else the use case is repeated). Any other is counted in
    the database, where its row stays locked until the transaction ends.
    """
    file = file_of(tx)
    numbers: dict[str, list[int]] = tx.cache.setdefault(NUMBERS, {})
    if name not in numbers:
        stored = {} if file is None else {row["name"]: row["value"] for _, row in file.rows(series)}
        if name not in stored:
            return int(tx.execute(_NEXT, {"name": name}).scalar_one())
        if not numbers:
            tx.before_writing(lambda: _write_numbers(tx))
        numbers[name] = [stored[name], stored[name]]
    numbers[name][1] += 1
    return numbers[name][1]


def next_numbers(tx: Transaction, name: str, many: int) -> range:
    """Return the next numbers of a series, gap-free; the series stays locked until the transaction ends."""
    last = int(tx.execute(_MANY, {"name": name, "many": many}).scalar_one())
    return range(last - many + 1, last + 1)


def _write_numbers(tx: Transaction) -> None:
    for name, (old, new) in tx.cache[NUMBERS].items():
        tx.change_later(series, {"name": name, "value": new}, old=old)


def raise_series(tx: Transaction, name: str, value: int) -> None:
    """Make a series go on after ``value`` (imported numbers); it never goes back."""
    current = tx.execute(_SERIES, {"name": name}).scalar_one_or_none()
    if current is None:
        tx.execute(insert(series), {"name": name, "value": value})
    elif current < value:
        tx.execute(update(series).where(series.c.name == name).values(value=value))


def clock_offset(tx: Transaction) -> timedelta | None:
    """Return the offset of office time, None when no clock was ever set."""
    value = tx.execute(_OFFSET).scalar_one_or_none()
    return None if value is None else timedelta(microseconds=value)


def set_clock_offset(tx: Transaction, offset: timedelta, now: datetime, person: str) -> None:
    """Set the offset for all processes."""
    row = {
        "id": 1,
        "offset_microseconds": offset // timedelta(microseconds=1),
        "changed_at": now,
        "changed_by": person,
    }
    if clock_offset(tx) is None:
        tx.execute(insert(office_clock), row)
    else:
        tx.execute(update(office_clock).where(office_clock.c.id == 1).values(row))


def read_offset(store: Store) -> timedelta:
    """Return the offset for a clock; zero before the tables exist."""
    try:
        with store.reading() as tx:
            return clock_offset(tx) or timedelta()
    except (OperationalError, ProgrammingError):
        return timedelta()
