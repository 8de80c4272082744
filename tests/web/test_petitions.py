"""The public pages of petitions: no login, values kept, receipt, state by receipt."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

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
