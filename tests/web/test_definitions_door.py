"""Deployments and process definitions over REST, held against the official OpenAPI document."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from jiuzhu.bootstrap import build_office
from tests.camunda_door import OPENAPI, Client, holds, served
from tests.conftest import ROOT, settings_for, with_values
from webui.engine_rest.not_offered import REASONS
from workers.exchange.server import ExchangeServer

DESIGNER = "jincheng-process_designer-1"
LIST = "/process-definition"


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, prepared_database: Path, exchange: ExchangeServer
) -> Iterator[Client]:
    home = tmp_path_factory.mktemp("definitions")
    shutil.copy(prepared_database, home / "jiuzhu.db")
    office = build_office(with_values(settings_for(home), exchange={"url": exchange.url}))
    with served(office) as address:
        yield Client(*address, DESIGNER)
    office.close()


def test_definitions_are_listed_narrowed_and_sorted(client: Client) -> None:
    every = holds(client.get(LIST), LIST)
    assert len(every) == len(list((ROOT / "bpmn").rglob("*.bpmn")))
    assert set(every[0]) == set(OPENAPI["components"]["schemas"]["ProcessDefinitionDto"]["properties"])
    assert client.get(f"{LIST}/count").json == {"count": len(every)}
    one = holds(client.get(f"{LIST}?key=jincheng_application&latestVersion=true"), LIST)
    assert [found["key"] for found in one] == ["jincheng_application"]
    both = holds(client.get(f"{LIST}?keysIn=jincheng_application,shared_death&sortBy=key&sortOrder=desc"), LIST)
    assert [found["key"] for found in both] == ["shared_death", "jincheng_application"]
    like = holds(client.get(f"{LIST}?keyLike={quote('jincheng_%')}&maxResults=2&firstResult=1"), LIST)
    assert len(like) == 2
    assert all(found["key"].startswith("jincheng_") for found in like)
    assert holds(client.get(f"{LIST}?tenantIdIn=elsewhere"), LIST) == []


@pytest.mark.parametrize(
    "asked",
    ["sortBy=key", "sortBy=nothing&sortOrder=asc", "sortBy=key&sortOrder=up", "maxResults=many", "firstResult=-1"],
)
def test_a_wrong_order_is_refused(client: Client, asked: str) -> None:
    refused = client.get(f"{LIST}?{asked}")
    assert (refused.status, refused.json["type"]) == (400, "InvalidRequestException")


def test_a_filter_that_is_not_offered_is_refused_by_name(client: Client) -> None:
    for path in (LIST, "/deployment", "/process-instance", "/incident", "/task"):
        refused = client.get(f"{path}?nonsense=1")
        assert (refused.status, refused.json["type"]) == (400, "InvalidRequestException"), path
        assert "nonsense" in refused.json["message"]
    assert client.get("/deployment?sortBy=deploymentTime&sortOrder=asc&name=nothing").json == []


def test_one_definition_by_id_and_by_key_with_its_diagram(client: Client) -> None:
    by_key = holds(client.get(f"{LIST}/key/jincheng_application"), f"{LIST}/key/{{key}}")
    by_id = holds(client.get(f"{LIST}/{by_key['id']}"), f"{LIST}/{{id}}")
    assert by_id == by_key
    for address, path in ((by_key["id"], "{id}"), ("key/jincheng_application", "key/{key}")):
        diagram = holds(client.get(f"{LIST}/{address}/xml"), f"{LIST}/{path}/xml")
        file = ROOT / "bpmn" / "jincheng" / "jincheng_application.bpmn"
        assert diagram == {"id": by_key["id"], "bpmn20Xml": file.read_text(encoding="utf-8")}
    for gone in ("nothing:1:x", "key/nothing", "key/jincheng_application/tenant-id/elsewhere"):
        assert client.get(f"{LIST}/{gone}").status == 404


def test_a_deployment_gives_its_files_back(client: Client) -> None:
    made = holds(client.get("/deployment?maxResults=1"), "/deployment")[0]
    files = holds(client.get(f"/deployment/{made['id']}/resources"), "/deployment/{id}/resources")
    table = next(one for one in files if one["name"].endswith("shared/deadlines.dmn"))
    data = client.get(f"/deployment/{made['id']}/resources/{table['id']}/data")
    assert data.body == (ROOT / "bpmn" / "shared" / "deadlines.dmn").read_bytes()
    assert "deadlines.dmn" in data.headers["Content-Disposition"]
    assert client.get(f"/deployment/{made['id']}/resources/nothing/data").status == 404
    assert client.get("/deployment/nothing/resources").status == 404


def test_there_is_one_engine_and_what_is_not_offered_says_so_in_json(client: Client) -> None:
    assert holds(client.get("/engine"), "/engine") == [{"name": "default"}]
    gone = client.get("/case-definition")
    assert (gone.status, gone.json["type"], gone.headers["Content-Type"]) == (404, "RestException", "application/json")


def test_a_person_starts_what_their_post_may_start(client: Client) -> None:
    clerk = Client(client.host, client.port, "jincheng-town_intake-1")
    key = f"{LIST}/key/shared_petition/start"
    refused = clerk.send(key, {"businessKey": "default", "variables": None})
    assert (refused.status, refused.json["type"]) == (400, "InvalidRequestException")
    assert refused.json["message"].startswith("Cannot start process shared_petition: ")
    assert client.send(key, {"variables": None}).status in (403, 404), "a designer starts nobody's case"
    assert clerk.send(f"{LIST}/key/nothing/start", {}).status == 404


def test_a_start_form_comes_as_it_was_drawn_with_what_is_known(client: Client) -> None:
    clerk = Client(client.host, client.port, "jincheng-town_intake-1")
    form = holds(clerk.get(f"{LIST}/key/jincheng_application/startForm"), f"{LIST}/key/{{key}}/startForm")
    reference = form["camundaFormRef"]
    drawn = clerk.get(f"{LIST}/key/jincheng_application/deployed-start-form").json
    assert drawn["id"] == reference["key"]
    known = clerk.get(f"{LIST}/key/jincheng_application/form-variables").json
    assert all(set(one) == {"type", "value", "valueInfo"} for one in known.values())
    assert client.get(f"{LIST}/key/jincheng_application/startForm").status == 403, "a designer starts nobody's case"
    assert clerk.get(f"{LIST}/key/nothing/startForm").status == 404


def test_a_table_is_read_and_tried(client: Client) -> None:
    base = "/decision-definition"
    every = holds(client.get(f"{base}?latestVersion=true"), base)
    assert client.get(f"{base}/count").json == {"count": len(every)}
    one = holds(client.get(f"{base}/key/deadlines"), f"{base}/key/{{key}}")
    assert one in every
    table = holds(client.get(f"{base}/{one['id']}/xml"), f"{base}/{{id}}/xml")
    assert table["dmnXml"] == (ROOT / "bpmn" / "shared" / "deadlines.dmn").read_text(encoding="utf-8")
    path = f"{base}/key/{{key}}/evaluate"
    asked = {"recheck_rate": {"value": "0.89", "type": "String"}, "threshold": {"value": "0.90"}}
    rows = holds(client.send(f"{base}/key/recheck_circular/evaluate", {"variables": asked}), path, "post")
    assert rows == [{"circular_required": {"type": "Boolean", "value": True, "valueInfo": {}}}]
    wrong = client.send(f"{base}/key/deadlines/evaluate", {"variables": {}})
    assert (wrong.status, wrong.json["type"]) == (400, "InvalidRequestException")
    assert "deadlines" in wrong.json["message"]
    assert client.send(f"{base}/key/nothing/evaluate", {"variables": {}}).status == 404


def test_what_camunda_has_and_this_office_does_not_offer_says_why(client: Client) -> None:
    for reason, paths in REASONS.items():
        for path, methods in paths.items():
            for method in methods.split():
                address = path.replace("{id}", "nothing").replace("{name}", "nothing")
                refused = client.send(address, {}, method) if method != "GET" else client.get(address)
                assert (refused.status, refused.json["type"]) == (501, "RestException"), (method, path)
                assert refused.json["message"] == reason
