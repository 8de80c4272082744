"""The schedules' page: what fires next in words, a dry run, start by hand, pause, resume, the ledger."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner

from jiuzhu.cli import schedule as command
from jiuzhu.cli import show
from jiuzhu.service import schedules
from jiuzhu.service.office import Office
from tests.integration.test_schedules import HEAD, OFFICE, deploy_turn, schedule, with_schedules
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]


@pytest.fixture
def turning(office: Office) -> Office:
    deploy_turn(with_schedules(office, schedule()))
    return office


def test_the_scheduler_reads_tries_starts_pauses_and_resumes(turning: Office, browser: Open) -> None:
    county = browser(OFFICE)
    listing = text_of(county.get("/schedules"))
    assert "2026-10-01 00:00，为2个镇（街道）启动例行事项（2026年10月），10月1日至10月20日办理" in listing
    assert "将启动 2 处，本期已启动 0 处" in text_of(county.get("/schedules/turn"))
    assert county.post("/schedules/turn", {"act": "run", "reason": ""}).status_code == 422
    assert county.post("/schedules/turn", {"act": "run", "reason": "提前布置"}).status_code == 303
    shown = text_of(county.get("/schedules/turn"))
    assert "已启动 2 处" in shown
    assert "理由：提前布置" in shown
    assert "本期已经全部启动。要对某个单位再启动一次" in shown
    assert "全部未启动的单位" not in shown
    county.post("/schedules/turn", {"act": "pause", "reason": "检修"})
    assert "检修" in text_of(county.get("/schedules"))
    county.post("/schedules/turn", {"act": "resume"})
    assert "检修" not in text_of(county.get("/schedules"))


def test_a_town_sees_its_own_turns_and_may_not_pause(turning: Office, browser: Open) -> None:
    schedules.keep_schedules(turning)
    head = browser(HEAD)
    assert text_of(head.get("/schedules/turn")).count("办理中") >= 1
    assert head.post("/schedules/turn", {"act": "pause", "reason": "停"}).status_code == 403
    browser("qijiang-county_office-1").get("/schedules/turn", 404)


def test_the_command_says_the_same(turning: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "open_office", lambda: turning)

    def said(*arguments: str) -> str:
        answer = CliRunner().invoke(command.schedule, [*arguments, "--as", OFFICE])
        assert answer.exit_code == 0, answer.output
        return answer.output

    assert "例行事项" in said("list")
    assert "将启动 2 处" in said("run", "turn", "--dry-run")
    assert "启动 2 处。" in said("run", "turn", "--reason", "布置")
    assert "办理中" in said("turns", "turn")
    assert "下次：" in said("next")
    assert "JC-33" in said("explain", "turn")
    assert "已暂停" in said("pause", "turn", "--reason", "停")
    assert "已恢复" in said("resume", "turn")
