"""The page of parameters, and what a case used on the case's own page."""

from __future__ import annotations

from collections.abc import Callable

from jiuzhu.service.office import Office
from tests.walks import Line, Walker, load_walks
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]
CLERK = "ninghe-town_reviewer-1"


def test_the_own_district_today_then_another_on_another_day(browser: Open) -> None:
    text = text_of(browser(CLERK).get("/policy"))
    assert "天津市宁河区" in text
    assert "设定（待本地核定）" in text
    assert "A2" in text
    assert "复核率低于90%" in text
    other = text_of(browser(CLERK).get("/policy?district=xintai&on=2018-06-01&key=temp_authority"))
    assert "2000.00" in other
    assert "8000.00" not in other


def test_a_wrong_day_district_or_key_is_one_sentence(browser: Open) -> None:
    clerk = browser(CLERK)
    assert "不是日期" in text_of(clerk.get("/policy?on=32.13.2021"))
    assert "没有区（市）“x”" in text_of(clerk.get("/policy?district=x"))
    assert "最早的自2000-01-01起" in text_of(clerk.get("/policy?on=1999-01-01"))
    assert "没有以“zz”开头" in text_of(clerk.get("/policy?key=zz"))
    assert "没有区（市）“&lt;b&gt;" in clerk.get("/policy?district=<b>").text


def test_the_case_shows_what_it_used_and_what_of_it_is_assumed(browser: Open, office: Office) -> None:
    walk = load_walks()["NT1"]
    walker = Walker(office, walk)
    walker.start()
    for line in walk["order"]:
        if line.startswith("Task_TownConfirm"):
            break
        walker.command(line) if line.startswith("@") else walker.complete(Line.parse(line))
    text = text_of(browser(CLERK).get(f"/cases/{walker.case_no}"))
    assert "街镇确认限额 12120.00 NH-03（按每人月标准折算，设定A2）" in text
    assert "设定（待本地核定）" in text
