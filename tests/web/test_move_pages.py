"""The pages of 迁移: dry run, reasons, hand over, release by another person, progress, and back."""

from __future__ import annotations

from collections.abc import Callable

from jiuzhu.service import case_move_work
from jiuzhu.service.office import Office
from tests.moving import DESIGNER, KEY, LEADER, Moving, first, second
from tests.web.conftest import Browser, text_of

AT = f"/processes/{KEY}/moves"


def test_cases_are_moved_by_two_people_and_sent_back(office: Office, browser: Callable[..., Browser]) -> None:
    moving = Moving(office)
    moving.deploy(first())
    (reply, *_), (missing,) = moving.start(2, at="Task_Reply"), moving.start(1, at="Task_Missing")
    moving.deploy(second())
    designer, leader = browser(DESIGNER), browser(LEADER)
    assert AT in designer.get(f"/processes/{KEY}").text
    page = designer.get(AT)
    assert "第 1 版（在办 3 件）" in text_of(page)
    wrong = designer.post(AT, {"source": "1", "target": "2", "renames": "Task_Missing"}, page=page)
    assert (wrong.status_code, "应写成 原元素=新元素" in text_of(wrong)) == (422, True)
    sent = designer.post(AT, {"source": "1", "target": "2", "renames": ""}, page=page)
    assert sent.status_code == 303, text_of(sent)
    order = str(sent.headers["Location"])
    shown = designer.get(order)
    assert "新版里没有“查明来访人”这一步。" in text_of(shown)
    assert "新增的“登记来访”在案件已经走过的位置，不会补做。" in text_of(shown)
    only = text_of(designer.get(f"{order}?state=cannot"))
    assert missing in only
    assert reply not in only
    assert designer.post(order, {"act": "submit"}, page=shown).status_code == 303
    assert "等待另一个有放行权限的人放行" in text_of(designer.get(order))
    assert designer.post(order, {"act": "release"}).status_code == 403
    assert leader.post(order, {"act": "release"}, page=leader.get(order)).status_code == 303
    done = leader.get(order)
    assert "已迁移" in text_of(done)
    assert "Refresh" not in done.headers
    timeline = text_of(browser("jincheng-town_intake-1").get(f"/cases/{reply}"))
    assert "办理依据的流程由第 1 版改为第 2 版，由" in timeline
    refused = leader.post(order, {"act": "undo", "reason": ""}, page=done)
    assert (refused.status_code, "请写明理由" in text_of(refused)) == (422, True)
    assert leader.post(order, {"act": "undo", "reason": "新版有误"}, page=done).status_code == 303
    assert moving.item(reply).name == "答复来访"
    assert "已退回原版" in text_of(leader.get(AT))


def test_a_long_order_goes_on_behind_the_page(office: Office, browser: Callable[..., Browser]) -> None:
    moving = Moving(office)
    moving.deploy(first())
    moving.start(61)
    moving.deploy(second())
    designer = browser(DESIGNER)
    sent = designer.post(AT, {"source": "1", "target": "2"}, page=designer.get(AT))
    order = str(sent.headers["Location"])
    shown = designer.get(order)
    assert shown.headers["Refresh"] == "3"
    assert "正在试算：还剩 1 件" in text_of(shown)
    assert case_move_work.carry_on_all(office) == 1
    assert "提交放行（61 件）" in text_of(designer.get(order))


def test_who_has_nothing_to_do_with_it(office: Office, browser: Callable[..., Browser]) -> None:
    Moving(office).deploy(first())
    clerk = browser("jincheng-town_intake-1")
    assert AT not in clerk.get(f"/processes/{KEY}").text
    clerk.get(AT, 403)
    clerk.get("/moves/城区-迁移-0001", 404)
    browser(DESIGNER).get("/processes/nowhere/moves", 404)
    nothing = browser(DESIGNER).post(AT, {"source": "1", "target": "1"})
    assert (nothing.status_code, "没有正在办理的案件" in text_of(nothing)) == (422, True)
