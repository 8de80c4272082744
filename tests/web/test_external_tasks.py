"""Foreign workers at the door: what they fetch, lock, complete, fail and report, on a real socket; every answer held
against the official OpenAPI document.
"""

from __future__ import annotations

import base64
import dataclasses
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from jiuzhu.domain import typed
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.topics import ErrandCall
from jiuzhu.runner import Runner
from jiuzhu.service import identity, incidents, jobs, work
from jiuzhu.service.external_tasks import ExternalTask, Fetch
from jiuzhu.service.office import Office
from tests.camunda_door import Answer, Client, done, holds, served
from tests.conftest import PASSWORD
from tests.foreign import CLERK, TOPIC, Try
from tests.integration.people import WANG, answer_of, open_item, person, walker_at
from tests.walks import Walker
from webui.engine_rest.held import Held

CHECK, REPORT = "Task_CheckMaterials", "Task_IssueReport"
QUERY = "means_verification"
WORKER = "jincheng-external_worker-1"
FETCH = "/external-task/fetchAndLock"
ME = {"workerId": "w1"}


class Case:
    """A case before its means query, a server, and a worker's client."""

    def __init__(self, office: Office, address: tuple[str, int]) -> None:
        self.office, self.address = office, address
        self.walker: Walker = walker_at(office, CHECK)
        self.client = Client(*address, WORKER)

    def park(self) -> None:
        """Bring the case to its errand."""
        wang = person(self.office, WANG)
        work.complete(self.office, wang, open_item(self.walker, CHECK)["task_id"], answer_of(self.walker, CHECK, wang))

    def fetch(self, worker: str = "w1", **more: Any) -> Answer:
        topic = {"topicName": QUERY, "lockDuration": 60_000, **more.pop("topic", {})}
        asked = {"workerId": worker, "maxTasks": 10, "usePriority": True, "topics": [topic], **more}
        return self.client.send(FETCH, asked)

    def taken(self, **more: Any) -> dict[str, Any]:
        found = holds(self.fetch(**more), FETCH, "post")
        assert len(found) == 1
        one: dict[str, Any] = found[0]
        return one


@pytest.fixture
def address(office: Office) -> Iterator[tuple[str, int]]:
    with served(office, threads=4) as found:
        yield found


@pytest.fixture
def case(office: Office, address: tuple[str, int]) -> Case:
    return Case(office, address)


@pytest.fixture
def parked(case: Case) -> Case:
    case.park()
    return case


def test_a_worker_fetches_locks_and_completes(parked: Case, office: Office) -> None:
    one = parked.taken(topic={"includeExtensionProperties": True})
    live = next(iter(jobs.list_jobs(office)))
    assert (one["id"], one["topicName"], one["workerId"], one["retries"]) == (live.id, QUERY, "w1", None)
    assert one["processDefinitionKey"] == "jincheng_application"
    assert one["businessKey"] == parked.walker.case_no
    assert set(one["variables"]) == set(live.inputs)
    assert {value["type"] for value in one["variables"].values()} <= {"String", "Integer", "Boolean", "Json", "Null"}
    # Locked: nobody else gets it, our own runner neither, and who does not hold it ends nothing.
    assert holds(parked.fetch("w2"), FETCH, "post") == []
    assert Runner(office).drain() == 0
    refused = parked.client.send(f"/external-task/{one['id']}/complete", {"workerId": "w2"})
    assert (refused.status, refused.json["type"]) == (400, "RestException")
    assert refused.json["message"].endswith("by worker 'w2'. It is locked by worker 'w1'.")
    genuine = office.topics[QUERY].errand
    assert genuine is not None
    outputs = genuine(_call(office, live))
    sent = {name: {"value": value} for name, value in outputs.items()}
    done(parked.client.send(f"/external-task/{one['id']}/complete", {**ME, "variables": sent}))
    assert open_item(parked.walker, REPORT)
    gone = parked.client.send(f"/external-task/{one['id']}/complete", {**ME, "variables": sent})
    assert (gone.status, gone.json["type"]) == (404, "RestException")


def _call(office: Office, live: jobs.Job) -> Any:
    return ErrandCall(
        topic=live.topic,
        case_no=live.case_no,
        record_no=live.record_no,
        process_key=live.process_key,
        district=live.district,
        element_id=live.element_id,
        task_id=live.id,
        inputs=live.inputs,
        attempt=1,
        now=office.clock.now(),
    )


