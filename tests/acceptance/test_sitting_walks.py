"""宁河's panel in browsers: five votes on one case, and one sitting over twelve with a recusal and a paper signature.

The cases are brought to the panel's table by the service; from there on only what pages show is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from jiuzhu.bootstrap import build_office
from jiuzhu.service import recusals
from tests.acceptance.browser import PHONE, SHEET, Clerk, Staff
from tests.acceptance.demo_server import DemoServer
from tests.conftest import settings_for, with_values
from tests.sittings import waiting_cases
from tests.walks import Walker

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]

CASES = 12
RELATIVE, ON_PAPER = 3, 6
"""Position of the case in which a member keeps out; number of the member who signs on paper."""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DemoServer, list[Walker]]]:
    """A demo of its own with thirteen cases that wait for the panel."""
    server = DemoServer(tmp_path_factory.mktemp("sitting"), cases=False)
    server.start()
    office = build_office(with_values(settings_for(server.home), exchange={"url": server.exchange_url}))
    yield server, waiting_cases(office, CASES + 1)
    assert server.stop() == 0, server.said


@pytest.fixture
def people(chromium: Browser, table: tuple[DemoServer, list[Walker]]) -> Iterator[Staff]:
    """Everybody's browsers before that demo. No page may throw in them."""
    staff = Staff(chromium, table[0].url)
    yield staff
    assert staff.complaints() == {}


def clerk(staff: Staff, role: str, number: int = 1) -> Clerk:
    return staff.find(f"ninghe-{role}-{number}")


@pytest.mark.req("NH-20")
def test_a_panel_of_five_on_one_case(table: tuple[DemoServer, list[Walker]], people: Staff) -> None:
    (walker,) = table[1][CASES:]
    head = clerk(people, "town_head")
    head.claim(walker.case_no, "确定议事协商成员")
    data = walker.answers("panel_convene", walker.actor("town_head"))
    head.fill({key: data[key] for key in ("meeting_place", "panel_members")})
    head.picture("panel-convene")
    head.finish()
    for number in range(1, 6):
        member = clerk(people, "town_panel", number)
        member.claim(walker.case_no, "发表意见并签名")
        member.fill({"panel_vote": "agree", "panel_reason": "调查属实，符合条件。", "sign": {"confirm": True}})
        member.picture(f"panel-opinion-{number}")
        member.finish()
    assert clerk(people, "town_panel", 1).go(f"/cases/{walker.case_no}") == 200
    head.claim(walker.case_no, "形成会议纪要并签发")
    assert head.words().count("本人签名") >= 5
    head.fill(
        {
            "decision_opinion": "成员意见一致，同意给予救助。",
            "minutes_text": "听取调查人员汇报，逐一发表意见。",
            "sign": {"confirm": True},
        }
    )
    head.picture("panel-minutes")
    head.finish()
    head.go(f"/cases/{walker.case_no}")
    assert "社会救助审批确认议事协商会议纪要" in head.words()


@pytest.mark.req("NH-20", "NH-21", "JC-45")
def test_a_sitting_over_twelve_cases(table: tuple[DemoServer, list[Walker]], people: Staff, chromium: Browser) -> None:
    server, walkers = table[0], table[1][:CASES]
    kin = walkers[RELATIVE]
    recusals.recuse(kin.office, kin.actor("town_panel", 5), kin.case_no, "是申请人的表亲")

    head = clerk(people, "town_head")
    head.go("/sittings")
    waiting = head.words()
    expected = CASES + (table[1][CASES].case_no in waiting)  # the other test's case, unless it is decided already
    assert f"{expected}件待议" in waiting
    head.follow("召开会议")
    head.page.get_by_label("会议地点").fill("镇政府二楼会议室")
    single = head.page.locator(f"input[name=case][value='{table[1][CASES].case_no}']")
    if single.count():
        single.uncheck()
    head.page.locator("[id='kind-ninghe-town_head-1']").select_option("")  # convenes, does not sit
    for number, kind in enumerate(("head", "deputy", "civil", "village", "civil", "village"), start=1):
        person = f"ninghe-town_panel-{number}"
        head.page.locator(f"[id='kind-{person}']").select_option(kind)
        head.page.locator(f"[id='post-{person}']").fill(f"示例职务{number}")
    head.picture("sitting-new")
    head.press("召集，进入表决")
    assert f"{CASES}件进入表决" in head.flash(), head.words()
    where = head.page.url.removeprefix(server.url)

    for number in (1, 2, 3, 4, 5):
        member = Clerk(
            chromium, server.url, f"ninghe-town_panel-{number}", **({"screen": PHONE} if number == 2 else {})
        )
        member.go(where)
        awaited = CASES - 1 if number == 5 else CASES
        assert f"有 {awaited} 件等你发表意见" in member.words()
        member.page.locator("#rest").select_option("agree")
        member.page.locator("#common_reason").fill("调查属实，符合条件。")
        if number == 4:  # one case is disputed
            member.page.locator(f"[id='vote-{walkers[0].case_no}']").select_option("disputed")
        member.picture(f"sitting-vote-{number}")
        assert member.overflow <= 0
        member.page.locator("#confirm").check()
        member.press("签名，提交全部意见")
        assert f"已签{awaited}件" in member.flash()
        assert member.complaints == []
        member.close()

    recorder = clerk(people, "town_panel", 1)
    recorder.go(where)
    recorder.page.locator("#rest").select_option("agree")
    recorder.page.locator("#common_reason").fill("调查属实，符合条件。")
    recorder.page.locator("#signer").select_option(f"ninghe-town_panel-{ON_PAPER}")
    recorder.page.locator("#scan_file").set_input_files(SHEET)
    recorder.picture("sitting-paper")
    recorder.press("签名，提交全部意见")
    assert "纸质签字，由" in recorder.words()
    assert "纸质签字" in _own_page(people, ON_PAPER)

    head.go(where)
    head.picture("sitting-minutes")
    head.page.locator("#decision_opinion").fill("成员意见一致的，同意给予救助。")
    head.page.locator("#minutes_text").fill("逐件听取调查人员汇报，逐件发表意见。")
    head.page.locator("#sign").check()
    head.press("签发会议纪要")
    assert "会议纪要已签发" in head.flash()
    head.picture("sitting-closed")
    assert head.words().count("已有结果") + head.words().count("元／月") >= CASES - 1
    head.follow("会议纪要")
    paper = head.words()
    assert all(walker.case_no in paper for walker in walkers)
    assert "有争议" in paper
    assert "纸质签字，由" in paper
    head.picture("sitting-paper-minutes")
    phone = Clerk(chromium, server.url, "ninghe-town_head-1", screen=PHONE)
    phone.go(where)
    assert phone.overflow <= 0
    phone.picture("sitting-phone")
    phone.close()
    decided = [walker.rows("select decision from case_decision where case_no = :case_no") for walker in walkers]
    assert [len(rows) for rows in decided] == [0, *[1] * (CASES - 1)]
    assert {row["element_id"] for row in walkers[0].main_items()} == {"Task_Reexamine"}
    assert quote("议事协商") in where


def _own_page(people: Staff, number: int) -> str:
    signatory = clerk(people, "town_panel", number)
    signatory.go("/me")
    signatory.picture("sitting-signatory")
    return signatory.words()
