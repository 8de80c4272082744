"""The page of draws: a supervisor draws, verifies and replaces; a town learns afterwards; the public reads the hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from jiuzhu.cli import sample as command
from jiuzhu.cli import show
from jiuzhu.service.office import Office
from tests.samples import Drawing, households
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]
SUPERVISOR, HEAD = "jincheng-county_supervisor-1", "jincheng-town_head-1"


@pytest.mark.req("NH-12", "JC-26")
def test_a_supervisor_sees_a_draw_through(office: Office, browser: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    households(office, "jincheng", 4)
    drawing = Drawing(office, "jincheng")
    number = drawing.begin()
    person = browser(SUPERVISOR)
    assert "总体已冻结，待录入种子" in text_of(person.get("/samples"))
    shown = text_of(person.get(f"/samples/{number}"))
    assert drawing.row.population_hash in shown
    assert "等待录入公开种子" in shown
    assert drawing.row.population_hash in text_of(browser().get("/public/checks"))
    drawing.seed()
    shown = text_of(person.get(f"/samples/{number}"))
    assert "重算一致" in shown
    assert "2026108-4821" in shown
    text = person.get(f"/samples/{number}/population.txt").data
    assert hashlib.sha256(text).hexdigest() == drawing.row.population_hash
    out = drawing.items[0].member
    assert person.post(f"/samples/{number}", {"member": out, "reason": "短"}).status_code == 422
    assert person.post(f"/samples/{number}", {"member": out, "reason": "全家外迁，无法联系"}).status_code == 303
    assert "全家外迁" in text_of(person.get(f"/samples/{number}"))
    browser(HEAD).get(f"/samples/{number}", 404)
    public = text_of(browser().get("/public/checks"))
    assert "韩示例" not in public
    assert out not in public
    monkeypatch.setattr(show, "open_office", lambda: office)
    answer = CliRunner().invoke(command.sample, ["verify", number, "--as", SUPERVISOR])
    assert (answer.exit_code, answer.output[:2]) == (0, "一致")
    drawing.change_item(drawing.items[1], reason="replacement")
    answer = CliRunner().invoke(command.sample, ["verify", number, "--as", SUPERVISOR])
    assert answer.exit_code == 1
    assert "重算不一致" in text_of(person.get(f"/samples/{number}"))
    listed = CliRunner().invoke(command.sample, ["list", "--as", SUPERVISOR])
    assert number in listed.output
    exported = CliRunner().invoke(command.sample, ["show", number, "--as", SUPERVISOR, "--json"])
    assert drawing.row.population_hash in exported.output
