"""Dynamic management: a change is reported, looked into, decided by whom an application is, told, and then in force."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.domain.rows import Delivery, Document, DossierItem, Filing, MeansQuery, MeansResult, RecipientChange
from jiuzhu.errors import Forbidden, Invalid, NotFound
from jiuzhu.service import cases
from jiuzhu.service.office import Office
from tests.forms_people import resident_id
from tests.recipients import Known

pytestmark = pytest.mark.walks
CONFIRMER = "town_confirmer-1"
REFUSED: dict[str, Any] = {
    "visit_outcome": "refused",
    "refusal_facts": "当面拒绝调查组进入。",
    "refusal_place": "家门口",
    "witnesses": [{"name": "邻居甲", "identity": "邻居"}],
    "notice_given": True,
}


def report(known: Known, login: str = "village_officer-1", **more: Any) -> str:
    key = f"{known.district}_change"
    return known.begin(key, "change_report", login, **more)


def deliver(known: Known) -> None:
    known.do("Task_DeliverLetter", "town_intake-1")


@pytest.mark.req("JC-08", "JC-10", "JC-24", "JC-29", "NH-36", "XT-33")
def test_more_income_is_looked_into_decided_told_and_only_then_in_force(office: Office) -> None:
    known = Known(office)
    record = report(known)
    assert record == f"{known.number}/动态1"
    known.visit()
    assert known.open() == {"Task_ProposeChange"}
    known.do("Task_ProposeChange", "town_reviewer-1")
    assert known.history == []
    known.do("Task_ConfirmChange", CONFIRMER)
    assert known.open() == {"Task_DeliverLetter"}
    assert known.history == [], "nothing is in force before the household has been told"
    deliver(known)
    assert known.history == [("decrease", "2026-10", "500.00", "active")]
    assert known.adjustment.state == "effective"
    assert known.recipient.amount_monthly == 500
    assert known.open() == {"Task_SubmitFiling"}, "the filing runs beside and holds up nothing"
    (filing,) = known.rows(Filing)
    assert (filing.kind, filing.lines[0]["amount_before"], filing.lines[0]["amount_after"]) == (
        "change",
        "900.00",
        "500.00",
    )
    papers = {paper.template: paper for paper in known.rows(Document)}
    assert "家庭收入增加，按差额减发" in papers["adjustment_notice"].html
    assert "行政复议" in papers["adjustment_notice"].html
    assert "change_record" in papers
    filed = {item.ref for item in known.rows(DossierItem)}
    assert {paper.document_no for paper in papers.values() if paper.template != "filing"} <= filed
    assert "End_Adjusted" in known.ends(record)


@pytest.mark.req("JC-24")
def test_nothing_cuts_before_the_notice_even_where_a_diagram_forgets_it(office: Office) -> None:
    known = Known(office)
    report(known, change_kind="suspension", change_rows=None)
    known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="suspend", new_amount=None)
    known.do("Task_ConfirmChange", CONFIRMER)
    assert known.rows(Delivery) == []
    assert known.rows(RecipientChange)[-1].kind == "import"
    deliver(known)
    assert known.history == [("suspend", "2026-10", "0.00", "suspended")]
    again = report(known, change_kind="suspension", change_rows=None)
    known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="keep", new_amount=None)
    known.do("Task_ConfirmChange", CONFIRMER)
    assert "End_Adjusted" in known.ends(again), "who gets nothing and keeps getting nothing is granted nothing"
    assert known.recipient.state == "suspended"


@pytest.mark.req("JC-24", "XT-33", "XX-01")
@pytest.mark.parametrize(
    ("proposal", "line", "kind", "ended"),
    [
        ("stop", ("stop", "2026-10", "0.00", "ended"), "cancel", True),
        ("increase", ("increase", "2026-10", "1200.00", "active"), "change", False),
    ],
)
def test_a_stop_is_filed_as_a_cancellation_an_increase_as_a_change(
    office: Office, proposal: str, line: tuple[str, str, str, str], kind: str, ended: bool
) -> None:
    known = Known(office, known=False)
    report(known, change_kind="ineligible", change_rows=None)
    known.visit()
    amount = None if proposal == "stop" else "1200.00"
    known.do("Task_ProposeChange", "town_reviewer-1", change_proposal=proposal, new_amount=amount)
    known.do("Task_ConfirmChange", CONFIRMER)
    deliver(known)
    assert known.history == [line]
    assert [row.kind for row in known.rows(Filing)] == [kind]
    assert (known.recipient.ended_on is not None) == ended
    if ended:
        with pytest.raises(Invalid, match="已经停发"):
            report(known)


@pytest.mark.req("JC-24", "JC-08")
def test_who_investigated_or_proposed_does_not_decide_and_a_change_sent_back_is_looked_into_again(
    office: Office,
) -> None:
    known = Known(office)
    report(known, "town_reviewer-1")
    known.visit()
    with pytest.raises(Invalid) as wrong:
        known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="increase", new_amount="900.00")
    assert "new_amount" in wrong.value.faults
    known.do("Task_ProposeChange", "town_reviewer-1")
    with pytest.raises(Forbidden):
        known.do("Task_ConfirmChange", "town_reviewer-1")
    known.do("Task_ConfirmChange", CONFIRMER, change_decision="back")
    assert known.adjustment.state == "back"
    known.visit()
    known.do("Task_ProposeChange", "town_reviewer-1", new_amount="600.00")
    known.do("Task_ConfirmChange", CONFIRMER, change_decision="keep", decision_opinion="变化是临时的，维持不变。")
    assert known.open() == set(), "what stays as it was needs no notice and no filing"
    assert known.history == [("keep", "2026-10", "900.00", "active")]


@pytest.mark.req("JC-24", "NH-36")
def test_a_new_member_enters_the_household_when_the_change_takes_effect(office: Office) -> None:
    known = Known(office)
    number = resident_id("20260801", 8)
    rows = [{"change_kind": "member_added", "name": "周小宝", "id": number, "relation": "child"}]
    report(known, change_kind="people", change_rows=rows)
    known.visit()
    known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="increase", new_amount="1100.00")
    assert "周小宝" not in known.household()
    known.do("Task_ConfirmChange", CONFIRMER)
    deliver(known)
    assert "周小宝" in known.household()
    assert known.recipient.members == 4


@pytest.mark.req("JC-24", "XT-19")
def test_whoever_joins_is_authorised_for_and_asked_about_before_anybody_decides(office: Office) -> None:
    known = Known(office)
    number = resident_id("19880801", 8)
    rows = [{"change_kind": "member_added", "name": "周远亲", "id": number, "relation": "sibling"}]
    report(known, change_kind="people", change_rows=rows)
    assert known.open() == {"Task_ObtainAuthorization"}
    assert known.variables("Task_ObtainAuthorization", "town_intake-1")["missing_authorizers"] == "周远亲"
    assert known.rows(MeansQuery) == [], "nobody is asked about without his authorisation"
    signed = [{"name": "周远亲", "id": number, "signed_on": known.walker.today, "guardian": ""}]
    known.do("Task_ObtainAuthorization", "town_intake-1", authorizers=signed)
    (query,) = known.rows(MeansQuery)
    assert query.people == 4
    assert "周远亲" in {row.member for row in known.rows(MeansResult)}
    assert known.open() == {"Task_PlanVisit"}
    assert "周远亲" not in known.household(), "he joins when the change takes effect"
    refusing = Known(office, number="导入-000072", household=9)
    report(refusing, change_kind="people", change_rows=rows)
    no = {"authorization_refused": True, "authorization_refusal_facts": "本人当面拒绝在授权书上签字。"}
    empty = dict.fromkeys(("authorizers", "authorization_scope", "authorization_from", "authorization_to"))
    refusing.do("Task_ObtainAuthorization", "town_intake-1", **no, **empty, authorization_scan=None)
    assert refusing.rows(MeansQuery) == []
    assert refusing.variables("Task_ProposeChange")["change_proposal"] == "suspend"


@pytest.mark.req("XX-01")
def test_whoever_was_taken_in_by_the_urban_standard_is_reckoned_by_it_after_a_change(office: Office) -> None:
    amounts = []
    for number, household, area in (("导入-000071", 7, "rural"), ("导入-000072", 9, "urban")):
        known = Known(office, "xixiu", number=number, household=household)
        with office.store.engine.begin() as connection:
            connection.execute(
                text("update recipient set area = :area where case_no = :number"), {"area": area, "number": number}
            )
        died = {"change_member": known.household()[-1], "died_on": "2026-09-10"}
        known.begin("shared_death", "death_report", "village_officer-1", **died)
        known.do("Task_VerifyDeath", "town_reviewer-1", **died)
        amounts.append(Decimal(str(known.variables("Task_ProposeChange")["new_amount"])))
    rural, urban = amounts
    assert rural > 0
    assert urban - rural == 2 * (Decimal("691.00") - Decimal("430.00")), "two are left, by either standard"


@pytest.mark.req("JC-24")
def test_the_third_refusal_of_work_cuts_that_persons_part_only(office: Office) -> None:
    known = Known(office)

    def refuse(*days: int) -> None:
        rows = [{"refused_on": f"2026-09-{day:02d}", "job": "保洁", "refusal_reason": "不愿意"} for day in days]
        report(known, change_kind="job_refusal", change_member="田素兰", refusal_rows=rows, change_rows=None)

    refuse(1, 2)
    values = known.variables("Task_ProposeChange")
    assert (values["change_proposal"], values["new_amount"]) == ("keep", "900.00")
    known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="keep", new_amount=None)
    known.do("Task_ConfirmChange", CONFIRMER)
    refuse(3)
    values = known.variables("Task_ProposeChange")
    assert (values["change_proposal"], values["new_amount"]) == ("decrease", "600.00")


@pytest.mark.req("JC-24")
def test_who_does_not_let_himself_be_looked_into_is_proposed_for_suspension(office: Office) -> None:
    known = Known(office)
    report(known)
    known.do("Task_PlanVisit", "town_investigator-1")
    known.do("Task_HomeVisit", "town_investigator-1", **REFUSED)
    known.do("Task_JudgeRefusal", "town_reviewer-1")
    assert known.variables("Task_ProposeChange")["change_proposal"] == "suspend"


@pytest.mark.req("NH-36", "JC-08")
def test_a_recipient_is_found_by_his_number_and_only_within_reach(office: Office) -> None:
    known = Known(office)
    with pytest.raises(NotFound):
        report(known, "village_officer-2")
    actor = known.actor("village_officer-1")
    named = {one.key for one in cases.startable(office, actor, about=True, number=known.number)}
    assert "jincheng_change" in named
    assert "shared_case_report" not in named, "an imported household has no application"
    with pytest.raises(Invalid, match="没有申请案件"):
        known.begin("shared_case_report", "case_event", "village_officer-1")
    page = cases.start_form(office, actor, "jincheng_change", known.number)
    assert {"label": "月救助金额（元）", "value": "900.00"} in page.sheet.context["recipient_rows"]


@pytest.mark.req("JC-24", "JC-10")
def test_a_tekun_recipient_is_assessed_anew_and_his_care_allowance_follows(office: Office) -> None:
    known = Known(office, programme="tekun", members=1, amount="1100.00", care_level="full")
    report(known, change_kind="self_care", change_member=known.recipient.name, change_rows=None)
    assert known.open() == {"Task_AssessSelfCare"}
    known.do("Task_AssessSelfCare", "county_office-1")
    known.do("Task_ChooseSupport", "town_reviewer-1")
    values = known.variables("Task_ProposeChange")
    assert values["care_level"] != "full"
    assert values["change_proposal"] == "increase"
    with pytest.raises(Invalid) as above:
        known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="increase", new_amount="99999.00")
    assert "家庭全额标准的上限" in above.value.faults["new_amount"], "nobody could confirm it"
    known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="increase", new_amount=values["new_amount"])
    known.do("Task_ConfirmChange", CONFIRMER)
    deliver(known)
    assert known.recipient.care_level == values["care_level"]
    assert known.history == [("increase", "2026-10", str(values["new_amount"]), "active")]


@pytest.mark.req("JC-24")
def test_an_authorisation_that_has_run_out_leads_to_the_visit_without_a_query(office: Office) -> None:
    known = Known(office, authorized_to="2026-01-01")
    report(known)
    assert known.open() == {"Task_PlanVisit"}
    assert known.rows(MeansQuery) == []
    other = Known(office, number="导入-000072", household=9)
    report(other)
    assert len(other.rows(MeansQuery)) == 1


@pytest.mark.req("JC-01", "JC-24")
def test_authority_is_checked_again_when_the_change_is_confirmed(office: Office) -> None:
    known = Known(office)
    report(known, change_kind="suspension", change_rows=None)
    known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="suspend", new_amount=None)
    with office.store.engine.begin() as connection:
        connection.execute(
            text("update appointment set valid_to = '2026-09-01' where person = :who"),
            {"who": known.actor(CONFIRMER).person_id},
        )
    known.do("Task_ConfirmChange", CONFIRMER)
    assert known.open() == {"Task_ConfirmChange"}, "who holds no post today has decided nothing"
    assert known.history == []
