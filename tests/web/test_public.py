"""The public pages: what a notice says and what it never says, and an objection by somebody without a login."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from lxml import html

from jiuzhu.domain.rows import PublishedRecipient
from jiuzhu.service import identity, inbox
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests.fakes.household import recipient
from tests.walks import Line, Walker, load_walks
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]


@pytest.fixture
def posted(office: Office) -> Walker:
    """A household of 晋城 whose notice has just been posted in its village."""
    walk = load_walks()["J1"]
    walker = Walker(office, walk)
    walker.start()
    for line in walk["order"]:
        walker.complete(Line.parse(line))
        if line.startswith("Task_PostNotice"):
            break
    return walker


@pytest.mark.req("JC-21", "XT-24")
def test_a_notice_says_masked_name_members_category_amount_place_and_dates_and_nothing_else(
    posted: Walker, browser: Open
) -> None:
    answer = browser().get("/public")
    words = text_of(answer)
    assert "吴*安" in words
    assert "3 人" in words
    assert "最低生活保障" in words
    assert re.search(r"每月 [\d,]+\.\d\d 元", words)
    assert "9月16日 周三 至 9月23日 周三" in words
    for secret in ("吴永安", "田素兰", "66052519", "示例一村12号", "残疾", "620.00", posted.case_no):
        assert secret not in answer.text, secret


@pytest.mark.req("XT-25")
def test_anybody_may_object_once_with_a_receipt_and_the_town_finds_it(
    posted: Walker, browser: Open, office: Office
) -> None:
    citizen = browser()
    address = html.fromstring(citizen.get("/public").text).xpath("//a[text()='提出异议']/@href")[0]
    page = citizen.get(address)
    incomplete = citizen.post(address, {"objection_content": "", "objector": "周见", "objector_phone": ""}, page=page)
    assert incomplete.status_code == 422
    assert 'value="周见"' in incomplete.text
    given = {
        "objection_content": "他家去年买了一辆货车，还在跑运输。",
        "objector": "周见",
        "objector_phone": "10000000099",
    }
    first = citizen.post(address, given, page=page)
    assert (first.status_code, first.location) == (303, "/public/received"), text_of(first)
    receipt = re.search(r'<b class="mono">([^<]+)</b>', citizen.get(first.location).text)
    assert receipt is not None
    second = citizen.post(address, given, page=page)
    assert receipt.group(1) in citizen.get(second.location).text
    rows = posted.rows("select state, entered_by from objection where case_no = :case_no")
    assert [row["entered_by"] for row in rows] == ["public"]
    reviewer = identity.actor_of(office, "jincheng-town_reviewer-1")
    waiting = {item.element_id for item in inbox.list_items(office, reviewer, view="group").items}
    assert "Task_CheckObjection" in waiting


def test_a_notice_that_has_come_down_is_gone_from_the_page_and_takes_no_objection(
    posted: Walker, browser: Open
) -> None:
    address = html.fromstring(browser().get("/public").text).xpath("//a[text()='提出异议']/@href")[0]
    posted.command("@clock notice_end")
    assert "没有正在公示的家庭" in text_of(browser().get("/public"))
    browser().get(address, 404)


def test_the_address_of_a_notice_cannot_be_guessed_from_its_number(posted: Walker, browser: Open) -> None:
    browser().get(f"/public/notices/{posted.case_no}-公示1", 404)


@pytest.mark.req("XT-31", "JC-35")
def test_everybody_reads_the_masked_list_of_a_village(office: Office, browser: Open) -> None:
    citizen = browser()
    assert "现在没有公开的名单" in text_of(citizen.get("/public/recipients"))
    citizen.get("/public/recipients/140502100001", 404)
    with office.store.transaction() as tx:
        row = recipient(name="周永安")
        shelf_of(tx).add(row)
        shelf_of(tx).add(
            PublishedRecipient(
                recipient_no=row.recipient_no,
                district=row.district,
                town=row.town,
                village=row.village,
                programme=row.programme,
                shown={"name": "周*安", "members": 3, "programme": "dibao", "since": "2025-01", "amount": "900.00"},
                state="public",
                publication_no="p1",
            )
        )
    assert "救助对象公开" in text_of(citizen.get("/public/recipients"))
    words = text_of(citizen.get("/public/recipients/140502100001"))
    assert "周*安" in words
    assert "900.00" in words
    assert "周永安" not in citizen.get("/public/recipients/140502100001").text
