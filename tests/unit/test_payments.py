"""What a month's batch pays and on what the register and the list disagree: by the histories, to the month."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.domain import payments
from jiuzhu.domain.rows import PaymentLine, PaymentOrder, Recipient, RecipientChange

NOW = datetime(2026, 9, 16, 2, tzinfo=UTC)


def recipient(number: str = "R1", **more: Any) -> Recipient:
    given: dict[str, Any] = {
        "recipient_no": number,
        "case_no": f"C-{number}",
        "district": "jincheng",
        "town": "T",
        "village": "V",
        "programme": "dibao",
        "name": "周永安",
        "resident_id": "1",
        "resident_ref": f"ref-{number}",
        "members": 2,
        "amount_monthly": Decimal("500.00"),
        "payer": "county",
        "bank_account": "9999",
        "decision_no": "D1",
        "since": "2026-07",
        "review_months": 12,
        "next_review": date(2027, 7, 1),
    }
    return Recipient(**{**given, **more})


def history(*lines: tuple[str, str, str, str], number: str = "R1") -> list[RecipientChange]:
    """kind, first month, amount, state."""
    return [
        RecipientChange(
            recipient_no=number,
            line=at,
            case_no=f"C-{number}",
            district="jincheng",
            kind=kind,
            effective_month=month,
            amount_monthly=Decimal(amount),
            state=state,
            record_no="r",
            changed_at=NOW,
        )
        for at, (kind, month, amount, state) in enumerate(lines, start=1)
    ]


GRANT = ("grant", "2026-07", "500.00", "active")


def line(month: str, amount: str, state: str = "paid", round: int = 0, number: str = "R1") -> PaymentLine:
    return PaymentLine(
        line_no=f"{number}-{month}-{round}",
        batch_no="B",
        recipient_no=number,
        household_no="H",
        district="jincheng",
        town="T",
        programme="dibao",
        month=month,
        round=round,
        amount=Decimal(amount),
        name="周永安",
        bank_account="9999",
        state=state,
    )


def owed(changes: list[RecipientChange], lines: list[PaymentLine], month: str) -> list[tuple[str, int, str]]:
    found = payments.owed_to(recipient(), changes, lines, month, "2026-01")
    return [(one.month, one.round, f"{one.amount:.2f}") for one in found]


@pytest.mark.req("JC-12")
def test_it_begins_with_the_month_after_and_pays_no_month_twice() -> None:
    assert owed(history(GRANT), [], "2026-06") == []
    assert owed(history(GRANT), [], "2026-07") == [("2026-07", 0, "500.00")]
    assert owed(history(GRANT), [line("2026-07", "500.00", "sent")], "2026-07") == []


def test_a_stop_counts_from_its_month_and_not_before() -> None:
    stopped = history(GRANT, ("stop", "2026-09", "0.00", "ended"))
    paid = [line("2026-07", "500.00")]
    assert owed(stopped, paid, "2026-08") == [("2026-08", 0, "500.00")]
    assert owed(stopped, [*paid, line("2026-08", "500.00")], "2026-09") == []


@pytest.mark.parametrize("quiet", ["account", "keep"])
@pytest.mark.parametrize(
    ("kind", "amount", "state", "october"),
    [("decrease", "300.00", "active", [("2026-10", 0, "300.00")]), ("stop", "0.00", "ended", [])],
)
def test_a_new_account_or_a_review_without_change_brings_no_cut_forward(
    quiet: str, kind: str, amount: str, state: str, october: list[tuple[str, int, str]]
) -> None:
    """The register's row is as of October when the account is put right in September: its line repeats the row."""
    changes = history(GRANT, (kind, "2026-10", amount, state), (quiet, "2026-09", amount, state))
    lines = [line("2026-07", "500.00"), line("2026-08", "500.00")]
    assert owed(changes, lines, "2026-09") == [("2026-09", 0, "500.00")]
    assert owed(changes, [*lines, line("2026-09", "500.00")], "2026-10") == october
    who = recipient(amount_monthly=Decimal(amount), state=state)
    assert kinds(who, changes, [*lines, line("2026-09", "500.00", state="planned")]) == []


def test_who_comes_after_the_list_was_made_is_missing_until_it_is_made_anew() -> None:
    changes = history(("grant", "2026-09", "600.00", "active"))
    who = recipient(since="2026-09", amount_monthly=Decimal("600.00"))
    assert kinds(who, changes, []) == ["missing"]
    assert owed(changes, [], "2026-09") == [("2026-09", 0, "600.00")]
    assert kinds(who, changes, [line("2026-09", "600.00", state="planned")]) == []


