"""Facts of reserve funds and of the year's money plan (NH-14, NH-07)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.domain import words
from jiuzhu.domain.rows import FundEstimate, ReserveStatement
from jiuzhu.domain.schedules import spoken
from jiuzhu.service.desk import Desk
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of

Fact = Callable[[Desk, LiveCase, Mapping[str, Any]], Any]


def _statement(pick: Callable[[Desk, ReserveStatement], Any]) -> Fact:
    def find(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
        found = shelf_of(desk.tx).find(ReserveStatement, {"statement_no": live.case_no})
        return pick(desk, found[0]) if found else None

    return find


def _uses(desk: Desk, row: ReserveStatement) -> list[dict[str, str]] | None:
    return [
        {
            "entered_on": str(use["entered_on"]),
            "case_no": str(use["case_no"]),
            "amount": str(use["amount"]),
            "fault": str(use["fault"]) or "与办件相符",
        }
        for use in row.uses
    ] or None


def _estimates(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> list[dict[str, str]] | None:
    return [
        {
            "programme_name": words.PROGRAMMES.get(row.programme, row.programme),
            "recipients": str(row.recipients),
            "monthly": f"{row.monthly:.2f}",
            "trend": row.trend,
            "need": f"{row.need:.2f}",
            "planned": "" if row.planned is None else f"{row.planned:.2f}",
            "plan_reason": row.reason,
        }
        for row in shelf_of(desk.tx).find(FundEstimate, {"plan_no": live.case_no})
    ] or None


def _last(form: str, key: str, *, only: tuple[str, Any] | None = None) -> Fact:
    def find(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
        found = desk.records(live).submissions(form)
        if not found or (only and found[-1].data.get(only[0]) is not only[1]):
            return None
        return str(found[-1].data.get(key) or "") or None

    return find


FUNDS: Mapping[str, Fact] = {
    "reserve_month_text": _statement(lambda desk, row: spoken(row.month)),
    "reserve_town_name": _statement(lambda desk, row: desk.office.places.name(desk.tx, row.town)),
    "reserve_opening": _statement(lambda desk, row: f"{row.opening:.2f}"),
    "reserve_in": _statement(lambda desk, row: f"{row.taken_in:.2f}"),
    "reserve_out": _statement(lambda desk, row: f"{row.spent:.2f}"),
    "reserve_use_rows": _statement(_uses),
    "reserve_back_reason": _last("reserve_reconcile", "reconcile_note", only=("reconcile_ok", False)),
    "fund_estimate_rows": _estimates,
    "fund_plan_rows": _estimates,
    "plan_back_reason": _last("fund_plan_decision", "plan_opinion", only=("plan_ok", False)),
    "plan_text_shown": _last("fund_plan", "plan_text"),
}
"""Name → how it is found (``jiuzhu.domain.facts``)."""
