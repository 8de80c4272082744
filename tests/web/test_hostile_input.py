"""Addresses and forms that nobody types by accident: answered with a sentence on both databases, never a failure."""

from __future__ import annotations

import re

import pytest

from jiuzhu.errors import Invalid
from jiuzhu.service import documents, inbox, work
from jiuzhu.service.office import Office
from tests.conftest import PASSWORD
from tests.integration.people import WANG, answer_of, open_item, person, walker_at
from tests.web.conftest import Browser, text_of
from webui import create_app

CHECK = "Task_CheckMaterials"
SCRIPT = "<script>alert('x')</script>\"'&{{ 1 }}"


@pytest.mark.parametrize(
    "path",
    [
        "/cases?q=%00",
        "/cases?q=%25_%5C",
        "/cases?status=%00",
        "/cases?after=2026-01-01%7Cx",
        "/cases?after=0001-01-01T00:00:00%2B10:00%7Cx",
        "/cases?after=x%7C%00",
        "/inbox?after=0001-01-01T00:00:00%2B10:00%7Cx",
        "/inbox?view=done&q=%00",
        "/inbox?view=group&programme=%00",
        "/cases/%00",
        "/items/%00",
        "/documents/%00",
        "/attachments/%00",
        "/submissions/%00",
        "/drawings/x?process=%00",
        "/start/jincheng_application?about=%00",
        "/reports/%00/%00",
        "/public/notices/%00",
        "/processes/jincheng_application?version=99999999999999999999",
    ],
)
def test_no_address_is_a_failure(any_office: Office, path: str) -> None:
    answer = Browser(create_app(any_office), WANG).client.get(path)
    assert answer.status_code in {200, 403, 404, 422}, text_of(answer)[:300]


@pytest.mark.parametrize("login", ["a\x00b", "x" * 5000, "\u202e王", SCRIPT])
def test_no_login_is_a_failure(any_office: Office, login: str) -> None:
    browser = Browser(create_app(any_office))
    answer = browser.post("/login", {"login": login, "password": "p\x00"}, page=browser.get("/login"))
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("value", ["a\x00b", "\ud800", "x" * 200_000])
def test_text_that_cannot_be_stored_is_refused_at_its_field(any_office: Office, value: str) -> None:
    walker = walker_at(any_office, CHECK)
    wang = person(any_office, WANG)
    item = open_item(walker, CHECK)["task_id"]
    data = {**answer_of(walker, CHECK, wang), "remark": value}
    with pytest.raises(Invalid) as refused:
        work.complete(any_office, wang, item, data)
    assert set(refused.value.faults) == {"remark"}
    with pytest.raises(Invalid):
        work.complete(any_office, wang, item, {**data, "remark": "", "$where": 1, "typename": "x"})
    assert item in [one.id for one in inbox.list_items(any_office, wang, view="group").items]


def test_a_password_page_without_its_session_is_refused(any_office: Office) -> None:
    app = create_app(any_office)
    first, second = Browser(app, WANG), Browser(app, "xintai-town_intake-1")
    for token in ("", "é", second.token()):
        answer = first.client.post("/me/password", data={"_csrf": token, "old": PASSWORD, "new": "n" * 9})
        assert answer.status_code == 403


@pytest.mark.parametrize("name", ['a"; x=".png', "a\r\nSet-Cookie: x=1.png", "../../a/b.png", "扫描件.png", "x" * 500])
def test_an_uploaded_file_never_acts_as_a_page(any_office: Office, name: str) -> None:
    wang = person(any_office, WANG)
    picture = b"\x89PNG\r\n\x1a\n<script>alert(1)</script>"
    one = documents.store_attachment(any_office, wang, name, "image/png", picture)
    answer = Browser(create_app(any_office), WANG).get(f"/attachments/{one}")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "image/png"
    assert re.fullmatch(r"inline; filename\*=UTF-8''[A-Za-z0-9._~%-]+", answer.headers["Content-Disposition"])
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for mime, data in (
        ("text/html", b"<p>"),
        ("image/png", b"<html>"),
        ("image/svg+xml", b"<svg/>"),
        ("image/png", b""),
    ):
        with pytest.raises(Invalid):
            documents.store_attachment(any_office, wang, name, mime, data)


def test_the_way_back_stays_on_this_site(any_office: Office) -> None:
    browser = Browser(create_app(any_office), WANG)
    path = "/cases?after=x"
    foreign = browser.client.get(path, headers={"Referer": "https://evil.example/cases"})
    assert (foreign.status_code, "evil.example" in foreign.text) == (422, False)
    own = browser.client.get(path, headers={"Referer": "http://localhost/inbox?view=group"})
    assert 'href="/inbox?view=group"' in own.text
