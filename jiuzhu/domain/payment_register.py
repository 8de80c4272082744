"""The register beside a batch: whose payer and programme it is, their histories, and every line they ever had.

Read in a few questions for the whole batch, never one a recipient.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain import payments
from jiuzhu.domain.records import Records
from jiuzhu.domain.rows import PaymentBatch, PaymentLine, PaymentOrder, Recipient, RecipientChange

TOWN = "town"


@dataclass(frozen=True, kw_only=True)
class Register:
    """What one batch is made of."""

    recipients: Sequence[Recipient]
    histories: Mapping[str, Sequence[RecipientChange]]
    lines: Sequence[PaymentLine]
    """Every line of the district's programme in the months that count."""
    orders: Sequence[PaymentOrder]
    earliest: str


def register_of(
    records: Records, *, district: str, payer_org: str, programme: str, month: str, back_months: int
) -> Register:
    """Return the register of a payer's programme: a town pays its own recipients, the district all others."""
    if payer_org != district:
        found = records.find(Recipient, district=district, programme=programme, payer=TOWN, town=payer_org)
    else:
        found = records.find(Recipient, district=district, programme=programme)
    recipients = [one for one in found if (one.payer == TOWN) == (payer_org != district)]
    earliest = payments.month_before(month, back_months)
    months = tuple(payments.months_until(earliest, month))
    histories: dict[str, list[RecipientChange]] = {one.recipient_no: [] for one in recipients}
    for change in records.find(RecipientChange, district=district):
        if change.recipient_no in histories:
            histories[change.recipient_no].append(change)
    return Register(
        recipients=recipients,
        histories=histories,
        lines=[
            line
            for line in records.find(PaymentLine, district=district, programme=programme, month=months)
            if line.recipient_no in histories
        ],
        orders=records.find(PaymentOrder, district=district, programme=programme, month=months),
        earliest=earliest,
    )


def differences_of(records: Records, batch: PaymentBatch, back_months: int) -> list[payments.Difference]:
    """Compare a batch with the register as both stand now (JC-12)."""
    found = register_of(
        records,
        district=batch.district,
        payer_org=batch.payer_org,
        programme=batch.programme,
        month=batch.month,
        back_months=back_months,
    )
    return payments.compare(found.recipients, found.histories, found.lines, found.orders, batch.month)


def totals(lines: Sequence[PaymentLine]) -> dict[str, Any]:
    """Return a batch's control totals: what is paid or to be paid, what was left out, what failed."""
    kept = [line for line in lines if line.state not in payments.GONE]
    paid = [line for line in lines if line.state == "paid"]
    return {
        "count": len(kept),
        "total": sum((line.amount for line in kept), payments.NOTHING),
        "excluded_count": sum(1 for line in lines if line.state == "excluded"),
        "paid_count": len(paid),
        "paid_total": sum((line.amount for line in paid), payments.NOTHING),
        "failed_count": sum(1 for line in lines if line.state == "failed"),
    }
