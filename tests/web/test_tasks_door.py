"""User tasks over REST: what a client that stands in for the inbox lists, claims, fills in and completes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from jiuzhu.service import jobs, work
from jiuzhu.service.office import Office
from tests.camunda_door import OPENAPI, Client, done, holds, served
from tests.conftest import PASSWORD
from tests.integration.people import WANG, answer_of, line_of, open_item, person, walker_at
from tests.walks import Walker

CHECK = "Task_CheckMaterials"
MESSAGE = "notice.objection"


@pytest.fixture
def walker(office: Office) -> Walker:
    return walker_at(office, CHECK)


@pytest.fixture
def address(office: Office) -> Iterator[tuple[str, int]]:
    with served(office) as found:
        yield found


@pytest.fixture
def client(walker: Walker, address: tuple[str, int]) -> Client:
    return Client(*address, WANG)


def test_tasks_are_listed_narrowed_sorted_and_counted(client: Client, walker: Walker, address: tuple[str, int]) -> None:
    found = holds(client.get(f"/task?processInstanceBusinessKey={quote(walker.case_no)}"), "/task")
    assert [one["taskDefinitionKey"] for one in found] == [CHECK]
    assert set(found[0]) >= set(OPENAPI["components"]["schemas"]["TaskDto"]["properties"])
    assert holds(client.get("/task/count?assigned=true"), "/task/count") == {"count": 0}
    asked = {"taskDefinitionKey": CHECK, "sorting": [{"sortBy": "created", "sortOrder": "desc"}], "maxResults": 1}
    assert holds(client.send("/task", asked), "/task", "post") == found
    for wrong in ("sortBy=nothing&sortOrder=asc", "dueBefore=tomorrow", "description=x"):
        refused = client.get(f"/task?{wrong}")
        assert (refused.status, refused.json["type"]) == (400, "InvalidRequestException")
    stranger = Client(*address, "ninghe-town_intake-1")
    assert holds(stranger.get(f"/task?processInstanceBusinessKey={quote(walker.case_no)}"), "/task") == []
    assert stranger.get(f"/task/{found[0]['id']}").status in (403, 404)
    gone = client.get("/task/nothing")
    assert (gone.status, gone.json) == (
        404,
        {"type": "InvalidRequestException", "message": "No matching task with id nothing", "code": 0},
    )


def test_a_task_is_claimed_filled_in_and_completed(client: Client, walker: Walker, office: Office) -> None:
    number = open_item(walker, CHECK)["task_id"]
    assert client.send(f"/task/{number}/claim", {"userId": "somebody"}).status == 403
    done(client.send(f"/task/{number}/claim", {"userId": WANG}))
    assert holds(client.get(f"/task/{number}"), "/task/{id}")["assignee"] == person(office, WANG).person_id
    done(client.send(f"/task/{number}/unclaim"))
    form = holds(client.get(f"/task/{number}/form"), "/task/{id}/form")
    assert form["camundaFormRef"]["key"]
    assert client.get(f"/task/{number}/deployed-form").json["id"] == form["camundaFormRef"]["key"]
    assert isinstance(client.get(f"/task/{number}/form-variables").json, dict)
    known = client.get(f"/task/{number}/variables").json
    assert known["programme"] == client.get(f"/task/{number}/variables/programme").json
    assert client.get(f"/task/{number}/variables/nothing").status == 404
    assert (client.get(f"/task/{number}/localVariables").json, client.get(f"/task/{number}/comment").json) == ({}, [])
    links = holds(client.get(f"/task/{number}/identity-links"), "/task/{id}/identity-links")
    assert any(one["type"] == "candidate" and one["groupId"].startswith("town_") for one in links)
    strange = client.send(f"/task/{number}/complete", {"variables": {"decision": {"value": "granted"}}})
    assert strange.status == 400
    assert "decision" in strange.json["message"]
    answer = answer_of(walker, CHECK, person(office, WANG))
    sent: dict[str, Any] = {name: {"value": value} for name, value in answer.items()}
    done(client.send(f"/task/{number}/submit-form", {"variables": sent}))
    again = client.send("/task/nothing/complete", {"variables": {}})
    assert (again.status, again.json["type"]) == (500, "RestException")
    assert again.json["message"].startswith("Cannot complete task nothing: ")


def test_a_running_case_is_read_by_its_id_and_moved_by_its_steps_only(client: Client, walker: Walker) -> None:
    asked = f"/process-instance?businessKey={quote(walker.case_no)}&processDefinitionKey=jincheng_application"
    one = holds(client.get(asked), "/process-instance")[0]
    assert holds(client.get(f"/process-instance/{one['id']}"), "/process-instance/{id}") == one
    known = holds(client.get(f"/process-instance/{one['id']}/variables"), "/process-instance/{id}/variables")
    assert known["programme"] == {"type": "String", "value": "dibao", "valueInfo": {}}
    single = client.get(f"/process-instance/{one['id']}/variables/programme")
    assert holds(single, "/process-instance/{id}/variables/{varName}") == known["programme"]
    path = "/process-instance/{id}/activity-instances"
    tree = holds(client.get(f"/process-instance/{one['id']}/activity-instances"), path)
    assert CHECK in [child["activityId"] for child in tree["childActivityInstances"]]
    for method, address, body in (
        ("DELETE", "", None),
        ("PUT", "/variables/decision", {"value": "granted"}),
        ("POST", "/modification", {"instructions": []}),
        ("PUT", "/suspended", {"suspended": True}),
    ):
        refused = client.send(f"/process-instance/{one['id']}{address}", body, method)
        assert (refused.status, refused.json["type"]) == (501, "RestException")
    assert client.get("/process-instance/nothing").status == 404
    assert client.get(f"/process-instance/{one['id']}/variables/nothing").status == 404
    assert client.get(f"/process-instance/{one['id']}/variables/programme/data").status == 404


def test_messages_are_what_people_may_report(client: Client, walker: Walker) -> None:
    for wrong in ({}, {"messageName": MESSAGE}):
        refused = client.send("/message", wrong)
        assert (refused.status, refused.json["type"]) == (400, "InvalidRequestException")
    unknown = client.send("/message", {"messageName": "nothing", "businessKey": walker.case_no})
    assert unknown.status in (400, 403)


def test_an_objection_comes_in_as_a_message_and_is_examined(office: Office, address: tuple[str, int]) -> None:
    walker = walker_at(office, "Task_PostNotice")
    walker.complete(line_of(walker, "Task_PostNotice"))
    _timers_are_jobs(Client(*address, "jincheng-county_admin-1"), walker)
    reporter = walker.actor("town_reviewer")
    client = Client(*address, reporter.login)
    answers = walker.answers("objection_entry", reporter)
    sent: dict[str, Any] = {
        "messageName": MESSAGE,
        "businessKey": walker.case_no,
        "processVariables": {name: {"value": value} for name, value in answers.items()},
        "resultEnabled": True,
    }
    incomplete = client.send("/message", {**sent, "processVariables": {}})
    assert (incomplete.status, incomplete.json["type"]) == (400, "InvalidRequestException")
    told = holds(client.send("/message", sent), "/message", "post")
    assert [one["processInstance"]["businessKey"] for one in told] == [walker.case_no]
    done(client.send("/message", {**sent, "resultEnabled": False}))
    rows = walker.rows("select state from objection where case_no = :case_no")
    assert len(rows) == 2


def test_a_failed_errand_is_an_incident_of_its_case(office: Office, address: tuple[str, int]) -> None:
    walker = walker_at(office, CHECK)
    wang = person(office, WANG)
    work.complete(office, wang, open_item(walker, CHECK)["task_id"], answer_of(walker, CHECK, wang))
    job = jobs.take_jobs(office, "w", limit=1)[0]
    jobs.fail_job(office, "w", job.id, "交换平台没有应答", permanent=True)
    client = Client(*address, "jincheng-county_admin-1")
    one = holds(client.get(f"/incident?configuration={job.id}&incidentType=failedExternalTask"), "/incident")[0]
    assert one["incidentMessage"] == "交换平台没有应答"
    assert holds(client.get(f"/incident?processInstanceId={one['processInstanceId']}"), "/incident") == [one]
    path = "/process-instance/{id}/activity-instances"
    tree = holds(client.get(f"/process-instance/{one['processInstanceId']}/activity-instances"), path)
    broken = [child["incidentIds"] for child in tree["childActivityInstances"] if child["activityId"] == job.element_id]
    assert broken == [[one["id"]]]
    assert holds(client.get("/incident/count?processInstanceId=nothing"), "/incident/count") == {"count": 0}


def test_a_client_knows_its_own_person_and_nobody_else(client: Client, office: Office) -> None:
    groups = holds(client.get(f"/identity/groups?userId={WANG}"), "/identity/groups")
    assert [one["id"] for one in groups["groups"]] == list(person(office, WANG).groups)
    profile = holds(client.get(f"/user/{WANG}/profile"), "/user/{id}/profile")
    assert profile["lastName"] == person(office, WANG).name
    assert client.get("/user/jincheng-auditor-1/profile").status == 404
    for password, right in ((PASSWORD, True), ("wrong", False)):
        said = client.send("/identity/verify", {"username": WANG, "password": password})
        assert holds(said, "/identity/verify", "post") == {"authenticatedUser": WANG, "authenticated": right}


def _timers_are_jobs(client: Client, walker: Walker) -> None:
    """A notice hangs out until a timer fires: the timer is a job that nobody can hurry."""
    running = client.get(f"/process-instance?businessKey={quote(walker.case_no)}").json
    found = holds(client.get(f"/job?processInstanceId={running[0]['id']}&sortBy=jobDueDate&sortOrder=asc"), "/job")
    assert found
    assert {one["retries"] for one in found} == {1}
    assert holds(client.get("/job/count?noRetriesLeft=true"), "/job/count") == {"count": 0}
    one = found[0]
    assert holds(client.send("/job", {"jobId": one["id"]}), "/job", "post") == [one]
    assert holds(client.get(f"/job/{one['id']}"), "/job/{id}") == one
    done(client.send(f"/job/{one['id']}/retries", {"retries": 3}, "PUT"))
    assert client.send(f"/job/{one['id']}/retries", {"retries": -1}, "PUT").status == 400
    assert client.send("/job/nothing/retries", {"retries": 1}, "PUT").status == 404
    assert client.get(f"/job/{one['id']}").json == one
