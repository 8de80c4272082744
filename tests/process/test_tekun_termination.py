"""An end of tekun support: found, hung out for seven days, decided, told, in force; or it goes on as it was."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.domain.rows import Document, DossierItem, Filing, Notice, Objection
from jiuzhu.errors import Forbidden, Invalid, Refused
from jiuzhu.service import public_notices
from jiuzhu.service.office import Office
from tests.process.test_changes import REFUSED
from tests.recipients import Known
from tests.reviews import Review

pytestmark = pytest.mark.walks
TEKUN: dict[str, Any] = {"programme": "tekun", "members": 1, "amount": "1100.00", "care_level": "full"}
END: dict[str, Any] = {"change_proposal": "terminate_tekun", "new_amount": None, "change_reason": "已经恢复劳动能力。"}
NO_VISIT: dict[str, Any] = {"change_kind": "ineligible", "change_rows": None}


def proposed(known: Known) -> None:
    known.begin(f"{known.district}_change", "change_report", "village_officer-1", **NO_VISIT)
    known.visit()
    known.do("Task_ProposeChange", "town_reviewer-1", **END)


def hung_out(known: Known) -> None:
    known.do("Task_PostNotice", "village_officer-1")


def over(known: Known) -> None:
    known.advance(8)
    known.do("Task_RemoveNotice", "village_officer-1")


def at_notice(office: Office, district: str = "jincheng", **more: Any) -> Known:
    known = Known(office, district, **{**TEKUN, **more})
    proposed(known)
    known.do("Task_ConfirmChange", "town_confirmer-1")
    known.do("Task_VerifyGround", "town_reviewer-1")
    hung_out(known)
    return known


def lines(known: Known) -> list[dict[str, Any]]:
    return [{"objection_no": row.objection_no} for row in known.rows(Objection) if row.state != "answered"]


def concluded(known: Known, outcome: str) -> None:
    replies = [{**line, "reply": "经复查，情况已经查清。"} for line in lines(known)]
    known.do("Task_ConcludeObjection", "town_reviewer-1", objection_outcome=outcome, objections=replies)


def objected(known: Known) -> None:
    """Somebody objects on the public page, and the town takes it up with a visit."""
    (notice,) = public_notices.hanging_notices(known.office)
    entry = {"objection_content": "他仍然卧床，没有恢复劳动能力。", "objection_channel": "online", "real_name": False}
    assert public_notices.object_to(known.office, notice.reference, entry).delivered
    known.settle()
    known.do("Task_CheckObjection", "town_reviewer-1", objections=[{**line, "taken_up": True} for line in lines(known)])
    known.do("Task_PlanObjection", "town_reviewer-1", visit_needed=True, appraisal_needed=False)


@pytest.mark.req("QJ-16", "XT-33", "JC-24")
def test_support_ends_only_after_seven_days_in_public_a_decision_and_a_letter(office: Office) -> None:
    known = Known(office, **TEKUN)
    known.begin("jincheng_change", "change_report", "village_officer-1", **NO_VISIT)
    known.visit()
    for wrong in ("stop", "gradual_exit"):
        with pytest.raises(Invalid):
            known.do("Task_ProposeChange", "town_reviewer-1", **{**END, "change_proposal": wrong})
    known.do("Task_ProposeChange", "town_reviewer-1", **END)
    known.do("Task_ConfirmChange", "town_confirmer-1")
    assert known.open() == {"Task_VerifyGround"}, "the change itself ends nothing, tells nothing and files nothing"
    assert known.history == []
    assert known.rows(Filing) == []
    known.do("Task_VerifyGround", "town_reviewer-1")
    hung_out(known)
    (notice,) = known.rows(Notice)
    assert (notice.stage, notice.days, notice.shown["amount_monthly"]) == ("termination", 7, "1100.00")
    assert (notice.ends_on - notice.posted_on).days == 7  # type: ignore[operator]
    (public,) = public_notices.hanging_notices(office)
    assert public.ending
    known.advance(7)
    assert known.open() == set(), "the seventh day is not over yet"
    known.advance(1)
    known.do("Task_RemoveNotice", "village_officer-1")
    assert known.open() == {"Task_DecideTermination"}
    with pytest.raises(Forbidden):
        known.do("Task_DecideTermination", "town_reviewer-1")
    known.do("Task_DecideTermination", "town_confirmer-1", decision_opinion="同意终止供养。")
    assert known.history == []
    known.do("Task_DeliverLetter", "town_intake-1")
    assert known.history == [("stop", "2026-10", "0.00", "ended")]
    assert (known.adjustment.result, known.adjustment.state) == ("terminate_tekun", "effective")
    assert [row.kind for row in known.rows(Filing)] == ["cancel"]
    papers = {row.template: row for row in known.rows(Document)}
    assert "拟终止下列家庭的社会救助" in papers["notice"].html
    assert "现决定：终止供养" in papers["adjustment_notice"].html
    assert "已经恢复劳动能力，不再符合供养条件。" in papers["adjustment_notice"].html
    filed = {item.ref for item in known.rows(DossierItem)}
    assert {row.document_no for name, row in papers.items() if name != "filing"} <= filed
    known.do("Task_CheckOtherAid", "town_reviewer-1")
    assert "End_Terminated" in known.ends(f"{known.number}/终止1")


@pytest.mark.req("XT-33")
def test_whoever_may_have_other_aid_is_led_to_it(office: Office) -> None:
    known = at_notice(office)
    over(known)
    known.do("Task_DecideTermination", "town_confirmer-1")
    known.do("Task_DeliverLetter", "town_intake-1")
    known.do("Task_CheckOtherAid", "town_reviewer-1", other_aid="dibao")
    assert known.ends(f"{known.number}/终止1") == ["End_Transferred"]
    (found,) = known.walker.rows("select case_no from case_instance where process_key = 'shared_discovery'")
    assert found["case_no"] != known.number, "a matter of its own, not in the household's old file"
    known.walker.case_no = found["case_no"]
    assert known.open() == {"Task_CheckDiscovery"}


@pytest.mark.req("QJ-16", "XT-33")
def test_after_an_objection_it_hangs_out_anew_or_the_support_goes_on(office: Office) -> None:
    known = at_notice(office)
    objected(known)
    known.visit()
    concluded(known, "upheld")
    assert known.open() == {"Task_PostNotice"}, "posted anew for all its days"
    hung_out(known)
    objected(known)
    known.do("Task_PlanVisit", "town_investigator-1")
    known.do("Task_HomeVisit", "town_investigator-1", **REFUSED)
    known.do("Task_JudgeRefusal", "town_reviewer-1")
    assert known.open() == {"Task_PostNotice"}, "who does not let himself be looked into has not objected"
    hung_out(known)
    objected(known)
    known.visit()
    concluded(known, "revoked")
    assert known.open() == set()
    assert known.ends(f"{known.number}/终止1") == ["End_Kept"]
    assert [(row.round, row.state, row.result) for row in known.rows(Notice)] == [
        (1, "closed", "replaced"),
        (2, "closed", "replaced"),
        (3, "closed", "revoked"),
    ]
    assert known.history == [("keep", "2026-10", "1100.00", "active")]
    assert {row.state for row in known.rows(Objection)} == {"answered"}
    assert known.rows(Filing) == []


@pytest.mark.req("QJ-16", "XT-33")
def test_a_ground_that_does_not_hold_and_a_decision_that_is_sent_back(office: Office) -> None:
    known = at_notice(office)
    over(known)
    known.do("Task_DecideTermination", "town_confirmer-1", change_decision="back")
    known.do("Task_VerifyGround", "town_reviewer-1")
    hung_out(known)
    over(known)
    known.do("Task_DecideTermination", "town_confirmer-1", change_decision="keep", decision_opinion="仍需供养。")
    assert known.history == [("keep", "2026-11", "1100.00", "active")]
    proposed(known)
    known.do("Task_ConfirmChange", "town_confirmer-1")
    known.do("Task_VerifyGround", "town_reviewer-1", termination_ground="none", change_reason=None)
    assert known.ends(f"{known.number}/终止2") == ["End_Kept"]
    assert len(known.rows(Notice)) == 2
    assert known.recipient.state == "active"


@pytest.mark.req("XX-49", "XT-33")
@pytest.mark.parametrize("dead", [True, False])
def test_a_death_counts_from_the_month_of_its_report_and_a_mistake_is_given_back(office: Office, dead: bool) -> None:
    known = Known(office, **TEKUN)
    died = {"died_on": "2026-09-05", "change_member": known.recipient.name}
    known.begin("shared_death", "death_report", "village_officer-1", **died)
    known.do("Task_VerifyDeath", "town_reviewer-1", **died)
    assert known.variables("Task_ProposeChange")["change_proposal"] == "terminate_tekun"
    known.do("Task_ProposeChange", "town_reviewer-1", **{**END, "change_reason": "本人已经去世。"})
    known.do("Task_ConfirmChange", "town_confirmer-1")
    values = known.variables("Task_VerifyGround")
    assert values["termination_ground"] == "death"
    if not dead:
        known.do("Task_VerifyGround", "town_reviewer-1", termination_ground="none", change_reason=None)
        assert known.history[1:] == [
            ("resume", "2026-09", "1100.00", "active"),
            ("keep", "2026-09", "1100.00", "active"),
        ]
        return
    known.do("Task_VerifyGround", "town_reviewer-1", termination_ground="death", change_reason="本人已经去世。")
    hung_out(known)
    known.advance(40)
    known.do("Task_RemoveNotice", "village_officer-1")
    known.do("Task_DecideTermination", "town_confirmer-1")
    known.do("Task_DeliverLetter", "town_intake-1")
    assert known.history[1:] == [("stop", "2026-09", "0.00", "ended")]
    assert known.ends(f"{known.number}/终止1") == ["End_Terminated"], "nobody is asked what other aid the dead may have"


@pytest.mark.req("QJ-16", "XT-33")
def test_other_aid_is_stopped_not_terminated_and_every_district_has_its_decider(office: Office) -> None:
    family = Known(office, number="导入-000072", household=9)
    family.begin("jincheng_change", "change_report", "village_officer-1", **NO_VISIT)
    family.visit()
    with pytest.raises((Invalid, Refused)):
        family.do("Task_ProposeChange", "town_reviewer-1", **END)
    known = Known(office, "xixiu", number="导入-000073", household=11, **TEKUN)
    proposed(known)
    known.do("Task_DistrictConfirmChange", "county_approver-1")
    known.do("Task_VerifyGround", "town_reviewer-1")
    hung_out(known)
    over(known)
    with pytest.raises(Forbidden):
        known.do("Task_DecideTermination", "town_reviewer-1")
    known.do("Task_DecideTermination", "county_approver-1")
    assert (known.adjustment.level, known.adjustment.state) == ("county", "decided")


@pytest.mark.req("QJ-16", "JC-34")
def test_a_review_ends_no_tekun_support_either_it_starts_the_same_procedure(office: Office) -> None:
    review = Review(office)
    review.households(1, programme="tekun")
    review.start()
    review.plan(throttle=50)
    (item,) = review.lines()
    review.list_village(changed={item: "本人已经参加工作"})
    review.visit()
    opinion = {"change_reason": "已经恢复劳动能力。", "change_result": "stop"}
    with pytest.raises(Refused, match="提出终止供养"):
        review.do("Task_ReviewHousehold", "town_reviewer-1", **opinion)
    review.do("Task_ReviewHousehold", "town_reviewer-1", **{**opinion, "change_result": "terminate_tekun"})
    review.do("Task_ConfirmReview", "town_confirmer-1")
    assert (review.state(), review.state("result")) == (["done"], ["terminate_tekun"])
    assert "Task_VerifyGround" in review.open()
    (row,) = review.rows("select state from recipient")
    assert row["state"] == "active", "nothing has hung out yet"


@pytest.mark.req("QJ-30")
def test_where_the_town_may_not_grant_the_district_ends_the_support(office: Office) -> None:
    """As a change does: whoever may not take somebody in may not end it either."""
    known = Known(office, "qijiang", **TEKUN)
    with office.store.engine.begin() as connection:
        connection.execute(text("update entrustment_letter set status = 'suspended' where district = 'qijiang'"))
    proposed(known)
    known.do("Task_DistrictConfirmChange", "county_approver-1")
    known.do("Task_VerifyGround", "town_reviewer-1")
    hung_out(known)
    over(known)
    assert known.open() == {"Task_DecideTermination"}
    with pytest.raises(Forbidden):
        known.do("Task_DecideTermination", "town_confirmer-1")
    known.do("Task_DecideTermination", "county_approver-1")
    known.do("Task_DeliverLetter", "town_intake-1")
    assert known.history == [("stop", "2026-10", "0.00", "ended")]
