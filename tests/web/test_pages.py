"""The pages at work on a real office: start, inbox, claim, form errors, completion, case, who sees what."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from lxml import html

from jiuzhu.service import documents, identity, inbox
from jiuzhu.service.office import Office
from tests.forms_data import answers
from tests.walks import PNG
from tests.web.conftest import Browser, fields_of, text_of

WANG = "jincheng-town_intake-1"
OTHER_TOWN = "jincheng-town_intake-2"
OTHER_DISTRICT = "xintai-town_intake-1"
START = "/start/jincheng_application"
Open = Callable[..., Browser]


def upload(office: Office, login: str) -> str:
    return documents.store_attachment(office, identity.actor_of(office, login), "sheet.png", "image/png", PNG)


def application(office: Office, **changes: Any) -> list[tuple[str, str]]:
    return fields_of(answers("application", attachment=upload(office, WANG), **changes))


def start(office: Office, browser: Browser, **changes: Any) -> str:
    """Hand in an application and return its case number."""
    sent = browser.post(START, application(office, **changes), page=browser.get(START))
    assert sent.status_code == 303, text_of(sent)
    page = browser.get(sent.location)
    return str(html.fromstring(page.text).xpath("string(//h1/span)"))


def only_item(office: Office, login: str, case_no: str) -> str:
    page = inbox.list_items(office, identity.actor_of(office, login), view="group", text=case_no)
    assert page.items, "nothing to claim"
    return page.items[0].id


def test_an_application_is_taken_in_and_its_case_page_says_what_it_waits_for(office: Office, browser: Open) -> None:
    wang = browser(WANG)
    case_no = start(office, wang)
    page = wang.get(f"/cases/{case_no}")
    words = text_of(page)
    assert "为什么在等" in words
    assert "正在等谁办" in words
    assert "经过" in words
    tree = html.fromstring(page.text)
    assert len(tree.xpath("//h1")) == 1
    assert tree.xpath("//ol[contains(@class,'steps')]/li[@aria-current='step']")
    drawing = tree.xpath("string(//*[@data-diagram]/@data-diagram)")
    assert wang.get(str(drawing)).mimetype == "application/xml"


def test_a_start_form_with_faults_comes_back_whole_with_a_summary(office: Office, browser: Open) -> None:
    wang = browser(WANG)
    fields = application(office, applicant_id="110101199001011", reason="够写五个字的理由")
    sent = wang.post(START, fields, page=wang.get(START))
    assert sent.status_code == 422
    tree = html.fromstring(sent.text)
    assert "处需要改正" in tree.xpath("string(//title)")
    links = tree.xpath("//*[contains(@class,'error-summary')]//a/@href")
    assert links
    assert all(tree.xpath(f"//*[@id='{link[1:]}']") for link in links)
    shown = {control.get("name"): control.get("value") for control in tree.xpath("//input[@name]")}
    texts = {control.get("name"): control.text for control in tree.xpath("//textarea[@name]")}
    chosen = {
        option.getparent().get("name"): option.get("value") for option in tree.xpath("//select/option[@selected]")
    }
    checked = {(box.get("name"), box.get("value")) for box in tree.xpath("//input[@checked]")}
    for name, value in fields:
        if name.endswith("._row") or name == "consequence_read":
            continue
        kept = shown.get(name) == value or (texts.get(name) or "").strip() == value or chosen.get(name) == value
        assert kept or (name, value) in checked, f"{name} was lost"


def test_a_field_that_the_form_does_not_have_is_refused_by_name(office: Office, browser: Open) -> None:
    wang = browser(WANG)
    fields = [*application(office), ("decision", "granted")]
    sent = wang.post(START, fields, page=wang.get(START))
    assert sent.status_code == 422
    assert "decision" in text_of(sent)
    assert not wang.get("/cases").text.count("row-link")


@pytest.mark.parametrize("name", ["$where", "typename", "members[0].$x"])
def test_a_key_that_cannot_be_stored_is_refused_at_the_form(office: Office, browser: Open, name: str) -> None:
    wang = browser(WANG)
    sent = wang.post(START, [*application(office), (name, "1")], page=wang.get(START))
    assert sent.status_code == 422
    assert not wang.get("/cases").text.count("row-link")


def test_two_megabytes_of_text_are_refused_at_the_form(office: Office, browser: Open) -> None:
    wang = browser(WANG)
    fields = [(key, value) for key, value in application(office) if key != "reason"]
    body = urlencode([("_csrf", wang.token()), *fields, ("reason", "字" * 700_000)])
    kind = "application/x-www-form-urlencoded"
    sent = wang.client.post(START, input_stream=io.BytesIO(body.encode()), content_length=len(body), content_type=kind)
    assert sent.status_code == 422
    assert "文字太长" in html.fromstring(sent.text).xpath("string(//*[contains(@class,'error-summary')])")
    assert not wang.get("/cases").text.count("row-link")


def test_a_field_larger_than_any_form_is_cut_off_at_the_door(browser: Open) -> None:
    wang = browser(WANG)
    head = b'--x\r\nContent-Disposition: form-data; name="reason"\r\n\r\n'
    body = head + b"x" * 3_000_000 + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    sent = wang.client.post(START, input_stream=io.BytesIO(body), content_length=len(body), content_type=kind)
    assert sent.status_code == 413
    assert "没有收下" in text_of(sent)


def test_a_double_click_starts_one_case(office: Office, browser: Open) -> None:
    wang = browser(WANG)
    page = wang.get(START)
    fields = application(office)
    first, second = (wang.post(START, fields, page=page) for _ in range(2))
    assert first.location == second.location
    assert wang.get("/cases").text.count("row-link") == 1


def test_a_person_of_another_town_or_district_sees_nothing(office: Office, browser: Open) -> None:
    case_no = start(office, browser(WANG))
    item = only_item(office, WANG, case_no)
    for login in (OTHER_TOWN, OTHER_DISTRICT):
        stranger = browser(login)
        for path in (
            f"/cases/{case_no}",
            f"/drawings/{case_no}",
            f"/items/{item}",
            f"/reports/notice.objection/{case_no}",
        ):
            text = text_of(stranger.get(path, 404))
            assert "周" not in text.replace("周三", "")
        assert case_no not in stranger.get("/cases").text
        assert case_no not in stranger.get("/inbox?view=group").text
        assert stranger.post(f"/items/{item}/claim", {}).status_code in (403, 404)


def test_a_second_clerk_is_told_who_was_first(office: Office, browser: Open) -> None:
    wang = browser(WANG)
    case_no = start(office, wang)
    item = only_item(office, WANG, case_no)
    colleague = identity.create_person(office, None, login="colleague", name="李同", password="demo-2026")
    group = inbox.list_items(office, identity.actor_of(office, WANG), view="group").items[0].groups[0]
    identity.add_membership(office, None, login=colleague, group=group)
    page = wang.get("/inbox?view=group")
    assert wang.post(f"/items/{item}/claim", {}, page=page).location == f"/items/{item}"
    second = browser("colleague")
    answer = second.post(f"/items/{item}/claim", {})
    assert answer.status_code == 409
    assert "已由" in text_of(answer)
    name = identity.actor_of(office, WANG).name
    assert name in text_of(answer)
    assert name in text_of(second.get(f"/items/{item}"))


def test_a_draft_is_kept_and_comes_back(office: Office, browser: Open) -> None:
    wang = browser(WANG)
    item = only_item(office, WANG, start(office, wang))
    wang.post(f"/items/{item}/claim", {})
    page = wang.get(f"/items/{item}")
    control = html.fromstring(page.text).xpath("//form[@id='work']//textarea/@name")[0]
    hidden = {"HX-Request": "true"}
    token = wang.token()
    saved = wang.client.post(f"/items/{item}/draft", data={"_csrf": token, control: "只写了一半"}, headers=hidden)
    assert "草稿已保存" in saved.text
    assert "<html" not in saved.text
    again = wang.get(f"/items/{item}")
    assert "只写了一半" in again.text
    assert "找到上次的草稿" in text_of(again)


def test_completing_twice_has_one_effect(office: Office, browser: Open) -> None:
    wang = browser(WANG)
    case_no = start(office, wang)
    item = only_item(office, WANG, case_no)
    wang.post(f"/items/{item}/claim", {})
    page = wang.get(f"/items/{item}")
    form_id = html.fromstring(page.text).xpath("string(//*[@id='form-body']/@data-form)")
    fields = fields_of(answers(str(form_id), attachment=upload(office, WANG)))
    first = wang.post(f"/items/{item}", fields, page=page)
    assert first.status_code == 303, text_of(first)
    second = wang.post(f"/items/{item}", fields, page=page)
    assert second.status_code == 303
    assert "没有重复办理" in text_of(wang.get(second.location))
    done = inbox.list_items(office, identity.actor_of(office, WANG), view="done").items
    assert [one.id for one in done].count(item) == 1
    assert "看当时内容" in text_of(wang.get(f"/cases/{case_no}"))


def test_a_conflict_keeps_what_was_typed_as_a_draft(office: Office, browser: Open) -> None:
    wang = browser(WANG)
    item = only_item(office, WANG, start(office, wang))
    wang.post(f"/items/{item}/claim", {})
    page = wang.get(f"/items/{item}")
    form_id = html.fromstring(page.text).xpath("string(//*[@id='form-body']/@data-form)")
    fields = fields_of(answers(str(form_id), attachment=upload(office, WANG)))
    identity.create_person(office, None, login="colleague", name="李同", password="demo-2026")
    identity.add_membership(office, None, login="colleague", group="town_intake@140502100")
    wang.post(f"/items/{item}/release", {})
    browser("colleague").post(f"/items/{item}/claim", {})
    answer = wang.post(f"/items/{item}", fields, page=page)
    assert answer.status_code == 409
    words = text_of(answer)
    assert "另一位同事正在办理" in words
    assert "李同" in words
    assert "已存为你的草稿" in words
    browser("colleague").post(f"/items/{item}/release", {})
    wang.post(f"/items/{item}/claim", {})
    assert "找到上次的草稿" in text_of(wang.get(f"/items/{item}"))


def test_the_inbox_filters_by_address_and_htmx_gets_only_the_list(office: Office, browser: Open) -> None:
    wang = browser(WANG)
    case_no = start(office, wang)
    assert case_no in wang.get("/inbox?view=group&programme=dibao").text
    empty = text_of(wang.get("/inbox?view=group&programme=tekun"))
    assert "没有符合条件的事项" in empty
    part = wang.client.get("/inbox?view=group", headers={"HX-Request": "true"})
    assert case_no in part.text
    assert "<html" not in part.text


def test_long_lists_are_paged_by_key_and_every_item_comes_once(
    office: Office, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.pages.inbox.PAGE_SIZE", 2)
    wang = browser(WANG)
    started = {start(office, wang, household=number) for number in (1, 2, 3, 4, 5)}
    address, seen = "/inbox?view=group", []
    for _ in range(3):
        page = html.fromstring(wang.get(address).text)
        seen += page.xpath("//td[contains(@class,'card-main')]/div/text()")
        following = page.xpath("//a[contains(text(),'后面的')]/@href")
        address = following[0] if following else ""
    assert address == ""
    assert sorted(seen) == sorted(started)


def test_completed_forms_can_be_read_as_they_were(office: Office, browser: Open) -> None:
    wang = browser(WANG)
    page = wang.get(f"/cases/{start(office, wang)}")
    address = html.fromstring(page.text).xpath("//a[text()='看当时内容']/@href")[0]
    words = text_of(wang.get(address))
    assert "内容摘要" in words
    assert "示例一村12号" in words
    assert browser(OTHER_TOWN).client.get(address).status_code == 404


@pytest.mark.parametrize("path", ["/incidents", "/processes"])
def test_pages_of_other_roles_are_refused_or_empty(browser: Open, path: str) -> None:
    assert browser(WANG).client.get(path).status_code in (200, 403)


def test_the_demo_line_moves_the_date_once_for_a_double_click(browser: Open) -> None:
    wang = browser(WANG)
    page = wang.get("/")
    assert "2026年9月16日 周三" in text_of(page)
    for _ in range(2):
        sent = wang.post("/demo/clock", [("days", "1")], page=page)
        assert sent.status_code == 303
    assert "2026年9月17日 周四" in text_of(wang.get("/"))