def test_suspended_and_resumed_with_back_pay() -> None:
    suspended = history(GRANT, ("suspend", "2026-08", "500.00", "suspended"))
    paid = [line("2026-07", "500.00")]
    assert owed(suspended, paid, "2026-09") == []
    resumed = history(GRANT, ("suspend", "2026-08", "500.00", "suspended"), ("resume", "2026-08", "500.00", "active"))
    assert owed(resumed, paid, "2026-09") == [("2026-08", 0, "500.00"), ("2026-09", 0, "500.00")]
    later = history(GRANT, ("suspend", "2026-08", "500.00", "suspended"), ("resume", "2026-09", "500.00", "active"))
    assert owed(later, paid, "2026-09") == [("2026-09", 0, "500.00")]


def test_a_raise_for_a_month_that_is_paid_is_a_further_round() -> None:
    raised = history(GRANT, ("increase", "2026-08", "620.00", "active"))
    paid = [line("2026-07", "500.00"), line("2026-08", "500.00")]
    assert owed(raised, paid, "2026-08") == [("2026-08", 1, "120.00")]


def test_what_failed_or_was_left_out_is_due_again_under_a_new_key() -> None:
    assert owed(history(GRANT), [line("2026-07", "500.00", "failed")], "2026-07") == [("2026-07", 1, "500.00")]
    assert owed(history(GRANT), [line("2026-07", "500.00", "excluded")], "2026-07") == [("2026-07", 1, "500.00")]


def test_arrears_go_back_no_further_than_said() -> None:
    found = payments.owed_to(recipient(), history(GRANT), [], "2026-10", payments.month_before("2026-10", 1))
    assert [one.month for one in found] == ["2026-09", "2026-10"]
    assert payments.month_before("2026-02", 3) == "2025-11"


def kinds(who: Recipient, changes: list[RecipientChange], lines: list[PaymentLine], **more: Any) -> list[str]:
    orders = more.get("orders", [])
    return [one.kind for one in payments.compare([who], {"R1": changes}, lines, orders, "2026-09")]


@pytest.mark.req("JC-12")
def test_each_kind_of_difference_is_named() -> None:
    grant, planned = history(GRANT), [line("2026-09", "500.00", "planned")]
    assert kinds(recipient(), grant, planned) == []
    assert kinds(recipient(), grant, []) == ["missing"]
    assert kinds(recipient(), grant, [line("2026-09", "400.00", "planned")]) == ["amount"]
    assert kinds(recipient(), grant, [*planned, line("2026-09", "500.00", "paid", 1)]) == ["double"]
    stopped = history(GRANT, ("stop", "2026-09", "0.00", "ended"))
    ended = recipient(state="ended", amount_monthly=Decimal("0.00"))
    assert kinds(ended, stopped, planned) == ["suspended"]
    assert kinds(recipient(), grant, [replace(planned[0], bank_account="")]) == ["account"]
    assert kinds(recipient(amount_monthly=Decimal("480.00")), grant, planned) == ["register"]
    assert kinds(recipient(), grant, [line("2026-09", "500.00", "excluded")]) == []
    # Suspended: the register keeps what is held back, the history says that nothing is due; both say the same.
    held = history(GRANT, ("suspend", "2026-09", "0.00", "suspended"))
    assert kinds(recipient(state="suspended"), held, []) == []
    assert kinds(recipient(), held, []) == ["register"]
    assert kinds(recipient(state="suspended"), grant, []) == ["register", "missing"]


def test_the_first_months_order_agrees_with_the_line() -> None:
    first = history(("grant", "2026-09", "500.00", "active"))
    order = PaymentOrder(
        order_no="O",
        recipient_no="R1",
        case_no="C-R1",
        district="jincheng",
        town="T",
        programme="dibao",
        month="2026-09",
        amount=Decimal("480.00"),
        payer="county",
        decision_no="D1",
        ordered_at=NOW,
    )
    who, planned = recipient(since="2026-09"), [line("2026-09", "500.00", "planned")]
    assert kinds(who, first, planned, orders=[order]) == ["order"]
    assert kinds(who, first, planned, orders=[replace(order, amount=Decimal("500.00"))]) == []


def test_one_person_under_two_numbers_is_double() -> None:
    one, other = recipient("R1"), recipient("R2", resident_ref="ref-R1")
    both = {"R1": history(GRANT), "R2": history(GRANT, number="R2")}
    lines = [line("2026-09", "500.00", "planned"), line("2026-09", "500.00", "planned", number="R2")]
    found = payments.compare([one, other], both, lines, [], "2026-09")
    assert [(each.kind, each.recipient_no) for each in found] == [("double", "R2")]
