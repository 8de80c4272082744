"""Dossiers across households: lists, when they were closed, what is kept under their cases, erasing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, get_origin, get_type_hints

from sqlalchemy import ColumnElement, Select, Table, and_, case, false, func, or_, select, update

from jiuzhu.domain.rows import Dossier, DossierCase, Recipient, RecipientChange, Row, TakeoverLine, personal_fields
from jiuzhu.store.kinds import SEQ, TABLES, row_from
from jiuzhu.store.listing import Scope
from jiuzhu.store.tables import attachment, case_instance, submission
from jiuzhu.store.transaction import Transaction
from jiuzhu.store.types import SealedJson, SealedText

_ROW, _LINK, _RECIPIENT = TABLES[Dossier], TABLES[DossierCase], TABLES[Recipient]
REGISTERS: frozenset[type[Row]] = frozenset({Recipient, RecipientChange})
"""The register of recipients outlives the dossier: it says who was helped, the dossier why."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Whether a dossier's household is still helped or applying, and since when it is not."""

    open: bool
    cancelled_on: date | None
    """Last day of its last benefit."""
    ended_at: datetime | None
    """When its last case ended: what counts for a household that was never helped."""


def _standings() -> Select[Any]:
    still = or_(_RECIPIENT.c.state != "ended", _RECIPIENT.c.ended_on.is_(None))
    helped = case((and_(_RECIPIENT.c.recipient_no.is_not(None), still), 1), else_=0)
    running = case((and_(case_instance.c.id.is_not(None), case_instance.c.ended_at.is_(None)), 1), else_=0)
    return (
        select(
            _LINK.c.dossier_no,
            (func.coalesce(func.max(helped), 0) + func.coalesce(func.max(running), 0)).label("open"),
            func.max(_RECIPIENT.c.ended_on).label("cancelled_on"),
            func.max(case_instance.c.ended_at).label("ended_at"),
        )
        .select_from(_LINK)
        .outerjoin(_RECIPIENT, _RECIPIENT.c.case_no == _LINK.c.case_no)
        .outerjoin(case_instance, case_instance.c.case_no == _LINK.c.case_no)
        .group_by(_LINK.c.dossier_no)
    )


def standings(tx: Transaction, numbers: Sequence[str]) -> Mapping[str, Standing]:
    """Return how each of these dossiers stands."""
    found = tx.execute(_standings().where(_LINK.c.dossier_no.in_(list(numbers))))
    return {
        row.dossier_no: Standing(open=bool(row.open), cancelled_on=row.cancelled_on, ended_at=row.ended_at)
        for row in found
    }


def _within(scope: Scope) -> ColumnElement[bool]:
    places = [
        column.in_(list(ids))
        for column, ids in (
            (_ROW.c.district, scope.districts),
            (_ROW.c.town, scope.towns),
            (_ROW.c.village, scope.villages),
        )
        if ids
    ]
    return or_(*places) if places else false()


def page(tx: Transaction, scope: Scope, text: str, limit: int) -> Sequence[Dossier]:
    """Return dossiers of places, newest first; ``text`` is a part of a dossier's or case's number."""
    statement = select(_ROW).where(_within(scope))
    if text:
        cases = select(_LINK.c.dossier_no).where(_LINK.c.case_no.contains(text, autoescape=True))
        found = _ROW.c.dossier_no.contains(text, autoescape=True)
        statement = statement.where(or_(found, _ROW.c.dossier_no.in_(cases)))
    return [row_from(Dossier, one) for one in tx.execute(statement.order_by(_ROW.c[SEQ].desc()).limit(limit))]


def closed_by(tx: Transaction, scope: Scope, day: date, instant: datetime, limit: int) -> Sequence[Dossier]:
    """Return dossiers whose household was cancelled by a day (or, never helped, whose cases ended by an instant)."""
    stands = _standings().subquery()
    closed = or_(
        stands.c.cancelled_on <= day,
        and_(stands.c.cancelled_on.is_(None), stands.c.ended_at <= instant),
    )
    statement = (
        select(_ROW)
        .join(stands, stands.c.dossier_no == _ROW.c.dossier_no)
        .where(_within(scope), _ROW.c.state != "disposed", stands.c.open == 0, closed)
        .order_by(stands.c.cancelled_on, _ROW.c.dossier_no)
    )
    return [row_from(Dossier, one) for one in tx.execute(statement.limit(limit))]


def locked(tx: Transaction, dossier_no: str) -> Dossier | None:
    """Return a dossier, locked until the transaction ends."""
    record = tx.execute(select(_ROW).where(_ROW.c.dossier_no == dossier_no).with_for_update()).one_or_none()
    return None if record is None else row_from(Dossier, record)


def dossier_of(tx: Transaction, number: str) -> str:
    """Return the dossier that has this number or holds this case, '' for none."""
    statement = select(_LINK.c.dossier_no).where(or_(_LINK.c.case_no == number, _LINK.c.dossier_no == number))
    return tx.execute(statement.limit(1)).scalar_one_or_none() or ""


def rows_about(tx: Transaction, table_name: str, case_no: str) -> Sequence[Row]:
    """Return the rows of a record kind about a household: by its number, or by the number of its recipients."""
    kind, table = next(((kind, table) for kind, table in TABLES.items() if table.name == table_name), (None, None))
    if kind is None or table is None:
        return ()
    if "case_no" in table.c:
        wanted = table.c.case_no == case_no
    elif "recipient_no" in table.c:
        theirs = select(_RECIPIENT.c.recipient_no).where(_RECIPIENT.c.case_no == case_no)
        wanted = table.c.recipient_no.in_(theirs)
    else:
        return ()
    return [row_from(kind, one) for one in tx.execute(select(table).where(wanted).order_by(table.c[SEQ]))]


def item_names(tx: Transaction, case_no: str) -> Mapping[str, str]:
    """Return id of a submission → name of the work item that it completed."""
    statement = select(submission.c.id, submission.c.item_name).where(submission.c.case_no == case_no)
    return {row.id: row.item_name for row in tx.execute(statement)}


def erase(tx: Transaction, case_nos: Sequence[str]) -> Sequence[str]:
    """Empty everything personal that is kept under these cases; hashes, dates and numbers stay.

    Returns the hashes of attachments that no other case uses: their files may go.
    """
    numbers = list(case_nos)
    for kind, table in TABLES.items():
        if "case_no" in table.c and kind not in REGISTERS and kind is not TakeoverLine:
            emptied = _emptied(kind, table)
            if emptied:
                tx.execute(update(table).where(table.c.case_no.in_(numbers)).values(**emptied))
    tx.execute(update(submission).where(submission.c.case_no.in_(numbers)).values(data={}))
    own = select(attachment.c.sha256).where(attachment.c.case_no.in_(numbers))
    others = select(attachment.c.sha256).where(attachment.c.case_no.not_in(numbers))
    gone = list(tx.execute(own.where(attachment.c.sha256.not_in(others)).distinct()).scalars())
    tx.execute(update(attachment).where(attachment.c.case_no.in_(numbers)).values(name="已销毁", size=0))
    return gone


def _emptied(kind: type[Row], table: Table) -> dict[str, Any]:
    hints = get_type_hints(kind)
    found: dict[str, Any] = {}
    for name in personal_fields(kind):
        column = table.c[name]
        if column.nullable:
            found[name] = None
        elif isinstance(column.type, SealedText):
            found[name] = ""
        elif isinstance(column.type, SealedJson):
            found[name] = [] if get_origin(hints[name]) is list else {}
    return found