def test_only_declared_variables_come_back(parked: Case, office: Office) -> None:
    office.topics = {**office.topics, QUERY: dataclasses.replace(office.topics[QUERY], book=None)}
    one = parked.taken()
    refused = parked.client.send(
        f"/external-task/{one['id']}/complete", {**ME, "variables": {"decision": {"value": "granted"}}}
    )
    assert refused.status == 400
    assert "decision" in refused.json["message"]
    assert holds(parked.client.get(f"/external-task/{one['id']}"), "/external-task/{id}")["workerId"] == "w1"


def test_a_failure_waits_is_tried_again_and_becomes_an_incident(parked: Case, office: Office) -> None:
    one = parked.taken()
    sick = {**ME, "errorMessage": "交换平台没有应答", "errorDetails": "第 1 行\n第 2 行", "retryTimeout": 0}
    done(parked.client.send(f"/external-task/{one['id']}/failure", {**sick, "retries": 2}))
    again = parked.taken(asyncResponseTimeout=20_000)
    assert (again["retries"], again["errorMessage"]) == (2, "交换平台没有应答")
    details = parked.client.get(f"/external-task/{one['id']}/errorDetails")
    assert details.headers["Content-Type"].startswith("text/plain")
    assert details.body.decode() == "第 1 行\n第 2 行"
    assert parked.client.send(f"/external-task/{one['id']}/failure", {**sick, "retries": -1}).status == 400
    paused = {**sick, "retries": 1, "retryTimeout": 3_600_000}
    done(parked.client.send(f"/external-task/{one['id']}/failure", paused))
    assert holds(parked.fetch(), FETCH, "post") == []
    done(parked.client.send(f"/external-task/{one['id']}/retries", {"retries": 0}, "PUT"))
    admin = identity.actor_of(office, "jincheng-county_admin-1")
    assert [found.task_id for found in incidents.list_incidents(office, admin)] == [one["id"]]
    assert holds(parked.client.get("/external-task/count?noRetriesLeft=true"), "/external-task/count")["count"] == 1
    done(parked.client.send(f"/external-task/{one['id']}/retries", {"retries": 3}, "PUT"))
    assert incidents.list_incidents(office, admin) == []


def test_a_business_error_is_caught_by_the_diagram_or_becomes_an_incident(parked: Case, office: Office) -> None:
    one = parked.taken()
    done(parked.client.send(f"/external-task/{one['id']}/bpmnError", {**ME, "errorCode": "NOBODY_CATCHES"}))
    admin = identity.actor_of(office, "jincheng-county_admin-1")
    assert "NOBODY_CATCHES" in incidents.list_incidents(office, admin)[0].message


def test_locks_are_prolonged_given_back_and_taken_one_by_one(parked: Case) -> None:
    one = parked.taken()
    before = parked.client.get(f"/external-task/{one['id']}").json["lockExpirationTime"]
    done(parked.client.send(f"/external-task/{one['id']}/extendLock", {**ME, "newDuration": 600_000}))
    assert parked.client.get(f"/external-task/{one['id']}").json["lockExpirationTime"] > before
    stranger = {"workerId": "w2", "newDuration": 1000}
    assert parked.client.send(f"/external-task/{one['id']}/extendLock", stranger).status == 400
    assert parked.client.send(f"/external-task/{one['id']}/lock", {"workerId": "w2", "lockDuration": 9}).status == 400
    done(parked.client.send(f"/external-task/{one['id']}/unlock"))
    done(parked.client.send(f"/external-task/{one['id']}/lock", {"workerId": "w2", "lockDuration": 60_000}))
    listed = holds(parked.client.get("/external-task?workerId=w2&locked=true"), "/external-task")
    assert [found["id"] for found in listed] == [one["id"]]
    done(parked.client.send(f"/external-task/{one['id']}/priority", {"priority": 7}, "PUT"))
    assert parked.client.get(f"/external-task/{one['id']}").json["priority"] == 7


