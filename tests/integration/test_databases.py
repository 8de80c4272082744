"""The same office on SQLite and on PostgreSQL: schema, walk, statement budget, keys."""

from __future__ import annotations

import statistics
from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.service import work
from jiuzhu.service.office import Office
from jiuzhu.store import counted_statements, schema
from tests.conftest import OfficeMaker
from tests.walks import Walker, load_walks

WALKS = load_walks()
MEAN, MOST = 8, 14
"""Statements of a completing use case (decisions B6)."""


def test_migrations_give_exactly_the_tables_of_the_code(any_office: Office) -> None:
    assert schema.differences(any_office.store) == []


@pytest.mark.parametrize("walk", ["J1", "X7"])
def test_a_case_goes_its_way_on_both_databases(any_office: Office, walk: str) -> None:
    outcome = Walker(any_office, WALKS[walk]).run()
    assert WALKS[walk]["end"] in outcome.end_events
    assert len(outcome.orders) == 1


@pytest.mark.req("JC-21")
def test_statements_of_a_completing_use_case(
    any_office_maker: OfficeMaker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    counts: list[tuple[str, int]] = []
    complete = work._complete

    def counted(office: Office, actor: Any, item: str, data: Any) -> Any:
        name = next(row["element_id"] for row in walker.open_items() if row["task_id"] == item)
        with counted_statements() as found:
            done = complete(office, actor, item, data)
        counts.append((name, len(found)))
        return done

    walker = Walker(any_office_maker(), WALKS["J1"])
    monkeypatch.setattr(work, "_complete", counted)
    walker.run()
    with capsys.disabled():
        print("\nstatements:", " ".join(f"{name}={number}" for name, number in counts))
    assert len(counts) == 11
    assert statistics.mean(number for _, number in counts) <= MEAN
    assert max(number for _, number in counts) <= MOST


def test_money_is_exact_in_the_database(any_office: Office) -> None:
    walker = Walker(any_office, WALKS["J1"])
    outcome = walker.run()
    amount = outcome.orders[0]["amount"]
    assert isinstance(amount, int | Decimal), "fen in SQLite, NUMERIC in PostgreSQL, never a float"
    exact = Decimal(amount) / 100 if isinstance(amount, int) else amount
    assert exact == Decimal(walker.first_amount)
