"""A month's list on its way to the bank: over HTTP, by a folder, after a kill; counted where it arrives, by key."""

from __future__ import annotations

import csv
import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.domain.topics import ErrandCall
from jiuzhu.runner import Runner
from jiuzhu.service import incidents, jobs
from jiuzhu.service.office import Office
from tests.conftest import OfficeMaker
from tests.fakes.receivers import http_receiver
from tests.forms_people import resident_id
from tests.payments import Batch, add_recipient, only
from workers.errands.adapters.bank_files import COLUMNS, FolderBankFiles
from workers.exchange.server import ExchangeServer

SEND, LOOK = "bank_exchange", "deceased_check"


def made(office: Office) -> Batch:
    only(office, "payment_batch")
    add_recipient(office, 1)
    add_recipient(office, 2)
    batch = Batch(office)
    batch.until("2026-10-01")
    batch.take("2026-10")
    batch.make()
    return batch


def let_die_after_sending(office: Office) -> None:
    """Let the worker of the first sending die between the bank's answer and our own record of it."""
    topic = office.topics[SEND]
    genuine = topic.errand
    assert genuine is not None

    def errand(call: ErrandCall) -> Any:
        genuine(call)
        office.topics = {**office.topics, SEND: topic}
        raise KeyboardInterrupt

    office.topics = {**office.topics, SEND: dataclasses.replace(topic, errand=errand)}


@pytest.mark.req("NH-25")
def test_killed_between_sending_and_result_the_bank_has_one_list(make_office: OfficeMaker) -> None:
    with http_receiver() as bank:
        office = make_office(bank={"batch_url": bank.url})
        batch = made(office)
        let_die_after_sending(office)
        with pytest.raises(KeyboardInterrupt):
            batch.check()
        assert len(bank.effects) == 1
        assert batch.row.state == "checked"
        (waiting,) = [job for job in jobs.list_jobs(office) if job.topic == SEND]
        taken = jobs.take_jobs(office, "another", [SEND], lease=timedelta(seconds=30))
        assert taken == [], "the dead worker's lease still runs"
        with office.store.engine.begin() as connection:
            connection.exec_driver_sql("update waiting set lease_until = '2000-01-01 00:00:00' where kind = 'job'")
        Runner(office).drain()
        assert batch.row.state == "sent"
        assert not batch.row.simulated
        assert bank.came == {waiting.id: 2}
        (parcel,) = bank.effects.values()
        assert bank.paths == ["/batches", "/batches"]
        assert (parcel["count"], parcel["total"]) == (2, "1000.00")
        assert {line["line_no"] for line in parcel["lines"]} == set(batch.lines())
        batch.answer()
        assert batch.ends() == ["End_BatchPaid"]


@pytest.mark.req("NH-25")
def test_a_bank_that_is_away_is_tried_again_and_then_an_incident(make_office: OfficeMaker) -> None:
    with http_receiver() as bank:
        office = make_office(bank={"batch_url": bank.url, "timeout_seconds": 1.0})
        batch = made(office)
        bank.script = [503, 0, 503]
        batch.check()
        batch.settle()
        assert len(bank.came) == 1
        assert bank.effects == {}
        admin = batch.actor("county_admin-1")
        (stuck,) = [one for one in incidents.list_incidents(office, admin) if one.element_id == "Service_SendBank"]
        incidents.retry_incident(office, admin, stuck.id)
        batch.settle()
        assert batch.row.state == "sent"
        assert len(bank.effects) == 1


def test_by_a_folder_each_list_is_one_file(tmp_path: Path) -> None:
    bank = FolderBankFiles(tmp_path / "bank")
    line = dict.fromkeys(COLUMNS, "一") | {"amount": "500.00"}
    first = bank.send("key/1", {"lines": [line]})
    assert bank.send("key/1", {"lines": [line]}) == first
    (path,) = (tmp_path / "bank").iterdir()
    assert path.name == first.receipt
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading, row = csv.reader(file)
    assert heading == list(COLUMNS.values())
    assert row[4] == "500.00"
    (tmp_path / "bank" / "taken").mkdir()
    path.rename(tmp_path / "bank" / "taken" / path.name)
    bank.send("key/1", {"lines": [line]})
    assert [one.name for one in (tmp_path / "bank").glob("*.csv")] == [], "taken once is not laid there again"


@pytest.mark.req("XX-49", "XX-48")
def test_everybody_is_asked_about_in_lists_and_silence_holds_the_batch(
    make_office: OfficeMaker, exchange: ExchangeServer
) -> None:
    office = only(make_office(), "payment_batch")
    for number in range(1, 53):
        add_recipient(office, number, id=resident_id("19600101", number))
    before = dict(exchange.came)
    batch = Batch(office)
    batch.until("2026-10-01")
    batch.take("2026-10")
    asked = [key for key in exchange.came if key not in before and "/death_register/" in key]
    assert len(asked) == 2, "52 people are two lists"
    named = [query for query in exchange.queries if query["key"] in asked]
    assert sum(len(query["people"]) for query in named) == 52
    assert batch.row.count == 52

    silent = make_office(exchange={"url": "http://127.0.0.1:9", "timeout_seconds": 0.2})
    only(silent, "payment_batch")
    later = Batch(silent)
    later.until("2026-11-01")
    later.settle()
    later.take("2026-11")
    assert later.open() == set(), "nobody is asked to make a list that was not compared"
    (stuck,) = [
        one for one in incidents.list_incidents(silent, later.actor("county_admin-1")) if one.record_no == later.number
    ]
    assert stuck.element_id == "Service_DeceasedCheck"
