"""Paper signatures: who may enter them, how they read, and what a signatory's denial stops (NH-20, NH-21)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.errors import Conflict, Forbidden, Invalid, Refused
from jiuzhu.service import (
    cases,
    contests,
    documents,
    incidents,
    recusals,
    signatures,
    signing_again,
    sittings,
    work,
)
from jiuzhu.service.office import Office
from tests.integration.people import open_item, walker_at
from tests.process.test_ninghe import at, attempt
from tests.process.test_paper_signatures import on_paper as sheet_of
from tests.process.test_paper_signatures import visited
from tests.sittings import minutes, open_over, sign, votes, waiting_cases
from tests.walks import Line, Walker

pytestmark = pytest.mark.walks


def on_paper(walker: Walker, recorder: int, signer: int) -> dict[str, Any]:
    """Return a signature of one panel member that another one enters with the scan."""
    actor = walker.actor("town_panel", recorder)
    return {"way": "paper", "signer": f"ninghe-town_panel-{signer}", "scan": [walker.attachment(actor)]}


def voted_on_paper(office: Office, vote: str = "agree") -> Walker:
    """Return a case in which member 2 has voted on paper, entered by member 1, and everybody else by login."""
    walker = at(office, "N1", "Task_PanelOpinion")
    attempt(walker, "town_panel", 1)
    attempt(walker, "town_panel", 1, sign=on_paper(walker, 1, 2), panel_vote=vote)
    for member in (3, 4, 5):
        attempt(walker, "town_panel", member)
    return walker


def denied(walker: Walker, member: int = 2) -> str:
    actor = walker.actor("town_panel", member)
    (mine,) = signatures.recorded_for(walker.office, actor)
    return contests.contest(walker.office, actor, mine.id, "那天我不在场，没有签过。")


def decide(walker: Walker) -> None:
    walker.complete(Line.parse("Task_Minutes town_head"))


def open_elements(walker: Walker) -> set[str]:
    return {row["element_id"] for row in walker.main_items()}


@pytest.mark.req("NH-20")
def test_paper_reads_the_same_everywhere(office: Office) -> None:
    walker = voted_on_paper(office)
    decide(walker)
    signer, recorder = walker.actor("town_panel", 2), walker.actor("town_panel", 1)
    words = f"{signer.name}纸质签字，由{recorder.name}录入"
    assert words in [one.sentence for one in signatures.of_case(office, recorder, walker.case_no)]
    view = cases.show_case(office, recorder, walker.case_no)
    assert any(words in line.sentence for line in view.timeline)
    (paper,) = [
        one for one in documents.list_documents(office, recorder, walker.case_no) if one.template == "panel_minutes"
    ]
    assert f"纸质签字，由{recorder.name}录入" in paper.html
    opinions = walker.rows(
        "select id from submission where case_no=:case_no and form='panel_opinion' order by sequence"
    )
    shown = documents.show_submission(office, recorder, opinions[1]["id"])
    assert f"纸质签字，由{recorder.name}录入" in str(shown.sheet.view(mode="read"))


@pytest.mark.req("NH-20", "NH-21")
def test_a_denied_signature_stops_the_minutes_until_it_is_settled(office: Office) -> None:
    walker = voted_on_paper(office)
    receipt = denied(walker)
    assert receipt.startswith(walker.case_no)
    with pytest.raises(Conflict, match="已经提出"):
        denied(walker)
    with pytest.raises(Conflict, match="不认可"):
        attempt(walker, "town_head", 1)
    (incident,) = incidents.list_incidents(office, walker.actor("town_head"))
    assert incident.kind == "sign"
    assert walker.actor("town_panel", 2).name in incident.message
    with pytest.raises(Refused, match="签字异议"):
        incidents.retry_incident(office, walker.actor("county_admin"), incident.id)
    (shown,) = contests.list_contests(office, walker.actor("town_head"))
    assert (shown.stage, shown.why_not) == ("before", "")
    contests.resolve(office, walker.actor("town_head"), receipt, genuine=True, note="当面核对，是本人所签。")
    assert incidents.list_incidents(office, walker.actor("town_head")) == []
    assert open_elements(walker) == {"Task_Minutes"}
    decide(walker)
    assert len(walker.rows("select decision_no from case_decision where case_no = :case_no")) == 1


@pytest.mark.req("NH-20", "NH-21")
def test_a_genuine_vote_counts_again_and_may_make_the_case_disputed(office: Office) -> None:
    walker = at(office, "N1", "Task_PanelOpinion")
    attempt(walker, "town_panel", 1)
    attempt(walker, "town_panel", 1, sign=on_paper(walker, 1, 2), panel_vote="refuse")
    receipt = denied(walker)
    for member in (3, 4, 5):
        attempt(walker, "town_panel", member)
    assert open_elements(walker) == {"Task_Minutes"}  # without the denied vote all agree
    contests.resolve(office, walker.actor("county_supervisor"), receipt, genuine=True, note="笔迹一致，是本人所签。")
    assert open_elements(walker) == {"Task_Reexamine"}


@pytest.mark.req("NH-20")
def test_a_forged_vote_has_the_panel_convened_anew(office: Office) -> None:
    walker = voted_on_paper(office)
    receipt = denied(walker)
    contests.resolve(office, walker.actor("town_head"), receipt, genuine=False, note="录入人承认代签，不是本人所签。")
    assert open_elements(walker) == {"Task_ConvenePanel"}
    attempt(walker, "town_head", 1)
    for member in (1, 2, 3, 4, 5):
        attempt(walker, "town_panel", member)
    decide(walker)
    assert len(walker.rows("select decision_no from case_decision where case_no = :case_no")) == 1
    (mine,) = signatures.recorded_for(office, walker.actor("town_panel", 2))
    assert mine.state == "void"
    assert "不是本人所签" in mine.sentence


@pytest.mark.req("NH-20")
def test_a_forged_vote_while_others_still_vote(office: Office) -> None:
    walker = at(office, "N1", "Task_PanelOpinion")
    attempt(walker, "town_panel", 1)
    attempt(walker, "town_panel", 1, sign=on_paper(walker, 1, 2))
    contests.resolve(office, walker.actor("town_head"), denied(walker), genuine=False, note="不是本人所签，已核实。")
    assert open_elements(walker) == {"Task_PanelOpinion"}
    for member in (3, 4, 5):
        attempt(walker, "town_panel", member)
    assert open_elements(walker) == {"Task_ConvenePanel"}


@pytest.mark.req("NH-20")
def test_after_the_decision_a_denial_is_an_alert_to_the_district(office: Office) -> None:
    walker = voted_on_paper(office)
    decide(walker)
    receipt = denied(walker)
    (alert,) = walker.rows(
        "select kind, alert_group, state from alert where case_no = :case_no and kind = 'signature_contest'"
    )
    assert (alert["kind"], alert["alert_group"], alert["state"]) == (
        "signature_contest",
        "county_supervisor@ninghe",
        "open",
    )
    assert incidents.list_incidents(office, walker.actor("town_head")) == []
    with pytest.raises(Forbidden, match="区级"):
        contests.resolve(office, walker.actor("town_head"), receipt, genuine=True, note="是本人所签。")
    contests.resolve(office, walker.actor("county_supervisor"), receipt, genuine=False, note="不是本人所签，另行处理。")
    (alert,) = walker.rows("select state from alert where case_no = :case_no and kind = 'signature_contest'")
    assert alert["state"] == "seen"
    assert len(walker.rows("select decision_no from case_decision where case_no = :case_no")) == 1


@pytest.mark.req("NH-20")
def test_who_may_deny_and_who_may_settle(office: Office) -> None:
    walker = voted_on_paper(office)
    (mine,) = signatures.recorded_for(office, walker.actor("town_panel", 2))
    for role, number in (("town_panel", 1), ("town_head", 1)):
        with pytest.raises(Forbidden, match="本人"):
            contests.contest(office, walker.actor(role, number), mine.id, "不对")
    with pytest.raises(Invalid):
        contests.contest(office, walker.actor("town_panel", 2), mine.id, "  ")
    receipt = denied(walker)
    for role, number in (("town_panel", 1), ("town_panel", 2), ("town_head", 2), ("town_reviewer", 1)):
        with pytest.raises(Forbidden):
            contests.resolve(office, walker.actor(role, number), receipt, genuine=True, note="是本人所签。")
    with pytest.raises(Invalid):
        contests.resolve(office, walker.actor("town_head"), receipt, genuine=True, note="")
    with pytest.raises(Forbidden):
        contests.list_contests(office, walker.actor("town_panel", 1))


@pytest.mark.req("NH-20")
def test_a_paper_signature_over_a_whole_sitting(office: Office) -> None:
    walkers = waiting_cases(office, 2)
    number = open_over(walkers)
    recorder = walkers[0].actor("town_panel", 1)
    with pytest.raises(Invalid, match="扫描件"):
        sittings.sign(office, recorder, number, votes(walkers), {"way": "paper", "signer": "ninghe-town_panel-2"})
    with pytest.raises(Invalid, match="登录签字"):
        sittings.sign(office, recorder, number, votes(walkers), on_paper(walkers[0], 1, 1))
    sittings.sign(office, recorder, number, votes(walkers), on_paper(walkers[0], 1, 2))
    signer = walkers[0].actor("town_panel", 2)
    mine = signatures.recorded_for(office, signer)
    assert {one.case_no for one in mine} == {walker.case_no for walker in walkers}
    scans = [scan for one in mine for scan in one.scan]
    assert len(set(scans)) == 2  # each case has the sheet as an attachment of its own
    for one in mine:
        documents.read_attachment(office, signer, one.scan[0])
    for member in (1, 3, 4, 5):
        sign(walkers, number, member)
    first = next(one for one in mine if one.case_no == walkers[0].case_no)
    contests.contest(office, signer, first.id, "这一户我没有签过。")
    head = walkers[0].actor("town_head")
    with pytest.raises(Conflict, match=walkers[0].case_no):
        sittings.close(office, head, number, minutes())
    sittings.take_out(office, head, number, walkers[0].case_no, "有签字异议")
    sittings.close(office, head, number, minutes())
    assert len(walkers[1].rows("select decision_no from case_decision where case_no = :case_no")) == 1


def forged_visit(office: Office) -> tuple[Walker, str]:
    """Return a case before its review, in which the third investigator's signature turned out to be another's."""
    walker = visited(office)
    role = "town_investigator"
    attempt(walker, role, 2, sign=sheet_of(walker, role, 2, 3))
    attempt(walker, role, 2)
    signer = walker.actor(role, 3)
    (mine,) = signatures.recorded_for(office, signer)
    receipt = contests.contest(office, signer, mine.id, "那张签字页不是我签的。")
    contests.resolve(office, walker.actor("town_head"), receipt, genuine=False, note="录入人承认代签，不是本人所签。")
    return walker, receipt


def to_the_panel(walker: Walker) -> None:
    walker.complete(Line.parse("Task_Review town_reviewer review_result=agree"))
    walker.complete(Line.parse("Task_PostNotice village_officer"))
    walker.command("@clock notice_end")
    walker.complete(Line.parse("Task_RemoveNotice village_officer"))
    attempt(walker, "town_head", 1)


def all_vote(walker: Walker, vote: str = "agree") -> None:
    for member in (1, 2, 3, 4, 5):
        attempt(walker, "town_panel", member, panel_vote=vote)


@pytest.mark.req("NH-21")
def test_a_forged_signature_of_a_visit_is_given_again_by_its_signatory(office: Office) -> None:
    walker, receipt = forged_visit(office)
    signer, head = walker.actor("town_investigator", 3), walker.actor("town_head")
    (settled,) = contests.list_contests(office, head, is_open=False)
    assert "由其在“我的账号”补签" in settled.to_do
    (mine,) = signatures.recorded_for(office, signer)
    assert mine.to_sign_again
    with pytest.raises(Forbidden, match="本人"):
        signing_again.sign_again(office, walker.actor("town_investigator", 2), receipt)
    before = walker.rows("select document_no from document where case_no = :case_no and template = 'home_visit'")
    signing_again.sign_again(office, signer, receipt)
    with pytest.raises(Conflict, match="已经补签"):
        signing_again.sign_again(office, signer, receipt)
    listed = documents.list_documents(office, head, walker.case_no)
    papers = [one for one in listed if one.template == "home_visit"]
    assert len(papers) == len(before) + 1
    assert papers[-1].html.count("纸质签字，由") == 1  # that of the household; the investigators' are their own
    assert not signatures.recorded_for(office, signer)[0].to_sign_again
    (settled,) = contests.list_contests(office, head, is_open=False)
    assert settled.to_do == ""
    to_the_panel(walker)
    all_vote(walker)
    decide(walker)
    (decided,) = walker.rows("select decision from case_decision where case_no = :case_no")
    assert decided["decision"] == "granted"
    reports = walker.rows("select version from household where case_no = :case_no")
    assert len(reports) == 1


@pytest.mark.req("NH-21")
def test_whoever_did_not_visit_does_not_sign_and_the_panel_sends_the_case_back(office: Office) -> None:
    walker, _ = forged_visit(office)
    to_the_panel(walker)
    all_vote(walker)
    assert open_elements(walker) == {"Task_ConvenePanel"}  # a panel cannot grant on that visit: it votes anew
    said = walker.rows("select sentence from audit where case_no = :case_no and act = 'panel_again'")
    assert "退回重新办理" in said[-1]["sentence"]
    attempt(walker, "town_head", 1)
    all_vote(walker, "back")
    attempt(walker, "town_head", 1, back_reason="有一名调查人员没有到场，重新入户调查。")
    assert open_elements(walker) == {"Task_PlanVisit"}
    for line in ("Task_PlanVisit town_investigator:1 team=1,2 leader=1",
                 "Task_HomeVisit town_investigator:1 visit_outcome=met visit_consistent=true",
                 "Task_CoSign town_investigator:2"):  # fmt: skip
        walker.complete(Line.parse(line))
    walker.complete(Line.parse("Task_Review town_reviewer review_result=agree"))
    walker.complete(Line.parse("Task_PostNotice village_officer"))
    walker.command("@clock notice_end")
    walker.complete(Line.parse("Task_RemoveNotice village_officer"))
    attempt(walker, "town_head", 1)
    all_vote(walker)
    decide(walker)
    decided = walker.rows("select decision from case_decision where case_no = :case_no")
    assert [row["decision"] for row in decided] == ["granted"]


@pytest.mark.req("NH-21")
def test_without_a_panel_the_clerk_is_told_what_to_do_and_may_do_it(office: Office) -> None:
    walker = walker_at(office, "Task_PlanVisit")
    plan = Line.parse("Task_PlanVisit town_investigator:1 team=1,2,3 leader=1")
    walker.complete(plan)
    walker.complete(Line.parse("Task_HomeVisit town_investigator:1 visit_outcome=met visit_consistent=true"))
    second, third = walker.actor("town_investigator", 2), walker.actor("town_investigator", 3)
    sheet = {"way": "paper", "signer": third.login, "scan": [walker.attachment(second)]}
    for more in ({"sign": sheet}, {}):
        item = open_item(walker, "Task_CoSign")
        work.complete(office, second, item["task_id"], walker.answers(item["form"], second) | more)
    (mine,) = signatures.recorded_for(office, third)
    receipt = contests.contest(office, third, mine.id, "那张签字页不是我签的。")
    contests.resolve(office, walker.actor("county_supervisor"), receipt, genuine=False, note="经查不是本人所签。")
    rest = walker.walk["order"]
    rest = rest[next(place for place, line in enumerate(rest) if line.startswith("Task_Review")) :]
    for line in rest:
        if line.startswith("Task_Confirm"):
            break
        walker.command(line) if line.startswith("@") else walker.complete(Line.parse(line))
    with pytest.raises(Refused, match=f"{third.name}办理过这一步的，由其在“我的账号”补签"):
        walker.complete(Line.parse(line))
    signing_again.sign_again(office, third, receipt)
    walker.complete(Line.parse(line))
    assert len(walker.rows("select decision_no from case_decision where case_no = :case_no")) == 1


@pytest.mark.req("NH-21")
def test_nothing_is_signed_again_in_a_case_that_was_withdrawn(office: Office) -> None:
    walker, receipt = forged_visit(office)
    signer = walker.actor("town_investigator", 3)
    walker.command("@report withdrawal town_intake")
    (check,) = [row for row in walker.open_items() if row["top"] == "shared_case_report"]
    walker.complete(Line.parse(f"shared_case_report:{check['element_id']} town_reviewer"))
    with pytest.raises(Refused, match="已经终止"):
        signing_again.sign_again(office, signer, receipt)
    (settled,) = contests.list_contests(office, walker.actor("town_head"), is_open=False)
    assert settled.to_do == ""


@pytest.mark.req("NH-21", "JC-45")
def test_whoever_keeps_out_by_now_does_not_sign_again(office: Office) -> None:
    walker, receipt = forged_visit(office)
    signer = walker.actor("town_investigator", 3)
    recusals.recuse(office, signer, walker.case_no, "是申请人的表亲")
    with pytest.raises(Forbidden, match="退回重新办理"):
        signing_again.sign_again(office, signer, receipt)


@pytest.mark.req("NH-20")
def test_a_denial_in_a_case_that_was_withdrawn_is_settled_without_moving_it(office: Office) -> None:
    walker = voted_on_paper(office)
    receipt = denied(walker)
    walker.command("@report withdrawal town_intake")
    (check,) = [row for row in walker.open_items() if row["top"] == "shared_case_report"]
    walker.complete(Line.parse(f"shared_case_report:{check['element_id']} town_reviewer"))
    before = open_elements(walker)
    contests.resolve(office, walker.actor("town_head"), receipt, genuine=False, note="经查不是本人所签。")
    assert open_elements(walker) == before
    assert "Task_ConvenePanel" not in before
    assert incidents.list_incidents(office, walker.actor("town_head")) == []
    with pytest.raises(Refused):
        signing_again.sign_again(office, walker.actor("town_panel", 2), receipt)


@pytest.mark.req("NH-20")
def test_a_member_who_has_left_office_holds_nothing_up(office: Office) -> None:
    walker = at(office, "N1", "Task_PanelOpinion")
    gone = walker.actor("town_panel", 5).person_id
    with pytest.raises(Refused, match="不再任职"):
        attempt(walker, "town_panel", 1, panel_vote="recused", recused_member=gone, panel_reason="调离本镇。")
    with office.store.transaction() as tx:
        tx.execute(text("delete from membership where person = :person"), {"person": gone})
    page = work.open_item(office, walker.actor("town_panel", 1), walker.main_items()[0]["task_id"])
    assert "不再任职" in str(page.context["panel_awaited"])
    attempt(walker, "town_panel", 1, panel_vote="recused", recused_member=gone, panel_reason="已经调离本镇。")
    for member in (1, 2, 3, 4):
        attempt(walker, "town_panel", member)
    assert "Task_PanelOpinion" not in open_elements(walker)
