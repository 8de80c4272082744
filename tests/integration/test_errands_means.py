"""Means verification against the simulated exchange, over real HTTP: doubts, silence, wrong ids, effects by key."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.domain.household import fold
from jiuzhu.domain.records import PersonHead
from jiuzhu.domain.rows import Household, MeansQuery, MeansResult
from jiuzhu.domain.topics import ErrandCall, Topic, Values
from jiuzhu.domain.words import MEANS_SOURCES
from jiuzhu.errors import ConfigurationError, Invalid, Refused, WorkerError
from tests.fakes.receivers import http_receiver
from tests.fakes.records import NOW, MemoryRecords, record_call, submission
from tests.forms_data import answers, resident_id
from workers.errands import build_errands
from workers.exchange import SOURCES, ExchangeServer, serve_exchange

ROOT = Path(__file__).resolve().parents[2]
POLICY = {"verification.sources": list(MEANS_SOURCES), "authorization.months": 24, "verification.executor": "county"}


def settings(**tables: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {
        "exchange": {"url": "http://127.0.0.1:9", "timeout_seconds": 0.4},
        "mail": {"host": "", "port": 25, "sender": "a@b", "user": "", "starttls": False, "staff_domain": ""},
        "sms": {"url": "", "timeout_seconds": 0.4},
        "sync": {"filing_url": "", "recipient_url": "", "province_url": "", "poverty_url": "", "timeout_seconds": 0.4},
        "bank": {"url": "", "refused_endings": ["0000"], "timeout_seconds": 0.4},
        **tables,
    }


def topic_at(url: str, outbox: Path) -> Topic:
    return build_errands(settings(exchange={"url": url, "timeout_seconds": 0.4}), outbox=outbox)["means_verification"]


class Desk:
    """One household, its records, and the way of one errand: prepare, act, book."""

    def __init__(self, application: dict[str, Any] | None = None) -> None:
        self.application = application or answers("application")
        self.records = MemoryRecords(
            answers=[submission("application", self.application)],
            staff=[PersonHead(id="p1", login="jincheng-county_verifier-1", name="李核对", groups=())],
        )
        self.records.rows.append(self.household(version=1))

    def household(self, version: int) -> Household:
        record = fold(self.records.answers)
        return Household(
            case_no=self.records.head.case_no,
            record=record,
            member_count=len(record["members"]),
            version=version,
            folded=[],
            updated_at=NOW,
        )

    def prepare(self, topic: Topic, task_id: str = "task-1") -> ErrandCall:
        assert topic.prepare is not None
        call = record_call(
            self.records, "means_verification", {"programme": "dibao"}, policy=POLICY, actor="p1", task_id=task_id
        )
        return ErrandCall(
            topic="means_verification",
            case_no=call.case_no,
            record_no=call.record_no,
            process_key=call.process_key,
            district=call.district,
            element_id=call.element_id,
            task_id=task_id,
            inputs={**call.inputs, **topic.prepare(call)},
            attempt=1,
            now=NOW,
        )

    def book(self, topic: Topic, result: Values, task_id: str = "task-1") -> Values:
        assert topic.book is not None
        return topic.book(record_call(self.records, "means_verification", {}, actor="p1", task_id=task_id), result)

    def run(self, topic: Topic, task_id: str = "task-1") -> Values:
        assert topic.errand is not None
        return self.book(topic, topic.errand(self.prepare(topic, task_id)), task_id)

    def lines(self, member: str) -> dict[str, MeansResult]:
        return {row.source: row for row in self.records.find(MeansResult, member=member)}


def write_rows(folder: Path, **rows: str) -> Path:
    folder.mkdir(exist_ok=True)
    for source, line in rows.items():
        (folder / f"{source}.csv").write_text(f"resident_id,name,outcome,amount,detail\n{line}\n", encoding="utf-8")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "data")


@pytest.fixture
def exchange(data: Path) -> Iterator[ExchangeServer]:
    with serve_exchange(data, silence_seconds=3) as server:
        yield server


def person(application: dict[str, Any], position: int = 0) -> tuple[str, str]:
    member = application["members"][position]
    return member["id"], member["name"]


@pytest.mark.req("QJ-09", "JC-17", "XT-19")
def test_every_source_is_asked_about_every_member_once(exchange: ExchangeServer, tmp_path: Path) -> None:
    desk = Desk()
    outputs = desk.run(topic_at(exchange.url, tmp_path))
    assert outputs == {"verification_ref": "晋城城区-2026-低保-0001/核对1", "recheck_count": 0}
    asked = {(query["source"], query["resident_id"]) for query in exchange.queries}
    assert asked == {(source, member["id"]) for source in MEANS_SOURCES for member in desk.application["members"]}
    assert set(exchange.came.values()) == {1}
    assert {query["requester"] for query in exchange.queries} == {"李核对"}
    (query,) = desk.records.find(MeansQuery)
    assert (query.people, query.failed_sources, query.requester, query.executor) == (3, [], "p1", "county")
    assert {row.result for row in desk.records.find(MeansResult)} == {"clean"}
    assert len(desk.records.find(MeansResult)) == 33
    assert desk.records.lines[-1][0] == "means_verified"


def test_asking_again_with_the_same_key_is_the_same_query(exchange: ExchangeServer, tmp_path: Path) -> None:
    """A worker that dies after asking is replaced by one that asks with the same keys."""
    topic, desk = topic_at(exchange.url, tmp_path), Desk()
    call = desk.prepare(topic)
    assert topic.errand is not None
    first = topic.errand(call)
    second = topic.errand(call)
    assert first == second
    assert set(exchange.came.values()) == {2}
    assert len(exchange.queries) == 33
    assert len({query["key"] for query in exchange.queries}) == 33


@pytest.mark.req("XT-20")
def test_more_than_declared_is_a_doubt_and_as_much_is_clean(data: Path, tmp_path: Path) -> None:
    application = answers("application")
    number, name = person(application)
    write_rows(
        data,
        bank_deposit=f"{number},{name},record,3200.01,定期存款",
        market_entity=f"{number},{name},record,620.00,个体工商户",
        vehicle=f"{number},{name},doubt,,车辆1辆",
    )
    desk = Desk(application)
    with serve_exchange(data) as server:
        desk.run(topic_at(server.url, tmp_path))
    lines = desk.lines(name)
    assert lines["bank_deposit"].result == "doubt"
    assert "申报3200.00元" in lines["bank_deposit"].note
    assert str(lines["bank_deposit"].amount) == "3200.01"
    assert lines["market_entity"].result == "clean"
    assert (lines["vehicle"].result, lines["vehicle"].note) == ("doubt", "车辆1辆")
    assert "2条疑点或不符" in desk.records.lines[-1][1]


def test_a_silent_source_is_a_line_and_holds_up_nobody(data: Path, tmp_path: Path) -> None:
    application = answers("application")
    number, name = person(application)
    write_rows(data, securities=f"{number},{name},timeout,,")
    desk = Desk(application)
    with serve_exchange(data, silence_seconds=30) as server:
        begun = time.monotonic()
        desk.run(topic_at(server.url, tmp_path))
        assert time.monotonic() - begun < 5
        came = server.came
    assert desk.lines(name)["securities"].result == "timeout"
    (query,) = desk.records.find(MeansQuery)
    assert query.failed_sources == ["securities"]
    others = [row for row in desk.records.find(MeansResult) if row.source != "securities"]
    assert {row.result for row in others} == {"clean"}
    # Once silent, the source is not asked about the rest of the family: one time-out a query, not one a person.
    assert sum(count for key, count in came.items() if key.endswith("/securities")) == 1


def test_a_busy_source_answers_the_next_query(data: Path, tmp_path: Path) -> None:
    application = answers("application")
    number, name = person(application)
    write_rows(data, tax=f"{number},{name},busy_once,10.00,工资")
    desk = Desk(application)
    with serve_exchange(data) as server:
        topic = topic_at(server.url, tmp_path)
        desk.run(topic, "task-1")
        assert desk.lines(name)["tax"].result == "timeout"
        outputs = desk.run(topic, "task-2")
    assert outputs == {"verification_ref": "晋城城区-2026-低保-0001/核对2", "recheck_count": 1}
    assert desk.lines(name)["tax"].result == "clean"


def test_a_wrong_id_is_a_mismatch(data: Path, tmp_path: Path) -> None:
    application = answers("application")
    number, name = person(application)
    other, spouse = person(application, 1)
    write_rows(data, household_register=f"{number},别人,record,,\n{other},{spouse},wrong_id,,号码已注销")
    desk = Desk(application)
    with serve_exchange(data) as server:
        desk.run(topic_at(server.url, tmp_path))
    assert desk.lines(name)["household_register"].result == "mismatch"
    assert desk.lines(name)["household_register"].note == "姓名与身份证号不一致"
    assert desk.lines(spouse)["household_register"].note == "号码已注销"


def test_a_number_with_a_wrong_check_digit_belongs_to_nobody(exchange: ExchangeServer, tmp_path: Path) -> None:
    right = resident_id()
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    application = answers("application")
    application["members"][2]["id"] = wrong
    desk = Desk(application)
    desk.run(topic_at(exchange.url, tmp_path))
    assert {row.result for row in desk.lines(application["members"][2]["name"]).values()} == {"mismatch"}


def test_no_answer_at_all_is_tried_again(tmp_path: Path) -> None:
    topic, desk = topic_at("http://127.0.0.1:9", tmp_path), Desk()
    assert topic.errand is not None
    with pytest.raises(WorkerError, match="没有应答") as failed:
        topic.errand(desk.prepare(topic))
    assert not failed.value.permanent


def test_a_refusal_by_the_exchange_is_permanent(data: Path, tmp_path: Path) -> None:
    application = answers("application")
    number, name = person(application)
    write_rows(data, tax=f"{number},{name},refuse,,")
    with serve_exchange(data) as server:
        topic, desk = topic_at(server.url, tmp_path), Desk(application)
        assert topic.errand is not None
        with pytest.raises(WorkerError, match="HTTP 403") as failed:
            topic.errand(desk.prepare(topic))
    assert failed.value.permanent


@pytest.mark.req("XT-20")
def test_without_authorisation_nobody_is_asked_about(exchange: ExchangeServer, tmp_path: Path) -> None:
    application = answers("application")
    application["authorizers"] = application["authorizers"][:1]
    desk, topic = Desk(application), topic_at(exchange.url, tmp_path)
    with pytest.raises(Refused, match="田素兰没有有效的核对授权"):
        desk.prepare(topic)
    assert exchange.queries == []


def test_a_changed_household_begins_a_new_right_to_a_recheck(exchange: ExchangeServer, tmp_path: Path) -> None:
    desk, topic = Desk(), topic_at(exchange.url, tmp_path)
    assert [desk.run(topic, f"task-{n}")["recheck_count"] for n in (1, 2)] == [0, 1]
    desk.records.rows[0] = desk.household(version=2)
    assert desk.run(topic, "task-3") == {"verification_ref": "晋城城区-2026-低保-0001/核对3", "recheck_count": 0}


@pytest.mark.parametrize(
    "answer",
    [
        b"[]",
        b"<html>",
        b'{"found": "yes"}',
        b'{"found": true, "amount": "viel"}',
        b"x" * 1_100_000,
        b'{"found":true,"flag":"!"}',
    ],
)
def test_an_answer_that_is_none_is_refused_for_good(answer: bytes, tmp_path: Path) -> None:
    with http_receiver() as receiver:
        receiver.answer = answer
        topic, desk = topic_at(receiver.url, tmp_path), Desk()
        assert topic.errand is not None
        with pytest.raises(WorkerError) as failed:
            topic.errand(desk.prepare(topic))
    assert failed.value.permanent


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    with http_receiver() as receiver:
        receiver.script = [302] * 50
        topic, desk = topic_at(receiver.url, tmp_path), Desk()
        assert topic.errand is not None
        with pytest.raises(WorkerError, match="302"):
            topic.errand(desk.prepare(topic))
        assert not any(path == "/elsewhere" for path in receiver.paths)


@pytest.mark.parametrize("result", [{}, {"results": []}, {"results": [{"source": "tax", "result": "fine"}]}])
def test_a_foreign_result_is_refused(exchange: ExchangeServer, tmp_path: Path, result: Values) -> None:
    desk = Desk()
    with pytest.raises(Invalid):
        desk.book(topic_at(exchange.url, tmp_path), result)
    assert desk.records.find(MeansQuery) == []


@pytest.mark.parametrize("url", ["ftp://x", "file:///etc/passwd", "127.0.0.1:80", ""])
def test_an_address_that_is_none_is_refused_at_start(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        topic_at(url, tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("tax.csv", "id,name\n", "columns must be"),
        ("weather.csv", "", "not one of the sources"),
        ("tax.csv", "resident_id,name,outcome,amount,detail\n1,a,maybe,,\n", "unknown outcome"),
        ("tax.csv", "resident_id,name,outcome,amount,detail\n1,a,record,many,\n", "no amount"),
        ("tax.csv", "resident_id,name,outcome,amount,detail\n1,a,record,,\n1,b,record,,\n", "stands twice"),
        ("tax.csv", "resident_id,name,outcome,amount,detail\n1,a,record\n", "columns are needed"),
    ],
)
def test_faulty_exchange_rows_are_named(data: Path, name: str, content: str, fault: str) -> None:
    (data / name).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=fault):
        serve_exchange(data)


def test_the_demo_rows_are_sound_and_cover_all_sources() -> None:
    folder = ROOT / "config" / "demo" / "exchange"
    assert {path.stem for path in folder.glob("*.csv")} == set(SOURCES)
    with serve_exchange(folder) as server:
        assert server.url.startswith("http://127.0.0.1:")
