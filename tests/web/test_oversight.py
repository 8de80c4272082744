"""Who oversees reads and touches nothing: refusals by district, the finance department's view, the sitting's form."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from jiuzhu.errors import Forbidden, OutOfReach
from jiuzhu.service import campaign_desk, cases, identity
from jiuzhu.service.office import Office
from tests.matters import Matter
from tests.payments import Batch, add_recipient, only
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]


@pytest.mark.parametrize("role", ["county_supervisor", "auditor", "county_admin"])
def test_refusals_are_read_by_who_oversees_the_district(office: Office, browser: Open, role: str) -> None:
    for district, town in (("jincheng", "140502100"), ("ninghe", "120117102")):
        clerk = identity.actor_of(office, f"{district}-town_intake-1")
        with pytest.raises(Forbidden):
            campaign_desk.start(office, clerk, town, "annual", f"{district}无权启动")
    here = browser(f"jincheng-{role}-1")
    page = text_of(here.get("/refusals"))
    assert "您的岗位不能启动这个镇（街道）的复核" in page
    assert "140502100" in page
    assert "120117102" not in page, "another district's refusals are not its business"
    assert "拒绝记录" in here.get("/inbox").text
    clerk_page = browser("jincheng-town_intake-1")
    clerk_page.get("/refusals", 403)
    assert "拒绝记录" not in clerk_page.get("/inbox").text


def test_the_form_of_a_sitting_opens_for_who_convenes(browser: Open) -> None:
    browser("ninghe-town_head-1").get("/sittings/new", 200)
    for login in ("ninghe-town_panel-1", "ninghe-town_intake-1", "ninghe-county_supervisor-1", "jincheng-auditor-1"):
        assert "主要领导办理" in text_of(browser(login).get("/sittings/new", 403))


def test_parameters_are_shown_in_words(browser: Open) -> None:
    page = text_of(browser("jincheng-county_admin-1").get("/policy"))
    assert "年度复核 · 最低生活保障、特困人员救助供养 · 全部在保对象 · 每年" in page
    assert "存款 · 是 · 60000.00" in page
    for code in ("filed 本期", "town_confirmer@town", "favouritism", "无 · all", "half_up"):
        assert code not in page
    other = text_of(browser("xixiu-county_office-1").get("/policy?key=referral_route"))
    assert "住房救助 · 区（市） · 住房城乡建设" in other or "住房救助 · 区级部门 · 住房城乡建设" in other


@pytest.mark.req("QJ-38")
def test_the_finance_officer_reads_the_money_and_touches_nothing(office: Office, browser: Open) -> None:
    only(office, "payment_batch")
    add_recipient(office, 1, district="xixiu")
    batch = Batch(office, "xixiu")
    batch.until("2026-10-01")
    batch.take("2026-10")
    batch.make()
    batch.check()
    finance = browser("xixiu-dept_handler-8")
    assert 'href="/payments"' in finance.get("/inbox").text
    assert batch.number in text_of(finance.get("/payments?month=2026-10"))
    page = text_of(finance.get(f"/payments/{batch.number}"))
    assert "示例户1" in page
    assert "等待银行回盘" in page
    assert "代发 CSV" not in page
    assert "导入银行回盘" not in page
    finance.get(f"/payments/file?batch={batch.number}", 403)
    file = {"file": (io.BytesIO("明细编号,金额,结果,原因".encode()), "回盘.csv")}
    assert finance.post(f"/payments/{batch.number}", file).status_code == 403
    assert "已到账" not in text_of(finance.get(f"/payments/{batch.number}"))
    browser("xixiu-dept_handler-1").get("/payments", 403)


def test_a_refused_look_at_a_lead_does_not_tell_its_number(office: Office, browser: Open) -> None:
    matter = Matter(office, "jincheng")
    number = matter.start("shared_violation", "violation_lead", "county_supervisor-2")
    clerk = identity.actor_of(office, "jincheng-town_intake-1")
    with pytest.raises(OutOfReach):
        cases.show_case(office, clerk, number)
    for role in ("county_admin-1", "auditor-1", "county_supervisor-1"):
        page = text_of(browser(f"jincheng-{role}").get("/refusals"))
        assert "查看案件" in page
        assert "保密事项" in page
        assert number not in page, role
    assert number in text_of(browser("jincheng-county_supervisor-2").get("/refusals")), "who handles it knows it"


def test_the_list_of_cases_is_of_applications_and_of_everything_when_asked(office: Office, browser: Open) -> None:
    number = Matter(office, "jincheng").start("shared_inspection", "inspection_start", "county_supervisor-1")
    here = browser("jincheng-county_office-1")
    assert number not in text_of(here.get("/cases"))
    for address in ("/cases?records=all", f"/cases?q={number}"):
        page = text_of(here.get(address))
        assert number in page
        assert "未登记姓名" not in page