NARROWED: tuple[tuple[dict[str, Any], int], ...] = (
    ({"processDefinitionKey": "jincheng_application"}, 1),
    ({"processDefinitionKeyIn": ["ninghe_application"]}, 0),
    ({"businessKey": "nobody"}, 0),
    ({"processVariables": {}, "variables": None, "tenantIdIn": None}, 1),
    ({"processVariables": {"programme": "nothing"}}, 0),
    ({"tenantIdIn": ["elsewhere"]}, 0),
    ({"variables": []}, 1),
)


def test_topics_are_narrowed(parked: Case) -> None:
    for topic, wanted in NARROWED:
        got = holds(parked.fetch(topic=topic), FETCH, "post")
        assert len(got) == wanted, topic
        if topic.get("variables") == []:
            assert got[0]["variables"] == {}
        for one in got:
            done(parked.client.send(f"/external-task/{one['id']}/unlock"))


WRONG = (
    b"[1]",
    b"{",
    b'{"workerId": "w1"}',
    b'{"workerId": "w1", "maxTasks": 1, "topics": [{"topicName": "x"}]}',
    b'{"workerId": "w1", "maxTasks": 1, "topics": [], "asyncResponseTimeout": 1800001}',
    b'{"workerId": "w1", "maxTasks": "many", "topics": []}',
)


def test_a_wrong_question_is_answered_in_their_shape(address: tuple[str, int]) -> None:
    client = Client(*address, WORKER)
    for asked in WRONG:
        answer = client.call("POST", f"/engine-rest{FETCH}", asked, {"Content-Type": "application/json"})
        assert (answer.status, answer.json["type"]) == (400, "InvalidRequestException"), asked


def test_who_is_no_worker_gets_nothing(parked: Case) -> None:
    clerk = Client(*parked.address, "jincheng-town_intake-1")
    assert clerk.send(FETCH, {"workerId": "x", "maxTasks": 1, "topics": []}).status == 403
    assert clerk.get("/external-task").status == 403
    neighbour = Client(*parked.address, "ninghe-external_worker-1")
    assert holds(neighbour.get("/external-task"), "/external-task") == []
    one = parked.taken()
    assert neighbour.send(f"/external-task/{one['id']}/unlock").status == 404


