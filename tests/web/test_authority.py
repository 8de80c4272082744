"""The pages about authority: who decides and why, letters, the catalogue, the seal log; who may see which town."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import html

from jiuzhu.service import cases, identity
from jiuzhu.service.office import Office
from tests.forms_data import answers
from tests.walks import Walker, load_walks
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]
X1 = load_walks()["X1"]
LETTER = "新民委〔2024〕1号（示例）"


@pytest.mark.req("XT-11", "XT-37")
def test_the_table_says_who_decides_and_on_what_it_rests(office: Office, browser: Open) -> None:
    page = browser("xintai-county_leader-1").get("/authority")
    words = text_of(page)
    assert "苗娟（首席代表）" in words
    assert LETTER in words
    assert "没有有效的放权委托书" in words, "a town without a letter cannot approve"
    rows = html.fromstring(page.text).xpath("//table[caption='今天受理的申请由谁决定']/tbody/tr")
    assert len(rows) == 21 * 4
    letter = browser("xintai-town_head-1").get(f"/authority/letters/{LETTER}")
    assert "DB-01 最低生活保障审批" in text_of(letter)


def test_a_town_reads_its_own_authority_only(browser: Open) -> None:
    head = browser("xintai-town_head-1")
    assert "新汶街道" in text_of(head.get("/authority"))
    assert "新甫街道" not in text_of(head.get("/authority"))
    head.get("/authority?town=370982101", 404)
    head.get("/authority/letters/新民委〔2024〕2号（示例）", 404)
    head.get("/authority/letters/没有这一份", 404)
    assert "晋城" not in text_of(browser("ninghe-town_intake-1").get("/authority"))


@pytest.mark.req("XT-02", "XT-42")
def test_the_catalogue_shows_twelve_categories_and_twenty_items(browser: Open) -> None:
    words = text_of(browser("xintai-county_supervisor-1").get("/authority/catalogue"))
    assert "12大项20小项" in words
    assert "与方案一致" in words
    assert words.count("审批 示例") == 17, "what the seed does not name is marked"
    assert "本区没有委托事项目录" in text_of(browser("jincheng-town_intake-1").get("/authority/catalogue"))


@pytest.mark.req("XT-04", "XT-14", "XT-38")
def test_every_use_of_the_seal_is_on_the_log(office: Office, browser: Open) -> None:
    supervisor = browser("xintai-county_supervisor-1")
    assert "没有用印记录" in text_of(supervisor.get("/authority/seals"))
    walker = Walker(office, X1)
    walker.run()
    used = walker.rows("select seal_use_id from seal_use")[0]["seal_use_id"]
    for login in ("xintai-county_supervisor-1", "xintai-chief_rep-1"):
        words = text_of(browser(login).get("/authority/seals"))
        for part in (used, walker.case_no, "苗娟", "DB-01 最低生活保障审批", LETTER):
            assert part in words, part
    found = supervisor.get("/authority/seals?seal=委章01&item=DB-01&first=2026-09-01&last=2026-12-31")
    assert used in text_of(found)
    for narrower in ("seal=委章02", "item=TK-01", "last=2026-09-01"):
        assert used not in text_of(supervisor.get(f"/authority/seals?{narrower}")), narrower
    assert "日期请写成" in text_of(supervisor.get("/authority/seals?first=明天"))
    assert used not in text_of(browser("xintai-chief_rep-2").get("/authority/seals")), "another town"
    assert used not in text_of(browser("qijiang-county_leader-1").get("/authority/seals"))


@pytest.mark.req("XT-11", "QJ-01", "JC-02")
@pytest.mark.parametrize("district", ["xintai", "qijiang", "jincheng", "ninghe"])
def test_a_case_says_who_may_decide_it_and_under_which_clause(office: Office, browser: Open, district: str) -> None:
    walk = next(one for one in load_walks().values() if one["district"] == district and one["programme"] == "dibao")
    walker = Walker(office, walk)
    walker.start()
    role = "town_reviewer"
    page = browser(f"{district}-{role}-1").get(f"/cases/{walker.case_no}")
    panel = html.fromstring(page.text).xpath("//section[@id='authority']")[0]
    words = " ".join(" ".join(panel.itertext()).split())
    assert "谁决定" in words
    assert "依据" in words
    assert "再核对一次" in words
    assert "还没有受理" in words


def test_what_is_no_application_has_no_panel(office: Office, browser: Open) -> None:
    head = identity.actor_of(office, "xintai-town_head-1")
    data = answers("seal_handover", district="xintai", today="2026-09-16")
    made = cases.start_case(office, head, "xintai_seal_custody", data)
    assert 'id="authority"' not in browser("xintai-town_head-1").get(f"/cases/{made.case_no}").text
