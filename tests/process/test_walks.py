"""The walks of all procedures through the real office: order, persons, documents, notices, filings, orders."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from jiuzhu.service.office import Office
from tests.conftest import DAY
from tests.walks import Outcome, Walker, load_chains, load_walks

WALKS = load_walks()
CHAINS = load_chains()


def _marked() -> list[object]:
    return [pytest.param(number, id=number, marks=pytest.mark.req(*walk["req"])) for number, walk in WALKS.items()]


def check(walker: Walker, outcome: Outcome) -> None:
    """Compare what a walk left behind with what stands in order.toml."""
    walk = walker.walk
    assert walk["end"] in outcome.end_events, outcome.end_events
    for inner in walk.get("inner", []):
        assert inner in outcome.end_events
    for template, count in walk["documents"].items():
        assert outcome.documents[template] == count, (template, outcome.documents)
    assert not [template for template in walk.get("never", []) if outcome.documents[template]], outcome.documents
    assert outcome.filings == walk.get("filings", [])
    assert outcome.notices == walk.get("notices", 0)
    assert outcome.notice_ends == walk.get("notice_ends", 0)
    assert len(outcome.orders) == walk["orders"]
    if "seals" in walk:
        assert outcome.seals == walk["seals"]
    for kind in walk.get("alerts", []):
        assert kind in outcome.alerts
    for order in outcome.orders:
        _check_order(walker, order)
    for chain in CHAINS:
        if walk["id"] in chain["walks"]:
            assert outcome.chains[chain["process"]] == chain["order"], chain["process"]


def _check_order(walker: Walker, order: object) -> None:
    assert isinstance(order, dict)
    walk = walker.walk
    decided = walker.rows("select decided_at from case_decision where case_no = :case_no order by round")
    if walk.get("month") == "next":
        first = str(decided[0]["decided_at"])[:7]
        year, month = int(first[:4]), int(first[5:7])
        assert order["month"] == (f"{year + month // 12}-{month % 12 + 1:02d}"), (order["month"], first)
    amount = Decimal(order["amount"])
    amount = amount / 100 if isinstance(order["amount"], int) else amount
    if walk.get("amount") == "first":
        assert amount == Decimal(walker.first_amount)
    elif walk.get("amount") == "changed":
        assert amount == Decimal("100.00")
    elif walk.get("amount") == "care":
        assert amount > Decimal(walker.first_amount)
    if "payer" in walk:
        assert order["payer"] == walk["payer"]


@pytest.mark.parametrize("number", _marked())
def test_walk(number: str, office_on: Callable[[str], Office]) -> None:
    walker = Walker(office_on(WALKS[number].get("now", DAY)), WALKS[number])
    walker.arrange()
    check(walker, walker.run())
