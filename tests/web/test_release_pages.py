"""Release and trial on pages and over REST: what waits, who may, what the deployer can do with it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from jiuzhu.service.office import Office
from tests.conftest import PASSWORD, OfficeMaker
from tests.foreign import FILES
from tests.web.conftest import Browser, text_of
from webui import create_app

DESIGNER, LEADER, CLERK = "jincheng-process_designer-1", "jincheng-county_leader-1", "jincheng-town_intake-1"
NAMES = ("jincheng_petition.bpmn", "petition_entry.form", "petition_reply.form")


class Door:
    """The REST door for one login."""

    def __init__(self, browser: Browser, login: str) -> None:
        self.client = browser.client
        token = base64.b64encode(f"{login}:{PASSWORD}".encode()).decode()
        self.headers = {"Authorization": f"Basic {token}"}

    def deploy(self) -> dict[str, Any]:
        parts: dict[str, Any] = {name: (BytesIO((FILES / name).read_bytes()), name) for name in NAMES}
        sent = self.client.post(
            "/engine-rest/deployment/create", data={"deployment-name": "来访", **parts}, headers=self.headers
        )
        assert sent.status_code == 200, sent.text
        return dict(sent.json)

    def start(self, definition: str, variables: dict[str, Any] | None) -> TestResponse:
        path = f"/engine-rest/process-definition/{definition}/start"
        return self.client.post(path, json={"variables": variables}, headers=self.headers)


@pytest.fixture
def house(make_office: OfficeMaker) -> Office:
    return make_office(deployment={"second_person": True})


@pytest.fixture
def browser(house: Office) -> Callable[..., Browser]:
    app = create_app(house)
    return lambda login="": Browser(app, login)


def test_deployed_from_the_modeler_tried_by_its_deployer_and_released_by_another(
    browser: Callable[..., Browser],
) -> None:
    designer, leader, clerk = browser(DESIGNER), browser(LEADER), browser(CLERK)
    made = Door(browser(), DESIGNER).deploy()
    page, definition = f"/deployments/{made['id']}", next(iter(made["deployedProcessDefinitions"]))

    # Modeler's Start: nothing filled in, so the deployer's trial has made-up answers; nobody else may.
    refused = Door(browser(), CLERK).start(definition, None)
    assert (refused.status_code, "只有部署人可以试运行" in refused.text) == (403, True)
    started = Door(browser(), DESIGNER).start(definition, None)
    assert started.status_code == 200, started.text
    assert started.json["businessKey"].startswith("试运行-")

    shown = text_of(leader.get("/processes"))
    assert re.search(r"待放行 1 .*来访", shown)
    assert "放行前您可以试运行" in text_of(designer.get(page))
    assert "退回部署人" not in text_of(designer.get(page))
    assert designer.post(page, {"act": "release"}).status_code == 403
    assert "没有放行" not in text_of(leader.get(page))

    begun = designer.post(f"/trials/start/{definition}", {}, page=designer.get(page))
    case = begun.headers["Location"]
    shown = text_of(designer.get(case))
    assert "不通知、不付款、不报送" in shown
    assert "试运行-" in text_of(designer.get("/cases?records=all"))
    assert "试运行-" not in text_of(clerk.get("/cases?records=all"))
    clerk.get(case, 404)
    item = re.search(r'href="(/items/[^"]+)"', designer.get(case).text)
    assert item
    work = designer.get(f"{item[1]}?example=1")
    assert "填入示例内容" in text_of(work)
    done = designer.post(item[1], {"reply_text": "已答复。"}, page=work)
    assert done.status_code == 303, text_of(done)
    act = f"/trials/act/{case.removeprefix('/cases/')}"
    gone = designer.post(act, {"act": "delete"}, page=designer.get(case))
    assert gone.headers["Location"] == "/processes"
    designer.get(case, 404)

    refused = leader.post(page, {"act": "return", "reason": ""}, page=leader.get(page))
    assert (refused.status_code, "请写明退回的理由" in text_of(refused)) == (422, True)
    assert leader.post(page, {"act": "release"}, page=leader.get(page)).status_code == 303
    shown = text_of(leader.get(page))
    assert "已放行" in shown
    assert "退回部署人" not in shown
    assert Door(browser(), CLERK).start(definition, None).status_code == 400  # a real case is never made up
    entry = {"programme": "dibao", "applicant_name": "来访人甲", "petition_text": "询问办理进度。"}
    real = Door(browser(), CLERK).start(definition, {name: {"value": value} for name, value in entry.items()})
    assert real.status_code == 200, real.text
    assert not real.json["businessKey"].startswith("试运行")
    shown = text_of(leader.get("/processes/jincheng_petition"))
    assert re.search(r"第 1 版 在用 .* 1 [0-9a-f]{12}", shown), shown


def test_sent_back_and_shown_so(browser: Callable[..., Browser]) -> None:
    leader = browser(LEADER)
    page = f"/deployments/{Door(browser(), DESIGNER).deploy()['id']}"
    assert leader.post(page, {"act": "return", "reason": "名称不清楚"}, page=leader.get(page)).status_code == 303
    shown = text_of(browser(DESIGNER).get(page))
    assert "已退回" in shown
    assert "退回理由：名称不清楚" in shown
    assert "已退回" in text_of(browser(DESIGNER).get("/processes/jincheng_petition"))
