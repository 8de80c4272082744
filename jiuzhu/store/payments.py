"""Payment batches across districts and towns: lists for pages, and who decided about whom on a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, or_, select

from jiuzhu.domain.rows import CaseDecision, PaymentBatch, PaymentLine, Recipient, RecipientChange
from jiuzhu.store.kinds import SEQ, TABLES, row_from
from jiuzhu.store.transaction import Transaction

_BATCHES, _LINES, _RECIPIENTS = TABLES[PaymentBatch], TABLES[PaymentLine], TABLES[Recipient]
_CHANGES, _DECISIONS = TABLES[RecipientChange], TABLES[CaseDecision]


@dataclass(frozen=True, kw_only=True)
class BatchFilter:
    """Whose batches are asked for."""

    districts: Sequence[str] = ()
    """Districts whose batches are all visible."""
    payers: Sequence[str] = ()
    """Paying organisations beside them."""
    month: str = ""
    payer_org: str = ""


def page(tx: Transaction, wanted: BatchFilter, limit: int = 500) -> Sequence[PaymentBatch]:
    """Return batches, the latest month first."""
    statement = select(_BATCHES).where(
        or_(_BATCHES.c.district.in_(list(wanted.districts)), _BATCHES.c.payer_org.in_(list(wanted.payers)))
    )
    if wanted.month:
        statement = statement.where(_BATCHES.c.month == wanted.month)
    if wanted.payer_org:
        statement = statement.where(_BATCHES.c.payer_org == wanted.payer_org)
    ordered = statement.order_by(_BATCHES.c.month.desc(), _BATCHES.c.payer_org, _BATCHES.c[SEQ].desc()).limit(limit)
    return [row_from(PaymentBatch, record) for record in tx.execute(ordered)]


def one(tx: Transaction, batch_no: str) -> PaymentBatch | None:
    """Return a batch by its number."""
    record = tx.execute(select(_BATCHES).where(_BATCHES.c.batch_no == batch_no)).one_or_none()
    return None if record is None else row_from(PaymentBatch, record)


def lines(tx: Transaction, batch_no: str) -> Sequence[PaymentLine]:
    """Return a batch's lines in their order."""
    found = tx.execute(select(_LINES).where(_LINES.c.batch_no == batch_no).order_by(_LINES.c[SEQ]))
    return [row_from(PaymentLine, record) for record in found]


def decided_of_batch(tx: Transaction, batch_no: str, person: str) -> bool:
    """True when a person made one of the decisions by which somebody on a batch's list is paid (R-11)."""
    on_list: Select[tuple[str]] = select(_LINES.c.recipient_no).where(
        _LINES.c.batch_no == batch_no, _LINES.c.state != "excluded"
    )
    numbers = select(_RECIPIENTS.c.decision_no).where(_RECIPIENTS.c.recipient_no.in_(on_list))
    changed = select(_CHANGES.c.decision_no).where(_CHANGES.c.recipient_no.in_(on_list))
    statement = (
        select(func.count())
        .select_from(_DECISIONS)
        .where(
            and_(
                _DECISIONS.c.person == person,
                or_(_DECISIONS.c.decision_no.in_(numbers), _DECISIONS.c.decision_no.in_(changed)),
            )
        )
    )
    return bool(tx.execute(statement).scalar_one())


def lines_of_month(tx: Transaction, districts: Sequence[str], month: str) -> Sequence[PaymentLine]:
    """Return the lines of all batches that paid in a month."""
    batches = select(_BATCHES.c.batch_no).where(_BATCHES.c.district.in_(list(districts)), _BATCHES.c.month == month)
    found = tx.execute(select(_LINES).where(_LINES.c.batch_no.in_(batches)).order_by(_LINES.c[SEQ]))
    return [row_from(PaymentLine, record) for record in found]
