"""What a foreign worker brings with a type, the next one reads with it: what Camunda's client in Java asks for
(``python -m tools.java_client`` has the client itself), on a real socket.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from jiuzhu.service.office import Office
from tests.camunda_door import Client, done, holds, served
from tests.foreign import CLERK, TOPIC
from tests.foreign_types import READ, TypedTry

FETCH = "/external-task/fetchAndLock"
ME = {"workerId": "java"}
CONTENT = base64.b64encode("第一行\n".encode()).decode()
HOUSEHOLD = {"serializationDataFormat": "application/json", "objectTypeName": "jiuzhu.clients.Household"}
WRITTEN: dict[str, dict[str, Any]] = {
    "typed_text": {"type": "String", "value": "文字", "valueInfo": {}},
    "typed_short": {"type": "Short", "value": 7, "valueInfo": {}},
    "typed_whole": {"type": "Integer", "value": 42, "valueInfo": {}},
    "typed_long": {"type": "Long", "value": 43, "valueInfo": {}},
    "typed_large": {"type": "Long", "value": 2**40, "valueInfo": {}},
    "typed_double": {"type": "Double", "value": 3.25, "valueInfo": {}},
    "typed_yes": {"type": "Boolean", "value": True, "valueInfo": {}},
    "typed_date": {"type": "Date", "value": "2026-01-31T01:23:45.678+0000", "valueInfo": {}},
    "typed_bytes": {"type": "Bytes", "value": CONTENT, "valueInfo": {}},
    "typed_json": {"type": "Json", "value": '{"a":[1,2.5,"三",{"b":0.1}]}', "valueInfo": {}},
    "typed_object": {"type": "Object", "value": '{"name":"来访人甲","ages":[71,8.5]}', "valueInfo": HOUSEHOLD},
}
FILE = {"type": "File", "value": CONTENT, "valueInfo": {"filename": "走访.txt", "mimeType": "text/plain"}}
SHOWN = {"filename": "走访.txt", "mimetype": "text/plain", "mimeType": "text/plain"}


def _taken(worker: Client, topic: str, number: str) -> dict[str, Any]:
    wanted = {"topicName": topic, "lockDuration": 60_000, "businessKey": number}
    (one,) = holds(worker.send(FETCH, {**ME, "maxTasks": 1, "topics": [wanted]}), FETCH, "post")
    found: dict[str, Any] = one
    return found


def test_what_comes_with_a_type_goes_to_the_next_worker_with_it(office: Office) -> None:
    attempt = TypedTry(office)
    number = attempt.cases["complete"]
    with served(office) as address:
        worker, clerk = Client(*address, "jincheng-external_worker-1"), Client(*address, CLERK)
        one = _taken(worker, TOPIC, number)
        sent = {**WRITTEN, "typed_file": FILE, "typed_none": {"type": "Null", "value": None}}
        case = one["processInstanceId"]
        data = f"/execution/{case}/localVariables/typed_file/data"
        done(worker.send(f"/external-task/{one['id']}/complete", {**ME, "variables": sent}))
        assert worker.get(data).status == 404, "nothing that is handed out has this file"
        again = _taken(worker, READ, number)
        read = again["variables"]
        assert {name: value for name, value in read.items() if name in WRITTEN} == WRITTEN
        assert set(read) == {*WRITTEN, "typed_file"}, "an input that is null is left out"
        assert read["typed_file"] == {"type": "File", "value": None, "valueInfo": SHOWN}
        # The content of a file is had for the asking as long as the errand is held, and no other variable is.
        assert worker.get(data).body == base64.b64decode(CONTENT)
        assert worker.get(f"/process-instance/{case}/variables").status == 404
        assert worker.get(f"/execution/{case}/localVariables/applicant_name/data").status == 404
        # People see the same types, but for the content of bytes.
        shown = holds(clerk.get(f"/process-instance/{case}/variables"), "/process-instance/{id}/variables")
        assert {name: shown[name] for name in WRITTEN if name != "typed_bytes"} == {
            name: value for name, value in WRITTEN.items() if name != "typed_bytes"
        }
        assert shown["typed_bytes"] == {"type": "Bytes", "value": None, "valueInfo": {}}
        done(worker.send(f"/external-task/{again['id']}/complete", {**ME, "variables": {}}))
        assert worker.get(data).status == 404
    assert attempt.open_at("complete") == {"Task_Reply"}


def test_a_value_that_does_not_fit_its_type_is_refused_by_name(office: Office) -> None:
    attempt = TypedTry(office)
    with served(office) as address:
        worker = Client(*address, "jincheng-external_worker-1")
        one = _taken(worker, TOPIC, attempt.cases["complete"])
        for wrong in (
            {"type": "Json", "value": "{"},
            {"type": "Json", "value": '{"a": NaN}'},
            {"type": "Json", "value": json.dumps({"a": "x" * 10})[:-1] + ', "b": 1e999}'},
            {"type": "Object", "value": "{}", "valueInfo": {"serializationDataFormat": "application/xml"}},
        ):
            sent = {**ME, "variables": {"typed_json": wrong}}
            refused = worker.send(f"/external-task/{one['id']}/complete", sent)
            assert (refused.status, "typed_json" in refused.json["message"]) == (400, True), wrong
