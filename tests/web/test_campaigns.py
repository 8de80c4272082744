"""The page and the command of reviews: dry run, start, throttle, pause, resume, progress by village and town."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner

from jiuzhu.cli import campaign as command
from jiuzhu.cli import show
from jiuzhu.service.office import Office
from tests.reviews import Review
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]
HEAD, COUNTY = "jincheng-town_head-1", "jincheng-county_office-1"


@pytest.mark.req("JC-33", "JC-34")
def test_the_head_tries_starts_pauses_resumes_and_sees_how_far_it_is(office: Office, browser: Open) -> None:
    review = Review(office)
    review.households(5, villages=2)
    head = browser(HEAD)
    listing = text_of(head.get("/campaigns"))
    assert "示例一村 3 户（1 份名单）、示例二村 2 户（1 份名单）" in listing
    assert "示例一村 3 户（1 份名单）" in listing
    assert head.post("/campaigns", {"plan": f"{review.town}/annual", "reason": ""}).status_code == 422
    sent = head.post("/campaigns", {"plan": f"{review.town}/annual", "reason": "按计划"})
    assert sent.status_code == 303
    review.plan(throttle=2)
    number = review.rows("select campaign_no from campaign")[0]["campaign_no"]
    page = f"/campaigns/{number}"
    assert head.post(page, {"act": "pause", "reason": ""}).status_code == 422
    assert head.post(page, {"act": "pause", "reason": "系统检修"}).status_code == 303
    assert "已暂停（尤涛）：系统检修" in text_of(head.get(page))
    assert head.post(page, {"act": "throttle", "throttle": "0"}).status_code == 422
    assert head.post(page, {"act": "throttle", "throttle": "5"}).status_code == 303
    assert head.post(page, {"act": "resume"}).status_code == 303
    review.list_village(1)
    shown = text_of(head.get(f"{page}?village={review.villages[0]}"))
    assert "名单 5 户" in shown
    assert "还有 5 户" in shown
    assert "每次启动 5 户" in shown
    assert "核对、入户中" in shown
    county = browser(COUNTY)
    assert "示例一村" in text_of(county.get(page))
    other = browser("jincheng-town_head-2")
    other.get(page, 404)
    assert other.post("/campaigns", {"plan": f"{review.town}/annual", "reason": "别的镇"}).status_code == 403
    assert browser("jincheng-town_reviewer-1").post(page, {"act": "pause", "reason": "没有权限"}).status_code == 403


def test_the_command_says_the_same(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "open_office", lambda: office)
    review = Review(office)
    review.households(3, villages=2)

    def said(*arguments: str) -> str:
        answer = CliRunner().invoke(command.campaign, [*arguments, "--as", HEAD])
        assert answer.exit_code == 0, answer.output
        return answer.output

    assert "3 户，可以启动" in said("dry-run")
    number = said("start", review.town, "--kind", "annual", "--reason", "按计划").strip()
    review.plan(throttle=1)
    assert "已暂停" in said("pause", number, "--reason", "检修")
    assert "检修" in said("list")
    assert "已恢复" in said("resume", number)
    assert "每次启动 3 户" in said("throttle", number, "3")
    review.list_village(1)
    review.visit(1)
    review.confirm()
    printed = said("progress")
    assert "2/2" in printed
    assert "2/3" in printed
    assert "维持" in said("show", number)
    assert "件有进展" in CliRunner().invoke(command.campaign, ["keep"]).output
