"""Coming in: password, session, token, headers; what nobody may see without logging in."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from jiuzhu.service import clock
from jiuzhu.service.office import Office
from tests.web.conftest import Browser, text_of

WANG = "jincheng-town_intake-1"
Open = Callable[..., Browser]


def test_a_page_sends_a_stranger_to_the_login_and_back(browser: Open) -> None:
    stranger = browser()
    answer = stranger.get("/cases?q=x", 303)
    assert answer.location == "/login?next=/cases?q%3Dx" or "next=" in answer.location
    sent = stranger.post(
        "/login", {"login": WANG, "password": "demo-2026", "next": "/cases?q=x"}, page=stranger.get("/login")
    )
    assert (sent.status_code, sent.location) == (303, "/cases?q=x")


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:x"]
)
def test_the_login_never_leads_to_another_site(browser: Open, target: str) -> None:
    stranger = browser()
    sent = stranger.post(
        "/login", {"login": WANG, "password": "demo-2026", "next": target}, page=stranger.get("/login")
    )
    assert sent.location == "/inbox"


def test_a_wrong_password_says_how_many_tries_are_left_and_then_waits(browser: Open) -> None:
    stranger = browser()
    page = stranger.get("/login")
    for left in (4, 3, 2, 1):
        answer = stranger.post("/login", {"login": WANG, "password": "wrong"}, page=page)
        assert answer.status_code == 422
        assert f"还可再试 {left} 次" in text_of(answer)
    stranger.post("/login", {"login": WANG, "password": "wrong"}, page=page)
    answer = stranger.post("/login", {"login": WANG, "password": "demo-2026"}, page=page)
    assert answer.status_code == 429
    assert "15 分钟后再试" in text_of(answer)


def test_nobody_can_lock_the_owner_out_from_elsewhere(app: Flask, browser: Open) -> None:
    """Five wrong passwords from one address make that address wait for this account, and nobody else."""
    stranger = browser()
    page = stranger.get("/login")
    for _ in range(6):
        answer = stranger.post("/login", {"login": WANG, "password": "wrong"}, page=page)
    assert answer.status_code == 429
    stranger.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert stranger.post("/login", {"login": WANG, "password": "demo-2026"}, page=page).status_code == 303
    basic = {"Authorization": "Basic " + base64.b64encode(f"{WANG}:wrong".encode()).decode()}
    right = {"Authorization": "Basic " + base64.b64encode(f"{WANG}:demo-2026".encode()).decode()}
    for _ in range(5):
        assert app.test_client().get("/engine-rest/version", headers=basic).status_code == 401
    assert app.test_client().get("/engine-rest/version", headers=right).status_code == 401
    elsewhere = {"REMOTE_ADDR": "203.0.113.10"}
    assert app.test_client().get("/engine-rest/version", headers=right, environ_base=elsewhere).status_code == 200


def test_the_session_lives_in_the_database_and_its_cookie_is_closed_to_scripts(browser: Open, office: Office) -> None:
    wang = browser(WANG)
    cookie = wang.client.get_cookie("jiuzhu_session")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert wang.post("/logout", {}).status_code == 303
    wang.client.set_cookie("jiuzhu_session", cookie.value, domain="localhost")
    assert wang.get("/", 303).location.startswith("/login")


def test_moving_the_demo_clock_logs_nobody_out(browser: Open, office: Office) -> None:
    wang = browser(WANG)
    clock.advance_clock(office, None, timedelta(days=30))
    wang.get("/")


@pytest.mark.parametrize("path", ["/logout", "/demo/clock", "/items/x/claim", "/start/jincheng_application"])
def test_a_post_without_the_token_changes_nothing(browser: Open, path: str) -> None:
    wang = browser(WANG)
    answer = wang.client.post(path, data={"days": "1"})
    assert answer.status_code == 403
    assert "没有办理" in text_of(answer)
    wang.get("/")


def test_another_persons_token_is_refused(browser: Open) -> None:
    wang, zhao = browser(WANG), browser("xintai-town_intake-1")
    answer = wang.client.post("/logout", data={"_csrf": zhao.token()})
    assert answer.status_code == 403


def test_every_page_carries_the_security_headers(browser: Open) -> None:
    for answer in (browser().get("/login"), browser(WANG).get("/"), browser(WANG).get("/nowhere", 404)):
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


def test_static_files_may_be_kept_for_ever_because_their_address_changes_with_them(browser: Open) -> None:
    page = browser().get("/login").text
    address = re.findall(r'href="(/static/[^"]+)"', page)[-1]
    with browser().get(address) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_an_unknown_page_is_chinese_and_shows_a_way_on(browser: Open) -> None:
    text = text_of(browser(WANG).get("/nowhere", 404))
    assert "没有找到这一页" in text
    assert "回到待办" in text
    assert "Not Found" not in text


def test_a_failure_shows_a_number_and_no_trace(app: Flask, browser: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("jiuzhu.service.cases.list_cases", broken)
    text = text_of(browser(WANG).get("/cases", 500))
    assert "事件编号" in text
    assert "secret detail" not in text
    assert "RuntimeError" not in text
