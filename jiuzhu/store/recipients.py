"""The register of recipients, as far as somebody may read it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select

from jiuzhu.domain.rows import Recipient
from jiuzhu.store.kinds import TABLES, row_from
from jiuzhu.store.listing import Scope
from jiuzhu.store.transaction import Transaction

_RECIPIENT = TABLES[Recipient]


def within(
    tx: Transaction, scope: Scope, *, programme: str = "", state: str = "", resident_ref: str = ""
) -> Iterator[Recipient]:
    """Yield the recipients of these places by number; nothing for nobody's places."""
    table = _RECIPIENT.c
    wanted = ((table.district, scope.districts), (table.town, scope.towns), (table.village, scope.villages))
    places = [column.in_(list(ids)) for column, ids in wanted if ids]
    if not places:
        return
    statement = select(_RECIPIENT).where(or_(*places)).order_by(table.recipient_no)
    for column, value in ((table.programme, programme), (table.state, state), (table.resident_ref, resident_ref)):
        if value:
            statement = statement.where(column == value)
    for record in tx.execute(statement):
        yield row_from(Recipient, record)
