"""Shares, trends, months of overpayment and back pay."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from jiuzhu.domain import adjustments
from jiuzhu.domain.rows import RecipientChange

NOW = datetime(2026, 9, 16, tzinfo=UTC)


def line(number: int, month: str, amount: str, state: str = "active", kind: str = "grant") -> RecipientChange:
    return RecipientChange(
        recipient_no="R1",
        line=number,
        case_no="C1",
        district="d",
        kind=kind,
        effective_month=month,
        amount_monthly=Decimal(amount),
        state=state,
        record_no="C1",
        changed_at=NOW,
    )


@pytest.mark.parametrize(
    ("amount", "members", "share", "left"),
    [("900.00", 3, "300.00", "600.00"), ("1000.00", 3, "333.33", "666.67"), ("500.00", 1, "500.00", "0.00")],
)
def test_one_persons_part_falls_away(amount: str, members: int, share: str, left: str) -> None:
    assert adjustments.share_of_one(Decimal(amount), members) == Decimal(share)
    assert adjustments.without_one(Decimal(amount), members) == Decimal(left)


@pytest.mark.parametrize(
    ("after", "entitled", "way"),
    [
        ("900", True, "same"),
        ("900.01", True, "more"),
        ("899.99", True, "less"),
        ("0", True, "none"),
        ("950", False, "none"),
    ],
)
def test_the_trend_of_an_amount(after: str, entitled: bool, way: str) -> None:
    assert adjustments.trend(Decimal("900"), Decimal(after), entitled=entitled) == way


@pytest.mark.req("XX-49")
@pytest.mark.parametrize(
    ("died", "until", "members", "total"),
    [
        (date(2026, 6, 30), "2026-09", 1, "1000.00"),
        (date(2026, 6, 1), "2026-09", 1, "1000.00"),
        (date(2026, 8, 31), "2026-09", 1, "0.00"),
        (date(2026, 6, 15), "2026-09", 2, "500.00"),
        (date(2025, 12, 31), "2026-03", 1, "1000.00"),
    ],
)
def test_the_month_of_death_is_due_and_what_follows_was_paid_too_much(
    died: date, until: str, members: int, total: str
) -> None:
    history = [line(1, "2024-01", "500.00")]
    assert adjustments.overpaid(history, died, until, members) == Decimal(total)


def test_months_that_were_not_paid_anyway_are_not_overpaid() -> None:
    history = [line(1, "2024-01", "500.00"), line(2, "2026-08", "0.00", "suspended", "suspend")]
    assert adjustments.overpaid(history, date(2026, 6, 2), "2026-10", 1) == Decimal("500.00")


@pytest.mark.req("JC-24")
def test_a_new_line_owes_what_it_gives_more_for_months_that_are_over() -> None:
    before = [line(1, "2024-01", "500.00"), line(2, "2026-07", "0.00", "suspended", "suspend")]
    after = [*before, line(3, "2026-07", "500.00", "active", "resume")]
    assert adjustments.owed(before, after, "2026-09") == [
        ("2026-07", Decimal("500.00")),
        ("2026-08", Decimal("500.00")),
    ]
    assert adjustments.owed(before, [*before, line(3, "2026-10", "500.00")], "2026-09") == []
    cut = [*before[:1], line(2, "2026-07", "300.00", "active", "decrease")]
    assert adjustments.owed(before[:1], cut, "2026-09") == []


@pytest.mark.parametrize(("count", "reached"), [(2, False), (3, True), (4, True)])
def test_three_refusals_are_enough(count: int, reached: bool) -> None:
    assert adjustments.refusals_reached(count, 3) is reached
