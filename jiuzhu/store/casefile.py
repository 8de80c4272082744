"""A household's file in one question: every row of the record that belongs to a case, its submissions, its heads,
its numbers.

Record tasks of one click ask for a dozen kinds of rows. Instead of a question each, one UNION ALL brings them as
JSON arrays; a kind is decoded when it is asked for. What belongs to a file:

* kinds with ``case_no``: the rows of the case, and (``resident_ref``) rows of other cases about the same people;
* what a town decides with: letters, appointments, seals, agreements of the case's town (``TOWN_KINDS``);
* rows that hang on rows of the file (``HANGING``), and the village's notice sheet of the day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    LargeBinary,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.types import TypeDecorator

from jiuzhu.domain.rows import (
    Appointment,
    ConfidentialityAgreement,
    EntrustmentLetter,
    Filing,
    FilingReceipt,
    HouseholdPerson,
    NoticeSheet,
    Row,
    Seal,
    SealCustody,
)
from jiuzhu.store.kinds import SEQ, TABLES, names_of
from jiuzhu.store.sealing import Keyring
from jiuzhu.store.tables import case_instance, series, submission
from jiuzhu.store.transaction import Transaction
from jiuzhu.store.types import Instant, Json, Money, SealedDate, SealedJson, SealedMoney, SealedText

CASE, REF = "case_no", "resident_ref"
TOWN_KINDS: tuple[type[Row], ...] = (Appointment, ConfidentialityAgreement, EntrustmentLetter, Seal)
HANGING: Mapping[type[Row], tuple[str, type[Row]]] = {
    FilingReceipt: ("filing_no", Filing),
    SealCustody: ("seal_no", Seal),
}
SUBMISSIONS, HEADS, SERIES = "submission", "case_instance", "series"
SEALED = (SealedText, SealedJson, SealedDate, SealedMoney)


@dataclass(frozen=True, kw_only=True)
class FileKey:
    """Whose file: case, and the places that decide what belongs to it."""

    case_no: str
    district: str
    town: str
    village: str
    day: date


class CaseFile:
    """What one question brought, of one household or of several; decoded kind by kind."""

    def __init__(
        self, keys: Sequence[FileKey], raw: Mapping[str, list[tuple[int, list[Any]]]], keyring: Keyring, *, sqlite: bool
    ) -> None:
        self.cases = frozenset(key.case_no for key in keys)
        self.town = keys[0].town
        self.sheets = frozenset((key.village, key.day) for key in keys)
        self._decoded: dict[Table, list[tuple[int, dict[str, Any]]]] = {}
        self._raw = raw
        self._keyring = keyring
        self._sqlite = sqlite

    def rows(self, table: Table) -> list[tuple[int, dict[str, Any]]]:
        """Return (seq, column → value) of the file's rows of a table."""
        if table not in self._decoded:
            self._decoded[table] = self._decode(table)
        return self._decoded[table]

    def _decode(self, table: Table) -> list[tuple[int, dict[str, Any]]]:
        columns = _columns(table)
        decoders = _decoders(table, self._sqlite)
        return [
            (
                seq,
                {
                    column.name: decode(value, self._keyring)
                    for column, decode, value in zip(columns, decoders, row, strict=True)
                },
            )
            for seq, row in self._raw.get(table.name, ())
        ]


WANTED, FILE = "file_wanted", "file"


def want(tx: Transaction, *keys: FileKey) -> None:
    """Say whose file this transaction works on; it is read with the first question. The first one counts.

    Several households of one town (a bit of starts) are read with one question.
    """
    tx.cache.setdefault(WANTED, keys)


def file_of(tx: Transaction) -> CaseFile | None:
    """Return the file of the transaction's households, None when it works on none."""
    if FILE not in tx.cache:
        keys = tx.cache.get(WANTED)
        tx.cache[FILE] = load(tx, keys) if keys else None
    file: CaseFile | None = tx.cache[FILE]
    return file


def load(tx: Transaction, keys: Sequence[FileKey]) -> CaseFile:
    """Read the file of households of one town."""
    dialect = tx.connection.dialect.name
    first = keys[0]
    if any((key.district, key.town, key.day) != (first.district, first.town, first.day) for key in keys):
        raise ValueError("a file is of one town and one day")
    single = dialect == "sqlite" and len(keys) == 1
    values = {
        "cases": first.case_no if single else _listed(dialect, (key.case_no for key in keys)),
        "town": first.town,
        "villages": first.village if single else _listed(dialect, (key.village for key in keys)),
        "day": first.day,
        "in_district": f"%:{first.district}%",
        "in_town": f"%:{first.town}%",
    }
    raw: dict[str, list[tuple[int, list[Any]]]] = {}
    for row in tx.execute(_question(dialect, single), values):
        raw.setdefault(row.name, []).append((row.place, orjson.loads(row.content)))
    for rows in raw.values():
        rows.sort(key=lambda row: row[0])
    return CaseFile(keys, raw, tx.keyring, sqlite=dialect == "sqlite")


def _listed(dialect: str, values: Iterable[str]) -> Any:
    found = sorted(set(values))
    return orjson.dumps(found).decode() if dialect == "sqlite" else found


