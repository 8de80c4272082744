"""Facts of the monthly payment: the list with its totals, what does not agree, what the bank sent back (NH-25)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from jiuzhu.domain import payments, words
from jiuzhu.domain.rows import PaymentBatch, PaymentLine
from jiuzhu.domain.schedules import spoken
from jiuzhu.service.desk import Desk
from jiuzhu.store import payments as rows
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.records import person_head

MOST_SHOWN = 200


def masked(account: str) -> str:
    """Return an account as people see it: its last four digits."""
    return f"尾号{account[-4:]}" if account else "没有账户"


def batch_facts(desk: Desk, live: LiveCase) -> PaymentBatch | None:
    """Return the batch of a process instance, None before its list is built."""
    return rows.one(desk.tx, live.case_no)


def lines_of(desk: Desk, live: LiveCase) -> Sequence[PaymentLine]:
    """Return the lines of a process instance's batch; asked once a transaction."""
    known: dict[str, Sequence[PaymentLine]] = desk.tx.cache.setdefault("payment_lines", {})
    if live.case_no not in known:
        known[live.case_no] = rows.lines(desk.tx, live.case_no)
    return known[live.case_no]


def shown(desk: Desk, line: PaymentLine) -> dict[str, str]:
    """Return a line as forms and pages show it."""
    return {
        "line_no": line.line_no,
        "recipient_no": line.recipient_no,
        "name": line.name,
        "town_name": desk.office.places.name(desk.tx, line.town),
        "month": line.month,
        "amount": f"{line.amount:.2f}",
        "account": masked(line.bank_account),
        "note": line.reason or ("补发" if line.round else ""),
        "state": words.LINE_STATES.get(line.state, line.state),
    }


def _table(desk: Desk, live: LiveCase, *, left_out: bool) -> list[dict[str, str]] | None:
    found = [line for line in lines_of(desk, live) if (line.state == "excluded") == left_out]
    return [shown(desk, line) for line in found[:MOST_SHOWN]] or None


def _towns(desk: Desk, live: LiveCase) -> list[dict[str, Any]] | None:
    found: dict[str, list[Decimal]] = {}
    for line in lines_of(desk, live):
        if line.state not in payments.GONE:
            found.setdefault(line.town, []).append(line.amount)
    return [
        {
            "town_name": desk.office.places.name(desk.tx, town),
            "count": len(amounts),
            "amount": f"{sum(amounts, payments.NOTHING):.2f}",
        }
        for town, amounts in sorted(found.items())
    ] or None


def _differences(desk: Desk, live: LiveCase) -> list[dict[str, str]] | None:
    batch = batch_facts(desk, live)
    return [
        {
            "difference_no": str(number),
            "recipient_no": str(row["recipient_no"]),
            "line_no": str(row["line_no"]),
            "name": str(row["name"]),
            "difference_kind": payments.DIFFERENCES.get(str(row["kind"]), str(row["kind"])),
            "difference_text": str(row["sentence"]),
        }
        for number, row in enumerate(batch.differences if batch else (), start=1)
    ] or None


def _failures(desk: Desk, live: LiveCase) -> list[dict[str, str]] | None:
    return [
        {**shown(desk, line), "failure_reason": line.reason or "银行没有写明原因"}
        for line in lines_of(desk, live)
        if line.state == "failed"
    ] or None


def _repairs(desk: Desk, live: LiveCase) -> list[dict[str, str]] | None:
    proposed = desk.records(live).submissions("batch_failure")
    if not proposed:
        return None
    wanted = {str(row["line_no"]): row for row in proposed[-1].data.get("batch_failures") or ()}
    return [
        {
            "name": line.name,
            "amount": f"{line.amount:.2f}",
            "old_account": masked(line.bank_account),
            "new_account": _new_account(wanted[line.line_no]),
        }
        for line in lines_of(desk, live)
        if line.state == "failed" and wanted.get(line.line_no, {}).get("failure_action") == "repair"
    ] or None


def _new_account(row: Mapping[str, Any]) -> str:
    return f"{row.get('new_bank_name')}，{row.get('new_bank_account')}"


def _back_reason(desk: Desk, live: LiveCase) -> str | None:
    checks = desk.records(live).submissions("batch_check")
    if not checks or checks[-1].data.get("batch_ok") is not False:
        return None
    return str(checks[-1].data.get("check_reason") or "") or None


def _of(pick: Callable[[Desk, PaymentBatch], Any]) -> Callable[[Desk, LiveCase, Mapping[str, Any]], Any]:
    def find(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
        batch = batch_facts(desk, live)
        return None if batch is None else pick(desk, batch)

    return find


def _maker(desk: Desk, batch: PaymentBatch) -> str | None:
    return person_head(desk.tx, batch.maker, desk.today).name if batch.maker else None


PAYMENTS: Mapping[str, Callable[[Desk, LiveCase, Mapping[str, Any]], Any]] = {
    "batch_month_text": _of(lambda desk, batch: spoken(batch.month)),
    "batch_programme_text": _of(lambda desk, batch: words.PROGRAMMES.get(batch.programme, batch.programme)),
    "batch_excluded_count": _of(lambda desk, batch: batch.excluded_count),
    "batch_file_no": _of(lambda desk, batch: batch.file_no or None),
    "batch_maker": _of(_maker),
    "batch_line_rows": lambda desk, live, context: _table(desk, live, left_out=False),
    "batch_excluded_rows": lambda desk, live, context: _table(desk, live, left_out=True),
    "batch_town_rows": lambda desk, live, context: _towns(desk, live),
    "batch_difference_rows": lambda desk, live, context: _differences(desk, live),
    "batch_failure_rows": lambda desk, live, context: _failures(desk, live),
    "batch_repair_rows": lambda desk, live, context: _repairs(desk, live),
    "batch_back_reason": lambda desk, live, context: _back_reason(desk, live),
}
"""Name → how it is found (``jiuzhu.domain.facts``)."""
