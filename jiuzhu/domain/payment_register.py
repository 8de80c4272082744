"""The register beside a batch: whose payer and programme it is, their histories, and every line they ever had.

Read in a few questions for the whole batch, never one a recipient.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain import payments
from jiuzhu.domain.recipients import PAID_STATES, payable
from jiuzhu.domain.records import Records
from jiuzhu.domain.rows import (
    PaymentBatch,
    PaymentLine,
    PaymentOrder,
    Recipient,
    RecipientChange,
    Takeover,
    TakeoverLine,
)

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
    differences = payments.compare(found.recipients, found.histories, found.lines, found.orders, batch.month)
    return [*differences, *opening_differences(records, batch, found)]


def opening_differences(records: Records, batch: PaymentBatch, register: Register) -> list[payments.Difference]:
    """Compare the first month of households that were taken over with the list that brought them (decisions C10).

    A household about which something was decided since then is its history's affair, no longer the list's.
    """
    known = {one.recipient_no: one for one in register.recipients}
    found = []
    for line in _opening_lines(records, batch):
        where = f"{line.import_no}第{line.line}行"
        who = known.get(line.recipient_no)
        if who is None:
            if not records.find(Recipient, recipient_no=line.recipient_no):
                found.append(payments.difference("opening", line.recipient_no, "", f"{where}导入的家庭，台账没有"))
            continue
        history = register.histories[line.recipient_no]
        brought = line.amount_monthly if line.state in PAID_STATES else payments.NOTHING
        due = payable(history, batch.month)
        if all(one.kind == "import" for one in history) and due != brought:
            sentence = f"{where}导入每月{brought:.2f}元，台账应发{due:.2f}元"
            found.append(payments.difference("opening", line.recipient_no, who.name, sentence))
    return found


def _opening_lines(records: Records, batch: PaymentBatch) -> list[TakeoverLine]:
    """Return the households of released lists that this payer pays for the first time in the batch's month."""
    lines = []
    for brought in records.find(Takeover, district=batch.district, state="released"):
        found = records.find(
            TakeoverLine, import_no=brought.import_no, programme=batch.programme, first_month=batch.month
        )
        town = batch.payer_org != batch.district
        lines += [one for one in found if (one.payer == TOWN) == town and (not town or one.town == batch.payer_org)]
    return lines


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