def _among(dialect: str, single: bool, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return "column is one of the values of a parameter", in a shape that uses the column's index also beside OR.

    One household is the usual case: SQLite then needs no table of values for each of the half hundred parts.
    """
    if single:
        return column == bindparam(name, type_=Text())
    if dialect == "sqlite":
        each = func.json_each(bindparam(name, type_=Text())).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(bindparam(name, type_=ARRAY(Text())))


@cache
def _question(dialect: str, single: bool) -> CompoundSelect[Any]:
    parts = [
        _part(dialect, table, table.c[SEQ], _belongs(dialect, single, kind))
        for kind, table in TABLES.items()
        if _has_place(kind)
    ]
    parts.append(
        _part(dialect, submission, submission.c.sequence, _among(dialect, single, submission.c.case_no, "cases"))
    )
    opened = literal(0)
    parts.append(_part(dialect, case_instance, opened, _among(dialect, single, case_instance.c.case_no, "cases")))
    here = or_(series.c.name.like(bindparam("in_district")), series.c.name.like(bindparam("in_town")))
    parts.append(_part(dialect, series, literal(0), here))
    return union_all(*parts)


def _has_place(kind: type[Row]) -> bool:
    names = names_of(kind)
    return CASE in names or REF in names or kind in TOWN_KINDS or kind in HANGING or kind is NoticeSheet


def _belongs(dialect: str, single: bool, kind: type[Row]) -> ColumnElement[bool]:
    table = TABLES[kind]
    if kind is NoticeSheet:
        return _among(dialect, single, table.c.village, "villages") & (table.c.dated == bindparam("day", type_=Date()))
    if kind in TOWN_KINDS:
        return table.c.town == bindparam("town")
    if kind in HANGING:
        name, anchor = HANGING[kind]
        of = TABLES[anchor]
        return table.c[name].in_(select(of.c[name]).where(_belongs(dialect, single, anchor)))
    people = TABLES[HouseholdPerson].alias("people_of_case")
    theirs = select(people.c[REF]).where(_among(dialect, single, people.c[CASE], "cases"))
    rules = []
    if CASE in table.c:
        rules.append(_among(dialect, single, table.c[CASE], "cases"))
    if REF in table.c:
        # PostgreSQL reads a table from end to end for "OR in (select …)"; for an array it asks the index.
        of_them = table.c[REF].in_(theirs) if dialect == "sqlite" else table.c[REF] == any_(_array_of(theirs))
        rules.append(of_them)
    return or_(*rules)


def _array_of(statement: Select[Any]) -> Any:
    return func.array(statement.scalar_subquery(), type_=ARRAY(Text()))


def _part(dialect: str, table: Table, order: ColumnElement[Any], belongs: ColumnElement[bool]) -> Any:
    cells = [_as_text(dialect, column) for column in _columns(table)]
    array = func.json_array(*cells) if dialect == "sqlite" else cast(func.json_build_array(*cells), Text)
    return select(literal(table.name).label("name"), order.label("place"), array.label("content")).where(belongs)


@cache
def _columns(table: Table) -> tuple[Column[Any], ...]:
    """All columns but the case's state, which nobody needs here and which is large."""
    left_out = {"state", "open_tasks"} if table is case_instance else {SEQ}
    return tuple(column for column in table.c if column.name not in left_out)


def _as_text(dialect: str, column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, (*SEALED, LargeBinary)):
        coded = func.hex(column) if dialect == "sqlite" else func.encode(column, "hex")
        # hex(NULL) is '' in SQLite.
        return case((column.is_(None), None), else_=coded)
    return cast(_plain(column), Text)


def _plain(column: Column[Any]) -> ColumnElement[Any]:
    """Return the column as it is stored: our own types would convert the text a second time."""
    stored = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    return type_coerce(column, stored)


@cache
def _decoders(table: Table, sqlite: bool) -> tuple[Callable[[Any, Keyring], Any], ...]:
    return tuple(_decoder(column, sqlite) for column in _columns(table))


def _decoder(column: Column[Any], sqlite: bool) -> Callable[[Any, Keyring], Any]:
    kind = column.type
    decode: Callable[[str, Keyring], Any] = lambda text, ring: text  # noqa: E731
    if isinstance(kind, SealedText):
        decode = lambda text, ring: ring.open(bytes.fromhex(text)).decode()  # noqa: E731
    elif isinstance(kind, SealedJson):
        decode = lambda text, ring: orjson.loads(ring.open(bytes.fromhex(text)))  # noqa: E731
    elif isinstance(kind, SealedDate):
        decode = lambda text, ring: date.fromisoformat(ring.open(bytes.fromhex(text)).decode())  # noqa: E731
    elif isinstance(kind, SealedMoney):
        decode = lambda text, ring: Decimal(ring.open(bytes.fromhex(text)).decode())  # noqa: E731
    elif isinstance(kind, Money):
        decode = _fen if sqlite else lambda text, ring: Decimal(text)
    elif isinstance(kind, Json):
        decode = lambda text, ring: orjson.loads(text)  # noqa: E731
    elif isinstance(kind, Instant):
        decode = _instant
    elif isinstance(kind, Date):
        decode = lambda text, ring: date.fromisoformat(text)  # noqa: E731
    elif isinstance(kind, Boolean):
        decode = lambda text, ring: text in {"1", "true"}  # noqa: E731
    elif isinstance(kind, BigInteger | Integer):
        decode = lambda text, ring: int(text)  # noqa: E731
    return lambda value, ring: None if value is None else decode(value, ring)


def _fen(text: str, ring: Keyring) -> Decimal:
    return (Decimal(int(text)) / 100).quantize(Decimal("0.01"))


def _instant(text: str, ring: Keyring) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
