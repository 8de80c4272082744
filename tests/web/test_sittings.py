"""The sitting page: one form for all cases, nothing typed is lost, and the boundary of who may sit (NH-20, NH-21)."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, unquote

import pytest
from sqlalchemy import text

from jiuzhu.service import recusals
from jiuzhu.service.office import Office
from tests.process.test_contests import denied, forged_visit, voted_on_paper
from tests.sittings import KINDS, open_over, sign, waiting_cases
from tests.walks import PNG, Walker
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]
PANEL = [f"ninghe-town_panel-{number}" for number in range(1, 9)]


def new_sitting(desk: Browser, walkers: Sequence[Walker], kinds: str, reason: str = "") -> Any:
    """Fill in and send the form that opens a sitting: the first members of the panel, one letter each."""
    page = desk.get("/sittings/new")
    fields: list[tuple[str, Any]] = [("meeting_on", walkers[0].today), ("meeting_place", "示例会议室")]
    for person, letter in zip(PANEL, kinds, strict=False):
        fields += [("candidate", person), (f"kind-{person}", KINDS[letter]), (f"post-{person}", "示例职务")]
    fields += [("case", walker.case_no) for walker in walkers]
    fields.append(("size_reason", reason))
    return desk.post("/sittings/new", fields, page=page)


@pytest.mark.req("NH-20", "NH-19")
@pytest.mark.parametrize(
    ("kinds", "reason", "fine"),
    [
        ("hdcv", "", False),
        ("hdcvc", "", True),
        ("hdcvcvc", "", True),
        ("hdcvcvcv", "", False),
        ("hdcvcvcv", "涉及两个村", True),
        ("hdcdcc", "理由充分", False),
    ],
)
def test_who_may_sit_through_the_screen(office: Office, browser: Open, kinds: str, reason: str, fine: bool) -> None:
    walkers = waiting_cases(office, 1)
    head = browser("ninghe-town_head-1")
    sent = new_sitting(head, walkers, kinds, reason)
    if fine:
        assert sent.status_code == 303
        assert "表决中" in text_of(head.get(sent.headers["Location"]))
    else:
        assert sent.status_code == 422
        assert walkers[0].case_no in text_of(sent)
        assert "示例会议室" in sent.text  # what was typed is still there
        assert walkers[0].rows("select sitting_no from sitting") == []


@pytest.mark.req("NH-20", "NH-21")
def test_a_sitting_from_the_screen(office: Office, browser: Open) -> None:
    walkers = waiting_cases(office, 3)
    recusals.recuse(office, walkers[0].actor("town_panel", 6), walkers[0].case_no, "是申请人的表亲")
    head = browser("ninghe-town_head-1")
    where = quote(unquote(new_sitting(head, walkers, "hdcvcv").headers["Location"]))
    for number in range(1, 6):
        member = browser(f"ninghe-town_panel-{number}")
        page = member.get(where)
        assert "有 3 件等你发表意见" in text_of(page)
        fields: list[tuple[str, Any]] = [("case", walker.case_no) for walker in walkers]
        fields += [("rest", "agree"), ("common_reason", "调查属实，符合条件。")]
        if number == 5:
            fields.append((f"vote-{walkers[2].case_no}", "disputed"))
        refused = member.post(f"{where}/sign", fields, page=page)
        assert refused.status_code == 422, "without the tick nothing is signed"
        assert "调查属实" in refused.text
        done = member.post(f"{where}/sign", [*fields, ("confirm", "on")], page=page)
        assert done.status_code == 303, text_of(done)
        again = member.post(f"{where}/sign", [*fields, ("confirm", "on")], page=page)
        assert again.status_code == 303
    recorder = browser("ninghe-town_panel-1")
    page = recorder.get(where)
    assert "录入别人在纸上签的意见" in page.text
    fields = [("case", walker.case_no) for walker in walkers[1:]]
    fields += [("rest", "agree"), ("common_reason", "调查属实，符合条件。"), ("way", "paper"), ("signer", PANEL[5])]
    scan = (io.BytesIO(PNG), "sheet.png", "image/png")
    done = recorder.post(f"{where}/sign", [*fields, ("scan_file", scan)], page=page)
    assert done.status_code == 303, text_of(done)
    shown = text_of(recorder.get(where))
    assert "纸质签字，由" in shown
    page = head.get(where)
    minutes: list[tuple[str, Any]] = [("case", walker.case_no) for walker in walkers[:2]]
    minutes += [("minutes_text", "逐件听取汇报。"), ("decision_opinion", "同意给予救助。"), ("sign", "on")]
    closed = head.post(f"{where}/close", minutes, page=page)
    assert closed.status_code == 303, text_of(closed)
    paper = text_of(head.get(f"{where}/minutes"))
    assert all(walker.case_no in paper for walker in walkers)
    assert "有争议" in paper
    assert browser("ninghe-town_panel-6").get(f"{where}/minutes", 404)


@pytest.mark.req("NH-20")
def test_a_vote_that_meets_a_withdrawn_case_keeps_what_was_typed(office: Office, browser: Open) -> None:
    walkers = waiting_cases(office, 2)
    where = quote(f"/sittings/{open_over(walkers)}")
    member = browser("ninghe-town_panel-1")
    page = member.get(where)
    with office.store.engine.begin() as connection:
        connection.execute(
            text("update case_instance set status = 'withdrawn' where record_no = :no"), {"no": walkers[0].case_no}
        )
    fields: list[tuple[str, Any]] = []
    for walker in walkers:
        fields += [
            ("case", walker.case_no),
            (f"vote-{walker.case_no}", "agree"),
            (f"reason-{walker.case_no}", f"理由：{walker.case_no}"),
        ]
    sent = member.post(f"{where}/sign", [*fields, ("confirm", "on")], page=page)
    assert sent.status_code == 409
    assert f"{walkers[0].case_no}" in text_of(sent)
    assert f"理由：{walkers[1].case_no}" in sent.text


@pytest.mark.req("NH-20", "JC-45")
def test_another_member_enters_who_must_keep_out(office: Office, browser: Open) -> None:
    walkers = waiting_cases(office, 1)
    number = open_over(walkers, "1,2,3,4,5,6")
    where = quote(f"/sittings/{number}")
    recusals.recuse(office, walkers[0].actor("town_panel", 6), walkers[0].case_no, "是申请人的表亲")
    for member in (1, 2, 3, 4, 5):
        sign(walkers, number, member)
    fellow = browser("ninghe-town_panel-1")
    page = fellow.get(where)
    pair = f"{walkers[0].case_no}|{PANEL[5]}"
    for bad in (f"{walkers[0].case_no}|{PANEL[4]}", "x|y"):
        refused = fellow.post(f"{where}/recusal", {"pair": bad, "reason": "本人已声明"}, page=page)
        assert refused.status_code in (404, 409)
    done = fellow.post(f"{where}/recusal", {"pair": pair, "reason": "本人已声明回避"}, page=page)
    assert done.status_code == 303, text_of(done)
    assert {row["element_id"] for row in walkers[0].main_items()} == {"Task_Minutes"}


@pytest.mark.req("NH-20")
def test_settling_a_denied_signature_from_the_screen(office: Office, browser: Open) -> None:
    walker = voted_on_paper(office)
    receipt = denied(walker)
    mine = browser("ninghe-town_panel-2")
    assert receipt in text_of(mine.get("/me"))
    head = browser("ninghe-town_head-1")
    page = head.get("/contests")
    assert receipt in text_of(page)
    refused = head.post("/contests", {"receipt": receipt, "note": "当面核对。"}, page=page)
    assert refused.status_code == 422
    done = head.post(
        "/contests", {"receipt": receipt, "verdict": "upheld", "note": "当面核对，是本人所签。"}, page=page
    )
    assert done.status_code == 303
    assert "签字属实" in text_of(head.get("/contests"))
    assert "经查签字属实" in text_of(mine.get("/me"))
    assert browser("ninghe-town_reviewer-1").get("/contests", 403)


@pytest.mark.req("NH-20", "NH-21")
def test_nothing_is_signed_without_the_pages_own_token_or_by_opening_an_address(office: Office, browser: Open) -> None:
    walkers = waiting_cases(office, 1)
    where = quote(f"/sittings/{open_over(walkers)}")
    member = browser("ninghe-town_panel-1")
    fields = {"case": walkers[0].case_no, "rest": "agree", "common_reason": "调查属实，符合条件。", "confirm": "on"}
    for act in ("sign", "close", "out", "recusal", "convene"):
        assert member.client.get(f"{where}/{act}").status_code in (404, 405)
        assert member.client.post(f"{where}/{act}", data=fields).status_code in (400, 403)
    for address in ("/me/signed-again", "/contests"):
        assert member.client.post(address, data={"receipt": "x"}).status_code in (400, 403)
    assert walkers[0].rows("select id from submission where form = 'panel_opinion'") == []
    other = browser("ninghe-town_head-2")
    token = {"_csrf": other.token()}
    for act in ("sign", "close", "out", "recusal", "convene"):
        assert other.client.post(f"{where}/{act}", data={**fields, **token, "reason": "x"}).status_code >= 400
    assert {row["element_id"] for row in walkers[0].main_items()} == {"Task_PanelOpinion"}
    assert walkers[0].rows("select state from sitting") == [{"state": "open"}]


@pytest.mark.req("NH-21")
def test_a_void_signature_is_given_again_from_the_screen(office: Office, browser: Open) -> None:
    _, receipt = forged_visit(office)
    signatory = browser("ninghe-town_investigator-3")
    page = signatory.get("/me")
    assert "补签" in text_of(page)
    assert "由其在“我的账号”补签" in text_of(browser("ninghe-town_head-1").get("/contests"))
    stranger = browser("ninghe-town_investigator-2")
    assert "补签" not in text_of(stranger.get("/me"))
    assert stranger.post("/me/signed-again", {"receipt": receipt}).status_code == 403
    done = signatory.post("/me/signed-again", {"receipt": receipt}, page=page)
    assert done.status_code == 303
    assert "以上内容属实" not in text_of(signatory.get("/me"))
    assert signatory.post("/me/signed-again", {"receipt": receipt}).status_code == 409
    assert signatory.post("/me/signed-again", {"receipt": "nothing"}).status_code == 404
