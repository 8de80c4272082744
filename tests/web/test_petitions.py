"""The public pages of petitions: no login, values kept, receipt, state by receipt."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from sqlalchemy import text

from jiuzhu.service.office import Office
from jiuzhu.store import papers
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]
PAGE = "/public/petitions"


@pytest.mark.req("NH-26", "XX-32")
def test_a_citizen_hands_in_and_looks_it_up(browser: Open) -> None:
    citizen = browser()
    page = citizen.get(f"{PAGE}?district=jincheng")
    short = {"received_level": "county", "petition_kind": "report", "petition_content": "短", "petitioner": "某人"}
    wrong = citizen.post(PAGE, short, page=page)
    assert wrong.status_code == 422
    assert "某人" in wrong.text
    sent = citizen.post(PAGE, {**short, "petition_content": "村里有人冒领救助金，请查一查。"}, page=page)
    assert sent.status_code == 303, text_of(sent)
    found = re.search(r"晋城城区-2026-信访-\d{4}-[0-9a-f]{10}", citizen.get(sent.location).text)
    assert found is not None
    words = text_of(citizen.get(f"{PAGE}/state?receipt={found.group(0)}"))
    assert "已收到，正在办理" in words
    assert "某人" not in words
    assert "没有这个回执号" in text_of(citizen.get(f"{PAGE}/state?receipt={found.group(0)[:-1]}x"))


GOOD = {
    "received_level": "county",
    "petition_kind": "report",
    "petition_content": "村里有人冒领救助金，请查一查。",
}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


def handed(citizen: Browser, **more: str) -> str:
    """Hand a petition in and return its receipt."""
    page = citizen.get(f"{PAGE}?district=jincheng")
    sent = citizen.post(PAGE, {**GOOD, **more}, page=page)
    assert sent.status_code == 303, text_of(sent)
    found = re.search(r"晋城城区-2026-信访-\d{4}-[0-9a-f]{10}", citizen.get(sent.location).text)
    assert found is not None
    return found.group(0)


def test_what_a_citizen_writes_stays_text(browser: Open) -> None:
    citizen = browser()
    page = citizen.get(f"{PAGE}?district=jincheng")
    wrong = citizen.post(
        PAGE, {**GOOD, "petition_content": "短", "about_staff": HOSTILE, "about_case": HOSTILE}, page=page
    )
    assert wrong.status_code == 422
    handed(citizen, petition_content=HOSTILE * 3, petitioner="<b>某", about_staff="<i>")
    looked = citizen.get(f"{PAGE}/state?receipt=" + quote(HOSTILE))
    clerk = browser("jincheng-county_office-1")
    (number,) = set(re.findall(r"晋城城区-2026-信访-\d{4}", clerk.get("/cases?records=all").text))
    case = clerk.get(f"/cases/{number}")
    links = re.findall(r'href="(/submissions/[^"#]+)"', case.text)
    assert links
    for shown in (wrong, looked, case, *(clerk.get(link) for link in links)):
        assert "<script>alert" not in shown.text
        assert "<img src=x" not in shown.text
        assert "49" not in re.findall(r"onerror=alert\(1\)&gt;(..)", shown.text)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"petition_content": "长" * 1001},
        {"about_staff": "长" * 61},
        {"about_case": "长" * 61},
        {"petitioner": "长" * 31},
        {"petitioner": "某人", "petitioner_phone": "不是电话"},
        {"petition_kind": "bribe"},
        {"received_level": "emperor"},
        {"received_level": "town", "town": "120117102"},
        {"received_level": "town", "town": "140502100001"},
        {"received_level": "town", "town": ""},
        {"petition_content": "有\x00空字节的内容也要拦下来。"},
    ],
)
def test_bad_input_is_refused_with_a_sentence(browser: Open, office: Office, spoilt: dict[str, str]) -> None:
    citizen = browser()
    sent = citizen.post(PAGE, {**GOOD, **spoilt}, page=citizen.get(f"{PAGE}?district=jincheng"))
    assert sent.status_code in {400, 422}
    assert re.search(r"[\u4e00-\u9fff]", text_of(sent))
    with office.store.reading() as tx:
        assert tx.execute(text("select count(*) from case_instance")).scalar_one() == 0


def test_fields_that_the_page_does_not_offer_are_ignored(browser: Open, office: Office) -> None:
    citizen = browser()
    smuggled = {"petition_channel": "visit", "petition_files": "1", "petition_result": "unfounded", "sign": "true"}
    receipt = handed(citizen, **smuggled)
    with office.store.reading() as tx:
        (form,) = papers.submissions(tx, receipt.rpartition("-")[0])
    assert form.data["petition_channel"] == "online"
    assert form.data["petition_files"] == []
    assert "petition_result" not in form.data
    assert form.data["real_name"] is False


def test_another_district_and_no_token(browser: Open) -> None:
    citizen = browser()
    page = citizen.get(f"{PAGE}?district=jincheng")
    sent = citizen.post(PAGE, {**GOOD, "district": "atlantis"}, page=page)
    assert sent.status_code == 404
    assert citizen.client.post(PAGE, data={**GOOD, "district": "jincheng"}).status_code == 403


def test_a_receipt_is_not_guessed_and_guessing_closes_no_door(browser: Open) -> None:
    citizen, thief = browser(), browser()
    receipt = handed(citizen)
    number, _, code = receipt.rpartition("-")
    for wrong in (number, f"{number}-", f"{number}-{code.upper()}x", f"{number}-{'0' * 10}", f"{number}-é", "-", code):
        assert "没有这个回执号" in text_of(thief.get(f"{PAGE}/state?receipt={quote(wrong)}"))
    for _ in range(60):
        thief.get(f"{PAGE}/state?receipt={quote(number)}-0123456789")
    assert "查询太频繁" in text_of(thief.get(f"{PAGE}/state?receipt={quote(receipt)}"))
    assert handed(thief).rpartition("-")[0] != number, "the same address may still hand in"
    assert "没有这个页面" not in text_of(thief.get(f"{PAGE}/received"))


def test_a_flood_of_petitions_leaves_the_way_to_an_objection_open(browser: Open) -> None:
    citizen = browser()
    throttle = citizen.client.application.extensions["throttle"]
    for _ in range(60):
        throttle.petitions.note("127.0.0.1")
    sent = citizen.post(PAGE, GOOD, page=citizen.get(f"{PAGE}?district=jincheng"))
    assert sent.status_code == 429
    assert not throttle.objections.minutes_to_wait("127.0.0.1")
    assert not throttle.receipts.minutes_to_wait("127.0.0.1")


@pytest.mark.parametrize("once", ["x" * 5000, "有汉字", "a\x00b"])
def test_a_token_that_no_page_of_ours_made_harms_nothing(browser: Open, office: Office, once: str) -> None:
    first = handed(browser(), _once=once)
    assert handed(browser(), _once=once) == first
    with office.store.reading() as tx:
        (kept,) = tx.execute(text("select once from case_instance")).scalars()
    assert len(kept) <= 120
    assert kept.isascii()
    assert kept.isprintable()