@pytest.fixture
def looks(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each look of a poll is willing to wait for the bell, as it begins to wait."""
    begun: list[float] = []
    genuine = office.doorbell.wait

    def wait(seconds: float, *, since: int | None = None) -> None:
        begun.append(seconds)
        genuine(seconds, since=since)

    monkeypatch.setattr(office.doorbell, "wait", wait)
    return begun


def test_a_long_poll_is_woken_by_the_errand_itself(case: Case, looks: list[float]) -> None:
    answers: list[Answer] = []
    poll = threading.Thread(target=lambda: answers.append(case.fetch(asyncResponseTimeout=20_000)))
    poll.start()
    _until(lambda: bool(looks))
    waited = len(looks)
    case.park()
    poll.join(10)
    assert [one["topicName"] for one in holds(answers[0], FETCH, "post")] == [QUERY]
    # Woken by the bell: it did not look by itself in between.
    assert len(looks) == waited
    empty = case.fetch("w2", asyncResponseTimeout=100)
    assert holds(empty, FETCH, "post") == []


def test_a_client_that_has_gone_locks_nothing(
    case: Case, office: Office, looks: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    genuine = Held._wait

    def wait(self: Held, actor: Actor, asked: Fetch, until: float) -> Sequence[ExternalTask]:
        try:
            return genuine(self, actor, asked, until)
        finally:
            ended.set()

    monkeypatch.setattr(Held, "_wait", wait)
    content = (
        b'{"workerId":"gone","maxTasks":1,"asyncResponseTimeout":20000,'
        b'"topics":[{"topicName":"means_verification","lockDuration":600000}]}'
    )
    token = base64.b64encode(f"{WORKER}:{PASSWORD}".encode()).decode()
    head = (
        f"POST /engine-rest{FETCH} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection(case.address) as line:
        line.sendall(head.encode() + content)
        _until(lambda: bool(looks))
    # Whenever it is woken, it asks whether anybody is still there; the server learns of it a moment later.
    _until(lambda: (office.doorbell.ring(), ended.is_set())[1])
    case.park()
    assert case.taken(worker="alive")["workerId"] == "alive"


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


SENT = {
    "typed_text": ({"type": "string", "value": "值"}, {"type": "String", "value": "值"}),
    "typed_whole": ({"type": "Integer", "value": 5}, {"type": "Integer", "value": 5}),
    "typed_long": ({"type": "Long", "value": 2**40}, {"type": "Long", "value": 2**40}),
    "typed_yes": ({"type": "boolean", "value": True}, {"type": "Boolean", "value": True}),
    "typed_fraction": ({"type": "Double", "value": 1.5}, {"type": "Double", "value": 1.5}),
    "typed_date": (
        {"type": "Date", "value": "2026-01-31T13:37:00.123+0000"},
        {"type": "Date", "value": "2026-01-31T13:37:00.123+0000"},
    ),
    "typed_json": ({"type": "json", "value": '{"a":[1,2]}'}, {"type": "Json", "value": '{"a":[1,2]}'}),
    "typed_nothing": ({"type": "Null", "value": None}, {"type": "Null", "value": None}),
    "typed_plain": ({"value": 7}, {"type": "Integer", "value": 7}),
}


def test_every_type_of_variable_comes_and_goes(parked: Case, office: Office) -> None:
    topic = office.topics[QUERY]
    contract = dataclasses.replace(topic.contract, prefixes=("typed_",))
    seen: dict[str, Any] = {}

    def book(call: Any, outputs: Any) -> dict[str, Any]:
        seen.update(outputs)
        return {}

    office.topics = {**office.topics, QUERY: dataclasses.replace(topic, contract=contract, book=book)}
    one = parked.taken()
    sent = {name: given for name, (given, _) in SENT.items()}
    file = {
        "type": "file",
        "value": base64.b64encode("内容".encode()).decode(),
        "valueInfo": {"filename": "清单.txt", "mimetype": "text/plain"},
    }
    sent["typed_file"] = file
    for wrong in (
        {"type": "Integer", "value": "x"},
        {"type": "Nonsense", "value": 1},
        {"type": "Date", "value": "x"},
        {"type": "Double", "value": "1e999999999"},
    ):
        refused = parked.client.send(f"/external-task/{one['id']}/complete", {**ME, "variables": {"typed_x": wrong}})
        assert (refused.status, refused.json["type"]) == (400, "InvalidRequestException")
        assert "typed_x" in refused.json["message"]
    done(parked.client.send(f"/external-task/{one['id']}/complete", {**ME, "variables": sent}))
    for name, (_, wanted) in SENT.items():
        assert typed.dto(seen[name]) == {**wanted, "valueInfo": {}}, name
    assert office.files.read(seen["typed_file"][typed.FILE]).decode() == "内容"
    info = {"filename": "清单.txt", "mimetype": "text/plain", "mimeType": "text/plain"}
    assert typed.dto(seen["typed_file"])["valueInfo"] == info


def test_a_file_that_a_worker_brings_is_read_at_its_own_address(office: Office, address: tuple[str, int]) -> None:
    attempt = Try(office)
    worker, clerk = Client(*address, WORKER), Client(*address, CLERK)
    topic = {"topicName": TOPIC, "lockDuration": 60_000, "businessKey": attempt.cases["complete"]}
    one = holds(worker.send(FETCH, {**ME, "maxTasks": 1, "topics": [topic]}), FETCH, "post")[0]
    info = {"filename": "清单.txt", "mimetype": "text/plain"}
    file = {"type": "File", "value": base64.b64encode("内容".encode()).decode(), "valueInfo": info}
    done(worker.send(f"/external-task/{one['id']}/complete", {**ME, "variables": {"typed_file": file}}))
    variable = f"/process-instance/{one['processInstanceId']}/variables/typed_file"
    shown = {**info, "mimeType": "text/plain"}
    assert clerk.get(variable).json == {"type": "File", "value": None, "valueInfo": shown}
    for path in (variable, f"/execution/{one['processInstanceId']}/localVariables/typed_file"):
        content = clerk.get(f"{path}/data")
        assert (content.status, content.body.decode()) == (200, "内容")
        assert content.headers["Content-Type"].startswith("text/plain")
        assert "filename*=UTF-8''" in content.headers["Content-Disposition"]
    assert worker.get(f"{variable}/data").status == 404, "a worker reads no cases"
