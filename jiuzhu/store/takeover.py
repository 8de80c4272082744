"""Lists that are taken over: what of them is known already, what was done since, and taking one back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Executable, Table, delete, func, insert, or_, select

from jiuzhu.domain.rows import (
    Dossier,
    DossierCase,
    DossierExport,
    DossierItem,
    Household,
    HouseholdPerson,
    Recipient,
    RecipientChange,
    RelativesEntry,
    Row,
    Takeover,
    TakeoverLine,
)
from jiuzhu.store.kinds import SEQ, TABLES, names_of, row_from
from jiuzhu.store.tables import case_instance
from jiuzhu.store.transaction import Transaction

CHUNK = 500
FILED = 2
"""Lines that a release puts into a dossier: the household as it came, and the first line of its history."""
_ROW, _LINE = TABLES[Takeover], TABLES[TakeoverLine]
_PERSON, _RECIPIENT, _CHANGE = TABLES[HouseholdPerson], TABLES[Recipient], TABLES[RecipientChange]
_DOSSIER, _DOSSIER_CASE, _ITEM = TABLES[Dossier], TABLES[DossierCase], TABLES[DossierItem]
MADE: tuple[Table, ...] = (
    _PERSON,
    TABLES[Household],
    TABLES[RelativesEntry],
    _ITEM,
    _DOSSIER_CASE,
    _CHANGE,
    _RECIPIENT,
)
"""What a release writes under the household's number, beside its dossier and its line."""


def _chunks(values: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), CHUNK):
        yield list(values[start : start + CHUNK])


def _pairs(tx: Transaction, statement: Executable) -> dict[str, str]:
    return {str(row.ref): str(row.number) for row in tx.execute(statement)}


def page(tx: Transaction, districts: Sequence[str], limit: int) -> Sequence[Takeover]:
    """Return the lists of districts, newest first."""
    statement = select(_ROW).where(_ROW.c.district.in_(list(districts))).order_by(_ROW.c[SEQ].desc()).limit(limit)
    return [row_from(Takeover, record) for record in tx.execute(statement)]


def in_state(tx: Transaction, state: str) -> Sequence[str]:
    """Return the numbers of the lists in a state, oldest first."""
    return list(tx.execute(select(_ROW.c.import_no).where(_ROW.c.state == state).order_by(_ROW.c[SEQ])).scalars())


def locked(tx: Transaction, import_no: str) -> Takeover | None:
    """Return a list, locked until the transaction ends."""
    record = tx.execute(select(_ROW).where(_ROW.c.import_no == import_no).with_for_update()).one_or_none()
    return None if record is None else row_from(Takeover, record)


def lines(tx: Transaction, import_no: str) -> Sequence[TakeoverLine]:
    """Return the households of a list that are written, in the order of the file."""
    statement = select(_LINE).where(_LINE.c.import_no == import_no).order_by(_LINE.c.line)
    return [row_from(TakeoverLine, record) for record in tx.execute(statement)]


def add_rows(tx: Transaction, rows: Sequence[Row]) -> None:
    """Insert many rows at once, each table with one statement: a use case's own way of writing is made for a few."""
    grouped: dict[type[Row], list[dict[str, object]]] = {}
    for row in rows:
        kind = type(row)
        grouped.setdefault(kind, []).append({name: getattr(row, name) for name in names_of(kind)})
    for kind, values in grouped.items():
        tx.execute(insert(TABLES[kind]), values)


def written(tx: Transaction, import_no: str, rows: Sequence[int]) -> frozenset[int]:
    """Return which of these rows of the file are written."""
    statement = select(_LINE.c.line).where(_LINE.c.import_no == import_no, _LINE.c.line.in_(list(rows)))
    return frozenset(tx.execute(statement).scalars())


def helped(tx: Transaction, refs: Sequence[str], not_import: str) -> Mapping[str, str]:
    """Return resident reference → number of the recipient or running application in which the person stands already.

    Supporters do not count, nor does what the list itself has written so far.
    """
    own = select(_LINE.c.dossier_no).where(_LINE.c.import_no == not_import)
    found: dict[str, str] = {}
    for part in _chunks(refs):
        of_recipient = (
            select(_PERSON.c.resident_ref.label("ref"), _RECIPIENT.c.recipient_no.label("number"))
            .join(_RECIPIENT, _RECIPIENT.c.case_no == _PERSON.c.case_no)
            .where(_PERSON.c.resident_ref.in_(part), _PERSON.c.part != "supporter")
            .where(_RECIPIENT.c.state != "ended", _PERSON.c.case_no.not_in(own))
        )
        of_case = (
            select(_PERSON.c.resident_ref.label("ref"), _PERSON.c.case_no.label("number"))
            .join(case_instance, case_instance.c.record_no == _PERSON.c.case_no)
            .where(_PERSON.c.resident_ref.in_(part), _PERSON.c.part != "supporter")
            .where(case_instance.c.ended_at.is_(None), _PERSON.c.programme.not_like("temp%"))
        )
        taken = (
            select(_PERSON.c.resident_ref.label("ref"), _PERSON.c.case_no.label("number"))
            .join(_LINE, _LINE.c.dossier_no == _PERSON.c.case_no)
            .join(_ROW, _ROW.c.import_no == _LINE.c.import_no)
            .where(_PERSON.c.resident_ref.in_(part), _LINE.c.import_no != not_import, _ROW.c.state == "releasing")
        )
        for statement in (taken, of_case, of_recipient):
            found.update(_pairs(tx, statement))
    return found


