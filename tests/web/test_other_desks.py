"""The desks beside the clerk's: administrator, process designer, signatory, and who reports about a running case."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from lxml import html

from jiuzhu.domain.topics import ErrandCall, Topic
from jiuzhu.errors import WorkerError
from jiuzhu.runner import Runner
from jiuzhu.service import cases, identity
from jiuzhu.service.office import Office
from tests.conftest import OfficeMaker
from tests.forms_data import answers
from tests.walks import Line, Walker, load_walks
from tests.web.conftest import Browser, fields_of, text_of
from webui import create_app

Open = Callable[..., Browser]


def walked(office: Office, steps: int, walk_id: str = "J1") -> Walker:
    walk = load_walks()[walk_id]
    walker = Walker(office, walk)
    walker.start()
    for line in walk["order"][:steps]:
        walker.complete(Line.parse(line))
    return walker


def test_an_errand_that_keeps_failing_is_an_incident_with_a_name_and_a_retry_button(make_office: OfficeMaker) -> None:
    working = make_office(jobs={"retry": "R1/PT0S"}).topics["means_verification"]
    broken = True

    def sometimes(call: ErrandCall) -> Any:
        if broken:
            raise WorkerError("the exchange does not answer")
        assert working.errand is not None
        return working.errand(call)

    office = make_office(jobs={"retry": "R1/PT0S"}, topics={"means_verification": _with(working, sometimes)})
    walker = walked(office, 1)
    app = create_app(office)
    admin = Browser(app, "jincheng-county_admin-1")
    page = admin.get("/incidents")
    words = text_of(page)
    assert walker.case_no in words
    assert "核对" in words
    assert "故障" in text_of(Browser(app, "jincheng-town_intake-1").get(f"/cases/{walker.case_no}"))
    address = html.fromstring(page.text).xpath("//form[contains(@action,'/retry')]/@action")[0]
    assert Browser(app, "jincheng-town_intake-1").post(address, {}).status_code == 403
    broken = False
    assert admin.post(address, {}, page=page).status_code == 303
    Runner(office).drain()
    assert "没有故障" in text_of(admin.get("/incidents"))
    assert admin.post(address, {}).status_code == 409


def _with(topic: Topic, errand: Callable[[ErrandCall], Any]) -> Topic:
    return dataclasses.replace(topic, errand=errand)


def test_a_designer_sees_processes_versions_and_what_the_checker_says(browser: Open) -> None:
    designer = browser("jincheng-process_designer-1")
    assert "jincheng_application" in text_of(designer.get("/processes"))
    words = text_of(designer.get("/processes/jincheng_application"))
    assert "第 1 版" in words
    assert "检查" in words
    assert designer.get("/processes/jincheng_application/file").data.startswith(b"<?xml")
    designer.get("/processes/nothing", 404)
    designer.get("/processes/jincheng_application?version=99", 404)


def test_the_navigation_offers_only_what_a_role_may_do(browser: Open) -> None:
    wang = browser("jincheng-town_intake-1")
    words = html.fromstring(wang.get("/").text).xpath("string(//nav[@class='mainnav'])")
    assert "待办" in words
    assert "流程" not in words
    assert "故障" not in words


def test_what_may_be_reported_about_a_case_stands_on_its_page_and_leads_back_to_it(
    office: Office, browser: Open
) -> None:
    walker = walked(office, 1)
    wang = browser("jincheng-town_intake-1")
    page = wang.get(f"/cases/{walker.case_no}")
    address = html.fromstring(page.text).xpath("//a[contains(@href,'/start/shared_case_report')]/@href")[0]
    form = wang.get(address)
    fields = fields_of(
        answers("case_event", attachment=walker.attachment(walker.actor("town_intake")), event_kind="withdrawal")
    )
    sent = wang.post(address, fields, page=form)
    assert sent.status_code == 303, text_of(sent)
    view = cases.show_case(office, identity.actor_of(office, "jincheng-town_intake-1"), walker.case_no)
    assert len(view.instances) == 2


@pytest.mark.req("XT-25")
def test_an_objection_is_entered_by_the_window_while_the_notice_hangs(office: Office, browser: Open) -> None:
    walker = walked(office, 8)
    wang = browser("jincheng-town_intake-1")
    page = wang.get(f"/cases/{walker.case_no}")
    address = html.fromstring(page.text).xpath("//a[contains(@href,'/reports/notice.objection/')]/@href")[0]
    form = wang.get(address)
    fields = fields_of(answers("objection_entry", attachment=walker.attachment(walker.actor("town_intake"))))
    sent = wang.post(address, fields, page=form)
    assert sent.status_code == 303, text_of(sent)
    assert "回执号" in text_of(wang.get(sent.location))
    again = wang.post(address, fields, page=form)
    assert again.status_code == 303
    assert len(walker.rows("select objection_no from objection where case_no = :case_no")) == 1


@pytest.mark.req("JC-42")
def test_whoever_investigated_is_told_why_the_confirmation_is_not_theirs(office: Office, browser: Open) -> None:
    walker = walked(office, 6)
    place = "140502100"
    identity.add_membership(office, None, login="jincheng-town_investigator-1", group=f"town_confirmer@{place}")
    item = walker.open_items()[0]["task_id"]
    words = text_of(browser("jincheng-town_investigator-1").get(f"/items/{item}"))
    assert "你现在不能办这件事" in words
    assert "由别人办理" in words
    assert browser("jincheng-town_investigator-1").post(f"/items/{item}/claim", {}).status_code == 403


def test_documents_are_read_as_a_sheet_and_saved_as_word(office: Office, browser: Open) -> None:
    walker = walked(office, 1)
    wang = browser("jincheng-town_intake-1")
    page = html.fromstring(wang.get(f"/cases/{walker.case_no}").text)
    sheet = wang.get(page.xpath("//*[@id='documents']//a[contains(@href,'/documents/')]/@href")[0])
    assert "社会救助申请书" in text_of(sheet)
    assert html.fromstring(sheet.text).xpath("//article[contains(@class,'sheet')]")
    word = wang.get(page.xpath("//*[@id='documents']//a[contains(@href,'/word/')]/@href")[0])
    assert word.data.startswith(b"PK")
    assert "attachment" in word.headers["Content-Disposition"]
    stranger = browser("xintai-town_intake-1")
    for address in page.xpath("//*[@id='documents']//a/@href | //*[@id='attachments']//a/@href"):
        assert stranger.client.get(address).status_code == 404


def test_a_password_is_changed_by_its_owner_and_ends_the_other_sessions(browser: Open, app: Any) -> None:
    wang, elsewhere = browser("jincheng-town_intake-1"), Browser(app, "jincheng-town_intake-1")
    page = wang.get("/me")
    wrong = {"old": "not-this-one", "new": "another-2026", "again": "another-2026"}
    assert wang.post("/me/password", wrong, page=page).status_code == 422
    assert wang.post("/me/password", {**wrong, "old": "demo-2026", "new": "short", "again": "short"}).status_code == 422
    assert wang.post("/me/password", {**wrong, "old": "demo-2026"}, page=page).status_code == 303
    wang.get("/me")
    elsewhere.get("/me", 303)
