"""Release and trial on pages and over REST: what waits, who may, what the deployer can do with it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from jiuzhu.service import deployed, deployment, identity
from jiuzhu.service.clock import advance_clock
from jiuzhu.service.office import Office, system_actor
from tests.conftest import PASSWORD, OfficeMaker
from tests.foreign import FILES
from tests.integration.people import walker_at
from tests.integration.test_deployment import diagrams
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
    link = browser().get(f"/modeler/process-instance/{started.json['id']}", 303).headers["Location"]
    assert "/cases/" in browser(DESIGNER).get(link, 303).headers["Location"]
    assert started.json["businessKey"].startswith("试运行-")

    shown = text_of(leader.get("/processes"))
    assert re.search(r"待放行 1 .*来访", shown)
    assert re.search(r"流程 1 ", shown), "the head bar says that something waits"
    assert not re.search(r"流程 1 ", text_of(designer.get("/processes")))
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


def test_two_versions_and_two_districts_are_compared_in_words(browser: Callable[..., Browser], house: Office) -> None:
    designer = browser(DESIGNER)
    name = "jincheng/jincheng_application.bpmn"
    changed = diagrams()[name].replace(b"${due_review}", b"${due_simple}", 1)
    made = deployment.deploy(house, identity.actor_of(house, DESIGNER), "申请", {name: changed}, "Modeler")
    page = designer.get("/processes/jincheng_application/compare")
    shown = text_of(page)
    assert "新增 0 删除 0 改动 1" in shown
    assert re.search(r"改动 提出审核意见 用户任务 Task_Review 到期日 \$\{due_review\} \$\{due_simple\}", shown), shown
    assert page.text.count("data-diagram=") == 2
    assert "&#34;is-changed&#34;: [&#34;Task_Review&#34;]" in page.text
    shown = text_of(browser(LEADER).get(f"/deployments/{made.id}"))
    assert re.search(r"和在用版本的不同 1 .*到期日 \$\{due_review\} \$\{due_simple\}", shown), shown
    own = made.definitions[0].id
    other = re.search(r'value="(xintai_application:[^"]+)"', page.text)
    assert other
    shown = text_of(designer.get(f"/processes/jincheng_application/compare?old={own}&new={other[1]}"))
    assert "首席代表审核审批" in shown
    assert "表单 chief_rep_review 新增" in shown
    form = next(one.id for one in deployed.list_definitions(house, system_actor(), "form"))
    for address in ("compare?old=nowhere", f"compare?old={form}", f"file?id={form}", f"file?id={other[1]}"):
        designer.get(f"/processes/jincheng_application/{address}", 404)
    browser("jincheng-external_worker-1").get("/processes/jincheng_application/compare", 404)


def test_the_heat_map_counts_what_the_reader_may_see(browser: Callable[..., Browser], house: Office) -> None:
    for household in (1, 2):
        walker_at(house, "Task_CheckMaterials", household=household)
    advance_clock(house, None, timedelta(days=4))
    walker_at(house, "Task_CheckMaterials", household=3)
    shown = text_of(browser(DESIGNER).get("/processes/shared_materials/heat"))
    assert re.search(r"审核申请材料 Task_CheckMaterials 3 3 — — ", shown), shown
    assert "立案编号 Service_Open 3 — 0.0" in text_of(browser(DESIGNER).get("/processes/jincheng_application/heat"))
    later = "/processes/shared_materials/heat?since=2026-09-18&by=running"
    assert "Task_CheckMaterials 1 1 —" in text_of(browser(DESIGNER).get(later))
    assert "这段时间没有办过" in text_of(browser("ninghe-process_designer-1").get("/processes/shared_materials/heat"))
    for dates in ("since=2026-09-18&until=2026-09-01", "since=0001-01-01", "until=9999-12-31", "since=heute"):
        browser(DESIGNER).get(f"/processes/shared_materials/heat?{dates}", 422)
    browser(DESIGNER).get("/processes/no_such_process/heat", 404)
