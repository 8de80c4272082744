"""A month of a town's fund: what came in and went out, and whether each use has its case (NH-14, XT-09, XX-14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiuzhu.domain.instants import day_of
from jiuzhu.domain.reserve import NOTHING, balance, held
from jiuzhu.domain.rows import ReserveEntry, SinglePayment

ALLOWED = frozenset({"temp_urgent", "temp_expenditure"})
"""What the fund may be used for: sudden, temporary hardship."""


@dataclass(frozen=True, kw_only=True)
class Month:
    """The figures of one month."""

    opening: Decimal
    taken_in: Decimal
    spent: Decimal
    closing: Decimal


@dataclass(frozen=True, kw_only=True)
class Use:
    """One payment out of the fund, and what does not fit."""

    entry_no: str
    entered_on: str
    case_no: str
    amount: Decimal
    fault: str


def month_of(entries: Sequence[ReserveEntry], month: str) -> Month:
    """Return a month's figures from the lines of a town's fund."""
    before = [row for row in entries if f"{day_of(row.entered_at):%Y-%m}" < month]
    within = [row for row in entries if f"{day_of(row.entered_at):%Y-%m}" == month]
    return Month(
        opening=balance(before),
        taken_in=sum((row.amount for row in within if row.kind == "in"), NOTHING),
        spent=sum((row.amount for row in within if row.kind != "in"), NOTHING),
        closing=balance([*before, *within]),
    )


def uses_of(entries: Sequence[ReserveEntry], payments: Mapping[str, Iterable[SinglePayment]], month: str) -> list[Use]:
    """Return what was spent in a month, each held against the payments of its case.

    What a case has taken and not given back must be what it was paid out of the fund, for sudden or temporary hardship.
    """
    found = []
    for row in entries:
        if row.kind == "in" or f"{day_of(row.entered_at):%Y-%m}" != month:
            continue
        own = [one for one in payments.get(row.case_no, ()) if one.from_reserve]
        taken = held([one for one in entries if one.case_no == row.case_no])
        paid = sum((one.amount for one in own), NOTHING)
        fault = ""
        if not row.case_no:
            fault = "没有对应的办件"
        elif taken != paid:
            fault = f"办件动用{taken:.2f}元，实际支付{paid:.2f}元"
        elif any(one.programme not in ALLOWED for one in own):
            fault = "不是临时救助，不得动用"
        found.append(
            Use(
                entry_no=row.entry_no,
                entered_on=day_of(row.entered_at).isoformat(),
                case_no=row.case_no,
                amount=row.amount,
                fault=fault,
            )
        )
    return found
