"""A designer's day in the browser: deploy a changed procedure, read what changed, try it, have it released by a second
person, move the running cases over, and back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from jiuzhu.service import cases, identity, inbox, work
from tests.acceptance.browser import Clerk, Staff
from tests.acceptance.demo_server import DemoServer
from tests.acceptance.designer_files import FILE, FIRST, KEY, SECOND, files_of, press_deploy
from tests.acceptance.year_office import both, office_of, until
from tests.camunda_door import Client

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
DESIGNER, LEADER, CLERK = "jincheng-process_designer-1", "jincheng-county_leader-1", "jincheng-town_intake-1"
ENTRY = {"programme": "dibao", "applicant_name": "来访人甲", "petition_text": "询问办理进度。"}
RUNNING, STUCK = 200, 12


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """A demo without cases where a second person releases, as in production."""
    made = DemoServer(tmp_path_factory.mktemp("designer"), cases=False)
    made.start()
    yield made
    assert made.stop() == 0, made.said


@pytest.fixture
def people(chromium: Browser, server: DemoServer) -> Iterator[Staff]:
    staff = Staff(chromium, server.url)
    yield staff
    assert staff.complaints() == {}


def release(leader: Clerk, number: str) -> None:
    """Release a deployment as the second person."""
    leader.go(f"/deployments/{number}")
    leader.press("放行")
    assert "放行" in leader.flash(), leader.words()


def running_cases(server: DemoServer) -> list[str]:
    """Start cases of the version in use; a few go on to the step that the next version does not have."""
    office = office_of(server)
    clerk = identity.actor_of(office, CLERK)
    numbers = [cases.start_case(office, clerk, KEY, ENTRY).case_no for _ in range(RUNNING)]
    for number in numbers[:STUCK]:
        item = inbox.list_items(office, clerk, view="group", text=number).items[0]
        work.complete(office, clerk, item.id, {"reply_text": "已当面答复。"})
    office.close()
    return numbers


def wait_for(clerk: Clerk, words: str, seconds: float) -> None:
    """Wait until the page, which draws itself anew, says something."""
    clerk.page.locator("main").filter(has_text=re.compile(words)).wait_for(timeout=seconds * 1000)


def test_a_designer_changes_a_procedure_with_two_hundred_cases_on_their_way(server: DemoServer, people: Staff) -> None:
    place = urlsplit(server.url)
    door = Client(str(place.hostname), int(place.port or 0), DESIGNER)
    designer, leader = people.find(DESIGNER), people.find(LEADER)
    made = press_deploy(door, files_of(FIRST))
    assert made.status == 200, made.json
    release(leader, made.json["id"])
    numbers = running_cases(server)

    broken = files_of(SECOND) | {FILE: files_of(SECOND)[FILE].replace("${due_simple}", "${due_reply}")}
    told = press_deploy(door, broken)
    assert (told.status, told.json["type"]) == (400, "ParseException")
    assert "due_reply" in told.json["message"]
    made = press_deploy(door, files_of(SECOND))
    assert made.status == 200, made.json
    cockpit = door.call("GET", "/.well-known/camunda-automation-platform/webapps").json["cockpitUrl"]
    designer.page.goto(f"{cockpit}repository?deploymentsQuery=x")
    assert "待放行" in designer.words()
    both(designer, "designer-deployed")

    # What changed: on the page of the deployment, and on both diagrams.
    designer.go(f"/deployments/{made.json['id']}")
    assert "负责人核对答复" in designer.words()
    both(designer, "designer-deployment")
    designer.follow("在图上看")
    designer.page.wait_for_selector("[data-diagram] .djs-element.is-added")
    assert "书面答复来访" in designer.words()
    both(designer, "designer-diff")
    designer.go("/designing/forms/petition_check")
    designer.page.wait_for_selector("[data-preview='forms'][data-warnings='0']")
    assert "答复是否准确" in designer.words()
    designer.picture("designer-form")

    # Tried in a throw-away office, every way and a month.
    designer.go(f"/tryouts?key={KEY}&version=2")
    designer.press("开始试走")
    address = designer.page.url
    until(lambda: designer.page.goto(address) and "正在试走" not in designer.words(), "the report of the trial", 420)
    assert "5 条线走过 5 条" in designer.words(), designer.words()
    both(designer, "designer-tried")

    # Nobody releases his own; the second person does.
    designer.go(f"/deployments/{made.json['id']}")
    assert designer.page.get_by_role("button", name="放行", exact=True).count() == 0
    release(leader, made.json["id"])
    both(leader, "designer-released")

    # Who is on the way goes over, in bulk; who stands at a step that is gone stays, and it is said why.
    designer.go(f"/processes/{KEY}/moves")
    designer.press("试算")
    order = urlsplit(designer.page.url).path
    wait_for(designer, "提交放行（188 件）", 240)
    assert "新版里没有“登记归档”这一步。" in designer.words()
    both(designer, "designer-dry-run")
    designer.press("提交放行（188 件）")
    leader.go(order)
    leader.press("放行，开始迁移 188 件")
    wait_for(leader, r"已迁移\s*188", 300)
    both(leader, "designer-moved")
    clerk = people.find(CLERK)
    clerk.go(f"/inbox?view=group&q={numbers[-1]}")
    assert "书面答复来访" in clerk.words()
    clerk.go(f"/cases/{numbers[-1]}")
    assert "办理依据的流程由第 1 版改为第 2 版" in clerk.words()
    clerk.picture("designer-moved-case")

    # And back: all but the one that has gone on meanwhile.
    clerk.claim(numbers[-1], "书面答复来访")
    clerk.fill({"reply_text": "已书面答复。"})
    clerk.finish()
    leader.go(order)
    leader.page.fill("[name=reason]", "新版有误")
    leader.press("退回原版")
    wait_for(leader, r"已退回原版\s*187", 300)
    both(leader, "designer-back")
    clerk.go(f"/inbox?view=group&q={numbers[-2]}")
    assert "书面答复来访" not in clerk.words()
    clerk.go(f"/inbox?view=group&q={numbers[-1]}")
    assert "负责人核对答复" in clerk.words()
