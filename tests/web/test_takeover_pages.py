"""The pages of imports and dossiers: upload, faults by row and column, release by another person, undo; one file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from tests.takeover_lists import as_csv, as_xlsx, household
from tests.web.conftest import Browser, text_of

MAKER, LEADER, KEEPER = "jincheng-county_office-1", "jincheng-county_leader-1", "jincheng-town_reviewer-1"


def upload(browser: Browser, data: bytes, name: str) -> str:
    """Send a list and return the address of its page."""
    page = browser.get("/imports")
    sent = browser.post("/imports", {"file": (io.BytesIO(data), name)}, page=page)
    assert sent.status_code == 303, text_of(sent)
    return str(sent.headers["Location"])


@pytest.mark.req("JC-13", "JC-28")
def test_a_list_is_taken_over_by_two_people_and_taken_back(browser: Callable[..., Browser]) -> None:
    maker, leader = browser(MAKER), browser(LEADER)
    template = maker.get("/imports/template")
    assert zipfile.ZipFile(io.BytesIO(template.data)).testzip() is None
    wrong = upload(maker, as_csv(household(1, amount_monthly="四百")), "名单.csv")
    shown = text_of(maker.get(wrong))
    assert "K列“月救助金额”" in shown
    assert "金额应为数字" in shown
    page = upload(maker, as_xlsx([*household(1, dossier_no="旧档-1"), *household(2)]), "名单.xlsx")
    assert "没有发现不符合" in text_of(maker.get(page))
    assert maker.post(page, {"act": "submit"}, page=maker.get(page)).status_code == 303
    assert "放行，计入台账" not in maker.get(page).text
    assert maker.post(page, {"act": "release"}).status_code == 403
    assert leader.post(page, {"act": "release"}, page=leader.get(page)).status_code == 303
    assert "已导入" in text_of(leader.get(page))
    assert "旧档-1" in text_of(browser(KEEPER).get("/dossiers"))
    shown = text_of(browser(KEEPER).get("/dossiers/旧档-1"))
    assert "镇档案室3柜5盒" in shown
    assert browser(KEEPER).get("/cases/旧档-1", 302).headers["Location"].endswith("/dossiers/%E6%97%A7%E6%A1%A3-1")
    assert "导入：2026-09起每月480.00元" in shown
    refused = leader.post(page, {"act": "undo", "reason": ""}, page=leader.get(page))
    assert (refused.status_code, "请写明理由" in text_of(refused)) == (422, True)
    assert leader.post(page, {"act": "undo", "reason": "名单有误"}, page=leader.get(page)).status_code == 303
    assert "旧档-1" not in text_of(browser(KEEPER).get("/dossiers"))
    assert "已撤销" in text_of(maker.get("/imports"))


def test_who_has_nothing_to_do_with_imports(browser: Callable[..., Browser]) -> None:
    keeper = browser(KEEPER)
    assert "/imports" not in keeper.get("/dossiers").text
    keeper.get("/imports/template", 403)
    keeper.get("/imports/城区-导入-0001", 404)
    nothing = browser(MAKER).post("/imports", {"file": (io.BytesIO(b"a,b\n1,2\n"), "x.csv")})
    assert (nothing.status_code, "缺少列" in text_of(nothing)) == (422, True)


@pytest.mark.req("JC-28", "JC-32")
def test_a_dossier_is_handed_over_and_exported_and_not_thrown_away(browser: Callable[..., Browser]) -> None:
    maker, leader, keeper = browser(MAKER), browser(LEADER), browser(KEEPER)
    page = upload(maker, as_csv(household(1, dossier_no="旧档-1")), "名单.csv")
    maker.post(page, {"act": "submit"}, page=maker.get(page))
    leader.post(page, {"act": "release"}, page=leader.get(page))
    at = "/dossiers/旧档-1"
    moved = keeper.post(at, {"act": "move", "to_place": "区档案室", "received_by": "李某"})
    assert moved.status_code == 303
    assert "李某" in text_of(keeper.get(at))
    package = keeper.post(f"{at}/export", {})
    assert package.mimetype == "application/zip"
    assert "MANIFEST" in zipfile.ZipFile(io.BytesIO(package.data)).namelist()
    refused = keeper.post(at, {"act": "ask", "reason": "腾地方"})
    assert (refused.status_code, "仍在享受救助" in text_of(refused)) == (422, True)
    assert "今天没有保存期满的档案" in text_of(keeper.get("/dossiers?view=expired"))
