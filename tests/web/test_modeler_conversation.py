"""What Camunda Modeler 5 says over the wire when a designer connects and presses Deploy, word for word, on a socket.

Its requests: the connection check without and with credentials, ``/version``, ``/deployment/create`` as a browser
encodes FormData (the diagram first, attachments after it), then the well-known address of the web applications.
Answers are held against the official OpenAPI document (``tests/data/camunda``).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import html

from jiuzhu.domain.actor import Actor
from jiuzhu.service import cases, identity, inbox, work
from jiuzhu.service.office import Office
from tests.camunda_door import OPENAPI, Answer, Client, holds, served
from tests.conftest import PASSWORD

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "tests" / "data"
DIAGRAM = "jincheng_petition.bpmn"
FORMS = ("petition_entry.form", "petition_reply.form")
DESIGNER = "jincheng-process_designer-1"
CLERK = "jincheng-town_intake-1"
ABORT_SECONDS = 5.0
"""After this the Modeler hangs up."""
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}")
SECOND_TASK = """<bpmn:userTask id="Task_Check" name="核对答复" camunda:formRef="petition_reply"
      camunda:formRefBinding="deployment" camunda:candidateGroups="town_intake@${intake_town}"
      camunda:dueDate="${due_simple}">
      <bpmn:incoming>Flow_Reply_Check</bpmn:incoming>
      <bpmn:outgoing>Flow_Reply_End</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="Flow_Reply_Check" sourceRef="Task_Reply" targetRef="Task_Check" />"""


class Modeler(Client):
    """Speaks to a server as Camunda Modeler does."""

    def __init__(self, host: str, port: int, login: str = "", password: str = PASSWORD) -> None:
        super().__init__(host, port, login, password, seconds=ABORT_SECONDS)
        self.headers |= {"Origin": "file://", "User-Agent": "Camunda Modeler/5.50.1"}

    def deploy(self, name: str, files: Mapping[str, bytes], **fields: str) -> Answer:
        """Press Deploy: the first file is the diagram of the open tab, the others are attachments."""
        mark = f"----WebKitFormBoundary{uuid.uuid4().hex[:16]}"
        given = {
            "deployment-name": name,
            "deployment-source": "Camunda Modeler",
            "enable-duplicate-filtering": "true",
            **fields,
        }
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in given.items()
        ]
        for number, (file, content) in enumerate(files.items()):
            kind = "application/octet-stream" if number else "text/xml"
            head = f'--{mark}\r\nContent-Disposition: form-data; name="{file}"; filename="{file}"\r\n'
            parts.append(f"{head}Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n")
        body = b"".join([*parts, f"--{mark}--\r\n".encode()])
        kind = f"multipart/form-data; boundary={mark}"
        return self.call("POST", "/engine-rest/deployment/create", body, {"Content-Type": kind})


def files(**changed: bytes) -> dict[str, bytes]:
    found = {name: (DATA / "modeler" / name).read_bytes() for name in (DIAGRAM, *FORMS)}
    return found | changed


@pytest.fixture
def address(office: Office) -> Iterator[tuple[str, int]]:
    with served(office) as found:
        yield found


@pytest.fixture
def modeler(address: tuple[str, int]) -> Modeler:
    return Modeler(*address, DESIGNER)


def test_connection_check_asks_for_credentials_first(address: tuple[str, int], modeler: Modeler) -> None:
    refused = Modeler(*address).get("/deployment?maxResults=0")
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"].startswith("Basic ")
    assert refused.headers["Content-Type"] == "application/json"
    assert Modeler(*address, DESIGNER, "wrong").get("/deployment?maxResults=0").status == 401
    assert holds(modeler.get("/deployment?maxResults=0"), "/deployment") == []
    assert holds(modeler.get("/version"), "/version")["version"].startswith("7.")


def test_the_window_of_the_modeler_may_read_answers(address: tuple[str, int], modeler: Modeler) -> None:
    for answer in (modeler.get("/version"), Modeler(*address).get("/version")):
        assert answer.headers["Access-Control-Allow-Origin"] == "file://"
    asked = Modeler(*address).call(
        "OPTIONS", "/engine-rest/deployment/create", headers={"Access-Control-Request-Method": "POST"}
    )
    assert asked.status in {200, 204}
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    stranger = modeler.call("GET", "/engine-rest/version", headers={"Origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers


def test_a_cookie_opens_nothing(address: tuple[str, int], office: Office) -> None:
    secret = identity.open_session(office, identity.actor_of(office, DESIGNER))
    answer = Modeler(*address).call("GET", "/engine-rest/deployment", headers={"Cookie": f"jiuzhu_session={secret}"})
    assert answer.status == 401


def test_wrong_passwords_are_counted(address: tuple[str, int]) -> None:
    for _ in range(5):
        assert Modeler(*address, DESIGNER, "guess").get("/version").status == 401
    locked = Modeler(*address, DESIGNER).get("/version")
    assert locked.status == 401
    assert "分钟后再试" in locked.json["message"]


def test_deploy_with_forms_attached(modeler: Modeler) -> None:
    answer = modeler.deploy("来访办理", files())
    made = holds(answer, "/deployment/create", "post")
    assert answer.seconds < ABORT_SECONDS
    assert made["name"] == "来访办理"
    assert made["source"] == "Camunda Modeler"
    assert made["tenantId"] is None
    assert INSTANT.fullmatch(made["deploymentTime"])
    assert made["links"][0]["rel"] == "self"
    first = next(iter(made["deployedProcessDefinitions"].values()))
    assert (first["key"], first["version"], first["resource"]) == ("jincheng_petition", 1, DIAGRAM)
    assert first["deploymentId"] == made["id"]
    assert set(first) == set(OPENAPI["components"]["schemas"]["ProcessDefinitionDto"]["properties"])
    assert set(made["deployedProcessDefinitions"]) == {first["id"]}
    assert made["deployedDecisionDefinitions"] is None
    shown = holds(modeler.get(f"/deployment/{made['id']}"), "/deployment/{id}")
    assert shown["name"] == "来访办理"
    listed = holds(modeler.get("/deployment?maxResults=1"), "/deployment")
    assert [one["id"] for one in listed] == [made["id"]]


def test_unchanged_redeploy_is_the_same_deployment(modeler: Modeler) -> None:
    first = holds(modeler.deploy("来访办理", files()), "/deployment/create", "post")
    again = holds(modeler.deploy("来访办理", files()), "/deployment/create", "post")
    assert again["id"] == first["id"]
    assert again["deployedProcessDefinitions"] is None
    other = holds(modeler.deploy("来访办理二", files()), "/deployment/create", "post")
    assert other["id"] != first["id"]


def test_parse_error_in_the_modelers_wording(modeler: Modeler) -> None:
    broken = files()
    broken[DIAGRAM] = broken[DIAGRAM].replace(b'camunda:topic="case_open"', b'camunda:topic="case_opne"')
    answer = modeler.deploy("来访办理", broken)
    problem = holds(answer, "/deployment/create", "post", "400")
    assert problem["type"] == "ParseException"
    # The Modeler knows a parse error by this beginning alone, and shows nothing but the message.
    assert problem["message"].startswith("ENGINE-09005 Could not parse BPMN process. Errors: \n* ")
    assert "Service_Open" in problem["message"]
    assert "case_opne" in problem["message"]
    assert re.search(rf"\| resource {DIAGRAM} \| line \d+ \| column \d+", problem["message"])
    found = problem["details"][DIAGRAM]["errors"]
    assert any(one["mainElementId"] == "Service_Open" and one["line"] > 0 for one in found)
    assert all(one["elementIds"] for one in found)
    assert modeler.get("/deployment").json[0]["name"] != "来访办理", "nothing was deployed"


@pytest.mark.parametrize(
    "content",
    [
        b"<bpmn:definitions",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        b"not a diagram",
        b"",
    ],
)
def test_what_is_no_diagram_is_a_parse_error(modeler: Modeler, content: bytes) -> None:
    problem = holds(modeler.deploy("x", {DIAGRAM: content}), "/deployment/create", "post", "400")
    assert problem["type"] == "ParseException"
    assert f"resource {DIAGRAM}" in problem["message"]


def test_a_missing_form_is_named(modeler: Modeler) -> None:
    alone = {DIAGRAM: files()[DIAGRAM]}
    problem = holds(modeler.deploy("x", alone), "/deployment/create", "post", "400")
    assert "petition_entry" in problem["message"], "the reply's form is known: shared petitions have one of that name"
    assert "Start_Petition" in problem["message"]


def test_nothing_attached(modeler: Modeler) -> None:
    problem = holds(modeler.deploy("x", {}), "/deployment/create", "post", "400")
    assert problem["type"] == "InvalidRequestException"
    assert problem["message"] == "No deployment resources contained in the form upload."


def test_too_large_a_file(modeler: Modeler) -> None:
    problem = holds(
        modeler.deploy("x", {DIAGRAM: b"<x>" + b" " * (5 * 1024 * 1024)}), "/deployment/create", "post", "400"
    )
    assert problem["type"] == "ParseException"
    assert DIAGRAM in problem["message"]


def test_only_a_designer_deploys(address: tuple[str, int]) -> None:
    answer = Modeler(*address, CLERK).deploy("来访办理", files())
    assert answer.status == 403
    assert answer.json["type"] == "AuthorizationException"


def test_the_cockpit_link_leads_to_our_pages(address: tuple[str, int]) -> None:
    plain = Modeler(*address)
    answer = plain.call("GET", "/.well-known/camunda-automation-platform/webapps")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json) == {"adminUrl", "cockpitUrl", "tasklistUrl"}
    # The Modeler appends this to cockpitUrl.
    link = urlsplit(answer.json["cockpitUrl"] + "repository?deploymentsQuery=%5B%7B%22type%22:%22id%22%7D%5D")
    assert link.netloc == f"{plain.host}:{plain.port}"
    led = plain.call("GET", f"{link.path}?{link.query}")
    assert (led.status, led.headers["Location"]) == (303, "/processes")
    assert plain.call("GET", urlsplit(answer.json["tasklistUrl"]).path).headers["Location"].startswith("/login")


def test_every_unknown_address_answers_in_json(modeler: Modeler) -> None:
    answer = modeler.get("/no-such-thing")
    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json) >= {"type", "message", "code"}
    assert modeler.get(f"/deployment/{uuid.uuid4()}").status == 404


@pytest.mark.parametrize("name", ["jincheng_application", "xintai_application"])
def test_one_diagram_of_the_project_alone(address: tuple[str, int], office: Office, name: str) -> None:
    """A designer opens one diagram of ``bpmn/``, moves something, presses Deploy and attaches nothing."""
    modeler = Modeler(*address, f"{name.partition('_')[0]}-process_designer-1")
    path = next((ROOT / "bpmn").rglob(f"{name}.bpmn"))
    changed = path.read_bytes().replace(b'camunda:versionTag="1.0"', b'camunda:versionTag="1.1"')
    answer = modeler.deploy(name, {path.name: changed})
    made = holds(answer, "/deployment/create", "post")
    assert answer.seconds < ABORT_SECONDS
    first = next(iter(made["deployedProcessDefinitions"].values()))
    assert (first["key"], first["version"], first["versionTag"]) == (name, 2, "1.1")
    clerk = identity.actor_of(office, f"{name.partition('_')[0]}-town_intake-1")
    assert name in [one.key for one in cases.startable(office, clerk)]
    assert cases.start_form(office, clerk, name).sheet.form.id == "application"
    # The file came without its folder; the designer finds it under the district all the same.
    page = _processes_page(modeler, office)
    district = office.policies.of(name.partition("_")[0]).name
    assert page.xpath(f"//section[.//h2[text()='{district}']]//a[contains(@href, '{name}')]")
    assert page.xpath("//td[text()='Camunda Modeler']")


def test_a_changed_diagram_is_a_new_version_and_running_cases_stay_on_theirs(modeler: Modeler, office: Office) -> None:
    clerk = identity.actor_of(office, CLERK)
    holds(modeler.deploy("来访办理", files()), "/deployment/create", "post")
    old = _start(office, clerk)
    changed = files()[DIAGRAM].replace(
        b'sourceRef="Task_Reply" targetRef="End_Replied"', b'sourceRef="Task_Check" targetRef="End_Replied"'
    )
    changed = changed.replace(b"<bpmn:outgoing>Flow_Reply_End", b"<bpmn:outgoing>Flow_Reply_Check")
    changed = changed.replace(
        b'<bpmn:endEvent id="End_Replied"', SECOND_TASK.encode() + b'\n    <bpmn:endEvent id="End_Replied"'
    )
    made = holds(modeler.deploy("来访办理", files(**{DIAGRAM: changed})), "/deployment/create", "post")
    assert [one["version"] for one in made["deployedProcessDefinitions"].values()] == [2]
    new = _start(office, clerk)
    for case_no in (old, new):
        _reply(office, clerk, case_no, "Task_Reply")
    assert cases.show_case(office, clerk, old).head.ended_at is not None
    assert cases.show_case(office, clerk, new).head.ended_at is None
    _reply(office, clerk, new, "Task_Check")
    assert cases.show_case(office, clerk, new).head.ended_at is not None


def _processes_page(modeler: Modeler, office: Office) -> Any:
    secret = identity.open_session(office, identity.actor_of(office, DESIGNER))
    answer = modeler.call("GET", "/processes", headers={"Cookie": f"jiuzhu_session={secret}"})
    assert answer.status == 200
    return html.fromstring(answer.body)


def test_start_after_deploying(modeler: Modeler, address: tuple[str, int], office: Office) -> None:
    made = holds(modeler.deploy("来访办理", files()), "/deployment/create", "post")
    definition = next(iter(made["deployedProcessDefinitions"]))
    clerk = Modeler(*address, CLERK)
    entry = {"programme": "dibao", "applicant_name": "来访人甲", "petition_text": "询问办理进度。"}
    sent = {"businessKey": "default", "variables": {name: {"value": value} for name, value in entry.items()}}
    path = "/process-definition/{id}/start"
    started = holds(clerk.send(f"/process-definition/{definition}/start", sent), path, "post")
    assert started["definitionId"] == definition
    shown = cases.show_case(office, identity.actor_of(office, CLERK), started["businessKey"])
    assert shown.head.case_no == started["businessKey"]


def _start(office: Office, clerk: Actor) -> str:
    entry = {"programme": "dibao", "applicant_name": "来访人甲", "petition_text": "询问办理进度。"}
    return cases.start_case(office, clerk, "jincheng_petition", entry).case_no


def _reply(office: Office, clerk: Actor, case_no: str, element: str) -> None:
    found = inbox.list_items(office, clerk, view="group", element=element, text=case_no).items
    assert len(found) == 1
    work.complete(office, clerk, found[0].id, {"reply_text": "已当面答复。"})


def test_a_file_that_comes_twice_is_not_lost_in_silence(modeler: Modeler) -> None:
    mark = "----twice"
    part = f'--{mark}\r\nContent-Disposition: form-data; name="{{}}"; filename="a.bpmn"\r\n\r\n<x/>\r\n'
    body = f"{part.format('a')}{part.format('b')}--{mark}--\r\n".encode()
    answer = modeler.call(
        "POST", "/engine-rest/deployment/create", body, {"Content-Type": f"multipart/form-data; boundary={mark}"}
    )
    assert (answer.status, "两次" in answer.json["message"]) == (400, True)
