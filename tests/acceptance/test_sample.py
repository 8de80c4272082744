"""晋城's spot check in browsers: frozen, published, drawn, verified, checked, rectified and closed by a supervisor."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser

from jiuzhu.cli import sample as command
from jiuzhu.cli import show
from tests.acceptance.browser import PHONE, Clerk, Staff
from tests.acceptance.demo_server import DemoServer
from tests.acceptance.year_office import ServedDrawing, both, calendar_tried, office_of, until
from tests.forms_data import answers
from tests.samples import households

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]

POPULATION, DRAWN = 7, 3
"""30 % of seven households is three."""
SEED, SOURCE = "2026108-4821", "福利彩票第2026108期开奖号码"
SUPERVISOR, HEAD = "jincheng-county_supervisor-1", "jincheng-town_head-1"


@pytest.mark.req("JC-26", "JC-27", "JC-37", "NH-12")
def test_the_supervisor_draws_verifies_and_closes_a_sample(
    chromium: Browser, year: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_of(year)
    monkeypatch.setattr(show, "open_office", lambda: office)
    calendar_tried(office)
    members = households(office, "jincheng", POPULATION)
    drawing, staff = ServedDrawing(office, "jincheng"), Staff(chromium, year.url)
    supervisor = staff.find(SUPERVISOR)

    # Frozen: the hash is public, there is no seed, and nobody is drawn.
    supervisor.go("/start/jincheng_spot_check")
    supervisor.fill(answers("sample_start", district="jincheng", today=supervisor.today))
    both(supervisor, "sample-start")
    supervisor.submit()
    assert not supervisor.faults(), supervisor.faults()
    drawing.walker.case_no = number = str(re.search(r"晋城城区-\d+-\w+-\d+", supervisor.words())[0])  # type: ignore[index]
    page = f"/samples/{number}"
    until(lambda: supervisor.go(page) == 200, "the draw")
    digest = supervisor.page.locator("dl.facts code").inner_text()
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert "等待录入公开种子" in supervisor.words()
    assert "还没有样本" in supervisor.words()
    both(supervisor, "sample-frozen")
    card = public_card(chromium, year, number)
    assert digest in card
    assert "尚未录入" in card

    # Drawn by a public seed, and drawn again by everybody who wants to.
    supervisor.claim(number, "录入公开种子")
    supervisor.fill({"sample_seed": SEED, "seed_source": SOURCE, "sign": {"confirm": True}})
    both(supervisor, "sample-seed")
    supervisor.finish()
    until(lambda: supervisor.go(page) == 200 and sample(supervisor), "the sample")
    assert len(sample(supervisor)) == DRAWN
    assert set(sample(supervisor)) < set(members)
    assert "重算一致" in supervisor.words()
    assert digest == supervisor.page.locator("dl.facts code").inner_text()
    both(supervisor, "sample-drawn")
    with supervisor.page.expect_download() as handed:
        supervisor.page.get_by_role("link", name="下载总体文本").click()
    text = Path(handed.value.path()).read_bytes()
    assert hashlib.sha256(text).hexdigest() == digest
    ranked = sorted(members, key=lambda one: hashlib.sha256(f"{SEED}|{digest}|{one}".encode()).hexdigest())
    assert set(sample(supervisor)) == set(ranked[:DRAWN]), "the rule on the page, worked out by hand"
    assert verified(number).startswith("一致")
    assert staff.find(HEAD).go(page) == 404, "a town learns afterwards"

    # One household in browsers, with a fault; the others at the desk.
    tasks = drawing.tasks("Task_CheckFile", DRAWN)
    bad, *others = [row["case_no"] for row in tasks]
    rectified(staff, bad)
    for member in others:
        (item,) = [one for one in drawing.items if one.member == member]
        check = drawing.check(item)
        check.do("Task_CheckFile", "county_supervisor-2", check_conclusion="ok")
        until(lambda check=check: "Task_ReceiveFeedback" in check.open(), "the feedback")  # type: ignore[misc]
        check.do("Task_ReceiveFeedback", "town_head-1")

    # Closed: summed up, and read by the town and by everybody.
    supervisor.claim(number, "汇总抽查情况")
    supervisor.fill({"summary_text": "抽查已全部完成，问题已整改。", "sign": {"confirm": True}})
    both(supervisor, "sample-summary")
    supervisor.finish()
    until(lambda: supervisor.go(page) == 200 and "整改完成" in supervisor.words(), "the rectification's end")
    until(
        lambda: supervisor.go(page) == 200 and "已办结" in supervisor.page.locator(".page-head").inner_text(), "the end"
    )
    shown = supervisor.words()
    assert "66.67%" in shown
    assert "100.00%" in shown
    assert "重算一致" in shown
    both(supervisor, "sample-closed")
    supervisor.go("/samples")
    assert re.search(rf"{number}[\s\S]*已办结", supervisor.words())
    both(supervisor, "samples")
    assert verified(number).startswith("一致")
    assert staff.find(HEAD).go(page) == 200
    card = public_card(chromium, year, number)
    assert SEED in card
    assert SOURCE in card
    assert "检查结果" not in card, "晋城 does not publish results; only 新泰 does"
    assert not any(member in card for member in members)
    assert "韩示例" not in card
    assert staff.complaints() == {}


def sample(clerk: Clerk) -> list[str]:
    """Return the drawn case numbers on the page."""
    table = clerk.page.locator("table", has=clerk.page.locator("caption", has_text="样本"))
    return [re.sub(r"/.*", "", text.split()[0]) for text in table.locator("tbody .card-main").all_inner_texts() if text]


def verified(number: str) -> str:
    """Return what ``jiuzhu sample verify`` says."""
    answer = CliRunner().invoke(command.sample, ["verify", number, "--as", "jincheng-auditor-1"])
    assert answer.exit_code == 0, answer.output
    return answer.output


def public_card(chromium: Browser, year: DemoServer, number: str) -> str:
    """Return what the public page says about a draw, to somebody with a phone and no login."""
    citizen = Clerk(chromium, year.url, "", screen=PHONE)
    citizen.go("/public/checks")
    assert citizen.overflow <= 0
    said = citizen.page.locator("article.notice-card", has_text=number).inner_text()
    citizen.picture(f"public-checks-{'seeded' if SEED in said else 'frozen'}")
    assert citizen.complaints == []
    citizen.close()
    return said


def rectified(staff: Staff, member: str) -> None:
    """Find a fault, write it to the town, order it rectified, have it answered for, and accept that."""
    supervisor, head = staff.find(SUPERVISOR), staff.find(HEAD)

    def work(clerk: Clerk, name: str, form: str, **more: object) -> None:
        clerk.claim(member, name)
        given = answers(form, district="jincheng", today=clerk.today)
        clerk.fill({**given, **more, "sign": {"confirm": True}})
        both(clerk, f"check-{form}")
        clerk.finish()

    fault = {"check_conclusion": "inaccurate", "problem_kinds": ["income"]}
    work(supervisor, "查阅案卷作结论", "spot_check", **fault, check_opinion="漏记务工收入。")
    work(head, "签收抽查反馈", "feedback_receipt", receipt_note="属实，已安排重新核算。")
    work(supervisor, "下达整改通知", "rectify_order")
    work(head, "落实整改", "rectify_reply")
    work(supervisor, "验收整改", "rectify_close")
