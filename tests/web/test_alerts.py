"""Alerts: whose list they stand on, who says that they were seen, and who learns nothing of them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from lxml import html

from jiuzhu.cli import alerts as command
from jiuzhu.cli import show
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Alert
from jiuzhu.errors import Forbidden, NotFound
from jiuzhu.service import alerts, audit, clock, recusals
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.store import listing
from jiuzhu.store.listing import CaseFilter, Scope
from jiuzhu.store.shelf import shelf_of
from tests.integration.people import ZHAO, person, walker_at
from tests.walks import Walker
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]
HEAD = "jincheng-town_head-1"
SUPERVISOR = "jincheng-county_supervisor-1"
LEADER = "jincheng-county_leader-1"
AUDITOR = "jincheng-auditor-1"
CLERK = "jincheng-town_reviewer-1"
OTHER_DISTRICT = "qijiang-county_supervisor-1"


@pytest.fixture
def late(office: Office) -> Walker:
    """A case whose acceptance is late: the clock has told the head of its town."""
    walker = walker_at(office, "Task_CheckMaterials")
    clock.advance_clock(office, None, timedelta(days=20))
    return walker


def number_of(walker: Walker) -> str:
    (row,) = walker.rows("select alert_no, alert_group from alert where case_no = :case_no")
    assert row["alert_group"].startswith("town_head@")
    return str(row["alert_no"])


def badge(page: str) -> str:
    return " ".join(html.fromstring(page).xpath("//nav[@class='mainnav']/a[@href='/alerts']//text()")).split()[-1]


def test_a_late_date_stands_on_the_heads_page_until_he_has_seen_it(late: Walker, browser: Open) -> None:
    head = browser(HEAD)
    page = head.get("/alerts")
    assert badge(page.text) == "1"
    unseen = html.fromstring(page.text).xpath("//section")[0]
    words = " ".join(unseen.itertext())
    assert "已过，尚未完成" in words
    assert "北石店镇" in words
    assert [unquote(each) for each in unseen.xpath(".//td//a/@href")] == [f"/cases/{late.case_no}"]
    (name,) = {row.applicant_name for row in alerts.list_alerts(late.office, person(late.office, HEAD)).unseen}
    assert name
    assert name in words
    sent = head.post("/alerts", {}, page=page)
    assert sent.status_code == 303, text_of(sent)
    after = head.get("/alerts")
    assert badge(after.text) == "提醒", "nothing is left to count"
    first, second = html.fromstring(after.text).xpath("//section")
    assert "没有未阅的提醒" in " ".join(first.itertext())
    assert person(late.office, HEAD).name in " ".join(second.itertext())


def test_marking_twice_is_audited_once_and_the_first_name_stays(late: Walker) -> None:
    office, number = late.office, number_of(late)
    head = person(office, HEAD)
    deputy = Actor(person_id="deputy", login="deputy", name="副职", groups=head.groups)
    first = alerts.mark_seen(office, head, number)
    again = alerts.mark_seen(office, deputy, number)
    assert (first.seen_by_name, again.seen_by_name) == (head.name, head.name)
    assert again.seen_at == first.seen_at
    assert first.seen_at is not None
    acts = [row["act"] for row in late.rows("select act from audit where record_no = :case_no")]
    assert acts.count("alert_seen") == 1
    assert all(chain.holds for chain in audit.verify(office, late.case_no))


def test_another_town_and_another_district_see_none_and_mark_none(late: Walker, browser: Open) -> None:
    number = number_of(late)
    for login in (ZHAO, OTHER_DISTRICT):
        page = browser(login).get("/alerts")
        assert late.case_no not in page.text
        assert badge(page.text) == "提醒"
        assert browser(login).post("/alerts", {"alert": number}).status_code == 404
        with pytest.raises(NotFound):
            alerts.mark_seen(late.office, person(late.office, login), number)
    assert late.rows("select state from alert where case_no = :case_no")[0]["state"] == "open"
    refused = late.rows("select act, actor from refusal where act = 'alert'")
    assert len(refused) == 4


def test_a_colleague_of_another_post_is_not_told(late: Walker, browser: Open) -> None:
    assert late.case_no not in browser(CLERK).get("/alerts").text
    assert browser(CLERK).post("/alerts", {"alert": number_of(late)}).status_code == 404


@pytest.mark.parametrize("login", [SUPERVISOR, AUDITOR])
def test_the_district_reads_all_and_marks_nothing(late: Walker, browser: Open, login: str) -> None:
    page = browser(login).get("/alerts")
    words = text_of(page)
    assert late.case_no in words
    assert "已过，尚未完成" in words
    assert not html.fromstring(page.text).xpath("//input[@name='alert']")
    assert badge(page.text) == "提醒", "what is not one's own to mark is not counted"
    assert browser(login).post("/alerts", {"alert": number_of(late)}).status_code == 403
    assert late.rows("select state from alert where case_no = :case_no")[0]["state"] == "open"


def test_whoever_keeps_out_of_a_case_is_told_nothing_about_it(late: Walker, browser: Open) -> None:
    number = number_of(late)
    for login in (HEAD, SUPERVISOR):
        recusals.recuse(late.office, person(late.office, login), late.case_no, "与申请人是亲属")
        page = browser(login).get("/alerts")
        assert late.case_no not in page.text
        assert badge(page.text) == "提醒"
        with pytest.raises((Forbidden, NotFound)):
            alerts.mark_seen(late.office, person(late.office, login), number)
    with pytest.raises(Forbidden, match="回避"):
        alerts.mark_seen(late.office, person(late.office, HEAD), number)


def test_whoever_cannot_open_the_case_reads_the_sentence_without_the_name(late: Walker) -> None:
    head = person(late.office, HEAD)
    guest = dataclasses.replace(person(late.office, ZHAO), groups=("dept_handler@jincheng",))
    with open_desk(late.office, head) as desk:
        (own,) = shelf_of(desk.tx).find(Alert, {"case_no": late.case_no})
        shelf_of(desk.tx).add(dataclasses.replace(own, alert_no="guest/1", alert_group="dept_handler@jincheng"))
    (told,) = alerts.list_alerts(late.office, guest).unseen
    assert told.mine
    assert (told.opens, told.applicant_name) == (False, "")
    assert alerts.count_unseen(late.office, guest) == 1


def test_a_petition_is_no_news_for_who_only_reads(office: Office, browser: Open) -> None:
    citizen = browser()
    page = citizen.get("/public/petitions?district=jincheng")
    told = {"received_level": "county", "petition_kind": "report", "petitioner": "某人"}
    sent = citizen.post("/public/petitions", {**told, "petition_content": "村里有人冒领救助金，请查。"}, page=page)
    assert sent.status_code == 303, text_of(sent)
    with open_desk(office, None) as desk:
        wanted = CaseFilter(scope=Scope(districts=("jincheng",)), applications_only=False)
        (petition,) = listing.page(desk.tx, wanted, before=None, limit=5)
        shelf_of(desk.tx).add(
            Alert(
                alert_no=f"{petition.record_no}/1",
                case_no=petition.case_no,
                record_no=petition.record_no,
                district=petition.district,
                town=petition.town,
                kind="due_reply",
                alert_group="county_office@jincheng",
                sentence="答复已逾期。",
                raised_at=desk.now,
            )
        )
    for login, seen in (("jincheng-county_office-1", True), (LEADER, True), (SUPERVISOR, False), (AUDITOR, False)):
        assert ("答复已逾期。" in browser(login).get("/alerts").text) is seen, login
    number = f"{petition.record_no}/1"
    assert browser(AUDITOR).post("/alerts", {"alert": number}).status_code == 404
    assert browser(LEADER).post("/alerts", {"alert": number}).status_code == 403
    assert browser("jincheng-county_office-1").post("/alerts", {"alert": number}).status_code == 303


def test_a_long_list_says_that_older_ones_are_left_out(late: Walker) -> None:
    head = person(late.office, HEAD)
    with open_desk(late.office, head) as desk:
        (own,) = shelf_of(desk.tx).find(Alert, {"case_no": late.case_no})
        for number in range(3):
            raised = own.raised_at + timedelta(minutes=number + 1)
            shelf_of(desk.tx).add(dataclasses.replace(own, alert_no=f"more/{number}", raised_at=raised))
    assert alerts.list_alerts(late.office, head, limit=4).more == ""
    short = alerts.list_alerts(late.office, head, limit=3)
    assert [one.alert_no for one in short.unseen] == ["more/2", "more/1", "more/0"]
    assert "3条" in short.more


def test_who_gets_no_alerts_has_no_entry(browser: Open) -> None:
    page = browser("jincheng-process_designer-1").get("/")
    assert not html.fromstring(page.text).xpath("//nav[@class='mainnav']/a[@href='/alerts']")


def test_an_unknown_alert_is_not_there(browser: Open, office: Office) -> None:
    assert browser(HEAD).post("/alerts", {"alert": "无此号"}).status_code == 404
    assert browser(HEAD).post("/alerts", {}).status_code == 404


def test_the_command_lists_and_marks(late: Walker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "open_office", lambda: late.office)
    run = CliRunner().invoke
    (row,) = json.loads(run(command.alerts, ["--as", HEAD, "--json"]).output)
    assert (row["alert_no"], row["state"]) == (number_of(late), "open")
    assert "已阅" in run(command.alerts, ["--as", HEAD, "--seen", row["alert_no"]]).output
    (row,) = json.loads(run(command.alerts, ["--as", HEAD, "--json"]).output)
    assert (row["state"], row["mine"]) == ("seen", True)
    assert run(command.alerts, ["--as", ZHAO]).output.strip() == "没有提醒。"
    assert isinstance(run(command.alerts, ["--as", ZHAO, "--seen", row["alert_no"]]).exception, NotFound)