def numbers_taken(tx: Transaction, numbers: Sequence[str], not_import: str) -> frozenset[str]:
    """Return which of these numbers are a dossier's or a case's already."""
    own = select(_LINE.c.dossier_no).where(_LINE.c.import_no == not_import)
    found: set[str] = set()
    for part in _chunks(numbers):
        for column in (_DOSSIER.c.dossier_no, _DOSSIER_CASE.c.case_no, _RECIPIENT.c.case_no, case_instance.c.case_no):
            found.update(tx.execute(select(column).where(column.in_(part), column.not_in(own))).scalars())
    return frozenset(found)


def dossiers_of(tx: Transaction, refs: Sequence[str]) -> Mapping[str, str]:
    """Return resident reference → dossier in which the person stands already (as applicant or member)."""
    found: dict[str, str] = {}
    for part in _chunks(refs):
        statement = (
            select(_PERSON.c.resident_ref.label("ref"), _DOSSIER_CASE.c.dossier_no.label("number"))
            .join(_DOSSIER_CASE, _DOSSIER_CASE.c.case_no == _PERSON.c.case_no)
            .join(_DOSSIER, _DOSSIER.c.dossier_no == _DOSSIER_CASE.c.dossier_no)
            .where(_PERSON.c.resident_ref.in_(part), _PERSON.c.part != "supporter", _DOSSIER.c.state != "disposed")
        )
        found.update(_pairs(tx, statement))
    return found


def touched(tx: Transaction, import_no: str) -> Mapping[str, str]:
    """Return household number → name of a table in which something was done about it since the release."""
    own = select(_LINE.c.dossier_no).where(_LINE.c.import_no == import_no)
    recipients = select(_LINE.c.recipient_no).where(_LINE.c.import_no == import_no)
    later: Mapping[Table, ColumnElement[bool]] = {
        _RECIPIENT: _RECIPIENT.c.version > 1,
        _CHANGE: _CHANGE.c.line > 1,
        _ITEM: _ITEM.c.line > FILED,
        TABLES[Household]: TABLES[Household].c.version > 1,
    }
    found: dict[str, str] = {}

    def note(table: Table, statement: Executable) -> None:
        found.update(dict.fromkeys(tx.execute(statement).scalars(), table.name))

    for kind, table in TABLES.items():
        if kind in (TakeoverLine, DossierExport):
            continue
        if "case_no" in table.c and (table not in MADE or table in later):
            statement = select(table.c.case_no).where(table.c.case_no.in_(own))
            note(table, statement.where(later[table]) if table in later else statement)
        elif "recipient_no" in table.c and table not in MADE:
            column = table.c.recipient_no
            numbers = select(_LINE.c.dossier_no).join(table, column == _LINE.c.recipient_no)
            note(table, numbers.where(_LINE.c.import_no == import_no, column.in_(recipients)))
        elif "dossier_no" in table.c and table not in MADE and table is not _DOSSIER:
            note(table, select(table.c.dossier_no).where(table.c.dossier_no.in_(own)))
    note(_DOSSIER, select(_DOSSIER.c.dossier_no).where(_DOSSIER.c.dossier_no.in_(own), _DOSSIER.c.version > 1))
    # A later case of the same people has gone into the dossier that the list brought.
    more = select(_DOSSIER_CASE.c.dossier_no).where(
        _DOSSIER_CASE.c.dossier_no.in_(own), _DOSSIER_CASE.c.case_no.not_in(own)
    )
    note(_DOSSIER_CASE, more)
    note(case_instance, select(case_instance.c.case_no).where(case_instance.c.case_no.in_(own)))
    return found


def take_back(tx: Transaction, import_no: str) -> int:
    """Delete everything that a list has brought into the record; its own row and lines stay. Returns the households."""
    own = select(_LINE.c.dossier_no).where(_LINE.c.import_no == import_no)
    for table in MADE:
        tx.execute(delete(table).where(table.c.case_no.in_(own)))
    tx.execute(delete(_DOSSIER).where(_DOSSIER.c.dossier_no.in_(own)))
    return int(tx.execute(select(func.count()).where(_LINE.c.import_no == import_no)).scalar_one())


def drop_lines(tx: Transaction, import_no: str) -> None:
    """Forget the lines of a release that was broken off: nothing of it ever counted."""
    tx.execute(delete(_LINE).where(_LINE.c.import_no == import_no))


def with_number(tx: Transaction, number: str) -> str:
    """Return the dossier of a number that is a dossier's or a case's, '' for none."""
    statement = select(_DOSSIER_CASE.c.dossier_no).where(
        or_(_DOSSIER_CASE.c.case_no == number, _DOSSIER_CASE.c.dossier_no == number)
    )
    return tx.execute(statement.limit(1)).scalar_one_or_none() or ""
