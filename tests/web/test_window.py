"""The window's page and the public judgement: the same numbers as by command line, and nobody's name in public."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import html

from jiuzhu.cli import cli
from jiuzhu.service.office import Office
from tests.process.test_referral import Matter
from tests.process.test_window import DAY, Visit
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]


def figures(page: Any) -> dict[str, str]:
    found = html.fromstring(page.text).xpath("//dd[@data-figure]")
    return {str(one.get("data-figure")): one.text_content().strip() for one in found}


def a_day(office: Office) -> tuple[Visit, Visit, Visit]:
    """Three arrivals of one morning: in time, too late, still waiting too long; and a matter at a department."""
    Matter(office, intake=2)
    quick = Visit(office, at=f"{DAY}T09:00")
    quick.wait_until(f"{DAY}T09:10:00")
    quick.do("Task_Answer")
    slow = Visit(office, at=f"{DAY}T09:20", applicant_name="吴秀英")
    slow.wait_until(f"{DAY}T09:35:01")
    slow.do("Task_Answer")
    waiting = Visit(office, at=f"{DAY}T10:00", intake=2)
    waiting.wait_until(f"{DAY}T10:16:00")
    return quick, slow, waiting


@pytest.mark.req("XX-33", "XX-32", "XX-84")
def test_a_day_in_numbers_on_the_page_and_by_command(
    office: Office, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, slow, _ = a_day(office)
    page = browser("xixiu-county_supervisor-1").get("/window")
    seen = figures(page)
    assert seen == {
        "arrivals": "3", "waiting": "1", "in_time": "1", "breached": "2", "score": "—", "referrals": "1",
    }  # fmt: skip
    words = text_of(page)
    assert "占已答复的 50.0%" in words
    assert "超时，用时 15 分 1 秒" in words
    assert "超时 1 分 0 秒" in words
    assert "西秀区人力资源社会保障局" in words

    town = browser("xixiu-town_head-1").get("/window")
    assert figures(town)["arrivals"] == "2", "a town sees its own window"
    browser("xixiu-village_officer-1").get("/window", 403)
    browser("xixiu-dept_handler-1").get("/window", 403)

    monkeypatch.setattr("jiuzhu.cli.show.open_office", lambda **_: office)
    arguments = ["window", "show", "--as", "xixiu-county_supervisor-1", "--json"]
    told = json.loads(CliRunner().invoke(cli, arguments, catch_exceptions=False).output)
    assert (told["arrivals"], told["in_time"], told["breached"], told["waiting"]) == (3, 1, 2, 1)
    assert told["share_in_time"] == "50.0%"
    plain = CliRunner().invoke(cli, arguments[:-1], catch_exceptions=False).output
    assert "来访 3" in plain
    assert "超时 2" in plain

    case = browser("xixiu-county_office-1").get(f"/cases/{slow.case_no}")
    assert "答复超时，超过 1 秒" in text_of(case)
    assert "到窗口15 分 0 秒内没有得到准确答复" in text_of(case)


@pytest.mark.req("XX-84")
def test_one_view_over_all_departments(office: Office, browser: Open) -> None:
    matter = Matter(office, referral_item="medical")
    number = matter.case_no
    assert "部门办理中" in text_of(browser("xixiu-town_intake-1").get(f"/cases/{number}"))
    matter.do("Task_HandleReferral", "dept_handler", 4, referral_result="explained")
    matter.do("Task_ReplyCitizen", "town_intake")
    words = text_of(browser("xixiu-county_office-1").get(f"/cases/{number}"))
    assert "西秀区医疗保障局" in words
    assert "已解答政策" in words
    browser("xixiu-dept_handler-1").get(f"/cases/{number}", 404)


@pytest.mark.req("XX-33")
def test_the_inbox_counts_minutes_and_marks_a_breach(office: Office, browser: Open) -> None:
    visit = Visit(office, at=f"{DAY}T09:00")
    clerk = browser("xixiu-town_intake-1")
    visit.wait_until(f"{DAY}T09:03:30")
    words = text_of(clerk.get("/inbox?view=group"))
    assert "剩 12 分钟" in words
    assert "09:15 前答复" in words
    assert "工作日" not in words.split("接待并准确答复")[0].split("剩 12 分钟")[1]
    visit.wait_until(f"{DAY}T09:15:01")
    page = clerk.get("/inbox?view=group")
    assert "超时 1 秒" in text_of(page)
    assert "答复超时" in text_of(page)


@pytest.mark.req("XX-35")
def test_anybody_with_the_address_judges_once_without_logging_in(office: Office, browser: Open) -> None:
    visit = Visit(office, at=f"{DAY}T09:00")
    visit.do("Task_Answer")
    key = str(visit.row()["rating_key"])
    link = html.fromstring(browser("xixiu-town_intake-1").get("/window").text).xpath("//a[text()='评价地址']/@href")
    address = f"/public/window/{key}"
    assert link == [address]
    citizen = browser()
    page = citizen.get(address)
    for secret in ("周永安", visit.case_no, "10000000001"):
        assert secret not in page.text
    assert citizen.post(address, {"rating_text": "没有选分数"}, page=page).status_code == 422
    given = {"rating_score": "4", "same_day_visits": "2", "rating_text": "排队有点久。"}
    assert citizen.post(address, given, page=page).status_code == 303
    row = visit.row()
    assert (row["score"], row["rated_by"], row["state"]) == (4, "public", "closed")
    assert "已经评价过" in text_of(citizen.get(address))
    assert citizen.post(address, given, page=page).status_code == 409
    assert visit.row()["score"] == 4
    citizen.get("/public/window/nothing", 404)
