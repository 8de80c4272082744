"""Rows of the record inside one transaction: read once, answered from memory, written together at the end.

Everything of one household is read with the first question about a kind, because record tasks of one click ask again
and again; changes are seen at once by the next question.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, Table, bindparam, select

from jiuzhu.domain.records import Span
from jiuzhu.domain.rows import HouseholdPerson, NoticeSheet, Row, personal_fields
from jiuzhu.errors import Conflict
from jiuzhu.store import trials
from jiuzhu.store.casefile import HANGING, REF, TOWN_KINDS, CaseFile, file_of
from jiuzhu.store.kinds import SEQ, TABLES, key_of, matches, names_of, row_from
from jiuzhu.store.transaction import Transaction

R = TypeVar("R", bound=Row)
CASE = "case_no"
NEW = 1 << 60
"""Rows added in this transaction come after all stored ones."""


class Shelf:
    """The rows that one transaction has in hand."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows: dict[tuple[type[Row], tuple[Any, ...]], tuple[int, Row]] = {}
        self._asked: set[tuple[type[Row], frozenset[tuple[str, Any]]]] = set()
        self._added: dict[tuple[type[Row], tuple[Any, ...]], dict[str, Any]] = {}
        self._changed: dict[tuple[type[Row], tuple[Any, ...]], None] = {}
        self._opened: set[type[Row]] = set()
        self._people: frozenset[str] | None = None
        self._trial = ""
        tx.before_writing(self.write)

    def find(self, kind: type[R], equals: dict[str, Any]) -> Sequence[R]:
        """Return the rows that match, by insertion order."""
        self._lay_over()
        names = names_of(kind)
        unknown = set(equals) - set(names)
        if unknown:
            raise TypeError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
        if not self._in_hand(kind, equals) and not self._in_file(kind, equals):
            asked = {CASE: equals[CASE]} if isinstance(equals.get(CASE), str) else equals
            sealed = personal_fields(kind)
            self._read(kind, {name: value for name, value in asked.items() if name not in sealed})
        wanted = list(equals.items())
        if self._in_hand(kind, equals):
            place = (kind, tuple(equals[name] for name in kind.key))
            found = [self._rows[place]] if matches(self._rows[place][1], wanted) else []
        else:
            found = [entry for (of, _), entry in self._rows.items() if of is kind and matches(entry[1], wanted)]
        found.sort(key=lambda entry: entry[0])
        return [row for _, row in found]  # type: ignore[misc]

    def _in_hand(self, kind: type[Row], equals: dict[str, Any]) -> bool:
        """True when the question names a key whose row is known here."""
        key = tuple(equals.get(name) for name in kind.key)
        return all(name in equals for name in kind.key) and (kind, key) in self._rows

    def _in_file(self, kind: type[Row], equals: dict[str, Any]) -> bool:
        """True when the household's file holds every row that could answer; its rows of the kind are then in hand."""
        file = file_of(self._tx)
        if file is None or not self._covers(file, kind, equals):
            return False
        self._open(file, kind)
        return True

    def _open(self, file: CaseFile, kind: type[Row]) -> None:
        if kind in self._opened:
            return
        self._opened.add(kind)
        for seq, values in file.rows(TABLES[kind]):
            row = kind(**values)
            self._rows.setdefault((kind, key_of(row)), (seq, row))

    def _covers(self, file: CaseFile, kind: type[Row], equals: dict[str, Any]) -> bool:
        asked = equals.get(CASE)
        if isinstance(asked, str) and asked in file.cases:
            return True
        if kind in TOWN_KINDS:
            return equals.get("town") == file.town
        if kind is NoticeSheet:
            return (equals.get("village"), equals.get("dated")) in file.sheets
        if kind in HANGING:
            name, anchor = HANGING[kind]
            self._open(file, anchor)
            return any(
                getattr(row, name) == equals.get(name) for (of, _), (_, row) in self._rows.items() if of is anchor
            )
        if REF in equals and REF in names_of(kind):
            asked = equals[REF] if isinstance(equals[REF], tuple) else (equals[REF],)
            return set(asked) <= self._people_of(file)
        return False

    def _people_of(self, file: CaseFile) -> frozenset[str]:
        if self._people is None:
            rows = file.rows(TABLES[HouseholdPerson])
            self._people = frozenset(values[REF] for _, values in rows if values[CASE] in file.cases)
        return self._people

    def add(self, row: Row) -> None:
        """Queue a new row. Raises Conflict when the key is known here already; the database has the last word."""
        self._lay_over()
        kind, place = type(row), (type(row), key_of(row))
        if place in self._rows:
            raise Conflict("这项内容已经登记过了。")
        self._rows[place] = (NEW + time.time_ns() if self._trial else NEW + len(self._rows), row)
        if self._trial:
            self._changed[place] = None
            return
        self._added[place] = self._tx.later(TABLES[kind], {name: getattr(row, name) for name in names_of(kind)})

    def change(self, row: R, changes: dict[str, Any]) -> R:
        """Queue an update by key and return the new row. Raises TypeError for a kind that only grows."""
        if type(row).append_only:
            raise TypeError(f"{type(row).__name__}: rows are only added, a correction is a row of its own")
        self._lay_over()
        place = (type(row), key_of(row))
        order, current = self._rows.get(place, (0, row))
        changed = dataclasses.replace(current, **changes)
        if key_of(changed) != place[1]:
            raise TypeError(f"{type(row).__name__}: a key is never changed")
        self._rows[place] = (order, changed)
        if place in self._added:
            self._added[place].update(changes)
        else:
            self._changed[place] = None
        return changed  # type: ignore[return-value]

    def write(self) -> None:
        """Queue the changed rows; those of a trial go to its sandbox."""
        if self._trial:
            trials.put(self._tx, self._trial, [self._rows[place] for place in self._changed])
            self._changed.clear()
        for kind, key in self._changed:
            row = self._rows[kind, key][1]
            self._tx.change_later(TABLES[kind], {name: getattr(row, name) for name in names_of(kind)})
        self._changed.clear()

    def _lay_over(self) -> None:
        """Lay the deployer's trial rows over the record, once this transaction is known to work on a trial."""
        if self._trial or not trials.owner_of(self._tx):
            return
        self._trial = trials.owner_of(self._tx)
        for order, row in trials.rows_of(self._tx, self._trial):
            self._rows[type(row), key_of(row)] = (order, row)

    def _read(self, kind: type[Row], asked: dict[str, Any]) -> None:
        question = (kind, frozenset(asked.items()))
        if question in self._asked:
            return
        self._asked.add(question)
        shape = tuple(sorted((name, _shape(value)) for name, value in asked.items()))
        values: dict[str, Any] = {}
        for name, value in asked.items():
            if isinstance(value, Span):
                values |= {f"{name}_first": value.first, f"{name}_end": value.end}
            elif value is not None:
                values[name] = list(value) if isinstance(value, tuple) else value
        for record in self._tx.execute(_select_of(TABLES[kind], shape), values):
            row = row_from(kind, record)
            self._rows.setdefault((kind, key_of(row)), (getattr(record, SEQ), row))


def _shape(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, Span):
        return "span"
    return "many" if isinstance(value, tuple) else "one"


@cache
def _select_of(table: Table, shape: tuple[tuple[str, str], ...]) -> Select[Any]:
    statement = select(table)
    for name, how in shape:
        column = table.c[name]
        if how == "empty":
            statement = statement.where(column.is_(None))
        elif how == "span":
            first, end = (bindparam(f"{name}_{edge}", type_=column.type) for edge in ("first", "end"))
            statement = statement.where(column >= first, column < end)
        elif how == "many":
            statement = statement.where(column.in_(bindparam(name, expanding=True)))
        else:
            statement = statement.where(column == bindparam(name, type_=column.type))
    return statement.order_by(table.c[SEQ])


def shelf_of(tx: Transaction) -> Shelf:
    """Return the transaction's shelf."""
    shelf = tx.cache.get(Shelf)
    if shelf is None:
        shelf = tx.cache[Shelf] = Shelf(tx)
    return shelf
