"""A household's file in one question: every row of the record that belongs to a case, its submissions, its heads,
its numbers.

Record tasks of one click ask for a dozen kinds of rows. Instead of a question each, one UNION ALL brings them as
JSON arrays; a kind is decoded when it is asked for. What belongs to a file:

* kinds with ``case_no``: the rows of the case, and (``resident_ref``) rows of other cases about the same people;
* what a town decides with: letters, appointments, seals, agreements of the case's town (``TOWN_KINDS``);
* rows that hang on rows of the file (``HANGING``), and the village's notice sheet of the day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    LargeBinary,
    Table,
    Text,
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
    """What one question brought; decoded kind by kind."""

    def __init__(
        self, key: FileKey, raw: Mapping[str, list[tuple[int, list[Any]]]], keyring: Keyring, *, sqlite: bool
    ) -> None:
        self.key = key
        self._raw = raw
        self._keyring = keyring
        self._sqlite = sqlite

    def rows(self, table: Table) -> list[tuple[int, dict[str, Any]]]:
        """Return (seq, column → value) of the file's rows of a table."""
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


def want(tx: Transaction, key: FileKey) -> None:
    """Say whose file this transaction works on; it is read with the first question. The first one counts."""
    tx.cache.setdefault(WANTED, key)


def file_of(tx: Transaction) -> CaseFile | None:
    """Return the file of the transaction's household, None when it works on none."""
    if FILE not in tx.cache:
        key = tx.cache.get(WANTED)
        tx.cache[FILE] = None if key is None else load(tx, key)
    file: CaseFile | None = tx.cache[FILE]
    return file


def load(tx: Transaction, key: FileKey) -> CaseFile:
    """Read a household's file."""
    dialect = tx.connection.dialect.name
    values = {
        "case_no": key.case_no,
        "town": key.town,
        "village": key.village,
        "day": key.day,
        "in_district": f"%:{key.district}%",
        "in_town": f"%:{key.town}%",
    }
    raw: dict[str, list[tuple[int, list[Any]]]] = {}
    for row in tx.execute(_question(dialect), values):
        raw.setdefault(row.name, []).append((row.place, orjson.loads(row.content)))
    for rows in raw.values():
        rows.sort(key=lambda row: row[0])
    return CaseFile(key, raw, tx.keyring, sqlite=dialect == "sqlite")


@cache
def _question(dialect: str) -> CompoundSelect[Any]:
    parts = [_part(dialect, table, table.c[SEQ], _belongs(kind)) for kind, table in TABLES.items() if _has_place(kind)]
    parts.append(_part(dialect, submission, submission.c.sequence, submission.c.case_no == bindparam("case_no")))
    opened = literal(0)
    parts.append(_part(dialect, case_instance, opened, case_instance.c.case_no == bindparam("case_no")))
    here = or_(series.c.name.like(bindparam("in_district")), series.c.name.like(bindparam("in_town")))
    parts.append(_part(dialect, series, literal(0), here))
    return union_all(*parts)


def _has_place(kind: type[Row]) -> bool:
    names = names_of(kind)
    return CASE in names or REF in names or kind in TOWN_KINDS or kind in HANGING or kind is NoticeSheet


def _belongs(kind: type[Row]) -> ColumnElement[bool]:
    table = TABLES[kind]
    if kind is NoticeSheet:
        return (table.c.village == bindparam("village")) & (table.c.dated == bindparam("day", type_=Date()))
    if kind in TOWN_KINDS:
        return table.c.town == bindparam("town")
    if kind in HANGING:
        name, anchor = HANGING[kind]
        of = TABLES[anchor]
        return table.c[name].in_(select(of.c[name]).where(_belongs(anchor)))
    people = TABLES[HouseholdPerson].alias("people_of_case")
    theirs = select(people.c[REF]).where(people.c[CASE] == bindparam("case_no"))
    rules = []
    if CASE in table.c:
        rules.append(table.c[CASE] == bindparam("case_no"))
    if REF in table.c:
        rules.append(table.c[REF].in_(theirs))
    return or_(*rules)


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
